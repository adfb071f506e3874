"""The erasure log in a table of its own, which only grows: a backup of the other tables need not contain it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager

from ..erasure_log import (
    Erasure,
    LogEntry,
    format_entry,
    interview_fingerprint,
    missing_entries,
    parse_entry,
)
from .connection import TableConnection

OpenTransaction = Callable[[], AbstractContextManager[TableConnection]]


class PostgresErasureLog:
    """Reads and appends entries, each in a transaction of its own. Raises `STORE_UNAVAILABLE`."""

    def __init__(self, write: OpenTransaction, read: OpenTransaction) -> None:
        self._write, self._read = write, read

    def append(self, entry: LogEntry) -> None:
        """Write an entry for good, whatever becomes of the transaction that it is about."""
        with self._write() as db:
            _insert(db, [entry])

    def merge(self, entries: Iterable[LogEntry]) -> None:
        """Add the entries that the log lacks, all or none."""
        with self._write() as db:
            # Nobody appends what is added here meanwhile.
            db.execute("LOCK TABLE erasure_log IN SHARE ROW EXCLUSIVE MODE")
            _insert(db, missing_entries(_entries(db), dict.fromkeys(entries)))

    def entries(self) -> list[LogEntry]:
        """All entries, oldest first."""
        with self._read() as db:
            return _entries(db)

    def erasures(self) -> list[Erasure]:
        """All erasures, oldest first."""
        return [entry for entry in self.entries() if isinstance(entry, Erasure)]

    def contains(self, session_id: str | None, invitation_id: str) -> bool:
        """Return whether the session, or the interview at the provider, belongs to an erased person."""
        ways = [json.dumps({"interviews": [interview_fingerprint(invitation_id)]})]
        if session_id is not None:
            ways.append(json.dumps({"sessions": [session_id]}))
        with self._read() as db:
            query = "SELECT EXISTS (SELECT 1 FROM erasure_log WHERE entry @> ANY(CAST(? AS jsonb[])))"
            return bool(db.execute(query, (ways,)).fetchone()[0])


def _entries(db: TableConnection) -> list[LogEntry]:
    rows = db.execute("SELECT entry FROM erasure_log ORDER BY at, seq").fetchall()
    return [entry for row in rows if (entry := parse_entry(row[0].encode())) is not None]


def _insert(db: TableConnection, entries: Iterable[LogEntry]) -> None:
    rows = [(entry.at_ms, format_entry(entry).decode()) for entry in entries]
    if rows:
        db.executemany("INSERT INTO erasure_log (at, entry) VALUES (?, ?)", rows)
