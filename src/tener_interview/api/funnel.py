"""How far a job's candidates have come."""

from __future__ import annotations

from ..interviews.funnel import funnel
from ..interviews.service import Service
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from .desk_answers import FunnelJson


@contract()
def get_funnel(service: Service, request: Request) -> Json[FunnelJson]:
    """GET /api/jobs/{job_id}/funnel"""
    job_id = request.integer("job_id")
    with service.store.read() as tx:
        found = funnel(tx, job_id)
    return json_response({
        "job_id": job_id,
        "states": dict(found.states),
        "steps": [
            {"step": each.name, "count": each.count, "median_ms_since_previous": each.median_ms}
            for each in found.steps
        ],
        "scores": [{"low": low, "high": high, "count": count} for (low, high), count in found.totals.items()],
    })
