"""Reads from the database that a backup is about to replace what must stay erased and revoked."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from ..erasure_log import Erasure, LogEntry, Revocation, erased_session_ids
from ..maintenance import PreviousDatabase, StoreRefused
from .database import connect, readonly_mode, refuse_damaged, refuse_foreign

_SESSIONS = "SELECT session_id FROM interview_sessions"
_LINKS = (
    "SELECT 'link', session_id, link_serial, updated_at, link_signed_expires_at, link_expires_at"
    " FROM interview_sessions WHERE link_serial > 1"
)
_LINKS_BEFORE_SIGNED_EXPIRY = _LINKS.replace("link_signed_expires_at", "link_expires_at")
_CANCELED = "SELECT 'session', session_id, link_serial, updated_at FROM interview_sessions WHERE status = 'canceled'"
_SHARES = "SELECT 'share', share_id, link_serial, revoked_at FROM shares WHERE revoked_at IS NOT NULL"


def read_previous_database(path: Path) -> PreviousDatabase | None:
    """Read a database that is about to be replaced; None when it cannot be read."""
    try:
        with closing(connect(path, readonly_mode(path))) as db:
            refuse_foreign(db, path)
            refuse_damaged(db, path)
            return PreviousDatabase(
                _erasures(db),
                frozenset(row[0] for row in _rows(db, f"{_SESSIONS} WHERE erased_at IS NULL")),
                _revocations(db),
            )
    except (sqlite3.Error, OSError, StoreRefused):
        return None


def previous_log_entries(path: Path) -> tuple[LogEntry, ...]:
    """The erasures and revocations of a database as entries for its erasure log. Raises sqlite3.Error."""
    with closing(connect(path, readonly_mode(path))) as db:
        return (*_erasures(db), *_revocations(db))


def _erasures(db: sqlite3.Connection) -> tuple[Erasure, ...]:
    rows = _rows(
        db, "SELECT erased_at, session_id FROM interview_sessions WHERE erased_at IS NOT NULL ORDER BY erased_at, seq"
    )
    return tuple(Erasure(at_ms, (session_id,)) for at_ms, session_id in rows)


def _revocations(db: sqlite3.Connection) -> tuple[Revocation, ...]:
    """Revocations of sessions and shares that are not erased."""
    links = _rows(db, _LINKS) or _rows(db, _LINKS_BEFORE_SIGNED_EXPIRY)
    revocations = [Revocation(*row) for row in (*links, *_rows(db, _CANCELED), *_rows(db, _SHARES))]
    erased_ids = erased_session_ids(_erasures(db))
    return tuple(revocation for revocation in revocations if revocation.subject_id not in erased_ids)


def _rows(db: sqlite3.Connection, query: str) -> list[Any]:
    """The rows of a query; none when the schema is too old for it."""
    try:
        return db.execute(query).fetchall()
    except sqlite3.OperationalError as fault:
        if not str(fault).startswith(("no such column", "no such table")):
            raise
        return []
