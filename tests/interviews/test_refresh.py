"""Refreshing one session and all of a job: what is read, what it changes, and what an outage must not change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from fakes import hireflix_faults as faults
from fakes.desk import ANSWERS, Desk, MakeDesk, in_background
from fakes.front_door import SESSIONS, refused
from fakes.hireflix import FakeHireflix

from tener_interview.clock import iso

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
def test_stages_in_both_vocabularies(
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
    assert desk.look(session_id)["last_sync_at"] == iso(desk.clock.now_ms())


def test_a_status_nobody_knows_changes_nothing(desk: Desk) -> None:
    session_id = desk.started()
    desk.interview(session_id).status = "teleported"
    assert desk.refresh(session_id).json == {
        "session_id": session_id, "status": "invited", "updated": False, "awaiting_transcription": False,
        "result": None,
    }
    assert desk.event_names(session_id) == ["created", "invited"]


@pytest.mark.parametrize("begun", [False, True])
def test_an_interview_that_is_gone_has_failed_and_is_found_again_by_force(
    desk: Desk, fake: FakeHireflix, begun: bool
) -> None:
    session_id = desk.started()
    if begun:
        desk.open(session_id)
    record = desk.interview(session_id)
    fake.delete(record.interview_id)
    assert desk.refresh(session_id).json["status"] == "failed"
    assert desk.look(session_id)["last_error"]["code"] == "INTERVIEW_PROVIDER_REJECTED"
    fake.account.interviews[record.interview_id] = record
    assert desk.refresh(session_id).json["status"] == "failed"
    assert desk.refresh(session_id, force=True).json["status"] == ("in_progress" if begun else "invited")
    assert desk.look(session_id)["last_error"] is None


def test_an_interview_that_is_gone_takes_no_score_away(desk: Desk, fake: FakeHireflix) -> None:
    session_id = desk.scored()
    before = desk.scorecard(session_id)
    fake.delete(desk.interview(session_id).interview_id)
    assert desk.refresh(session_id, force=True).json["status"] == "scored"
    assert desk.scorecard(session_id) == before
    assert desk.look(session_id)["last_error"]["code"] == "INTERVIEW_PROVIDER_REJECTED"


# Transcripts ----------------------------------------------------------------------------------------------------------


def test_transcripts_that_come_later_are_awaited(desk: Desk, fake: FakeHireflix) -> None:
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
def test_what_is_there_is_scored_in_the_end_and_says_what_is_missing(desk: Desk, way: str) -> None:
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
    statuses = [each["status"] for each in card["transcription_scoring"]["question_scores"]]
    assert statuses == ["scored", "missing_transcription", "scored", "missing_transcription"]
    assert card["score_confidence"] < desk.scorecard(whole)["score_confidence"]


def test_the_wait_is_a_setting(make_desk: MakeDesk) -> None:
    desk = make_desk(TENER_INTERVIEW_TRANSCRIPTION_WAIT_HOURS="0")
    session_id = desk.started()
    desk.finish(session_id, PARTLY)
    assert desk.refresh(session_id).json["status"] == "scored"


@pytest.mark.parametrize("way", ["waiting", "force", "nothing answered"])
def test_with_nothing_to_score_the_caller_is_told_and_the_state_stays(desk: Desk, way: str) -> None:
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
        assert desk.look(session_id)["last_error"]["code"] == "INTERVIEW_NOTHING_TO_SCORE"
    assert desk.results(session_id) == []
    desk.finish(session_id)
    assert desk.refresh(session_id).json["status"] == "scored"
    assert desk.look(session_id)["last_error"] is None


def test_transcripts_that_cannot_be_read_just_now_are_awaited(desk: Desk, fake: FakeHireflix) -> None:
    session_id = desk.started()
    desk.finish(session_id)
    fake.account.broken_transcripts.add(desk.interview(session_id).interview_id)
    assert desk.refresh(session_id).json["awaiting_transcription"]
    fake.heal()
    assert desk.refresh(session_id).json["status"] == "scored"


def test_a_scored_session_answers_from_the_store(desk: Desk, fake: FakeHireflix) -> None:
    session_id = desk.started()
    desk.finish(session_id)
    first = desk.refresh(session_id).json
    asked = len(fake.requests)
    assert desk.refresh(session_id).json == {**first, "updated": False}
    assert len(fake.requests) == asked
    assert set(first["result"]) == {
        "technical_score", "soft_skills_score", "culture_fit_score", "total_score", "score_confidence",
        "pass_recommendation", "question_scores",
    }


def test_a_forced_refresh_adds_a_version_only_if_something_changed(desk: Desk, fake: FakeHireflix) -> None:
    session_id = desk.scored()
    scored_at = desk.look(session_id)["scored_at"]
    desk.clock.advance(hours=1)
    assert not desk.refresh(session_id, force=True).json["updated"]
    assert (len(desk.results(session_id)), desk.look(session_id)["scored_at"]) == (1, scored_at)
    fake.set_transcripts(desk.interview(session_id).interview_id, ["I do not know.", *ANSWERS[1:]])
    answer = desk.refresh(session_id, force=True).json
    assert (answer["status"], answer["updated"]) == ("scored", True)
    assert desk.scorecard(session_id)["result_version"] == 2
    assert [each["question_scores"][0]["transcript"] for each in desk.results(session_id)] == [
        ANSWERS[0], "I do not know.",
    ]
    assert desk.event_names(session_id)[-1] == "rescored"


@pytest.mark.parametrize("loss", ["all", "some", "unreadable", "no questions", "fewer questions"])
def test_a_forced_read_that_misses_a_transcript_loses_none(desk: Desk, fake: FakeHireflix, loss: str) -> None:
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
            del question["video_url"]
    assert after == before


def test_transcripts_that_come_after_a_partial_score_are_taken_up_by_force(desk: Desk, fake: FakeHireflix) -> None:
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


def test_a_session_nobody_knows(desk: Desk) -> None:
    refused(desk.client.post(f"{SESSIONS}/iv_{'0' * 32}/refresh", {}), "INTERVIEW_SESSION_NOT_FOUND")


# Outages --------------------------------------------------------------------------------------------------------------

#: What goes wrong -> the code the caller gets. "refused" stands for nobody listening.
OUTAGES: dict[str, tuple[faults.Fault | None, str]] = {
    "refused": (None, UNAVAILABLE),
    "reset": (faults.closed(), UNAVAILABLE),
    "broken off": (faults.broken_off(), UNAVAILABLE),
    "slow": (faults.slow(0.5), TIMEOUT),
    "429": (faults.too_many(), UNAVAILABLE),
    "429 with Retry-After": (faults.too_many("600"), UNAVAILABLE),
    "500": (faults.status(500), UNAVAILABLE),
    "502": (faults.status(502), UNAVAILABLE),
    "503": (faults.status(503), UNAVAILABLE),
    "401": (faults.unauthorized(), UNAVAILABLE),
    "HTML": (faults.html(), UNAVAILABLE),
    "truncated JSON": (faults.truncated_json(), UNAVAILABLE),
    "errors with data null": (faults.errors({"message": "Oops"}), UNAVAILABLE),
    "errors beside null": (faults.json_body({"errors": [{"message": "Oops"}], "data": {"i0": None}}), UNAVAILABLE),
    "another interview": (faults.json_body({"data": {"i0": {"id": "else"}}}), UNAVAILABLE),
    "an empty object": (faults.json_body({"data": {}}), UNAVAILABLE),
}


def without_time(session: Any) -> Any:
    return {name: value for name, value in session.items() if name not in ("last_error", "last_sync_at")}


@pytest.mark.parametrize("state", ["invited", "in_progress", "completed", "scored"])
@pytest.mark.parametrize(("fault", "code"), OUTAGES.values(), ids=OUTAGES)
def test_an_outage_changes_nothing_is_told_and_heals(
    make_desk: MakeDesk, fake: FakeHireflix, fault: faults.Fault | None, code: str, state: str
) -> None:
    desk = make_desk(TENER_HIREFLIX_TIMEOUT_SECONDS="0.2" if fault and fault.delay_s else "5")
    session_id = desk.scored() if state == "scored" else desk.started()
    if state in ("in_progress", "completed"):
        desk.open(session_id)
    if state == "completed":
        desk.finish(session_id, NOTHING)
        desk.refresh(session_id)
    before, card = desk.look(session_id), desk.scorecard(session_id)
    if fault is None:
        with fake.down():
            reply = desk.refresh(session_id, force=state == "scored")
    else:
        fake.fail_always(fault)
        reply = desk.refresh(session_id, force=state == "scored")
    refused(reply, code)
    assert ("retry-after" in reply.headers) == bool(fault and fault.headers)
    after = desk.look(session_id)
    assert without_time(after) == without_time(before)
    assert after["last_sync_at"] == before["last_sync_at"]
    assert after["last_error"]["code"] == code
    assert after["last_error"]["at"] == iso(desk.clock.now_ms())
    assert desk.scorecard(session_id) == card
    fake.heal()
    desk.clock.advance(seconds=60)
    assert desk.refresh(session_id, force=state == "scored").json["status"] == state
    assert desk.look(session_id)["last_error"] is None
    if state != "scored":
        desk.finish(session_id)
        assert desk.refresh(session_id).json["status"] == "scored"


# A whole job ----------------------------------------------------------------------------------------------------------


def start_many(desk: Desk, candidate_ids: Sequence[int], job_id: int = 1) -> dict[int, str]:
    """Session ids by candidate."""
    return {each: desk.started(each, job_id) for each in candidate_ids}


def test_a_job_is_read_in_batches_of_25(desk: Desk, fake: FakeHireflix) -> None:
    sessions = start_many(desk, range(1, 61))
    for session_id in sessions.values():
        desk.finish(session_id)
    fake.requests.clear()
    answer = desk.refresh_job()
    assert {name: answer[name] for name in answer if name != "items"} == {
        "job_id": 1, "force": False, "total_sessions": 60, "refreshed": 60, "skipped_terminal": 0, "scored": 60,
        "failed": 0, "errors": 0,
    }
    assert sorted(len(each["variables"]) for each in fake.requests) == [10, 25, 25]
    assert {each["session_id"] for each in answer["items"]} == set(sessions.values())
    assert {each["status"] for each in desk.sessions()} == {"scored"}


@pytest.mark.parametrize("refusal", ["poison", "broken"])
def test_one_bad_interview_among_60_keeps_no_other_from_being_read(
    desk: Desk, fake: FakeHireflix, refusal: str
) -> None:
    sessions = start_many(desk, range(1, 61))
    for session_id in sessions.values():
        desk.finish(session_id)
    bad = desk.interview(sessions[30]).interview_id
    if refusal == "poison":
        fake.poison(bad)
    else:
        fake.account.broken.add(bad)
    fake.requests.clear()
    answer = desk.refresh_job()
    assert (answer["refreshed"], answer["scored"], answer["errors"]) == (59, 59, 1)
    assert len(fake.requests) < 25
    (item,) = [each for each in answer["items"] if each["action"] == "error"]
    assert item == {
        "session_id": sessions[30], "candidate_id": 30, "previous_status": "invited", "status": "invited",
        "action": "error", "error": {"code": UNAVAILABLE, "message": desk.look(sessions[30])["last_error"]["message"]},
    }
    fake.heal()
    answer = desk.refresh_job()
    assert (answer["refreshed"], answer["skipped_terminal"], answer["errors"]) == (1, 59, 0)


def test_a_batch_that_is_refused_delivers_the_rest(desk: Desk, fake: FakeHireflix) -> None:
    start_many(desk, range(1, 51))
    fake.fail_next(faults.too_many("600"), on="interview")
    answer = desk.refresh_job()
    assert (answer["refreshed"], answer["errors"]) == (25, 25)
    assert {each["status"] for each in answer["items"]} == {"invited"}


def test_no_more_requests_at_a_time_than_allowed(make_desk: MakeDesk, fake: FakeHireflix) -> None:
    desk = make_desk(TENER_HIREFLIX_CONCURRENCY="3")
    start_many(desk, range(1, 151))
    fake.latency_s, fake.in_flight_max = 0.05, 0
    threads = [in_background(desk.refresh_job)[0] for _ in range(3)]
    for thread in threads:
        thread.join(20)
    assert fake.in_flight_max == 3


def test_items_and_counts_of_a_mixed_job(desk: Desk, fake: FakeHireflix) -> None:
    sessions = start_many(desk, range(1, 8))
    desk.finish(sessions[1])
    desk.refresh(sessions[1])
    desk.cancel(sessions[2])
    desk.finish(sessions[3])
    fake.delete(desk.interview(sessions[4]).interview_id)
    desk.finish(sessions[5], NOTHING, answered=[False] * 4)
    fake.account.broken.add(desk.interview(sessions[6]).interview_id)
    fake.fail_next(faults.status(503), on="inviteCandidateToInterview")
    desk.try_start(8)
    desk.started(9, job_id=2)
    answer = desk.refresh_job()
    items = {each["candidate_id"]: each for each in answer.pop("items")}
    assert answer == {
        "job_id": 1, "force": False, "total_sessions": 8, "refreshed": 4, "skipped_terminal": 2, "scored": 1,
        "failed": 1, "errors": 2,
    }
    shown = {id_: (each["previous_status"], each["status"], each["action"]) for id_, each in items.items()}
    assert shown == {
        1: ("scored", "scored", "skipped"),
        2: ("canceled", "canceled", "skipped"),
        3: ("invited", "scored", "refreshed"),
        4: ("invited", "failed", "refreshed"),
        5: ("invited", "completed", "error"),
        6: ("invited", "invited", "error"),
        7: ("invited", "invited", "refreshed"),
        8: ("created", "invited", "refreshed"),
    }
    assert items[5]["error"]["code"] == "INTERVIEW_NOTHING_TO_SCORE"
    assert all((each["error"] is None) == (each["action"] != "error") for each in items.values())
    assert desk.refresh_job(force=True)["skipped_terminal"] == 1
    assert desk.refresh_job(99)["total_sessions"] == 0


def test_the_limit_takes_the_longest_unread_that_can_still_change(desk: Desk) -> None:
    sessions = start_many(desk, range(1, 7))
    desk.finish(sessions[1])
    for number in (1, 2, 3):
        desk.clock.advance(seconds=60)
        desk.refresh(sessions[number])
    desk.clock.advance(seconds=60)
    answer = desk.refresh_job(limit=4)
    assert {each["candidate_id"] for each in answer["items"]} == {4, 5, 6, 2}
    assert answer["skipped_terminal"] == 0
    desk.clock.advance(seconds=60)
    assert [each["candidate_id"] for each in desk.refresh_job(limit=1)["items"]] == [3]


def test_a_job_during_an_outage_answers_with_every_error(desk: Desk, fake: FakeHireflix) -> None:
    start_many(desk, range(1, 31))
    with fake.down():
        answer = desk.refresh_job()
    assert (answer["refreshed"], answer["errors"]) == (0, 30)
    assert {each["last_error"]["code"] for each in desk.sessions()} == {UNAVAILABLE}
    desk.clock.advance(seconds=60)
    assert desk.refresh_job()["errors"] == 0
    assert {str(each["last_error"]) for each in desk.sessions()} == {"None"}


def test_candidates_with_one_interview_in_two_jobs_are_read_together(desk: Desk) -> None:
    first = desk.started(42, 1, candidate_email="jane@example.com")
    desk.started(42, 2, candidate_email="jane@example.com")
    desk.finish(first)
    assert [desk.refresh_job(job_id)["scored"] for job_id in (1, 2)] == [1, 1]
