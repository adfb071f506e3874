"""What a database remembers that the backup which takes its place must not undo: erasures and what was taken back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from .database import StoreRefused, connect, looking_mode, refuse_damaged, refuse_foreign
from .erased import Erasure

_SESSIONS = "SELECT session_id FROM interview_sessions"
_LINKS = (
    "SELECT session_id, link_serial, link_signed_expires_at, link_expires_at FROM interview_sessions"
    " WHERE link_serial > 1"
)
_OLDER_LINKS = _LINKS.replace("link_signed_expires_at", "link_expires_at")
_REVOKED_SHARES = "SELECT share_id, revoked_at, link_serial FROM shares WHERE revoked_at IS NOT NULL"


class FormerLink(NamedTuple):
    """The link of a session that has had another before; those were revoked."""

    session_id: str
    link_serial: int
    link_signed_expires_at: int
    link_expires_at: int


@dataclass(frozen=True)
class Former:
    """The former database. `alive` are its sessions that are not erased."""

    erasures: tuple[Erasure, ...] = ()
    alive: frozenset[str] = frozenset()
    links: tuple[FormerLink, ...] = ()
    canceled: tuple[str, ...] = ()
    #: (share_id, when it was taken back, which of its links would be good)
    revoked_shares: tuple[tuple[str, int, int], ...] = ()


def read_former(path: Path) -> Former | None:
    """What a database remembers; None when it cannot be read."""
    try:
        with closing(connect(path, looking_mode(path))) as db:
            refuse_foreign(db, path)
            refuse_damaged(db, path)
            return Former(
                _erasures(db),
                frozenset(row[0] for row in _rows(db, f"{_SESSIONS} WHERE erased_at IS NULL")),
                tuple(FormerLink(*row) for row in _rows(db, _LINKS) or _rows(db, _OLDER_LINKS)),
                tuple(row[0] for row in _rows(db, f"{_SESSIONS} WHERE status = 'canceled'")),
                tuple((row[0], row[1], row[2]) for row in _rows(db, _REVOKED_SHARES)),
            )
    except (sqlite3.Error, OSError, StoreRefused):
        return None


def former_erasures(path: Path) -> tuple[Erasure, ...]:
    """The tombstones of a database as a list has them. Raises sqlite3.Error."""
    with closing(connect(path, looking_mode(path))) as db:
        return _erasures(db)


def _erasures(db: sqlite3.Connection) -> tuple[Erasure, ...]:
    rows = _rows(
        db, "SELECT erased_at, session_id FROM interview_sessions WHERE erased_at IS NOT NULL ORDER BY erased_at, seq"
    )
    return tuple(Erasure(at_ms, (session_id,)) for at_ms, session_id in rows)


def _rows(db: sqlite3.Connection, query: str) -> list[Any]:
    """The rows of a query; none where the schema is too old for what it asks."""
    try:
        return db.execute(query).fetchall()
    except sqlite3.OperationalError as fault:
        if not str(fault).startswith(("no such column", "no such table")):
            raise
        return []
