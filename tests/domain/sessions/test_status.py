"""The states of a session: the table of ways, and where a reading takes it."""

from __future__ import annotations

from dataclasses import fields
from itertools import product
from typing import Any

import pytest

from fakes.desk import Desk
from fakes.hireflix import FakeHireflix
from for_each import for_each
from tener_interview.domain.refresh.next_status import FIRST_ANSWER_GRACE_MS, NextStatus, next_status
from tener_interview.domain.sessions.status import (
    ACTIVE,
    FINAL,
    FINISHED,
    REPLACEABLE,
    Status,
    can_transition,
    transition,
)
from tener_interview.providers.protocol import Interview, InterviewAnswer, Stage
from tener_interview.store.session import InterviewLink, Session
from tener_interview.system.clock import HOUR_MS

#: From -> every state it may go to; whatever is not here must be refused.
WAYS: dict[str, set[str]] = {
    "created": {"invited", "canceled", "failed"},
    "invited": {"in_progress", "completed", "expired", "canceled", "failed"},
    "in_progress": {"completed", "expired", "canceled", "failed"},
    "completed": {"scored", "failed"},
    "scored": {"completed"},
    "expired": {"invited", "in_progress", "completed", "canceled", "failed"},
    "canceled": set(),
    "failed": {"invited", "in_progress", "completed"},
}

NOW_MS = 1_770_000_000_000
WAIT_HOURS = 24
NOTHING = dict.fromkeys((field.name for field in fields(Session)), None)

NONE_YET = (InterviewAnswer("q1", "One", answered=True), InterviewAnswer("q2", "Two", answered=True))
SOME = (InterviewAnswer("q1", "One", answered=True, transcript="I did."), InterviewAnswer("q2", "Two", answered=True))
ALL = (
    InterviewAnswer("q1", "One", answered=True, transcript="I did."),
    InterviewAnswer("q2", "Two", answered=True, transcript="Yes."),
)
#: The candidate is on the way.
HALF = (InterviewAnswer("q1", "One", answered=True, answered_at_ms=NOW_MS - 1), InterviewAnswer("q2", "Two"))
#: The second question was skipped: there is no transcript to wait for.
SKIPPED = (InterviewAnswer("q1", "One", answered=True, transcript="I did."), InterviewAnswer("q2", "Two"))


def session(status: str, **changes: Any) -> Session:
    expires_at = changes.pop("link_expires_at", NOW_MS + HOUR_MS)
    values: dict[str, Any] = {**NOTHING, "status": Status(status), "link": InterviewLink(1, expires_at, expires_at)}
    return Session(**{**values, **changes})


def interview(stage: Stage, answers: tuple[InterviewAnswer, ...] = (), finished_at_ms: int | None = None) -> Interview:
    return Interview("65a0", stage, "https://app.hireflix.com/x", finished_at_ms=finished_at_ms, answers=answers)


def decided(
    status: str, stage: Stage, answers: tuple[InterviewAnswer, ...] = (), *, force: bool = False, **more: Any
) -> NextStatus:
    finished_at_ms = more.pop("finished_at_ms", None)
    reading = interview(stage, answers, finished_at_ms)
    wait_hours = 0 if force else WAIT_HOURS
    return next_status(session(status, **more), reading, NOW_MS, wait_hours)


def test_the_transition_table_names_every_status() -> None:
    assert set(WAYS) == set(Status)
    assert ACTIVE | FINISHED | FINAL | {Status.CREATED, Status.EXPIRED} == set(Status)
    assert REPLACEABLE <= FINAL


@for_each(("old", "new"), list(product(WAYS, WAYS)))
def test_only_transitions_of_the_table_are_allowed(old: str, new: str) -> None:
    assert can_transition(old, new) == (new in WAYS[old])


def test_transitions_outside_the_table_raise(desk: Desk) -> None:
    session_id = desk.started()
    for old, new in product(WAYS, WAYS):
        if new not in WAYS[old]:
            with pytest.raises(ValueError, match="no transition from"), desk.service.store.write() as tx:
                transition(tx, session(old, session_id=session_id), Status(new), "x", "system", NOW_MS)
    assert desk.status(session_id) == "invited"


PENDING, FINISHED_, WITHDRAWN, UNKNOWN = Stage.PENDING, Stage.FINISHED, Stage.WITHDRAWN, Stage.UNKNOWN


@for_each(
    ("status", "stage", "expected"),
    [
        ("invited", PENDING, "invited"),
        ("invited", WITHDRAWN, "canceled"),
        ("invited", UNKNOWN, "invited"),
        ("in_progress", PENDING, "in_progress"),
        ("in_progress", WITHDRAWN, "canceled"),
        ("in_progress", UNKNOWN, "in_progress"),
        ("expired", PENDING, "invited"),
        ("expired", WITHDRAWN, "canceled"),
        ("expired", UNKNOWN, "expired"),
        ("failed", PENDING, "invited"),
        ("failed", WITHDRAWN, "failed"),
        ("failed", UNKNOWN, "failed"),
        ("canceled", PENDING, "canceled"),
        ("canceled", WITHDRAWN, "canceled"),
        ("canceled", UNKNOWN, "canceled"),
    ],
)
@for_each("force", [False, True])
def test_the_next_status_of_an_unfinished_interview_depends_on_its_stage(
    status: str, stage: Stage, expected: str, force: bool
) -> None:
    assert decided(status, stage, force=force) == NextStatus(Status(expected))


