"""The JSON of reviews: what is accepted as one, and what is returned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, TypedDict

from ..domain.results import QuestionScore, Result
from ..domain.reviews import content as limits
from ..domain.reviews.content import Note, ReviewContent
from ..domain.reviews.questions import ReviewQuestion
from ..domain.reviews.reviewing import OpenReview, SubmittedReview
from ..domain.reviews.totals import HIGHEST_RATING, LOWEST_RATING
from ..errors import Problem
from ..lazy_dataclass import dataclass
from ..store.review_records import ReviewVersion
from ..store.session import Session
from ..system.clock import iso_utc
from ..web.schema import Example, NumberRange
from ..web.shape import Integer, ListOf, Object, OneOf, StrictShape, Text, optional, required
from .shapes import At, Score, TotalsJson, totals_json

MAX_QUESTIONS = 100
_RATING = Integer(low=LOWEST_RATING, high=HIGHEST_RATING)
_QUESTION_ID = Text(max_chars=200, min_chars=1)

ReviewRecommendation = Annotated[str, OneOf(limits.RECOMMENDATIONS)]
Rating = Annotated[int, NumberRange(LOWEST_RATING, HIGHEST_RATING)]


@dataclass(frozen=True)
class RatingBody(StrictShape):
    question_id: str = required(_QUESTION_ID)
    rating: int = required(_RATING)


@dataclass(frozen=True)
class NoteBody(StrictShape):
    text: str = required(Text(limits.MAX_NOTE_CHARS, 1, lines=True))
    question_id: str | None = optional(_QUESTION_ID, description="without it, the note is about the whole interview")
    quote: str | None = optional(
        Text(limits.MAX_QUOTE_CHARS, lines=True), description="words of the transcript that it is about"
    )
    start: int | None = optional(
        Integer(high=10_000_000), description="offset of the quote's first character; finds the right one of several"
    )
    end: int | None = optional(
        Integer(high=10_000_000), description="offset after its last character; needed only without `quote`"
    )


@dataclass(frozen=True)
class ReviewBody(StrictShape):
    revision: int = required(Integer(), "of the review that this one replaces; 0 for the first save")
    ratings: tuple[RatingBody, ...] = optional(ListOf(Object(RatingBody), 0, MAX_QUESTIONS), ())
    overall_rating: int | None = optional(
        _RATING, description="of the whole interview; counts only where no question is rated"
    )
    notes: tuple[NoteBody, ...] = optional(ListOf(Object(NoteBody), 0, limits.MAX_NOTES), ())
    recommendation: str | None = optional(OneOf(limits.RECOMMENDATIONS))
    reason: str = optional(Text(limits.MAX_REASON_CHARS, lines=True), "", "why this recommendation")

    def content(self) -> ReviewContent:
        """Return the review. Raises `VALIDATION_FAILED` if a question is rated twice."""
        ratings = {rating.question_id: rating.rating for rating in self.ratings}
        if len(ratings) < len(self.ratings):
            fault = "must have one rating of each question"
            raise Problem("VALIDATION_FAILED", f"The request is not valid: ratings {fault}.",
                          {"fields": {"ratings": fault}})
        notes = tuple(
            Note(note.text, note.question_id, note.quote or None, note.start, note.end) for note in self.notes
        )
        return ReviewContent(ratings, self.overall_rating, notes, self.recommendation, self.reason)


@dataclass(frozen=True)
class RevisionBody(StrictShape):
    revision: int = required(Integer(low=1), "of the saved review that this is about")


class RatingJson(TypedDict):
    """The rating of one answer."""

    question_id: str
    rating: Rating


class NoteJson(TypedDict):
    """A note, and where its quote is in the transcript. Without a place it is about the whole answer, or its quote is
    no longer there."""

    question_id: str | None
    text: str
    quote: str | None
    start: Annotated[int | None, "Offset of the quote's first character in the transcript."]
    end: int | None


class ReviewContentJson(TypedDict):
    """What a reviewer says about an interview."""

    ratings: list[RatingJson]
    overall_rating: Annotated[Rating | None, "Of the whole interview, where its questions are unknown."]
    notes: list[NoteJson]
    recommendation: ReviewRecommendation | None
    reason: str


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


def content_json(content: ReviewContent) -> ReviewContentJson:
    return {
        "ratings": [{"question_id": name, "rating": rating} for name, rating in content.ratings.items()],
        "overall_rating": content.overall_rating,
        "notes": [
            {
                "question_id": note.question_id, "text": note.text, "quote": note.quote, "start": note.start,
                "end": note.end,
            }
            for note in content.notes
        ],
        "recommendation": content.recommendation,
        "reason": content.reason,
    }


def submitted_json(review: SubmittedReview) -> SubmittedReviewJson:
    row = review.row
    return {
        "reviewer_id": row.reviewer_id,
        "reviewer_name": row.reviewer_name,
        "review_total": row.total,
        "recommendation": row.recommendation,
        "submitted_at": iso_utc(row.submitted_at),
        "versions": [_version_json(version, content) for version, content in review.versions],
    }


def open_review_json(opened: OpenReview, job_title: str | None) -> OpenReviewJson:
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
        "others": None if opened.others is None else [submitted_json(review) for review in opened.others],
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
