"""SQL of a job's leaderboard: its current sessions in rank order, filtered, sorted and by page.

A session appears once somebody has received its link; with a status filter, all sessions of that status appear.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace

from ...languages.spelling import fold_text, word_variants
from ..decision_records import UNDECIDED
from ..records import GROUPS, LeaderboardCounts, LeaderboardFilters, LeaderboardRow
from .dialect import Dialect
from .session_columns import (
    BEST_FIRST,
    GROUP,
    LAST_FIRST,
    RANKING_GROUP,
    STANDING,
    columns,
    decision_condition,
    visible_status_condition,
)
from .table import Table

_OF_JOB = "FROM interview_sessions WHERE job_id = ? AND is_current = TRUE"
_SELECT = f"SELECT {columns(LeaderboardRow)} {_OF_JOB}"
_LISTED = " AND unlisted = FALSE"
_SORT_COLUMNS: dict[str, str] = {
    "candidate_name": "candidate_sort_name",
    "total_score": "total_score",
    "machine_total": "machine_total",
    "human_total": "human_total",
    "technical_score": "technical_score",
    "soft_skills_score": "soft_skills_score",
    "culture_fit_score": "culture_fit_score",
    "score_confidence": "score_confidence",
    "coverage": "1.0 * scored_questions / nullif(total_questions, 0)",
    "updated_at": "updated_at",
}
#: Stored as JSON.
_FLAGS = LeaderboardRow._fields.index("flags")


class Rankings(Table):
    """Reads leaderboards."""

    def top(self, job_id: int, *, limit: int, offset: int = 0) -> list[LeaderboardRow]:
        """A part of the leaderboard in rank order, read from its index."""
        return self._rows(f"{_SELECT}{_LISTED} ORDER BY {BEST_FIRST} LIMIT ? OFFSET ?", job_id, limit, offset)

    def page(
        self, job_id: int, filters: LeaderboardFilters, *, sort: str | None, descending: bool, limit: int, offset: int
    ) -> list[LeaderboardRow]:
        """A page of the sessions that match the filters, in rank order or sorted by a column."""
        clause, values = _clause(filters, self._dialect)
        order = LAST_FIRST if descending else BEST_FIRST
        if sort is not None:
            column, direction = _SORT_COLUMNS[sort], "DESC" if descending else "ASC"
            order = f"{column} IS NULL, {column} {direction}, {BEST_FIRST}"
        return self._rows(f"{_SELECT}{clause} ORDER BY {order} LIMIT ? OFFSET ?", job_id, *values, limit, offset)

    def count(self, job_id: int, filters: LeaderboardFilters) -> LeaderboardCounts:
        """The number of sessions that match the filters, by group; and by decision, whatever decision is filtered."""
        clause, values = _clause(replace(filters, decision=None), self._dialect)
        rows = self._db.execute(
            f"SELECT {GROUP}, decision, count(*) {_OF_JOB}{clause} GROUP BY 1, 2", (job_id, *values)
        ).fetchall()
        by_group, by_decision = dict.fromkeys(GROUPS, 0), dict[str | None, int]()
        for group, decision, count in rows:
            by_decision[decision] = by_decision.get(decision, 0) + count
            if filters.decision is None or filters.decision == (decision or UNDECIDED):
                by_group[group] += count
        return LeaderboardCounts(by_group, by_decision)

    def ranked_totals(self, job_id: int) -> list[tuple[int, int, int, float]]:
        """Candidate id, ranking group, standing and total score of every candidate with a total score, best first."""
        clause = f"{_OF_JOB}{_LISTED} AND {RANKING_GROUP} <= 0"
        query = f"SELECT candidate_id, coalesce(ranking_group, 0), {STANDING}, total_score {clause}"
        query = f"{query} ORDER BY {BEST_FIRST}"
        return [tuple(row) for row in self._db.execute(query, (job_id,)).fetchall()]

    def count_by_plan_version(self, job_id: int) -> dict[tuple[int, int], int]:
        """How many sessions with a total score there are by version of the plan and ranking group, 0 without a plan."""
        rows = self._db.execute(
            f"SELECT coalesce(plan_version, 0), coalesce(ranking_group, 0), count(*) {_OF_JOB}{_LISTED}"
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


def _clause(filters: LeaderboardFilters, dialect: Dialect) -> tuple[str, list[object]]:
    """SQL conditions, each starting with AND, and their values."""
    conditions: list[str] = []
    values: list[object] = []
    if filters.status is None:
        conditions.append(_LISTED)
    for column, value in (("pass_recommendation", filters.recommendation), (GROUP, filters.group)):
        if value is not None:
            conditions.append(f" AND {column} = ?")
            values.append(value)
    if filters.status is not None:
        condition, condition_values = visible_status_condition(filters.status)
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
        variants = word_variants(word)
        part = dialect.contains_text("candidate_spellings")
        found = [" AND ".join([part] * len(parts)) for parts in variants]
        conditions.append(f" AND ({' OR '.join([*found, 'CAST(candidate_id AS TEXT) = ?'])})")
        values += [*(each for parts in variants for each in parts), fold_text(word)]
    return "".join(conditions), values
