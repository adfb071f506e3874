"""The version of a SQLite file: what SQLite counts on one connection whenever another commits
(https://www.sqlite.org/pragma.html#pragma_data_version)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable


class DataVersion:
    """Reads the version on a connection of its own."""

    def __init__(self, open_reader: Callable[[], sqlite3.Connection]) -> None:
        self._open_reader = open_reader
        self._reader: sqlite3.Connection | None = None
        self._readers = 0

    def read(self) -> tuple[int, int]:
        """Return the number of the connection and its counter: counters of two connections cannot be compared."""
        if self._reader is None:
            self._reader = self._open_reader()
            self._readers += 1
        return self._readers, self._reader.execute("PRAGMA data_version").fetchone()[0]

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None
