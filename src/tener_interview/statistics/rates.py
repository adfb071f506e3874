"""Two rates: are they different, and how large is their ratio?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist


@dataclass(frozen=True)
class Count:
    """How many of `total` were selected."""

    selected: int
    total: int

    def __post_init__(self) -> None:
        if not 0 <= self.selected <= self.total:
            raise ValueError("as many selected as there are at most")

    @property
    def rate(self) -> float | None:
        """The share that was selected, 0 to 1; None of nobody."""
        return self.selected / self.total if self.total else None


def fisher_exact(one: Count, other: Count) -> float:
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


def impact_ratio(one: Count, other: Count) -> float | None:
    """Return the rate of the one divided by that of the other; None if that is not possible."""
    if not one.total or not other.selected:
        return None
    return one.selected * other.total / (one.total * other.selected)


def impact_ratio_interval(one: Count, other: Count, *, level: float = 0.95) -> tuple[float, float] | None:
    """Return an approximate confidence interval of the ratio of two rates, on the logarithmic scale.

    Katz et al. 1978, with Walter's half added to every count, so that it exists for rates of 0 and 1 as well. Its low
    end is 0 where nobody of the one is selected. None if a group is empty.
    """
    if not one.total or not other.total:
        return None
    (hits, total), (other_hits, other_total) = ((count.selected + 0.5, count.total + 0.5) for count in (one, other))
    middle = math.log(hits / total) - math.log(other_hits / other_total)
    error = math.sqrt(1 / hits - 1 / total + 1 / other_hits - 1 / other_total)
    reach = NormalDist().inv_cdf((1 + level) / 2) * error
    return (math.exp(middle - reach) if one.selected else 0.0), math.exp(middle + reach)
