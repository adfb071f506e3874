"""A database in the predecessor's layout: which tables and columns it has, and what is in them. It is never touched.

Its layout was never written down, so nothing is expected but its three tables: what is there is read.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .database import StoreRefused, connect, refuse_damaged
from .migrations import APPLICATION_ID

SESSIONS, RESULTS, EVENTS = "interview_sessions", "interview_results", "interview_events"
#: What SQLite keeps beside a file that is open, or was when its process died.
_BESIDE = ("-wal", "-journal")

Row = dict[str, Any]


class LegacyDatabase:
    """An open copy of the predecessor's database."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self.tables: dict[str, list[str]] = {
            row[0]: [str(column[1]) for column in db.execute(f"PRAGMA table_xinfo({_quoted(row[0])})")]
            for row in db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
            if not row[0].startswith("sqlite_")
        }

    def rows(self, table: str) -> list[Row]:
        """All rows of a table, in the order in which they were written; none of a table that is not there."""
        if table not in self.tables:
            return []
        found = self._db.execute(f"SELECT * FROM {_quoted(table)}").fetchall()  # noqa: S608 - a quoted name
        return [{str(name).lower(): row[name] for name in row.keys()} for row in found]  # noqa: SIM118 - a sqlite3.Row

    def count(self, table: str) -> int:
        return int(self._db.execute(f"SELECT count(*) FROM {_quoted(table)}").fetchone()[0])  # noqa: S608


@contextmanager
def open_legacy_database(path: Path) -> Iterator[LegacyDatabase]:
    """Open a copy, with what was not yet written into the file itself: reading the file in its place would leave files
    beside it, or change it. Raises StoreRefused."""
    with TemporaryDirectory(prefix="tener-interview-") as folder:
        copy = Path(folder) / "old.sqlite3"
        try:
            before = _stamps(path)
            shutil.copyfile(path, copy)
            for ending in _BESIDE:
                with suppress(FileNotFoundError):
                    shutil.copyfile(f"{path}{ending}", f"{copy}{ending}")
            if _stamps(path) != before:
                raise StoreRefused(f"{path} is being written to. Stop the predecessor first.")
            with closing(connect(copy, "rw")) as db:
                db.text_factory = lambda raw: raw.decode("utf-8", "replace")
                if not is_legacy_database(db):
                    raise StoreRefused(f"{path} has no table {SESSIONS} of the predecessor's.")
                refuse_damaged(db, path)
                yield LegacyDatabase(db)
        except (OSError, sqlite3.Error) as fault:
            why = getattr(fault, "strerror", None) or fault
            raise StoreRefused(f"{path} cannot be read: {why}") from None


def is_legacy_database(db: sqlite3.Connection) -> bool:
    """Whether a database has the predecessor's sessions, and is not this service's own."""
    owner = db.execute("PRAGMA application_id").fetchone()[0]
    named = db.execute("SELECT 1 FROM sqlite_master WHERE name = ? AND type IN ('table', 'view')", (SESSIONS,))
    return owner != APPLICATION_ID and named.fetchone() is not None


def _stamps(path: Path) -> list[tuple[int, int]]:
    """What tells whether the file or its log was written to meanwhile."""
    found = [path.stat()]
    with suppress(FileNotFoundError):
        found.append(path.with_name(f"{path.name}-wal").stat())
    return [(each.st_size, each.st_mtime_ns) for each in found]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
