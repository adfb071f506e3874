"""What commands that write a sheet ask about it, in the words of the API."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Mapping
from typing import Any, TextIO

from ..api.sheet import DECIMAL_MARKS, DELIMITERS, SheetForm, write_csv


def sheet_arguments(parser: ArgumentParser) -> None:
    """Let a command be told how its sheet is to be written."""
    words = {"\t": "a tab", "tab": "a tab"}
    told = ", ".join(dict.fromkeys(words.get(each, each) for each in DELIMITERS))
    parser.add_argument("--delimiter", choices=tuple(DELIMITERS), default=",", metavar="MARK",
                        help=f"of csv, between the cells: {told} (,)")
    parser.add_argument("--decimal", choices=DECIMAL_MARKS, default=".", help="of csv, the decimal mark (.)")
    parser.add_argument("--bom", action="store_true", help="of csv, begin with the mark by which Excel knows UTF-8")


def write_sheet(
    out: TextIO, columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]], arguments: Namespace
) -> None:
    """The sheet, written as the command was told."""
    if arguments.bom:
        out.write("\ufeff")
    write_csv(out, columns, rows, SheetForm(DELIMITERS[arguments.delimiter], arguments.decimal))
