"""SQL of `former_session_ids`: the ids by which sessions were known in the database they were taken over from."""

from __future__ import annotations

import sqlite3


class FormerIds:
    """Reads and writes former ids inside one transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def add(self, former_id: str, session_id: str) -> None:
        self._db.execute(
            "INSERT INTO former_session_ids (former_id, session_id) VALUES (?, ?)", (former_id, session_id)
        )

    def session_id(self, former_id: str) -> str | None:
        """The session that was known by this id."""
        row = self._db.execute(
            "SELECT session_id FROM former_session_ids WHERE former_id = ?", (former_id,)
        ).fetchone()
        return None if row is None else str(row[0])
