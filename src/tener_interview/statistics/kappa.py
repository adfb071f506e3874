"""Agreement of two raters on ordered bands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping


def weighted_kappa(counts: Mapping[tuple[int, int], int]) -> float | None:
    """Return Cohen's kappa with quadratic weights (Cohen 1968): 1 for equal bands, 0 for what chance alone would give.

    `counts` has how often the first rater gave one band and the second another; bands are numbered in their order. A
    disagreement counts by the square of its distance, so that two bands apart is four times as bad as one. None without
    pairs, or if all values are in one band, because then chance alone agrees too.
    """
    firsts: Counter[int] = Counter()
    seconds: Counter[int] = Counter()
    for (first, second), count in counts.items():
        firsts[first] += count
        seconds[second] += count
    observed = sum(count * (first - second) ** 2 for (first, second), count in counts.items())
    expected = sum(
        count * other * (first - second) ** 2
        for first, count in firsts.items() for second, other in seconds.items()
    )
    return None if expected == 0 else 1 - observed * firsts.total() / expected
