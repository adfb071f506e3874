"""Arithmetic for scores, with the same result on every computer, in every order of terms and in every unit of the
weights."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

#: A sum in other units differs in its last bits; scores never depend on so little.
_NOISE_DIGITS = 9

#: How many results of a pure function stay in memory, where lists ask for the same ones again and again.
REMEMBERED_RESULTS = 1024

#: Points (x, y) of a curve, in order of x.
Curve = tuple[tuple[float, float], ...]


def round_half_up(value: float, digits: int) -> float:
    """Round to this many decimals, halves away from zero, as people round."""
    unit = 10**digits
    units = math.floor(round(abs(value) * unit, _NOISE_DIGITS - digits) + 0.5)
    return math.copysign(units / unit, value) if units else 0.0


def relative_weights(weights: Mapping[str, float]) -> dict[str, float]:
    """Each weight above 0 divided by the largest, so that even huge weights do not overflow a sum."""
    heaviest = max(weights.values(), default=0.0)
    return {name: relative for name, weight in weights.items() if weight > 0 and (relative := weight / heaviest) > 0}


def interpolate(curve: Curve, x: float) -> float:
    """The y of the curve at x: linear between its points, constant outside them."""
    before = [point for point in curve if point[0] <= x]
    after = [point for point in curve if point[0] > x]
    if not before or not after:
        return before[-1][1] if before else after[0][1]
    (x0, y0), (x1, y1) = before[-1], after[0]
    return y0 + (y1 - y0) * (x - x0) / (x1 - x0)


def cosine(one: Sequence[float], other: Sequence[float]) -> float:
    """The cosine similarity of two vectors, -1 to 1; 0 if their sizes differ or one is zero."""
    if len(one) != len(other):
        return 0.0
    size = math.sqrt(math.fsum(x * x for x in one) * math.fsum(y * y for y in other))
    return math.fsum(x * y for x, y in zip(one, other, strict=True)) / size if size else 0.0
