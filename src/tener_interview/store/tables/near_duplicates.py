"""SQL of `answer_shingles`, `answer_marks` and `answer_twins`: near duplicates among the answers of different
candidates.

An answer has shingles (numbers), a MinHash signature (the marks) that finds similar answers fast, and its near
duplicates, stored in both directions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from ..records import SimilarAnswer
from .table import Table

#: A mark that more than 24 answers share is a common phrase, or those answers are all alike; the first ones suffice.
_ANSWERS_WITH_MARK = "SELECT * FROM (SELECT answer FROM answer_marks WHERE mark = ? ORDER BY answer LIMIT 24) AS marked"


class NearDuplicates(Table):
    """Reads and writes shingles, signatures and near duplicates."""

    def shingles(self, session_id: str) -> dict[str, bytes]:
        """The shingles of a session's answers, packed, by question id."""
        rows = self._db.execute("SELECT question_id, shingles FROM answer_shingles WHERE session_id = ?", (session_id,))
        return {question_id: bytes(shingles) for question_id, shingles in rows.fetchall()}

    def store_answers(self, session_id: str, answers: Mapping[str, tuple[bytes, Sequence[int]]]) -> dict[str, int]:
        """Store answers of a session: shingles and signatures by question id. Returns the answers' ids by question id.
        """
        if not answers:
            return {}
        rows = self._db.execute(
            "INSERT INTO answer_shingles (session_id, question_id, shingles) VALUES"  # noqa: S608 - question marks only
            f" {', '.join(['(?, ?, ?)'] * len(answers))} RETURNING question_id, answer",
            [value for question_id, (shingles, _) in answers.items()
             for value in (session_id, question_id, shingles)],
        ).fetchall()
        ids: dict[str, int] = dict(rows)
        marks = [(mark, ids[question_id]) for question_id, (_, signature) in answers.items() for mark in signature]
        self._db.executemany("INSERT INTO answer_marks (mark, answer) VALUES (?, ?)", marks)
        return ids

    def remove_answers(self, session_id: str, question_ids: Iterable[str]) -> None:
        """Delete all data about the answers to these questions of a session."""
        self._db.executemany(
            "DELETE FROM answer_shingles WHERE session_id = ? AND question_id = ?",
            [(session_id, question_id) for question_id in question_ids],
        )

    def find_similar(
        self, candidate_id: int, signature: Sequence[int], *, min_shared: int, limit: int
    ) -> list[SimilarAnswer]:
        """Answers of other candidates that share at least `min_shared` marks of the signature, most similar first."""
        rows = self._db.execute(
            "SELECT answer, session_id, shingles FROM"  # noqa: S608 - question marks only
            f" (SELECT answer, count(*) AS shared FROM ({' UNION ALL '.join([_ANSWERS_WITH_MARK] * len(signature))})"
            " AS sharing GROUP BY answer HAVING count(*) >= ?) AS similar_answers"
            " JOIN answer_shingles USING (answer) JOIN interview_sessions USING (session_id)"
            " WHERE candidate_id <> ? ORDER BY shared DESC, answer LIMIT ?",
            (*signature, min_shared, candidate_id, limit),
        ).fetchall()
        return [SimilarAnswer(answer, session_id, bytes(shingles)) for answer, session_id, shingles in rows]

    def record(self, duplicates: Iterable[tuple[int, int]]) -> None:
        """Record pairs of near duplicates, in both directions."""
        both = [pair for one, other in duplicates for pair in ((one, other), (other, one))]
        self._db.executemany("INSERT INTO answer_twins (answer, twin) VALUES (?, ?)", both)

    def candidates_by_question(self, session_id: str) -> dict[str, list[int]]:
        """The ids of the candidates with a near duplicate of a session's answer, by question id, in ascending order."""
        rows = self._db.execute(
            "SELECT DISTINCT own.question_id, candidate_id FROM answer_shingles AS own"
            " JOIN answer_twins USING (answer) JOIN answer_shingles AS other ON other.answer = twin"
            " JOIN interview_sessions ON interview_sessions.session_id = other.session_id"
            " WHERE own.session_id = ? ORDER BY own.question_id, candidate_id",
            (session_id,),
        ).fetchall()
        candidate_ids: dict[str, list[int]] = {}
        for question_id, candidate_id in rows:
            candidate_ids.setdefault(question_id, []).append(candidate_id)
        return candidate_ids

    def similar_sessions(self, session_id: str) -> set[str]:
        """The ids of the sessions with a near duplicate of one of this session's answers."""
        rows = self._db.execute(
            "SELECT other.session_id FROM answer_shingles AS own JOIN answer_twins USING (answer)"
            " JOIN answer_shingles AS other ON other.answer = twin WHERE own.session_id = ?",
            (session_id,),
        ).fetchall()
        return {row[0] for row in rows}

    def exist_for(self, session_id: str) -> bool:
        """Return whether any answer of the session has a near duplicate."""
        row = self._db.execute(
            "SELECT EXISTS (SELECT 1 FROM answer_shingles JOIN answer_twins USING (answer) WHERE session_id = ?)",
            (session_id,),
        ).fetchone()
        return bool(row[0])

    def sessions_with_any(self, session_ids: Collection[str]) -> set[str]:
        """Those of these sessions that have an answer with a near duplicate."""
        rows = self._db.execute(
            "SELECT DISTINCT session_id FROM answer_shingles"  # noqa: S608 - our words
            f" WHERE {self._dialect.is_among('session_id')}"
            " AND EXISTS (SELECT 1 FROM answer_twins WHERE answer_twins.answer = answer_shingles.answer)",
            (self._dialect.list_value(session_ids),),
        ).fetchall()
        return {row[0] for row in rows}

    def remove(self, session_id: str) -> None:
        """Delete all data about a session's answers."""
        self._db.execute("DELETE FROM answer_shingles WHERE session_id = ?", (session_id,))
