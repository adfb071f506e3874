"""Part: one named part of a judgement, and the quotes that it rests on."""

from __future__ import annotations

from dataclasses import dataclass

#: In the order in which they are shown.
PARTS = ("content", "evidence", "relevance", "structure")


@dataclass(frozen=True)
class Quote:
    """A passage of the transcript by its character offsets, the part it supports and what it is a sign of."""

    part: str
    about: str
    start: int
    end: int


@dataclass(frozen=True)
class Part:
    """What a part reached, 0..1, what is to be said of it, what it rests on, and what it lacks."""

    name: str
    reached: float
    reasons: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    missing: tuple[str, ...] = ()
