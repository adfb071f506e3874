"""Split text into rows and cells: CSV as spreadsheets write it (RFC 4180 with extensions), or a list of recipients."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from ....errors import Problem
from ....lazy_dataclass import dataclass
from ....regex import regex

#: Possible delimiters, in order of preference: names contain commas more often than bars.
SEPARATORS = ("\t", ";", "|", ",")
#: Rows, and characters of each, examined to find the delimiter.
_SAMPLE_ROWS, _SAMPLE_CHARS = 50, 5_000
#: Cells further right are ignored.
_MAX_CELLS = 200
_ADDRESS = regex(r"[^\s@,;|]+@[^\s@,;|]+")
_DIRECTIVE = regex(r"\"?sep=(.)\"?[^\S\n]*(?:\n|\Z)", re.IGNORECASE)
#: Delimiters of recipients, as mail programs write them: `Doe, Jane <jane@example.com>; Roe, Richard <r@...>`.
_RECIPIENT_DELIMITER = regex(r";|(?<=>),|(?<=> ),")


@dataclass(frozen=True)
class Row:
    """A row of cells. `number` is its number in a spreadsheet, from 1; `line` and `last_line` are its lines in the
    text, from 0."""

    number: int
    cells: tuple[str, ...]
    line: int
    last_line: int


@dataclass(frozen=True)
class Table:
    """The rows that are not empty. `unclosed` is the number of a row whose quotation mark is not closed."""

    rows: list[Row]
    separator: str | None
    unclosed: int | None = None


def read_table(text: str, is_heading: Callable[[str], bool]) -> Table:
    """Split a text into rows; `is_heading` tells whether a cell is a common heading. Raises `LIST_NOT_READABLE`."""
    recipients = _recipients(text)
    if recipients is not None:
        return Table(recipients, None)
    directive = _DIRECTIVE.match(text)
    first_line = 1 if directive else 0
    lines = text.split("\n")[first_line:]
    separator = directive[1] if directive else _separator(lines, is_heading)
    try:
        return Table(_rows(lines, separator, first_line, quoted=True), separator)
    except csv.Error:
        unclosed = _unclosed_row(lines)
    try:
        return Table(_rows(lines, separator, first_line, quoted=False), separator, unclosed)
    except csv.Error:
        raise Problem("LIST_NOT_READABLE", "This is not a list: a cell has more than 100,000 characters.") from None


def _rows(
    lines: Sequence[str], separator: str, first_line: int, *, quoted: bool
) -> list[Row]:
    """Raises csv.Error if cells may be quoted and a quotation mark is not closed."""
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
            rows.append(Row(number, tuple(cells[:_MAX_CELLS]), line + first_line, last + first_line))
        line = last + 1
    if quoted and rows and _is_unclosed(lines[rows[-1].line - first_line:], separator):
        raise csv.Error("a quotation mark is not closed")
    return rows


def _is_unclosed(lines: Iterable[str], separator: str) -> bool:
    """Return whether the last row is not finished at the end of the text."""
    reader = csv.reader([f"{line}\n" for line in lines], delimiter=separator, strict=True,
                        skipinitialspace=separator != "\t")
    try:
        list(reader)
    except csv.Error as fault:
        return "end of data" in str(fault)
    return False


def _unclosed_row(lines: Sequence[str]) -> int:
    """Return the number of the first line with an odd number of quotation marks."""
    return next((number for number, line in enumerate(lines, start=1) if line.count('"') % 2), len(lines))


def _separator(lines: Sequence[str], is_heading: Callable[[str], bool]) -> str:
    """Return the delimiter that results in the most headings, whole addresses, and rows of equal length."""
    sample = [line[:_SAMPLE_CHARS] for line in lines if line.strip()][:_SAMPLE_ROWS]

    def fitness(separator: str) -> tuple[int, int, int]:
        try:
            rows = [row for row in csv.reader(sample, delimiter=separator, skipinitialspace=True) if row]
        except csv.Error:
            return (0, 0, 0)
        widths = Counter(len(row) for row in rows)
        width, count = max(widths.items(), key=lambda item: (item[0] > 1, item[1]), default=(1, 0))
        addresses = sum(_ADDRESS.fullmatch(cell.strip()) is not None for row in rows for cell in row)
        return (sum(map(is_heading, rows[0])) if rows else 0, addresses, count if width > 1 else 0)

    best = max(SEPARATORS, key=fitness)
    return best if fitness(best) > (0, 0, 0) else ","


def _recipients(text: str) -> list[Row] | None:
    """Return a row with name and address for each recipient; None if the text is anything but recipients."""
    entries: list[tuple[int, tuple[str, str]]] = []
    for at, line in enumerate(text.split("\n")):
        for part in _RECIPIENT_DELIMITER.split(line):
            for entry in _bare_addresses(part) or ([part] if part.strip() else []):
                recipient = _recipient(entry.strip())
                if recipient is None:
                    return None
                entries.append((at, recipient))
    one_per_line = max(Counter(line for line, _ in entries).values(), default=0) == 1
    return [
        Row(line + 1 if one_per_line else number, cells, line, line)
        for number, (line, cells) in enumerate(entries, start=1)
    ] or None


def _bare_addresses(part: str) -> list[str]:
    """Return the addresses of `a@x.example, b@x.example`; none if there is anything else."""
    words = part.replace(",", " ").split()
    return words if all("@" in word and "<" not in word for word in words) else []


def _recipient(entry: str) -> tuple[str, str] | None:
    if "<" not in entry:
        return None if re.search(r"[\s|,]", entry) or "@" not in entry else ("", entry)
    name, _, rest = entry.partition("<")
    address, closed, behind = rest.partition(">")
    if not closed or behind.strip() or "@" not in address or re.search(r"[\d\t|]", name):
        return None
    return name.strip().strip("\"'").strip(), address
