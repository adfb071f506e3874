"""SQL of `leases`: which process does what only one may do."""

from __future__ import annotations

from .table import Table

#: No lease is longer; one that seems to be was taken while the clock was ahead, and has run out.
MAX_LEASE_MS = 60_000


class Leases(Table):
    """Leases inside one transaction. One that ran out is anybody's."""

    def acquire(self, name: str, owner: str, *, now_ms: int, until: int) -> bool:
        """Take or extend a lease; False while another owner holds it."""
        taken = self._db.execute(
            "INSERT INTO leases (name, owner, until) VALUES (?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until"
            " WHERE owner = excluded.owner OR until NOT BETWEEN ? + 1 AND ?",
            (name, owner, until, now_ms, now_ms + MAX_LEASE_MS),
        )
        return taken.rowcount == 1

    def release(self, name: str, owner: str) -> None:
        self._db.execute("DELETE FROM leases WHERE name = ? AND owner = ?", (name, owner))
