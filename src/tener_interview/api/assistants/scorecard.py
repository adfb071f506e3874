"""The tool that reads one interview: scores with reasons, answers, reviews and decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, TypedDict

from ...domain.leaderboard.leaderboard import total_bounds
from ...domain.results import QuestionScore, Result
from ...domain.reviews import reviewing
from ...domain.reviews.questions import ReviewQuestion
from ...domain.reviews.reviewing import SubmittedReview
from ...domain.service import find_session
from ...lazy_dataclass import dataclass
from ...store.review_records import OverrideRow
from ...store.session import Session
from ...web.shape import Boolean, Integer, OneOf, StrictShape, Text, optional, required
from ..review_content import ReviewRecommendation
from ..scorecard import answer_json, overrides_of, visible_result
from ..shapes import (
    BoundsJson,
    CompetencyScores,
    Confidence,
    Decision,
    Recommendation,
    ReviewJson,
    Score,
    SessionStatus,
    TotalsJson,
    bounds_json,
    competency_scores,
    review_json,
    totals_json,
)
from .call import PageJson, ToolCall, limit_field, offset_field, page_json
from .untrusted import CANDIDATE, COLLEAGUE, SCORER, UntrustedTextJson, clean_name

#: How many characters of answers one result holds, whatever is asked for.
MAX_TRANSCRIPT_CHARS = 60_000
_MAX_NOTES = 20


@dataclass(frozen=True)
class GetScorecard(StrictShape):
    session_id: str = required(Text(max_chars=100, min_chars=1), "as the lists name it")
    transcripts: bool = optional(Boolean(), True, "whether to read the answers as well as their scores")
    transcript_offset: int = optional(
        Integer(high=10_000_000), 0, "how many characters of each answer to skip, to read on in a long one"
    )
    transcript_chars: int = optional(Integer(1, 20_000), 4000, "how many characters of each answer at most")
    limit: int = limit_field(10, 50)
    offset: int = offset_field()


class AnswerForAssistantJson(TypedDict):
    """One answer. The machine's part is null while it is hidden from a reviewer."""

    question_id: str
    title: str
    competency: str
    status: Annotated[
        Annotated[str, OneOf(("scored", "missing_transcription", "unanswered", "not_scorable"))] | None,
        "Null while hidden.",
    ]
    score: Annotated[Score | None, "The machine's."]
    override: Annotated[Score | None, "What a person put in place of it."]
    flags: list[str]
    reasons: UntrustedTextJson | None
    transcript: UntrustedTextJson | None
    transcript_chars: Annotated[int, "How long the whole answer is."]


class ReviewOfColleagueJson(TypedDict):
    """A submitted review."""

    reviewer_name: str
    review_total: Score | None
    recommendation: ReviewRecommendation | None
    reason: UntrustedTextJson | None
    notes: list[UntrustedTextJson]


class ScoresForAssistantJson(TotalsJson, BoundsJson, ReviewJson):
    """The numbers of an interview."""

    total_score: Annotated[Score | None, "The one that ranks."]
    competency_scores: CompetencyScores
    score_confidence: Confidence | None
    pass_recommendation: Annotated[Recommendation | None, "What the score suggests; nobody has decided by it."]
    summary: Annotated[str | None, "Which answers are strong, weak or to be checked."]


class ScorecardForAssistantJson(PageJson):
    """An interview question by question. `scores` is null until there are some, and while they are hidden from a
    reviewer (`blind`), as the reviews of others are. `total` counts the answers."""

    session_id: str
    job_id: int
    candidate_id: int
    candidate_name: str
    status: Annotated[SessionStatus | None, "Null for reviewers."]
    blind: bool
    scores: ScoresForAssistantJson | None
    decision: Annotated[Decision | None, "What people decided; not shown to reviewers."]
    answers: list[AnswerForAssistantJson]
    reviews: list[ReviewOfColleagueJson]
    corrections: Annotated[list[UntrustedTextJson], "What the candidate has to say about the score."]


def get_scorecard(call: ToolCall, arguments: GetScorecard) -> ScorecardForAssistantJson:
    return _as_reviewer(call, arguments) if call.is_reviewer else _as_recruiter(call, arguments)


