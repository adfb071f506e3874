"""SQL of `leases`: which process holds a task that only one may do."""

from __future__ import annotations

from .table import Table

#: The longest lease. A later one was taken while the clock ran fast, and counts as expired.
MAX_LEASE_MS = 60_000


class Leases(Table):
    """Leases of tasks. Anybody can take an expired one."""

    def acquire(self, name: str, owner: str, *, now_ms: int, until: int) -> bool:
        """Take or extend a lease. Returns False while another owner holds it."""
        acquired = self._db.execute(
            "INSERT INTO leases (name, owner, until) VALUES (?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until"
            " WHERE leases.owner = excluded.owner OR leases.until NOT BETWEEN ? AND ?",
            (name, owner, until, now_ms + 1, now_ms + MAX_LEASE_MS),
        )
        return acquired.rowcount == 1

    def release(self, name: str, owner: str) -> None:
        self._db.execute("DELETE FROM leases WHERE name = ? AND owner = ?", (name, owner))
