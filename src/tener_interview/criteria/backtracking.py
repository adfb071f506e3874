"""Finds regular expressions that may search without end, such as `(a+)+$`.

Python tries every way in which a pattern may match a text, and nothing else runs meanwhile. A pattern takes exponential
time if one text can lead from some place in it back to that place in two ways. It is read as a graph of its characters
(Glushkov's automaton), with an edge for each way from one to the next.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from importlib import import_module
from itertools import product
from typing import Any, NamedTuple, TypeVar

_Place = TypeVar("_Place", int, tuple[int, int])

#: More repetitions than this are taken for any number.
_MANY = 10
#: A pattern that takes more steps than this to look at is let through.
_MAX_STEPS = 500_000

#: Characters that stand for all others of their kind.
_SAMPLES = "aZ5_ \n-.\u00e9\u4e2d\u0663\0"
_CATEGORIES = {
    "CATEGORY_DIGIT": r"\d", "CATEGORY_NOT_DIGIT": r"\D", "CATEGORY_SPACE": r"\s", "CATEGORY_NOT_SPACE": r"\S",
    "CATEGORY_WORD": r"\w", "CATEGORY_NOT_WORD": r"\W",
}


def may_search_without_end(pattern: re.Pattern[str]) -> bool:
    """Return whether some text makes the pattern take exponential time. Assertions around it do not count."""
    # Only this part of the standard library reads a pattern; it has no public name since Python 3.11.
    tree = import_module("re._parser").parse(pattern.pattern, pattern.flags)
    graph = _Graph(_alphabet(tree))
    graph.add(tree)
    return any(part.is_ambiguous() for part in (graph, *graph.apart))


class _Part(NamedTuple):
    """A part of a pattern: where it may begin and end, once for each way, and in how many ways it may be empty."""

    first: list[int]
    last: list[int]
    empty_ways: int


_NOTHING = _Part([], [], 1)
#: Two ways are as bad as more.
_MAX_WAYS = 2


class _Graph:
    """The characters of a pattern, each with those of an alphabet that it matches (as bits), and what may follow it,
    once for each way."""

    def __init__(self, alphabet: list[str], *, keeps_loops: bool = True) -> None:
        self._alphabet = alphabet
        self._keeps_loops = keeps_loops
        self._matches: list[int] = []
        self._next: list[list[int]] = []
        self._loop_ends: list[int] = []
        #: Parts that are matched by themselves and never tried again.
        self.apart: list[_Graph] = []

    def add(self, tree: Iterable[Any]) -> _Part:
        """Add a sequence."""
        whole = _NOTHING
        for operation, value in tree:
            whole = self._join(whole, self._add_one(str(operation), value))
        return whole

    def _add_one(self, operation: str, value: Any) -> _Part:
        match operation:
            case "SUBPATTERN":
                return self.add(value[3])
            case "BRANCH":
                parts = [self.add(branch) for branch in value[1]]
                return _Part(
                    [place for part in parts for place in part.first], [place for part in parts for place in part.last],
                    min(sum(part.empty_ways for part in parts), _MAX_WAYS),
                )
            case "MAX_REPEAT" | "MIN_REPEAT":
                return self._repeat(*value)
            case "POSSESSIVE_REPEAT" | "ATOMIC_GROUP":
                return self._add_atomic(*((0, value[2]) if operation == "POSSESSIVE_REPEAT" else (1, value)))
            case "ASSERT" | "ASSERT_NOT":
                self._add_atomic(1, value[1])
                return _NOTHING
            case "LITERAL" | "NOT_LITERAL" | "ANY" | "IN":
                matched = (_is_matched(operation, value, char) << bit for bit, char in enumerate(self._alphabet))
                self._matches.append(sum(matched))
                self._next.append([])
                place = len(self._matches) - 1
                return _Part([place], [place], 0)
        return _NOTHING

    def _add_atomic(self, least: int, tree: Any) -> _Part:
        alone = _Graph(self._alphabet)
        alone.add(tree)
        self.apart += [alone, *alone.apart]
        kept, self._keeps_loops = self._keeps_loops, False
        part = self.add(tree)
        self._keeps_loops = kept
        return _maybe_none(part, least)

    def _repeat(self, least: int, most: Any, tree: Any) -> _Part:
        part = self.add(tree)
        if self._keeps_loops and int(most) >= _MANY:
            self._connect(part.last, part.first)
            self._loop_ends += part.last
        return _maybe_none(part, least)

    def _join(self, before: _Part, after: _Part) -> _Part:
        self._connect(before.last, after.first)
        return _Part(
            before.first + after.first * before.empty_ways,
            after.last + before.last * after.empty_ways,
            min(before.empty_ways * after.empty_ways, _MAX_WAYS),
        )

    def _connect(self, places: list[int], following: list[int]) -> None:
        for place in places:
            self._next[place] += following

    def is_ambiguous(self) -> bool:
        """Return whether a text leads from a place back to it in two ways."""
        ways = {place: Counter(following) for place, following in enumerate(self._next)}
        backwards: dict[int, set[int]] = {}
        for place, following in ways.items():
            for item in following:
                backwards.setdefault(item, set()).add(place)
        looked_at: set[int] = set()
        for end in self._loop_ends:
            if end not in looked_at:
                loop = _reached(end, ways) & _reached(end, backwards)
                looked_at |= loop
                if any(ways[place][item] > 1 for place in loop for item in loop & ways[place].keys()):
                    return True
                if self._leads_back_in_two_ways(end, {place: loop & ways[place].keys() for place in loop}):
                    return True
        return False

    def _leads_back_in_two_ways(self, start: int, following: dict[int, set[int]]) -> bool:
        """Follow two ways through a loop that match the same text; return whether they part and both come back."""
        begin = (start, start)
        before: dict[tuple[int, int], set[tuple[int, int]]] = {}
        seen, waiting, steps = {begin}, [begin], 0
        while waiting:
            pair = waiting.pop()
            steps += len(following[pair[0]]) * len(following[pair[1]])
            if steps > _MAX_STEPS:
                return False
            for one, other in product(following[pair[0]], following[pair[1]]):
                if self._matches[one] & self._matches[other]:
                    before.setdefault((one, other), set()).add(pair)
                    if (one, other) not in seen:
                        seen.add((one, other))
                        waiting.append((one, other))
        return any(one != other for one, other in _reached(begin, before))


def _maybe_none(part: _Part, least: int) -> _Part:
    """A part that is repeated so often at least."""
    return part if least else part._replace(empty_ways=max(part.empty_ways, 1))


def _reached(start: _Place, following: Mapping[_Place, Iterable[_Place]]) -> set[_Place]:
    """Return all that comes after a place; the place itself only if it is in a loop."""
    seen: set[_Place] = set()
    waiting = [start]
    while waiting:
        place = waiting.pop()
        new = set(following.get(place, ())) - seen
        seen |= new
        waiting += new
    return seen


def _alphabet(tree: Any) -> list[str]:
    """Return the characters that a pattern names, their neighbours, and some of each kind."""
    codes: set[int] = set()

    def collect(value: Any) -> None:
        if isinstance(value, int) and 0 <= value < 0x10FFFF:
            codes.update((max(value - 1, 0), int(value), value + 1))
        elif hasattr(value, "__getitem__") and not isinstance(value, str):
            for item in value:
                collect(item)

    collect(tree)
    return sorted({*map(chr, codes), *_SAMPLES})


def _is_matched(operation: str, value: Any, char: str) -> bool:
    """Return whether one place of a pattern matches a character, in any case."""
    cases = {ord(case) for case in (char, char.lower(), char.upper()) if len(case) == 1}
    match operation:
        case "LITERAL":
            return value in cases
        case "NOT_LITERAL":
            return value not in cases
        case "RANGE":
            return any(value[0] <= code <= value[1] for code in cases)
        case "CATEGORY":
            return re.match(_CATEGORIES.get(str(value), "."), char) is not None
        case "IN":
            is_in = any(_is_matched(str(kind), item, char) for kind, item in value if str(kind) != "NEGATE")
            return is_in != (str(value[0][0]) == "NEGATE")
    return char != "\n"
