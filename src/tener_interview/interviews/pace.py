"""How often a session is worth a look: soon while something is going on, seldom when nothing has moved for days."""

from __future__ import annotations

from ..clock import HOUR_MS
from ..store.sessions import Session

#: A session that has not moved for a day is looked at every half hour, for a week every 3.5 hours.
_PATIENCE = 48
_LONGEST_PAUSE_MS = 6 * HOUR_MS


def next_look(session: Session, now_ms: int, sync_seconds: int) -> int:
    """When the background sync should read a session again: one the provider has told of, in the next round."""
    still_for_ms = 0 if session.urgent else now_ms - session.updated_at
    return now_ms + max(sync_seconds * 1000, min(still_for_ms // _PATIENCE, _LONGEST_PAUSE_MS))
