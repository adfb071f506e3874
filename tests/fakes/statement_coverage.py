"""Records which statements of `store/tables/` have run on PostgreSQL: most tests run on SQLite only.

The statements are found in the source, as the calls that lead to `execute`, so those that no test runs are known too.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import wraps
from inspect import currentframe
from pathlib import Path
from typing import Any

from tener_interview.store import tables

FOLDER = Path(tables.__path__[0])
_FOLDER_PREFIX = f"{FOLDER}{os.sep}"
EXECUTE = {"execute", "executemany"}

#: The name of a file in the folder, and a line of it.
Line = tuple[str, int]


@dataclass(frozen=True)
class Statement:
    """A call that runs SQL: of `execute`, or of a method of the same class that runs the SQL it gets."""

    file: str
    method: str
    first_line: int
    last_line: int

    def __str__(self) -> str:
        return f"store/tables/{self.file}:{self.first_line} in {self.method}"

    def has_run(self, lines: Iterable[Line]) -> bool:
        """Return whether one of these lines is the call's."""
        return any(file == self.file and self.first_line <= line <= self.last_line for file, line in lines)


class StatementCoverage:
    """Records the lines of `store/tables/` that run a statement on PostgreSQL in this process."""

    def __init__(self) -> None:
        self.lines: set[Line] = set()

    def watch(self, connection: type[Any]) -> None:
        """Record from now on what is executed on connections of a class."""
        for name in EXECUTE:
            setattr(connection, name, self._recorded(getattr(connection, name)))

    def never_run(self, but: tuple[str, ...] = ()) -> list[Statement]:
        """Return the statements that have not run, except those of some tables or methods."""
        return [
            statement for statement in find_statements()
            if not statement.method.startswith(but) and not statement.has_run(self.lines)
        ]

    def _recorded(self, execute: Any) -> Any:
        @wraps(execute)
        def recorded(*arguments: Any) -> Any:
            here = currentframe()
            frame = here and here.f_back
            while frame is not None and (path := frame.f_code.co_filename).startswith(_FOLDER_PREFIX):
                self.lines.add((path[len(_FOLDER_PREFIX) :], frame.f_lineno))
                frame = frame.f_back
            return execute(*arguments)

        return recorded


def find_statements() -> list[Statement]:
    """Return every statement of `store/tables/`, in the order of the files and their lines."""
    found: list[Statement] = []
    for path in sorted(FOLDER.glob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef):
                found += _statements_of(path.name, node)
    return found


def _statements_of(file: str, table: ast.ClassDef) -> Iterator[Statement]:
    methods = [node for node in table.body if isinstance(node, ast.FunctionDef)]
    names, size = set(EXECUTE), 0
    while len(names) > size:
        size = len(names)
        names |= {method.name for method in methods if method.name.startswith("_") and any(_calls(method, names))}
    for method in methods:
        for call in _calls(method, names):
            yield Statement(file, f"{table.name}.{method.name}", call.lineno, call.end_lineno or call.lineno)


def _calls(method: ast.FunctionDef, names: set[str]) -> Iterator[ast.Call]:
    """Return the calls of `self._db.execute`, or of a method of `self`, with one of these names."""
    for node in ast.walk(method):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names:
            yield node
