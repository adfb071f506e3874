"""The states of a session: the table of ways, and where a reading takes it."""

from __future__ import annotations

from dataclasses import fields
from itertools import product
from typing import Any

import pytest

from fakes.desk import Desk
from fakes.hireflix import FakeHireflix
from tener_interview.domain.refresh.apply_snapshot import OPENED_GRACE_MS, StateDecision, next_state
from tener_interview.domain.sessions.states import (
    ACTIVE,
    ENDED,
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
) -> StateDecision:
    finished_at_ms = more.pop("finished_at_ms", None)
    reading = interview(stage, answers, finished_at_ms)
    return next_state(session(status, **more), reading, NOW_MS, wait_hours=WAIT_HOURS, force=force)


def test_the_table_names_every_state() -> None:
    assert set(WAYS) == set(Status)
    assert ACTIVE | FINISHED | ENDED | {Status.CREATED, Status.EXPIRED} == set(Status)
    assert REPLACEABLE <= ENDED


@pytest.mark.parametrize(("old", "new"), list(product(WAYS, WAYS)))
def test_every_pair_of_states_is_a_way_or_is_not(old: str, new: str) -> None:
    assert can_transition(old, new) == (new in WAYS[old])


def test_a_way_that_is_not_in_the_table_cannot_be_gone(desk: Desk) -> None:
    session_id = desk.started()
    for old, new in product(WAYS, WAYS):
        if new not in WAYS[old]:
            with pytest.raises(ValueError, match="no way from"), desk.service.store.write() as tx:
                transition(tx, session(old, session_id=session_id), Status(new), "x", "system", NOW_MS)
    assert desk.status(session_id) == "invited"


PENDING, FINISHED_, WITHDRAWN, UNKNOWN = Stage.PENDING, Stage.FINISHED, Stage.WITHDRAWN, Stage.UNKNOWN


@pytest.mark.parametrize(
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
@pytest.mark.parametrize("force", [False, True])
def test_an_unfinished_interview(status: str, stage: Stage, expected: str, force: bool) -> None:
    assert decided(status, stage, force=force) == StateDecision(Status(expected))


def test_a_link_that_ran_out_expires_only_an_interview_that_was_not_begun() -> None:
    gone: dict[str, Any] = {"link_expires_at": NOW_MS}
    assert decided("invited", PENDING, **gone).status == "expired"
    assert decided("in_progress", PENDING, started_at=NOW_MS - OPENED_GRACE_MS, **gone).status == "expired"
    assert decided("in_progress", PENDING, started_at=NOW_MS - OPENED_GRACE_MS + 1, **gone).status == "in_progress"
    assert decided("in_progress", PENDING, begun_at=NOW_MS - 10**9, **gone).status == "in_progress"
    assert decided("in_progress", PENDING, HALF, **gone).status == "in_progress"
    assert decided("in_progress", UNKNOWN, **gone).status == "in_progress"
    assert decided("invited", UNKNOWN, **gone).status == "invited"
    assert decided("invited", PENDING, link_expires_at=NOW_MS + 1).status == "invited"


@pytest.mark.parametrize("status", ["invited", "in_progress", "expired", "failed"])
def test_who_has_answered_something_is_in_progress_whatever_was_thought_before(status: str) -> None:
    for expires_at in (NOW_MS, NOW_MS + HOUR_MS):
        assert decided(status, PENDING, HALF, link_expires_at=expires_at).status == "in_progress"


def test_a_lost_interview_that_is_found_goes_on_where_it_was() -> None:
    assert decided("failed", PENDING, started_at=NOW_MS - 1).status == "in_progress"
    assert decided("failed", FINISHED_, ALL) == StateDecision(Status.COMPLETED, score=True)


RECENT, LONG_AGO = NOW_MS - HOUR_MS, NOW_MS - WAIT_HOURS * HOUR_MS


@pytest.mark.parametrize("status", ["invited", "in_progress", "expired", "failed", "completed"])
@pytest.mark.parametrize(
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
def test_a_finished_interview(
    status: str, answers: tuple[InterviewAnswer, ...], finished_at_ms: int | None, force: bool, score: bool
) -> None:
    decision = decided(status, FINISHED_, answers, finished_at_ms=finished_at_ms, force=force)
    assert decision == StateDecision(Status.COMPLETED, score=score, awaiting=not score)


def test_the_wait_counts_from_the_first_time_the_finish_was_seen() -> None:
    waited = decided("completed", FINISHED_, SOME, completed_at=LONG_AGO, finished_at_ms=None)
    assert waited.score


@pytest.mark.parametrize("stage", [PENDING, WITHDRAWN, UNKNOWN])
def test_what_was_finished_stays_finished_whatever_is_said_later(stage: Stage) -> None:
    assert decided("completed", stage, SOME, completed_at=RECENT) == StateDecision(Status.COMPLETED, awaiting=True)
    assert decided("scored", stage, SOME, force=True) == StateDecision(Status.SCORED, score=True)


@pytest.mark.parametrize("stage", list(Stage))
def test_a_canceled_session_stays_canceled(stage: Stage) -> None:
    assert decided("canceled", stage, ALL, force=True).status == "canceled"
    assert not decided("canceled", stage, ALL, force=True).score


def test_no_reading_ever_leaves_the_table() -> None:
    known, read = [status for status in Status if status != "created"], [(), NONE_YET, SOME, ALL]
    expiries = [NOW_MS - 1, NOW_MS + HOUR_MS]
    for status, stage, answers, force, expires_at in product(known, Stage, read, [False, True], expiries):
        goal = decided(status, stage, answers, force=force, link_expires_at=expires_at).status
        assert goal == status or can_transition(status, goal), (status, stage, answers, force, expires_at)


def test_a_poll_never_moves_a_state_backwards(desk: Desk, fake: FakeHireflix) -> None:
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
