"""The SQL of the tables as PostgreSQL understands it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from ...regex import regex
from ..tables.dialect import Dialect

#: In a transaction that may write, reading a single session locks it until the end.
WRITING = Dialect(
    same="IS NOT DISTINCT FROM",
    among="{column} = ANY({value})",
    list_value=list,
    rows="unnest({value}) AS listed (value)",
    contains="strpos({column}, {value}) > 0",
    lists="jsonb_exists({column}, {value})",
    same_letters='lower({column}) = lower({value} COLLATE "C")',
    for_update=" FOR UPDATE",
    try_lock="SELECT pg_try_advisory_xact_lock(hashtextextended(?, 0))",
)
READING = replace(WRITING, for_update="", try_lock="")

_MARKS = regex(r"\?(\d*)|now_ms\(\)")


class Translated(NamedTuple):
    """A statement with PostgreSQL's marks of values, and whether the caller appends the current time to the values."""

    sql: str
    takes_now_ms: bool


@lru_cache(maxsize=2_000)
def translate(sql: str) -> Translated:
    """Write `?` and `?2` as `$1` and `$2`, and the time as the value after all others."""
    numbers: list[int] = []
    for mark in _MARKS.finditer(sql):
        if mark[0] != "now_ms()":
            numbers.append(int(mark[1]) if mark[1] else len(numbers) + 1)
    last = max(numbers, default=0)
    next_number = iter(numbers)
    text = _MARKS.sub(lambda mark: f"${last + 1}::bigint" if mark[0] == "now_ms()" else f"${next(next_number)}", sql)
    return Translated(text, text.count(f"${last + 1}::bigint") > 0)