def test_an_expired_link_expires_only_an_interview_that_was_not_begun() -> None:
    gone: dict[str, Any] = {"link_expires_at": NOW_MS}
    assert decided("invited", PENDING, **gone).status == "expired"
    grace_over_ms = NOW_MS - FIRST_ANSWER_GRACE_MS
    assert decided("in_progress", PENDING, in_progress_at=grace_over_ms, **gone).status == "expired"
    assert decided("in_progress", PENDING, in_progress_at=grace_over_ms + 1, **gone).status == "in_progress"
    assert decided("in_progress", PENDING, first_activity_at=NOW_MS - 10**9, **gone).status == "in_progress"
    assert decided("in_progress", PENDING, HALF, **gone).status == "in_progress"
    assert decided("in_progress", UNKNOWN, **gone).status == "in_progress"
    assert decided("invited", UNKNOWN, **gone).status == "invited"
    assert decided("invited", PENDING, link_expires_at=NOW_MS + 1).status == "invited"


@for_each("status", ["invited", "in_progress", "expired", "failed"])
def test_a_session_with_an_answer_is_in_progress_from_any_earlier_status(status: str) -> None:
    for expires_at in (NOW_MS, NOW_MS + HOUR_MS):
        assert decided(status, PENDING, HALF, link_expires_at=expires_at).status == "in_progress"


def test_a_failed_session_whose_interview_is_found_continues() -> None:
    assert decided("failed", PENDING, in_progress_at=NOW_MS - 1).status == "in_progress"
    assert decided("failed", FINISHED_, ALL) == NextStatus(Status.COMPLETED, is_to_score=True)


RECENT, LONG_AGO = NOW_MS - HOUR_MS, NOW_MS - WAIT_HOURS * HOUR_MS


@for_each("status", ["invited", "in_progress", "expired", "failed", "completed"])
@for_each(
    ("answers", "finished_at_ms", "force", "score"),
    [
        (ALL, RECENT, False, True),
        (ALL, LONG_AGO, False, True),
        (SKIPPED, RECENT, False, True),
        (SOME, RECENT, False, False),
        (SOME, RECENT, True, True),
        (SOME, LONG_AGO + 1, False, False),
        (SOME, LONG_AGO, False, True),
        (NONE_YET, RECENT, False, False),
        (NONE_YET, RECENT, True, True),
        (NONE_YET, LONG_AGO, False, True),
        ((), RECENT, False, False),
        ((), LONG_AGO, False, True),
        (NONE_YET, None, False, False),
    ],
)
def test_a_finished_interview_is_scored_or_waits_for_transcripts(
    status: str, answers: tuple[InterviewAnswer, ...], finished_at_ms: int | None, force: bool, score: bool
) -> None:
    decision = decided(status, FINISHED_, answers, finished_at_ms=finished_at_ms, force=force)
    assert decision == NextStatus(Status.COMPLETED, is_to_score=score, awaits_transcripts=not score)


def test_the_transcription_wait_counts_from_when_the_finish_was_first_seen() -> None:
    waited = decided("completed", FINISHED_, SOME, completed_at=LONG_AGO, finished_at_ms=None)
    assert waited.is_to_score


@for_each("stage", [PENDING, WITHDRAWN, UNKNOWN])
def test_a_finished_session_never_becomes_unfinished(stage: Stage) -> None:
    waiting = NextStatus(Status.COMPLETED, awaits_transcripts=True)
    assert decided("completed", stage, SOME, completed_at=RECENT) == waiting
    assert decided("scored", stage, SOME, force=True) == NextStatus(Status.SCORED, is_to_score=True)


@for_each("stage", list(Stage))
def test_a_canceled_session_stays_canceled(stage: Stage) -> None:
    assert decided("canceled", stage, ALL, force=True).status == "canceled"
    assert not decided("canceled", stage, ALL, force=True).is_to_score


def test_every_status_decided_from_a_snapshot_is_an_allowed_transition() -> None:
    known, read = [status for status in Status if status != "created"], [(), NONE_YET, SOME, ALL]
    expiries = [NOW_MS - 1, NOW_MS + HOUR_MS]
    for status, stage, answers, force, expires_at in product(known, Stage, read, [False, True], expiries):
        goal = decided(status, stage, answers, force=force, link_expires_at=expires_at).status
        assert goal == status or can_transition(status, goal), (status, stage, answers, force, expires_at)


def test_a_refresh_never_moves_a_status_backwards(desk: Desk, fake: FakeHireflix) -> None:
    session_id = desk.started()
    assert desk.open(session_id).status == 302
    desk.refresh(session_id)
    assert desk.status(session_id) == "in_progress"
    desk.finish(session_id, [None] * 4)
    desk.refresh(session_id)
    assert desk.status(session_id) == "completed"
    record = desk.interview(session_id)
    record.stage, record.completed_at_ms = "pending", None
    desk.refresh(session_id)
    assert desk.status(session_id) == "completed"
    desk.finish(session_id)
    desk.refresh(session_id)
    record.stage, record.completed_at_ms = "pending", None
    assert desk.refresh(session_id, force=True).json["status"] == "scored"
    fake.discard(record.interview_id)
    assert desk.refresh(session_id, force=True).json["status"] == "scored"
