"""The columns of a list, recognised by common headings in any order, or by their content."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import field
from functools import cache
from pathlib import Path

from ....languages.spelling import fold_text
from ....lazy_dataclass import dataclass
from ....regex import regex
from .table import Row, Table

#: Indexes of columns by kind; a kind may have several columns.
Columns = dict[str, list[int]]
#: Columns beyond this are ignored.
_MAX_COLUMNS = 100
#: Rows examined to recognise columns by their content.
_SAMPLE_ROWS = 500
NAMES = ("full_name", "first_name", "middle_name", "last_name")
_ADDRESS = regex(r"[^\s@]@[^\s@]|[^\s@]\uff20[^\s@]")
_ID = regex(r"#?[1-9][0-9]{0,15}")


@dataclass(frozen=True)
class Layout:
    """The columns, their number, the rows below the header, and the headings of ignored columns."""

    columns: Columns
    width: int
    rows: list[Row]
    header: Row | None = None
    ignored: list[str] = field(default_factory=list)


def is_known_header(cell: str) -> bool:
    """Return whether a cell is a common heading."""
    return kind_of_header(cell) is not None


def kind_of_header(cell: str) -> str | None:
    """Return the kind of column that a common heading is of; None for any other."""
    return _known_headers().get(_normalize(cell))


def detect_layout(table: Table) -> Layout:
    """Recognise the header and the columns of a table."""
    if not table.rows:
        return Layout({}, 0, [])
    if table.separator is None:
        return Layout({"full_name": [0], "email": [1]}, 2, table.rows)
    first, rest = table.rows[0], table.rows[1:]
    if _is_header(first, rest):
        columns, unknown = _columns_by_header(first, rest)
        if "email" not in columns:
            columns |= _columns_by_content(rest, unknown, only=("email",))
        if not any(name in columns for name in NAMES):
            email_columns = columns.get("email", [])
            name_columns = [
                index
                for index in unknown
                if index not in email_columns and _matching_share(rest, index, _looks_like_full_name) > 0.5
            ]
            columns |= {"full_name": name_columns[:1]} if name_columns else {}
        read = {index for indexes in columns.values() for index in indexes}
        width = max((index for index, cell in enumerate(first.cells, 1) if cell.strip()), default=0)
        ignored = [cell.strip() for index, cell in enumerate(first.cells) if index not in read and cell.strip()]
        return Layout(columns, width, rest, first, ignored)
    width = max(len(row.cells) for row in table.rows)
    return Layout(_columns_by_content(table.rows, range(min(width, _MAX_COLUMNS))), width, table.rows)


def _is_header(first: Row, rest: Sequence[Row]) -> bool:
    if any(_ADDRESS.search(cell) for cell in first.cells):
        return False
    if any(map(is_known_header, first.cells)):
        return not any(_ID.fullmatch(cell.strip()) for cell in first.cells)
    if any(_ID.fullmatch(cell.strip()) for cell in first.cells):
        return False
    # A row of unknown headings above a column of addresses is a header.
    return any(_matching_share(rest, index, _ADDRESS.search) > 0.5 for index in range(len(first.cells)))


def _columns_by_header(header: Row, rest: Sequence[Row]) -> tuple[Columns, list[int]]:
    """Return the columns with known headings, and the indexes of the others."""
    columns: Columns = {}
    unknown = []
    for index, cell in enumerate(header.cells[:_MAX_COLUMNS]):
        kind = _known_headers().get(_normalize(cell)) or _known_headers().get(re.sub(r" ?[0-9]$", "", _normalize(cell)))
        if kind is None:
            unknown.append(index)
        else:
            columns.setdefault(kind, []).append(index)
    if "email" not in columns:
        _move_addresses(columns, rest)
    return _resolve_ambiguous_names(columns), unknown


def _move_addresses(columns: Columns, rest: Sequence[Row]) -> None:
    """Treat columns with a heading for a person, such as `Contact`, as addresses if that is all they contain."""
    for kind in (*NAMES, "either"):
        addresses = [index for index in columns.get(kind, []) if _matching_share(rest, index, _is_only_address) > 0.5]
        columns.setdefault("email", []).extend(addresses)
        columns[kind] = [index for index in columns.get(kind, []) if index not in addresses]
    for kind in [kind for kind, indexes in columns.items() if not indexes]:
        del columns[kind]


def _resolve_ambiguous_names(columns: Columns) -> Columns:
    """Decide whether headings such as `Nom`, `Nombre`, `Name` and `Имя` mean the full name or, next to a column with
    another part of the name, the first or last name. Next to a full name they mean something else, as `Ad` in English.
    """
    either = columns.pop("either", [])
    first, last = "first_name" in columns, "last_name" in columns
    if either and first != last:
        columns["last_name" if first else "first_name"] = either
    elif either and not first and "full_name" not in columns:
        columns["full_name"] = either
    if "full_name" in columns and ("first_name" in columns) != ("last_name" in columns):
        missing = "last_name" if "first_name" in columns else "first_name"
        columns[missing] = columns.pop("full_name")
    if "first_name" in columns and "last_name" not in columns and "full_name" not in columns:
        columns["full_name"] = columns.pop("first_name")
    return columns


def _columns_by_content(rows: Sequence[Row], indexes: Sequence[int], only: Sequence[str] = ()) -> Columns:
    """Recognise addresses by their `@`, ids by their digits, and of the rest the first column that looks like names."""
    columns: Columns = {}
    remaining = list(indexes)
    for kind, matches in (("email", _ADDRESS.search), ("candidate_id", _ID.fullmatch)):
        shares = {index: _matching_share(rows, index, matches) for index in remaining}
        best = max(shares, key=lambda index: (shares[index], -index), default=None)
        if (not only or kind in only) and best is not None and shares[best] > 0.5:
            columns[kind] = [best]
            remaining.remove(best)
    if only:
        return columns
    texts = [index for index in remaining if _matching_share(rows, index, _looks_like_name) > 0.5]
    if len(texts) > 1 and texts[1] == texts[0] + 1 and _are_single_words(rows, texts[:2]):
        columns |= {"first_name": [texts[0]], "last_name": [texts[1]]}
    elif texts:
        columns["full_name"] = [texts[0]]
    return columns


def _matching_share(rows: Sequence[Row], index: int, matches: Callable[[str], object]) -> float:
    cells = [cell for row in rows[:_SAMPLE_ROWS] if index < len(row.cells) and (cell := row.cells[index].strip())]
    return sum(bool(matches(cell)) for cell in cells) / len(cells) if cells else 0.0


def _is_only_address(cell: str) -> bool:
    """Return whether a cell contains addresses and no name."""
    return _ADDRESS.search(cell) is not None and " " not in re.sub(r"[,;/|]\s+", ",", cell.strip())


def _looks_like_name(cell: str) -> bool:
    return "@" not in cell and sum(map(str.isalpha, cell)) > sum(map(str.isdigit, cell))


def _looks_like_full_name(cell: str) -> bool:
    return _looks_like_name(cell) and len(cell.split()) in (2, 3, 4) and not re.search(r"\d", cell)


def _are_single_words(rows: Sequence[Row], indexes: Sequence[int]) -> bool:
    return all(_matching_share(rows, index, lambda cell: len(cell.split()) == 1) > 0.6 for index in indexes)


@cache
def _known_headers() -> dict[str, str]:
    """Return the kind of column by its common headings."""
    headings: dict[str, str] = json.loads(Path(__file__).with_name("headers.json").read_text("utf-8"))
    return {_normalize(heading): kind for kind, names in headings.items() for heading in names.split("|")}


def _normalize(name: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", fold_text(name)).split())
