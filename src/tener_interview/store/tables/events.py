"""SQL of `interview_events`: what happened to a session, when, and who caused it."""

from __future__ import annotations

import json
from typing import Any

from ..event_records import AddedEvent, EventCause
from ..records import Event
from .dialect import Connection, Dialect
from .table import Table

#: Events kept per session, the first and the latest ones, however often a provider changes a status back and forth.
MAX_EVENTS_PER_SESSION = 500


class Events(Table):
    """Reads and appends events."""

    def __init__(self, db: Connection, dialect: Dialect) -> None:
        super().__init__(db, dialect)
        #: Added events, for other systems, and to be logged once they are committed.
        self.added: list[AddedEvent] = []

    def add(self, session_id: str, event: str, caused_by: EventCause, at_ms: int, **details: Any) -> None:
        """Add what happens in this transaction."""
        seq = self.add_past(session_id, event, caused_by, at_ms, **details)
        self.added.append(AddedEvent(seq, session_id, event, caused_by, at_ms, details))

    def add_past(self, session_id: str, event: str, caused_by: EventCause, at_ms: int, **details: Any) -> int:
        """Add what happened before, and is no news to anybody; its number."""
        row = self._db.execute(
            "INSERT INTO interview_events (session_id, event, source, at, details) VALUES (?, ?, ?, ?, ?)"
            " RETURNING seq",
            (session_id, event, caused_by, at_ms, json.dumps(details)),
        ).fetchone()
        self._db.execute(
            "DELETE FROM interview_events WHERE session_id = ?1"
            " AND seq > (SELECT min(seq) FROM interview_events WHERE session_id = ?1) AND seq <="
            " (SELECT seq FROM interview_events WHERE session_id = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)",
            (session_id, MAX_EVENTS_PER_SESSION - 1),
        )
        return int(row[0])

    def erase_details(self, session_id: str) -> None:
        """Erase the details of a session's events; the events and their times stay."""
        self._db.execute("UPDATE interview_events SET details = '{}' WHERE session_id = ?", (session_id,))

    def of_session(self, session_id: str) -> list[Event]:
        """Oldest first."""
        rows = self._db.execute(
            "SELECT event, source, at, details FROM interview_events WHERE session_id = ? ORDER BY seq", (session_id,)
        ).fetchall()
        return [Event(row[0], row[1], row[2], json.loads(row[3])) for row in rows]
