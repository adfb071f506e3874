"""Backups of a PostgreSQL database: an archive of pg_dump, compared row by row with the moment that it holds."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg

from ..backup_files import draft_beside, put_in_place, refuse_target
from ..erasure_log import ErasureLog, LogEntry
from ..maintenance import ReportProgress, StoreRefused, VerifiedCopy
from ..tables.erasure_entries import ErasureEntries
from ..tables.replaced_database import ReplacedDatabase
from .archive import count_rows, dump
from .connection import BoundedConnection, TableConnection, open_connection
from .dialect import READING
from .migrations import find_version, table_names


def back_up(
    settings: Mapping[str, Any], location: str, target: Path, *, overwrite: bool, report_progress: ReportProgress | None
) -> VerifiedCopy:
    """Write the service's tables, as they are at one moment, to `target`. Only its owner can read the copy.

    `target` appears only once it is complete, even if the process is killed. Raises StoreRefused.
    """
    refuse_target(target, overwrite=overwrite)
    try:
        with closing(open_connection(settings)) as db, draft_beside(target) as draft:
            db.execute(
                "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET LOCAL statement_timeout = 0;"
                " SET LOCAL idle_in_transaction_session_timeout = 0"
            )
            version = find_version(db, location)
            if not version:
                raise StoreRefused(f"{location} is empty.")
            tables = table_names(version)
            rows: dict[str, int] = {}
            for table in tables:
                rows[table] = _count(db, table)
                if report_progress:
                    report_progress(len(rows), len(tables))
            (snapshot,) = db.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
            dump(settings, snapshot, list(rows), draft)
            entries = _log_entries(db)
            db.execute("ROLLBACK")
            if count_rows(draft) != rows:
                raise StoreRefused(f"the copy of {location} does not hold what the original does. Try again.")
            # The log first: a log without a backup does no harm, but a backup without its log can bring erased people
            # back.
            ErasureLog(target).merge(entries)
            put_in_place(draft, target, overwrite=overwrite)
    except psycopg.Error as fault:
        raise StoreRefused(f"{location} cannot be copied: {fault}") from None
    except OSError as fault:
        raise StoreRefused(f"cannot write {target}: {fault.strerror or fault}") from None
    return VerifiedCopy(str(target), target.stat().st_size, version, rows)


def _log_entries(db: BoundedConnection) -> list[LogEntry]:
    tables = TableConnection(db, 0)
    previous = ReplacedDatabase(tables, READING).facts()
    return [*ErasureEntries(tables, READING).all(), *previous.erasures, *previous.revocations]


def _count(db: BoundedConnection, table: str) -> int:
    row = db.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - our own names
    return int(row[0]) if row else 0
