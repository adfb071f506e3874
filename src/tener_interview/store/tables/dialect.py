"""What the two databases write differently. All other SQL of the tables is understood by both.

Values are `?`, or `?1`, `?2` where one is used twice. Columns that are true or false are compared with TRUE and FALSE,
orders say where NULL goes, and `now_ms()` is the time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any, Protocol

from ...lazy_dataclass import dataclass


class Rows(Protocol):
    """What a statement returned."""

    @property
    def rowcount(self) -> int:
        """How many rows the statement changed."""

    def fetchone(self) -> Any: ...

    def fetchall(self) -> list[Any]: ...

    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """A connection to either database, inside a transaction. Rows are read by the position of their columns."""

    def execute(self, sql: str, values: Sequence[Any] = ..., /) -> Rows: ...

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> object: ...


@dataclass(frozen=True)
class Dialect:
    """The SQL of one database, as templates for a `{column}` and the mark of its `{value}`."""

    #: The operator of equality that also holds between two NULLs.
    same: str
    #: The column is in a list, which is given as one value: `list_value` of it.
    among: str
    list_value: Callable[[Collection[int] | Collection[str]], object]
    #: A table of what is in a list of numbers, in the column `value`.
    rows: str
    #: The column contains a text.
    contains: str
    #: The column is a JSON list that contains a text.
    lists: str
    #: The column is a text, in whatever case its letters from A to Z are.
    same_letters: str
    #: Ends a SELECT of rows that nobody else may change before the transaction ends; nothing where that is so anyway.
    for_update: str
    #: Takes the lock of a name until the transaction ends, if it is free, and says so; nothing where only one
    #: transaction writes.
    try_lock: str

    def is_among(self, column: str, value: str = "?") -> str:
        return self.among.format(column=column, value=value)

    def rows_of(self, value: str = "?") -> str:
        return self.rows.format(value=value)

    def contains_text(self, column: str, value: str = "?") -> str:
        return self.contains.format(column=column, value=value)

    def lists_text(self, column: str, value: str = "?") -> str:
        return self.lists.format(column=column, value=value)

    def equals_in_any_case(self, column: str, value: str = "?") -> str:
        return self.same_letters.format(column=column, value=value)


SQLITE = Dialect(
    same="IS",
    among="{column} IN (SELECT value FROM json_each({value}))",
    list_value=lambda values: json.dumps(list(values)),
    rows="json_each({value})",
    contains="instr({column}, {value})",
    lists="EXISTS (SELECT 1 FROM json_each({column}) WHERE value = {value})",
    same_letters="{column} = {value} COLLATE NOCASE",
    for_update="",
    try_lock="",
)
