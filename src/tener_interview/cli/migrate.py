"""`migrate`: copy a SQLite database into an empty PostgreSQL database."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from ..composition import audit_keys
from ..store.opening import copy_sqlite_file
from .command import OK, Command, Context
from .terminal import count_of


def _run(context: Context, arguments: Namespace) -> int:
    settings = context.settings("database_url", "database_password", "token_secret", "token_secret_previous")
    with context.terminal.progress("copying row") as report_progress:
        copy = copy_sqlite_file(arguments.path, settings, report_progress, audit_keys(settings))
    rows = {table.name: table.rows for table in copy.tables}
    sessions = count_of(rows["interview_sessions"], "session")
    outcome = "was copied before, and is the same" if copy.already_there else "copied, and compared row by row"
    context.terminal.result(
        {
            "path": str(arguments.path),
            "database": str(settings.database_url),
            "already_there": copy.already_there,
            "rows": rows,
            "checksums": {table.name: table.checksum for table in copy.tables},
        },
        f"{arguments.path}: {sessions}, {sum(rows.values())} rows in all, {outcome}",
        f"the database is {settings.database_url}; the file is as it was",
    )
    return OK


def _declare_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--from", dest="path", type=Path, metavar="FILE", required=True,
        help="the SQLite database; its service must be stopped. The copy goes into the empty database that"
        " TENER_INTERVIEW_DATABASE_URL names. A run that was cut short is continued by the next.",
    )


MIGRATE = Command("migrate", "copy a SQLite database into an empty PostgreSQL database", _declare_arguments, _run)
