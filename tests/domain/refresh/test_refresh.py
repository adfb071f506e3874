"""Refreshing one session and all of a job: what is read, what it changes, and what an outage must not change."""

from __future__ import annotations

from typing import Any

import pytest

from fakes import hireflix_faults as faults
from fakes.desk import ANSWERS, Desk, MakeDesk
from fakes.front_door import SESSIONS, refused
from fakes.hireflix import FakeHireflix
from tener_interview.system.clock import iso_utc

UNAVAILABLE, TIMEOUT = "INTERVIEW_PROVIDER_UNAVAILABLE", "INTERVIEW_PROVIDER_TIMEOUT"
PARTLY = [ANSWERS[0], None, ANSWERS[2], None]
NOTHING: list[str | None] = [None] * 4


# What Hireflix says ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vocabulary", ["legacy", "new"])
@pytest.mark.parametrize(
    ("stage", "completed", "expected"),
    [
        ("pending", False, "in_progress"),
        ("to_evaluate", True, "scored"),
        ("shortlisted", True, "scored"),
        ("discarded", False, "canceled"),
        ("discarded", True, "scored"),
    ],
)
def test_stages_in_both_hireflix_vocabularies_set_the_status(
    desk: Desk, fake: FakeHireflix, vocabulary: str, stage: str, completed: bool, expected: str
) -> None:
    fake.account.vocabulary = vocabulary
    session_id = desk.started()
    desk.open(session_id)
    if completed:
        desk.finish(session_id)
    desk.interview(session_id).stage = stage
    answer = desk.refresh(session_id).json
    assert (answer["status"], answer["updated"]) == (expected, expected != "in_progress")
    assert desk.read_session(session_id)["last_sync_at"] == iso_utc(desk.clock.now_ms())


def test_an_unknown_provider_status_changes_nothing(desk: Desk) -> None:
    session_id = desk.started()
    desk.interview(session_id).status = "teleported"
    assert desk.refresh(session_id).json == {
        "session_id": session_id, "status": "invited", "updated": False, "awaiting_transcription": False,
        "needs_review": False, "review_reason": None, "result": None,
    }
    assert desk.event_names(session_id) == ["created", "invited"]


@pytest.mark.parametrize("begun", [False, True])
def test_a_deleted_interview_fails_its_session_until_a_forced_refresh_finds_it(
    desk: Desk, fake: FakeHireflix, begun: bool
) -> None:
    session_id = desk.started()
    if begun:
        desk.open(session_id)
    record = desk.interview(session_id)
    fake.delete(record.interview_id)
    assert desk.refresh(session_id).json["status"] == "failed"
    assert desk.read_session(session_id)["last_error"]["code"] == "INTERVIEW_PROVIDER_REJECTED"
    fake.account.interviews[record.interview_id] = record
    assert desk.refresh(session_id).json["status"] == "failed"
    assert desk.refresh(session_id, force=True).json["status"] == ("in_progress" if begun else "invited")
    assert desk.read_session(session_id)["last_error"] is None


def test_a_deleted_interview_does_not_remove_the_score(desk: Desk, fake: FakeHireflix) -> None:
    session_id = desk.scored()
    before = desk.scorecard(session_id)
    fake.delete(desk.interview(session_id).interview_id)
    assert desk.refresh(session_id, force=True).json["status"] == "scored"
    assert desk.scorecard(session_id) == before
    assert desk.read_session(session_id)["last_error"]["code"] == "INTERVIEW_PROVIDER_REJECTED"


# Transcripts ----------------------------------------------------------------------------------------------------------


def test_missing_transcripts_are_waited_for(desk: Desk, fake: FakeHireflix) -> None:
    session_id = desk.started()
    desk.finish(session_id, NOTHING)
    for transcripts in (NOTHING, PARTLY):
        fake.set_transcripts(desk.interview(session_id).interview_id, transcripts)
        answer = desk.refresh(session_id).json
        assert (answer["status"], answer["awaiting_transcription"], answer["result"]) == ("completed", True, None)
        assert desk.scorecard(session_id) is None
    fake.set_transcripts(desk.interview(session_id).interview_id, ANSWERS)
    answer = desk.refresh(session_id).json
    assert (answer["status"], answer["updated"], answer["awaiting_transcription"]) == ("scored", True, False)
    coverage = desk.scorecard(session_id)["transcription_scoring"]["coverage"]
    assert coverage == {"total_questions": 4, "scored_questions": 4, "missing_transcriptions": 0}
    assert desk.event_names(session_id) == ["created", "invited", "completed", "scored"]


