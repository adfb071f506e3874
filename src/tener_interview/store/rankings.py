"""SQL of a job's ranking: its current sessions in order, whole or only those that are asked for, page by page.

A session is in it once somebody was given its link; a filter for a state finds all that are listed as such."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass

from ..spelling import folded, tells
from .listed import Ranked, listed_columns
from .sessions import BEST_FIRST

_OF_JOB = "FROM interview_sessions WHERE job_id = ? AND is_current = 1"
_SELECT = f"SELECT {listed_columns(Ranked)} {_OF_JOB}"
_LISTED = " AND unlisted = 0"

_LAST_FIRST = "(technical_score IS NULL) + (soft_skills_score IS NULL) DESC, total_score, candidate_id DESC"

#: What a ranking may be sorted by beside its own order; what is not known comes last either way.
SORTS: dict[str, str] = {
    "candidate_name": "folded(candidate_name)",
    "total_score": "total_score",
    "technical_score": "technical_score",
    "soft_skills_score": "soft_skills_score",
    "culture_fit_score": "culture_fit_score",
    "score_confidence": "score_confidence",
    "coverage": "CAST(scored_questions AS REAL) / total_questions",
    "updated_at": "updated_at",
}


@dataclass(frozen=True)
class Filters:
    """Which sessions of a job are wanted; None leaves a thing open. `flag` may be `any` or `none`.

    Each of the `words` is to occur in the candidate's name, however the two are spelt, or to be the candidate's id.
    """

    recommendation: str | None = None
    flag: str | None = None
    status: str | None = None
    min_coverage_percent: int | None = None
    words: tuple[str, ...] = ()

    def clause(self) -> tuple[str, list[object]]:
        """Conditions, each led by AND, and their values."""
        conditions: list[str] = []
        values: list[object] = []
        if self.status is None:
            conditions.append(_LISTED)
        for column, wanted in (("pass_recommendation", self.recommendation), ("listed_as", self.status)):
            if wanted is not None:
                conditions.append(f" AND {column} = ?")
                values.append(wanted)
        if self.flag in ("any", "none"):
            conditions.append(f" AND coalesce(flags, '[]') {'<>' if self.flag == 'any' else '='} '[]'")
        elif self.flag is not None:
            conditions.append(" AND EXISTS (SELECT 1 FROM json_each(flags) WHERE value = ?)")
            values.append(self.flag)
        if self.min_coverage_percent:
            conditions.append(" AND 100 * scored_questions >= ? * total_questions")
            values.append(self.min_coverage_percent)
        for word in self.words:
            conditions.append(" AND (tells(candidate_name, ?) OR CAST(candidate_id AS TEXT) = ?)")
            values += [word, folded(word)]
        return "".join(conditions), values


_AMONG = "AND candidate_id IN (SELECT value FROM json_each(?))"


class Rankings:
    """Reads rankings inside one transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        db.create_function("folded", 1, folded, deterministic=True)
        db.create_function("tells", 2, lambda name, word: tells(name, (word,)), deterministic=True)

    def top(self, job_id: int, *, limit: int, offset: int = 0) -> list[Ranked]:
        """A stretch of the ranking itself, by its index."""
        return self._rows(f"{_SELECT}{_LISTED} ORDER BY {BEST_FIRST} LIMIT ? OFFSET ?", job_id, limit, offset)

    def chosen(
        self, job_id: int, filters: Filters, *, sort: str | None, descending: bool, limit: int, offset: int
    ) -> list[Ranked]:
        """A page of those sessions that the filters leave, in the order of the ranking or sorted otherwise."""
        clause, values = filters.clause()
        order = _LAST_FIRST if descending else BEST_FIRST
        if sort is not None:
            column, way = SORTS[sort], "DESC" if descending else "ASC"
            order = f"{column} IS NULL, {column} {way}, {BEST_FIRST}"
        return self._rows(f"{_SELECT}{clause} ORDER BY {order} LIMIT ? OFFSET ?", job_id, *values, limit, offset)

    def count(self, job_id: int, filters: Filters) -> int:
        """How many sessions the filters leave."""
        clause, values = filters.clause()
        query = f"SELECT count(*) {_OF_JOB}{clause}"
        return int(self._db.execute(query, (job_id, *values)).fetchone()[0])

    def order(self, job_id: int) -> list[int]:
        """The candidates of the whole ranking, best first; from the index alone."""
        query = f"SELECT candidate_id {_OF_JOB}{_LISTED} ORDER BY {BEST_FIRST}"
        return [row[0] for row in self._db.execute(query, (job_id,))]

    def of_candidates(self, job_id: int, candidate_ids: Collection[int], *, erased: bool = True) -> list[Ranked]:
        """The sessions of these candidates, best first; without those that were erased if they are not wanted."""
        clause = _AMONG if erased else f"{_AMONG} AND erased_at IS NULL"
        return self._rows(f"{_SELECT} {clause} ORDER BY {BEST_FIRST}", job_id, json.dumps(list(candidate_ids)))

    def _rows(self, query: str, *values: object) -> list[Ranked]:
        return [Ranked._make(row) for row in self._db.execute(query, values).fetchall()]
