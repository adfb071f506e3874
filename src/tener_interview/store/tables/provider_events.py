"""SQL of `webhook_events`: the events of the provider's webhook, one per interview and stage."""

from __future__ import annotations

from typing import Any

from ...system.clock import DAY_MS
from ..event_records import UNKNOWN_INTERVIEW
from .table import Table

#: How many events of unknown interviews are kept, and for how long.
MAX_UNKNOWN_EVENTS = 1_000
_MAX_AGE_MS = 30 * DAY_MS


class ProviderEvents(Table):
    """Reads and writes the provider's events."""

    def add(self, invitation_id: str, stage: str, event: str, at_ms: int, outcome: str) -> bool:
        """Record an event. Returns False when this stage of this interview is recorded already."""
        added = self._db.execute(
            "INSERT INTO webhook_events (invitation_id, stage, event, received_at, outcome) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (invitation_id, stage, event, at_ms, outcome),
        )
        if outcome == UNKNOWN_INTERVIEW and added.rowcount:
            self._prune(at_ms)
        return added.rowcount == 1

    def _prune(self, now_ms: int) -> None:
        """Delete old events of interviews that no session has: others may start many in the same account."""
        self._db.execute(
            "DELETE FROM webhook_events WHERE outcome = ?1 AND (received_at < ?2 OR seq <="
            " (SELECT seq FROM webhook_events WHERE outcome = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?3))",
            (UNKNOWN_INTERVIEW, now_ms - _MAX_AGE_MS, MAX_UNKNOWN_EVENTS),
        )

    def of_invitation(self, invitation_id: str) -> list[dict[str, Any]]:
        """The recorded events of an interview, oldest first."""
        rows = self._db.execute(
            "SELECT stage, event, received_at, outcome FROM webhook_events WHERE invitation_id = ? ORDER BY seq",
            (invitation_id,),
        ).fetchall()
        return [dict(zip(("stage", "event", "received_at", "outcome"), row, strict=True)) for row in rows]

    def is_end_expected(self, invitation_id: str, since_ms: int, now_ms: int) -> bool:
        """Return whether an event in this time announced the end of an interview, or its deletion."""
        found = self._db.execute(
            "SELECT 1 FROM webhook_events WHERE invitation_id = ? AND stage IN ('finished', 'withdrawn', 'deleted')"
            " AND received_at BETWEEN ? AND ? LIMIT 1",
            (invitation_id, since_ms, now_ms),
        ).fetchone()
        return found is not None

    def was_received(self, invitation_id: str, stage: str) -> bool:
        """Return whether an event for this stage of this interview is recorded."""
        found = self._db.execute(
            "SELECT 1 FROM webhook_events WHERE invitation_id = ? AND stage = ?", (invitation_id, stage)
        ).fetchone()
        return found is not None
