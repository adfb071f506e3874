"""Opinions: the judge's replies about an answer, and the score of the answer and of the interview that follow."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from statistics import median
from typing import Any

from ...criteria.formula import Formula
from ...lazy_dataclass import dataclass
from ...scorecards.result import QuestionScore
from ...store.judge_records import OpinionRow
from ..reviews.totals import NOT_JUDGED, JudgeScore, rating_to_score, weighed_total

#: Why a reply does not count, for recruiters.
VOID_REASONS = {
    "not_the_form": "The reply was not in the form that was asked for.",
    "not_complete": "The model refused to answer, or its reply was cut off.",
    "obeyed_instruction": "The model did what a text told it to do, so its rating cannot be trusted.",
    "invented_quotes": "Most of the quotes in the reply are not in the transcript.",
    "unsupported_rating": "No quote in the reply is in the transcript, so nothing supports the rating.",
}
YES, PARTLY, NO = "yes", "partly", "no"
COVERED = (YES, PARTLY, NO)


@dataclass(frozen=True)
class OpinionQuote:
    """Words of the transcript, with the offsets of their first and last character."""

    quote: str
    start: int
    end: int


@dataclass(frozen=True)
class PointOpinion:
    """Whether the answer covers a key point. A point is `void` if the quote for it is not in the transcript."""

    key_point: str
    covered: str
    quote: OpinionQuote | None = None
    void: bool = False


@dataclass(frozen=True)
class JudgeReply:
    """One checked reply of the judge. `rating` is 1 to 5, or None if the reply does not count. `void` then has the
    reason, a key of `VOID_REASONS`."""

    rating: int | None
    void: str | None = None
    points: tuple[PointOpinion, ...] = ()
    evidence: tuple[OpinionQuote, ...] = ()
    #: How many quotes were not in the transcript.
    invented: int = 0
    summary: str = ""
    #: Whether the answer speaks to the rater, as the judge sees it or as the machine found.
    speaks_to_rater: bool = False


@dataclass(frozen=True)
class Opinion:
    """The judge's score of an answer: the median of the replies that count, and their range, 0..100.

    There is no score if half of the replies or more do not count. `median_reply` is the reply nearest to the median.
    """

    question_id: str
    score: float | None
    low: float | None
    high: float | None
    replies: tuple[JudgeReply, ...]
    asked: int
    model: str

    @property
    def median_reply(self) -> JudgeReply | None:
        """The reply nearest to the median, which is displayed."""
        counted = [reply for reply in self.replies if reply.rating is not None]
        if self.score is None or not counted:
            return None
        score = self.score
        return min(counted, key=lambda reply: abs(rating_to_score(reply.rating or 0) - score))

    @property
    def void_reasons(self) -> tuple[str, ...]:
        """Why replies do not count, each reason once."""
        return tuple(dict.fromkeys(reply.void for reply in self.replies if reply.void))


def serialize_reply(reply: JudgeReply) -> str:
    """Return the stored text of a reply."""
    return json.dumps(asdict(reply), ensure_ascii=False)


def deserialize_reply(content: str) -> JudgeReply:
    """Return the reply of a text of `serialize_reply`."""
    stored: dict[str, Any] = json.loads(content)
    points = tuple(
        PointOpinion(**{**point, "quote": OpinionQuote(**point["quote"]) if point["quote"] else None})
        for point in stored["points"]
    )
    return JudgeReply(**{
        **stored, "points": points, "evidence": tuple(OpinionQuote(**quote) for quote in stored["evidence"]),
    })


def opinion_of(question_id: str, rows: Sequence[OpinionRow]) -> Opinion:
    """Return the opinion that follows from the stored replies about an answer."""
    replies = tuple(deserialize_reply(row.content) for row in rows)
    scores = [rating_to_score(reply.rating) for reply in replies if reply.rating is not None]
    counts = 2 * len(scores) > len(replies)
    return Opinion(
        question_id=question_id,
        score=median(scores) if counts else None,
        low=min(scores) if counts else None,
        high=max(scores) if counts else None,
        replies=replies,
        asked=len(replies),
        model=rows[-1].model,
    )


def opinions_of(rows: Sequence[OpinionRow]) -> dict[str, Opinion]:
    """Return the opinions about one result, by question."""
    by_question: dict[str, list[OpinionRow]] = {}
    for row in rows:
        by_question.setdefault(row.question_id, []).append(row)
    return {question_id: opinion_of(question_id, own) for question_id, own in by_question.items()}


def judge_score(
    questions: Sequence[QuestionScore], opinions: Mapping[str, Opinion], formula: Formula
) -> JudgeScore:
    """Return the judge's total, weighed like the machine's, and the range of the totals of its single replies.

    No total unless at least half of the answers that were judged have a score.
    """
    scores = {name: opinion.score for name, opinion in opinions.items() if opinion.score is not None}
    if 2 * len(scores) < len(opinions) or not scores:
        return NOT_JUDGED
    totals = []
    for place in range(max(opinion.asked for opinion in opinions.values())):
        ratings = {name: opinion.replies[place].rating for name, opinion in opinions.items() if place < opinion.asked}
        in_round = {name: rating_to_score(rating) for name, rating in ratings.items() if rating is not None}
        # A round without all answers would differ by the missing ones.
        if in_round.keys() == scores.keys():
            totals.append(weighed_total(questions, in_round, formula))
    rated = [total for total in totals if total is not None]
    spread = round(max(rated) - min(rated), 1) if len(rated) > 1 else None
    return JudgeScore(weighed_total(questions, scores, formula), spread)
