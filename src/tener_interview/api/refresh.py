"""Refresh one session or all sessions of a job."""

from __future__ import annotations

from typing import Annotated, TypedDict

from ..domain.refresh.apply_snapshot import RefreshOutcome, SessionRefresh
from ..domain.refresh.refresh import JobRefresh, refresh, refresh_job
from ..domain.refresh.review_reasons import only_needs_review
from ..domain.service import Service
from ..domain.sessions.status import Status
from ..errors import BriefErrorJson
from ..lazy_dataclass import dataclass
from ..store.session import Session
from ..web.contract import contract
from ..web.lenient import LenientBoolean
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.shape import Integer, OneOf, optional, read
from .deadline import respond_before_deadline
from .scorecard import QuestionScoreJson, questions_json, video_urls, visible_result
from .shapes import (
    PROVIDER_PROBLEMS,
    SESSION_PROBLEMS,
    ReviewJson,
    ScoresAndRecommendationJson,
    SessionStatus,
    review_json,
    scores_and_recommendation_json,
)


@dataclass(frozen=True)
class ForceBody:
    force: bool = optional(LenientBoolean(), False, "ask Hireflix even if no change is expected")


@dataclass(frozen=True)
class JobRefreshBody:
    force: bool = optional(LenientBoolean(), False, "ask Hireflix even if no change is expected")
    limit: int = optional(Integer(low=1, high=10_000), 300, "how many sessions at most")


class ResultJson(ScoresAndRecommendationJson):
    """The current scores."""

    question_scores: list[QuestionScoreJson]


class RefreshedJson(ReviewJson):
    """A session after a refresh; `updated` says whether anything changed."""

    session_id: str
    status: SessionStatus
    updated: bool
    awaiting_transcription: bool
    result: ResultJson | None


class RefreshedItemJson(ReviewJson):
    """The outcome for one session."""

    session_id: str
    candidate_id: int
    previous_status: SessionStatus
    status: SessionStatus
    action: Annotated[str, OneOf(("refreshed", "skipped", "error"))]
    error: BriefErrorJson | None


class JobRefreshedJson(TypedDict):
    """`skipped_terminal` counts sessions that were not read: those with a final status, and those that need review
    while no transcript is expected. `total_sessions` includes them; `refreshed`, `scored`, `failed`, `needs_review` and
    `errors` do not."""

    job_id: int
    force: bool
    total_sessions: int
    refreshed: int
    skipped_terminal: int
    needs_review: int
    scored: int
    failed: int
    errors: int
    items: list[RefreshedItemJson]


@contract(body=ForceBody, raises=(*SESSION_PROBLEMS, *PROVIDER_PROBLEMS, "INTERVIEW_NOTHING_TO_SCORE"))
def refresh_session(service: Service, request: Request) -> Json[RefreshedJson]:
    """POST /api/interviews/sessions/{session_id}/refresh

    Without `force`, Hireflix is not asked about a scored session, nor about one that needs review while nothing new is
    expected. A `created` session adopts its interview if Hireflix has one; nobody is invited. A temporary fault of the
    provider changes no status.
    """
    body = read(ForceBody, request.json)
    session_id = request.params["session_id"]
    outcome = respond_before_deadline(service, request, lambda _: refresh(service, session_id, force=body.force))
    return json_response(refreshed_json(service, outcome))


@contract(body=JobRefreshBody)
def refresh_job_sessions(service: Service, request: Request) -> Json[JobRefreshedJson]:
    """POST /api/admin/jobs/{job_id}/sessions/refresh

    Refreshes of one job run one after the other. A refresh reuses results that another refresh of the job read at most
    ten seconds before it arrived.
    """
    job_id = request.integer("job_id")
    body = read(JobRefreshBody, request.json)
    refreshed = refresh_job(service, job_id, limit=body.limit, force=body.force, lend_slot=request.lend_slot)
    return json_response(job_refresh_json(job_id, refreshed, force=body.force))


def refreshed_json(service: Service, outcome: RefreshOutcome) -> RefreshedJson:
    session = outcome.session
    scored = visible_result(service, session)
    result: ResultJson | None = None
    if scored is not None:
        result = {
            **scores_and_recommendation_json(session),
            "question_scores": questions_json(scored, video_urls(service, session)),
        }
    return {
        "session_id": session.session_id,
        "status": session.current_status,
        "updated": outcome.updated,
        "awaiting_transcription": session.awaiting_transcription,
        **review_json(session),
        "result": result,
    }


def job_refresh_json(job_id: int, job_refresh: JobRefresh, *, force: bool) -> JobRefreshedJson:
    items = [_refreshed_item(session_refresh) for session_refresh in job_refresh.refreshed]
    skipped = [_item(session, session, "skipped", None) for session in job_refresh.skipped]
    # A session without anything to score counts as refreshed, too.
    successful = [
        item for item, (_, outcome) in zip(items, job_refresh.refreshed, strict=True)
        if outcome.problem is None or only_needs_review(outcome.session, outcome.problem)
    ]
    return {
        "job_id": job_id,
        "force": force,
        "total_sessions": len(items) + len(skipped),
        "refreshed": len(successful),
        "skipped_terminal": len(skipped),
        "needs_review": sum(item["needs_review"] for item in successful),
        "scored": sum(item["status"] == Status.SCORED for item in successful),
        "failed": sum(item["status"] == Status.FAILED for item in successful),
        "errors": len(items) - len(successful),
        "items": items + skipped,
    }


def _refreshed_item(session_refresh: SessionRefresh) -> RefreshedItemJson:
    before, outcome = session_refresh
    action = "refreshed" if outcome.problem is None else "error"
    error = outcome.problem.brief() if outcome.problem else None
    return _item(before, outcome.session, action, error)


def _item(before: Session, now: Session, action: str, error: BriefErrorJson | None) -> RefreshedItemJson:
    return {
        "session_id": before.session_id,
        "candidate_id": before.candidate_id,
        "previous_status": before.list_status,
        "status": now.list_status,
        **review_json(now),
        "action": action,
        "error": error,
    }
