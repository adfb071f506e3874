"""Inspects a PostgreSQL database without changing it: its version and contents."""

from __future__ import annotations

from ..maintenance import Inspection
from ..tables.transaction import Transaction
from .connection import BoundedConnection, TableConnection
from .dialect import READING
from .migrations import MIGRATIONS, find_version


def inspect_database(db: BoundedConnection, location: str, now_ms: int, longest_pause_ms: int) -> Inspection:
    """`longest_pause_ms` is the longest time between two syncs of a session. Raises StoreRefused and psycopg.Error."""
    version = find_version(db, location)
    size = db.execute("SELECT pg_database_size(current_database())").fetchone()
    tx = Transaction(TableConnection(db, now_ms), READING)
    rows = db.execute("SELECT provider, count(*) FROM interview_sessions GROUP BY provider").fetchall()
    return Inspection(
        size_bytes=int(size[0]) if size else 0,
        version=version,
        needs_migration=version < len(MIGRATIONS),
        accessible_to_others=False,
        providers=tuple(sorted(row[0] for row in rows)),
        sessions=sum(row[1] for row in rows),
        pending_scrubs=tx.pending_scrub.count(),
        withheld_erasures=tx.withheld_erasures.current(),
        future_timestamps=tx.future_timestamps.count(now_ms, longest_pause_ms=longest_pause_ms),
        unwritable_paths=(),
        abandoned_drafts=(),
        unreadable_lines=0,
    )
