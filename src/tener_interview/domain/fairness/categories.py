"""Read a list of candidates and their categories. Nothing of it is kept, and no error repeats what is in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

from ...errors import Problem
from ...lazy_dataclass import dataclass
from ..candidates.lists.cells import clean_cell, has_extra_cells, parse_id
from ..candidates.lists.columns import is_known_header, kind_of_header
from ..candidates.lists.decoding import decode
from ..candidates.lists.table import Row, read_table

MAX_ROWS = 20_000
MAX_COLUMNS = 4
#: More different values than this are not categories.
MAX_CATEGORIES = 40
#: Names longer than this are cut.
_MAX_CHARS = 80
_LARGEST_ID = 2**53 - 1
#: Columns that are ignored, because a list of candidates may have them and they are no categories.
_PERSONAL = ("full_name", "first_name", "middle_name", "last_name", "email", "either")
#: The headings by which a candidate is found, and what they are called; the first that a list has counts.
_KEYS: Mapping[str, str] = {"candidate_id": "candidate ids", "email": "e-mail addresses", "full_name": "names"}
_EXAMPLE = "The first row has to name the columns, for example: candidate_id, sex, ethnicity."

#: A candidate's category in each column; None if it is unknown.
Categories = tuple[str | None, ...]
#: Returns the ids of the candidates who have an `email` or exactly a `full_name`.
FindCandidates = Callable[[str, str], Sequence[int]]


@dataclass(frozen=True)
class RowFault:
    """A row that was left out, by its number in a spreadsheet, and why."""

    row: int
    fault: str


@dataclass(frozen=True)
class CategoryList:
    """The names of the columns with categories, and every candidate's categories.

    `ignored` counts columns with names and e-mail addresses; `rows` those below the headings; `repeated` those that
    repeat a candidate with the same categories.
    """

    columns: tuple[str, ...]
    by_candidate: Mapping[int, Categories]
    rows: int
    repeated: int
    ignored: int
    faults: Sequence[RowFault]
    encoding: str
    guessed: bool


def read_categories(
    raw: bytes, encoding: str | None, find: FindCandidates = lambda _kind, _value: ()
) -> CategoryList:
    """Read a list; without a column of ids, `find` says whom a row means. A faulty row does not affect others. Raises
    `LIST_NOT_READABLE` if it is not such a list."""
    decoded = decode(raw, encoding)
    table = read_table(decoded.text, is_known_header)
    if not table.rows:
        raise _unreadable_problem(f"The list is empty. {_EXAMPLE}")
    if table.unclosed is not None:
        raise _unreadable_problem(f"In row {table.unclosed} a quotation mark is not closed.")
    header, rows = table.rows[0], table.rows[1:]
    key, columns, ignored = _find_columns(header)
    if not rows:
        raise _unreadable_problem("The list has headings and no rows.")
    if len(rows) > MAX_ROWS:
        raise _unreadable_problem(f"The list has {len(rows):,} rows; at most {MAX_ROWS:,} are read.")
    reader = _Reader(key, columns, len(header.cells), find)
    for row in rows:
        reader.read(row)
    for column, spellings in zip(columns, reader.spellings, strict=True):
        if len(spellings) > MAX_CATEGORIES:
            raise _unreadable_problem(
                f"Column {column + 1} has {len(spellings)} different values; at most {MAX_CATEGORIES} are categories."
            )
    names = tuple(clean_cell(header.cells[column])[:_MAX_CHARS] for column in columns)
    return CategoryList(
        names, reader.by_candidate, len(rows), reader.repeated, ignored, reader.faults, decoded.encoding,
        decoded.guessed,
    )


def is_unknown(category: str) -> bool:
    """Return whether a value says that the category is not known, in one of the common ways."""
    return category.casefold() in _unknown_words()


@dataclass(frozen=True)
class _Key:
    """The column that says whose row it is, and what it has, of `_KEYS`."""

    column: int
    kind: str


class _Reader:
    """Reads the rows of one list."""

    def __init__(self, key: _Key, columns: Sequence[int], width: int, find: FindCandidates) -> None:
        self._key = key
        self._find = find
        self._columns = columns
        self._width = width
        self._rows: dict[int, int] = {}
        self.by_candidate: dict[int, Categories] = {}
        self.faults: list[RowFault] = []
        self.repeated = 0
        #: Of each column, how each category was first written.
        self.spellings: list[dict[str, str]] = [{} for _ in columns]

    def read(self, row: Row) -> None:
        if has_extra_cells(row, self._width):
            return self._fail(row, "There are more cells than headings.")
        candidate_id = self._candidate(self._cell(row, self._key.column))
        if isinstance(candidate_id, str):
            return self._fail(row, candidate_id)
        categories = tuple(
            self._category(self._cell(row, column), spellings)
            for column, spellings in zip(self._columns, self.spellings, strict=True)
        )
        earlier = self.by_candidate.setdefault(candidate_id, categories)
        first = self._rows.setdefault(candidate_id, row.number)
        if first == row.number:
            return None
        if earlier != categories:
            return self._fail(row, f"Row {first} has the same candidate with other categories, and counts.")
        self.repeated += 1
        return None

    def _candidate(self, cell: str) -> int | str:
        """Return the id of whom a cell means, or why that is nobody."""
        if self._key.kind == "candidate_id":
            candidate_id = parse_id(cell)
            if candidate_id is None:
                return "There is no candidate id."
            if not isinstance(candidate_id, int) or not 1 <= candidate_id <= _LARGEST_ID:
                return "The candidate id is not a whole number above 0."
            return candidate_id
        found = self._find(self._key.kind, cell) if cell else ()
        if len(found) == 1:
            return found[0]
        return "Several candidates of this job fit." if found else "No candidate of this job fits."

    def _category(self, cell: str, spellings: dict[str, str]) -> str | None:
        if is_unknown(cell):
            return None
        name = cell[:_MAX_CHARS]
        return spellings.setdefault(name.casefold(), name)

    def _cell(self, row: Row, column: int) -> str:
        return clean_cell(row.cells[column]) if column < len(row.cells) else ""

    def _fail(self, row: Row, fault: str) -> None:
        self.faults.append(RowFault(row.number, fault))


def _find_columns(header: Row) -> tuple[_Key, list[int], int]:
    """Return the column that says whose row it is, those of categories, and the number of those that are ignored."""
    kinds = {column: kind_of_header(cell) for column, cell in enumerate(header.cells) if cell.strip()}
    kind = next((kind for kind in _KEYS if kind in kinds.values()), None)
    if kind is None:
        raise _unreadable_problem(
            f"No column has the heading of candidate ids, e-mail addresses or names. {_EXAMPLE}"
        )
    keys = [column for column, own_kind in kinds.items() if own_kind == kind]
    if len(keys) > 1:
        raise _unreadable_problem(f"{len(keys)} columns have the heading of {_KEYS[kind]}. {_EXAMPLE}")
    personal = [column for column, own_kind in kinds.items() if own_kind in _PERSONAL and column not in keys]
    columns = [column for column in kinds if column not in (*keys, *personal)]
    if not columns:
        raise _unreadable_problem(f"There is no column with categories. {_EXAMPLE}")
    if len(columns) > MAX_COLUMNS:
        raise _unreadable_problem(
            f"There are {len(columns)} columns with categories; at most {MAX_COLUMNS} are compared at once."
        )
    return _Key(keys[0], kind), columns, len(personal)


def _unreadable_problem(message: str) -> Problem:
    return Problem("LIST_NOT_READABLE", message, {"kind": "categories"})


@cache
def _unknown_words() -> frozenset[str]:
    words: list[str] = json.loads(Path(__file__).with_name("unknown.json").read_text("utf-8"))
    return frozenset(word.casefold() for word in words)
