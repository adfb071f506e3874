"""SQL of `webhook_events`: what the provider told of, once per interview and stage."""

from __future__ import annotations

from typing import Any

from ...system.clock import HOUR_MS
from ..records import UNKNOWN
from .table import Table

#: Kept of these, and for how long.
MAX_UNKNOWN_EVENTS = 1_000
_KEPT_MS = 30 * 24 * HOUR_MS


class WebhookEvents(Table):
    """Events inside one transaction."""

    def add(self, invitation_id: str, stage: str, event: str, at_ms: int, outcome: str) -> bool:
        """Record an event; False when this stage of this interview was told of before."""
        added = self._db.execute(
            "INSERT INTO webhook_events (invitation_id, stage, event, received_at, outcome) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (invitation_id, stage, event, at_ms, outcome),
        )
        if outcome == UNKNOWN and added.rowcount:
            self._prune(at_ms)
        return added.rowcount == 1

    def _prune(self, now_ms: int) -> None:
        """Forget notices of interviews that are not ours: an account may have many that others have started."""
        self._db.execute(
            "DELETE FROM webhook_events WHERE outcome = ?1 AND (received_at < ?2 OR seq <="
            " (SELECT seq FROM webhook_events WHERE outcome = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?3))",
            (UNKNOWN, now_ms - _KEPT_MS, MAX_UNKNOWN_EVENTS),
        )

    def of_invitation(self, invitation_id: str) -> list[dict[str, Any]]:
        """What was told of an interview, oldest first."""
        rows = self._db.execute(
            "SELECT stage, event, received_at, outcome FROM webhook_events WHERE invitation_id = ? ORDER BY seq",
            (invitation_id,),
        ).fetchall()
        return [dict(row) for row in rows]

    def was_received(self, invitation_id: str, stage: str) -> bool:
        """Whether this stage of this interview was told of."""
        found = self._db.execute(
            "SELECT 1 FROM webhook_events WHERE invitation_id = ? AND stage = ?", (invitation_id, stage)
        ).fetchone()
        return found is not None
