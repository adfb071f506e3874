"""Reads the erasures and revocations of the database that a restore is about to replace, so that the restored one can
repeat them."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from ..audit_chain import AuditHead
from ..erasure_log import Erasure, LogEntry, Revocation, erased_session_ids
from ..maintenance import ReplacedDatabaseFacts, StoreRefused
from ..tables.replaced_database import AUDIT_HEAD, CANCELED, ERASED, LINKS, LIVING, SHARES
from .connection import connected, readonly_mode, refuse_damaged, refuse_foreign

_LINKS_BEFORE_SIGNED_EXPIRY = LINKS.replace("link_signed_expires_at", "link_expires_at")


def read_replaced_database(path: Path) -> ReplacedDatabaseFacts | None:
    """Read a database that is about to be replaced; None when it cannot be read."""
    try:
        with connected(path, readonly_mode(path)) as db:
            refuse_foreign(db, path)
            refuse_damaged(db, path)
            return ReplacedDatabaseFacts(
                _erasures(db),
                frozenset(row[0] for row in _rows(db, LIVING)),
                _revocations(db),
                next((AuditHead(*row) for row in _rows(db, AUDIT_HEAD)), AuditHead()),
            )
    except (sqlite3.Error, OSError, StoreRefused):
        return None


def log_entries_of(path: Path) -> tuple[LogEntry, ...]:
    """The erasures and revocations of a database as entries for its erasure log. Raises sqlite3.Error."""
    with connected(path, readonly_mode(path)) as db:
        return (*_erasures(db), *_revocations(db))


def _erasures(db: sqlite3.Connection) -> tuple[Erasure, ...]:
    return tuple(Erasure(at_ms, (session_id,)) for at_ms, session_id in _rows(db, ERASED))


def _revocations(db: sqlite3.Connection) -> tuple[Revocation, ...]:
    """Revocations of sessions and shares that are not erased."""
    links = _rows(db, LINKS) or _rows(db, _LINKS_BEFORE_SIGNED_EXPIRY)
    revocations = [Revocation(*row) for row in (*links, *_rows(db, CANCELED), *_rows(db, SHARES))]
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
