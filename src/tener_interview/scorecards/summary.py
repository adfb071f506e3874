"""Summary: an interview in a sentence: where it is strong, where thin, and where a person must look."""

from __future__ import annotations

from collections.abc import Sequence

from ..scoring import weights
from .result import MISSING_TRANSCRIPTION, NOT_SCORABLE, SCORED, QuestionScore

#: What a person must look at, and why: by status and by flag.
LOOK = {
    MISSING_TRANSCRIPTION: "no transcript", NOT_SCORABLE: "nothing to score",
    "language_mismatch": "in another language", "off_topic": "may belong to another question",
    "poor_transcript": "a poor transcript", "word_order": "a poor transcript",
    "content_only": "a language not known here", "short_answer": "a very short answer",
    "nothing_to_compare": "nothing to compare it with",
    "instructions_in_answer": "speaks to whoever scores", "keyword_list": "holds a bare list",
    "same_story": "a story told before", "numbers_differ": "numbers that differ",
    "disallowed_wording": "wording to look at",
}


def summary(questions: Sequence[QuestionScore]) -> str:
    """Questions are named by their numbers, from 1."""
    scored = [(number, each.score) for number, each in enumerate(questions, 1) if each.score is not None]
    strong = [number for number, score in scored if score >= weights.STRONG]
    thin = [number for number, score in scored if score < weights.THIN]
    line = "No answer could be scored"
    if scored:
        line = f"Strong on {_numbers(strong) or 'no question'}, thin on {_numbers(thin) or 'none'}"
    look = [f"question {number} ({why})" for number, each in enumerate(questions, 1) if (why := _why(each))]
    return f"{line}; a person must look at {_joined(look)}." if look else f"{line}."


def _why(question: QuestionScore) -> str:
    codes = (question.status,) if question.status != SCORED else question.flags
    return next((LOOK[code] for code in codes if code in LOOK), "")


def _numbers(numbers: Sequence[int]) -> str:
    return f"{'question' if len(numbers) == 1 else 'questions'} {_joined(list(map(str, numbers)))}" if numbers else ""


def _joined(items: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(items[:-1]), items[-1])))
