"""SQL of `scrub_debt`: the erasures of which something may still be readable in the bytes of the database."""

from __future__ import annotations

from .table import Table

#: A higher count was not written by this service.
_MAX_COUNT = 1_000_000_000


class PendingScrub(Table):
    """Counts erasures that still need a scrub. A deletion requests one in its own transaction, so a crash forgets
    nothing."""

    def request(self) -> None:
        """Request a scrub, also when somebody altered or deleted the row."""
        self._db.execute(
            "INSERT INTO scrub_debt (id, erasures) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET"
            " erasures = CASE WHEN scrub_debt.erasures BETWEEN 0 AND ? THEN scrub_debt.erasures ELSE 0 END + 1",
            (_MAX_COUNT,),
        )

    def count(self) -> int:
        return int(self._db.execute("SELECT coalesce(max(erasures), 0) FROM scrub_debt").fetchone()[0])

    def mark_done(self, erasures: int) -> None:
        """Subtract the erasures that were pending when a scrub began; more may have come since."""
        self._db.execute(
            "UPDATE scrub_debt SET erasures = CASE WHEN erasures > ?1 THEN erasures - ?1 ELSE 0 END", (erasures,)
        )
