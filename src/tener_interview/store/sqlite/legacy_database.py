"""A database of the previous service, read without touching it: its tables, columns and rows.

Its layout was never documented, so nothing is expected except its three tables.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from ...special_files import NOT_A_REGULAR_FILE, is_special_file
from ..legacy import SESSIONS, LegacyDatabase, Row
from ..maintenance import StoreRefused
from .connection import connected, refuse_damaged
from .migrations import APPLICATION_ID

#: Suffixes of the files that SQLite keeps beside a database that is open, or was when its process died.
_SIDE_FILES = ("-wal", "-journal")

class SqliteLegacyDatabase:
    """An open copy of the previous service's database."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self.tables: dict[str, list[str]] = {
            row[0]: [str(column[1]) for column in db.execute(f"PRAGMA table_xinfo({_quote_identifier(row[0])})")]
            for row in db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
            if not row[0].startswith("sqlite_")
        }

    def rows(self, table: str) -> list[Row]:
        """All rows of a table in insertion order, by lower-case column name; none when the table is missing."""
        if table not in self.tables:
            return []
        rows = self._db.execute(f"SELECT * FROM {_quote_identifier(table)}").fetchall()  # noqa: S608 - a quoted name
        return [{str(name).lower(): row[name] for name in row.keys()} for row in rows]  # noqa: SIM118 - a sqlite3.Row

    def count(self, table: str) -> int:
        return int(self._db.execute(f"SELECT count(*) FROM {_quote_identifier(table)}").fetchone()[0])  # noqa: S608


@contextmanager
def open_legacy_database(path: Path) -> Iterator[LegacyDatabase]:
    """Open a copy of the file and its log. Reading the original would leave files beside it or change it. Raises
    StoreRefused."""
    with TemporaryDirectory(prefix="tener-interview-") as folder:
        copy = Path(folder) / "old.sqlite3"
        try:
            if is_special_file(path):
                raise StoreRefused(f"{path} cannot be read: {NOT_A_REGULAR_FILE}")
            before = _file_stamps(path)
            shutil.copyfile(path, copy)
            for suffix in _SIDE_FILES:
                with suppress(FileNotFoundError):
                    shutil.copyfile(f"{path}{suffix}", f"{copy}{suffix}")
            if _file_stamps(path) != before:
                raise StoreRefused(f"{path} is being written to. Stop the predecessor first.")
            with connected(copy, "rw") as db:
                db.text_factory = lambda raw: raw.decode("utf-8", "replace")
                if not is_legacy_database(db):
                    raise StoreRefused(f"{path} has no table {SESSIONS} of the predecessor's.")
                refuse_damaged(db, path)
                yield SqliteLegacyDatabase(db)
        except (OSError, sqlite3.Error) as fault:
            reason = getattr(fault, "strerror", None) or fault
            raise StoreRefused(f"{path} cannot be read: {reason}") from None


def is_legacy_database(db: sqlite3.Connection) -> bool:
    """Return whether a database has the previous service's sessions table and is not this service's own."""
    application_id = db.execute("PRAGMA application_id").fetchone()[0]
    sessions_table = db.execute("SELECT 1 FROM sqlite_master WHERE name = ? AND type IN ('table', 'view')", (SESSIONS,))
    return application_id != APPLICATION_ID and sessions_table.fetchone() is not None


def _file_stamps(path: Path) -> list[tuple[int, int]]:
    """Sizes and times of the file and its log; they change when somebody writes."""
    statuses = [path.stat()]
    with suppress(FileNotFoundError):
        statuses.append(path.with_name(f"{path.name}-wal").stat())
    return [(status.st_size, status.st_mtime_ns) for status in statuses]


def _quote_identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
