"""SQL of `answer_shingles`, `answer_marks` and `answer_twins`: which answers of a job are nearly the same.

Of an answer its shingles are kept, as numbers; a few marks, by which others like it are found; and its twins, the
answers of other candidates that were found to be nearly it, in both directions.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterable, Sequence

from ..records import SimilarAnswer
from .table import Table

#: A mark that more answers share is a common phrase, or all of them are alike: the first of them are enough.
_ANSWERS_OF_A_MARK = "SELECT * FROM (SELECT answer FROM answer_marks WHERE mark = ? ORDER BY answer LIMIT 24)"


class NearDuplicates(Table):
    """Reads and writes what is known of answers inside one transaction."""

    def shingles(self, session_id: str) -> dict[str, frozenset[int]]:
        """The shingles of a session's answers, by question id."""
        rows = self._db.execute("SELECT question_id, shingles FROM answer_shingles WHERE session_id = ?", (session_id,))
        return {question_id: _unpacked(packed) for question_id, packed in rows.fetchall()}

    def put(self, session_id: str, question_id: str, shingles: Collection[int], marks: Iterable[int]) -> int:
        """Keep an answer in place of the one there was to the question, without twins; returns its number."""
        self._db.execute(
            "DELETE FROM answer_shingles WHERE session_id = ? AND question_id = ?", (session_id, question_id)
        )
        answer = int(self._db.execute(
            "INSERT INTO answer_shingles (session_id, question_id, shingles) VALUES (?, ?, ?) RETURNING answer",
            (session_id, question_id, _packed(shingles)),
        ).fetchone()[0])
        rows = [(mark, answer) for mark in marks]
        self._db.executemany("INSERT INTO answer_marks (mark, answer) VALUES (?, ?)", rows)
        return answer

    def find_similar(self, candidate_id: int, marks: Sequence[int], *, least: int, limit: int) -> list[SimilarAnswer]:
        """Answers of other candidates that share at least so many marks, those that share most first."""
        rows = self._db.execute(
            "SELECT answer, shingles FROM"  # noqa: S608 - question marks only
            f" (SELECT answer, count(*) AS shared FROM ({' UNION ALL '.join([_ANSWERS_OF_A_MARK] * len(marks))})"
            " GROUP BY answer HAVING shared >= ?)"
            " JOIN answer_shingles USING (answer) JOIN interview_sessions USING (session_id)"
            " WHERE candidate_id <> ? ORDER BY shared DESC, answer LIMIT ?",
            (*marks, least, candidate_id, limit),
        ).fetchall()
        return [SimilarAnswer(answer, _unpacked(packed)) for answer, packed in rows]

    def record(self, answer: int, twins: Iterable[int]) -> None:
        """Note that answers are nearly this one, and this one nearly they."""
        both = [pair for twin in twins for pair in ((answer, twin), (twin, answer))]
        self._db.executemany("INSERT INTO answer_twins (answer, twin) VALUES (?, ?)", both)

    def candidates_by_question(self, session_id: str) -> dict[str, list[int]]:
        """The candidates whose answers are nearly a session's, by question id; in order."""
        rows = self._db.execute(
            "SELECT DISTINCT own.question_id, candidate_id FROM answer_shingles AS own"
            " JOIN answer_twins USING (answer) JOIN answer_shingles AS other ON other.answer = twin"
            " JOIN interview_sessions ON interview_sessions.session_id = other.session_id"
            " WHERE own.session_id = ? ORDER BY own.question_id, candidate_id",
            (session_id,),
        ).fetchall()
        found: dict[str, list[int]] = {}
        for question_id, candidate_id in rows:
            found.setdefault(question_id, []).append(candidate_id)
        return found

    def similar_sessions(self, session_id: str) -> set[str]:
        """The sessions with an answer that is nearly one of a session's."""
        rows = self._db.execute(
            "SELECT other.session_id FROM answer_shingles AS own JOIN answer_twins USING (answer)"
            " JOIN answer_shingles AS other ON other.answer = twin WHERE own.session_id = ?",
            (session_id,),
        ).fetchall()
        return {row[0] for row in rows}

    def exist_for(self, session_id: str) -> bool:
        """Whether any of a session's answers is nearly another's."""
        row = self._db.execute(
            "SELECT EXISTS (SELECT 1 FROM answer_shingles JOIN answer_twins USING (answer) WHERE session_id = ?)",
            (session_id,),
        ).fetchone()
        return bool(row[0])

    def remove(self, session_id: str) -> None:
        """Erase all that is known of a session's answers."""
        self._db.execute("DELETE FROM answer_shingles WHERE session_id = ?", (session_id,))


def _packed(shingles: Collection[int]) -> bytes:
    return struct.pack(f"<{len(shingles)}I", *sorted(shingles))


def _unpacked(packed: bytes) -> frozenset[int]:
    return frozenset(struct.unpack(f"<{len(packed) // 4}I", packed))
