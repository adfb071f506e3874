"""How well two raters of the same interviews agree, in figures."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from ...statistics.bootstrap import Interval, bootstrap_intervals
from ...statistics.correlation import spearman
from ...statistics.kappa import weighted_kappa

#: Below this many pairs figures say more about chance than about the raters.
MIN_PAIRS = 20
LEVEL = 0.95
MOST_DRAWS = 1_000
#: With many pairs fewer draws do, and a page has to be answered.
_LEAST_DRAWS, _DRAWN_PAIRS = 200, 500_000

#: Two totals of one interview, 0..100, and a pair for each of several reviews of it.
Pair = tuple[float, float]
Clusters = Sequence[Sequence[Pair]]
#: Returns the number of a total's band, from 0 for the lowest.
Band = Callable[[float], int]


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
    def too_few(self) -> bool:
        return self.pairs < MIN_PAIRS


def measure_agreement(
    clusters: Clusters, band: Band, bands: int, random: Random, *, ordered: bool = True
) -> Figures:
    """Return the agreement of pairs, grouped by interview.

    Without `ordered` nobody is first or second, as with two reviewers among many: each pair then counts both ways.
    """
    clusters = [cluster for cluster in clusters if cluster]
    pairs = [pair for cluster in clusters for pair in cluster]
    counted = Figures(len(pairs), len(clusters))
    if counted.too_few:
        return counted
    compute = _statistics(band, bands, ordered=ordered)
    draws = max(_LEAST_DRAWS, min(MOST_DRAWS, _DRAWN_PAIRS // len(pairs)))
    intervals = bootstrap_intervals(clusters, compute, random, draws=draws, level=LEVEL)
    values = {name: statistic(pairs) for name, statistic in compute.items()}
    return Figures(
        len(pairs), len(clusters),
        values["spearman"], intervals["spearman"],
        values["mean_difference"], intervals["mean_difference"],
        values["weighted_kappa"], intervals["weighted_kappa"],
    )


def _statistics(band: Band, bands: int, *, ordered: bool) -> Mapping[str, Callable[[Sequence[Pair]], float | None]]:
    def both_ways(pairs: Sequence[Pair]) -> Sequence[Pair]:
        return pairs if ordered else [*pairs, *((second, first) for first, second in pairs)]

    def correlation(pairs: Sequence[Pair]) -> float | None:
        counted = both_ways(pairs)
        return spearman([first for first, _ in counted], [second for _, second in counted])

    def difference(pairs: Sequence[Pair]) -> float:
        differences = (second - first for first, second in pairs)
        return math.fsum(differences if ordered else map(abs, differences)) / len(pairs)

    def kappa(pairs: Sequence[Pair]) -> float | None:
        counted = both_ways(pairs)
        return weighted_kappa([band(first) for first, _ in counted], [band(second) for _, second in counted], bands)

    return {"spearman": correlation, "mean_difference": difference, "weighted_kappa": kappa}
