"""Agreement of two raters on ordered bands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence


def weighted_kappa(firsts: Sequence[int], seconds: Sequence[int], bands: int) -> float | None:
    """Return Cohen's kappa with quadratic weights (Cohen 1968): 1 for equal bands, 0 for what chance alone would give.

    Bands are numbers from 0. A disagreement counts by the square of its distance, so that two bands apart is four times
    as bad as one. None without pairs, or if all values are in one band, because then chance alone agrees too.
    """
    if len(firsts) != len(seconds):
        raise ValueError("as many bands on one side as on the other")
    if any(not 0 <= band < bands for band in (*firsts, *seconds)):
        raise ValueError("a band that there is not")
    observed = sum((first - second) ** 2 for first, second in zip(firsts, seconds, strict=True))
    by_first, by_second = Counter(firsts), Counter(seconds)
    expected = sum(
        count * other * (first - second) ** 2
        for first, count in by_first.items() for second, other in by_second.items()
    )
    return None if expected == 0 else 1 - observed * len(firsts) / expected
