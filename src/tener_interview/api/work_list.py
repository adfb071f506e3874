"""A reviewer's work list: the finished interviews to review, and how far one is with them."""

from __future__ import annotations

from typing import Annotated, TypedDict

from ..domain.reviews import reviewing
from ..domain.service import Service
from ..lazy_dataclass import dataclass
from ..system.clock import iso_utc
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.shape import Integer, OneOf, optional, read
from .review_content import ReviewRecommendation
from .shapes import At, limit_field, offset_field


@dataclass(frozen=True)
class WorkListQuery:
    job_id: int | None = optional(Integer(low=1, from_text=True))
    state: str | None = optional(OneOf(("to_do", "draft", "submitted")), description="only interviews in this state")
    limit: int = limit_field(200, 500)
    offset: int = offset_field()


class TaskJson(TypedDict):
    """A finished interview on one's work list, with the state of one's own review."""

    session_id: str
    job_id: int
    job_title: str | None
    candidate_id: int
    candidate_name: str
    completed_at: At | None
    state: Annotated[str, OneOf(("to_do", "draft", "submitted"))]
    has_draft: bool
    recommendation: Annotated[ReviewRecommendation | None, "One's own, as submitted."]
    saved_at: At | None
    submitted_at: At | None


class JobTasksJson(TypedDict):
    """How far one is with the interviews of a job."""

    job_id: int
    job_title: str | None
    to_do: int
    draft: int
    submitted: int


class WorkListJson(TypedDict):
    """The finished interviews that one may review: by job, the one finished first on top."""

    jobs: list[JobTasksJson]
    items: list[TaskJson]


@contract(query=WorkListQuery)
def list_reviews(service: Service, request: Request) -> Json[WorkListJson]:
    """GET /api/reviews"""
    query = read(WorkListQuery, request.query)
    work = reviewing.work_list(
        service, request.actor, job_id=query.job_id, state=query.state, limit=query.limit, offset=query.offset
    )
    with service.store.read() as tx:
        titles = {job_id: row.title for job_id, row in tx.titles.all().items()}
    return json_response({
        "jobs": [
            {
                "job_id": job.job_id, "job_title": titles.get(job.job_id), "to_do": job.to_do,
                "draft": job.draft, "submitted": job.submitted,
            }
            for job in work.jobs
        ],
        "items": [
            {
                "session_id": task.session_id,
                "job_id": task.job_id,
                "job_title": titles.get(task.job_id),
                "candidate_id": task.candidate_id,
                "candidate_name": task.candidate_name,
                "completed_at": iso_utc(task.completed_at),
                "state": task.state,
                "has_draft": bool(task.has_draft),
                "recommendation": task.recommendation,
                "saved_at": iso_utc(task.saved_at),
                "submitted_at": iso_utc(task.submitted_at),
            }
            for task in work.tasks
        ],
    })
