"""SQL of `answer_marks`: a few numbers of every answer, by which nearly the same answer of another is found."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence


class AnswerMarks:
    """Reads and writes marks inside one transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def put(self, session_id: str, job_id: int, question: str, marks: Sequence[int]) -> None:
        """Keep the marks of one answer in place of those it had."""
        self._db.execute(
            "DELETE FROM answer_marks WHERE session_id = ? AND question = ?", (session_id, question)
        )
        self._db.executemany(
            "INSERT OR IGNORE INTO answer_marks (job_id, question, mark, session_id) VALUES (?, ?, ?, ?)",
            [(job_id, question, mark, session_id) for mark in marks],
        )

    def alike(
        self, session_id: str, job_id: int, question: str, marks: Sequence[int], *, least: int, limit: int
    ) -> list[str]:
        """Sessions whose answer to the question shares at least so many marks, those that share most first."""
        places = ", ".join("?" * len(marks))
        rows = self._db.execute(
            "SELECT session_id FROM answer_marks"  # noqa: S608 - question marks only
            f" WHERE job_id = ? AND question = ? AND mark IN ({places}) AND session_id <> ?"
            " GROUP BY session_id HAVING count(*) >= ? ORDER BY count(*) DESC, session_id LIMIT ?",
            (job_id, question, *marks, session_id, least, limit),
        ).fetchall()
        return [row[0] for row in rows]

    def remove(self, session_id: str) -> None:
        """Erase the marks of all answers of a session."""
        self._db.execute("DELETE FROM answer_marks WHERE session_id = ?", (session_id,))
