"""The streams of a command: its result goes to stdout, everything else to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

#: Reports progress: the number of items done, and of all items.
ReportProgress = Callable[[int, int], None]


class Terminal:
    """One command's streams. With `as_json` both results and errors are JSON."""

    def __init__(self, *, as_json: bool, stdin: TextIO, stdout: TextIO, stderr: TextIO) -> None:
        self.as_json = as_json
        self.stdout = stdout
        self._stdin = stdin
        self._stderr = stderr

    def result(self, content: Mapping[str, Any], *lines: str) -> None:
        """Print the result: as JSON, or as lines for a person."""
        print(json.dumps(content, ensure_ascii=False, indent=2) if self.as_json else "\n".join(lines), file=self.stdout)

    def refuse(self, heading: str, faults: Sequence[str], **more: Any) -> None:
        """Print why the command did not run."""
        if self.as_json:
            error = " ".join(faults) if len(faults) == 1 else heading
            content = {"error": error, "faults": list(faults), **more}
            print(json.dumps(content, ensure_ascii=False, indent=2), file=self._stderr)
        else:
            print(heading, *(f"  {value}" for value in faults), sep="\n", file=self._stderr)

    def ask(self, question: str) -> bool | None:
        """Ask a yes-or-no question; None if there is no person to ask."""
        if not self._stdin.isatty():
            return None
        print(f"{question} Type yes: ", end="", file=self._stderr, flush=True)
        return self._stdin.readline().strip().lower() == "yes"

    @contextmanager
    def progress(self, activity: str) -> Iterator[ReportProgress]:
        """Show progress on a terminal, in one line that disappears afterwards; elsewhere show nothing."""
        if not self._stderr.isatty():
            yield lambda _number, _total: None
            return
        try:
            yield lambda done, total: print(
                f"\r\033[K{activity} {done} of {total}", end="", file=self._stderr, flush=True
            )
        finally:
            print("\r\033[K", end="", file=self._stderr, flush=True)


def count_of(number: int, singular: str, plural: str = "") -> str:
    """`1 session`, `2 sessions`; `plural` is for irregular plurals."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"


def standard_terminal(*, as_json: bool) -> Terminal:
    """The process's own streams."""
    return Terminal(as_json=as_json, stdin=sys.stdin, stdout=sys.stdout, stderr=sys.stderr)


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """Lines of aligned cells. None is shown as a dash; characters that cannot be displayed are removed."""
    cells = [list(headings), *([_cell(value) for value in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]


def _cell(value: object) -> str:
    return "-" if value is None else "".join(value for value in str(value) if value.isprintable())
