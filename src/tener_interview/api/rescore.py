"""Score a job's stored transcripts again."""

from __future__ import annotations

from typing import Annotated, TypedDict

from ..domain.refresh.rescore import RescoredSession, rescore_job
from ..domain.results import Result
from ..domain.reviews.totals import HUMAN, OVERRIDE
from ..domain.service import Service
from ..errors import BriefErrorJson
from ..lazy_dataclass import dataclass
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.shape import Boolean, Integer, OneOf, Text, optional, read
from .shapes import (
    Score,
    ScoresAndRecommendationJson,
    ScoringVersionsJson,
    TotalSource,
    scores_and_recommendation_json,
    scoring_versions_json,
)


@dataclass(frozen=True)
class RescoreBody:
    dry_run: bool = optional(Boolean(), False, "report what would change without changing anything")
    limit: int = optional(Integer(low=1, high=10_000), 10_000, "how many sessions at most")
    session_id: str | None = optional(Text(max_chars=100), description="only this session; default: all of the job")
    plan_version: int | None = optional(
        Integer(low=1, high=1_000_000),
        description="score by what this version of the plan says of the questions; default: by the version that scored"
        " each session last",
    )


class VersionedResultJson(ScoresAndRecommendationJson, ScoringVersionsJson):
    """A result and its scoring versions; `result_version` is null if it is not stored."""

    result_version: int | None


class RescoredItemJson(TypedDict):
    """A session's result before and after."""

    session_id: str
    candidate_id: int
    candidate_name: str
    action: Annotated[str, OneOf(("unchanged", "rescored", "would_change", "error"))]
    error: Annotated[BriefErrorJson | None, "Why it could not be scored; its result is what it was."]
    before: VersionedResultJson
    after: VersionedResultJson
    total_score_change: Annotated[float | None, "Of the machine's total."]
    ranking_total: Annotated[Score | None, "The number that ranks the session afterwards."]
    total_source: Annotated[TotalSource | None, "Whose number that is."]
    hidden_by: Annotated[
        str | None, "If the machine's total does not rank the session, a sentence that says what ranks instead."
    ]
    why: Annotated[list[str], "What changed in the scoring rules, as sentences; empty if the result is unchanged."]


class RescoredJson(ScoringVersionsJson):
    """The outcome of rescoring; with `dry_run`, what it would be."""

    job_id: int
    dry_run: bool
    total_sessions: int
    rescored: int
    changed: int
    unchanged: int
    errors: int
    items: list[RescoredItemJson]


@contract(body=RescoreBody, raises=("CRITERIA_INVALID", "INTERVIEW_SESSION_NOT_FOUND", "PLAN_NOT_FOUND"))
def rescore_job_sessions(service: Service, request: Request) -> Json[RescoredJson]:
    """POST /api/admin/jobs/{job_id}/rescore

    Reloads the criteria and formula files. Without `dry_run`, they are active from then on. A session that cannot be
    scored keeps its result, has the `action` `error`, and stops no other.
    """
    job_id = request.integer("job_id")
    body = read(RescoreBody, request.json)
    rescoring = rescore_job(
        service, job_id, limit=body.limit, dry_run=body.dry_run, session_id=body.session_id or None,
        plan_version=body.plan_version,
    )
    rescored = rescoring.sessions
    changed = sum(session.changed for session in rescored)
    errors = len([session for session in rescored if session.problem is not None])
    return json_response({
        "job_id": job_id,
        "dry_run": body.dry_run,
        **scoring_versions_json(rescoring.versions),
        "total_sessions": len(rescored),
        "rescored": sum(session.version is not None for session in rescored),
        "changed": changed,
        "unchanged": len(rescored) - changed - errors,
        "errors": errors,
        "items": [_rescored_item(session) for session in rescored],
    })


#: By whether scoring failed, whether the result changed, and whether it was stored.
_ACTIONS = {
    (True, False, False): "error",
    (False, False, False): "unchanged",
    (False, True, False): "would_change",
    (False, True, True): "rescored",
}


def _rescored_item(rescored: RescoredSession) -> RescoredItemJson:
    session = rescored.session
    before, after = rescored.before.total_score, rescored.after.total_score
    change = None if before is None or after is None else round(after - before, 1)
    return {
        "session_id": session.session_id,
        "candidate_id": session.candidate_id,
        "candidate_name": session.candidate_name,
        "action": _ACTIONS[rescored.problem is not None, rescored.changed, rescored.version is not None],
        "error": rescored.problem.brief() if rescored.problem else None,
        "before": _versioned_result_json(rescored.before, rescored.before_version),
        "after": _versioned_result_json(rescored.after, rescored.version),
        "total_score_change": change,
        "ranking_total": rescored.total,
        "total_source": rescored.total_source,
        "hidden_by": _hidden_by(rescored),
        "why": list(rescored.why),
    }


def _hidden_by(rescored: RescoredSession) -> str | None:
    who = {OVERRIDE: "An override", HUMAN: "The mean of the reviews"}.get(rescored.total_source or "")
    if who is None:
        return None
    machine = rescored.after.total_score
    machine_words = "The machine gives no total" if machine is None else f"The machine's total of {machine:g} is hidden"
    return f"{who} ranks this interview with {rescored.total:g}. {machine_words}."


def _versioned_result_json(result: Result, version: int | None) -> VersionedResultJson:
    return {
        "result_version": version, **scores_and_recommendation_json(result), **scoring_versions_json(result.versions),
    }
