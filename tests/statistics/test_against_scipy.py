"""The statistics equal those of scipy and statsmodels, on random data with ties, tiny samples and empty cells."""

from __future__ import annotations

import math
from collections import Counter
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lazy_module import LazyModule
from made_up import examples
from tener_interview.statistics.bootstrap import bootstrap_intervals, percentile
from tener_interview.statistics.correlation import spearman
from tener_interview.statistics.kappa import weighted_kappa
from tener_interview.statistics.rates import SelectionCount, fisher_exact, impact_ratio, impact_ratio_interval

numpy, optimize, stats = LazyModule("numpy"), LazyModule("scipy.optimize"), LazyModule("scipy.stats")
inter_rater, proportion = LazyModule("statsmodels.stats.inter_rater"), LazyModule("statsmodels.stats.proportion")

#: Totals have one decimal; few of them, so that there are ties.
TOTALS = st.integers(0, 40).map(lambda tenths: tenths / 10)
PAIRS = st.lists(st.tuples(TOTALS, TOTALS), min_size=0, max_size=60)
BANDS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=60)
COUNTS = st.integers(0, 60).flatmap(
    lambda total: st.integers(0, total).map(lambda selected: SelectionCount(selected, total))
)


@examples(50)
@given(PAIRS)
@example([])
@example([(1.0, 2.0)])
@example([(0.1, 3.0), (0.2, 3.0), (0.3, 3.0)])
@example([(0.0, 0.0), (4.0, 4.0)])
def test_spearman_correlation_equals_scipy(pairs: list[tuple[float, float]]) -> None:
    xs, ys = [x for x, _ in pairs], [y for _, y in pairs]
    found = spearman(xs, ys)
    if len(set(xs)) < 2 or len(set(ys)) < 2:
        assert found is None
    else:
        assert found == pytest.approx(float(stats.spearmanr(xs, ys).statistic), abs=1e-12)


@examples(50)
@given(BANDS)
@example([(0, 3)])
@example([(2, 2), (2, 2)])
@example([(0, 3), (3, 0)])
def test_weighted_kappa_equals_statsmodels(pairs: list[tuple[int, int]]) -> None:
    found = weighted_kappa(Counter(pairs))
    if len({band for pair in pairs for band in pair}) == 1:
        assert found is None
        return
    table = numpy.zeros((4, 4))
    for first, second in pairs:
        table[first, second] += 1
    assert found == pytest.approx(float(inter_rater.cohens_kappa(table, return_results=False, wt="fc")), abs=1e-9)


@examples(50)
@given(COUNTS, COUNTS)
@example(SelectionCount(0, 0), SelectionCount(0, 0))
@example(SelectionCount(0, 5), SelectionCount(3, 4))
@example(SelectionCount(2, 2), SelectionCount(0, 9))
@example(SelectionCount(0, 1), SelectionCount(3, 3))
@example(SelectionCount(0, 30), SelectionCount(2, 2))
@example(SelectionCount(0, 500), SelectionCount(1, 40))
@example(SelectionCount(40, 4000), SelectionCount(90, 5000))
@example(SelectionCount(10, 20), SelectionCount(10, 20))
@example(SelectionCount(32, 39), SelectionCount(39, 39))
@example(SelectionCount(28, 31), SelectionCount(59, 59))
@example(SelectionCount(34, 46), SelectionCount(31, 31))
@example(SelectionCount(95, 100), SelectionCount(160, 160))
def test_fisher_test_and_impact_ratio_equal_scipy(one: SelectionCount, other: SelectionCount) -> None:
    table = [[one.selected, one.total - one.selected], [other.selected, other.total - other.selected]]
    expected = 1.0 if not one.total or not other.total else float(stats.fisher_exact(numpy.array(table)).pvalue)
    assert fisher_exact(one, other) == pytest.approx(expected, rel=1e-9)
    assert fisher_exact(other, one) == fisher_exact(one, other)

    ratio, interval = impact_ratio(one, other), impact_ratio_interval(one, other)
    if not one.total or not other.selected:
        assert ratio is None
        assert interval is None
        return
    assert ratio == pytest.approx((one.rate or 0) / (other.rate or math.inf))
    assert ratio is not None
    assert interval is not None
    assert interval[0] <= ratio <= interval[1]
    assert interval[0] < interval[1]
    if one.selected not in (0, one.total) and other.selected != other.total:
        arguments = (one.selected, one.total, other.selected, other.total)
        expected_interval = proportion.confint_proportions_2indep(
            *arguments, compare="ratio", method="score", correction=False
        )
        assert interval == pytest.approx(tuple(map(float, expected_interval)), rel=1e-6)
    # The ends are where the test of the ratio, from the likelihood's own maximum, begins to refute it.
    for end in interval:
        if end:
            assert refutation(one, other, end) == pytest.approx(float(stats.chi2.isf(0.05, 1)), rel=1e-6)


