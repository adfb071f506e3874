"""Reasons, in words for a recruiter, why a finished interview without a total needs a human look."""

from __future__ import annotations

from ...errors import Problem
from ...scorecards.result import MISSING_TRANSCRIPTION, NOT_SCORABLE, UNANSWERED, Result
from ...scoring.answer_details import UnscorableReason
from ...store.session import Session

NO_TRANSCRIPT = "No answer has a transcript, so there is nothing to score."
NO_ANSWER = "The candidate answered no question, so there is nothing to score."
CONSENT_MISSING = (
    "The candidate has not agreed to the notice of this job yet, so nothing is scored. Ask the candidate to open the"
    " interview link again, or record an agreement that was given elsewhere."
)
CONSENT_REFUSED = "The candidate does not agree to the notice of this job, so nothing is scored. Offer another way."
CONSENT_REASONS = frozenset({CONSENT_MISSING, CONSENT_REFUSED})
IMPORTED_WITHOUT_TOTAL = "This interview was imported as scored, but without a total."
_NOTHING_TO_SCORE = "INTERVIEW_NOTHING_TO_SCORE"
_NO_TOTAL = "The formula gives no total from the answers that could be scored."
_NO_ANSWER_SCORED = "None of the answers could be scored; the scorecard says why for each of them."

#: Used if all answers were left unscored for the same reason.
_REASONS_BY_CODE: dict[str, str] = {
    UnscorableReason.UNKNOWN_LANGUAGE:
        "The answers are in a language we do not support or recognise, so they cannot be scored.",
    UnscorableReason.NO_WORDS: "The transcripts have no words, so there is nothing to score.",
    UnscorableReason.TOO_LITTLE: "The answers have too few words to be scored.",
    UnscorableReason.NO_ANSWER: "The candidate says they have no answer to any of the questions.",
}


def reason_for_no_total(result: Result) -> str:
    """Return the reason for a result without a total."""
    statuses = {question.status for question in result.question_scores}
    if result.scored_questions:
        return _NO_TOTAL
    if NOT_SCORABLE not in statuses:
        return NO_TRANSCRIPT if MISSING_TRANSCRIPTION in statuses else NO_ANSWER
    reasons = {
        _REASONS_BY_CODE.get(question.details.get("reason_code", ""), _NO_ANSWER_SCORED)
        for question in result.question_scores if question.status == NOT_SCORABLE
    }
    reason = reasons.pop() if len(reasons) == 1 else _NO_ANSWER_SCORED
    if MISSING_TRANSCRIPTION in statuses:
        return f"{reason} Other answers have no transcript."
    return f"{reason} Other questions were not answered." if UNANSWERED in statuses else reason


def only_needs_review(session: Session | None, problem: Problem | None) -> bool:
    """Return whether the session only needs review: `INTERVIEW_NOTHING_TO_SCORE` is no failure."""
    is_no_failure = problem is None or problem.code == _NOTHING_TO_SCORE
    return is_no_failure and session is not None and session.review_reason is not None


def nothing_to_score_problem(session: Session) -> Problem:
    """Return the problem of a finished interview without a transcript."""
    return Problem(
        _NOTHING_TO_SCORE,
        "The interview is finished, but there is no transcript of any answer to score.",
        {"session_id": session.session_id},
    )
