"""Checks that a file has exactly the schema of its version: a trigger or an altered table could make an erasure do
nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from functools import lru_cache
from pathlib import Path

from ...regex import regex
from ..maintenance import StoreRefused
from .connection import connected, readonly_mode
from .migrations import MIGRATIONS

#: Tables that Litestream adds: numbers only, and no reference to our tables.
_LITESTREAM = regex(r"CREATE TABLE _litestream_(seq|lock) ?\((\w+ INTEGER( PRIMARY KEY)?(, ?)?)+\)")
#: A row number from which on a table is nearly full: SQLite refuses new rows after the highest one.
_MAX_SEQUENCE = 2**62


def refuse_altered(path: Path, display_path: Path | None = None) -> None:
    """Raises StoreRefused for a file whose tables, indexes, triggers or views differ from its version's, or whose
    tables take no more rows, and sqlite3.Error. `display_path` names the file in the message."""
    with connected(path, readonly_mode(path)) as db:
        version = int(db.execute("PRAGMA user_version").fetchone()[0])
        actual, expected = _schema_objects(db), _migrated_schema(MIGRATIONS[:version])
        actual |= _exhausted_sequences(db) if "table interview_sessions" in actual else {}
    differences = sorted(name for name in {*actual, *expected} if actual.get(name) != expected.get(name))
    if differences:
        names = ", ".join(differences[:5])
        raise StoreRefused(
            f"{display_path or path} is not as this service made it: {names} was added, altered or taken away."
        )


@lru_cache(maxsize=2)
def _migrated_schema(migrations: tuple[Callable[[sqlite3.Connection], None], ...]) -> Mapping[str, str]:
    """The schema that migrations make of an empty file."""
    with closing(sqlite3.connect(":memory:")) as db:
        for migrate in migrations:
            migrate(db)
        return _schema_objects(db)


def _schema_objects(db: sqlite3.Connection) -> dict[str, str]:
    """The SQL of every table, index, trigger and view by kind and name, without regard to line breaks."""
    rows = db.execute("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {
        f"{kind} {name}": " ".join(sql.split())
        for kind, name, table, sql in rows
        if not table.startswith("sqlite_") or kind in ("trigger", "view")
        if not _LITESTREAM.fullmatch(" ".join(sql.split()))
    }


def _exhausted_sequences(db: sqlite3.Connection) -> dict[str, str]:
    """The row numbers of tables that take no more rows."""
    rows = db.execute("SELECT name, seq FROM sqlite_sequence WHERE seq > ?", (_MAX_SEQUENCE,)).fetchall()
    return {f"sequence {name}": str(seq) for name, seq in rows}