def refutation(one: SelectionCount, other: SelectionCount, ratio: float) -> float:
    """Pearson's chi-squared of a ratio of rates; the likeliest rates are searched for, not computed."""
    def slope(rate: float) -> float:
        """Of the likelihood, by the other's rate."""
        rates = ((one, rate * ratio, ratio), (other, rate, 1.0))
        return sum(
            factor * (count.selected / each - (count.total - count.selected) / (1 - each))
            for count, each, factor in rates
        )

    most = min(1.0, 1 / ratio)
    least, rate = most * 1e-12, most * (1 - 1e-15)
    if slope(rate) < 0:
        rate = float(optimize.brentq(slope, least, rate, xtol=1e-15))
    return sum(
        (count.selected - count.total * each) ** 2 / (count.total * each * (1 - each))
        for count, each in ((one, rate * ratio), (other, rate))
    )


@examples(50)
@given(st.lists(st.floats(-1, 1), min_size=1, max_size=50), st.floats(0, 1))
def test_percentiles_equal_numpy(values: list[float], share: float) -> None:
    assert percentile(values, share) == pytest.approx(float(numpy.quantile(values, share)), abs=1e-9)


def test_the_bootstrap_draws_whole_clusters_and_uses_percentiles() -> None:
    chance = Random(7)
    sizes = [chance.choice((1, 1, 2, 3)) for _ in range(40)]
    drafts = [[(chance.gauss(0, 9), chance.gauss(0, 9)) for _ in range(size)] for size in sizes]
    clusters = [[(x, x + y) for x, y in draft] for draft in drafts]
    found = bootstrap_intervals(
        clusters,
        {"spearman": lambda drawn: spearman(*zip(*drawn, strict=True)), "never": lambda _drawn: None},
        Random(3), draws=400, level=0.9,
    )
    again, by_scipy = Random(3), []
    for _ in range(400):
        drawn = [pair for place in again.choices(range(40), k=40) for pair in clusters[place]]
        by_scipy.append(float(stats.spearmanr(drawn).statistic))
    assert found["spearman"] == pytest.approx(tuple(numpy.percentile(by_scipy, [5, 95])), abs=1e-9)
    assert found["never"] is None

    # About as wide as scipy's own, which draws other samples.
    flat = [pair for cluster in clusters for pair in cluster]
    singles = bootstrap_intervals(
        [[pair] for pair in flat], {"mean": lambda drawn: sum(x for x, _ in drawn) / len(drawn)}, Random(5), draws=4000
    )["mean"]
    own = stats.bootstrap(
        ([x for x, _ in flat],), numpy.mean, n_resamples=4000, method="percentile", rng=numpy.random.default_rng(5)
    ).confidence_interval
    assert singles == pytest.approx((own.low, own.high), abs=0.5)


def test_bootstrap_intervals_without_enough_data_are_none() -> None:
    nothing: list[list[float]] = []
    assert bootstrap_intervals(nothing, {"mean": lambda _drawn: 1.0}, Random(1), draws=10) == {"mean": None}
    # A correlation of two values is undefined in half of the draws.
    few = [[(1.0, 2.0)], [(2.0, 1.0)]]
    compute = {"spearman": lambda drawn: spearman(*zip(*drawn, strict=True))}
    found = bootstrap_intervals(few, compute, Random(1), draws=200)
    assert found == {"spearman": None}


def test_statistics_of_invalid_values_are_refused() -> None:
    with pytest.raises(ValueError, match="as many values"):
        spearman([1.0], [])
    with pytest.raises(ValueError, match="as many selected"):
        SelectionCount(3, 2)
