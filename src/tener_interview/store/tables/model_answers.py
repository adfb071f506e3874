"""SQL of `model_answers`: which answers of candidates became reference answers of a plan's questions."""

from __future__ import annotations

from ..plan_records import ModelAnswerRow
from .table import Table

_SELECT = f"SELECT {', '.join(ModelAnswerRow._fields)} FROM model_answers"  # noqa: S608 - names of our own fields


class ModelAnswers(Table):
    """Reads and writes where model answers came from."""

    def add(self, row: ModelAnswerRow) -> bool:
        """Record a model answer. Returns False if this answer is one already."""
        added = self._db.execute(
            "INSERT INTO model_answers (session_id, question_id, job_id, text, added_at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (session_id, question_id) DO NOTHING",
            row,
        )
        return added.rowcount == 1

    def of_session(self, session_id: str) -> list[ModelAnswerRow]:
        """The answers of a session that are model answers."""
        rows = self._db.execute(f"{_SELECT} WHERE session_id = ? ORDER BY question_id", (session_id,)).fetchall()
        return [ModelAnswerRow(*row) for row in rows]

    def remove(self, session_id: str, question_id: str) -> bool:
        """Returns False if there was none."""
        removed = self._db.execute(
            "DELETE FROM model_answers WHERE session_id = ? AND question_id = ?", (session_id, question_id)
        )
        return removed.rowcount == 1
