"""Two rates: are they different, and how large is their ratio?"""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist

from ..lazy_dataclass import dataclass

#: Differences of rates below this come of rounding.
_ROUNDING = 1e-12
#: Halvings of an interval between a number and its double; more would not change it.
_BISECTIONS = 50


@dataclass(frozen=True)
class SelectionCount:
    """How many of `total` were selected."""

    selected: int
    total: int

    def __post_init__(self) -> None:
        if not 0 <= self.selected <= self.total:
            raise ValueError("as many selected as there are at most")

    @property
    def rate(self) -> float | None:
        """The fraction that was selected, 0 to 1; None of nobody."""
        return self.selected / self.total if self.total else None


def fisher_exact(one: SelectionCount, other: SelectionCount) -> float:
    """Return the two-sided p-value of Fisher's exact test: how probable it is that chance alone makes two rates differ
    at least as improbably as these.

    The sum of the hypergeometric probabilities of all tables with the same margins that are at most as probable as this
    one, in whole numbers, so that ties are exact.
    """
    selected = one.selected + other.selected
    low, high = max(0, selected - other.total), min(one.total, selected)
    ways = math.comb(one.total, low) * math.comb(other.total, selected - low)
    all_ways: list[int] = []
    for here in range(low, high + 1):
        all_ways.append(ways)
        there = selected - here
        # The next table has one more selected here and one fewer there; the division has no remainder.
        ways = ways * (one.total - here) * there // ((here + 1) * (other.total - there + 1))
    observed = all_ways[one.selected - low]
    return sum(number for number in all_ways if number <= observed) / sum(all_ways)


def impact_ratio(one: SelectionCount, other: SelectionCount) -> float | None:
    """Return the rate of the one divided by that of the other; None if that is not possible."""
    if not one.total or not other.selected:
        return None
    return one.selected * other.total / (one.total * other.selected)


def impact_ratio_interval(
    one: SelectionCount, other: SelectionCount, *, level: float = 0.95
) -> tuple[float, float] | None:
    """Return the score interval of the ratio of two rates (Koopman 1984): all ratios that the counts do not refute.

    It holds for few people and for rates of 0 and 1 too. None where there is no ratio.
    """
    ratio = impact_ratio(one, other)
    if ratio is None:
        return None
    limit = NormalDist().inv_cdf((1 + level) / 2) ** 2

    def fits(candidate: float) -> bool:
        return _refutation(one, other, candidate) <= limit

    if ratio:
        return _last_fitting(fits, ratio, 0.5), _last_fitting(fits, ratio, 2.0)
    # A ratio of 0 fits, but doubling it leads nowhere: begin at a small ratio that fits.
    small = other.total / (one.total * other.selected)
    while not fits(small):
        small /= 2
    return 0.0, _last_fitting(fits, small, 2.0)


def _refutation(one: SelectionCount, other: SelectionCount, ratio: float) -> float:
    """Return how much the counts speak against a ratio: Pearson's chi-squared, with the likeliest rates of that ratio.
    """
    x, m, y, n = one.selected, one.total, other.selected, other.total
    one_part, other_part = ratio * (m + y), x + n
    # The smaller solution of a quadratic equation. Root and solution are in the forms that lose no digits: a rate that
    # came out a little above 1 would refute a ratio that fits.
    root = math.sqrt((one_part - other_part) ** 2 + 4 * ratio * (m - x) * (n - y))
    rate = 2 * ratio * (x + y) / (one_part + other_part + root)
    other_rate = rate / ratio
    return _deviation(x, m, rate) + _deviation(y, n, other_rate)


def _deviation(selected: int, total: int, rate: float) -> float:
    variance = total * rate * (1 - rate)
    difference = selected - total * rate
    if abs(difference) <= _ROUNDING * total:
        return 0.0
    return difference**2 / variance if variance > 0 else math.inf


def _last_fitting(fits: Callable[[float], bool], start: float, factor: float) -> float:
    """Return how far from a fitting start, in the direction of the factor, ratios fit."""
    inside, outside = start, start * factor
    while fits(outside):
        inside, outside = outside, outside * factor
    for _ in range(_BISECTIONS):
        middle = math.sqrt(inside * outside)
        inside, outside = (middle, outside) if fits(middle) else (inside, middle)
    return math.sqrt(inside * outside)
