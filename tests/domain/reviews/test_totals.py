"""Which number ranks, as a table: the totals of machine and judge, an override and the mean of the reviews."""

from __future__ import annotations

from for_each import for_each
from tener_interview.criteria.formula import STRICT, Formula
from tener_interview.domain.reviews.totals import (
    HumanScore,
    decide_total,
    disagreement,
    human_score,
    override_total,
    rating_to_score,
    review_total,
)
from tener_interview.scorecards.result import SCORED, QuestionScore

NOTHING = (None, None)


@for_each(("machine", "override", "human", "ranked_by", "needs_review", "expected"), [
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
def test_the_ranking_total_is_chosen_from_machine_override_and_human(
    machine: float | None, override: float | None, human: float | None, ranked_by: str, needs_review: bool,
    expected: tuple[float | None, str | None],
) -> None:
    assert decide_total(machine, override, human, ranked_by, needs_review=needs_review) == expected


@for_each(("machine", "judge", "override", "human", "ranked_by", "needs_review", "expected"), [
    (60.0, 70.0, None, None, "machine", False, (60.0, "machine")),
    (60.0, 70.0, None, None, "judge", False, (70.0, "judge")),
    (60.0, 70.0, None, 80.0, "judge", False, (70.0, "judge")),
    (60.0, 70.0, None, 80.0, "human", False, (80.0, "human")),
    (60.0, 70.0, None, None, "human", False, (60.0, "machine")),
    # A person's override stands in for either.
    (60.0, 70.0, 10.0, None, "judge", False, (10.0, "override")),
    # It has not judged yet, or its replies do not count.
    (60.0, None, None, None, "judge", False, (60.0, "machine")),
    # What was left to people is not taken from them.
    (None, 70.0, None, None, "judge", True, NOTHING),
    (None, 70.0, None, 45.0, "judge", True, (45.0, "human")),
    (60.0, 70.0, None, 45.0, "judge", True, (45.0, "human")),
    (60.0, 70.0, None, None, "judge", True, (70.0, "judge")),
    (None, 70.0, None, None, "judge", False, NOTHING),
])
def test_the_ranking_total_is_chosen_if_there_is_a_judge_total(
    machine: float | None, judge: float | None, override: float | None, human: float | None, ranked_by: str,
    needs_review: bool, expected: tuple[float | None, str | None],
) -> None:
    assert decide_total(
        machine, override, human, ranked_by, judge=judge, needs_review=needs_review
    ) == expected
    assert decide_total(
        machine, override, human, ranked_by, judge=judge, needs_review=needs_review, disputed=True
    ) == NOTHING


@for_each(("machine", "judge", "human", "sentence"), [
    (80.0, 60.0, None, None), (80.0, 59.9, None, "the machine gives 80.0 and the language model gives 59.9"),
    (59.9, 79.9, None, None), (50.0, 60.0, 75.0, "the machine gives 50.0 and people give 75.0"),
    (60.0, 50.0, 75.0, "the language model gives 50.0 and people give 75.0"), (60.0, 60.0, 80.0, None),
    # Without the judge nobody is made to look.
    (90.0, None, 10.0, None), (None, None, None, None), (None, 60.0, None, None),
    (None, 60.0, 30.0, "the language model gives 60.0 and people give 30.0"),
])
def test_totals_more_than_20_points_apart_are_a_disagreement(
    machine: float | None, judge: float | None, human: float | None, sentence: str | None
) -> None:
    found = disagreement(machine, judge, human)
    assert (found is None) == (sentence is None)
    if sentence is not None:
        assert f"More than 20 points apart: {sentence}." in (found or "")


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


def test_human_ratings_are_weighted_like_machine_scores() -> None:
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


def test_overridden_question_scores_are_weighted_by_the_formula() -> None:
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
