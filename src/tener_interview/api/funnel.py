"""A job's funnel: how many candidates reached each step."""

from __future__ import annotations

from typing import Annotated, TypedDict

from ..domain.leaderboard.funnel import STEPS, job_funnel
from ..domain.service import Service
from ..store.ports import Transaction
from ..store.records import INTERVIEW_STEP, StepProgress
from ..system.clock import iso_utc
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.shape import OneOf
from .shapes import At, DecisionCounts, NeedsReview, decision_counts


class FunnelStepJson(TypedDict):
    """How many candidates reached the step, and the median time they took since the step before."""

    step: Annotated[str, OneOf(STEPS)]
    count: int
    median_ms_since_previous: int | None


class ScoreRangeJson(TypedDict):
    """The number of totals from `low` up to, but not including, `high`; the last range includes 100."""

    low: int
    high: int
    count: int


class LastStepJson(TypedDict):
    """Progress of the job's last batch step; `GET /api/jobs/{job_id}/steps/interview` returns its result."""

    status: Annotated[str, OneOf(("running", "success", "partial", "error"))]
    done: int
    failed: int
    total: int
    updated_at: At | None


class FunnelJson(TypedDict):
    """A job's funnel and the distribution of its totals; `last_step` is null before the first batch step."""

    job_id: int
    states: dict[str, int]
    needs_review: NeedsReview
    decisions: DecisionCounts
    steps: list[FunnelStepJson]
    scores: list[ScoreRangeJson]
    last_step: LastStepJson | None


@contract()
def get_funnel(service: Service, request: Request) -> Json[FunnelJson]:
    """GET /api/jobs/{job_id}/funnel"""
    job_id = request.integer("job_id")
    return service.reads.get(
        ("funnel", job_id),
        lambda tx: json_response(_read_funnel(tx, job_id)),
        lambda tx, _: tx.sessions.next_link_expiry([job_id]),
    )


def _read_funnel(tx: Transaction, job_id: int) -> FunnelJson:
    funnel, step = job_funnel(tx, job_id), tx.steps.get(job_id, INTERVIEW_STEP)
    return {
        "job_id": job_id,
        "states": dict(funnel.states),
        "needs_review": funnel.needs_review,
        "decisions": decision_counts(tx.decisions.count_by_job(job_id)),
        "steps": [
            {"step": reached.name, "count": reached.count, "median_ms_since_previous": reached.median_ms}
            for reached in funnel.steps
        ],
        "scores": [{"low": low, "high": high, "count": count} for (low, high), count in funnel.totals.items()],
        "last_step": _step_json(step) if step else None,
    }


def _step_json(step: StepProgress) -> LastStepJson:
    return {
        "status": step.status,
        "done": step.done,
        "failed": step.failed,
        "total": step.total,
        "updated_at": iso_utc(step.updated_at),
    }
