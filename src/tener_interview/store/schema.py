"""The schema that a file of some version has to have: whatever else is in it could make an erasure do nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from .database import StoreRefused, connect, looking_mode
from .migrations import MIGRATIONS

#: What SQLite and Litestream keep in a file for themselves.
_NOT_OURS = ("sqlite_", "_litestream_")


def refuse_altered(path: Path) -> None:
    """Raises StoreRefused for a file whose tables, indexes, triggers or views are not those of its version, and
    sqlite3.Error."""
    with closing(connect(path, looking_mode(path))) as db, closing(sqlite3.connect(":memory:")) as made:
        version = int(db.execute("PRAGMA user_version").fetchone()[0])
        for migrate in MIGRATIONS[:version]:
            migrate(made)
        found, wanted = _schema(db), _schema(made)
    differs = sorted(name for name in {*found, *wanted} if found.get(name) != wanted.get(name))
    if differs:
        raise StoreRefused(
            f"{path} is not as this service made it: {', '.join(differs[:5])} was added, altered or taken away."
        )


def _schema(db: sqlite3.Connection) -> dict[str, str]:
    """What everything in it is made by, by kind and name; however it is broken into lines."""
    rows = db.execute("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {
        f"{kind} {name}": " ".join(sql.split())
        for kind, name, table, sql in rows
        if kind in ("trigger", "view") or not table.startswith(_NOT_OURS)
    }
