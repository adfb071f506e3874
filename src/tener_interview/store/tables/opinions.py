"""SQL of `opinions` and `judge_usage`: what a language model thinks of answers, and what asking it has cost."""

from __future__ import annotations

from ..judge_records import JudgeUsage, OpinionRow
from .table import Table

_COLUMNS = ", ".join(OpinionRow._fields)
_SELECT = f"SELECT {_COLUMNS} FROM opinions WHERE session_id = ?"  # noqa: S608 - names of our own fields
_COUNTS = JudgeUsage._fields[1:]
#: Older days are forgotten.
MAX_DAYS = 400


class Opinions(Table):
    """Reads and writes the replies of the judge, one row for each."""

    def add(self, row: OpinionRow) -> bool:
        """Store a reply. Returns False if there is one of this round already, or if the session has another result by
        now, or none."""
        marks = ", ".join("?" * len(row))
        added = self._db.execute(
            f"INSERT INTO opinions ({_COLUMNS}) SELECT {marks}"  # noqa: S608 - as above
            " WHERE EXISTS (SELECT 1 FROM interview_sessions"
            " WHERE session_id = ? AND result_version = ? AND erased_at IS NULL)"
            " ON CONFLICT (session_id, result_version, question_id, round) DO NOTHING",
            (*row, row.session_id, row.result_version),
        )
        return added.rowcount == 1

    def of_result(self, session_id: str, result_version: int) -> list[OpinionRow]:
        """The replies about one result, by question and round."""
        rows = self._db.execute(
            f"{_SELECT} AND result_version = ? ORDER BY question_id, round", (session_id, result_version)
        )
        return [OpinionRow._make(row) for row in rows.fetchall()]

    def of_session(self, session_id: str) -> list[OpinionRow]:
        """All replies about a session."""
        rows = self._db.execute(f"{_SELECT} ORDER BY result_version, question_id, round", (session_id,))
        return [OpinionRow._make(row) for row in rows.fetchall()]

    def unjudged(self, job_id: int, *, limit: int) -> list[tuple[str, int]]:
        """The ids of current sessions of a job whose latest result is not judged, and its version; those that wait
        longest first."""
        rows = self._db.execute(
            "SELECT session_id, result_version FROM interview_sessions WHERE job_id = ? AND is_current = TRUE"
            " AND erased_at IS NULL AND result_version IS NOT NULL AND status IN ('completed', 'scored')"
            " AND (judged_version IS NULL OR judged_version <> result_version) ORDER BY completed_at, seq LIMIT ?",
            (job_id, limit),
        )
        return [(row[0], row[1]) for row in rows.fetchall()]

    def remove(self, session_id: str) -> None:
        """Erase all replies about a session."""
        self._db.execute("DELETE FROM opinions WHERE session_id = ?", (session_id,))


class JudgeUsages(Table):
    """Counts what asking the judge costs, by day, for all instances together."""

    def of_day(self, day: int) -> JudgeUsage:
        row = self._db.execute(
            f"SELECT day, {', '.join(_COUNTS)} FROM judge_usage WHERE day = ?", (day,)  # noqa: S608 - as above
        ).fetchone()
        return JudgeUsage(day) if row is None else JudgeUsage._make(row)

    def reserve(self, day: int, *, max_requests: int, max_cost: float | None) -> bool:
        """Count one more request. Returns False, and counts nothing, if a limit of the day is reached."""
        begun = self._db.execute(
            f"INSERT INTO judge_usage (day, {', '.join(_COUNTS)}) VALUES (?, 0, 0, 0, 0, 0, 0)"  # noqa: S608 - as above
            " ON CONFLICT (day) DO NOTHING",
            (day,),
        )
        if begun.rowcount == 1:
            self._db.execute("DELETE FROM judge_usage WHERE day < ?", (day - MAX_DAYS,))
        below_cost = "" if max_cost is None else " AND cost < ?"
        reserved = self._db.execute(
            f"UPDATE judge_usage SET requests = requests + 1 WHERE day = ? AND requests < ?{below_cost}",  # noqa: S608
            (day, max_requests, *([] if max_cost is None else [max_cost])),
        )
        return reserved.rowcount == 1

    def add(self, usage: JudgeUsage) -> None:
        """Add to what the day has cost."""
        changes = ", ".join(f"{name} = {name} + ?" for name in _COUNTS)
        self._db.execute(
            f"UPDATE judge_usage SET {changes} WHERE day = ?", (*usage[1:], usage.day)  # noqa: S608 - as above
        )
