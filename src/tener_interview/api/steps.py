"""The batch step that the main system calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..clock import iso
from ..interviews.service import Service
from ..interviews.step import StepItem, count_items, finish_step, run_step, step_progress
from ..web.request import Request
from ..web.response import Response, json_response
from ..web.shape import Integer, ListOf, OneOf, optional, read, required
from .shapes import entry_url


@dataclass(frozen=True)
class StepBody:
    job_id: int = required(Integer(low=1))
    candidate_ids: tuple[int, ...] = required(ListOf(Integer(low=1), min_items=1, max_items=500))
    mode: str = optional(OneOf(("start_or_refresh",)), "start_or_refresh")


def run_interview_step(service: Service, request: Request) -> Response:
    """POST /api/steps/interview"""
    body = read(StepBody, request.json)
    items = run_step(service, body.job_id, body.candidate_ids)
    answer = {"job_id": body.job_id, **count_items(items), "items": [_item_json(service, each) for each in items]}
    finish_step(service, body.job_id, items, answer)
    return json_response(answer)


def get_interview_step(service: Service, request: Request) -> Response:
    """GET /api/jobs/{job_id}/steps/interview"""
    progress = step_progress(service, request.integer("job_id"))
    return json_response({
        "job_id": progress.job_id,
        "step": progress.step,
        "status": progress.status,
        "done": progress.done,
        "total": progress.total,
        "output": progress.output,
        "updated_at": iso(progress.updated_at),
    })


def _item_json(service: Service, item: StepItem) -> dict[str, Any]:
    session = item.session
    return {
        "candidate_id": item.candidate_id,
        "action": item.action,
        "session_id": session.session_id if session else None,
        "status": session.status if session else None,
        "entry_url": entry_url(service, session) if session else None,
        "error": item.problem.brief() if item.problem else None,
    }
