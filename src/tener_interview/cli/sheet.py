"""Options of commands that write CSV, with the API's names."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Mapping
from typing import Any, TextIO

from ..api.csv_sheet import DECIMAL_MARKS, DELIMITERS, SheetForm, write_csv


def add_sheet_arguments(parser: ArgumentParser) -> None:
    """Add the options for the format of the CSV."""
    names = {"\t": "a tab", "tab": "a tab"}
    mark_names = ", ".join(dict.fromkeys(names.get(mark, mark) for mark in DELIMITERS))
    parser.add_argument("--delimiter", choices=tuple(DELIMITERS), default=",", metavar="MARK",
                        help=f"of csv, between the cells: {mark_names} (,)")
    parser.add_argument("--decimal", choices=DECIMAL_MARKS, default=".", help="of csv, the decimal mark (.)")
    parser.add_argument(
        "--bom", action="store_true", help="of csv, begin with a byte order mark, so that Excel reads UTF-8"
    )


def write_sheet(
    out: TextIO, columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]], arguments: Namespace
) -> None:
    """Write the CSV in the format of the arguments."""
    if arguments.bom:
        out.write("\ufeff")
    write_csv(out, columns, rows, SheetForm(DELIMITERS[arguments.delimiter], arguments.decimal))