@pytest.mark.parametrize("way", ["waiting", "force"])
def test_after_the_transcription_wait_existing_transcripts_are_scored_and_missing_ones_named(
    desk: Desk, way: str
) -> None:
    whole = desk.scored(1)
    session_id = desk.started(2)
    desk.finish(session_id, PARTLY)
    assert desk.refresh(session_id).json["status"] == "completed"
    if way == "waiting":
        desk.clock.advance(hours=23.9)
        assert desk.refresh(session_id).json["status"] == "completed"
        desk.clock.advance(hours=0.2)
    answer = desk.refresh(session_id, force=way == "force").json
    assert (answer["status"], answer["awaiting_transcription"]) == ("scored", False)
    card = desk.scorecard(session_id)
    coverage = card["transcription_scoring"]["coverage"]
    assert coverage == {"total_questions": 4, "scored_questions": 2, "missing_transcriptions": 2}
    statuses = [score["status"] for score in card["transcription_scoring"]["question_scores"]]
    assert statuses == ["scored", "missing_transcription", "scored", "missing_transcription"]
    assert card["score_confidence"] < desk.scorecard(whole)["score_confidence"]


def test_the_transcription_wait_is_a_setting(make_desk: MakeDesk) -> None:
    desk = make_desk(TENER_INTERVIEW_TRANSCRIPTION_WAIT_HOURS="0")
    session_id = desk.started()
    desk.finish(session_id, PARTLY)
    assert desk.refresh(session_id).json["status"] == "scored"


@pytest.mark.parametrize("way", ["waiting", "force", "nothing answered"])
def test_refreshing_an_interview_without_transcripts_is_an_error_and_keeps_the_status(desk: Desk, way: str) -> None:
    session_id = desk.started()
    desk.finish(session_id, NOTHING)
    assert desk.refresh(session_id).json["status"] == "completed"
    if way == "waiting":
        desk.clock.advance(hours=25)
    if way == "nothing answered":
        desk.finish(session_id, NOTHING, answered=[False] * 4)
    for _ in range(2):
        reply = desk.refresh(session_id, force=way == "force")
        assert refused(reply, "INTERVIEW_NOTHING_TO_SCORE") == {"session_id": session_id}
        assert desk.status(session_id) == "completed"
        assert desk.read_session(session_id)["last_error"]["code"] == "INTERVIEW_NOTHING_TO_SCORE"
    assert desk.results(session_id) == []
    desk.finish(session_id)
    assert desk.refresh(session_id).json["status"] == "scored"
    assert desk.read_session(session_id)["last_error"] is None


def test_unreadable_transcripts_are_waited_for(desk: Desk, fake: FakeHireflix) -> None:
    session_id = desk.started()
    desk.finish(session_id)
    fake.account.broken_transcripts.add(desk.interview(session_id).interview_id)
    assert desk.refresh(session_id).json["awaiting_transcription"]
    fake.heal()
    assert desk.refresh(session_id).json["status"] == "scored"


def test_refreshing_a_scored_session_returns_the_stored_result(desk: Desk, fake: FakeHireflix) -> None:
    session_id = desk.started()
    desk.finish(session_id)
    first = desk.refresh(session_id).json
    asked = len(fake.requests)
    assert desk.refresh(session_id).json == {**first, "updated": False}
    assert len(fake.requests) == asked
    assert set(first["result"]) == {
        "technical_score", "soft_skills_score", "culture_fit_score", "total_score", "competency_scores",
        "score_confidence", "pass_recommendation", "question_scores",
    }


def test_a_forced_refresh_adds_a_result_version_only_if_answers_changed(desk: Desk, fake: FakeHireflix) -> None:
    session_id = desk.scored()
    scored_at = desk.read_session(session_id)["scored_at"]
    desk.clock.advance(hours=1)
    assert not desk.refresh(session_id, force=True).json["updated"]
    assert (len(desk.results(session_id)), desk.read_session(session_id)["scored_at"]) == (1, scored_at)
    fake.set_transcripts(desk.interview(session_id).interview_id, ["I do not know.", *ANSWERS[1:]])
    answer = desk.refresh(session_id, force=True).json
    assert (answer["status"], answer["updated"]) == ("scored", True)
    assert desk.scorecard(session_id)["result_version"] == 2
    assert [result["question_scores"][0]["transcript"] for result in desk.results(session_id)] == [
        ANSWERS[0], "I do not know.",
    ]
    assert desk.event_names(session_id)[-1] == "rescored"


@pytest.mark.parametrize("loss", ["all", "some", "unreadable", "no questions", "fewer questions"])
def test_a_forced_refresh_keeps_transcripts_that_hireflix_no_longer_returns(
    desk: Desk, fake: FakeHireflix, loss: str
) -> None:
    session_id = desk.scored()
    before = desk.scorecard(session_id)
    record = desk.interview(session_id)
    if loss == "unreadable":
        fake.account.broken_transcripts.add(record.interview_id)
    elif loss in ("no questions", "fewer questions"):
        del record.questions[0 if loss == "no questions" else 2 :]
    else:
        fake.set_transcripts(record.interview_id, NOTHING if loss == "all" else PARTLY)
    answer = desk.refresh(session_id, force=True).json
    assert (answer["status"], answer["updated"]) == ("scored", False)
    after = desk.scorecard(session_id)
    for card in (before, after):
        for question in card["transcription_scoring"]["question_scores"]:
            del question["video_url"], question["has_video"]
    assert after == before


