"""Breakdown: how the total of an interview is made of its competencies, and these of their answers."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..arithmetic import relative_weights, round_half_up
from ..criteria.formula import Formula
from ..lazy_dataclass import dataclass
from .interview import mean_by_competency
from .result import QuestionScore


@dataclass(frozen=True)
class Term:
    """What something gives to a sum: its share of the whole (0..1) times its score, in points to one decimal.

    Without a score it gives nothing, and its share goes to the others.
    """

    score: float | None
    share: float
    points: float


@dataclass(frozen=True)
class AnswerTerm:
    """The part of an answer in the score of its competency; the index of the question in the interview."""

    question_index: int
    term: Term


@dataclass(frozen=True)
class CompetencyTerm:
    """The part of a competency, or of a dimension without a plan, in the total."""

    id: str
    term: Term
    answers: tuple[AnswerTerm, ...]


@dataclass(frozen=True)
class NextRecommendation:
    """The recommendation above the one reached, its least total, and how many points are missing to it."""

    recommendation: str
    minimum: float
    points_missing: float


def break_down(
    questions: Sequence[QuestionScore], formula: Formula, total: float | None
) -> tuple[CompetencyTerm, ...] | None:
    """Return the terms that add up to the total, to its last decimal.

    None if the formula does not give that total: another one made it, whose weights are not known any more.
    """
    scores = mean_by_competency(questions, formula)
    if total is None or formula.total(scores) != total:
        return None
    names = [name for name, weight in formula.weights.items() if weight > 0]
    terms = _terms([scores[name] for name in names], [formula.weights[name] for name in names], total)
    return tuple(
        CompetencyTerm(name, term, _answers(name, questions, term.score))
        for name, term in zip(names, terms, strict=True)
    )


def higher_recommendation(total: float | None, formula: Formula) -> NextRecommendation | None:
    """Return the recommendation above that of a total; None without a total, and above the best."""
    if total is None:
        return None
    above = [(least, name) for name, least in formula.recommendation_thresholds.items() if least > total]
    if not above:
        return None
    least, name = min(above)
    return NextRecommendation(name, least, round_half_up(least - total, 1))


def _answers(competency: str, questions: Sequence[QuestionScore], score: float | None) -> tuple[AnswerTerm, ...]:
    own = [
        (index, question) for index, question in enumerate(questions)
        if (question.competency or question.dimension) == competency
    ]
    terms = _terms([question.score for _, question in own], [question.weight for _, question in own], score or 0.0)
    return tuple(AnswerTerm(index, term) for (index, _), term in zip(own, terms, strict=True))


def _terms(scores: Sequence[float | None], weights: Sequence[float], total: float) -> list[Term]:
    """Return what each score gives to their weighted mean, which is `total` when it is rounded."""
    relative = relative_weights({str(index): weight for index, weight in enumerate(weights)})
    counted = {index: relative.get(str(index), 0.0) for index, score in enumerate(scores) if score is not None}
    whole = math.fsum(counted.values())
    shares = [counted.get(index, 0.0) / whole if whole else 0.0 for index in range(len(scores))]
    points = split_points([share * (score or 0.0) for share, score in zip(shares, scores, strict=True)], total)
    return [Term(*term) for term in zip(scores, shares, points, strict=True)]


def split_points(exact: Sequence[float], total: float) -> list[float]:
    """Round numbers to one decimal, each up or down, so that they add up to the total, which is their rounded sum.

    The tenths that are left over after rounding down go to those that lose most by it.
    """
    tenths = [10 * value for value in exact]
    # Less than a millionth of a tenth is an inexact product, not a part to be rounded.
    floors = [math.floor(value + 1e-6) for value in tenths]
    tenths_left = round(10 * total) - sum(floors)
    by_loss = sorted(range(len(tenths)), key=lambda place: (floors[place] - tenths[place], place))
    for place in by_loss[: max(0, tenths_left)]:
        floors[place] += 1
    return [value / 10 for value in floors]
