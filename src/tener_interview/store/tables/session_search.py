"""SQL that finds candidates of all jobs by name, id or e-mail address, in their current sessions."""

from __future__ import annotations

from collections.abc import Sequence

from ..records import FoundSession
from .session_columns import columns, word_condition
from .table import Table

_FROM_CURRENT = "FROM interview_sessions WHERE is_current = TRUE AND erased_at IS NULL"
_TO_REVIEW = (
    "status IN ('completed', 'scored') AND job_id IN (SELECT job_id FROM job_reviewers WHERE user_id = ?)"
)
_SELECT = f"SELECT {columns(FoundSession)} {_FROM_CURRENT}"


class SessionSearch(Table):
    """Finds current sessions that are not erased."""

    def by_words(self, words: Sequence[str], *, limit: int) -> list[FoundSession]:
        """Sessions of candidates for whom each word occurs in the name, in any spelling, or is the id or the e-mail
        address; newest first."""
        conditions, values = self._word_conditions(words, with_email=True)
        return self._find(conditions, values, limit)

    def to_review(self, words: Sequence[str], reviewer_id: str, *, limit: int) -> list[FoundSession]:
        """The same among the finished interviews of the jobs that a user reviews, by name or id only."""
        conditions, values = self._word_conditions(words, with_email=False)
        return self._find(f"{conditions} AND {_TO_REVIEW}", [*values, reviewer_id], limit)

    def _word_conditions(self, words: Sequence[str], *, with_email: bool) -> tuple[str, list[object]]:
        conditions, values = "", list[object]()
        for word in words:
            condition, condition_values = word_condition(word, self._dialect)
            values += condition_values
            if with_email:
                condition = f"({condition} OR {self._dialect.equals_in_any_case('candidate_email')})"
                values.append(word)
            conditions += f" AND {condition}"
        return conditions, values

    def _find(self, conditions: str, values: Sequence[object], limit: int) -> list[FoundSession]:
        rows = self._db.execute(f"{_SELECT}{conditions} ORDER BY seq DESC LIMIT ?", (*values, limit))
        return [FoundSession._make(row) for row in rows.fetchall()]
