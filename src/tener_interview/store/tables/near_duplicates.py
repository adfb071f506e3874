"""SQL of `answer_shingles`, `answer_marks` and `answer_twins`: near duplicates among the answers of different
candidates.

An answer has shingles (numbers), a MinHash signature (the marks) that finds similar answers fast, and its near
duplicates, stored in both directions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain

from ..records import SimilarAnswer
from .dialect import Connection, Dialect
from .table import Table

#: A mark that more answers share is a common phrase, or those answers are all alike; the first ones suffice.
_ANSWERS_WITH_MARK = 24


class NearDuplicates(Table):
    """Reads and writes shingles, signatures and near duplicates.

    The answers with a mark are read once for all sessions of a transaction, which change only by what it adds itself:
    nobody else stores or removes answers of a job that is locked.
    """

    def __init__(self, db: Connection, dialect: Dialect) -> None:
        super().__init__(db, dialect)
        #: The first answers with each mark that was asked for, and what was read of them, by id.
        self._answers_by_mark: dict[int, list[int]] = {}
        self._answers: dict[int, SimilarAnswer] = {}

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
        for mark, answer in marks:
            first = self._answers_by_mark.get(mark)
            if first is not None and len(first) < _ANSWERS_WITH_MARK:
                first.append(answer)
        return ids

    def remove_answers(self, session_id: str, question_ids: Iterable[str]) -> None:
        """Delete all data about the answers to these questions of a session."""
        self._db.executemany(
            "DELETE FROM answer_shingles WHERE session_id = ? AND question_id = ?",
            [(session_id, question_id) for question_id in question_ids],
        )
        self._forget_read()

    def find_similar(
        self, candidate_id: int, signatures: Collection[Sequence[int]], *, min_shared: int, limit: int
    ) -> list[list[SimilarAnswer]]:
        """For each signature, answers of other candidates that share at least so many of its marks, most similar first.
        """
        self._read_marks({mark for signature in signatures for mark in signature} - self._answers_by_mark.keys())
        similar_answers = []
        for signature in signatures:
            shared = Counter(chain.from_iterable([self._answers_by_mark[mark] for mark in signature]))
            similar_answers.append(
                sorted([(-count, answer) for answer, count in shared.items() if count >= min_shared])
            )
        self._read_answers({answer for similar in similar_answers for _, answer in similar} - self._answers.keys())
        others = [[self._answers[answer] for _, answer in similar] for similar in similar_answers]
        return [[other for other in similar if other.candidate_id != candidate_id][:limit] for similar in others]

    def _read_marks(self, marks: Collection[int]) -> None:
        self._answers_by_mark |= {mark: [] for mark in marks}
        if marks:
            rows = self._db.execute(
                f"SELECT mark, answer FROM {self._dialect.rows_of()} JOIN answer_marks ON mark = value"  # noqa: S608
                " WHERE answer <= coalesce((SELECT answer FROM answer_marks AS first WHERE first.mark = value"
                f" ORDER BY answer LIMIT 1 OFFSET {_ANSWERS_WITH_MARK - 1}), {2**63 - 1})",
                (self._dialect.list_value(marks),),
            )
            for mark, answer in rows.fetchall():
                self._answers_by_mark[mark].append(answer)

    def _read_answers(self, answers: Collection[int]) -> None:
        if answers:
            rows = self._db.execute(
                "SELECT answer, session_id, candidate_id, shingles FROM answer_shingles"  # noqa: S608 - our words
                f" JOIN interview_sessions USING (session_id) WHERE {self._dialect.is_among('answer')}",
                (self._dialect.list_value(answers),),
            )
            for answer, session_id, candidate_id, shingles in rows.fetchall():
                self._answers[answer] = SimilarAnswer(answer, session_id, candidate_id, bytes(shingles))

    def _forget_read(self) -> None:
        self._answers_by_mark.clear()
        self._answers.clear()

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
        """Return the given sessions that have an answer with a near duplicate."""
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
        self._forget_read()
