"""Text as rows of cells: CSV as spreadsheets write it (RFC 4180 and what they add), or a list of addresses."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ....errors import Problem

#: What may part cells; where two part as well, the first does: names hold commas more often than bars.
SEPARATORS = ("\t", ";", "|", ",")
_TRIED_ROWS = 50
#: What stands further right is no list of people's.
_MOST_CELLS = 200
_TRIED_CHARS = 5_000
_ADDRESS = re.compile(r"[^\s@,;|]+@[^\s@,;|]+")
_DIRECTIVE = re.compile(r"\"?sep=(.)\"?[^\S\n]*(?:\n|\Z)", re.IGNORECASE)
#: What stands between receivers as mail programs write them: `Doe, Jane <jane@example.com>; Roe, Richard <r@...>`.
_BETWEEN_RECEIVERS = re.compile(r";|(?<=>),|(?<=> ),")


@dataclass(frozen=True)
class Row:
    """The cells of a row; `number` counts as a person does in a spreadsheet, `line` and `last_line` as in the text."""

    number: int
    cells: tuple[str, ...]
    line: int
    last_line: int


@dataclass(frozen=True)
class Table:
    """The rows in which something stands. `unclosed` is the row in which a quotation mark was opened and not closed."""

    rows: list[Row]
    separator: str | None
    unclosed: int | None = None


def read_table(text: str, known_name: Callable[[str], bool]) -> Table:
    """The rows of a text; `known_name` says whether a cell is a column's usual name. Raises `LIST_NOT_READABLE`."""
    receivers = _receivers(text)
    if receivers is not None:
        return Table(receivers, None)
    directive = _DIRECTIVE.match(text)
    begins_at = 1 if directive else 0
    lines = text.split("\n")[begins_at:]
    separator = directive[1] if directive else _separator(lines, known_name)
    try:
        return Table(_rows(lines, separator, begins_at, quoted=True), separator)
    except csv.Error:
        opened = _unclosed(lines)
    try:
        return Table(_rows(lines, separator, begins_at, quoted=False), separator, opened)
    except csv.Error:
        raise Problem("LIST_NOT_READABLE", "This is no list: it has a cell of more than 100,000 characters.") from None


def _rows(
    lines: Sequence[str], separator: str, begins_at: int, *, quoted: bool
) -> list[Row]:
    """Raises csv.Error for a quotation mark that is not closed, where cells may be quoted."""
    reader = csv.reader(
        (f"{line}\n" for line in lines), delimiter=separator,
        quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE, skipinitialspace=separator != "\t",
    )
    rows, line = [], 0
    for number, cells in enumerate(reader, start=1):
        last = reader.line_num - 1
        if not quoted:
            cells = [cell.strip().strip('"') for cell in cells]
        if any(cell.strip() for cell in cells):
            rows.append(Row(number, tuple(cells[:_MOST_CELLS]), line + begins_at, last + begins_at))
        line = last + 1
    if quoted and rows and _is_unclosed(lines[rows[-1].line - begins_at:], separator):
        raise csv.Error("a quotation mark is not closed")
    return rows


def _is_unclosed(lines: Iterable[str], separator: str) -> bool:
    """Whether the last row goes on at the end of the text."""
    reader = csv.reader([f"{line}\n" for line in lines], delimiter=separator, strict=True,
                        skipinitialspace=separator != "\t")
    try:
        list(reader)
    except csv.Error as fault:
        return "end of data" in str(fault)
    return False


def _unclosed(lines: Sequence[str]) -> int:
    """The first row whose quotation marks have no partner."""
    return next((number for number, line in enumerate(lines, start=1) if line.count('"') % 2), len(lines))


def _separator(lines: Sequence[str], known_name: Callable[[str], bool]) -> str:
    """The one by which the first row holds names of columns, cells are whole addresses, and rows are of one length."""
    sample = [line[:_TRIED_CHARS] for line in lines if line.strip()][:_TRIED_ROWS]

    def fitness(separator: str) -> tuple[int, int, int]:
        try:
            rows = [row for row in csv.reader(sample, delimiter=separator, skipinitialspace=True) if row]
        except csv.Error:
            return (0, 0, 0)
        widths = Counter(len(row) for row in rows)
        width, count = max(widths.items(), key=lambda item: (item[0] > 1, item[1]), default=(1, 0))
        addresses = sum(_ADDRESS.fullmatch(cell.strip()) is not None for row in rows for cell in row)
        return (sum(map(known_name, rows[0])) if rows else 0, addresses, count if width > 1 else 0)

    best = max(SEPARATORS, key=fitness)
    return best if fitness(best) > (0, 0, 0) else ","


def _receivers(text: str) -> list[Row] | None:
    """A row of name and address for each receiver; None for a text that is anything else."""
    entries: list[tuple[int, tuple[str, str]]] = []
    for at, line in enumerate(text.split("\n")):
        for part in _BETWEEN_RECEIVERS.split(line):
            for entry in _addresses_alone(part) or ([part] if part.strip() else []):
                receiver = _receiver(entry.strip())
                if receiver is None:
                    return None
                entries.append((at, receiver))
    one_a_line = max(Counter(line for line, _ in entries).values(), default=0) == 1
    return [
        Row(line + 1 if one_a_line else number, cells, line, line)
        for number, (line, cells) in enumerate(entries, start=1)
    ] or None


def _addresses_alone(part: str) -> list[str]:
    """The addresses of `a@x.example, b@x.example`; none where anything else stands there."""
    found = part.replace(",", " ").split()
    return found if found and all("@" in line and "<" not in line for line in found) else []


def _receiver(entry: str) -> tuple[str, str] | None:
    if "<" not in entry:
        return None if re.search(r"[\s|,]", entry) or "@" not in entry else ("", entry)
    name, _, rest = entry.partition("<")
    address, closed, behind = rest.partition(">")
    if not closed or behind.strip() or "@" not in address or re.search(r"[\d\t|]", name):
        return None
    return name.strip().strip("\"'").strip(), address
