"""Queues the events of sessions in the outbox, for each endpoint that subscribes to their type."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...store.outbox_records import Channel, outbox_row
from ...system.clock import iso_utc
from .event_types import ERASED, TEST, cause_of, event_type_of

if TYPE_CHECKING:
    from ...store.outbox_records import OutboxRow
    from ...store.ports import Transaction
    from ...store.session import Session


def queue_events(tx: Transaction) -> None:
    """Add the events of a transaction to the outbox, right before it is committed."""
    news = [(event, name) for event in tx.added_events if (name := event_type_of(event)) is not None]
    endpoints = tx.endpoints.active() if news else []
    if not endpoints:
        return
    sessions = {event.session_id: tx.sessions.get(event.session_id) for event, _ in news}
    for event, name in news:
        session = sessions[event.session_id]
        subscribers = [endpoint_id for endpoint_id, names in endpoints if name in names]
        if session is None or (session.erased_at is not None and name != ERASED):
            continue
        content = _content(cause_of(event, name), name, event.at_ms, session_data(session, name))
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
