"""Uncertainty: the range of a total, in points, and whether two totals are tied because their ranges overlap."""

from __future__ import annotations

import math
from functools import lru_cache

from ..arithmetic import REMEMBERED_RESULTS, round_half_up
from ..scoring import weights


def margin(score_confidence: float, scored_questions: int) -> float:
    """Return how far the true total may be from the computed one, either way, in points to one decimal.

    This is the measured noise of one answer (a standard deviation), divided by the square root of the number of
    answers, plus, by convention, up to 15 points for what is missing from `score_confidence` (0..1): unscored questions
    and dimensions, and doubtful transcripts.
    """
    noise = weights.ANSWER_NOISE_POINTS / math.sqrt(max(1, scored_questions))
    return round_half_up(noise + weights.UNSUPPORTED_POINTS * (1.0 - min(1.0, max(0.0, score_confidence))), 1)


@lru_cache(REMEMBERED_RESULTS)
def bounds(
    total: float | None, score_confidence: float | None, scored_questions: int | None
) -> tuple[float, float] | None:
    """Return the lowest and highest likely total, within 0..100; None without a total."""
    if total is None:
        return None
    around = margin(score_confidence or 0.0, scored_questions or 0)
    return max(0.0, round_half_up(total - around, 1)), min(100.0, round_half_up(total + around, 1))


def ranges_overlap(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Return whether two ranges overlap. Then the totals are tied: neither is known to be the higher one."""
    return one[0] <= other[1] and other[0] <= one[1]