def _as_reviewer(call: ToolCall, arguments: GetScorecard) -> ScorecardForAssistantJson:
    opened = reviewing.open_review(call.service, call.actor, arguments.session_id)
    session, result = opened.session, opened.result
    scored = {answer.question_id: answer for answer in result.question_scores} if result else {}
    page = opened.questions[arguments.offset : arguments.offset + arguments.limit]
    answers = _with_transcripts(
        call, arguments, [(_answer(call, question, scored.get(question.question_id)), question.transcript)
                          for question in page]
    )
    return {
        "session_id": session.session_id, "job_id": session.job_id, "candidate_id": session.candidate_id,
        "candidate_name": clean_name(session.candidate_name), "status": None, "blind": opened.blind,
        "scores": None if opened.blind else _scores(session, result), "decision": None, "answers": answers,
        "reviews": [_review(call, submitted) for submitted in opened.others or ()], "corrections": [],
        **page_json(len(opened.questions), arguments.offset, len(page)),
    }


def _as_recruiter(call: ToolCall, arguments: GetScorecard) -> ScorecardForAssistantJson:
    session = find_session(call.service, arguments.session_id)
    result = visible_result(call.service, session)
    with call.service.store.read() as tx:
        overrides = overrides_of(tx, session)
        corrections = tx.correction_notes.of_session(session.session_id)
        reviews = reviewing.submitted_reviews(tx, session.session_id)
    questions = result.question_scores if result else ()
    page = questions[arguments.offset : arguments.offset + arguments.limit]
    answers = _with_transcripts(
        call, arguments, [(_scored_answer(call, question, overrides), question.transcript) for question in page]
    )
    has_scores = result is not None or session.total_score is not None
    return {
        "session_id": session.session_id, "job_id": session.job_id, "candidate_id": session.candidate_id,
        "candidate_name": clean_name(session.candidate_name), "status": session.current_status, "blind": False,
        "scores": _scores(session, result) if has_scores else None, "decision": session.decision, "answers": answers,
        "reviews": [_review(call, submitted) for submitted in reviews],
        "corrections": [call.untrusted(note.text, CANDIDATE) for note in corrections],
        **page_json(len(questions), arguments.offset, len(page)),
    }


def _scores(session: Session, result: Result | None) -> ScoresForAssistantJson:
    is_machine = result is not None and session.total_score == result.total_score
    return {
        "total_score": session.total_score,
        "competency_scores": competency_scores(session),
        "score_confidence": session.score_confidence,
        "pass_recommendation": session.pass_recommendation,
        "summary": (result.summary or None) if result else None,
        **bounds_json(total_bounds(result) if result is not None and is_machine else None),
        **review_json(session),
        **totals_json(session),
    }


def _answer(call: ToolCall, question: ReviewQuestion, scored: QuestionScore | None) -> AnswerForAssistantJson:
    """Return a question for a reviewer, with the machine's score if it is not hidden."""
    if scored is not None:
        return _scored_answer(call, scored, {})
    return {
        "question_id": question.question_id, "title": question.title, "competency": question.competency_name,
        "status": None, "score": None, "override": None, "flags": [], "reasons": None, "transcript": None,
        "transcript_chars": len(question.transcript or ""),
    }


def _scored_answer(
    call: ToolCall, question: QuestionScore, overrides: Mapping[str, OverrideRow]
) -> AnswerForAssistantJson:
    answer = answer_json(question)
    override = overrides.get(question.question_id)
    return {
        "question_id": answer["question_id"], "title": answer["title"], "competency": answer["competency"],
        "status": answer["status"], "score": answer["score"], "override": override.score if override else None,
        "flags": answer["flags"], "reasons": call.untrusted_or_none("\n".join(answer["reasons"]), SCORER),
        "transcript": None, "transcript_chars": len(question.transcript or ""),
    }


def _with_transcripts(
    call: ToolCall, arguments: GetScorecard, answers: Sequence[tuple[AnswerForAssistantJson, str | None]]
) -> list[AnswerForAssistantJson]:
    """Add what was asked for of each answer, until the result is full."""
    room = MAX_TRANSCRIPT_CHARS if arguments.transcripts else 0
    start, complete = arguments.transcript_offset, list[AnswerForAssistantJson]()
    for answer, transcript in answers:
        text = (transcript or "")[start : start + min(arguments.transcript_chars, room)]
        room -= len(text)
        complete.append({**answer, "transcript": call.untrusted_or_none(text, CANDIDATE)})
    return complete


def _review(call: ToolCall, submitted: SubmittedReview) -> ReviewOfColleagueJson:
    content = submitted.versions[-1][1]
    notes = [f"“{note.quote}”\n{note.text}" if note.quote else note.text for note in content.notes[:_MAX_NOTES]]
    return {
        "reviewer_name": clean_name(submitted.row.reviewer_name),
        "review_total": submitted.row.total,
        "recommendation": submitted.row.recommendation,
        "reason": call.untrusted_or_none(content.reason, COLLEAGUE),
        "notes": [call.untrusted(note, COLLEAGUE) for note in notes],
    }
