"""kill -9 during batch work: a batch step, a refresh, a webhook event, an erasure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from fakes import hireflix_faults as faults
from fakes.databases import database_of, every_byte, plain_connection, tried_on
from fakes.desk import ANSWERS, write_people
from fakes.forked_service import ForkedService
from fakes.front_door import SESSIONS, START, STEP
from fakes.hireflix import FakeHireflix
from fakes.killing import (
    SHORT_CLAIMS,
    all_sessions,
    assert_consistent,
    assert_dies,
    assert_one_interview_each,
    assert_undamaged,
    count_all_invites,
    kill_during,
)
from fakes.mail_desk import mail_settings, recipients_of
from fakes.process import Died, ServiceProcess, altered, hireflix_environ
from fakes.smtp import running_smtp
from fakes.waiting import eventually

#: More than are invited at once, which is 4.
CANDIDATES = 6
#: More than are written together, which is 5, and than Hireflix is asked for at once, which is 5 here instead of 25.
SESSIONS_OF_A_JOB = 8
SMALL_READS = "set tener_interview.providers.hireflix.provider:HireflixProvider.batch_size 5"
REFRESH_JOB = "/api/admin/jobs/1/sessions/refresh"
PROGRESS = "/api/jobs/1/steps/interview"
WEBHOOK_SECRET = "the-secret-of-the-webhooks"


pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def service(tmp_path: Path, fake: FakeHireflix) -> Iterator[ServiceProcess]:
    """A service whose source has enough candidates; it is not started yet."""
    write_people(tmp_path / "source.sqlite3", SESSIONS_OF_A_JOB)
    with ForkedService(hireflix_environ(tmp_path, fake, TENER_HIREFLIX_WEBHOOK_SECRET=WEBHOOK_SECRET)) as service:
        yield service


def sessions(service: ServiceProcess) -> list[Any]:
    items: list[Any] = service.get(f"{SESSIONS}?job_id=1&limit=500").json["items"]
    return items


def step(service: ServiceProcess, candidates: int = CANDIDATES) -> Any:
    return service.post(STEP, {"job_id": 1, "candidate_ids": list(range(1, candidates + 1))})


# A batch step -------------------------------------------------------------------------------------------------------

STEP_KILLS = {
    "before the first": "kill-before tener_interview.domain.jobs.batch_step:run_batches 1",
    "at the first interview": "kill-before tener_interview.domain.sessions.invite:mark_invited 1",
    "in the middle": "kill-before tener_interview.domain.sessions.invite:mark_invited 5",
    "half recorded": "kill-after tener_interview.store.tables.sessions:Sessions.add 4",
    "noting how far it is": "kill-after tener_interview.domain.jobs.batch_step:record_progress 4",
    "all done but the answer": "kill-before tener_interview.api.steps:finish_step 1",
    "all done": "kill-after tener_interview.api.steps:finish_step 1",
}
STEP_KILLS_ON_SERVER = ("half recorded", "noting how far it is", "all done")


def messages_of(service: ServiceProcess) -> Any:
    return service.get("/api/messages?limit=500").json["items"]


def stepped_again(service: ServiceProcess, fake: FakeHireflix, folder: Path, *, finished: bool = False) -> None:
    """After the kill: what was paid for is found, nothing runs, and the same request does the rest."""
    assert_consistent(folder)
    paid = count_all_invites(fake)
    service.start()
    eventually(lambda: service.get(PROGRESS).json["status"] != "running")
    assert service.get(PROGRESS).json["status"] == ("success" if finished else "error")
    eventually(lambda: sum(item["invitation_id"] is not None for item in all_sessions(service)) == paid)
    # Nobody was given a link by a step that was not answered, unless its answer was kept.
    answered = len(sessions(service))
    assert answered in (0, CANDIDATES)
    again = step(service).json
    assert Counter(item["action"] for item in again["items"]) == {
        "refreshed" if answered else "started": CANDIDATES
    }
    assert {item["status"] for item in again["items"]} == {"invited"}
    progress = service.get(PROGRESS).json
    assert (progress["status"], progress["done"], progress["total"]) == ("success", CANDIDATES, CANDIDATES)
    assert_one_interview_each(service, fake, CANDIDATES)
    assert_consistent(folder)


@pytest.mark.parametrize(
    ("name", "store_kind"), tried_on(STEP_KILLS, STEP_KILLS_ON_SERVER), indirect=["store_kind"]
)
def test_a_killed_batch_step_is_completed(
    tmp_path: Path, fake: FakeHireflix, service: ServiceProcess, name: str
) -> None:
    service.start(altered(STEP_KILLS[name]))
    assert_dies(service, partial(step, service))
    stepped_again(service, fake, tmp_path, finished=name == "all done")


def test_a_killed_batch_step_sends_each_candidate_one_message_when_repeated(
    tmp_path: Path, fake: FakeHireflix, service: ServiceProcess
) -> None:
    """Whoever has a link by then has a message, too; the same request does the rest, and nobody gets two.

    A message that was being handed over when the process died may have arrived: only a person sends it again.
    """
    def step_with_messages() -> Any:
        body = {"job_id": 1, "candidate_ids": list(range(1, CANDIDATES + 1)), "invitation_message": {}}
        return service.post(STEP, body)

    with running_smtp() as smtp:
        service.environ.update(mail_settings(smtp))
        service.start(altered(STEP_KILLS["in the middle"]))
        assert_dies(service, step_with_messages)
        assert_consistent(tmp_path)
        service.start(altered(*SHORT_CLAIMS))
        eventually(lambda: service.get(PROGRESS).json["status"] != "running")
        with_link = {item["candidate_id"] for item in sessions(service)}
        assert with_link == {item["candidate_id"] for item in messages_of(service)}
        for _ in range(2):
            messages = [item["invitation_message"] for item in step_with_messages().json["items"]]
            assert len([message for message in messages if message["queued_at"]]) == CANDIDATES
        eventually(lambda: {item["state"] for item in messages_of(service)} <= {"delivered", "uncertain"})
        states = {f"person{item['candidate_id']}@example.com": item["state"] for item in messages_of(service)}
        assert len(states) == CANDIDATES
        received = Counter(recipients_of(smtp))
        assert set(received.values()) == {1}
        assert {person for person, state in states.items() if state == "delivered"} <= set(received) <= set(states)
        assert_one_interview_each(service, fake, CANDIDATES)


def test_a_batch_step_killed_during_a_slow_request_to_hireflix_is_completed(
    tmp_path: Path, fake: FakeHireflix, service: ServiceProcess
) -> None:
    """Several interviews are paid for, and none of their answers has arrived."""
    service.start()
    fake.fail_always(faults.held(), on="inviteCandidateToInterview", after=CANDIDATES // 2)
    kill_during(service, lambda: fake.invites > CANDIDATES // 2, partial(step, service))
    fake.heal()
    eventually(lambda: not fake.in_flight)
    stepped_again(service, fake, tmp_path)


# A refresh ----------------------------------------------------------------------------------------------------------

REFRESH_KILLS = {
    "in the middle of a batch": "kill-after tener_interview.store.tables.results:Results.add 3",
    "in the middle of a later batch": "kill-after tener_interview.store.tables.results:Results.add 7",
    "all done but the answer": "kill-after tener_interview.api.refresh:refresh_job 1",
}
REFRESH_KILLS_ON_SERVER = ("in the middle of a batch", "in the middle of a later batch")


@pytest.fixture
def finished(fake: FakeHireflix, service: ServiceProcess) -> ServiceProcess:
    """A job with many candidates who have all finished."""
    service.start()
    assert step(service, SESSIONS_OF_A_JOB).json["started"] == SESSIONS_OF_A_JOB
    for interview in fake.interviews:
        fake.finish(interview.interview_id, ANSWERS)
    service.kill()
    return service


def refreshed_again(service: ServiceProcess, fake: FakeHireflix, folder: Path) -> None:
    """After the kill: each session is as it was or scored, never half; the same request scores the rest, once each."""
    assert_consistent(folder)
    service.start(altered(SMALL_READS))
    done = Counter(session["status"] for session in sessions(service))
    assert done["invited"] + done["scored"] == SESSIONS_OF_A_JOB
    again = service.post(REFRESH_JOB).json
    assert (again["errors"], again["skipped_terminal"], again["scored"]) == (0, done["scored"], done["invited"])
    assert_one_interview_each(service, fake, SESSIONS_OF_A_JOB)
    assert Counter(session["status"] for session in sessions(service)) == {"scored": SESSIONS_OF_A_JOB}
    ranked = service.get("/api/jobs/1/interview-leaderboard?limit=500").json["items"]
    assert len({item["candidate_id"] for item in ranked if item["total_score"] is not None}) == SESSIONS_OF_A_JOB
    assert_consistent(folder)
    with plain_connection(database_of(folder)) as db:
        assert db.execute("SELECT max(version), count(*) FROM interview_results").fetchone() == (1, SESSIONS_OF_A_JOB)
        scored = "SELECT count(*), count(DISTINCT session_id) FROM interview_events WHERE event = 'scored'"
        assert db.execute(scored).fetchone() == (SESSIONS_OF_A_JOB, SESSIONS_OF_A_JOB)


@pytest.mark.parametrize(
    ("name", "store_kind"), tried_on(REFRESH_KILLS, REFRESH_KILLS_ON_SERVER), indirect=["store_kind"]
)
def test_a_killed_refresh_is_completed(tmp_path: Path, fake: FakeHireflix, finished: ServiceProcess, name: str) -> None:
    finished.start(altered(SMALL_READS, REFRESH_KILLS[name]))
    assert_dies(finished, partial(finished.post, REFRESH_JOB))
    refreshed_again(finished, fake, tmp_path)


def test_a_refresh_killed_during_a_slow_request_to_hireflix_is_completed(
    tmp_path: Path, fake: FakeHireflix, finished: ServiceProcess
) -> None:
    finished.start(altered(SMALL_READS))
    before = fake.count("interview")
    fake.fail_next(faults.held(), on="interview", times=1)
    kill_during(finished, lambda: fake.count("interview") > before, partial(finished.post, REFRESH_JOB))
    fake.heal()
    refreshed_again(finished, fake, tmp_path)


# A notice -----------------------------------------------------------------------------------------------------------


def notify(service: ServiceProcess, invitation_id: str) -> Any:
    body = json.dumps({"event": "interview.finish", "data": {"id": invitation_id}}).encode()
    signature = base64.b64encode(hmac.digest(WEBHOOK_SECRET.encode(), body, hashlib.sha256)).decode()
    return service.post("/api/webhooks/hireflix", body, x_hireflix_signature=signature)


NOTICE_KILLS = {
    "stored": "kill-before tener_interview.domain.refresh.background_sync:BackgroundSync.wake 1",
    "before it is scored": "kill-before tener_interview.domain.refresh.apply_snapshot:score_session 1",
}


@pytest.mark.parametrize(("name", "store_kind"), tried_on(NOTICE_KILLS, ("stored",)), indirect=["store_kind"])
def test_a_stored_webhook_event_is_processed_after_a_kill(
    tmp_path: Path, fake: FakeHireflix, service: ServiceProcess, name: str
) -> None:
    """Even without a sync at intervals, what Hireflix told of is read after all: it does not tell twice."""
    short_lease = "set tener_interview.domain.refresh.background_sync:LEASE_MS 400"
    service.start(altered(NOTICE_KILLS[name], short_lease))
    assert service.post(START, {"job_id": 1, "candidate_id": 42}).status == 201
    (interview,) = fake.interviews
    fake.finish(interview.interview_id, ANSWERS)
    # The event is stored before the background sync is woken. It may die before or after the answer has left.
    with suppress(Died):
        assert notify(service, interview.interview_id).status == 202
    assert service.wait() == -9
    assert_consistent(tmp_path)
    service.start(altered(short_lease))
    eventually(lambda: sessions(service)[0]["status"] == "scored")
    assert_one_interview_each(service, fake, 1)
    assert_consistent(tmp_path)


# An erasure ---------------------------------------------------------------------------------------------------------


KILL_IN_CLEAN_UP = {
    "sqlite": "before tener_interview.store.sqlite.scrubbing:Scrubber.rewrite_file 1",
    "postgres": "before tener_interview.store.postgres.vacuum:Vacuum.run 2",
}


ERASURE_KILLS = {
    "before the steps": "before tener_interview.domain.privacy.erase:strip_step_output 1",
    "before the clean-up": "",
}


@pytest.mark.parametrize(("name", "store_kind"), tried_on(ERASURE_KILLS, ERASURE_KILLS), indirect=["store_kind"])
def test_a_killed_erasure_is_completed_when_repeated(
    tmp_path: Path, fake: FakeHireflix, service: ServiceProcess, name: str, store_kind: str
) -> None:
    kill = f"kill-{ERASURE_KILLS[name] or KILL_IN_CLEAN_UP[store_kind]}"
    service.start()
    person = "Somebody Unmistakable"
    body = {"job_id": 1, "candidate_id": 42, "candidate_name": person, "candidate_email": "unmistakable@example.com"}
    assert service.post(START, body, Idempotency_Key="k").status == 201
    fake.finish(fake.interviews[0].interview_id, ANSWERS)
    assert service.post(REFRESH_JOB).json["scored"] == 1
    service.kill()
    service.start(altered(kill))
    assert_dies(service, partial(service.call, "DELETE", "/api/candidates/42"))
    assert_undamaged(tmp_path)
    service.start()
    assert service.call("DELETE", "/api/candidates/42").status == 200
    service.terminate()
    raw = every_byte(database_of(tmp_path))
    for trace in (person.encode(), b"unmistakable", ANSWERS[0].encode()):
        assert trace not in raw
