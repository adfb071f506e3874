"""Rows as a sheet (CSV), in which no spreadsheet finds a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO

from ..web.response import Response

#: Where a spreadsheet would find a formula: at the start of a cell, or of what is one to a spreadsheet that separates
#: cells otherwise, as those do where a comma is the decimal mark; wide forms count too (OWASP, CSV Injection).
_FORMULA_START = re.compile("(^|[;|\t])(?=\\s*[=+@\uff1d\uff0b\uff0d\uff20\t\r-])")


def sheet_response(
    columns: Sequence[str], rows: Iterable[Mapping[str, Any]], file_name: str, *, for_person: bool
) -> Response:
    """A file for a program, or for a person, whose spreadsheet takes UTF-8 for what it is by a byte order mark only."""
    out = io.StringIO()
    write_csv(out, columns, rows)
    headers = {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{file_name}"',
    }
    return Response(200, out.getvalue().encode("utf-8-sig" if for_person else "utf-8"), headers)


def write_csv(out: TextIO, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """A line for the columns and one for each row, in which no spreadsheet finds a formula."""
    import csv  # costs a start-up more than a download

    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_defused(row.get(name)) for name in columns] for row in rows)


def _defused(cell: Any) -> Any:
    """A text that a spreadsheet would run as a formula, made plain by an apostrophe before it; a list as one line."""
    cell = ", ".join(cell) if isinstance(cell, list) else cell
    return _FORMULA_START.sub(r"\1'", cell) if isinstance(cell, str) else cell
