"""Record in the audit log what happens to a session, what is exported, and that a database was restored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...actor import COMMAND_LINE, acting
from ...store.ports import Transaction
from ...store.session import Session

if TYPE_CHECKING:
    from ...store.maintenance import ReplacedDatabaseFacts
    from ..service import Service


def record_action(
    tx: Transaction, action: str, session: Session, at_ms: int, details: Mapping[str, Any] | None = None
) -> None:
    """Append what whoever this thread works for does with a session."""
    about = {"candidate_id": session.candidate_id, **(details or {})}
    tx.audit.append(
        acting.get(), action, "session", session.session_id, at_ms=at_ms, job_id=session.job_id, details=about
    )


def record_export(
    service: Service, what: str, subject_kind: str, subject_id: str | int | None = None, *, job_id: int | None = None
) -> None:
    """Record an export before it is answered. Raises `STORE_UNAVAILABLE`, and then nothing is exported."""
    with service.store.write() as tx:
        tx.audit.append(
            acting.get(), "export.made", subject_kind, subject_id, at_ms=service.clock.now_ms(), job_id=job_id,
            details={"what": what},
        )


def record_restore(tx: Transaction, previous: ReplacedDatabaseFacts, now_ms: int) -> None:
    """Record in the restored database where its own log ended, and where that of the replaced one did."""
    head = tx.audit.head()
    ends = {"restored": head, "abandoned": previous.audit_head}
    tx.audit.append(
        COMMAND_LINE, "database.restored", "database", at_ms=now_ms,
        details={name: {"number": end.number, "hash": end.hash} for name, end in ends.items() if end is not None},
    )
