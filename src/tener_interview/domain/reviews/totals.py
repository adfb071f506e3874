"""Which number ranks an interview: pure functions of the machine's total, overrides and the ratings of reviewers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ...arithmetic import round_half_up
from ...criteria.formula import RENORMALIZE, Formula
from ...scorecards.interview import mean_by_competency
from ...scorecards.result import QuestionScore

MACHINE, OVERRIDE, HUMAN = "machine", "override", "human"
#: Whose number a total is.
TOTAL_SOURCES = (MACHINE, OVERRIDE, HUMAN)
#: Whose number a job can be ranked by.
RANKED_BY = (MACHINE, HUMAN)

LOWEST_RATING, HIGHEST_RATING = 1, 5
_POINTS_PER_STEP = 15.0


@dataclass(frozen=True)
class HumanScore:
    """The mean of the submitted reviews, 0..100, how many have a total, and the largest minus the smallest of
    several."""

    total: float | None
    reviews: int
    spread: float | None


def rating_to_score(rating: float) -> float:
    """Return the score of a rating. A 1 is 30, a 3 is 60 and a 5 is 90, as the answers that the scale is made of."""
    return _POINTS_PER_STEP * rating + _POINTS_PER_STEP


def review_total(
    questions: Sequence[QuestionScore], ratings: Mapping[str, int], overall_rating: int | None, formula: Formula
) -> float | None:
    """Return the total of a review, 0..100: its ratings weighed as the machine's scores are.

    The overall rating counts only where no question is rated. None without any rating.
    """
    rated = [
        replace(question, score=rating_to_score(ratings[question.question_id]))
        for question in questions if question.question_id in ratings
    ]
    if not rated:
        return None if overall_rating is None else rating_to_score(overall_rating)
    lenient = replace(formula, missing_dimensions_strategy=RENORMALIZE)
    total = lenient.total(mean_by_competency(rated, formula))
    # Questions that feed nothing with a weight count alike, so that ratings always give a number.
    return total if total is not None else mean([question.score for question in rated if question.score is not None])


def override_total(
    interview: float | None, questions: Mapping[str, float], scored: Sequence[QuestionScore], formula: Formula
) -> float | None:
    """Return the total that the overrides make: the one of the interview, or the machine's with other scores of some
    questions. None without an override, and where the formula gives none."""
    if interview is not None or not questions:
        return interview
    changed = [
        replace(question, score=questions.get(question.question_id, question.score)) for question in scored
    ]
    return formula.total(mean_by_competency(changed, formula))


def human_score(totals: Sequence[float]) -> HumanScore:
    """Return the mean and the spread of the totals of reviews."""
    if not totals:
        return HumanScore(None, 0, None)
    spread = round_half_up(max(totals) - min(totals), 1) if len(totals) > 1 else None
    return HumanScore(mean(totals), len(totals), spread)


def decide_total(
    machine: float | None, override: float | None, human: float | None, ranked_by: str, *, needs_review: bool
) -> tuple[float | None, str | None]:
    """Return the number that ranks, and whose it is; (None, None) without one.

    An override stands in for the machine's total. The mean of the reviews ranks where the job says so, and where the
    machine left the interview to people (`needs_review`): there it stays, whatever the machine says later. While
    the machine has neither scored an interview nor left it to people, nothing ranks it: transcripts may still come.
    """
    if machine is None and not needs_review:
        return None, None
    by_people = [(override, OVERRIDE), (human, HUMAN)] if needs_review else [(override, OVERRIDE)]
    order = [*([(human, HUMAN)] if ranked_by == HUMAN else []), *by_people, (machine, MACHINE)]
    return next(((total, source) for total, source in order if total is not None), (None, None))


def mean(values: Sequence[float]) -> float | None:
    """Return the mean to one decimal; None of nothing."""
    return round_half_up(math.fsum(values) / len(values), 1) if values else None
