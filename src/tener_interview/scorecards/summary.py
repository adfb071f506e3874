"""Summary: which answers are strong, which are weak, and which a person should check."""

from __future__ import annotations

from collections.abc import Sequence

from ..scoring import weights
from .result import MISSING_TRANSCRIPTION, NOT_SCORABLE, SCORED, QuestionScore

#: Why a person should check an answer, by its status or flag.
CHECK_REASONS = {
    "dealbreaker": "dealbreaker", MISSING_TRANSCRIPTION: "no transcript", NOT_SCORABLE: "nothing to score",
    "language_mismatch": "in another language", "off_topic": "may belong to another question",
    "poor_transcript": "poor transcript", "word_order": "poor transcript",
    "content_only": "language not fully supported", "short_answer": "very short answer",
    "nothing_to_compare": "knowledge not checked",
    "instructions_in_answer": "speaks to the scorer", "keyword_list": "contains a bare list of keywords",
    "same_story": "story told before", "numbers_differ": "figures differ",
    "disallowed_wording": "wording to check",
}


def summary(questions: Sequence[QuestionScore]) -> str:
    """Return the summary in one or two sentences. Questions are numbered from 1."""
    scored = [
        (number, question.score) for number, question in enumerate(questions, 1) if question.score is not None
    ]
    strong = [number for number, score in scored if score >= weights.STRONG_SCORE]
    weak = [number for number, score in scored if score < weights.WEAK_SCORE]
    text = "No answer could be scored."
    if scored:
        text = f"{_answers('strong', strong).capitalize()}, {_answers('weak', weak)}."
    checks = [
        f"question {number} ({reason})" for number, question in enumerate(questions, 1)
        if (reason := _check_reason(question))
    ]
    return f"{text} Please check {_join(checks)}." if checks else text


def _answers(quality: str, numbers: Sequence[int]) -> str:
    return f"{quality} on {_numbers(numbers)}" if numbers else f"no {quality} answers"


def _check_reason(question: QuestionScore) -> str:
    codes = question.flags if question.status == SCORED else (question.status, *question.flags)
    return next((CHECK_REASONS[code] for code in codes if code in CHECK_REASONS), "")


def _numbers(numbers: Sequence[int]) -> str:
    return f"{'question' if len(numbers) == 1 else 'questions'} {_join(list(map(str, numbers)))}"


def _join(items: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(items[:-1]), items[-1])))
