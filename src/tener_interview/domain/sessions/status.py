"""A session's status: the table of transitions from one to another, the one function that performs a transition, and
which actions each status allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...errors import Problem
from ...store.event_records import EventCause
from ...store.outbox_records import Channel
from ...store.ports import Transaction
from ...store.session import Session, SessionError
from ...store.session import Status as Status
from ..audit.recording import record_action

#: From each status, those a session may move to. A refresh never moves a session backwards, with these exceptions:
#: `expired` becomes `invited` when the link is extended or a clock that ran fast is corrected, and `in_progress` if
#: the candidate has begun after all; `failed` recovers when a lost interview is found again; `scored` becomes
#: `completed` when rescoring gives no total.
TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.CREATED: frozenset({Status.INVITED, Status.CANCELED, Status.FAILED}),
    Status.INVITED: frozenset(
        {Status.IN_PROGRESS, Status.COMPLETED, Status.EXPIRED, Status.CANCELED, Status.FAILED}
    ),
    Status.IN_PROGRESS: frozenset({Status.COMPLETED, Status.EXPIRED, Status.CANCELED, Status.FAILED}),
    Status.COMPLETED: frozenset({Status.SCORED, Status.FAILED}),
    Status.SCORED: frozenset({Status.COMPLETED}),
    Status.EXPIRED: frozenset(
        {Status.INVITED, Status.IN_PROGRESS, Status.COMPLETED, Status.CANCELED, Status.FAILED}
    ),
    Status.CANCELED: frozenset(),
    Status.FAILED: frozenset({Status.IN_PROGRESS, Status.INVITED, Status.COMPLETED}),
}

#: Nothing changes these by itself: a refresh skips them unless it is forced.
FINAL = frozenset({Status.SCORED, Status.CANCELED, Status.FAILED})
#: The candidate may still begin or go on.
ACTIVE = frozenset({Status.INVITED, Status.IN_PROGRESS})
FINISHED = frozenset({Status.COMPLETED, Status.SCORED})
#: A new start replaces these with a new session.
REPLACEABLE = frozenset({Status.CANCELED, Status.FAILED})

_ALL = frozenset(Status)
#: The statuses with which an action is allowed. `start_in_batch`: the batch step does not restart canceled interviews.
#: `use_link`: the link leads to the interview until it expires.
ALLOWED: dict[str, frozenset[Status]] = {
    "start": REPLACEABLE | {Status.CREATED},
    "start_in_batch": frozenset({Status.CREATED, Status.FAILED}),
    "use_link": ACTIVE,
    "extend_link": ACTIVE | {Status.EXPIRED},
    "correct": _ALL,
    "cancel": _ALL - FINISHED - REPLACEABLE,
    "refresh": _ALL - FINAL,
    "force_refresh": FINAL - {Status.CANCELED},
}


def can_transition(old: str, new: str) -> bool:
    """Return whether the table allows this transition."""
    return Status(new) in TRANSITIONS[Status(old)]


def transition(
    tx: Transaction, session: Session, status: Status, event: str, caused_by: EventCause, at_ms: int,
    details: Mapping[str, Any] | None = None, /, **columns: object,
) -> bool:
    """Move a session to another status and record the event; return False if another writer changed it meanwhile.

    Unless `columns` say otherwise, the next sync round reads the session, and it no longer needs review. Raises
    ValueError for a transition that the table does not allow: a bug, not a bad request.
    """
    if not can_transition(session.status, status):
        raise ValueError(f"no transition from {session.status} to {status}")
    expected = {"status": session.status, "link_serial": session.link.serial}
    changes = {"next_sync_at": at_ms, "review_reason": None, **columns, "status": status, "updated_at": at_ms}
    if not tx.sessions.update_if(session.session_id, expected, **changes):
        return False
    change = {"from": session.status, "to": status.value}
    tx.events.add(session.session_id, event, caused_by, at_ms, **change, **(details or {}))
    if session.status in ACTIVE and status not in ACTIVE:
        # Mail that has not left is about an interview that is open.
        tx.outbox.cancel_of_session(session.session_id, [Channel.MAIL], at_ms)
    if status is Status.CANCELED:
        record_action(tx, "session.canceled", session, at_ms, {"from": session.status, "event": event})
    return True


def error_of(problem: Problem, at_ms: int) -> SessionError:
    """Return what a session remembers of a problem."""
    return SessionError(problem.code, problem.error, at_ms)
