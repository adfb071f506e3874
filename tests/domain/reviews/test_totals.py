"""Which number ranks, as a table: the machine's total, an override and the mean of the reviews in every combination."""

from __future__ import annotations

import pytest

from tener_interview.criteria.formula import STRICT, Formula
from tener_interview.domain.reviews.totals import (
    HumanScore,
    decide_total,
    human_score,
    override_total,
    rating_to_score,
    review_total,
)
from tener_interview.scorecards.result import SCORED, QuestionScore

NOTHING = (None, None)


@pytest.mark.parametrize(("machine", "override", "human", "ranked_by", "needs_review", "expected"), [
    # The machine has scored the interview.
    (60.0, None, None, "machine", False, (60.0, "machine")),
    (60.0, None, 80.0, "machine", False, (60.0, "machine")),
    (60.0, 70.0, 80.0, "machine", False, (70.0, "override")),
    (60.0, 0.0, None, "machine", False, (0.0, "override")),
    (60.0, None, None, "human", False, (60.0, "machine")),
    (60.0, None, 80.0, "human", False, (80.0, "human")),
    (60.0, 70.0, 80.0, "human", False, (80.0, "human")),
    (60.0, 70.0, None, "human", False, (70.0, "override")),
    # It has left the interview to people.
    (None, None, None, "machine", True, NOTHING),
    (None, None, 45.0, "machine", True, (45.0, "human")),
    (None, 30.0, 45.0, "machine", True, (30.0, "override")),
    (None, 30.0, 45.0, "human", True, (45.0, "human")),
    (None, 30.0, None, "human", True, (30.0, "override")),
    # It comes to a total after people have ended the review.
    (90.0, None, 45.0, "machine", True, (45.0, "human")),
    (90.0, None, None, "machine", True, (90.0, "machine")),
    # Transcripts may still come.
    (None, None, 45.0, "machine", False, NOTHING),
    (None, None, 45.0, "human", False, NOTHING),
    (None, 30.0, 45.0, "human", False, NOTHING),
])
def test_whose_number_ranks(
    machine: float | None, override: float | None, human: float | None, ranked_by: str, needs_review: bool,
    expected: tuple[float | None, str | None],
) -> None:
    assert decide_total(machine, override, human, ranked_by, needs_review=needs_review) == expected


def question(name: str, dimension: str, score: float | None = None, weight: float = 1.0) -> QuestionScore:
    return QuestionScore(0, name, name, dimension, None, score, SCORED, (), (), {}, None, weight=weight)


FORMULA = Formula(
    "1", {"technical": 0.5, "soft_skills": 0.3, "culture_fit": 0.2}, STRICT, {"strong_yes": 80, "yes": 70, "mixed": 50},
    "hash",
)
QUESTIONS = [
    question("a", "technical", 40.0), question("b", "technical", 60.0, weight=3.0), question("c", "soft_skills", 70.0),
    question("d", "culture_fit", 50.0),
]


def test_ratings_are_weighed_as_the_scores_of_the_machine_are() -> None:
    assert [rating_to_score(rating) for rating in (1, 2, 3, 4, 5)] == [30, 45, 60, 75, 90]
    for ratings, overall, expected in (
        ({"a": 1, "b": 5, "c": 3, "d": 3}, None, 0.5 * 75 + 0.3 * 60 + 0.2 * 60),
        ({"a": 5}, None, 90.0),
        ({"c": 2, "d": 4}, 5, round((0.3 * 45 + 0.2 * 75) / 0.5, 1)),
        ({}, 4, 75.0),
        ({"other": 5}, None, None),
        ({}, None, None),
    ):
        assert review_total(QUESTIONS, ratings, overall, FORMULA) == expected
    unknown = [question("x", "elsewhere"), question("y", "elsewhere")]
    assert review_total(unknown, {"x": 1, "y": 4}, None, FORMULA) == 52.5


def test_overrides_change_the_total_as_the_formula_weighs_them() -> None:
    assert override_total(None, {}, QUESTIONS, FORMULA) is None
    assert override_total(12.3, {"a": 100.0}, QUESTIONS, FORMULA) == 12.3
    assert override_total(None, {"a": 100.0}, QUESTIONS, FORMULA) == 0.5 * 70 + 0.3 * 70 + 0.2 * 50
    unscored = [QUESTIONS[0], question("c", "soft_skills"), question("d", "culture_fit", 50.0)]
    assert override_total(None, {"a": 100.0}, unscored, FORMULA) is None
    assert override_total(None, {"c": 0.0}, unscored, FORMULA) == 0.5 * 40 + 0.2 * 50


def test_the_mean_and_spread_of_reviews() -> None:
    assert human_score([]) == HumanScore(None, 0, None)
    assert human_score([66.7]) == HumanScore(66.7, 1, None)
    assert human_score([30.0, 45.1, 90.0]) == HumanScore(55.0, 3, 60.0)
