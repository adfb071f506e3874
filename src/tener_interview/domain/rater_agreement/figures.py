"""How well two raters of the same interviews agree, in figures."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from random import Random

from ...lazy_dataclass import dataclass
from ...statistics.bootstrap import Interval, bootstrap_intervals
from ...statistics.correlation import spearman
from ...statistics.kappa import weighted_kappa

#: Below this many pairs figures say more about chance than about the raters.
MIN_PAIRS = 20
CONFIDENCE_LEVEL = 0.95
MAX_DRAWS = 1_000
#: With many pairs fewer draws do, and a page has to be answered.
_MIN_DRAWS, _PAIRS_OF_ALL_DRAWS = 200, 200_000

#: Two totals of one interview, 0..100, and a pair for each of several reviews of it.
Pair = tuple[float, float]
Clusters = Sequence[Sequence[Pair]]
#: Returns the number of a total's band, from 0 for the lowest.
BandNumber = Callable[[float], int]


@dataclass(frozen=True)
class Figures:
    """The agreement of pairs. All figures are None below MIN_PAIRS, and each where it is not defined.

    `mean_difference` is that of the second total minus the first; of pairs without an order it is the mean distance.
    """

    pairs: int
    interviews: int
    spearman: float | None = None
    spearman_interval: Interval | None = None
    mean_difference: float | None = None
    mean_difference_interval: Interval | None = None
    weighted_kappa: float | None = None
    weighted_kappa_interval: Interval | None = None

    @property
    def has_too_few_pairs(self) -> bool:
        return self.pairs < MIN_PAIRS


def measure_agreement(
    clusters: Clusters, band: BandNumber, random: Random, *, ordered: bool = True, intervals: bool = True
) -> Figures:
    """Return the agreement of pairs, grouped by interview.

    Without `ordered` nobody is first or second, as with two reviewers among many: each pair then counts both ways.
    `intervals` take most of the time.
    """
    clusters = [cluster for cluster in clusters if cluster]
    pairs = [pair for cluster in clusters for pair in cluster]
    counted = Figures(len(pairs), len(clusters))
    if counted.has_too_few_pairs:
        return counted
    compute = _statistic_functions(pairs, band, ordered=ordered)
    values = {name: statistic(range(len(pairs))) for name, statistic in compute.items()}
    ends: Mapping[str, Interval | None] = {}
    if intervals:
        places = iter(range(len(pairs)))
        numbered = [[next(places) for _ in cluster] for cluster in clusters]
        draws = max(_MIN_DRAWS, min(MAX_DRAWS, _PAIRS_OF_ALL_DRAWS // len(pairs)))
        ends = bootstrap_intervals(numbered, compute, random, draws=draws, level=CONFIDENCE_LEVEL)
    return Figures(
        len(pairs), len(clusters),
        values["spearman"], ends.get("spearman"),
        values["mean_difference"], ends.get("mean_difference"),
        values["weighted_kappa"], ends.get("weighted_kappa"),
    )


def _statistic_functions(
    pairs: Sequence[Pair], band: BandNumber, *, ordered: bool
) -> Mapping[str, Callable[[Sequence[int]], float | None]]:
    """Return what computes each figure of some of the pairs, by their places: hundreds of times, so that everything
    about a single pair is computed before."""
    firsts, seconds = [first for first, _ in pairs], [second for _, second in pairs]
    differences = [second - first if ordered else abs(second - first) for first, second in pairs]
    cells = [(band(first), band(second)) for first, second in pairs]

    def correlation(places: Sequence[int]) -> float | None:
        one, other = [firsts[place] for place in places], [seconds[place] for place in places]
        return spearman(one, other) if ordered else spearman(one + other, other + one)

    def difference(places: Sequence[int]) -> float:
        return math.fsum(map(differences.__getitem__, places)) / len(places)

    def kappa(places: Sequence[int]) -> float | None:
        counts = Counter(map(cells.__getitem__, places))
        if not ordered:
            counts += Counter({(second, first): count for (first, second), count in counts.items()})
        return weighted_kappa(counts)

    return {"spearman": correlation, "mean_difference": difference, "weighted_kappa": kappa}
