"""SQL of the providers of `interview_sessions`: every start reads them, and most of the rest of that table later."""

from __future__ import annotations

from .table import Table


class SessionProviders(Table):
    """Reads where sessions take place."""

    def names(self) -> set[str]:
        """The names of all providers of stored sessions."""
        return {row[0] for row in self._db.execute("SELECT DISTINCT provider FROM interview_sessions")}
