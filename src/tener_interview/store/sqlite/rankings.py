"""SQL of a job's ranking: its current sessions in order, whole or only those that are asked for, page by page.

A session is in it once somebody was given its link; a filter for a state finds all that are listed as such."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection

from ...languages.spelling import folded, tells
from ..records import GROUPS, Filters, LeaderboardRow
from .session_columns import BEST_FIRST, GROUP, LAST_FIRST, STANDING, columns, visible_status_condition
from .table import Table

_OF_JOB = "FROM interview_sessions WHERE job_id = ? AND is_current = 1"
_SELECT = f"SELECT {columns(LeaderboardRow)} {_OF_JOB}"
_LISTED = " AND unlisted = 0"
_SORTED_BY: dict[str, str] = {
    "candidate_name": "folded(candidate_name)",
    "total_score": "total_score",
    "technical_score": "technical_score",
    "soft_skills_score": "soft_skills_score",
    "culture_fit_score": "culture_fit_score",
    "score_confidence": "score_confidence",
    "coverage": "CAST(scored_questions AS REAL) / total_questions",
    "updated_at": "updated_at",
}


_AMONG = "AND candidate_id IN (SELECT value FROM json_each(?))"


class Rankings(Table):
    """Reads rankings inside one transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        super().__init__(db)
        db.create_function("folded", 1, folded, deterministic=True)
        db.create_function("tells", 2, lambda name, word: tells(name, (word,)), deterministic=True)

    def top(self, job_id: int, *, limit: int, offset: int = 0) -> list[LeaderboardRow]:
        """A stretch of the ranking itself, by its index."""
        return self._rows(f"{_SELECT}{_LISTED} ORDER BY {BEST_FIRST} LIMIT ? OFFSET ?", job_id, limit, offset)

    def page(
        self, job_id: int, filters: Filters, *, sort: str | None, descending: bool, limit: int, offset: int
    ) -> list[LeaderboardRow]:
        """A page of those sessions that the filters leave, in the order of the ranking or sorted otherwise."""
        clause, values = _clause(filters)
        order = LAST_FIRST if descending else BEST_FIRST
        if sort is not None:
            column, way = _SORTED_BY[sort], "DESC" if descending else "ASC"
            order = f"{column} IS NULL, {column} {way}, {BEST_FIRST}"
        return self._rows(f"{_SELECT}{clause} ORDER BY {order} LIMIT ? OFFSET ?", job_id, *values, limit, offset)

    def count_by_group(self, job_id: int, filters: Filters) -> dict[str, int]:
        """How many sessions of each group the filters leave."""
        clause, values = _clause(filters)
        rows = self._db.execute(f"SELECT {GROUP}, count(*) {_OF_JOB}{clause} GROUP BY 1", (job_id, *values)).fetchall()
        counts = {row[0]: row[1] for row in rows}
        return {group: counts.get(group, 0) for group in GROUPS}

    def ranked_totals(self, job_id: int) -> list[tuple[int, int, float]]:
        """Candidate, standing and total of everybody who has a total, best first."""
        ranked = f"{_OF_JOB}{_LISTED} AND {STANDING} <= 2"
        query = f"SELECT candidate_id, {STANDING}, total_score {ranked} ORDER BY {BEST_FIRST}"
        return [tuple(row) for row in self._db.execute(query, (job_id,)).fetchall()]

    def sessions_with_result(self, job_id: int, *, limit: int, session_id: str | None = None) -> list[str]:
        """The ids of sessions whose interviews have a result and are over, best first; or the one of them."""
        rows = self._db.execute(
            f"SELECT session_id {_OF_JOB} AND result_version IS NOT NULL AND status IN ('completed', 'scored')"
            f" AND session_id = coalesce(?, session_id) ORDER BY {BEST_FIRST} LIMIT ?",
            (job_id, session_id, limit),
        )
        return [row[0] for row in rows.fetchall()]

    def for_candidates(
        self, job_id: int, candidate_ids: Collection[int], *, erased: bool = True
    ) -> list[LeaderboardRow]:
        """The sessions of these candidates, best first; without those that were erased if they are not wanted."""
        clause = _AMONG if erased else f"{_AMONG} AND erased_at IS NULL"
        return self._rows(f"{_SELECT} {clause} ORDER BY {BEST_FIRST}", job_id, json.dumps(list(candidate_ids)))

    def _rows(self, query: str, *values: object) -> list[LeaderboardRow]:
        return [LeaderboardRow._make(row) for row in self._db.execute(query, values).fetchall()]


def _clause(filters: Filters) -> tuple[str, list[object]]:
    """Conditions, each led by AND, and their values."""
    conditions: list[str] = []
    values: list[object] = []
    if filters.status is None:
        conditions.append(_LISTED)
    for column, wanted in (("pass_recommendation", filters.recommendation), (GROUP, filters.group)):
        if wanted is not None:
            conditions.append(f" AND {column} = ?")
            values.append(wanted)
    if filters.status is not None:
        condition, own = visible_status_condition(filters.status)
        conditions.append(f" AND {condition}")
        values += own
    if filters.flag in ("any", "none"):
        conditions.append(f" AND coalesce(flags, '[]') {'<>' if filters.flag == 'any' else '='} '[]'")
    elif filters.flag is not None:
        conditions.append(" AND EXISTS (SELECT 1 FROM json_each(flags) WHERE value = ?)")
        values.append(filters.flag)
    if filters.min_coverage_percent:
        conditions.append(" AND 100 * scored_questions >= ? * total_questions")
        values.append(filters.min_coverage_percent)
    for word in filters.words:
        conditions.append(" AND (tells(candidate_name, ?) OR CAST(candidate_id AS TEXT) = ?)")
        values += [word, folded(word)]
    return "".join(conditions), values
