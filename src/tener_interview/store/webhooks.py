"""SQL of `webhook_events`: what the provider told of, once per interview and stage."""

from __future__ import annotations

import sqlite3
from typing import Any


class WebhookEvents:
    """Events inside one transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def add(self, invitation_id: str, stage: str, event: str, at_ms: int, outcome: str) -> bool:
        """Record an event; False when this stage of this interview was told of before."""
        added = self._db.execute(
            "INSERT INTO webhook_events (invitation_id, stage, event, received_at, outcome) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (invitation_id, stage, event, at_ms, outcome),
        )
        return added.rowcount == 1

    def of_invitation(self, invitation_id: str) -> list[dict[str, Any]]:
        """What was told of an interview, oldest first."""
        rows = self._db.execute(
            "SELECT stage, event, received_at, outcome FROM webhook_events WHERE invitation_id = ? ORDER BY seq",
            (invitation_id,),
        ).fetchall()
        return [dict(row) for row in rows]

    def told(self, invitation_id: str, stage: str) -> bool:
        """Whether this stage of this interview was told of."""
        found = self._db.execute(
            "SELECT 1 FROM webhook_events WHERE invitation_id = ? AND stage = ?", (invitation_id, stage)
        ).fetchone()
        return found is not None
