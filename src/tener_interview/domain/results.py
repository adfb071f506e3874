"""Results of sessions: the only place that reads and writes their JSON.

Stored results never change. So results of older engines lack some fields or have others; pages and exports show a
question as it was stored.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any

from ..criteria.dimension import DIMENSIONS
from ..lazy_dataclass import dataclass
from ..scorecards.result import AnswerDetails as AnswerDetails
from ..scorecards.result import QuestionScore as QuestionScore
from ..scorecards.result import Result as Result
from ..scorecards.result import ScoringVersions as ScoringVersions
from ..store.ports import Transaction
from ..store.records import StoredResult

#: The engine of results that do not name theirs.
_FIRST_ENGINE_VERSION = "1"
_SCORES = (
    "technical_score", "soft_skills_score", "culture_fit_score", "total_score", "score_confidence",
    "pass_recommendation",
)
#: Left out of the JSON of results that do not have them.
_LATER_FIELDS = ("criteria_hash", "formula_hash", "summary", "competency_scores", "plan_version")
_COVERAGE = ("total_questions", "scored_questions", "missing_transcriptions")


@dataclass(frozen=True)
class ResultVersion:
    """One of a session's results, by its number from 1. `created_at` is in milliseconds since 1970."""

    version: int
    created_at: int
    result: Result


def latest_result(tx: Transaction, session_id: str) -> ResultVersion | None:
    return _read_row(tx.results.latest(session_id))


def latest_results(tx: Transaction, session_ids: Collection[str]) -> dict[str, Result]:
    """Return the latest result of each of these sessions that has one, by session."""
    return {row.session_id: read_result(row.content) for row in tx.results.latest_of(session_ids)}


def find_result(tx: Transaction, session_id: str, version: int) -> ResultVersion | None:
    return _read_row(tx.results.get(session_id, version))


def all_results(tx: Transaction, session_id: str) -> list[ResultVersion]:
    """Every result of a session, oldest first."""
    return [ResultVersion(row.version, row.created_at, read_result(row.content)) for row in tx.results.all(session_id)]


def export_results(tx: Transaction, session_id: str) -> list[dict[str, Any]]:
    """Every result of a session, oldest first, as it is stored."""
    return [
        {"version": row.version, "created_at": row.created_at, **json.loads(row.content)}
        for row in tx.results.all(session_id)
    ]


def add_result(tx: Transaction, session_id: str, result: Result, at_ms: int) -> int:
    """Append a result to those of a session and return its version."""
    return tx.results.add(session_id, write_result(result), at_ms)


def read_result(content: str) -> Result:
    """Return the result of a stored JSON object."""
    stored: dict[str, Any] = json.loads(content)
    coverage = stored.get("coverage", {})
    scores: dict[str, Any] = {name: stored.get(name) for name in _SCORES}
    return Result(
        **scores,
        **vars(_read_versions(stored)),
        **{name: coverage.get(name, 0) for name in _COVERAGE},
        question_scores=tuple([
            QuestionScore(
                question_index=question.get("question_index", 0),
                question_id=question.get("question_id", ""),
                title=question.get("title", ""),
                dimension=question.get("dimension", ""),
                competency=question.get("competency"),
                weight=question.get("weight", 1.0),
                dealbreaker=question.get("dealbreaker", False),
                rule_id=question.get("rule_id"),
                score=question.get("score"),
                status=question.get("status", ""),
                reasons=tuple(question.get("reasons", ())),
                flags=tuple(question.get("flags", ())),
                details=question.get("details", {}),
                transcript=question.get("transcript"),
                stored=question,
            )
            for question in stored.get("question_scores", ())
        ]),
        summary=stored.get("summary", ""),
        competency_scores=stored.get("competency_scores")
        or {dimension: stored.get(f"{dimension}_score") for dimension in DIMENSIONS},
    )


def write_result(result: Result) -> str:
    """Return the JSON object that a result is stored as."""
    values = {
        **scores_of(result),
        **vars(result.versions),
        "coverage": {name: getattr(result, name) for name in _COVERAGE},
        "question_scores": [question.to_json() for question in result.question_scores],
        "summary": result.summary,
        "competency_scores": dict(result.competency_scores) if result.plan_version is not None else None,
    }
    content = {name: value for name, value in values.items() if value or name not in _LATER_FIELDS}
    return json.dumps(content, ensure_ascii=False, sort_keys=True)


def scores_of(result: Result) -> dict[str, Any]:
    """Return the scores by the names of the columns that a session's row has for them."""
    return {name: getattr(result, name) for name in _SCORES}


def read_versions(scoring_versions: str | None) -> ScoringVersions | None:
    """Return the versions that a session's latest result was made with; None without a result."""
    return _read_versions(json.loads(scoring_versions)) if scoring_versions else None


def write_versions(versions: ScoringVersions) -> str:
    """Return what a session stores as `scoring_versions`."""
    return json.dumps(versions_to_json(versions))


def versions_to_json(versions: ScoringVersions) -> dict[str, Any]:
    """Return the versions as JSON; results without a plan have no version of one."""
    values = vars(versions)
    return {name: value for name, value in values.items() if name != "plan_version" or value is not None}


def _read_versions(stored: Mapping[str, Any]) -> ScoringVersions:
    versions: dict[str, Any] = {field.name: stored.get(field.name) for field in fields(ScoringVersions)}
    return ScoringVersions(**{**versions, "engine_version": stored.get("engine_version") or _FIRST_ENGINE_VERSION})


def _read_row(row: StoredResult | None) -> ResultVersion | None:
    return None if row is None else ResultVersion(row.version, row.created_at, read_result(row.content))
