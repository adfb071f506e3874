"""A list as an API answers it, read item by item: of a long one never more than a row is held as parsed JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

_T = TypeVar("_T")

#: Twice the longest list of candidates there may be.
MOST_ROWS = 20_000
MOST_ROW_BYTES = 256 * 1024
#: Up to here an answer is small enough to be read at once, whatever it holds.
_SMALL_BYTES = 256 * 1024
#: Strings, and what opens or closes an object or a list; whatever stands between them belongs to neither.
_TOKENS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\]]', re.DOTALL)
#: Of these, counted by how they begin: looking at each of more would keep others waiting for minutes.
_MOST_TOKENS = 4_000_000
_DEPTH_OF_ITEMS = 2
_DEEPEST = 100


class InvalidList(ValueError):
    """Not a whole list; the text says why, as the end of a sentence."""


class NotJson(InvalidList):
    """Not even JSON."""


def read_items(body: bytes, read: Callable[[Mapping[str, object]], _T]) -> list[_T]:
    """Each item of `{"items": [...]}`, read. Raises InvalidList, and what `read` raises."""
    if len(body) <= _SMALL_BYTES or json.detect_encoding(body) != "utf-8":
        if len(body) > _SMALL_BYTES:
            raise InvalidList("so long an answer has to be in UTF-8, without a mark before it")
        return [read(item) for item in _all_objects(_parsed(body))]
    if body.count(b'"') // 2 + body.count(b"{") + body.count(b"[") > _MOST_TOKENS:
        raise InvalidList("it holds more than any list of candidates")
    found: list[_T] = []
    between: list[bytes] = []
    ended = 0
    for start, end in _objects(body):
        if len(found) == MOST_ROWS:
            raise InvalidList(f"its list has more than {MOST_ROWS:,} rows")
        if end - start > MOST_ROW_BYTES:
            raise InvalidList(f"a row of its list has more than {MOST_ROW_BYTES // 1024} KB")
        found.append(read(_parsed(body[start:end])))
        between += (body[ended:start], b'"\\u0000%d"' % (len(found) - 1))
        ended = end
    between.append(body[ended:])
    _refuse_other(b"".join(between), len(found))
    return found


def _objects(body: bytes) -> Iterator[tuple[int, int]]:
    """From where to where the objects reach that stand in a list of the outermost object."""
    depth = start = 0
    within = False
    for token in _TOKENS.finditer(body):
        mark = body[token.start()]
        if mark in b"{[":
            if depth == _DEPTH_OF_ITEMS and mark == 0x7B:
                start, within = token.start(), True
            depth += 1
        elif mark in b"}]":
            depth -= 1
            if within and depth == _DEPTH_OF_ITEMS:
                yield start, token.end()
                within = False
        if depth > _DEEPEST:
            raise NotJson("something that is nested deeper than any list")


def _refuse_other(rest: bytes, rows: int) -> None:
    """What is left without the rows has to be the list that they were in. Raises InvalidList."""
    if len(rest) > _SMALL_BYTES + 32 * rows:
        raise InvalidList("its JSON holds more than a list of `items`")
    body = _parsed(rest)
    listed = body.get("items") if isinstance(body, dict) else None
    if listed != [f"\0{number}" for number in range(rows)]:
        raise InvalidList("its JSON holds no list of `items`")


def _all_objects(body: Any) -> list[dict[str, object]]:
    items = body.get("items") if isinstance(body, dict) else None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise InvalidList("its JSON holds no list of `items`")
    return items


def _parsed(text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise NotJson("no JSON") from None
