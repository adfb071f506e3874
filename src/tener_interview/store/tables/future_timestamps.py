"""Counts times in the future: the clock ran fast when they were written.

Every reader treats such a time as expired. The count is for the operator.
"""

from __future__ import annotations

from ..records import NEVER
from . import idempotency, leases, logins
from .table import Table

_LEASES = "SELECT count(*) FROM leases WHERE until > ?"
_LOGINS = "SELECT count(*) FROM logins WHERE expires_at > ?"
_KEYS = "SELECT count(*) FROM idempotency_keys WHERE state = 'running' AND lease_until > ?"
_SYNCS = (
    "SELECT count(*) FROM interview_sessions"
    " WHERE is_current = TRUE AND status IN ('created', 'invited', 'in_progress', 'completed', 'expired')"
    " AND next_sync_at > ? AND next_sync_at < ?"
)
_SESSIONS = "SELECT count(*) FROM interview_sessions WHERE erased_at IS NULL AND updated_at > ?"
#: Tolerance for small differences between clocks.
_SLACK_MS = 60_000


class FutureTimestamps(Table):
    """Counts times in the future."""

    def count(self, now_ms: int, *, longest_pause_ms: int) -> dict[str, int]:
        """How many there are by kind. `sessions` counts sessions that seem to have changed in the future."""
        counts: dict[str, tuple[str, tuple[int, ...]]] = {
            "leases": (_LEASES, (now_ms + leases.MAX_LEASE_MS,)),
            "logins": (_LOGINS, (now_ms + logins.MAX_LOGIN_MS,)),
            "keys": (_KEYS, (now_ms + idempotency.MAX_LEASE_MS,)),
            "syncs": (_SYNCS, (now_ms + longest_pause_ms, NEVER)),
            "sessions": (_SESSIONS, (now_ms + _SLACK_MS,)),
        }
        return {name: int(self._db.execute(*query).fetchone()[0]) for name, query in counts.items()}
