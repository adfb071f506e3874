"""The values of a row: id, name and addresses, cleaned of what spreadsheets and mail programs add."""

# ruff: noqa: RUF001 - similar-looking characters are needed here

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from ....lazy_dataclass import dataclass
from ....regex import regex
from .columns import Columns
from .table import Row

_ADDRESS = regex(r"[^\s<>()\[\],;:\"“”„|]+@[^\s<>()\[\],;:\"“”„|@]+")
_SURROUNDING_MARKS = ".,;:'’‘`*<>"
_EMPTY_VALUES = frozenset({
    "-", "--", "–", "—", "n/a", "na", "none", "null", "nil", "?", "unknown", "keine", "k.a.", "k. a.", "ninguno",
    "aucun", "нет", "não", "tbd", "#n/a", "#nv", "x",
})
#: Bullets and numbers at the beginning of lines.
_NUMBERING = regex(r"^(?:[•·▪◦*–-]+|[0-9]{1,4}[.)])\s+")
_INVISIBLE = regex("[\u00ad\u200b\u200e\u200f\u2060\ufeff]")


@dataclass(frozen=True)
class RowValues:
    """The values of a row: the id as a number, or as text if it is not a number; the name; all addresses."""

    candidate_id: int | str | None
    name: str | None
    emails: tuple[str, ...]


def read_row(row: Row, columns: Columns) -> RowValues:
    """Read the values of a row."""
    first, middle, last = (
        _join_cells(row, columns.get(kind, [])) for kind in ("first_name", "middle_name", "last_name")
    )
    whole = next(iter(_cells(row, columns.get("full_name", []))), "")
    name = _full_name(first, middle, last) if first and last else whole or _full_name(first, middle, last)
    name = _NUMBERING.sub("", name)
    emails: list[str] = []
    for cell in _cells(row, columns.get("email", [])):
        addresses, name_in_cell = _parse_addresses(cell)
        emails += addresses
        name = name or name_in_cell
    if not emails and "@" in name:
        # The name's cell may contain the address.
        emails, name = _parse_addresses(name)
    return RowValues(
        parse_id(next(iter(_cells(row, columns.get("candidate_id", []))), "")),
        name or None,
        _without_duplicates(emails),
    )


def has_extra_cells(row: Row, width: int) -> bool:
    """Return whether a row has more cells than there are columns."""
    return any(cell.strip() for cell in row.cells[width:])


def _cells(row: Row, indexes: Iterable[int]) -> list[str]:
    cells = (clean_cell(row.cells[index]) for index in indexes if index < len(row.cells))
    return [cell for cell in cells if cell and cell.casefold() not in _EMPTY_VALUES]


def clean_cell(cell: str) -> str:
    """Return a cell on one line, without invisible characters, and without Excel's notation for text: `="007"`."""
    text = " ".join(_INVISIBLE.sub("", cell).split())
    excel = re.fullmatch(r"=\"(.*)\"", text)
    return (excel[1] if excel else text).strip()


def _join_cells(row: Row, indexes: Iterable[int]) -> str:
    return " ".join(_cells(row, indexes))


def _full_name(first: str, middle: str, last: str) -> str:
    parts = [part for part in (first, middle, last) if part]
    if first and last and all(unicodedata.name(letter, "").startswith(("CJK", "HANGUL")) for letter in first + last):
        return last + first
    return " ".join(parts)


def parse_id(cell: str) -> int | str | None:
    """Parse a whole number as spreadsheets write it: full-width, with `#` or `'` before it, with decimal zeros."""
    text = unicodedata.normalize("NFKC", cell).strip().removeprefix("'").removeprefix("#").strip()
    match = re.fullmatch(r"([0-9]{1,18})(?:[.,]0+)?", text, re.ASCII)
    return int(match[1]) if match else (text or None)


def _parse_addresses(cell: str) -> tuple[list[str], str]:
    """Return the addresses in a cell, and the name next to a single one. A cell without a valid address is returned as
    the address, so that it is reported."""
    text = re.sub(r"\s*@\s*", "@", unicodedata.normalize("NFKC", cell))
    text = re.sub(r"(?i)\bmailto:|\bsmtp:", "", text)
    found = [match.partition("?")[0].strip(_SURROUNDING_MARKS) for match in _ADDRESS.findall(text)]
    addresses = [address for address in found if address]
    if not addresses:
        return [cell], ""
    name_before = re.match(r"\s*\"?([^<\"@]*?)\"?\s*<", text)
    rest = _ADDRESS.sub(" ", text).strip(" <>()[],;:\"'.|/") if len(addresses) == 1 else ""
    if rest and not (name_before or re.search(r"[(<\[]", text)):
        # A single word may be a part of the address that a blank has split off; do not guess.
        name = rest.strip(" -–—:\t")
        return (addresses, name) if re.fullmatch(r"[^\W\d_]\S*( [^\W\d_]\S*)+", name) else ([cell], "")
    return addresses, name_before[1].strip() if name_before else ""


def _without_duplicates(emails: Iterable[str]) -> tuple[str, ...]:
    return tuple({email.casefold(): email for email in reversed(list(emails))}.values())[::-1]
