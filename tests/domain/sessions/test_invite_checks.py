"""What a recruiter is told before anybody is invited, and how she says that she wants it all the same."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from fakes.client import Client
from fakes.desk import Desk, MakeDesk, write_source
from fakes.front_door import CLIENT_KEY, SESSIONS, START, STEP, refused
from fakes.hireflix import FakeHireflix

JANE = {"candidate_email": "Jane@Example.com", "candidate_name": "Jane Doe"}
PEOPLE = {42: ("Jane Doe", "Jane@Example.com"), 43: ("Ann", None), 44: ("Ben", None)}


@pytest.fixture
def listed(make_desk: MakeDesk, environ: dict[str, str]) -> Desk:
    """A desk whose source has job 1 and nothing else."""
    write_source(Path(environ["TENER_INTERVIEW_SOURCE_DB_PATH"]), PEOPLE)
    return make_desk(TENER_INTERVIEW_CLIENT_KEY=CLIENT_KEY)


def change_job(desk: Desk, **columns: str) -> None:
    with closing(sqlite3.connect(desk.environ["TENER_INTERVIEW_SOURCE_DB_PATH"])) as db, db:
        for name, value in columns.items():
            db.execute(f"ALTER TABLE jobs ADD COLUMN {name} TEXT")
            db.execute(f"UPDATE jobs SET {name} = ?", (value,))


def with_client_key(desk: Desk, path: str, body: Any) -> Any:
    return desk.client.post(f"/k/{CLIENT_KEY}{path}", body)


@pytest.mark.parametrize("job_id", [2, 999, 2**63 - 1])
def test_an_unlisted_job_needs_confirmation_except_from_the_main_system(
    listed: Desk, fake: FakeHireflix, job_id: int
) -> None:
    body = {"job_id": job_id, "candidate_id": 42}
    reply = listed.client.post(START, body)
    assert refused(reply, "JOB_NOT_FOUND") == {"job_id": job_id, "source": "sqlite"}
    assert '"unlisted": true' in reply.json["error"]
    refused(listed.client.post(START, {**body, "unlisted": False, "confirm_paused": True}), "JOB_NOT_FOUND")
    given = {"job_id": job_id, "candidates": [{"candidate_id": 44, "candidate_name": "Ben"}]}
    refused(listed.client.post(STEP, given), "JOB_NOT_FOUND")
    assert fake.invites == 0
    assert listed.sessions() == []
    assert with_client_key(listed, START, body).status == 201
    assert listed.client.post(START, body).json["reused"] is True, "nothing is sent to whoever has a session"
    assert listed.client.post(START, {**body, "candidate_id": 43, "unlisted": True}).status == 201
    assert listed.client.post(STEP, {**given, "unlisted": True}).json["started"] == 1


def test_an_archived_job_needs_confirmation_and_is_named_as_archived(listed: Desk) -> None:
    session_id = listed.started(43)
    change_job(listed, job_state="archived")
    reply = listed.try_start(42)
    refused(reply, "JOB_NOT_FOUND")
    assert "archived" in reply.json["error"]
    assert listed.try_start(43).json["session_id"] == session_id
    assert listed.refresh(session_id).status == 200
    assert listed.try_start(42, unlisted=True).status == 201


@pytest.mark.parametrize("columns", [
    {"job_state": "paused", "pause_reason": "Budget"}, {"job_state": " PAUSED "}, {"paused_at": "2026-03-01 09:00:00"},
])
def test_a_paused_job_needs_confirmation_to_invite(
    listed: Desk, fake: FakeHireflix, columns: dict[str, str]
) -> None:
    known = listed.started(43)
    change_job(listed, **columns)
    reply = listed.try_start(42)
    assert refused(reply, "JOB_PAUSED") == {"job_id": 1, "pause_reason": columns.get("pause_reason")}
    refused(listed.client.post(STEP, {"job_id": 1, "candidate_ids": [42, 43]}), "JOB_PAUSED")
    assert fake.invites == 1
    assert [session["session_id"] for session in listed.sessions()] == [known]
    assert listed.step(43)["in_progress"] == 1, "who has been invited is still brought up to date"
    listed.clock.advance(hours=100)
    listed.refresh(known)
    assert listed.status(known) == "expired"
    refused(listed.try_start(43), "JOB_PAUSED")
    assert listed.try_start(43, confirm_paused=True).json["reused"] is True
    step = listed.client.post(STEP, {"job_id": 1, "candidate_ids": [42], "confirm_paused": True})
    assert step.json["started"] == 1
    assert with_client_key(listed, START, {"job_id": 1, "candidate_id": 44}).status == 201


def test_an_unreadable_or_slow_source_blocks_no_invitation(
    listed: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = Event()
    monkeypatch.setattr("tener_interview.domain.sessions.invite_checks.SOURCE_TIMEOUT_S", 0)
    monkeypatch.setattr(type(listed.service.source), "job", lambda *_: answered.wait())
    assert listed.try_start(42, 9).status == 201
    answered.set()
    monkeypatch.undo()
    Path(listed.environ["TENER_INTERVIEW_SOURCE_DB_PATH"]).write_text("no database " * 100)
    assert listed.try_start(43, 9).status == 201


@pytest.mark.parametrize("again", ["jane@example.com", "JANE@EXAMPLE.COM", " Jane@example.com "])
def test_an_address_with_an_interview_for_the_same_questions_needs_confirmation_first(
    desk: Desk, fake: FakeHireflix, again: str
) -> None:
    first = desk.started(42, 1, **JANE)
    requests = len(fake.requests)
    details = refused(desk.try_start(42, 2, candidate_email=again), "INTERVIEW_SHARED_WITH_JOB")
    assert details == {"job_id": 1, "session_id": first, "status": "invited", "separate_possible": False}
    refused(desk.try_start(42, 2, candidate_email=again, share_interview=False), "INTERVIEW_SHARED_WITH_JOB")
    assert len(fake.requests) == requests
    assert len(desk.sessions()) == 1
    started = desk.start(42, 2, candidate_email=again, share_interview=True)
    assert started["shared_with_job"] == 1
    assert fake.invites == 1
    desk.finish(first)
    second = started["session_id"]
    desk.refresh(first), desk.refresh(second)
    assert desk.read_session(first)["summary"] == desk.read_session(second)["summary"]
    assert (desk.read_session(first)["shared_with_job"], desk.read_session(second)["shared_with_job"]) == (None, 1)
    assert desk.client.get(f"{SESSIONS}/{second}/scorecard").json["shared_with_job"] == 1
    rows = {job_id: desk.client.get(f"/api/jobs/{job_id}/interview-leaderboard").json["items"] for job_id in (1, 2)}
    assert [rows[job_id][0]["shared_with_job"] for job_id in (1, 2)] == [None, 1]
    assert desk.try_start(42, 2, candidate_email=again).status == 409
    assert desk.try_start(42, 2, candidate_email=again).json["code"] == "INTERVIEW_ALREADY_FINISHED"


def test_a_candidate_without_an_email_may_share_an_interview_or_get_another(desk: Desk, fake: FakeHireflix) -> None:
    first = desk.started(42, 1)
    assert refused(desk.try_start(42, 2), "INTERVIEW_SHARED_WITH_JOB")["separate_possible"] is True
    shared = desk.start(42, 2, share_interview=True)
    assert (shared["shared_with_job"], fake.invites) == (1, 1)
    assert desk.read_session(shared["session_id"])["invitation_id"] == desk.read_session(first)["invitation_id"]
    apart = desk.start(42, 3, share_interview=False)
    assert (apart["shared_with_job"], fake.invites) == (None, 2)


def test_no_confirmation_is_needed_when_no_interview_would_be_shared(desk: Desk, fake: FakeHireflix) -> None:
    desk.start(42, 1, **JANE)
    other = fake.account.add_position("Data engineer", [{"title": "Why?"}])
    desk.client.request("PUT", "/api/admin/jobs/2/position", body={"position_id": other})
    assert desk.start(42, 2, **JANE)["shared_with_job"] is None, "other questions"
    assert desk.start(43, 3, candidate_email="ann@example.com")["shared_with_job"] is None, "another person"
    refused(desk.try_start(44, 3, **JANE), "INTERVIEW_PROVIDER_REJECTED")
    canceled = desk.started(45, 1)
    desk.cancel(canceled)
    assert desk.start(45, 3)["shared_with_job"] is None, "what was withdrawn counts for nothing"


def test_in_a_batch_a_candidate_who_would_share_an_interview_fails_alone(listed: Desk, fake: FakeHireflix) -> None:
    listed.start(42, 9, unlisted=True, **JANE)
    answer = listed.step(42, 43)
    by_id = {item["candidate_id"]: item for item in answer["items"]}
    assert (answer["started"], answer["failed"]) == (1, 1)
    assert by_id[42]["error"]["code"] == "INTERVIEW_SHARED_WITH_JOB"
    again = listed.client.post(STEP, {"job_id": 1, "candidate_ids": [42], "share_interview": True}).json
    assert again["started"] == 1
    assert fake.invites == 2


def test_the_main_system_starts_without_confirmation_and_gets_shared_with_job(listed: Desk, fake: FakeHireflix) -> None:
    listed.start(42, 1, **JANE)
    answer = with_client_key(listed, START, {"job_id": 2, "candidate_id": 42, **JANE}).json
    assert (answer["shared_with_job"], fake.invites) == (1, 1)
    assert with_client_key(listed, START, {"job_id": 3, "candidate_id": 42}).json["shared_with_job"] is None


def test_the_desk_lists_sessions_that_share_an_interview(client: Client) -> None:
    client.post(START, {"job_id": 1, "candidate_id": 44})
    client.post(START, {"job_id": 2, "candidate_id": 44, "share_interview": True})
    (ben,) = client.get("/api/admin/jobs/2/candidates?state=invited").json["items"]
    assert ben["session"]["shared_with_job"] == 1
