"""Summary: which answers are strong, which are weak, and which a person should check."""

from __future__ import annotations

from collections.abc import Sequence

from ..scoring import weights
from ..scoring.flags import Flag
from .result import MISSING_TRANSCRIPTION, NOT_SCORABLE, SCORED, QuestionScore

#: Why a person should check an answer, by its status or flag.
CHECK_REASONS: dict[str, str] = {
    Flag.DEALBREAKER: "dealbreaker", MISSING_TRANSCRIPTION: "no transcript", NOT_SCORABLE: "nothing to score",
    Flag.LANGUAGE_MISMATCH: "in another language", Flag.OFF_TOPIC: "may belong to another question",
    Flag.POOR_TRANSCRIPT: "poor transcript", Flag.WORD_ORDER: "poor transcript",
    Flag.CONTENT_ONLY: "language not fully supported", Flag.SHORT_ANSWER: "very short answer",
    Flag.NOTHING_TO_COMPARE: "knowledge not checked",
    Flag.INSTRUCTIONS_IN_ANSWER: "speaks to the scorer", Flag.KEYWORD_LIST: "contains a bare list of keywords",
    Flag.SAME_STORY: "story told before", Flag.NUMBERS_DIFFER: "figures differ",
    Flag.DISALLOWED_WORDING: "wording to check",
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
