"""The schema that a file of some version has to have: whatever else is in it could make an erasure do nothing."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from .database import StoreRefused, connect, readonly_mode
from .migrations import MIGRATIONS

#: What Litestream keeps in a file for itself: numbers, and nothing that refers to ours.
_LITESTREAM = re.compile(r"CREATE TABLE _litestream_(seq|lock) ?\((\w+ INTEGER( PRIMARY KEY)?(, ?)?)+\)")
#: A table whose rows are numbered from here on takes some more before SQLite refuses them all.
_LAST_SEQUENCE = 2**62


def refuse_altered(path: Path, called: Path | None = None) -> None:
    """Raises StoreRefused for a file whose tables, indexes, triggers or views are not those of its version, or whose
    tables take no more rows, and sqlite3.Error. `called` is how the file is called then."""
    with closing(connect(path, readonly_mode(path))) as db, closing(sqlite3.connect(":memory:")) as made:
        version = int(db.execute("PRAGMA user_version").fetchone()[0])
        for migrate in MIGRATIONS[:version]:
            migrate(made)
        found, wanted = _schema(db), _schema(made)
        found |= _used_up(db) if "table interview_sessions" in found else {}
    differs = sorted(name for name in {*found, *wanted} if found.get(name) != wanted.get(name))
    if differs:
        what = ", ".join(differs[:5])
        raise StoreRefused(
            f"{called or path} is not as this service made it: {what} was added, altered or taken away."
        )


def _schema(db: sqlite3.Connection) -> dict[str, str]:
    """What everything in it is made by, by kind and name; however it is broken into lines."""
    rows = db.execute("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {
        f"{kind} {name}": " ".join(sql.split())
        for kind, name, table, sql in rows
        if not table.startswith("sqlite_") or kind in ("trigger", "view")
        if not _LITESTREAM.fullmatch(" ".join(sql.split()))
    }


def _used_up(db: sqlite3.Connection) -> dict[str, str]:
    """The sequences by which tables number their rows that have come to their end."""
    rows = db.execute("SELECT name, seq FROM sqlite_sequence WHERE seq > ?", (_LAST_SEQUENCE,)).fetchall()
    return {f"sequence {name}": str(seq) for name, seq in rows}
