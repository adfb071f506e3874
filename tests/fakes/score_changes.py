"""What a change of an answer does to its score. Each is recorded when it is looked at, so that all can be counted."""

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
    """The criteria of all invented answers."""
    with TemporaryDirectory() as folder:
        return criteria_of(Path(folder), with_references=with_references)


def scored_answer(answer: StrongAnswer, text: str, *, with_references: bool = False) -> AnswerScore:
    return scored_text(criteria(with_references=with_references), answer, text)


def score(answer: StrongAnswer, text: str, *, with_references: bool = False) -> float:
    """The score, 0 where there is none."""
    return scored_answer(answer, text, with_references=with_references).score or 0.0


def score_change(answer: StrongAnswer, text: str, before: str | None = None, *, with_references: bool = False) -> float:
    """How many points a text is worth more than the one before it, by default the whole honest answer."""
    honest = score(answer, answer.text if before is None else before, with_references=with_references)
    return record_change(score(answer, text, with_references=with_references) - honest)


def record_change(points: float) -> float:
    """The same points, to the decimal that scores have, and kept for whoever counts them."""
    move = round(points, 1)
    _recorded.append(move)
    return move


def take_changes() -> list[float]:
    """What was noted since the last time."""
    taken = _recorded.copy()
    _recorded.clear()
    return taken
