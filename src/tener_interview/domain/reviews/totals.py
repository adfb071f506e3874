"""Which number ranks an interview: pure functions of the totals of the machine and the judge, overrides and reviews.

The machine is the scoring by rules. The judge is the language model that gives a second opinion, if one is set up.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from ...arithmetic import round_half_up
from ...criteria.formula import RENORMALIZE, Formula
from ...lazy_dataclass import dataclass
from ...scorecards.interview import mean_by_competency
from ...scorecards.result import QuestionScore

MACHINE, JUDGE, OVERRIDE, HUMAN = "machine", "judge", "override", "human"
#: Whose number a total is.
TOTAL_SOURCES = (MACHINE, JUDGE, OVERRIDE, HUMAN)
#: Whose number a job can be ranked by.
RANKED_BY = (MACHINE, JUDGE, HUMAN)
#: Totals that differ by more points than these are not both right.
MAX_DIFFERENCE = 20.0

LOWEST_RATING, HIGHEST_RATING = 1, 5
_POINTS_PER_STEP = 15.0


@dataclass(frozen=True)
class HumanScore:
    """The mean of the submitted reviews, 0..100, how many have a total, and the largest minus the smallest of
    several."""

    total: float | None
    reviews: int
    spread: float | None


@dataclass(frozen=True)
class JudgeScore:
    """The judge's total, 0..100, and the largest minus the smallest total of its rounds."""

    total: float | None
    spread: float | None


NOT_JUDGED = JudgeScore(None, None)


def rating_to_score(rating: float) -> float:
    """Return the score of a rating. A 1 is 30, a 3 is 60 and a 5 is 90, as the answers that the scale is made of."""
    return _POINTS_PER_STEP * rating + _POINTS_PER_STEP


def score_to_rating(score: float) -> float:
    """Return the rating that has a score, between two ratings where it is between theirs."""
    return (score - _POINTS_PER_STEP) / _POINTS_PER_STEP


def review_total(
    questions: Sequence[QuestionScore], ratings: Mapping[str, int], overall_rating: int | None, formula: Formula
) -> float | None:
    """Return the total of a review, 0..100: its ratings weighed as the machine's scores are.

    The overall rating counts only where no question is rated. None without any rating.
    """
    total = weighed_total(questions, {name: rating_to_score(rating) for name, rating in ratings.items()}, formula)
    if total is None and overall_rating is not None:
        return rating_to_score(overall_rating)
    return total


def weighed_total(
    questions: Sequence[QuestionScore], scores: Mapping[str, float], formula: Formula
) -> float | None:
    """Return the total of other scores than the machine's, by question, weighed as those are; None without any."""
    rated = [
        replace(question, score=scores[question.question_id])
        for question in questions if question.question_id in scores
    ]
    if not rated:
        return None
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


def disagreement(machine: float | None, judge: float | None, human: float | None) -> str | None:
    """Return which two of the three totals differ most, as a sentence, if that is by more than `MAX_DIFFERENCE`.

    None without an opinion of the judge: it is what makes people look again.
    """
    totals = [
        (name, total) for name, total in (("the machine", machine), ("the language model", judge), ("people", human))
        if total is not None
    ]
    pairs = [(abs(one[1] - other[1]), one, other) for one, other in combinations(totals, 2)]
    widest = max(pairs, key=lambda pair: pair[0], default=None)
    if judge is None or widest is None or round_half_up(widest[0], 1) <= MAX_DIFFERENCE:
        return None
    _, (name, total), (other_name, other_total) = widest
    verb = "give" if other_name == "people" else "gives"
    return (
        f"More than {MAX_DIFFERENCE:g} points apart: {name} gives {total:.1f} and {other_name} {verb}"
        f" {other_total:.1f}. Look at the answers, then review, override or decide."
    )


def decide_total(
    machine: float | None, override: float | None, human: float | None, ranked_by: str, *, needs_review: bool,
    judge: float | None = None, disputed: bool = False,
) -> tuple[float | None, str | None]:
    """Return the number that ranks, and whose it is; (None, None) without one.

    An override stands in for the machine's total and for the judge's. The mean of the reviews ranks where the job says
    so, and where the interview was left to people (`needs_review`): there it stays, whatever the machine says later.
    The judge's total ranks where the job says so and the machine has one as well. While the machine has neither scored
    an interview nor left it to people, nothing ranks it: transcripts may still come. Nor does anything while the totals
    are `disputed`.
    """
    if disputed or (machine is None and not needs_review):
        return None, None
    by_people = [(override, OVERRIDE), (human, HUMAN)] if needs_review else [(override, OVERRIDE)]
    by_judge = [(judge, JUDGE)] if ranked_by == JUDGE and machine is not None else []
    order = [*([(human, HUMAN)] if ranked_by == HUMAN else []), *by_people, *by_judge, (machine, MACHINE)]
    return next(((total, source) for total, source in order if total is not None), (None, None))


def mean(values: Sequence[float]) -> float | None:
    """Return the mean to one decimal; None of nothing."""
    return round_half_up(math.fsum(values) / len(values), 1) if values else None
