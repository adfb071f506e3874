"""SQL of `answer_shingles`, `answer_marks` and `answer_twins`: near duplicates among the answers of different
candidates.

An answer has shingles (numbers), a MinHash signature (the marks) that finds similar answers fast, and its near
duplicates, stored in both directions.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterable, Sequence

from ..records import SimilarAnswer
from .table import Table

#: A mark that more than 24 answers share is a common phrase, or those answers are all alike; the first ones suffice.
_ANSWERS_WITH_MARK = "SELECT * FROM (SELECT answer FROM answer_marks WHERE mark = ? ORDER BY answer LIMIT 24) AS marked"


class NearDuplicates(Table):
    """Reads and writes shingles, signatures and near duplicates."""

    def shingles(self, session_id: str) -> dict[str, frozenset[int]]:
        """The shingles of a session's answers, by question id."""
        rows = self._db.execute("SELECT question_id, shingles FROM answer_shingles WHERE session_id = ?", (session_id,))
        return {question_id: _unpack(packed) for question_id, packed in rows.fetchall()}

    def put(self, session_id: str, question_id: str, shingles: Collection[int], signature: Iterable[int]) -> int:
        """Store an answer, replacing the one to the same question and its near duplicates. Returns the answer's id."""
        self._db.execute(
            "DELETE FROM answer_shingles WHERE session_id = ? AND question_id = ?", (session_id, question_id)
        )
        answer_id = int(self._db.execute(
            "INSERT INTO answer_shingles (session_id, question_id, shingles) VALUES (?, ?, ?) RETURNING answer",
            (session_id, question_id, _pack(shingles)),
        ).fetchone()[0])
        rows = [(mark, answer_id) for mark in signature]
        self._db.executemany("INSERT INTO answer_marks (mark, answer) VALUES (?, ?)", rows)
        return answer_id

    def find_similar(
        self, candidate_id: int, signature: Sequence[int], *, min_shared: int, limit: int
    ) -> list[SimilarAnswer]:
        """Answers of other candidates that share at least `min_shared` marks of the signature, most similar first."""
        rows = self._db.execute(
            "SELECT answer, shingles FROM"  # noqa: S608 - question marks only
            f" (SELECT answer, count(*) AS shared FROM ({' UNION ALL '.join([_ANSWERS_WITH_MARK] * len(signature))})"
            " AS sharing GROUP BY answer HAVING count(*) >= ?) AS similar_answers"
            " JOIN answer_shingles USING (answer) JOIN interview_sessions USING (session_id)"
            " WHERE candidate_id <> ? ORDER BY shared DESC, answer LIMIT ?",
            (*signature, min_shared, candidate_id, limit),
        ).fetchall()
        return [SimilarAnswer(answer, _unpack(packed)) for answer, packed in rows]

    def record(self, answer_id: int, duplicate_ids: Iterable[int]) -> None:
        """Record near duplicates of an answer, in both directions."""
        both = [
            pair for duplicate_id in duplicate_ids for pair in ((answer_id, duplicate_id), (duplicate_id, answer_id))
        ]
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

    def remove(self, session_id: str) -> None:
        """Delete all data about a session's answers."""
        self._db.execute("DELETE FROM answer_shingles WHERE session_id = ?", (session_id,))


def _pack(shingles: Collection[int]) -> bytes:
    return struct.pack(f"<{len(shingles)}I", *sorted(shingles))


def _unpack(packed: bytes) -> frozenset[int]:
    return frozenset(struct.unpack(f"<{len(packed) // 4}I", packed))
