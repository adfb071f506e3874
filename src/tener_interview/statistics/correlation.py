"""Rank correlation."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from operator import mul


def spearman(xs: Sequence[float], ys: Sequence[float]) -> float | None:
    """Return Spearman's rank correlation, -1 to 1: Pearson's of the average ranks, so that ties are right.

    None if there are fewer than two pairs, or all values of one side are equal.
    """
    if len(xs) != len(ys):
        raise ValueError("as many values on one side as on the other")
    n = len(xs)
    x_counts, y_counts = Counter(xs), Counter(ys)
    if len(x_counts) < 2 or len(y_counts) < 2:
        return None
    x_ranks, y_ranks = _doubled_ranks(x_counts), _doubled_ranks(y_counts)
    # All sums are of whole numbers, so they are exact.
    both = n * sum(map(mul, map(x_ranks.__getitem__, xs), map(y_ranks.__getitem__, ys)))
    total = n * (n + 1)
    x_spread, y_spread = (
        n * sum(counts[value] * rank**2 for value, rank in ranks.items()) - total**2
        for counts, ranks in ((x_counts, x_ranks), (y_counts, y_ranks))
    )
    return max(-1.0, min(1.0, float((both - total**2) / math.sqrt(x_spread * y_spread))))


def _doubled_ranks(counts: Counter[float]) -> dict[float, int]:
    """Return twice the average rank of each value, which is whole."""
    ranks: dict[float, int] = {}
    before = 0
    for value in sorted(counts):
        ranks[value] = 2 * before + counts[value] + 1
        before += counts[value]
    return ranks
