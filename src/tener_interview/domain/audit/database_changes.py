"""Entries about the whole database: it was restored or copied."""

from __future__ import annotations

from ...actor import COMMAND_LINE
from ...store.maintenance import ReplacedDatabaseFacts
from ...store.ports import Transaction


def record_restore(tx: Transaction, previous: ReplacedDatabaseFacts, now_ms: int) -> None:
    """Record in the restored database where its own log ended, and where that of the replaced one did."""
    head = tx.audit.head()
    ends = {"restored": head, "abandoned": previous.audit_head}
    tx.audit.append(
        COMMAND_LINE, "database.restored", "database", at_ms=now_ms,
        details={name: {"number": end.number, "hash": end.hash} for name, end in ends.items() if end is not None},
    )
