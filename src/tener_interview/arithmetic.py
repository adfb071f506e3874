"""Arithmetic of scores that comes out the same on every machine, in every order and in every unit of the weights."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

#: The same sum in other units differs in its last bits; nothing that is scored differs by so little.
_NOISE_DIGITS = 9

#: Points of a curve, x never falling.
Curve = tuple[tuple[float, float], ...]


def rounded(value: float, digits: int) -> float:
    """The value to so many decimals, halves upwards as by hand."""
    unit = 10**digits
    units = math.floor(round(abs(value) * unit, _NOISE_DIGITS - digits) + 0.5)
    return math.copysign(units / unit, value) if units else 0.0


def relative(weights: Mapping[str, float]) -> dict[str, float]:
    """The weights above 0 as parts of the heaviest, so that no size of them overflows a sum."""
    heaviest = max(weights.values(), default=0.0)
    return {name: part for name, weight in weights.items() if weight > 0 and (part := weight / heaviest) > 0}


def on_curve(curve: Curve, x: float) -> float:
    """The height of the curve at x, straight between its points and level outside them."""
    before = [point for point in curve if point[0] <= x]
    after = [point for point in curve if point[0] > x]
    if not before or not after:
        return before[-1][1] if before else after[0][1]
    (x0, y0), (x1, y1) = before[-1], after[0]
    return y0 + (y1 - y0) * (x - x0) / (x1 - x0)


def cosine(one: Sequence[float], other: Sequence[float]) -> float:
    """How alike two vectors are, -1..1; 0 for one without length or of another size."""
    if len(one) != len(other):
        return 0.0
    size = math.sqrt(math.fsum(x * x for x in one) * math.fsum(y * y for y in other))
    return math.fsum(x * y for x, y in zip(one, other, strict=True)) / size if size else 0.0
