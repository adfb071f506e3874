"""When to refresh a session next: soon after a change, seldom if nothing has changed for days."""

from __future__ import annotations

from ...store.records import NEVER
from ...store.session import Session
from ...system.clock import DAY_MS, HOUR_MS

#: The pause is the time since the last change divided by this: half an hour after a day, 3.5 hours after a week.
_PAUSE_DIVISOR = 48
_MAX_PAUSE_MS = 6 * HOUR_MS
#: How long after the end of an interview its transcripts are waited for.
_MAX_TRANSCRIPT_WAIT_MS = 14 * DAY_MS
#: How long after a webhook event an interview is read again and again until the provider shows what it announced.
END_EXPECTED_FOR_MS = HOUR_MS


def longest_pause_ms(sync_seconds: int) -> int:
    """Return the longest pause between refreshes; a later plan comes from a clock that ran fast."""
    return max(_MAX_PAUSE_MS, sync_seconds * 1000)


def next_refresh_at(session: Session, now_ms: int, sync_seconds: int) -> int:
    """Return when the background sync reads a session again: in the next round after a webhook event."""
    return now_ms + max(sync_seconds * 1000, 0 if session.urgent else _pause_ms(session, now_ms))


def next_refresh_in_review(
    session: Session, now_ms: int, trusted_ms: int, sync_seconds: int, *, transcripts_missing: bool
) -> int:
    """Return when the background sync reads a session that needs review: never, unless transcripts may still arrive.

    They may until they are late by the trusted clock: one that is ahead for a moment must not give them up.
    """
    ended_ago_ms = trusted_ms - (session.completed_at or trusted_ms)
    still_waiting = transcripts_missing and ended_ago_ms < _MAX_TRANSCRIPT_WAIT_MS
    return next_refresh_at(session, now_ms, sync_seconds) if still_waiting else NEVER


def is_review_refresh_due(session: Session, now_ms: int) -> bool:
    """Return whether a manual refresh should ask the provider about a session that needs review.

    It should if a webhook has announced a change, or if transcripts may still arrive and the last read is long enough
    ago.
    """
    if session.urgent:
        return True
    return session.next_sync_at < NEVER and not (
        0 <= now_ms - (session.last_sync_at or 0) < _pause_ms(session, now_ms)
    )


def _pause_ms(session: Session, now_ms: int) -> int:
    return min(max(0, now_ms - session.updated_at) // _PAUSE_DIVISOR, _MAX_PAUSE_MS)
