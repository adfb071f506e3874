"""What the columns of a list hold: by the usual names in the first row, in any order, or by what stands in them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from ....languages.spelling import fold_text
from .table import Row, Table

#: The columns of a list, by what they hold; each may have more than one.
Columns = dict[str, list[int]]
#: Lists of people have no more columns than that.
_MOST_COLUMNS = 100
_TRIED_ROWS = 500
NAMES = ("full_name", "first_name", "middle_name", "last_name")
_ADDRESS = re.compile(r"[^\s@]@[^\s@]|[^\s@]\uff20[^\s@]")
_ID = re.compile(r"#?[1-9][0-9]{0,15}")


@dataclass(frozen=True)
class Layout:
    """The columns, how many there are, the rows below their names, and the names of columns that are not read."""

    columns: Columns
    width: int
    rows: list[Row]
    header: Row | None = None
    ignored: list[str] = field(default_factory=list)


def is_known_header(cell: str) -> bool:
    """Whether a cell is what a column of a list is usually called."""
    return _normalize(cell) in _known_headers()


def detect_layout(table: Table) -> Layout:
    """Find out what stands where."""
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
            taken = columns.get("email", [])
            whole = [
                place
                for place in unknown
                if place not in taken and _matching_share(rest, place, _looks_like_full_name) > 0.5
            ]
            columns |= {"full_name": whole[:1]} if whole else {}
        read = {place for places in columns.values() for place in places}
        width = max((place for place, cell in enumerate(first.cells, 1) if cell.strip()), default=0)
        ignored = [cell.strip() for place, cell in enumerate(first.cells) if place not in read and cell.strip()]
        return Layout(columns, width, rest, first, ignored)
    width = max(len(row.cells) for row in table.rows)
    return Layout(_columns_by_content(table.rows, range(min(width, _MOST_COLUMNS))), width, table.rows)


def _is_header(first: Row, rest: Sequence[Row]) -> bool:
    if any(_ADDRESS.search(cell) for cell in first.cells):
        return False
    if any(map(is_known_header, first.cells)):
        return not any(_ID.fullmatch(cell.strip()) for cell in first.cells)
    if any(_ID.fullmatch(cell.strip()) for cell in first.cells):
        return False
    # Names of columns that nobody has heard of stand over addresses all the same.
    return any(_matching_share(rest, place, _ADDRESS.search) > 0.5 for place in range(len(first.cells)))


def _columns_by_header(header: Row, rest: Sequence[Row]) -> tuple[Columns, list[int]]:
    """What each column holds by its name, and those whose name says nothing."""
    columns: Columns = {}
    unknown = []
    for place, cell in enumerate(header.cells[:_MOST_COLUMNS]):
        kind = _known_headers().get(_normalize(cell)) or _known_headers().get(re.sub(r" ?[0-9]$", "", _normalize(cell)))
        if kind is None:
            unknown.append(place)
        else:
            columns.setdefault(kind, []).append(place)
    if "email" not in columns:
        _move_addresses(columns, rest)
    return _resolve_ambiguous_names(columns), unknown


def _move_addresses(columns: Columns, rest: Sequence[Row]) -> None:
    """What is called after a person may hold nothing but her addresses, as `Contact` or `Candidate` does."""
    for kind in (*NAMES, "either"):
        addresses = [place for place in columns.get(kind, []) if _matching_share(rest, place, _is_only_address) > 0.5]
        columns.setdefault("email", []).extend(addresses)
        columns[kind] = [place for place in columns.get(kind, []) if place not in addresses]
    for kind in [kind for kind, places in columns.items() if not places]:
        del columns[kind]


def _resolve_ambiguous_names(columns: Columns) -> Columns:
    """`Nom` is a whole name by itself, and one part of it beside another; so are `Nombre`, `Name` and `Имя`. Beside a
    name that is whole without it, it says something else, as `Ad` does in English."""
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


def _columns_by_content(rows: Sequence[Row], places: Sequence[int], only: Sequence[str] = ()) -> Columns:
    """An address is told by its sign, an id by its digits; of the rest, the first that reads like names is one."""
    columns: Columns = {}
    left = list(places)
    for kind, is_it in (("email", _ADDRESS.search), ("candidate_id", _ID.fullmatch)):
        shares = {place: _matching_share(rows, place, is_it) for place in left}
        best = max(shares, key=lambda place: (shares[place], -place), default=None)
        if (not only or kind in only) and best is not None and shares[best] > 0.5:
            columns[kind] = [best]
            left.remove(best)
    if only:
        return columns
    texts = [place for place in left if _matching_share(rows, place, _looks_like_name) > 0.5]
    if len(texts) > 1 and texts[1] == texts[0] + 1 and _are_single_words(rows, texts[:2]):
        columns |= {"first_name": [texts[0]], "last_name": [texts[1]]}
    elif texts:
        columns["full_name"] = [texts[0]]
    return columns


def _matching_share(rows: Sequence[Row], place: int, is_it: Callable[[str], object]) -> float:
    cells = [cell for row in rows[:_TRIED_ROWS] if place < len(row.cells) and (cell := row.cells[place].strip())]
    return sum(bool(is_it(cell)) for cell in cells) / len(cells) if cells else 0.0


def _is_only_address(cell: str) -> bool:
    """Addresses with no name beside them."""
    return _ADDRESS.search(cell) is not None and " " not in re.sub(r"[,;/|]\s+", ",", cell.strip())


def _looks_like_name(cell: str) -> bool:
    return "@" not in cell and sum(map(str.isalpha, cell)) > sum(map(str.isdigit, cell))


def _looks_like_full_name(cell: str) -> bool:
    return _looks_like_name(cell) and len(cell.split()) in (2, 3, 4) and not re.search(r"\d", cell)


def _are_single_words(rows: Sequence[Row], places: Sequence[int]) -> bool:
    return all(_matching_share(rows, place, lambda cell: len(cell.split()) == 1) > 0.6 for place in places)


@cache
def _known_headers() -> dict[str, str]:
    """What a column holds, by its usual names."""
    names: dict[str, str] = json.loads(Path(__file__).with_name("headers.json").read_text("utf-8"))
    return {_normalize(name): kind for kind, listed in names.items() for name in listed.split("|")}


def _normalize(name: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", fold_text(name)).split())
