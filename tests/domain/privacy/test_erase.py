"""A person's data: all of it can be had, all of it can be erased, and nothing brings it back."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from fakes import hireflix_faults as faults
from fakes.client import Client
from fakes.databases import every_byte
from fakes.desk import Desk, MakeDesk, held_back_invite, in_background, write_source
from fakes.front_door import SESSIONS, START, STEP, MakeApp, refused, stored, token_of
from fakes.hireflix import FakeHireflix
from fakes.waiting import PATIENCE_S, join

NAME, EMAIL = "Zenobia Quillfeather", "zenobia.quillfeather@example.com"
SAID = ("Xylophones taught me patience", "Marzipan is how I debug", "Bumblebees and I listen", "Kumquats drive me")
INVITE = "inviteCandidateToInterview"


def erase(desk: Desk, candidate_id: int = 42) -> Any:
    reply = desk.client.request("DELETE", f"/api/candidates/{candidate_id}")
    assert reply.status == 200, reply.text
    return reply.json


def export(desk: Desk, candidate_id: int = 42) -> Any:
    reply = desk.client.get(f"/api/candidates/{candidate_id}/export")
    assert reply.headers["content-disposition"] == f'attachment; filename="candidate-{candidate_id}.json"'
    return reply.json


def leftovers(desk: Desk, *wanted: str) -> list[str]:
    """Which of some texts the bytes of the database still hold, in whatever file of it."""
    raw = every_byte(desk.environ).lower()
    return [item for item in wanted if item.lower().encode() in raw]


def known_person(desk: Desk) -> str:
    """A session with everything there is to know, kept in every place there is."""
    body = {
        "job_id": 1, "candidate_id": 42, "candidate_name": NAME, "candidate_email": EMAIL, "conversation_id": 987654321,
        "language": "cy",
    }
    session_id = str(desk.client.post(START, body, Idempotency_Key="start-it").json["session_id"])
    desk.open(session_id)
    desk.client.post(f"{SESSIONS}/{session_id}/link", {"ttl_hours": 99}, Idempotency_Key="fresh")
    desk.finish(session_id, [f"{text}, and it is what I would always do again." for text in SAID])
    desk.client.post(f"{SESSIONS}/{session_id}/refresh", {}, Idempotency_Key="refresh-it")
    desk.fake.set_transcripts(desk.interview(session_id).interview_id, [SAID[3], None, None, None])
    desk.refresh(session_id, force=True)
    assert len(desk.results(session_id)) == 2
    return session_id


def everything_of(desk: Desk, session_id: str) -> list[str]:
    session = desk.read_session(session_id)
    token = token_of(session["entry_url"])
    record = desk.fake.interview(session["invitation_id"])
    return [NAME, *NAME.split(), EMAIL, *SAID, "987654321", record.hash, token[:40], "Signature=y"]


# Export ---------------------------------------------------------------------------------------------------------------


def test_the_export_of_a_candidate_holds_all_stored_data(desk: Desk) -> None:
    session_id = known_person(desk)
    held = export(desk)
    assert held["candidate_id"] == 42
    (session,) = held["sessions"]
    assert (session["session_id"], session["candidate_name"], session["candidate_email"]) == (session_id, NAME, EMAIL)
    assert session["conversation_id"] == 987654321
    assert [event["event"] for event in session["events"]] == desk.event_names(session_id)
    assert [result["version"] for result in session["results"]] == [1, 2]
    assert [score["transcript"].split(",")[0] for score in session["results"][0]["question_scores"]] == list(SAID)
    assert len(session["kept_answers"]) == 3
    assert token_of(desk.read_session(session_id)["entry_url"])[:40] not in str(held), "an export is no key"


def test_the_export_has_the_batch_step_items_of_the_candidate(make_desk: MakeDesk, environ: dict[str, str]) -> None:
    write_source(Path(environ["TENER_INTERVIEW_SOURCE_DB_PATH"]), {42: (NAME, EMAIL), 43: ("John Roe", None)})
    desk = make_desk()
    desk.step(42, 43)
    (session,) = export(desk)["sessions"]
    assert [item["candidate_id"] for item in session["step_items"]] == [42]


def test_exporting_or_erasing_an_unknown_candidate_is_404(desk: Desk) -> None:
    assert export(desk, 7) == {"candidate_id": 7, "sessions": [], "shares": [], "share_recommendations": []}
    assert erase(desk, 7) == {"candidate_id": 7, "erased_sessions": 0, "scrubbed": True}


# Erasing --------------------------------------------------------------------------------------------------------------


def test_an_erasure_leaves_no_personal_data_in_any_byte_of_the_database_files(desk: Desk) -> None:
    other = desk.started(43, candidate_name="John Roe", candidate_email="john@example.com")
    session_id = known_person(desk)
    known = everything_of(desk, session_id)
    assert leftovers(desk, NAME, EMAIL, *SAID) == [NAME, EMAIL, *SAID]
    assert erase(desk) == {"candidate_id": 42, "erased_sessions": 1, "scrubbed": True}
    assert leftovers(desk, *known) == []
    assert desk.read_session(other)["candidate_name"] == "John Roe"
    assert leftovers(desk, "John Roe", "john@example.com") == ["John Roe", "john@example.com"]


def test_erasing_one_of_many_leaves_no_copies_in_the_file(desk: Desk) -> None:
    """Rows that were moved within the file leave no copies of themselves behind."""
    for number in range(100, 140):
        name = NAME if number % 2 else f"Somebody Else {number}"
        session_id = desk.started(number, candidate_name=name, candidate_email=f"{number}.{EMAIL}")
        desk.finish(session_id, [f"{text} {'and so on ' * 40}" for text in SAID] if number % 2 else None)
        desk.refresh(session_id, force=True)
    for number in range(101, 140, 2):
        erase(desk, number)
    for number in range(100, 140, 2):
        erase(desk, number)
    assert leftovers(desk, NAME, EMAIL, *SAID) == []


def test_stored_responses_of_refused_starts_are_erased_too(desk: Desk, fake: FakeHireflix) -> None:
    fake.fail_next(
        faults.json_body({"errors": [{"message": f"Not {EMAIL}", "extensions": {"code": "BAD_USER_INPUT"}}]}), on=INVITE
    )
    body = {"job_id": 1, "candidate_id": 42, "candidate_email": EMAIL, "candidate_name": NAME}
    refused(desk.client.post(START, body, Idempotency_Key="k"), "INTERVIEW_PROVIDER_REJECTED")
    assert leftovers(desk, EMAIL) == [EMAIL]
    assert EMAIL in str(export(desk)["sessions"][0]["kept_answers"])
    erase(desk)
    assert leftovers(desk, NAME, EMAIL) == []


def test_an_erasure_removes_the_candidate_from_the_batch_step_and_keeps_the_others(
    make_desk: MakeDesk, environ: dict[str, str]
) -> None:
    write_source(Path(environ["TENER_INTERVIEW_SOURCE_DB_PATH"]), {42: (NAME, EMAIL), 43: ("John Roe", None)})
    desk = make_desk()
    body = {"job_id": 1, "candidate_ids": [42, 43, 44]}
    first = desk.client.post(STEP, body, Idempotency_Key="k").json
    erase(desk)
    assert leftovers(desk, NAME, EMAIL) == []
    progress = desk.client.get("/api/jobs/1/steps/interview").json
    assert [item["candidate_id"] for item in progress["output"]["items"]] == [43, 44]
    assert (progress["status"], progress["done"], progress["total"]) == ("partial", 3, 3)
    again = desk.client.post(STEP, body, Idempotency_Key="k")
    assert "idempotent-replayed" not in again.headers
    assert again.json["items"][1]["session_id"] == first["items"][1]["session_id"]
    assert (again.json["items"][0]["status"], again.json["items"][0]["action"]) == ("canceled", "refreshed")


@pytest.mark.parametrize(
    ("state", "tombstone"),
    [("created", "canceled"), ("invited", "canceled"), ("in_progress", "canceled"), ("completed", "canceled"),
     ("scored", "canceled"), ("expired", "canceled"), ("canceled", "canceled"), ("failed", "failed")],
)
def test_erasing_a_session_in_any_state_leaves_a_tombstone(
    desk: Desk, fake: FakeHireflix, state: str, tombstone: str
) -> None:
    session_id = in_state(desk, fake, state)
    link = desk.read_session(session_id)["entry_url"]
    before = desk.read_session(session_id)
    desk.clock.advance(hours=2)
    erase(desk)
    session = desk.read_session(session_id)
    # Of a session that nobody was given the link of, nobody knows.
    listed = [] if state == "created" else [session]
    assert desk.sessions() == listed
    kept = ("session_id", "job_id", "candidate_id", "created_at", "started_at", "completed_at", "scored_at")
    assert {name: session[name] for name in kept} == {name: before[name] for name in kept}
    assert (session["status"], session["candidate_name"]) == (tombstone, "(erased)")
    assert set(session["summary"].values()) == {None}
    assert (session["last_error"], session["invitation_id"], session["language"]) == (None, None, None)
    assert desk.scorecard(session_id) is None
    assert desk.event_names(session_id)[-1] == "erased"
    assert all(event["details"] == {} for event in desk.events(session_id))
    rows = desk.client.get("/api/jobs/1/interview-leaderboard").json["items"]
    assert [(row["candidate_name"], row["total_score"], row["interview_status"]) for row in rows] == [
        ("(erased)", None, tombstone) for _ in listed
    ]
    assert session["entry_url"] is None
    for item in filter(None, (link, desk.service.entry_url(desk.row(session_id)))):
        refused(desk.client.get(item), "INTERVIEW_LINK_REVOKED")


def in_state(desk: Desk, fake: FakeHireflix, state: str) -> str:
    """A session of candidate 42 in some state."""
    who: dict[str, Any] = {"candidate_name": NAME, "candidate_email": EMAIL}
    if state == "created":
        fake.fail_next(faults.closed(), on=INVITE)
        desk.try_start(**who)
        return str(desk.only_session()["session_id"])
    session_id = desk.scored(**who) if state == "scored" else desk.started(**who, ttl_hours=1)
    if state == "in_progress":
        desk.open(session_id)
    if state == "completed":
        desk.finish(session_id, [None] * 4)
        desk.refresh(session_id)
    if state == "expired":
        desk.clock.advance(hours=2)
        desk.refresh(session_id)
    if state == "canceled":
        desk.cancel(session_id)
    if state == "failed":
        fake.delete(desk.interview(session_id).interview_id)
        desk.refresh(session_id)
    assert desk.status(session_id) == state
    return session_id


def test_erasing_a_candidate_twice_is_like_erasing_once(desk: Desk) -> None:
    session_id = known_person(desk)
    first = erase(desk)
    desk.clock.advance(hours=1)
    held, events = export(desk), desk.events(session_id)
    assert erase(desk) == first
    assert (export(desk), desk.events(session_id)) == (held, events)


def test_a_demo_interview_of_an_interrupted_invitation_is_erased_too(
    make_app: MakeApp, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_short(*_: object, **__: object) -> None:
        raise RuntimeError

    client = Client(make_app())
    monkeypatch.setattr("tener_interview.domain.sessions.invite.mark_invited", cut_short)
    body = {"job_id": 1, "candidate_id": 42, "candidate_name": NAME, "candidate_email": EMAIL}
    assert client.post(START, body).status == 500
    assert client.get("/api/candidates/42/export").json["sessions"][0]["demo_interview"]["email"] == EMAIL
    assert client.request("DELETE", "/api/candidates/42").json["erased_sessions"] == 1
    kept = "\n".join(stored(environ))
    assert not [item for item in (*NAME.split(), EMAIL) if item in kept]


def test_erasing_a_candidate_erases_the_sessions_of_all_jobs(desk: Desk) -> None:
    first = desk.started(42, 1, candidate_name=NAME, candidate_email=EMAIL)
    desk.cancel(first)
    for job_id in (1, 2):
        desk.started(42, job_id, candidate_name=NAME, candidate_email=EMAIL, share_interview=True)
    assert erase(desk)["erased_sessions"] == 3
    assert {session["candidate_name"] for session in desk.sessions()} == {"(erased)"}
    assert leftovers(desk, NAME, EMAIL) == []


# Nothing brings it back -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["invited", "completed", "scored", "failed"])
@pytest.mark.parametrize("way", ["session", "job", "sync"])
def test_a_refresh_in_progress_during_an_erasure_stores_no_personal_data(
    desk: Desk, fake: FakeHireflix, state: str, way: str
) -> None:
    session_id = in_state(desk, fake, state)
    if state == "failed":
        record = fake.account.add_interview(fake.position_id, email=EMAIL)
        with desk.service.store.write() as tx:
            tx.sessions.update_if(session_id, {}, invitation_id=record.interview_id)
    fake.finish(desk.read_session(session_id)["invitation_id"], [f"{text}, really and truly." for text in SAID])
    desk.clock.advance(hours=1)
    asked, answer = threading.Event(), threading.Event()
    read = desk.service.provider.read

    def read_slowly(*args: Any, **kwargs: Any) -> Any:
        found = read(*args, **kwargs)
        asked.set()
        answer.wait(PATIENCE_S)
        return found

    desk.service.provider.read = read_slowly
    work = {
        "session": lambda: desk.refresh(session_id, force=True),
        "job": lambda: desk.refresh_job(force=True),
        "sync": desk.sync.run_round,
    }[way]
    thread, _ = in_background(work)
    if way == "sync" and state in ("scored", "failed"):
        join(thread)
        assert not asked.is_set(), "the sync reads no such session"
    else:
        assert asked.wait(PATIENCE_S)
    erase(desk)
    tombstone = desk.read_session(session_id)
    answer.set()
    join(thread)
    assert desk.read_session(session_id) == tombstone
    assert desk.scorecard(session_id) is None
    assert leftovers(desk, NAME, EMAIL, *SAID) == []


def test_an_invitation_in_progress_during_an_erasure_stores_no_personal_data(desk: Desk, fake: FakeHireflix) -> None:
    asked, answer = held_back_invite(desk)
    thread, done = in_background(lambda: desk.try_start(candidate_name=NAME, candidate_email=EMAIL))
    assert asked.wait(PATIENCE_S)
    erase(desk)
    answer.set()
    join(thread)
    assert (done[0].json["status"], done[0].json["entry_url"]) == ("canceled", None)
    session = desk.only_session()
    assert (session["status"], session["candidate_name"], session["invitation_id"]) == ("canceled", "(erased)", None)
    assert leftovers(desk, NAME, EMAIL, fake.interviews[0].hash) == []


def test_erased_sessions_are_not_refreshed_again(desk: Desk, fake: FakeHireflix) -> None:
    session_id = known_person(desk)
    erase(desk)
    fake.requests.clear()
    desk.clock.advance(hours=24)
    assert desk.refresh(session_id, force=True).json["result"] is None
    assert desk.refresh_job(force=True)["skipped_terminal"] == 1
    desk.sync.run_round()
    assert fake.requests == []


@pytest.mark.parametrize("state", ["scored", "invited", "created", "failed"])
def test_an_erased_candidate_can_be_started_again(desk: Desk, fake: FakeHireflix, state: str) -> None:
    first = in_state(desk, fake, state)
    desk.clock.advance(hours=2)
    erase(desk)
    reply = desk.try_start(candidate_name="Jane Doe", candidate_email="jane@example.com")
    assert reply.status == 201
    assert reply.json["session_id"] != first
    assert desk.open(reply.json["session_id"]).status == 302
    (row,) = desk.client.get("/api/jobs/1/interview-leaderboard").json["items"]
    assert row["session_id"] == reply.json["session_id"]