def test_a_forced_refresh_scores_transcripts_that_arrive_after_a_partial_score(desk: Desk, fake: FakeHireflix) -> None:
    session_id = desk.started()
    desk.finish(session_id, PARTLY)
    desk.refresh(session_id, force=True)
    fake.set_transcripts(desk.interview(session_id).interview_id, [None, ANSWERS[1], None, ANSWERS[3]])
    assert desk.refresh(session_id, force=True).json["updated"]
    coverage = desk.scorecard(session_id)["transcription_scoring"]["coverage"]
    assert coverage == {"total_questions": 4, "scored_questions": 4, "missing_transcriptions": 0}
    assert len(desk.results(session_id)) == 2


def test_canceled_sessions_are_not_read_even_by_force(desk: Desk, fake: FakeHireflix) -> None:
    session_id = desk.started()
    desk.cancel(session_id)
    desk.finish(session_id)
    asked = len(fake.requests)
    assert desk.refresh(session_id, force=True).json["status"] == "canceled"
    assert len(fake.requests) == asked


def test_an_unknown_session_is_not_found(desk: Desk) -> None:
    refused(desk.client.post(f"{SESSIONS}/iv_{'0' * 32}/refresh", {}), "INTERVIEW_SESSION_NOT_FOUND")


# Outages --------------------------------------------------------------------------------------------------------------

#: What goes wrong. "refused" stands for nobody listening.
OUTAGES: dict[str, faults.Fault | None] = {
    "refused": None,
    "reset": faults.closed(),
    "broken off": faults.truncated_response(),
    "429": faults.too_many(),
    "429 with Retry-After": faults.too_many("600"),
    "500": faults.status(500),
    "502": faults.status(502),
    "503": faults.status(503),
    "401": faults.unauthorized(),
    "HTML": faults.html(),
    "truncated JSON": faults.truncated_json(),
    "errors with data null": faults.errors({"message": "Oops"}),
    "errors beside null": faults.json_body({"errors": [{"message": "Oops"}], "data": {"i0": None}}),
    "another interview": faults.json_body({"data": {"i0": {"id": "else"}}}),
    "an empty object": faults.json_body({"data": {}}),
}


def without_time(session: Any) -> Any:
    return {name: value for name, value in session.items() if name not in ("last_error", "last_sync_at")}


@pytest.fixture(params=["invited", "in_progress", "completed", "scored"])
def state(request: pytest.FixtureRequest) -> str:
    """The status that a session has reached."""
    return str(request.param)


def reach(desk: Desk, state: str) -> str:
    """A session in that status; its id."""
    session_id = desk.scored() if state == "scored" else desk.started()
    if state in ("in_progress", "completed"):
        desk.open(session_id)
    if state == "completed":
        desk.finish(session_id, NOTHING)
        desk.refresh(session_id)
    assert desk.read_session(session_id)["status"] == state
    return session_id


def check_outage(desk: Desk, fake: FakeHireflix, session_id: str, fault: faults.Fault | None, code: str) -> None:
    """A refresh fails, changes nothing, and works again when Hireflix does."""
    before, card = desk.read_session(session_id), desk.scorecard(session_id)
    state = before["status"]
    if fault is None:
        with fake.down():
            reply = desk.refresh(session_id, force=state == "scored")
    else:
        fake.fail_always(fault)
        reply = desk.refresh(session_id, force=state == "scored")
    refused(reply, code)
    assert ("retry-after" in reply.headers) == bool(fault and fault.headers)
    after = desk.read_session(session_id)
    assert without_time(after) == without_time(before)
    assert after["last_sync_at"] == before["last_sync_at"]
    assert after["last_error"]["code"] == code
    assert after["last_error"]["at"] == iso_utc(desk.clock.now_ms())
    assert desk.scorecard(session_id) == card
    fake.heal()
    desk.clock.advance(seconds=60)
    assert desk.refresh(session_id, force=state == "scored").json["status"] == state
    assert desk.read_session(session_id)["last_error"] is None


def check_scoring(desk: Desk, session_id: str) -> None:
    """Outages leave nothing behind that would keep a session from being scored."""
    if desk.read_session(session_id)["status"] != "scored":
        desk.finish(session_id)
        assert desk.refresh(session_id).json["status"] == "scored"


def test_a_refresh_during_an_outage_fails_changes_nothing_and_works_afterwards(
    desk: Desk, fake: FakeHireflix, state: str
) -> None:
    session_id = reach(desk, state)
    for fault in OUTAGES.values():
        check_outage(desk, fake, session_id, fault, UNAVAILABLE)
    check_scoring(desk, session_id)


def test_a_refresh_that_hireflix_does_not_answer_times_out_changes_nothing_and_works_afterwards(
    make_desk: MakeDesk, fake: FakeHireflix, state: str
) -> None:
    desk = make_desk(TENER_HIREFLIX_TIMEOUT_SECONDS="0.8")
    session_id = reach(desk, state)
    check_outage(desk, fake, session_id, faults.held(), TIMEOUT)
    check_scoring(desk, session_id)
