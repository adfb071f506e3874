"""Record in the audit log what happens to a session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...actor import acting
from ...store.ports import Transaction
from ...store.session import Session


def record(
    tx: Transaction, action: str, session: Session, at_ms: int, details: Mapping[str, Any] | None = None
) -> None:
    """Append what whoever this thread works for does with a session."""
    about = {"candidate_id": session.candidate_id, **(details or {})}
    tx.audit.append(
        acting.get(), action, "session", session.session_id, at_ms=at_ms, job_id=session.job_id, details=about
    )
