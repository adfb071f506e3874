"""How well machine and reviewers agree: the figures of random reviews, computed again with scipy and statsmodels."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from random import Random

import pytest

from for_each import for_each
from lazy_module import LazyModule
from tener_interview.criteria.formula import load_formula
from tener_interview.domain.rater_agreement.agreement import MAX_DISAGREEMENTS, compute_rater_agreement
from tener_interview.domain.rater_agreement.figures import MIN_PAIRS
from tener_interview.store.candidate_result_records import FirstReview

numpy, stats = LazyModule("numpy"), LazyModule("scipy.stats")
inter_rater = LazyModule("statsmodels.stats.inter_rater")

FORMULA = load_formula(Path(__file__).parents[3] / "config/interview_total_score_formula.json")
BANDS = ["no", "mixed", "yes", "strong_yes"]


def versions(engine: str, plan: int | None = None) -> str:
    return json.dumps({
        "criteria_version": "1", "criteria_hash": "c", "formula_version": "1", "formula_hash": "f",
        "engine_version": engine, **({"plan_version": plan} if plan else {}),
    })


def some_reviews(
    chance: Random, interviews: int, reviewers: int, *, blind: float = 1.0, jobs: int = 1
) -> list[FirstReview]:
    found = []
    for number in range(interviews):
        truth = chance.uniform(20, 95)
        # Reviewers give few different totals, so that there are many ties.
        machine = round(min(100, max(0, truth + chance.gauss(0, 12))), 1) if chance.random() < 0.9 else None
        for reviewer in chance.sample(range(reviewers), chance.randint(1, reviewers)):
            total = float(min(90, max(30, 15 * round((truth + chance.gauss(0, 10)) / 15))))
            found.append(FirstReview(
                f"iv_{number}", 1 + number % jobs, number, f"Candidate {number}", machine, versions("9"),
                f"us_{reviewer}", f"Reviewer {reviewer}", total, "yes", blind=chance.random() < blind,
            ))
    return found


def kappa_of(pairs: list[tuple[float, float]]) -> float:
    counts = numpy.zeros((4, 4))
    for one, other in pairs:
        counts[BANDS.index(FORMULA.recommendation(one) or ""), BANDS.index(FORMULA.recommendation(other) or "")] += 1
    return float(inter_rater.cohens_kappa(counts, return_results=False, wt="fc"))


@for_each("seed", [1, 2, 3])
def test_agreement_figures_equal_those_of_scipy_and_statsmodels(seed: int) -> None:
    reviews = some_reviews(Random(seed), 60, 3, blind=0.7)
    agreement = compute_rater_agreement(reviews, FORMULA, Random(1), by_job=False)
    for blind, figures in ((True, agreement.machine.blind), (False, agreement.machine.seen)):
        pairs = [(each.machine_total, each.total) for each in reviews if each.machine_total and each.blind == blind]
        assert figures.pairs == len(pairs)
        assert figures.spearman == pytest.approx(float(stats.spearmanr(pairs).statistic))
        assert figures.mean_difference == pytest.approx(float(numpy.mean([second - first for first, second in pairs])))
        assert figures.weighted_kappa == pytest.approx(kappa_of(pairs))
        for value, interval in (
            (figures.spearman, figures.spearman_interval), (figures.weighted_kappa, figures.weighted_kappa_interval),
            (figures.mean_difference, figures.mean_difference_interval),
        ):
            assert interval is not None
            assert value is not None
            assert interval[0] < value < interval[1]
    between = [
        (one.total, other.total) for one, other in combinations(reviews, 2)
        if one.session_id == other.session_id and one.blind and other.blind
    ]
    both_ways = [*between, *((other, one) for one, other in between)]
    figures = agreement.reviewers.blind
    assert figures.pairs == len(between)
    assert figures.spearman == pytest.approx(float(stats.spearmanr(both_ways).statistic))
    assert figures.mean_difference == pytest.approx(float(numpy.mean([abs(one - other) for one, other in between])))
    assert figures.weighted_kappa == pytest.approx(kappa_of(both_ways))
    for pair in agreement.reviewer_pairs:
        theirs = [
            (one.total, other.total) for one in reviews for other in reviews
            if one.session_id == other.session_id and one.blind and other.blind
            and (one.reviewer_id, other.reviewer_id) == pair.reviewer_ids
        ]
        assert pair.figures.pairs == len(theirs)
        if len(theirs) >= MIN_PAIRS:
            assert pair.figures.spearman == pytest.approx(float(stats.spearmanr(theirs).statistic))


def test_agreement_of_fewer_than_twenty_pairs_is_not_computed() -> None:
    for count in (0, 1, MIN_PAIRS - 1, MIN_PAIRS):
        reviews = [each._replace(machine_total=50.0 + number) for number, each in enumerate(
            some_reviews(Random(5), count, 1)
        )]
        figures = compute_rater_agreement(reviews, FORMULA, Random(1), by_job=False).machine.blind
        assert (figures.pairs, figures.interviews, figures.has_too_few_pairs) == (count, count, count < MIN_PAIRS)
        shown = [figures.spearman, figures.mean_difference, figures.weighted_kappa, figures.spearman_interval]
        assert all(value is None for value in shown) == (count < MIN_PAIRS)


def test_undefined_agreement_figures_are_none() -> None:
    same = [each._replace(machine_total=60.0, total=60.0) for each in some_reviews(Random(5), 30, 1)]
    figures = compute_rater_agreement(same, FORMULA, Random(1), by_job=False).machine.blind
    assert (figures.spearman, figures.weighted_kappa, figures.mean_difference) == (None, None, 0.0)
    assert (figures.spearman_interval, figures.mean_difference_interval) == (None, (0.0, 0.0))


def test_the_largest_disagreements_come_first_and_versions_are_counted() -> None:
    reviews = some_reviews(Random(8), 40, 2, jobs=3)
    scored = next(each.session_id for each in reviews if each.machine_total)
    mixed = [
        review._replace(scoring_versions=versions("8")) if review.session_id == scored else review for review in reviews
    ]
    agreement = compute_rater_agreement(mixed, FORMULA, Random(1), by_job=True)
    distances = [abs(each.total - (each.machine_total or 0)) for each in agreement.disagreements]
    everybody = sorted((abs(each.total - each.machine_total) for each in mixed if each.machine_total), reverse=True)
    assert distances == everybody[:MAX_DISAGREEMENTS]
    assert agreement.mixed_versions_note is not None
    assert "engine" in agreement.mixed_versions_note
    assert [job.job_id for job in agreement.jobs] == [1, 2, 3]
    assert sum(job.figures.pairs for job in agreement.jobs) == agreement.machine.blind.pairs
    again = compute_rater_agreement(mixed, FORMULA, Random(1), by_job=True)
    assert again == agreement
    assert compute_rater_agreement(reviews, FORMULA, Random(1), by_job=False).mixed_versions_note is None
