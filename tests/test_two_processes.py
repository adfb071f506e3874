"""Two processes on one database, as during a deployment: both work correctly, and one of them syncs."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fakes.client import Reply
from fakes.desk import ANSWERS
from fakes.forked_service import ForkedService
from fakes.front_door import SESSIONS, START, STEP
from fakes.hireflix import FakeHireflix
from fakes.instances import holders, one_holder
from fakes.killing import assert_consistent, assert_one_interview_each
from fakes.process import ServiceProcess, altered, environ, hireflix_environ
from fakes.waiting import PATIENCE_S, eventually

CANDIDATES = 20
SYNCING = {"TENER_INTERVIEW_SYNC_SECONDS": "1"}
SHORT_LEASE = altered("set tener_interview.domain.refresh.background_sync:LEASE_MS 2000")

Pair = tuple[ServiceProcess, ServiceProcess]


pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def pair(tmp_path: Path, fake: FakeHireflix) -> Iterator[Pair]:
    """Two services with the same file; neither is started."""
    settings = hireflix_environ(tmp_path, fake, **SYNCING)
    with ForkedService(settings) as one, ForkedService(settings) as other:
        yield one, other


def start(service: ServiceProcess, candidate_id: int) -> Reply:
    return service.post(START, {"job_id": 1, "candidate_id": candidate_id})


def test_two_processes_start_each_candidate_once(tmp_path: Path, fake: FakeHireflix, pair: Pair) -> None:
    one, other = (item.start() for item in pair)
    calls = [(service, number) for number in range(1, CANDIDATES + 1) for service in (one, other)]
    fake.latency_s = 0.05
    with ThreadPoolExecutor(len(calls)) as pool:
        replies = list(pool.map(lambda call: start(*call), calls))
    assert Counter(reply.status for reply in replies) == {201: CANDIDATES, 200: CANDIDATES}
    assert {reply.json["status"] for reply in replies} == {"invited"}
    for first, second in zip(replies[::2], replies[1::2], strict=True):
        assert first.json["session_id"] == second.json["session_id"]
        assert first.json["entry_url"] == second.json["entry_url"]
    assert_one_interview_each(one, fake, CANDIDATES)
    assert_one_interview_each(other, fake, CANDIDATES)
    assert [item.terminate() for item in pair] == [0, 0]
    assert not re.search("Traceback|raised_at", one.log + other.log)
    assert_consistent(tmp_path)


def test_one_idempotency_key_in_two_processes_is_one_request(fake: FakeHireflix, pair: Pair) -> None:
    for item in pair:
        item.start()
    fake.latency_s = 0.1
    body = {"job_id": 1, "candidate_id": 42}
    with ThreadPoolExecutor(10) as pool:
        calls = [pool.submit(pair[n % 2].post, START, body, Idempotency_Key="k") for n in range(10)]
        replies = [call.result(PATIENCE_S) for call in calls]
    assert [reply.status for reply in replies] == [201] * 10
    assert len({reply.text for reply in replies}) == 1
    assert sum("idempotent-replayed" in reply.headers for reply in replies) == 9
    assert_one_interview_each(pair[0], fake, 1)


def test_concurrent_batch_steps_in_two_processes_start_each_candidate_once(tmp_path: Path) -> None:
    """Their progress is one row, which whoever finishes last has written; and nobody is invited twice."""
    settings = environ(tmp_path)
    with ForkedService(settings).start() as one, ForkedService(settings).start() as other:
        candidates = [item["candidate_id"] for item in one.get("/api/admin/jobs/1/candidates").json["items"]]
        with ThreadPoolExecutor(2) as pool:
            body = {"job_id": 1, "candidate_ids": candidates}
            calls = [pool.submit(entry.post, STEP, body) for entry in (one, other)]
            replies = [call.result(PATIENCE_S) for call in calls]
        assert [reply.status for reply in replies] == [200, 200]
        assert {item["status"] for reply in replies for item in reply.json["items"]} == {"invited"}
        kept = one.get(SESSIONS).json["items"]
        assert sorted(item["candidate_id"] for item in kept) == sorted(candidates)
        assert one.get("/api/jobs/1/steps/interview").json["status"] == "success"
    assert_consistent(tmp_path)


def test_only_one_process_syncs_and_hands_over_when_it_stops(fake: FakeHireflix, pair: Pair) -> None:
    for item in pair:
        item.start()
    start(pair[0], 42)
    holder = one_holder(*pair)
    (other,) = (item for item in pair if item is not holder)
    for _ in range(4):
        time.sleep(0.3)
        assert holders(*pair) == [holder]
    assert holder.terminate() == 0
    fake.finish(fake.interviews[0].interview_id, ANSWERS)
    eventually(lambda: holders(other) == [other])
    eventually(lambda: other.get(SESSIONS).json["items"][0]["status"] == "scored")


def test_the_other_process_syncs_after_a_kill(pair: Pair) -> None:
    for item in pair:
        item.start(SHORT_LEASE)
    holder = one_holder(*pair)
    (other,) = (item for item in pair if item is not holder)
    holder.kill()
    eventually(lambda: holders(other) == [other])


def test_a_killed_process_does_not_disturb_the_other(
    tmp_path: Path, fake: FakeHireflix, pair: Pair
) -> None:
    dying, living = pair
    dying.start(altered("kill-before tener_interview.domain.sessions.invite:mark_invited 9"))
    living.start()

    with ThreadPoolExecutor(6) as pool:
        at_dying = [pool.submit(start, dying, number) for number in range(1, 14)]
        replies = [pool.submit(start, living, number) for number in range(8, 21)]
        statuses = {reply.result(PATIENCE_S).status for reply in replies}
        lost = [item for item in at_dying if item.exception(PATIENCE_S)]
    assert statuses <= {200, 201}
    assert 0 < len(lost) < 13
    for number in range(1, 21):
        assert start(living, number).json["status"] == "invited"
    assert_one_interview_each(living, fake, 20)
    assert_consistent(tmp_path)
