"""SQL of `decisions`, the history of what people decided about candidates, and of `decision_reasons`."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ..decision_records import DecisionReason, DecisionRow
from .table import Table

_COLUMNS = ", ".join(DecisionRow._fields)
_PLACEHOLDERS = ", ".join("?" * len(DecisionRow._fields))
_REASON_COLUMNS = ", ".join(DecisionReason._fields)


class Decisions(Table):
    """Adds decisions and reads them. The one that counts is in the session."""

    def add(self, row: DecisionRow) -> None:
        self._db.execute(f"INSERT INTO decisions ({_COLUMNS}) VALUES ({_PLACEHOLDERS})", row)  # noqa: S608 - our own fields

    def of_session(self, session_id: str) -> list[DecisionRow]:
        """The history of a session, oldest first."""
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM decisions WHERE session_id = ? ORDER BY revision", (session_id,)  # noqa: S608
        )
        return [DecisionRow(*row) for row in rows.fetchall()]

    def count_by_job(self, job_id: int) -> dict[str | None, int]:
        """The number of a job's current sessions by decision; None for those without one."""
        rows = self._db.execute(
            "SELECT decision, count(*) FROM interview_sessions"
            " WHERE job_id = ? AND is_current = TRUE AND erased_at IS NULL GROUP BY 1",
            (job_id,),
        )
        return {row[0]: row[1] for row in rows.fetchall()}

    def erase(self, session_id: str) -> None:
        """Remove the history of a session."""
        self._db.execute("DELETE FROM decisions WHERE session_id = ?", (session_id,))


class DecisionReasons(Table):
    """Reads and replaces the company's list of reasons. It is empty until the company changes the default one."""

    def all(self) -> list[DecisionReason]:
        """All reasons, in the order of the list."""
        rows = self._db.execute(
            f"SELECT {_REASON_COLUMNS} FROM decision_reasons ORDER BY place, reason_id"  # noqa: S608 - our own fields
        )
        return [DecisionReason(row[0], row[1], row[2], row[3], bool(row[4])) for row in rows.fetchall()]

    def used(self, reason_ids: Collection[str]) -> set[str]:
        """Return the given reasons that a decision has."""
        rows = self._db.execute(
            f"SELECT DISTINCT reason_id FROM decisions WHERE {self._dialect.is_among('reason_id')}",  # noqa: S608 - ours
            (self._dialect.list_value(reason_ids),),
        )
        return {row[0] for row in rows.fetchall()}

    def replace(self, reasons: Sequence[DecisionReason]) -> None:
        """Store another list."""
        self._db.execute("DELETE FROM decision_reasons")
        self._db.executemany(
            f"INSERT INTO decision_reasons ({_REASON_COLUMNS}) VALUES (?, ?, ?, ?, ?)", reasons  # noqa: S608 - ours
        )
