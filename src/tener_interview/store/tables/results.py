"""SQL of `interview_results`: one row per scoring of a session, never overwritten."""

from __future__ import annotations

from collections.abc import Collection

from ..records import StoredResult
from .table import Table

_OF_SESSION = "SELECT session_id, version, created_at, content FROM interview_results WHERE session_id = ?"


class Results(Table):
    """Reads and appends results."""

    def add(self, session_id: str, content: str, at_ms: int) -> int:
        """Append a version. Returns its number, counted from 1."""
        added = None
        while added is None:
            # Nothing is added when another transaction has taken the number meanwhile.
            added = self._db.execute(
                "INSERT INTO interview_results (session_id, version, created_at, content)"
                " SELECT ?, coalesce(max(version), 0) + 1, ?, ? FROM interview_results WHERE session_id = ?"
                " ON CONFLICT (session_id, version) DO NOTHING RETURNING version",
                (session_id, at_ms, content, session_id),
            ).fetchone()
        return int(added[0])

    def all(self, session_id: str) -> list[StoredResult]:
        """Every version, oldest first."""
        rows = self._db.execute(f"{_OF_SESSION} ORDER BY version", (session_id,)).fetchall()
        return [StoredResult(*row) for row in rows]

    def remove(self, session_id: str) -> None:
        """Erase all versions."""
        self._db.execute("DELETE FROM interview_results WHERE session_id = ?", (session_id,))

    def get(self, session_id: str, version: int) -> StoredResult | None:
        return self._one("AND version = ?", session_id, version)

    def latest(self, session_id: str) -> StoredResult | None:
        return self._one("ORDER BY version DESC LIMIT 1", session_id)

    def latest_of(self, session_ids: Collection[str]) -> list[StoredResult]:
        """The latest version of each of these sessions that has one."""
        rows = self._db.execute(
            "SELECT session_id, version, created_at, content FROM interview_results AS latest"  # noqa: S608 - our column
            f" WHERE {self._dialect.is_among('session_id')} AND NOT EXISTS (SELECT 1 FROM interview_results AS later"
            " WHERE later.session_id = latest.session_id AND later.version > latest.version)",
            (self._dialect.list_value(session_ids),),
        ).fetchall()
        return [StoredResult(*row) for row in rows]

    def _one(self, clause: str, *values: object) -> StoredResult | None:
        row = self._db.execute(f"{_OF_SESSION} {clause}", values).fetchone()
        return None if row is None else StoredResult(*row)
