"""Reviews: a reviewer's work list, the review of an interview, and all reviews of it for recruiters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, TypedDict

from ..domain.results import QuestionScore, Result
from ..domain.reviews import reviewing
from ..domain.reviews.content import ReviewContent
from ..domain.reviews.questions import ReviewQuestion
from ..domain.reviews.reviewing import OpenReview, SubmittedReview
from ..domain.service import Service, find_session
from ..lazy_dataclass import dataclass
from ..store.review_records import ReviewVersion
from ..store.session import Session
from ..system.clock import iso_utc
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.schema import Example
from ..web.shape import Integer, OneOf, StrictShape, optional, read, required
from .review_content import ReviewBody, ReviewContentJson, ReviewRecommendation, content_json
from .shapes import SESSION_PROBLEMS, At, Recommendation, Score, TotalsJson, limit_field, offset_field, totals_json

REVIEW_PROBLEMS = (*SESSION_PROBLEMS, "INTERVIEW_NOT_FINISHED", "CANDIDATE_ERASED")
_WRITE_PROBLEMS = (*REVIEW_PROBLEMS, "REVIEW_CHANGED")


@dataclass(frozen=True)
class RevisionBody(StrictShape):
    revision: int = required(Integer(low=1), "of the saved review that this is about")


class MyReviewJson(ReviewContentJson):
    """One's own review as it is now, drafts included."""

    state: Annotated[str, OneOf(("to_do", "draft", "submitted"))]
    revision: Annotated[int, "Send it with the next save or submission."]
    version: Annotated[int | None, "How often it was submitted; null before the first time."]
    has_draft: Annotated[bool, "Whether something is written that is not submitted."]
    review_total: Annotated[Score | None, "The total of what was submitted last."]
    saved_at: At | None
    submitted_at: At | None


class ReviewVersionJson(ReviewContentJson):
    """A submitted version of a review."""

    version: int
    review_total: Annotated[Score | None, "0 to 100: the ratings weighed as the machine's scores are."]
    blind: Annotated[bool, "Whether the reviewer had seen neither the machine's score nor other reviews."]
    result_version: Annotated[int | None, "The machine's result at that time."]
    machine_total: Annotated[Score | None, "The machine's total at that time."]
    submitted_at: At | None


class SubmittedReviewJson(TypedDict):
    """A submitted review with its history; the last version counts."""

    reviewer_id: Annotated[str, Example("us_0123456789abcdef0123456789abcdef")]
    reviewer_name: str
    review_total: Score | None
    recommendation: ReviewRecommendation | None
    submitted_at: At | None
    versions: Annotated[list[ReviewVersionJson], "Oldest first."]


class ReviewAnchorsJson(TypedDict):
    """What a weak (1), an average (3) and a strong (5) answer look like."""

    weak: str
    middling: str
    strong: str


class ReviewQuestionJson(TypedDict):
    """A question to rate."""

    question_id: str
    title: str
    description: str | None
    competency_name: str
    answered: bool
    transcript: str | None
    key_points: list[str]
    anchors: ReviewAnchorsJson


class QuoteJson(TypedDict):
    """Words of the transcript that a score rests on."""

    quote: str
    start: int
    end: int


class MachineAnswerJson(TypedDict):
    """What the machine makes of an answer."""

    question_id: str
    score: Score | None
    status: Annotated[str, OneOf(("scored", "missing_transcription", "unanswered", "not_scorable"))]
    reasons: list[str]
    flags: list[str]
    evidence: list[QuoteJson]


class MachineViewJson(TotalsJson):
    """What the machine makes of an interview, and the number that ranks it."""

    total_score: Score | None
    recommendation: Annotated[Recommendation | None, "What the formula recommends for the machine's total."]
    summary: str | None
    answers: list[MachineAnswerJson]


