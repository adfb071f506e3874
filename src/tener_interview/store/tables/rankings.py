"""SQL of a job's leaderboard: its current sessions in rank order, filtered, sorted and by page.

A session appears once somebody has received its link; with a status filter, all sessions of that status appear.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace

from ..decision_records import UNDECIDED
from ..records import SECTIONS, LeaderboardCounts, LeaderboardFilters, LeaderboardRow, TotalCount
from .dialect import Dialect
from .session_columns import (
    BEST_FIRST,
    LAST_FIRST,
    QUESTION_SET_ORDER,
    RANK_TIER,
    SECTION,
    columns,
    decision_condition,
    list_status_condition,
    word_condition,
)
from .table import Table

_OF_JOB = "FROM interview_sessions WHERE job_id = ? AND is_current = TRUE"
_SELECT = f"SELECT {columns(LeaderboardRow)} {_OF_JOB}"
#: `unlisted`: `created`, or its link is neither returned nor opened.
_NOT_HIDDEN = " AND unlisted = FALSE"
_SORT_COLUMNS: dict[str, str] = {
    "candidate_name": "candidate_sort_name",
    "total_score": "total_score",
    "machine_total": "machine_total",
    "human_total": "human_total",
    "judge_total": "judge_total",
    "technical_score": "technical_score",
    "soft_skills_score": "soft_skills_score",
    "culture_fit_score": "culture_fit_score",
    "score_confidence": "score_confidence",
    "coverage": "1.0 * scored_questions / nullif(total_questions, 0)",
    "updated_at": "updated_at",
    "invited_at": "invited_at",
    "opened_at": "opened_at",
    # Of links that still lead to an interview.
    "expires_at": "CASE WHEN listed_as IN ('invited', 'in_progress') THEN link_expires_at END",
}
#: The position of `flags`, which is stored as JSON.
_FLAGS = LeaderboardRow._fields.index("flags")


class Rankings(Table):
    """Reads leaderboards."""

    def top(self, job_id: int, *, limit: int, offset: int = 0) -> list[LeaderboardRow]:
        """A part of the leaderboard in rank order, read from its index."""
        return self._rows(f"{_SELECT}{_NOT_HIDDEN} ORDER BY {BEST_FIRST} LIMIT ? OFFSET ?", job_id, limit, offset)

    def page(
        self, job_id: int, filters: LeaderboardFilters, *, sort: str | None, descending: bool, limit: int, offset: int
    ) -> list[LeaderboardRow]:
        """A page of the sessions that match the filters, in rank order or sorted by a column."""
        clause, values = _clause(filters, self._dialect)
        order = _order(sort, descending=descending)
        return self._rows(f"{_SELECT}{clause} ORDER BY {order} LIMIT ? OFFSET ?", job_id, *values, limit, offset)

    def candidate_ids(
        self, job_id: int, filters: LeaderboardFilters, *, sort: str | None = None, descending: bool = False
    ) -> list[int]:
        """The candidates whose sessions match the filters, in the same order; also those whose link nobody has received
        yet."""
        clause, values = _clause(filters, self._dialect, include_hidden=True)
        order = _order(sort, descending=descending)
        rows = self._db.execute(f"SELECT candidate_id {_OF_JOB}{clause} ORDER BY {order}", (job_id, *values))
        return [row[0] for row in rows.fetchall()]

    def count(self, job_id: int, filters: LeaderboardFilters) -> LeaderboardCounts:
        """The number of sessions that match the filters, by section; and by decision, whatever decision is filtered."""
        clause, values = _clause(replace(filters, decision=None), self._dialect)
        rows = self._db.execute(
            f"SELECT {SECTION}, decision, count(*) {_OF_JOB}{clause} GROUP BY 1, 2", (job_id, *values)
        ).fetchall()
        by_section, by_decision = dict.fromkeys(SECTIONS, 0), dict[str | None, int]()
        for section, decision, count in rows:
            by_decision[decision] = by_decision.get(decision, 0) + count
            if filters.decision is None or filters.decision == (decision or UNDECIDED):
                by_section[section] += count
        return LeaderboardCounts(by_section, by_decision)

    def count_totals(self, job_id: int) -> list[TotalCount]:
        """How many candidates have each total score, best first."""
        # Up to 0 means with a total; the index has this expression, so that only those sessions are read.
        rows = self._db.execute(
            f"SELECT {QUESTION_SET_ORDER}, {RANK_TIER}, total_score, count(*), max(candidate_id) {_OF_JOB}{_NOT_HIDDEN}"
            f" AND {QUESTION_SET_ORDER} <= 0 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 DESC", (job_id,)
        ).fetchall()
        # The order is the negated number of the question set.
        return [TotalCount(-row[0], *row[1:]) for row in rows]

    def count_by_invited_version(self, job_id: int) -> dict[tuple[int, int], int]:
        """How many sessions with a total score there are by version of the plan and question set, 0 without a plan."""
        rows = self._db.execute(
            f"SELECT coalesce(plan_version, 0), coalesce(ranking_group, 0), count(*) {_OF_JOB}{_NOT_HIDDEN}"
            " AND total_score IS NOT NULL GROUP BY 1, 2", (job_id,)
        ).fetchall()
        return {(row[0], row[1]): row[2] for row in rows}

    def sessions_with_result(self, job_id: int, *, limit: int, session_id: str | None = None) -> list[str]:
        """The ids of finished sessions that have a result, best first; or only `session_id` if it is one of them."""
        rows = self._db.execute(
            f"SELECT session_id {_OF_JOB} AND result_version IS NOT NULL AND status IN ('completed', 'scored')"
            f"{'' if session_id is None else ' AND session_id = ?'} ORDER BY {BEST_FIRST} LIMIT ?",
            (job_id, *([] if session_id is None else [session_id]), limit),
        )
        return [row[0] for row in rows.fetchall()]

    def for_candidates(
        self, job_id: int, candidate_ids: Collection[int], *, erased: bool = True
    ) -> list[LeaderboardRow]:
        """The sessions of these candidates, best first; `erased=False` leaves out erased ones."""
        clause = f"AND {self._dialect.is_among('candidate_id')}{'' if erased else ' AND erased_at IS NULL'}"
        return self._rows(f"{_SELECT} {clause} ORDER BY {BEST_FIRST}", job_id, self._dialect.list_value(candidate_ids))

    def _rows(self, query: str, *values: object) -> list[LeaderboardRow]:
        return [
            LeaderboardRow._make((*row[:_FLAGS], tuple(json.loads(row[_FLAGS] or "[]")), *row[_FLAGS + 1 :]))
            for row in self._db.execute(query, values).fetchall()
        ]


def _order(sort: str | None, *, descending: bool) -> str:
    """In rank order, or sorted by a column."""
    if sort is None:
        return LAST_FIRST if descending else BEST_FIRST
    column, direction = _SORT_COLUMNS[sort], "DESC" if descending else "ASC"
    return f"{column} IS NULL, {column} {direction}, {BEST_FIRST}"


def _clause(
    filters: LeaderboardFilters, dialect: Dialect, *, include_hidden: bool = False
) -> tuple[str, list[object]]:
    """SQL conditions, each starting with AND, and their values."""
    conditions: list[str] = []
    values: list[object] = []
    if filters.status is None and not include_hidden:
        conditions.append(_NOT_HIDDEN)
    for column, value in (("pass_recommendation", filters.recommendation), (SECTION, filters.section)):
        if value is not None:
            conditions.append(f" AND {column} = ?")
            values.append(value)
    if filters.status is not None:
        condition, condition_values = list_status_condition(filters.status)
        conditions.append(f" AND {condition}")
        values += condition_values
    if filters.decision is not None:
        condition, condition_values = decision_condition(filters.decision)
        conditions.append(f" AND {condition}")
        values += condition_values
    if filters.flag in ("any", "none"):
        conditions.append(f" AND coalesce(flags, '[]') {'<>' if filters.flag == 'any' else '='} '[]'")
    elif filters.flag is not None:
        conditions.append(f" AND {dialect.lists_text('flags')}")
        values.append(filters.flag)
    if filters.min_coverage_percent:
        conditions.append(" AND 100 * scored_questions >= ? * total_questions")
        values.append(filters.min_coverage_percent)
    for word in filters.words:
        condition, condition_values = word_condition(word, dialect)
        conditions.append(f" AND {condition}")
        values += condition_values
    return "".join(conditions), values
