"""Backups: a complete, verified copy of a database file, made while the service keeps writing to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..backup_files import draft_beside, put_in_place, refuse_target
from ..erasure_log import ErasureLog, read_logs
from ..maintenance import ReportProgress, StoreRefused, VerifiedCopy
from .connection import connected, readonly_mode, refuse_foreign
from .database_files import belongs_to_database, resolve_symlink
from .replaced_database import log_entries_of

#: Pages copied between two progress reports, about 4 MB.
_PAGES_PER_STEP = 1_000


def back_up(
    path: Path, target: Path, *, overwrite: bool = False, report_progress: ReportProgress | None = None
) -> VerifiedCopy:
    """Copy the database at `path`, as it is at one moment, to `target`. Only its owner can read the copy.

    `target` appears only once it is complete, even if the process is killed. Raises StoreRefused, also when `target`
    exists and `overwrite` is false.
    """
    refuse_target(target, overwrite=overwrite)
    path = resolve_symlink(path)
    refuse_own_file(path, target)
    with make_verified_copy(path, target, report_progress) as (draft, copy):
        # The log first: a log without a backup does no harm, but a backup without its log can bring erased people back.
        _copy_erasure_log(path, target)
        put_in_place(draft, target, overwrite=overwrite)
    return copy


def refuse_own_file(path: Path, target: Path) -> None:
    """Raises StoreRefused for a target that is the database at `path`, or a file beside it such as its log: to write
    there would lose what the database holds."""
    if belongs_to_database(path, target):
        raise StoreRefused(f"{target} is the database itself, or belongs to it. Name another file.")


def _copy_erasure_log(path: Path, target: Path) -> None:
    """Put a complete erasure log beside the copy: the newest log lets any older backup be restored."""
    entries, _ = read_logs([ErasureLog(path)])
    ErasureLog(target).merge([*entries, *log_entries_of(path)])


@contextmanager
def make_verified_copy(
    path: Path, target: Path, report_progress: ReportProgress | None = None
) -> Iterator[tuple[Path, VerifiedCopy]]:
    """A verified copy of a database, as a draft beside `target`; removed at the end if still there. Raises
    StoreRefused."""
    if not path.is_file():
        raise StoreRefused(f"there is no database at {path}.")
    try:
        with draft_beside(target) as draft:
            version, rows = _copy_and_compare(path, draft, report_progress)
            yield draft, VerifiedCopy(str(target), draft.stat().st_size, version, rows)
    except sqlite3.Error as fault:
        raise StoreRefused(f"{path} cannot be copied: {fault}") from None
    except OSError as fault:
        raise StoreRefused(f"cannot write {target}: {fault.strerror or fault}") from None


def compact(path: Path) -> None:
    """Rewrite a database as a single file that holds nothing of what was deleted. Raises sqlite3.Error."""
    with connected(path, "rw") as db:
        # Leaves no log beside the file. The service returns to WAL mode when it opens it.
        db.execute("PRAGMA journal_mode = DELETE").fetchone()
        # SQLite does not overwrite freed parts within a page.
        db.execute("VACUUM")


def verify(path: Path) -> tuple[int, dict[str, int]]:
    """Check a whole database; returns the schema's version and the rows of every table.

    Raises StoreRefused for a damaged or foreign database, and sqlite3.Error for a file that is no database.
    """
    with connected(path, readonly_mode(path)) as db:
        refuse_foreign(db, path)
        findings = [str(row[0]) for row in db.execute("PRAGMA integrity_check(1)")]
        orphan = db.execute("PRAGMA foreign_key_check").fetchone()
        if findings != ["ok"] or orphan is not None:
            damage = f"rows of {orphan[0]} refer to missing rows" if orphan else " ".join(findings[0].split())
            raise StoreRefused(f"{path} is damaged ({damage}).")
        return _count_rows(db, path)


def _copy_and_compare(path: Path, draft: Path, report_progress: ReportProgress | None) -> tuple[int, dict[str, int]]:
    """Copy the database and compare the copy with the original."""
    # Not read-only: the last connection to close a database checkpoints its log.
    with connected(path, "rw") as db, connected(draft, "rw") as copy:
        db.execute("PRAGMA query_only = ON")
        refuse_foreign(db, path)
        # An open read transaction fixes the moment of the copy, so it does not restart whenever somebody writes.
        db.execute("BEGIN")
        expected = _count_rows(db, path)
        db.backup(
            copy,
            pages=_PAGES_PER_STEP,
            progress=lambda _, left, total: report_progress and report_progress(total - left, total),
        )
        db.execute("ROLLBACK")
    compact(draft)
    if verify(draft) != expected:
        raise StoreRefused(f"the copy of {path} does not hold what the original does. Try again.")
    return expected


def _count_rows(db: sqlite3.Connection, path: Path) -> tuple[int, dict[str, int]]:
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if not version:
        raise StoreRefused(f"{path} is empty.")
    named = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*' ORDER BY name")
    tables = [row[0] for row in named.fetchall()]
    rows = {name: int(db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) for name in tables}  # noqa: S608
    return version, rows
