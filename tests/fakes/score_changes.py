"""Measures how a change of an answer changes its score, and records each change, so that all can be counted."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from fakes.answers import StrongAnswer, criteria_of, scored_text
from tener_interview.criteria.criteria import Criteria
from tener_interview.scoring.answer import AnswerScore

_recorded: list[float] = []


@cache
def criteria(*, with_references: bool = False) -> Criteria:
    """Return the criteria of all invented answers."""
    with TemporaryDirectory() as folder:
        return criteria_of(Path(folder), with_references=with_references)


def scored_answer(answer: StrongAnswer, text: str, *, with_references: bool = False) -> AnswerScore:
    return scored_text(criteria(with_references=with_references), answer, text)


def score(answer: StrongAnswer, text: str, *, with_references: bool = False) -> float:
    """Return the score, 0 if there is none."""
    return scored_answer(answer, text, with_references=with_references).score or 0.0


def score_change(answer: StrongAnswer, text: str, before: str | None = None, *, with_references: bool = False) -> float:
    """Return how many points a text gains over the one before it, by default over the whole honest answer."""
    honest = score(answer, answer.text if before is None else before, with_references=with_references)
    return record_change(score(answer, text, with_references=with_references) - honest)


def record_change(points: float) -> float:
    """Return the same points, rounded as scores are, and record them."""
    move = round(points, 1)
    _recorded.append(move)
    return move


def take_changes() -> list[float]:
    """Return the changes recorded since the last call."""
    taken = _recorded.copy()
    _recorded.clear()
    return taken
