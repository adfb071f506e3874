"""Inspects a database file without leaving a trace: its version, soundness and contents."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from ..backup_files import find_abandoned_drafts
from ..erasure_log import ErasureLog
from ..maintenance import Inspection, StoreRefused
from ..records import WithheldCount
from ..tables.dialect import SQLITE
from ..tables.transaction import Transaction
from .connection import connected, readonly_mode, refuse_damaged, refuse_foreign
from .database_files import is_accessible_to_others, resolve_symlink, unwritable_paths
from .migrations import MIGRATIONS
from .schema import refuse_altered


def sqlite_version() -> tuple[int, int, int]:
    """The version of the SQLite library that this Python uses."""
    return sqlite3.sqlite_version_info


def inspect_database(path: Path, now_ms: int, longest_pause_ms: int) -> Inspection:
    """Inspect the database at `path`. `longest_pause_ms` is the longest time between two syncs of a session. Raises
    StoreRefused for a database that cannot be used."""
    path = resolve_symlink(path)
    try:
        wal = path.with_name(f"{path.name}-wal")
        size_bytes = path.stat().st_size + (wal.stat().st_size if wal.exists() else 0)
        with connected(path, readonly_mode(path)) as db:
            refuse_foreign(db, path)
            refuse_damaged(db, path)
            refuse_altered(path)
            version = int(db.execute("PRAGMA user_version").fetchone()[0])
            is_current = version == len(MIGRATIONS)
            tx = Transaction(db, SQLITE)
            pending_scrubs = tx.pending_scrub.count() if is_current else 0
            withheld_erasures = tx.withheld_erasures.current() if is_current else WithheldCount(0, None)
            future_timestamps = (
                tx.future_timestamps.count(now_ms, longest_pause_ms=longest_pause_ms) if is_current else {}
            )
            unreadable_lines = len(ErasureLog(path).unreadable_lines())
            rows = db.execute("SELECT provider, count(*) FROM interview_sessions GROUP BY provider").fetchall()
    except (OSError, sqlite3.Error) as fault:
        raise StoreRefused(f"{path} cannot be read: {getattr(fault, 'strerror', None) or fault}") from None
    return Inspection(
        size_bytes=size_bytes,
        version=version,
        needs_migration=version < len(MIGRATIONS),
        accessible_to_others=is_accessible_to_others(path)
        or is_accessible_to_others(path.with_name(f"{path.name}.erased")),
        providers=tuple(sorted(row[0] for row in rows)),
        sessions=sum(row[1] for row in rows),
        pending_scrubs=pending_scrubs,
        withheld_erasures=withheld_erasures,
        future_timestamps=future_timestamps,
        unwritable_paths=tuple(unwritable_paths(path)),
        abandoned_drafts=tuple(find_abandoned_drafts(path.parent)),
        unreadable_lines=unreadable_lines,
    )
