"""Reviews: a reviewer's work list, the review of an interview, and all reviews of it for recruiters."""

from __future__ import annotations

from typing import TypedDict

from ..domain.reviews import reviewing
from ..domain.reviews.reviewing import OpenReview
from ..domain.service import Service, find_session
from ..lazy_dataclass import dataclass
from ..store.job_records import JobTitle
from ..system.clock import iso_utc
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.shape import Integer, OneOf, optional, read
from .review_shapes import (
    OpenReviewJson,
    ReviewBody,
    RevisionBody,
    SubmittedReviewJson,
    WorkListJson,
    open_review_json,
    submitted_json,
)
from .shapes import SESSION_PROBLEMS, Score, TotalsJson, limit_field, offset_field, totals_json

REVIEW_PROBLEMS = (*SESSION_PROBLEMS, "INTERVIEW_NOT_FINISHED", "CANDIDATE_ERASED")
_WRITE_PROBLEMS = (*REVIEW_PROBLEMS, "REVIEW_CHANGED")


@dataclass(frozen=True)
class WorkListQuery:
    job_id: int | None = optional(Integer(low=1, from_text=True))
    state: str | None = optional(OneOf(("to_do", "draft", "submitted")), description="only interviews in this state")
    limit: int = limit_field(200, 500)
    offset: int = offset_field()


class SessionReviewsJson(TotalsJson):
    """All submitted reviews of an interview, and its totals."""

    session_id: str
    job_id: int
    total_score: Score | None
    items: list[SubmittedReviewJson]


class DraftsJson(TypedDict):
    """How many reviewers have begun and not submitted; what they write is nobody else's yet."""

    drafts: int


class AllReviewsJson(SessionReviewsJson, DraftsJson):
    """All submitted reviews of an interview, its totals, and how many more are being written."""


@contract(query=WorkListQuery)
def list_reviews(service: Service, request: Request) -> Json[WorkListJson]:
    """GET /api/reviews"""
    query = read(WorkListQuery, request.query)
    work = reviewing.work_list(
        service, request.actor, job_id=query.job_id, state=query.state, limit=query.limit, offset=query.offset
    )
    with service.store.read() as tx:
        titles = tx.titles.all()
    return json_response({
        "jobs": [
            {
                "job_id": job.job_id, "job_title": _title(titles.get(job.job_id)), "to_do": job.to_do,
                "draft": job.draft, "submitted": job.submitted,
            }
            for job in work.jobs
        ],
        "items": [
            {
                "session_id": task.session_id,
                "job_id": task.job_id,
                "job_title": _title(titles.get(task.job_id)),
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


@contract(raises=REVIEW_PROBLEMS)
def get_review(service: Service, request: Request) -> Json[OpenReviewJson]:
    """GET /api/reviews/{session_id}"""
    opened = reviewing.open_review(service, request.actor, request.params["session_id"])
    return _open_review_response(service, opened)


@contract(body=ReviewBody, raises=_WRITE_PROBLEMS)
def save_review(service: Service, request: Request) -> Json[OpenReviewJson]:
    """PUT /api/reviews/{session_id}

    Saves the draft. What was submitted stays as it is until the draft is submitted.
    """
    body = read(ReviewBody, request.json)
    session_id = request.params["session_id"]
    opened = reviewing.save_draft(service, request.actor, session_id, body.content(), body.revision)
    return _open_review_response(service, opened)


@contract(body=RevisionBody, raises=(*_WRITE_PROBLEMS, "REVIEW_INCOMPLETE"))
def submit_review(service: Service, request: Request) -> Json[OpenReviewJson]:
    """POST /api/reviews/{session_id}/submit

    Submits the saved draft, for the first time or as an amendment.
    """
    body = read(RevisionBody, request.json)
    submitted = reviewing.submit(service, request.actor, request.params["session_id"], body.revision)
    return _open_review_response(service, submitted)


@contract(body=RevisionBody, raises=_WRITE_PROBLEMS)
def discard_draft(service: Service, request: Request) -> Json[OpenReviewJson]:
    """POST /api/reviews/{session_id}/discard

    Removes the draft; what was submitted stays.
    """
    body = read(RevisionBody, request.json)
    opened = reviewing.discard_draft(service, request.actor, request.params["session_id"], body.revision)
    return _open_review_response(service, opened)


@contract(raises=SESSION_PROBLEMS)
def list_session_reviews(service: Service, request: Request) -> Json[AllReviewsJson]:
    """GET /api/interviews/sessions/{session_id}/reviews"""
    session = find_session(service, request.params["session_id"])
    with service.store.read() as tx:
        reviews = reviewing.submitted_reviews(tx, session.session_id)
        drafts = sum(row.version is None for row in tx.reviews.of_session(session.session_id))
    return json_response({
        "session_id": session.session_id,
        "job_id": session.job_id,
        "total_score": session.total_score,
        **totals_json(session),
        "items": [submitted_json(review) for review in reviews],
        "drafts": drafts,
    })


def _open_review_response(service: Service, opened: OpenReview) -> Json[OpenReviewJson]:
    with service.store.read() as tx:
        title = tx.titles.get(opened.session.job_id)
    return json_response(open_review_json(opened, _title(title)))


def _title(known: JobTitle | None) -> str | None:
    return known.title if known else None
