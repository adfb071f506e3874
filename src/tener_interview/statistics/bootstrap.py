"""Intervals by drawing the data again and again (Efron and Tibshirani 1993, chapter 13: the percentile interval)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import TypeVar

Item = TypeVar("Item")
Interval = tuple[float, float]

#: The fraction of draws that may have no value before there is no interval.
_MAX_UNDEFINED_SHARE = 0.05


def bootstrap_intervals(
    clusters: Sequence[Sequence[Item]],
    statistics: Mapping[str, Callable[[Sequence[Item]], float | None]],
    random: Random,
    *,
    draws: int,
    level: float = 0.95,
) -> dict[str, Interval | None]:
    """Return the percentile interval of each statistic at this level.

    Each draw takes as many clusters as there are, with replacement, and all items of each: items of one cluster belong
    together, as several reviews of one interview do. None for a statistic that too many draws leave undefined, as a
    correlation is when all values are equal.
    """
    samples: dict[str, list[float]] = {name: [] for name in statistics}
    places = range(len(clusters))
    for _ in range(draws if clusters else 0):
        drawn = [item for place in random.choices(places, k=len(clusters)) for item in clusters[place]]
        for name, compute in statistics.items():
            value = compute(drawn)
            if value is not None:
                samples[name].append(value)
    least = draws * (1 - _MAX_UNDEFINED_SHARE)
    tail = (1 - level) / 2
    return {
        name: (percentile(values, tail), percentile(values, 1 - tail)) if values and len(values) >= least else None
        for name, values in samples.items()
    }


def percentile(values: Sequence[float], fraction: float) -> float:
    """Return the value below which this fraction of the values is, linear between two of them (Hyndman and Fan, type
    7)."""
    ordered = sorted(values)
    position = fraction * (len(ordered) - 1)
    below = math.floor(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)
