"""Moves: what a change of an answer does to its score, noted as it is looked at, so that it can be counted, too."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from fakes.answers import Told, criteria_of, judged
from tener_interview.criteria.criteria import Criteria
from tener_interview.scoring.answer import AnswerScore

_noted: list[float] = []


@cache
def criteria(*, with_references: bool = False) -> Criteria:
    """The criteria of all invented answers."""
    with TemporaryDirectory() as folder:
        return criteria_of(Path(folder), with_references=with_references)


def ask(told: Told, text: str, *, with_references: bool = False) -> AnswerScore:
    return judged(criteria(with_references=with_references), told, text)


def score(told: Told, text: str, *, with_references: bool = False) -> float:
    """The score, 0 where there is none."""
    return ask(told, text, with_references=with_references).score or 0.0


def moved(told: Told, text: str, before: str | None = None, *, with_references: bool = False) -> float:
    """How many points a text is worth more than the one before it, by default the whole honest answer."""
    honest = score(told, told.text if before is None else before, with_references=with_references)
    return noted(score(told, text, with_references=with_references) - honest)


def noted(points: float) -> float:
    """The same points, to the decimal that scores have, and kept for whoever counts them."""
    move = round(points, 1)
    _noted.append(move)
    return move


def drain() -> list[float]:
    """What was noted since the last time."""
    taken = _noted.copy()
    _noted.clear()
    return taken
