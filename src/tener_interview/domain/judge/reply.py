"""Checking a reply of the judge: its form, its quotes, and whether it obeyed a text instead of our prompt.

Nothing in a reply is believed unless it can be checked. A quote counts if its words stand in the transcript, without
regard to case, punctuation and fillers, as the machine compares words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...chat import ChatReply, read_json_object
from ...languages.folding import UNSHOWABLE_EXCEPT_LINES
from ..reviews.totals import HIGHEST_RATING, LOWEST_RATING
from .answer_to_judge import AnswerToJudge
from .opinions import COVERED, NO, JudgeReply, OpinionQuote, PointOpinion
from .prompt import MAX_EVIDENCE, PromptNonces

#: Shorter quotes match by chance. A shorter answer is quoted whole.
_MIN_QUOTED_WORDS = 3
_MAX_QUOTE_CHARS = 1_000
_MAX_SUMMARY_CHARS = 600
_MEMBERS = {"check", "points", "evidence", "rating", "summary", "speaks_to_rater", "note"}
_POINT_MEMBERS = {"number", "covered", "quote"}


def read_reply(reply: ChatReply, answer: AnswerToJudge, nonces: PromptNonces) -> JudgeReply:
    """Return a reply without what cannot be checked. Raises nothing, whatever it says."""
    if nonces.canary in reply.text:
        return JudgeReply(None, "obeyed_instruction")
    if not reply.complete:
        return JudgeReply(None, "not_complete")
    try:
        content = _validate(read_json_object(reply.text), len(answer.key_points))
    except ValueError:
        return JudgeReply(None, "not_the_form")
    # A reply that the answer dictates cannot know the word.
    if content["check"].strip() != nonces.check:
        return JudgeReply(None, "not_the_form")
    return _checked_reply(content, answer)


def _validate(content: dict[str, Any], key_points: int) -> dict[str, Any]:
    """Return the content of a reply if it follows the schema. Raises ValueError."""
    rating, points, evidence = content.get("rating"), content.get("points"), content.get("evidence")
    holds = (
        content.keys() == _MEMBERS
        and all(isinstance(content[name], str) for name in ("check", "summary", "note"))
        and isinstance(content["speaks_to_rater"], bool)
        and type(rating) is int and LOWEST_RATING <= rating <= HIGHEST_RATING
        and isinstance(evidence, list) and all(isinstance(quote, str) for quote in evidence)
        and isinstance(points, list) and all(map(_is_point, points))
        and sorted(point["number"] for point in points) == list(range(1, key_points + 1))
    )
    if not holds:
        raise ValueError("not as the schema has it")
    return content


def _is_point(point: object) -> bool:
    return (
        isinstance(point, dict) and point.keys() == _POINT_MEMBERS and type(point["number"]) is int
        and point["covered"] in COVERED and isinstance(point["quote"], str)
    )


def _checked_reply(content: dict[str, Any], answer: AnswerToJudge) -> JudgeReply:
    points = tuple(
        _point(point, answer) for point in sorted(content["points"], key=lambda point: int(point["number"]))
    )
    quotes = [find_quote(quote, answer) for quote in content["evidence"][:MAX_EVIDENCE]]
    evidence = tuple(dict.fromkeys(quote for quote in quotes if quote))
    invented = sum(point.void for point in points) + quotes.count(None)
    quotes_found = len(evidence) + sum(point.quote is not None for point in points)
    rating: int | None = content["rating"]
    void = None
    if quotes_found < invented:
        void = "invented_quotes"
    elif rating != LOWEST_RATING and not quotes_found:
        void = "unsupported_rating"
    return JudgeReply(
        rating=None if void else rating,
        void=void,
        points=points,
        evidence=evidence,
        invented=invented,
        summary=_showable(content["summary"])[:_MAX_SUMMARY_CHARS],
        speaks_to_rater=content["speaks_to_rater"] or bool(answer.prompt_injection_spans),
    )


def _point(point: dict[str, Any], answer: AnswerToJudge) -> PointOpinion:
    key_point = answer.key_points[point["number"] - 1]
    if point["covered"] == NO:
        return PointOpinion(key_point, NO)
    quote = find_quote(point["quote"], answer)
    return PointOpinion(key_point, point["covered"] if quote else NO, quote, void=quote is None)


def find_quote(quote: str, answer: AnswerToJudge) -> OpinionQuote | None:
    """Return where a quote stands in the answer; None if it does not, or is too short."""
    for spoken, quoted in zip(answer.word_lists, answer.word_lists_of(quote[:_MAX_QUOTE_CHARS]), strict=True):
        if len(quoted.words) < min(_MIN_QUOTED_WORDS, len(spoken.words)):
            continue
        for first in _positions(spoken.words, quoted.words):
            start, end = spoken.starts[first], spoken.ends[first + len(quoted.words) - 1]
            if not any(start < last and begin < end for begin, last in answer.prompt_injection_spans):
                return OpinionQuote(answer.text[start:end], start, end)
    return None


def _positions(words: Sequence[str], quoted: Sequence[str]) -> list[int]:
    size = len(quoted)
    if not size:
        return []
    return [first for first, word in enumerate(words) if word == quoted[0] and words[first : first + size] == quoted]


def _showable(text: str) -> str:
    return " ".join(UNSHOWABLE_EXCEPT_LINES.sub(" ", text).split())
