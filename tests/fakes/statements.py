"""Counts what a service costs: the SQL statements it runs and the calls of its own functions."""

from __future__ import annotations

import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import tener_interview

PACKAGE = str(Path(tener_interview.__file__).parent)
#: What holds statements together and is none by itself.
FRAME = ("BEGIN", "BEGIN IMMEDIATE", "COMMIT", "ROLLBACK")
#: Whether anything was committed: it reads no table.
VERSION = "PRAGMA data_version"
#: Python 3.12 makes no function of these any more.
_COMPREHENSIONS = ("<listcomp>", "<dictcomp>", "<setcomp>")


class Statements:
    """Every statement of every connection that is opened after this object was created."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        #: In the order in which they were opened, closed ones too.
        self.connections: list[sqlite3.Connection] = []
        self._said: list[str] = []
        connect = sqlite3.connect

        def traced(*args: Any, **named: Any) -> sqlite3.Connection:
            db: sqlite3.Connection = connect(*args, **named)
            db.set_trace_callback(self._said.append)
            self.connections.append(db)
            return db

        monkeypatch.setattr(sqlite3, "connect", traced)

    @contextmanager
    def recorded(self) -> Iterator[list[str]]:
        """Collect the statements of the block, those that begin and end transactions included; complete at its end."""
        found: list[str] = []
        begin = len(self._said)
        try:
            yield found
        finally:
            found += self._said[begin:]


def is_closed(db: sqlite3.Connection) -> bool:
    try:
        db.execute("SELECT 1")
    except sqlite3.ProgrammingError:
        return True
    return False


def query_plan(path: Path, statement: str) -> str:
    """Return SQLite's plan for a statement, by the file's current statistics."""
    with closing(sqlite3.connect(path)) as db:
        # What the store's queries ask of its clock.
        db.create_function("now_ms", 0, int)
        return "; ".join(detail for *_, detail in db.execute(f"EXPLAIN QUERY PLAN {statement}"))


def table_statements(statements: list[str]) -> list[str]:
    """Return the statements that read or write tables."""
    return [statement for statement in statements if statement not in (*FRAME, VERSION)]


def statement_kinds(statements: list[str]) -> list[str]:
    """Return the first word of each statement, without those that begin and end transactions."""
    return [item.split()[0] for item in table_statements(statements)]


class Calls:
    """Counts calls of the package's functions, in this thread and in those that it started."""

    def __init__(self) -> None:
        self._counter = count()
        self.number = 0

    @contextmanager
    def counted(self) -> Iterator[Calls]:
        before = sys.getprofile()
        threading.setprofile(self._see)
        sys.setprofile(self._see)
        try:
            yield self
        finally:
            sys.setprofile(before)
            threading.setprofile(None)
            self.number = next(self._counter)

    def _see(self, frame: FrameType, event: str, _argument: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(PACKAGE) and code.co_name not in _COMPREHENSIONS:
            next(self._counter)
