"""Values of a copy of one database into another. No SQL here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from ..lazy_dataclass import dataclass
from .erasure_log import LogEntry
from .storable import storable_json, storable_text

Row = tuple[Any, ...]


class CopySource(Protocol):
    """A database to copy from, as it was at one moment."""

    @property
    def location(self) -> str: ...

    @property
    def tables(self) -> Sequence[str]: ...

    def rows(self, table: str, columns: Sequence[str], key: Sequence[str]) -> Iterator[Row]:
        """All rows of a table in the order of its primary key."""

    def last_number(self, table: str) -> int:
        """The highest row number that a table has ever given."""

    def log_entries(self) -> Sequence[LogEntry]:
        """What was erased and revoked."""


@dataclass(frozen=True)
class CopiedTable:
    """A table whose copy has the same rows: how many, and a checksum of all their values."""

    name: str
    rows: int
    checksum: str


@dataclass(frozen=True)
class DatabaseCopy:
    """A complete, verified copy. `already_there`: an earlier run had finished it."""

    tables: tuple[CopiedTable, ...]
    already_there: bool


def checksum(name: str, rows: Iterable[Row], json_columns: Sequence[int]) -> CopiedTable:
    """Count the rows and hash all their values, whichever database they are from.

    JSON counts by its value: PostgreSQL keeps neither the order of keys nor how a number is written. Raises ValueError
    for a text in a JSON column that is none.
    """
    hashed, count = hashlib.sha256(), 0
    for count, row in enumerate(rows, start=1):  # noqa: B007 - the last number is the count
        values = [_comparable(value, is_json=place in json_columns) for place, value in enumerate(row)]
        hashed.update(json.dumps(values, sort_keys=True).encode() + b"\n")
    return CopiedTable(name, count, hashed.hexdigest())


def _comparable(value: Any, *, is_json: bool) -> Any:
    if isinstance(value, str):
        return _same_numbers(storable_json(json.loads(value))) if is_json else storable_text(value)
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else value


def _same_numbers(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_same_numbers(item) for item in value]
    if isinstance(value, dict):
        return {name: _same_numbers(item) for name, item in value.items()}
    return value
