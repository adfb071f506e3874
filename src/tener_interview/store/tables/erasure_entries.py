"""SQL of `erasure_log`, which PostgreSQL has: what was erased or revoked. SQLite has a file beside it instead."""

from __future__ import annotations

import json
from collections.abc import Iterable

from ..erasure_log import LogEntry, format_entry, interview_fingerprint, parse_entry
from .table import Table


class ErasureEntries(Table):
    """Reads and appends entries."""

    def add(self, entries: Iterable[LogEntry]) -> None:
        rows = [(entry.at_ms, format_entry(entry).decode()) for entry in entries]
        self._db.executemany("INSERT INTO erasure_log (at, entry) VALUES (?, ?)", rows)

    def all(self) -> list[LogEntry]:
        """All entries, oldest first."""
        rows = self._db.execute("SELECT entry FROM erasure_log ORDER BY at, seq").fetchall()
        return [entry for row in rows if (entry := parse_entry(row[0].encode())) is not None]

    def contain(self, session_id: str | None, invitation_id: str) -> bool:
        """Return whether the session, or the interview at the provider, belongs to an erased person."""
        ways = [json.dumps({"interviews": [interview_fingerprint(invitation_id)]})]
        if session_id is not None:
            ways.append(json.dumps({"sessions": [session_id]}))
        query = "SELECT EXISTS (SELECT 1 FROM erasure_log WHERE entry @> ANY(CAST(? AS jsonb[])))"
        return bool(self._db.execute(query, (ways,)).fetchone()[0])

    def lock_log(self) -> None:
        """Let nobody else append before this transaction ends."""
        self._db.execute("LOCK TABLE erasure_log IN SHARE ROW EXCLUSIVE MODE")
