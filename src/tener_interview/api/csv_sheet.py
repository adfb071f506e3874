"""Write rows as CSV in which no cell is a formula to a spreadsheet."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any, Protocol, TextIO

from ..lazy_dataclass import dataclass
from ..regex import regex
from ..web.request import Request
from ..web.response import Response
from ..web.shape import OneOf, optional

#: Where a formula may start: at the beginning of a cell, or after a delimiter of another kind, because the reader's
#: spreadsheet may split cells there. Full-width characters count as well (OWASP, CSV Injection).
_FORMULA_START = {
    delimiter: regex(f"(^|[{separators}])(?=\\s*[=+@\uff1d\uff0b\uff0d\uff20\t\r-])")
    for delimiter, separators in ((",", ";|\t"), (";", ",;|\t"), ("\t", ",;|\t"))
}
#: Delimiters by the value of the query parameter.
DELIMITERS = {",": ",", ";": ";", "\t": "\t", "tab": "\t"}
DECIMAL_MARKS = (".", ",")


@dataclass(frozen=True)
class SheetForm:
    """The delimiter and decimal mark that the reader's spreadsheet expects; both depend on the country."""

    delimiter: str = ","
    decimal: str = "."


class SheetQuery(Protocol):
    """The query of a route that answers CSV, with the fields declared here."""

    @property
    def delimiter(self) -> str: ...
    @property
    def decimal(self) -> str: ...
    @property
    def bom(self) -> str | None: ...


def format_field() -> Any:
    """Declare the query parameter `format`."""
    return optional(OneOf(("json", "csv")), "json", "`csv` for a spreadsheet")


def delimiter_field() -> Any:
    """Declare the query parameter `delimiter`."""
    return optional(OneOf(tuple(DELIMITERS)), ",", "between the cells of the CSV; a tab may be written as `tab`")


def decimal_field() -> Any:
    """Declare the query parameter `decimal`."""
    return optional(OneOf(DECIMAL_MARKS), ".", "the decimal mark of numbers in the CSV")


def bom_field() -> Any:
    """Declare the query parameter `bom`."""
    return optional(
        OneOf(("true", "false")),
        description="whether the CSV begins with the byte order mark that Excel needs; default: only for browsers",
    )


def sheet_response(
    columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]], file_name: str, query: SheetQuery, request: Request
) -> Response:
    """Return a file to download, in the form that was asked for. Excel recognizes UTF-8 only by a byte order mark."""
    bom = request.wants_html if query.bom is None else query.bom == "true"
    out = io.StringIO()
    write_csv(out, columns, rows, SheetForm(DELIMITERS[query.delimiter], query.decimal))
    headers = {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{file_name}"',
    }
    return Response(200, out.getvalue().encode("utf-8-sig" if bom else "utf-8"), headers)


def write_csv(
    out: TextIO, columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]], form: SheetForm
) -> None:
    """Write a line with the headings and one line per row. `columns` maps the fields of a row to their headings."""
    import csv  # imported here, because it would slow every start

    writer = csv.writer(out, delimiter=form.delimiter)
    writer.writerow(columns.values())
    writer.writerows([_cell(row.get(name), form) for name in columns] for row in rows)


def _cell(value: Any, form: SheetForm) -> Any:
    """Return the text of a cell: a list, or scores by name, as one line, with an apostrophe before whatever could be
    read as a formula."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(value).replace(".", form.decimal)
    if isinstance(value, dict):
        value = [f"{name} {_cell(score, form)}" for name, score in value.items() if score is not None]
    value = ", ".join(value) if isinstance(value, list) else value
    return _FORMULA_START[form.delimiter].sub(r"\1'", value) if isinstance(value, str) else value
