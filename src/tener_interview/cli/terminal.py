"""Where a command speaks: its result goes to stdout, everything else to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

#: Told how many of how many are done.
Tell = Callable[[int, int], None]


class Terminal:
    """One command's streams. `as_json`: what it has to say is JSON, results and errors alike."""

    def __init__(self, *, as_json: bool, stdin: TextIO, stdout: TextIO, stderr: TextIO) -> None:
        self.as_json = as_json
        self.stdout = stdout
        self._stdin = stdin
        self._stderr = stderr

    def result(self, content: Mapping[str, Any], *lines: str) -> None:
        """What the command was asked for: the content as JSON, or the lines for a person."""
        print(json.dumps(content, ensure_ascii=False, indent=2) if self.as_json else "\n".join(lines), file=self.stdout)

    def refuse(self, heading: str, faults: Sequence[str], **more: Any) -> None:
        """Why the command did not do what it was asked to."""
        if self.as_json:
            error = " ".join(faults) if len(faults) == 1 else heading
            said = {"error": error, "faults": list(faults), **more}
            print(json.dumps(said, ensure_ascii=False, indent=2), file=self._stderr)
        else:
            print(heading, *(f"  {each}" for each in faults), sep="\n", file=self._stderr)

    def ask(self, question: str) -> bool | None:
        """Whether a person says yes; None where there is none to ask."""
        if not self._stdin.isatty():
            return None
        print(f"{question} Type yes: ", end="", file=self._stderr, flush=True)
        return self._stdin.readline().strip().lower() == "yes"

    @contextmanager
    def progress(self, doing: str) -> Iterator[Tell]:
        """Says on a terminal how far something is, on one line that is gone afterwards; nothing elsewhere."""
        if not self._stderr.isatty():
            yield lambda _done, _total: None
            return
        try:
            yield lambda done, total: print(f"\r\033[K{doing} {done} of {total}", end="", file=self._stderr, flush=True)
        finally:
            print("\r\033[K", end="", file=self._stderr, flush=True)


def counted(number: int, one: str, many: str = "") -> str:
    """`1 session`, `2 sessions`; `many` is for what is not counted with an s."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def standard(*, as_json: bool) -> Terminal:
    """The process's own streams."""
    return Terminal(as_json=as_json, stdin=sys.stdin, stdout=sys.stdout, stderr=sys.stderr)


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """Lines with the cells under each other; what nobody knows is a dash, what no terminal should get is left out."""
    cells = [list(headings), *([_cell(each) for each in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]


def _cell(value: object) -> str:
    return "-" if value is None else "".join(each for each in str(value) if each.isprintable())
