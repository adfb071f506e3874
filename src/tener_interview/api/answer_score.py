"""The JSON of one answer's score, for answers that are tried and not stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, TypedDict

from ..scoring.answer import AnswerScore
from ..web.shape import OneOf
from .shapes import Confidence, Score


class FoundJson(TypedDict):
    """Something that counts in an answer, with the words that show it."""

    text: str
    part: str
    quotes: list[str]


class NotFoundJson(TypedDict):
    """Something that was looked for and is not in the answer."""

    text: str
    part: str


class KeyPointJson(TypedDict):
    """A key point of the question, and whether the answer covers it in the words of the plan."""

    name: str
    found: bool
    quote: Annotated[str | None, "Where it is said, if that is among the quotes."]


class TriedAnswerJson(TypedDict):
    """What an answer is worth, and why."""

    score: Annotated[Score | None, "null where nothing could be scored; the reasons say why."]
    status: Annotated[str, OneOf(("scored", "not_scorable"))]
    confidence: Confidence
    flags: list[str]
    parts: Annotated[dict[str, Any], "By name: how far it was reached (0..1), its weight and its points."]
    found: list[FoundJson]
    not_found: list[NotFoundJson]
    reasons: list[str]


class TriedQuestionJson(TriedAnswerJson):
    """The same, with the key points and keywords of the question and which of them were found."""

    key_points: list[KeyPointJson]
    missing_keywords: list[str]


def tried_question_json(scored: AnswerScore, key_points: Sequence[Sequence[str]]) -> TriedQuestionJson:
    missing = set(scored.details.get("missing_key_points", [ways[0] for ways in key_points]))
    quotes = {quote["about"]: quote["quote"] for quote in scored.details.get("evidence", ())}
    points: list[KeyPointJson] = [
        {"name": name, "found": name not in missing, "quote": quotes.get(name)} for name, *_ in key_points
    ]
    return {
        **answer_score_json(scored), "key_points": points,
        "missing_keywords": list(scored.details.get("missing_keywords", ())),
    }


def answer_score_json(scored: AnswerScore) -> TriedAnswerJson:
    return {
        "score": scored.score,
        "status": scored.status,
        "confidence": scored.confidence,
        "flags": list(scored.flags),
        "parts": scored.details.get("parts", {}),
        "found": [
            {"text": statement.text, "part": statement.part, "quotes": [quote["quote"] for quote in statement.quotes]}
            for statement in scored.statements if statement.found
        ],
        "not_found": [
            {"text": statement.text, "part": statement.part}
            for statement in scored.statements if not statement.found
        ],
        "reasons": [statement.text for statement in scored.statements] or list(scored.reasons),
    }
