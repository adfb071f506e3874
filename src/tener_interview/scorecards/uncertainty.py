"""Uncertainty: the range of a total, in points, and when two totals are distinguishable."""

from __future__ import annotations

import math

from ..arithmetic import round_half_up
from ..scoring import weights


def margin(score_confidence: float, scored_questions: int) -> float:
    """How far the true total may lie from the one shown, either way, in points to one decimal.

    The measured noise of an answer, one standard deviation, which falls with the square root of the number of answers;
    and, by convention, up to 15 points for what `score_confidence` (0..1) says is missing: unscored questions and
    dimensions, and transcripts that bear little.
    """
    noise = weights.NOISE / math.sqrt(max(1, scored_questions))
    return round_half_up(noise + weights.UNSUPPORTED * (1.0 - min(1.0, max(0.0, score_confidence))), 1)


def bounds(
    total: float | None, score_confidence: float | None, scored_questions: int | None
) -> tuple[float, float] | None:
    """The lowest and the highest that a total may be, within 0..100; None where there is no total."""
    if total is None:
        return None
    around = margin(score_confidence or 0.0, scored_questions or 0)
    return max(0.0, round_half_up(total - around, 1)), min(100.0, round_half_up(total + around, 1))


def distinguishable(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether two bounds leave room between them: then, and only then, one total is higher than the other."""
    return one[0] > other[1] or other[0] > one[1]


#: An answer alone is as noisy as an interview of one question.
ANSWER_MARGIN = margin(1.0, 1)
