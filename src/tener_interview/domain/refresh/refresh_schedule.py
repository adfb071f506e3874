"""How often a session is worth a look: soon while something is going on, seldom when nothing has moved for days."""

from __future__ import annotations

from ...store.records import NEVER
from ...store.session import Session
from ...system.clock import HOUR_MS

#: A session that has not moved for a day is looked at every half hour, for a week every 3.5 hours.
_PAUSE_DIVISOR = 48
_LONGEST_PAUSE_MS = 6 * HOUR_MS
#: Transcripts that have not come by then, after the interview was over, are not waited for any more.
_TRANSCRIPTS_GIVEN_UP_MS = 14 * 24 * HOUR_MS


def longest_pause_ms(sync_seconds: int) -> int:
    """The longest pause until a session is looked at again; what seems to be further ahead was planned by a clock that
    was wrong."""
    return max(_LONGEST_PAUSE_MS, sync_seconds * 1000)


def next_refresh_at(session: Session, now_ms: int, sync_seconds: int) -> int:
    """When the background sync should read a session again: one the provider has told of, in the next round."""
    return now_ms + max(sync_seconds * 1000, 0 if session.urgent else _pause_ms(session, now_ms))


def next_refresh_in_review(session: Session, now_ms: int, sync_seconds: int, *, transcripts_missing: bool) -> int:
    """The same for one that needs a human look: only transcripts that are missing can help, and only for a while."""
    over_for_ms = now_ms - (session.completed_at or now_ms)
    hopeful = transcripts_missing and over_for_ms < _TRANSCRIPTS_GIVEN_UP_MS
    return next_refresh_at(session, now_ms, sync_seconds) if hopeful else NEVER


def is_review_refresh_due(session: Session, now_ms: int) -> bool:
    """Return whether a manual refresh should ask the provider about a session that needs a human look.

    It should if the provider has reported a change, or if transcripts may still arrive and the last read was not just
    now.
    """
    if session.urgent:
        return True
    return session.next_sync_at < NEVER and not (
        0 <= now_ms - (session.last_sync_at or 0) < _pause_ms(session, now_ms)
    )


def _pause_ms(session: Session, now_ms: int) -> int:
    return min(max(0, now_ms - session.updated_at) // _PAUSE_DIVISOR, _LONGEST_PAUSE_MS)
