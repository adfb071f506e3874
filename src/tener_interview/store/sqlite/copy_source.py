"""A database file as another database copies it: migrated in a copy of its own, and left as it was."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from ..copying import Row
from ..erasure_log import ErasureLog, LogEntry
from ..maintenance import ReportProgress, StoreRefused
from .backup import make_verified_copy
from .connection import connected, readonly_mode
from .database import Store
from .replaced_database import log_entries_of
from .restore import exclusive_lock
from .schema import refuse_altered


class SqliteCopySource:
    """The rows of a database file."""

    def __init__(self, db: sqlite3.Connection, path: Path, entries: Sequence[LogEntry]) -> None:
        self._db = db
        self.location = str(path)
        self._entries = entries
        names = db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*'"
            " AND name NOT GLOB '_litestream_*' ORDER BY name"
        )
        self.tables = [row[0] for row in names.fetchall()]

    def rows(self, table: str, columns: Sequence[str], key: Sequence[str]) -> Iterator[Row]:
        query = f"SELECT {', '.join(columns)} FROM {table} ORDER BY {', '.join(key)}"  # noqa: S608 - our own schema
        return map(tuple, self._db.execute(query))

    def last_number(self, table: str) -> int:
        row = self._db.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
        return int(row[0]) if row else 0

    def log_entries(self) -> Sequence[LogEntry]:
        return self._entries


@contextmanager
def open_copy_source(path: Path, report_progress: ReportProgress | None) -> Iterator[SqliteCopySource]:
    """Open a copy of a database file for reading, migrated to the schema of this version.

    Raises StoreRefused for a file that is missing, foreign, damaged, altered or in use.
    """
    if not path.is_file():
        raise StoreRefused(f"there is no file {path}.")
    with exclusive_lock(path):
        pass
    with (
        TemporaryDirectory(prefix="tener-interview-") as folder,
        make_verified_copy(path, Path(folder) / "copy.sqlite3", report_progress) as (draft, _),
    ):
        try:
            refuse_altered(draft, path)
            Store(draft).close()
            entries = [*ErasureLog(path).entries(), *log_entries_of(draft)]
            with connected(draft, readonly_mode(draft)) as db:
                yield SqliteCopySource(db, path, entries)
        except (OSError, sqlite3.Error) as fault:
            raise StoreRefused(f"{path} cannot be read: {fault}") from None
