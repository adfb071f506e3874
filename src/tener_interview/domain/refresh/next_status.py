"""Decides the next status of a session from its interview at the provider. Everything here is a pure function."""

from __future__ import annotations

from ...lazy_dataclass import dataclass
from ...providers.protocol import Interview, Stage
from ...store.session import Session
from ...system.clock import HOUR_MS
from ..sessions.status import FINISHED, Status, can_transition

#: A candidate who opened the link just before it expired has this long to give the first answer.
FIRST_ANSWER_GRACE_MS = HOUR_MS


@dataclass(frozen=True)
class NextStatus:
    """A session's next status, and whether to score its transcripts now or to wait for missing ones."""

    status: Status
    is_to_score: bool = False
    awaits_transcripts: bool = False


def next_status(session: Session, interview: Interview, now_ms: int, wait_hours: int) -> NextStatus:
    """Decide the next status of a session from its interview, among those that `TRANSITIONS` allows.

    A finished interview waits up to `wait_hours` for transcripts before it is scored without them.
    """
    status = session.status
    if interview.stage is Stage.FINISHED or status in FINISHED:
        return _next_status_finished(status, session, interview, now_ms, wait_hours)
    if interview.stage is Stage.WITHDRAWN and can_transition(status, Status.CANCELED):
        return NextStatus(Status.CANCELED)
    return NextStatus(
        _next_status_unfinished(status, session, interview, now_ms) if interview.stage is Stage.PENDING else status
    )


def _next_status_unfinished(status: Status, session: Session, interview: Interview, now_ms: int) -> Status:
    """Decide the status of an unfinished interview: in progress, still open, or expired before the candidate began."""
    has_begun = session.first_activity_at or first_answer_ms(interview, now_ms)
    if has_begun:
        return Status.IN_PROGRESS if can_transition(status, Status.IN_PROGRESS) else status
    expired = session.link.expires_at <= now_ms
    # Marked expired by a clock that ran fast; undo it.
    if status is Status.FAILED or (status is Status.EXPIRED and not expired):
        return Status.IN_PROGRESS if session.in_progress_at else Status.INVITED
    open_for_ms = now_ms - (session.in_progress_at or 0)
    opened_just_now = status is Status.IN_PROGRESS and 0 <= open_for_ms < FIRST_ANSWER_GRACE_MS
    return Status.EXPIRED if expired and not opened_just_now and can_transition(status, Status.EXPIRED) else status


def first_answer_ms(interview: Interview, now_ms: int) -> int | None:
    """Return when the first question was answered (now, if the provider gives no time), or None without an answer."""
    return min((answer.answered_at_ms or now_ms for answer in interview.answers if answer.answered), default=None)


def _next_status_finished(
    status: Status, session: Session, interview: Interview, now_ms: int, wait_hours: int
) -> NextStatus:
    target = status if status is Status.SCORED else Status.COMPLETED
    if target is not status and not can_transition(status, target):
        return NextStatus(status)
    if awaits_transcripts(session, interview, now_ms, wait_hours):
        return NextStatus(target, awaits_transcripts=target is not Status.SCORED)
    return NextStatus(target, is_to_score=True)


def awaits_transcripts(session: Session, interview: Interview, now_ms: int, wait_hours: int) -> bool:
    """Return whether a finished interview lacks transcripts that may still arrive."""
    # Ignore a time in the future: it was written by a clock that ran fast.
    known_ends = (session.completed_at, interview.finished_at_ms)
    finished_ms = next((time_ms for time_ms in known_ends if time_ms is not None and time_ms <= now_ms), now_ms)
    waited_enough = now_ms - finished_ms >= wait_hours * HOUR_MS
    return not waited_enough and (not interview.answers or transcripts_missing(interview))


def transcripts_missing(interview: Interview) -> bool:
    return any(answer.answered and answer.transcript is None for answer in interview.answers)
