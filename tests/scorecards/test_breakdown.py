"""How a total adds up: the parts of a breakdown give the total that is shown, whatever is missing or weighs nothing."""

from __future__ import annotations

import random
from dataclasses import replace

from for_each import for_each
from tener_interview.arithmetic import round_half_up
from tener_interview.criteria.formula import RENORMALIZE, STRICT, Formula
from tener_interview.scorecards.breakdown import break_down, higher_recommendation, split_points
from tener_interview.scorecards.interview import mean_by_competency
from tener_interview.scorecards.result import SCORED, UNANSWERED, QuestionScore

BANDS = {"strong_yes": 80.0, "yes": 70.0, "mixed": 50.0}
FILE = Formula("1", {"technical": 0.5, "soft_skills": 0.3, "culture_fit": 0.2}, RENORMALIZE, BANDS, "h")


def question(dimension: str, score: float | None, weight: float = 1.0) -> QuestionScore:
    status = UNANSWERED if score is None else SCORED
    return QuestionScore(0, "q", "?", dimension, None, score, status, (), (), {}, None, dimension, weight)


def random_interview(dice: random.Random) -> tuple[list[QuestionScore], Formula]:
    names = [f"c{number}" for number in range(dice.randint(1, 8))]
    unit = dice.choice([1.0, 100.0, 1e6, 0.001])
    weights = {name: unit * dice.choice([0.0, 1, 2, 3, 0.3, 1 / 3]) for name in names} | {"last": unit}
    formula = replace(FILE, weights=weights)
    scores = [None, 0.0, 100.0, *(round(dice.uniform(0, 100), 1) for _ in range(8))]
    questions = [
        question(dice.choice([*names, "last"]), dice.choice(scores), dice.choice([1, 1, 2, 0.5, 7]))
        for _ in range(dice.randint(1, 12))
    ]
    return [*questions, question("last", round(dice.uniform(0, 100), 1))], formula


def test_breakdown_parts_add_up_to_the_total_and_competency_scores() -> None:
    dice = random.Random(21)
    for _ in range(600):
        questions, formula = random_interview(dice)
        scores = mean_by_competency(questions, formula)
        total = formula.total(scores)
        terms = break_down(questions, formula, total)
        assert terms is not None
        assert round_half_up(sum(term.term.points for term in terms), 1) == total
        assert abs(sum(term.term.share for term in terms) - 1) < 1e-9
        for term in terms:
            assert term.term.score == scores[term.id]
            assert abs(term.term.points - term.term.share * (term.term.score or 0)) < 0.1 + 1e-9
            answers = [answer.term for answer in term.answers]
            assert round_half_up(sum(answer.points for answer in answers), 1) == (term.term.score or 0.0)
            assert all(answer.score is not None or answer.share == answer.points == 0 for answer in answers)


def test_the_breakdown_equals_a_calculation_by_hand() -> None:
    questions = [question("technical", 80.0), question("technical", 60.0, 3), question("soft_skills", 50.0)]
    total = FILE.total(mean_by_competency(questions, FILE))
    terms = break_down(questions, FILE, total)
    assert terms is not None
    assert [(term.id, term.term.score, term.term.points) for term in terms] == [
        ("technical", 65.0, 40.6), ("soft_skills", 50.0, 18.8), ("culture_fit", None, 0.0),
    ]
    assert total == 59.4
    assert [(answer.question_index, answer.term.share, answer.term.points) for answer in terms[0].answers] == [
        (0, 0.25, 20.0), (1, 0.75, 45.0),
    ]


def test_a_total_that_differs_from_the_formula_has_no_breakdown() -> None:
    questions = [question("technical", 80.0), question("soft_skills", 50.0)]
    assert break_down(questions, FILE, 70.0) is None
    assert break_down(questions, replace(FILE, missing_dimensions_strategy=STRICT), None) is None
    assert break_down([], FILE, None) is None


@for_each(("total", "expected"), [
    (None, None), (0.0, ("mixed", 50.0, 50.0)), (49.9, ("mixed", 50.0, 0.1)), (50.0, ("yes", 70.0, 20.0)),
    (72.1, ("strong_yes", 80.0, 7.9)), (80.0, None), (100.0, None),
])
def test_the_next_recommendation_and_the_points_missing_to_it(
    total: float | None, expected: tuple[str, float, float] | None
) -> None:
    above = higher_recommendation(total, FILE)
    assert (above and (above.recommendation, above.minimum, above.points_missing)) == expected


@for_each(("exact", "total", "expected"), [
    ([34.44, 24.57, 25.89], 84.9, [34.4, 24.6, 25.9]),
    ([33.3333, 33.3333, 33.3334], 100.0, [33.3, 33.3, 33.4]),
    ([0.05, 0.05], 0.1, [0.1, 0.0]),
    ([0.3 * 70], 21.0, [21.0]),
    ([], 0.0, []),
])
def test_rounded_parts_keep_their_sum(exact: list[float], total: float, expected: list[float]) -> None:
    assert split_points(exact, total) == expected
