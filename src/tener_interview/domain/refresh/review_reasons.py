"""Reasons, in words for a recruiter, why a finished interview without a total needs review."""

from __future__ import annotations

from ...scorecards.result import MISSING_TRANSCRIPTION, NOT_SCORABLE, UNANSWERED, Result

NO_TRANSCRIPT = "No answer has a transcript, so there is nothing to score."
NO_ANSWER = "The candidate answered no question, so there is nothing to score."
IMPORTED_WITHOUT_TOTAL = "This interview was taken over as scored, but without a total."
_NO_TOTAL = "The formula gives no total from the answers that could be scored."
_NO_ANSWER_SCORED = "None of the answers could be scored; the scorecard says why for each of them."
_OTHER_LANGUAGE = "The answers are in a language that the criteria are not in, so they cannot be scored."
#: Used if all answers were left unscored for the same reason; by `reason_code`.
_REASONS_BY_CODE = {
    "wrong_language": _OTHER_LANGUAGE,
    "unknown_language": _OTHER_LANGUAGE,
    "not_language": "The transcripts do not read as language, so they cannot be scored.",
    "no_words": "The transcripts have no words in them, so there is nothing to score.",
    "too_little": "The answers have too few words to be scored.",
    "no_answer": "The candidate says of every question that there is no answer to give.",
    "question_read_back": "The answers only say the questions again, so there is nothing to score.",
    "off_topic": "The answers do not belong to the questions, so there is nothing to score.",
}


def reason_for_no_total(result: Result) -> str:
    """Return the reason for a result without a total."""
    statuses = {each.status for each in result.question_scores}
    if result.scored_questions:
        return _NO_TOTAL
    if NOT_SCORABLE not in statuses:
        return NO_TRANSCRIPT if MISSING_TRANSCRIPTION in statuses else NO_ANSWER
    why = {
        _REASONS_BY_CODE.get(each.details.get("reason_code", ""), _NO_ANSWER_SCORED)
        for each in result.question_scores if each.status == NOT_SCORABLE
    }
    alike = why.pop() if len(why) == 1 else _NO_ANSWER_SCORED
    if MISSING_TRANSCRIPTION in statuses:
        return f"{alike} Other answers have no transcript."
    return f"{alike} Other questions were not answered." if UNANSWERED in statuses else alike
