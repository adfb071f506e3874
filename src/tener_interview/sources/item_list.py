"""Reads a list from an API's response item by item: a long list never holds more than one row as parsed JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from ..regex import regex

_T = TypeVar("_T")

#: Twice the longest list of candidates that is requested.
MAX_ROWS = 20_000
MAX_ROW_BYTES = 256 * 1024
#: A response up to this size is parsed at once, whatever it holds.
_SMALL_BYTES = 256 * 1024
#: Strings and brackets. Everything between them is irrelevant for finding items.
_TOKENS = regex(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\]]', re.DOTALL)
#: Scanning more tokens would block other requests for minutes.
_MAX_TOKENS = 4_000_000
_ITEM_DEPTH = 2
_MAX_DEPTH = 100


class InvalidList(ValueError):
    """Not a complete list. The text is the end of a sentence that says why."""


class NotJson(InvalidList):
    """Not even JSON."""


def read_items(body: bytes, read: Callable[[Mapping[str, object]], _T]) -> list[_T]:
    """Each item of `{"items": [...]}`, converted by `read`. Raises InvalidList, and what `read` raises."""
    if len(body) <= _SMALL_BYTES or json.detect_encoding(body) != "utf-8":
        if len(body) > _SMALL_BYTES:
            raise InvalidList("so long an answer has to be in UTF-8, without a mark before it")
        return [read(item) for item in _require_items(_parse_json(body))]
    if body.count(b'"') // 2 + body.count(b"{") + body.count(b"[") > _MAX_TOKENS:
        raise InvalidList("it holds more than any list of candidates")
    items: list[_T] = []
    rest: list[bytes] = []
    end_of_last = 0
    for start, end in _find_items(body):
        if len(items) == MAX_ROWS:
            raise InvalidList(f"its list has more than {MAX_ROWS:,} rows")
        if end - start > MAX_ROW_BYTES:
            raise InvalidList(f"a row of its list has more than {MAX_ROW_BYTES // 1024} KB")
        items.append(read(_parse_json(body[start:end])))
        rest += (body[end_of_last:start], b'"\\u0000%d"' % (len(items) - 1))
        end_of_last = end
    rest.append(body[end_of_last:])
    _refuse_other_content(b"".join(rest), len(items))
    return items


def _find_items(body: bytes) -> Iterator[tuple[int, int]]:
    """Start and end of each object in a list of the outermost object."""
    depth = start = 0
    in_item = False
    for token in _TOKENS.finditer(body):
        bracket = body[token.start()]
        if bracket in b"{[":
            if depth == _ITEM_DEPTH and bracket == 0x7B:
                start, in_item = token.start(), True
            depth += 1
        elif bracket in b"}]":
            depth -= 1
            if in_item and depth == _ITEM_DEPTH:
                yield start, token.end()
                in_item = False
        if depth > _MAX_DEPTH:
            raise NotJson("something that is nested deeper than any list")


def _refuse_other_content(rest: bytes, rows: int) -> None:
    """The response without its items must be the list they were in. Raises InvalidList."""
    if len(rest) > _SMALL_BYTES + 32 * rows:
        raise InvalidList("its JSON holds more than a list of `items`")
    body = _parse_json(rest)
    items = body.get("items") if isinstance(body, dict) else None
    if items != [f"\0{number}" for number in range(rows)]:
        raise InvalidList("its JSON holds no list of `items`")


def _require_items(body: Any) -> list[dict[str, object]]:
    items = body.get("items") if isinstance(body, dict) else None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise InvalidList("its JSON holds no list of `items`")
    return items


def _parse_json(text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise NotJson("no JSON") from None