class OpenReviewJson(TypedDict):
    """An interview to review. `machine` and `others` are null while `blind`."""

    session_id: str
    job_id: int
    job_title: str | None
    candidate_id: int
    candidate_name: str
    language: str | None
    completed_at: At | None
    blind: Annotated[bool, "Whether the machine's score and the reviews of others are hidden until one submits."]
    questions: list[ReviewQuestionJson]
    review: MyReviewJson
    machine: MachineViewJson | None
    others: list[SubmittedReviewJson] | None


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
        "items": [_submitted_json(review) for review in reviews],
        "drafts": drafts,
    })


def _open_review_response(service: Service, opened: OpenReview) -> Json[OpenReviewJson]:
    with service.store.read() as tx:
        title = tx.titles.get(opened.session.job_id)
    return json_response(_open_review_json(opened, title.title if title else None))


def _submitted_json(review: SubmittedReview) -> SubmittedReviewJson:
    row = review.row
    return {
        "reviewer_id": row.reviewer_id,
        "reviewer_name": row.reviewer_name,
        "review_total": row.total,
        "recommendation": row.recommendation,
        "submitted_at": iso_utc(row.submitted_at),
        "versions": [_version_json(version, content) for version, content in review.versions],
    }


def _open_review_json(opened: OpenReview, job_title: str | None) -> OpenReviewJson:
    session = opened.session
    return {
        "session_id": session.session_id,
        "job_id": session.job_id,
        "job_title": job_title,
        "candidate_id": session.candidate_id,
        "candidate_name": session.candidate_name,
        "language": session.language,
        "completed_at": iso_utc(session.completed_at),
        "blind": opened.blind,
        "questions": [_question_json(question) for question in opened.questions],
        "review": _own_json(opened),
        "machine": None if opened.blind else _machine_json(session, opened.result),
        "others": None if opened.others is None else [_submitted_json(review) for review in opened.others],
    }


def _own_json(opened: OpenReview) -> MyReviewJson:
    own = opened.own
    state = "to_do" if own is None else "draft" if own.version is None else "submitted"
    return {
        "state": state,
        "revision": own.revision if own else 0,
        "version": own.version if own else None,
        "has_draft": own is not None and own.draft is not None,
        "review_total": own.total if own else None,
        "saved_at": iso_utc(own.saved_at) if own else None,
        "submitted_at": iso_utc(own.submitted_at) if own else None,
        **content_json(opened.content),
    }


def _version_json(version: ReviewVersion, content: ReviewContent) -> ReviewVersionJson:
    return {
        "version": version.version,
        "review_total": version.total,
        "blind": bool(version.blind),
        "result_version": version.result_version,
        "machine_total": version.machine_total,
        "submitted_at": iso_utc(version.submitted_at),
        **content_json(content),
    }


def _question_json(question: ReviewQuestion) -> ReviewQuestionJson:
    anchors = question.anchors
    return {
        "question_id": question.question_id,
        "title": question.title,
        "description": question.description,
        "competency_name": question.competency_name,
        "answered": question.answered,
        "transcript": question.transcript,
        "key_points": list(question.key_points),
        "anchors": {"weak": anchors.weak, "middling": anchors.middling, "strong": anchors.strong},
    }


def _machine_json(session: Session, result: Result | None) -> MachineViewJson:
    questions: Sequence[QuestionScore] = result.question_scores if result else ()
    return {
        **totals_json(session),
        "total_score": session.total_score,
        "recommendation": result.pass_recommendation if result else None,
        "summary": (result.summary or None) if result else None,
        "answers": [_machine_answer(question) for question in questions],
    }


def _machine_answer(question: QuestionScore) -> MachineAnswerJson:
    evidence = question.details.get("evidence", ())
    return {
        "question_id": question.question_id,
        "score": question.score,
        "status": question.status,
        "reasons": list(question.reasons),
        "flags": list(question.flags),
        "evidence": [
            {"quote": quote["quote"], "start": quote["start"], "end": quote["end"]} for quote in evidence
            if {"quote", "start", "end"} <= quote.keys()
        ],
    }
