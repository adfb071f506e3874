"""SQL of `retention_held`: how many sessions are due for erasure and were not erased, and why."""

from __future__ import annotations

from ..records import WithheldCount
from .table import Table


class WithheldErasures(Table):
    """Reads and writes how many erasures the last round did not do, and why."""

    def put(self, sessions: int, why: str | None) -> bool:
        """Record the hold of the last round. Returns False when nothing changed."""
        changed = self._db.execute(
            "INSERT INTO retention_held (id, sessions, why) VALUES (1, ?, ?) ON CONFLICT (id) DO UPDATE"  # noqa: S608 - ours
            " SET sessions = excluded.sessions, why = excluded.why WHERE retention_held.sessions <> excluded.sessions"
            f" OR NOT (retention_held.why {self._dialect.same} excluded.why)",
            (sessions, why),
        )
        return changed.rowcount == 1

    def current(self) -> WithheldCount:
        row = self._db.execute("SELECT sessions, why FROM retention_held").fetchone()
        return WithheldCount(*row) if row else WithheldCount(0, None)
