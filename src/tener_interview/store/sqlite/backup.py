"""Backups: a complete, verified copy of a database file, made while the service keeps writing to it."""

from __future__ import annotations

import os
import re
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from ..erasure_log import ErasureLog, fsync_folder
from ..maintenance import ReportProgress, StoreRefused, VerifiedCopy
from .database import connect, readonly_mode, refuse_foreign
from .database_files import resolve_symlink
from .previous_database import previous_log_entries

#: Pages copied between two progress reports, about 4 MB.
_PAGES_PER_STEP = 1_000

_DRAFT = re.compile(r"\..+\.[0-9a-f]{16}\.part(-wal|-shm|-journal)?")
_ABANDONED_AFTER_S = 3600


def back_up(
    path: Path, target: Path, *, overwrite: bool = False, report_progress: ReportProgress | None = None
) -> VerifiedCopy:
    """Copy the database at `path`, as it is at one moment, to `target`. Only its owner can read the copy.

    `target` appears only once it is complete, even if the process is killed. Raises StoreRefused, also when `target`
    exists and `overwrite` is false.
    """
    path = resolve_symlink(path)
    if target.is_dir():
        raise StoreRefused(f"{target} is a folder. Name a file in it.")
    if target.exists():
        if not overwrite:
            raise _exists_already(target)
        if target.samefile(path):
            raise StoreRefused(f"{target} is the database itself. Name another file.")
    with verified_draft(path, target, report_progress) as (draft, copy):
        # The log first: a log without a backup does no harm, but a backup without its log can bring erased people back.
        _copy_erasure_log(path, target)
        put_in_place(draft, target, overwrite=overwrite)
    return copy


def _copy_erasure_log(path: Path, target: Path) -> None:
    """Put a complete erasure log beside the copy: the newest log lets any older backup be restored."""
    ErasureLog(target).merge([*ErasureLog(path).entries(), *previous_log_entries(path)])


@contextmanager
def verified_draft(
    path: Path, target: Path, report_progress: ReportProgress | None = None
) -> Iterator[tuple[Path, VerifiedCopy]]:
    """A verified copy of a database, as a draft beside `target`; removed at the end if still there. Raises
    StoreRefused."""
    if not path.is_file():
        raise StoreRefused(f"there is no database at {path}.")
    draft = target.with_name(f".{target.name}.{secrets.token_hex(8)}.part")
    try:
        remove_abandoned_drafts(target.parent)
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        version, rows = _copy_and_compare(path, draft, report_progress)
        yield draft, VerifiedCopy(target, draft.stat().st_size, version, rows)
    except sqlite3.Error as fault:
        raise StoreRefused(f"{path} cannot be copied: {fault}") from None
    except OSError as fault:
        raise StoreRefused(f"cannot write {target}: {fault.strerror or fault}") from None
    finally:
        for file in (draft, *(draft.with_name(f"{draft.name}-{part}") for part in ("wal", "shm", "journal"))):
            file.unlink(missing_ok=True)


def find_abandoned_drafts(folder: Path) -> list[Path]:
    """Drafts that a killed backup or restore left in a folder. They are complete copies that nobody would look for."""
    return [path for path in folder.glob(".*.part*") if _DRAFT.fullmatch(path.name) and _is_old(path)]


def remove_abandoned_drafts(folder: Path) -> None:
    """Remove them. Raises OSError."""
    for path in find_abandoned_drafts(folder):
        path.unlink(missing_ok=True)


def _is_old(path: Path) -> bool:
    """Return whether nobody is writing the draft any more. The clock may have jumped, so a time in the future is old
    too."""
    try:
        return abs(time.time() - path.stat().st_mtime) > _ABANDONED_AFTER_S
    except FileNotFoundError:
        return False


def compact(path: Path) -> None:
    """Rewrite a database as a single file that holds nothing of what was deleted. Raises sqlite3.Error."""
    with closing(connect(path, "rw")) as db:
        # Leaves no log beside the file. The service returns to WAL mode when it opens it.
        db.execute("PRAGMA journal_mode = DELETE").fetchone()
        # SQLite does not overwrite freed parts within a page.
        db.execute("VACUUM")


def put_in_place(draft: Path, target: Path, *, overwrite: bool) -> None:
    """Rename a finished draft to `target`, atomically and durably. Raises StoreRefused when `target` exists and
    `overwrite` is false."""
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    if overwrite:
        draft.replace(target)
    else:
        try:
            os.link(draft, target)
        except FileExistsError:
            raise _exists_already(target) from None
    fsync_folder(target.parent)


def verify(path: Path) -> tuple[int, dict[str, int]]:
    """Check a whole database; returns the schema's version and the rows of every table.

    Raises StoreRefused for a damaged or foreign database, and sqlite3.Error for a file that is no database.
    """
    with closing(connect(path, readonly_mode(path))) as db:
        refuse_foreign(db, path)
        findings = [str(row[0]) for row in db.execute("PRAGMA integrity_check(1)")]
        orphan = db.execute("PRAGMA foreign_key_check").fetchone()
        if findings != ["ok"] or orphan is not None:
            damage = f"rows of {orphan[0]} refer to missing rows" if orphan else " ".join(findings[0].split())
            raise StoreRefused(f"{path} is damaged ({damage}).")
        return _contents(db, path)


def _copy_and_compare(path: Path, draft: Path, report_progress: ReportProgress | None) -> tuple[int, dict[str, int]]:
    """Copy the database and compare the copy with the original."""
    # Not read-only: the last connection to close a database checkpoints its log.
    with closing(connect(path, "rw")) as db, closing(connect(draft, "rw")) as copy:
        db.execute("PRAGMA query_only = ON")
        refuse_foreign(db, path)
        # An open read transaction fixes the moment of the copy, so it does not restart whenever somebody writes.
        db.execute("BEGIN")
        expected = _contents(db, path)
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


def _contents(db: sqlite3.Connection, path: Path) -> tuple[int, dict[str, int]]:
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if not version:
        raise StoreRefused(f"{path} is empty.")
    named = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*' ORDER BY name")
    tables = [row[0] for row in named.fetchall()]
    rows = {name: int(db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) for name in tables}  # noqa: S608
    return version, rows


def _exists_already(target: Path) -> StoreRefused:
    return StoreRefused(f"{target} is there already. Name a new file, or say --overwrite.")
