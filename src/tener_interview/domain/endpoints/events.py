"""The events of sessions for endpoints: their types, the changes that cause them, and how they get into the outbox."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ...store.event_records import AddedEvent
from ...store.outbox_records import Channel, outbox_row
from ...system.clock import iso_utc
from ..sessions.status import Status

if TYPE_CHECKING:
    from ...store.outbox_records import OutboxRow
    from ...store.ports import Transaction
    from ...store.session import Session

#: Type -> what it means.
EVENT_TYPES: dict[str, str] = {
    "session.invited": "A candidate was invited, and has an interview link.",
    "session.opened": "The candidate opened the link, or began, for the first time.",
    "session.completed": "The candidate has finished; the answers are being scored.",
    "session.scored": "The session has a total, or another total than before.",
    "session.needs_review": "The interview is finished and has no total: a person has to look.",
    "session.reviewed": "Somebody submitted a review, or changed it.",
    "session.decided": "Somebody decided about the candidate; without a decision, it was undone.",
    "session.expired": "The link ran out before the candidate began.",
    "session.erased": "Everything about the candidate was erased here. Erase it in your system too.",
}
ERASED = "session.erased"
#: The type of test events.
TEST = "endpoint.test"
#: These are sent once for each session.
_ONCE_PER_SESSION = ("session.invited", "session.opened", "session.completed", ERASED)

#: The first condition that fits decides the type.
_EVENT_CONDITIONS: tuple[tuple[str, Callable[[AddedEvent], bool]], ...] = (
    (ERASED, lambda event: event.event == "erased"),
    ("session.needs_review", lambda event: event.event == "needs_review"),
    ("session.reviewed", lambda event: event.event == "reviewed"),
    ("session.decided", lambda event: event.event in ("decided", "decision_undone")),
    ("session.scored", lambda event: event.event in ("rescored", "total_changed") or _moves_to(event, Status.SCORED)),
    ("session.completed", lambda event: _moves_to(event, Status.COMPLETED)),
    ("session.expired", lambda event: _moves_to(event, Status.EXPIRED)),
    ("session.invited", lambda event: _moves_to(event, Status.INVITED) and event.details.get("from") == Status.CREATED),
    ("session.opened", lambda event: event.event in ("link_opened", "begun") or _moves_to(event, Status.IN_PROGRESS)),
)


def queue_events(tx: Transaction) -> None:
    """Add the events of a transaction to the outbox, right before it is committed."""
    news = [(event, name) for event in tx.added_events if (name := _type_of(event)) is not None]
    endpoints = tx.endpoints.active() if news else []
    if not endpoints:
        return
    sessions = {event.session_id: tx.sessions.get(event.session_id) for event, _ in news}
    for event, name in news:
        session = sessions[event.session_id]
        subscribers = [endpoint_id for endpoint_id, names in endpoints if name in names]
        if session is None or (session.erased_at is not None and name != ERASED):
            continue
        content = _content(_cause_of(event, name), name, event.at_ms, session_data(session, name))
        for endpoint_id in subscribers:
            tx.outbox.add(_row(endpoint_id, session, content, event.at_ms))


def test_event_row(endpoint_id: str, number: str, at_ms: int) -> OutboxRow:
    """The outbox row of a test event. `number` is unique."""
    content = _content(f"{TEST}:{number}", TEST, at_ms, {"endpoint_id": endpoint_id})
    return outbox_row(
        Channel.ENDPOINT, f"{content['id']}:{endpoint_id}", content, at_ms, receiver=endpoint_id,
    )


def session_data(session: Session, name: str) -> dict[str, Any]:
    """The session's data in an event: ids, states and scores, and nothing that names the candidate."""
    data: dict[str, Any] = {
        "session_id": session.session_id, "job_id": session.job_id, "candidate_id": session.candidate_id,
    }
    if name == ERASED:
        return data
    return data | {
        "conversation_id": session.conversation_id,
        "status": str(session.status),
        "total_score": session.total_score,
        "total_source": session.total_source,
        "recommendation": session.pass_recommendation,
        "review_reason": session.review_reason,
        "decision": session.decision,
        "link_expires_at": iso_utc(session.link.expires_at),
        "completed_at": iso_utc(session.completed_at),
        "scored_at": iso_utc(session.scored_at),
        "decided_at": iso_utc(session.decided_at),
    }


def _type_of(event: AddedEvent) -> str | None:
    """The type of a session's event; None for events that are not sent."""
    return next((name for name, fits in _EVENT_CONDITIONS if fits(event)), None)


def _cause_of(event: AddedEvent, name: str) -> str:
    """The key of an event's cause: each cause is sent once."""
    once = f"{name}:{event.session_id}"
    return once if name in _ONCE_PER_SESSION else f"{once}:{event.seq}:{event.at_ms}"


def _moves_to(event: AddedEvent, status: Status) -> bool:
    return event.details.get("to") == status


def _row(endpoint_id: str, session: Session, content: Mapping[str, Any], at_ms: int) -> OutboxRow:
    """The outbox row of an event. An erasure event stays when the person's rows are erased."""
    is_erased = content["type"] == ERASED
    return outbox_row(
        Channel.ENDPOINT, f"{content['id']}:{endpoint_id}", content, at_ms, receiver=endpoint_id,
        order_key=f"{endpoint_id}:{session.session_id}", session_id=None if is_erased else session.session_id,
    )


def _content(cause: str, name: str, at_ms: int, data: Mapping[str, Any]) -> dict[str, Any]:
    """An event as it is stored. Its id is derived from its cause: the same at every attempt and endpoint."""
    event_id = f"msg_{hashlib.sha256(cause.encode()).hexdigest()[:32]}"
    return {"id": event_id, "type": name, "timestamp": iso_utc(at_ms), "data": dict(data)}
