"""Load on a real process: no errors, no lost and no duplicate rows."""

from __future__ import annotations

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from fakes.client import Reply
from fakes.forked_service import ForkedService
from fakes.front_door import SESSIONS, START
from fakes.hireflix import FakeHireflix
from fakes.killing import assert_consistent, assert_one_interview_each
from fakes.process import ServiceProcess, environ, hireflix_environ
from fakes.stored import integrity, opened
from fakes.waiting import PATIENCE_S

CLIENTS = 16
STARTS = 1_000
THREADS = 20


def starts(service: ServiceProcess, candidate_ids: range, replies: list[Reply] | None = None) -> list[Reply]:
    """Starts one after the other on one connection, as a client does. `replies` grows meanwhile."""
    replies = [] if replies is None else replies
    with service.connected() as line:
        for number in candidate_ids:
            body = {"job_id": 1 + number % 7, "candidate_id": number, "unlisted": True}
            replies.append(line.call("POST", START, body=body))
    return replies


def all_sessions(service: ServiceProcess) -> list[dict[str, object]]:
    """Every session, page by page."""
    found: list[dict[str, object]] = []
    cursor = ""
    while True:
        page = service.get(f"{SESSIONS}?limit=300{cursor}").json
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"


def test_sixteen_clients_start_a_thousand_sessions(tmp_path: Path, fake: FakeHireflix) -> None:
    with ForkedService(hireflix_environ(tmp_path, fake, TENER_HIREFLIX_CONCURRENCY="8")).start() as service:
        with ThreadPoolExecutor(CLIENTS) as pool:
            shares = [range(first, STARTS + 1, CLIENTS) for first in range(1, CLIENTS + 1)]
            replies = [reply for item in pool.map(partial(starts, service), shares) for reply in item]
        assert Counter(reply.status for reply in replies) == {201: STARTS}
        sessions = all_sessions(service)
        assert len(sessions) == len({session["candidate_id"] for session in sessions}) == STARTS
        assert {session["status"] for session in sessions} == {"invited"}
        ids = {reply.json["session_id"] for reply in replies}
        external_ids = {interview.external_id for interview in fake.interviews}
        assert ids == {session["session_id"] for session in sessions} == external_ids
        assert len({reply.json["entry_url"] for reply in replies}) == STARTS
        assert fake.invites == fake.count("inviteCandidateToInterview") == STARTS
        assert fake.in_flight_max <= 8
        assert service.terminate() == 0
        assert not re.search("Traceback|raised_at", service.log)
    assert_consistent(tmp_path)
    with opened(tmp_path / "interview.sqlite3") as db:
        counts = db.execute("SELECT event, count(*) FROM interview_events GROUP BY event").fetchall()
    assert counts == [("created", STARTS), ("invited", STARTS)]


def test_twenty_concurrent_starts_with_one_idempotency_key_get_one_response(tmp_path: Path, fake: FakeHireflix) -> None:
    body = {"job_id": 1, "candidate_id": 42}
    fake.latency_s = 0.1
    with ForkedService(hireflix_environ(tmp_path, fake)).start() as service, ThreadPoolExecutor(THREADS) as pool:
        calls = [pool.submit(service.post, START, body, Idempotency_Key="one") for _ in range(THREADS)]
        replies = [call.result(PATIENCE_S) for call in calls]
        assert {(reply.status, reply.body) for reply in replies} == {(201, replies[0].body)}
        assert sum("idempotent-replayed" in reply.headers for reply in replies) == THREADS - 1
        assert_one_interview_each(service, fake, 1)


def test_twenty_concurrent_starts_without_an_idempotency_key_make_one_session(
    tmp_path: Path, fake: FakeHireflix
) -> None:
    body = {"job_id": 1, "candidate_id": 42}
    fake.latency_s = 0.1
    with ForkedService(hireflix_environ(tmp_path, fake)).start() as service, ThreadPoolExecutor(THREADS) as pool:
        calls = [pool.submit(service.post, START, body) for _ in range(THREADS)]
        replies = [call.result(PATIENCE_S) for call in calls]
        assert Counter(reply.status for reply in replies) == {201: 1, 200: THREADS - 1}
        assert len({reply.json["session_id"] for reply in replies}) == 1
        assert {reply.json["status"] for reply in replies} == {"invited"}
        assert_one_interview_each(service, fake, 1)
        assert fake.count("inviteCandidateToInterview") == 1


def test_a_leaderboard_is_read_while_sessions_are_started(tmp_path: Path) -> None:
    """Readers wait for nobody, and see only whole rows."""
    with ForkedService(environ(tmp_path)).start() as service, ThreadPoolExecutor(8) as pool:
        replies: list[Reply] = []
        writing = [pool.submit(starts, service, range(first, 120, 4), replies) for first in range(1, 5)]
        while not all(item.done() for item in writing):
            written = len(replies)
            board = service.get("/api/jobs/1/interview-leaderboard?limit=500")
            assert len(replies) - written < 60, "it waited for the writers"
            assert board.status == 200
            assert {item["interview_status"] for item in board.json["items"]} <= {"created", "invited"}
        assert [reply.status for reply in replies] == [201] * 119
    assert integrity(tmp_path / "interview.sqlite3") == "ok"
