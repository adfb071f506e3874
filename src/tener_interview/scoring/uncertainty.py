"""How far a total can be trusted, in points: the declared rule by which totals are told apart or not."""

from __future__ import annotations

import math

from .arithmetic import rounded

#: Half of the five points that docs/scoring.md calls noise, for an interview of the usual length, all of it scored.
_NOISE_POINTS, _USUAL_QUESTIONS = 2.5, 5
#: What is added where nothing bears the score: about how far answers of one person lie from each other.
_UNBORNE_POINTS = 15.0


def margin(score_confidence: float, scored_questions: int) -> float:
    """How far the true total may lie from the one shown, either way, in points to one decimal.

    The noise of a few answers, which falls with the square root of their number, and up to 15 points for what
    `score_confidence` (0..1) says is missing: unscored questions and dimensions, and transcripts that bear little.
    A convention that is the same for everybody, not a confidence interval: nobody has measured one.
    """
    noise = _NOISE_POINTS * math.sqrt(_USUAL_QUESTIONS / max(1, scored_questions))
    return rounded(noise + _UNBORNE_POINTS * (1.0 - min(1.0, max(0.0, score_confidence))), 1)


def bounds(
    total: float | None, score_confidence: float | None, scored_questions: int | None
) -> tuple[float, float] | None:
    """The lowest and the highest that a total may be, within 0..100; None where there is no total."""
    if total is None:
        return None
    around = margin(score_confidence or 0.0, scored_questions or 0)
    return max(0.0, rounded(total - around, 1)), min(100.0, rounded(total + around, 1))


def told_apart(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether two bounds leave room between them: then, and only then, one total is higher than the other."""
    return one[0] > other[1] or other[0] > one[1]


#: An answer alone is as noisy as an interview of one question.
ANSWER_MARGIN = margin(1.0, 1)
