"""Uncertainty: the range of a total, in points, and when two totals are distinguishable."""

from __future__ import annotations

import math

from ..arithmetic import round_half_up
from ..scoring import weights


def margin(score_confidence: float, scored_questions: int) -> float:
    """Return how far the true total may be from the one shown, either way, in points to one decimal.

    This is the measured noise of one answer (a standard deviation), divided by the square root of the number of
    answers, plus, by convention, up to 15 points for what is missing from `score_confidence` (0..1): unscored questions
    and dimensions, and doubtful transcripts.
    """
    noise = weights.NOISE / math.sqrt(max(1, scored_questions))
    return round_half_up(noise + weights.UNSUPPORTED * (1.0 - min(1.0, max(0.0, score_confidence))), 1)


def bounds(
    total: float | None, score_confidence: float | None, scored_questions: int | None
) -> tuple[float, float] | None:
    """Return the lowest and highest likely total, within 0..100; None without a total."""
    if total is None:
        return None
    around = margin(score_confidence or 0.0, scored_questions or 0)
    return max(0.0, round_half_up(total - around, 1)), min(100.0, round_half_up(total + around, 1))


def distinguishable(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Return whether two ranges do not overlap: only then is one total higher than the other."""
    return one[0] > other[1] or other[0] > one[1]


#: The margin of a single answer equals that of an interview with one question.
ANSWER_MARGIN = margin(1.0, 1)
