"""Guards: what each rule of the scorer that takes points away catches, and what it costs honest answers, in points."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from fakes import transformations as change
from fakes.answers import STRONG_ANSWERS
from tener_interview.scoring import answer, evidence, ignored_words, weights

Row = dict[str, Any]
Score = Callable[[Row, str], float]
#: Questions with a text each.
Cases = list[tuple[Row, str]]


@dataclass(frozen=True)
class Guard:
    """A rule that takes points away: what stands in its place when it is off, and attempts that it is there for."""

    name: str
    off: tuple[tuple[Any, str, Any], ...]
    attempts: Callable[[], Cases]


def _attempts(texts: Callable[[Any], Sequence[str]]) -> Callable[[], Cases]:
    """Attempts made of each invented answer of the behaviour tests."""
    return lambda: [
        ({"question": story.title, "language": story.language, "keywords": story.keywords}, text)
        for story in STRONG_ANSWERS for text in texts(story)
    ]


#: References, and answers that deny what they affirm in their own words.
_CONTRADICTED = (
    ("The client retries the request with the same key, and the server charges the customer once.",
     "The client never retries the request with the same key, and the server does not charge the customer once."),
    ("An index makes reading faster and writing slower.", "An index does not make reading faster or writing slower."),
    ("Raw meat is kept below cooked food in the fridge.", "Raw meat is never kept below cooked food in the fridge."),
)


def _none(*_arguments: Any, **_named: Any) -> tuple[()]:
    return ()


_REPEATED = ignored_words._repeated_words


def _only_said_before(stems: Sequence[str], size: int, known: Any = None) -> set[int]:
    return set() if known is not None else _REPEATED(stems, size)


def _only_read_back(stems: Sequence[str], size: int, known: Any = None) -> set[int]:
    return set() if known is None else _REPEATED(stems, size, known)


def _evidence_uncapped(found: Sequence[evidence.EvidenceSpan], _language: Any) -> dict[str, float]:
    amount = evidence.sum_weights(found)
    return {kind: 1 - math.exp(-amount[kind] / enough) for kind, enough in weights.EVIDENCE_AMOUNTS.items()}


def sprinkled(text: str) -> str:
    """A text with three figures put into it that tell nothing."""
    words = text.split()
    figures = ("17", "3", "240")
    for number, figure in enumerate(figures):
        words.insert((number + 1) * len(words) // 4, figure)
    return " ".join(words)


def guards(rows: Sequence[Row]) -> tuple[Guard, ...]:
    """Every guard; `rows` are questions with a polished answer each."""
    prose: Cases = [(row, row["prose"]) for row in rows]
    return (
        Guard("the question read back", ((ignored_words, "_repeated_words", _only_said_before),),
              _attempts(lambda story: [story.title, f"{story.title} {story.title}"])),
        Guard("what was said before", ((ignored_words, "_repeated_words", _only_read_back),),
              _attempts(lambda story: [f"{story.sentences[0]} " * 3, f"{story.text} {story.text}"])),
        Guard("bare lists", ((ignored_words, "_lists", _none),), _attempts(lambda story: [
            ", ".join(story.keywords), " ".join(story.keywords * 3), ", ".join(change.terms_of(story, 12, 1))])),
        Guard("orders to the scorer", ((ignored_words, "_instructions", _none),),
              _attempts(lambda story: [*change.ORDERS[story.language], *change.INJECTIONS])),
        Guard("the speaker's person", ((ignored_words, "_personal_facts", _none),), lambda: [
            ({"question": "A hard day?"}, f"{who} I wrote the list and called the driver.")
            for who in ("My name is Anna Nowak.", "I was born in 1988 in Gdynia.", "I live in Hull with 2 cats.")]),
        Guard("what is taken back", ((ignored_words, "_retractions", _none),),
              _attempts(lambda story: [f"{story.text} {back}" for back in change.TAKEN_BACK[story.language]])),
        Guard("words out of place", ((answer, "word_disorder", lambda *_: 0.0),),
              _attempts(lambda story: [change.shuffled_words(story.text, seed) for seed in range(3)])),
        Guard("names of qualities", ((evidence, "_concreteness", lambda *_: 1.0),), lambda: prose),
        Guard("what others say", ((evidence, "_reported_words", lambda *_: set()),), lambda: [
            ({"question": "A hard day?"}, text) for text in (
                "The manager claimed I lost the forty parcels and broke the scanner.",
                "They said that I had closed the shop and sent everybody home.",
                "He thinks we forgot the keys and left the door open.")]),
        Guard("what is usual", ((evidence, "_habitual_words", lambda *_: set()),), lambda: [
            (row, row["vague"]) for row in rows]),
        Guard("figures beside nothing", ((answer, "_evidence_reached", _evidence_uncapped),), lambda: [
            (row, sprinkled(text)) for row, text in prose]),
        Guard("negation of a reference", ((weights, "NEGATION_LOSS", 0.0),), lambda: [
            ({"question": "How is it done?", "references": (reference,)}, text) for reference, text in _CONTRADICTED]),
    )


@contextmanager
def without(guard: Guard) -> Iterator[None]:
    """The scorer without a guard."""
    patches = [mock.patch.object(*off) for off in guard.off]
    for patch in patches:
        patch.start()
    try:
        yield
    finally:
        for patch in patches:
            patch.stop()


def moved(score: Score, guard: Guard, cases: Cases) -> list[float]:
    """By how many points less each text is scored with the guard than without it."""
    kept = [score(row, text) for row, text in cases]
    with without(guard):
        return [score(row, text) - with_ for (row, text), with_ in zip(cases, kept, strict=True)]


def in_points(values: Sequence[float]) -> str:
    """The mean, and how many it touches."""
    if not values:
        return "no such case"
    return f"{statistics.fmean(values):.1f} ({sum(abs(value) >= 0.1 for value in values)} of {len(values)})"
