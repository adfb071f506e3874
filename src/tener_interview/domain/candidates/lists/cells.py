"""One row of a list as what it says of a candidate: id, name, addresses, tidied of what spreadsheets and mail add."""

# ruff: noqa: RUF001 - marks that look alike are what this is about

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from .columns import Columns
from .table import Row

_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"“”„|]+@[^\s<>()\[\],;:\"“”„|@]+")
_AROUND = ".,;:'’‘`*<>"
_NOTHING = frozenset({
    "-", "--", "–", "—", "n/a", "na", "none", "null", "nil", "?", "unknown", "keine", "k.a.", "k. a.", "ninguno",
    "aucun", "нет", "não", "tbd", "#n/a", "#nv", "x",
})
#: What a list in a document begins its lines with.
_NUMBERING = re.compile(r"^(?:[•·▪◦*–-]+|[0-9]{1,4}[.)])\s+")
_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff]")


@dataclass(frozen=True)
class RowValues:
    """What a row says: the id as a number, or as the text that is none; every address that stands there."""

    candidate_id: int | str | None
    name: str | None
    emails: tuple[str, ...]


def read_row(row: Row, columns: Columns) -> RowValues:
    """What the row says in these columns."""
    first, middle, last = (
        _join_cells(row, columns.get(kind, [])) for kind in ("first_name", "middle_name", "last_name")
    )
    whole = next(iter(_cells(row, columns.get("full_name", []))), "")
    name = _full_name(first, middle, last) if first and last else whole or _full_name(first, middle, last)
    name = _NUMBERING.sub("", name)
    emails: list[str] = []
    for cell in _cells(row, columns.get("email", [])):
        found, named = _parse_addresses(cell)
        emails += found
        name = name or named
    if not emails:
        # A name may bring its address along.
        found, named = _parse_addresses(name) if "@" in name else ([], name)
        emails, name = found, named
    return RowValues(
        _parse_id(next(iter(_cells(row, columns.get("candidate_id", []))), "")),
        name or None,
        _without_duplicates(emails),
    )


def has_extra_cells(row: Row, width: int) -> bool:
    """Whether a row has more cells than there are columns."""
    return any(cell.strip() for cell in row.cells[width:])


def _cells(row: Row, places: Iterable[int]) -> list[str]:
    cells = (_clean_cell(row.cells[place]) for place in places if place < len(row.cells))
    return [cell for cell in cells if cell and cell.casefold() not in _NOTHING]


def _clean_cell(cell: str) -> str:
    """On one line, without what is not seen, and without Excel's way to write text: `="007"`, `'007`."""
    text = " ".join(_UNSEEN.sub("", cell).split())
    excel = re.fullmatch(r"=\"(.*)\"", text)
    return (excel[1] if excel else text).strip()


def _join_cells(row: Row, places: Iterable[int]) -> str:
    return " ".join(_cells(row, places))


def _full_name(first: str, middle: str, last: str) -> str:
    parts = [part for part in (first, middle, last) if part]
    if first and last and all(unicodedata.name(letter, "").startswith(("CJK", "HANGUL")) for letter in first + last):
        return last + first
    return " ".join(parts)


def _parse_id(cell: str) -> int | str | None:
    """A whole number as spreadsheets write it: full-width, with a sign of number before it, with a decimal zero."""
    text = unicodedata.normalize("NFKC", cell).strip().removeprefix("'").removeprefix("#").strip()
    found = re.fullmatch(r"([0-9]{1,18})(?:[.,]0+)?", text, re.ASCII)
    return int(found[1]) if found else (text or None)


def _parse_addresses(cell: str) -> tuple[list[str], str]:
    """The addresses in a cell, and the name beside one; what is no address comes back as it is, to be told as one."""
    text = re.sub(r"\s*@\s*", "@", unicodedata.normalize("NFKC", cell))
    text = re.sub(r"(?i)\bmailto:|\bsmtp:", "", text)
    found = [address for match in _ADDRESS.findall(text) if (address := match.partition("?")[0].strip(_AROUND))]
    if not found:
        return [cell], ""
    named = re.match(r"\s*\"?([^<\"@]*?)\"?\s*<", text)
    rest = _ADDRESS.sub(" ", text).strip(" <>()[],;:\"'.|/") if len(found) == 1 else ""
    if rest and not (named or re.search(r"[(<\[]", text)):
        # A single word beside it may be a part of the address, behind a blank: not for this service to mend.
        name = rest.strip(" -–—:\t")
        return (found, name) if re.fullmatch(r"[^\W\d_]\S*( [^\W\d_]\S*)+", name) else ([cell], "")
    return found, named[1].strip() if named else ""


def _without_duplicates(emails: Iterable[str]) -> tuple[str, ...]:
    return tuple({email.casefold(): email for email in reversed(list(emails))}.values())[::-1]
