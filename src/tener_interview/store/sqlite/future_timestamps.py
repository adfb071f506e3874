"""Counts times in the future: the clock was ahead when they were written.

Every reader treats such a time as expired. The count is for the operator.
"""

from __future__ import annotations

from ..records import NEVER
from . import idempotency, leases, logins
from .table import Table

_COUNTS = (
    ("leases", "SELECT count(*) FROM leases WHERE until > :now + :lease"),
    ("logins", "SELECT count(*) FROM logins WHERE expires_at > :now + :login"),
    ("keys", "SELECT count(*) FROM idempotency_keys WHERE state = 'running' AND lease_until > :now + :claim"),
    ("syncs", (
        "SELECT count(*) FROM interview_sessions"
        " WHERE is_current = 1 AND status IN ('created', 'invited', 'in_progress', 'completed', 'expired')"
        " AND next_sync_at > :now + :pause AND next_sync_at < :never"
    )),
    ("sessions", "SELECT count(*) FROM interview_sessions WHERE erased_at IS NULL AND updated_at > :now + :slack"),
)
#: Tolerance for small differences between clocks.
_SLACK_MS = 60_000


class FutureTimestamps(Table):
    """Counts times in the future."""

    def count(self, now_ms: int, *, longest_pause_ms: int) -> dict[str, int]:
        """How many there are by kind. `sessions` counts sessions that seem to have changed in the future."""
        bounds = {
            "now": now_ms,
            "lease": leases.MAX_LEASE_MS,
            "login": logins.MAX_LOGIN_MS,
            "claim": idempotency.MAX_LEASE_MS,
            "pause": longest_pause_ms,
            "slack": _SLACK_MS,
            "never": NEVER,
        }
        return {name: int(self._db.execute(query, bounds).fetchone()[0]) for name, query in _COUNTS}
