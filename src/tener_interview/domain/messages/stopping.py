"""Cancels unsent messages that there is no more reason for."""

from __future__ import annotations

from ...store.outbox_records import Channel
from ...store.ports import Transaction


def stop_messages(tx: Transaction, session_id: str, at_ms: int) -> None:
    """Cancel the unsent messages about a session."""
    tx.outbox.cancel_of_session(session_id, [Channel.MAIL], at_ms)
