"""A database of the previous service, as the import reads it. No SQL here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

SESSIONS, RESULTS, EVENTS = "interview_sessions", "interview_results", "interview_events"

Row = dict[str, Any]


class LegacyDatabase(Protocol):
    """The tables, columns and rows of the previous service's database."""

    @property
    def tables(self) -> Mapping[str, list[str]]:
        """The columns of every table."""

    def rows(self, table: str) -> list[Row]:
        """All rows of a table in insertion order, by lower-case column name; none when the table is missing."""

    def count(self, table: str) -> int: ...
