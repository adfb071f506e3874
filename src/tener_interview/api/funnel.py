"""How far a job's candidates have come."""

from __future__ import annotations

from ..domain.jobs.step import STEP
from ..domain.leaderboard.funnel import funnel
from ..domain.service import Service
from ..store.sqlite.steps import StepProgress
from ..system.clock import iso
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from .desk_answers import FunnelJson, LastStepJson


@contract()
def get_funnel(service: Service, request: Request) -> Json[FunnelJson]:
    """GET /api/jobs/{job_id}/funnel"""
    job_id = request.integer("job_id")
    with service.store.read() as tx:
        found, step = funnel(tx, job_id), tx.steps.get(job_id, STEP)
    return json_response({
        "job_id": job_id,
        "states": dict(found.states),
        "needs_review": found.needs_review,
        "steps": [
            {"step": each.name, "count": each.count, "median_ms_since_previous": each.median_ms}
            for each in found.steps
        ],
        "scores": [{"low": low, "high": high, "count": count} for (low, high), count in found.totals.items()],
        "last_step": _step_json(step) if step else None,
    })


def _step_json(step: StepProgress) -> LastStepJson:
    return {
        "status": step.status,
        "done": step.done,
        "failed": step.failed,
        "total": step.total,
        "updated_at": iso(step.updated_at),
    }
