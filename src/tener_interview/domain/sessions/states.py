"""The states of a session, the one table of ways between them, and the one function that takes a session along one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...store.session import Session
from ...store.session import Status as Status
from ...store.sqlite.database import Transaction

#: From each state, the states a session may go to. A poll never moves it back: `invited` is reached again only from
#: `expired`, by a longer life of the link, or when a clock that was ahead is put right. Who opened the link and never
#: began expires as others do; who is seen to have begun after all is in progress again. `failed` may heal, because an
#: interview that was lost can be found again. `scored` goes back to `completed` when its answers are scored again and
#: no total can be given any more.
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

#: Nothing at the provider changes these any more, unless somebody insists.
ENDED = frozenset({Status.SCORED, Status.CANCELED, Status.FAILED})
#: The candidate may still begin or go on.
ACTIVE = frozenset({Status.INVITED, Status.IN_PROGRESS})
FINISHED = frozenset({Status.COMPLETED, Status.SCORED})
#: Their place is taken by a new session when the candidate is started again.
REPLACEABLE = frozenset({Status.CANCELED, Status.FAILED})

_ALL = frozenset(Status)
#: What may be done with a session in which states. `start_in_batch`: by the step, which leaves alone whose interview
#: was canceled. `use_link`: the link leads to the interview until it expires.
ALLOWED: dict[str, frozenset[Status]] = {
    "start": REPLACEABLE | {Status.CREATED},
    "start_in_batch": frozenset({Status.CREATED, Status.FAILED}),
    "use_link": ACTIVE,
    "extend_link": ACTIVE | {Status.EXPIRED},
    "correct": _ALL,
    "cancel": _ALL - FINISHED - REPLACEABLE,
    "refresh": _ALL - ENDED,
    "force_refresh": ENDED - {Status.CANCELED},
}


def can_transition(old: str, new: str) -> bool:
    """Whether the table has a way from one state to the other."""
    return Status(new) in TRANSITIONS[Status(old)]


def transition(
    tx: Transaction, session: Session, status: Status, event: str, source: str, at_ms: int,
    details: Mapping[str, Any] | None = None, /, **columns: object,
) -> bool:
    """Take a session along one way of the table, with the event that says so; False if it is no longer where it was.

    What moves is looked at in the next round of the background sync, and needs no human look, unless `columns` say
    otherwise. Raises ValueError for a way the table does not have: that is a fault of the code, not of the request.
    """
    if not can_transition(session.status, status):
        raise ValueError(f"no way from {session.status} to {status}")
    expected = {"status": session.status, "link_serial": session.link.serial}
    changes = {"next_sync_at": at_ms, "review_reason": None, **columns, "status": status, "updated_at": at_ms}
    if not tx.sessions.update_if(session.session_id, expected, **changes):
        return False
    way = {"from": session.status, "to": status.value}
    tx.events.add(session.session_id, event, source, at_ms, **way, **(details or {}))
    return True
