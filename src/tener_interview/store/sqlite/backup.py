"""Backups: a whole, verified copy of a database file, made while others go on writing to it."""

from __future__ import annotations

import os
import re
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..erasure_log import ErasureLog, fsync_folder
from .database import StoreRefused, connect, readonly_mode, refuse_foreign
from .database_files import resolve_symlink
from .previous_database import previous_log_entries

#: Copied between two reports of progress: some 4 MB.
_PAGES_AT_ONCE = 1_000

_DRAFT = re.compile(r"\..+\.[0-9a-f]{16}\.part(-wal|-shm|-journal)?")
_ABANDONED_AFTER_S = 3600

#: Told how many pages of how many are copied.
ReportProgress = Callable[[int, int], None]


@dataclass(frozen=True)
class VerifiedCopy:
    """A copy that was compared with its original: `rows` counts those of every table, `version` is the schema's."""

    path: Path
    size_bytes: int
    version: int
    rows: dict[str, int]


def back_up(path: Path, target: Path, *, overwrite: bool = False, tell: ReportProgress | None = None) -> VerifiedCopy:
    """Copy the database at `path` to `target`, as it is at one moment; readable by its owner only.

    Nothing stands at `target` before all of it does, even if the process is killed. Raises StoreRefused, also for a
    `target` that is there already.
    """
    path = resolve_symlink(path)
    if target.is_dir():
        raise StoreRefused(f"{target} is a folder. Name a file in it.")
    if target.exists():
        if not overwrite:
            raise _taken(target)
        if target.samefile(path):
            raise StoreRefused(f"{target} is the database itself. Name another file.")
    with verified_draft(path, target, tell) as (draft, copy):
        # Before the copy has its name: a list without a backup harms nobody.
        _copy_list(path, target)
        put_in_place(draft, target, overwrite=overwrite)
    return copy


def _copy_list(path: Path, target: Path) -> None:
    """The list beside the copy as well: with the newest of them, any older backup can be restored."""
    ErasureLog(target).merge([*ErasureLog(path).entries(), *previous_log_entries(path)])


@contextmanager
def verified_draft(path: Path, target: Path, tell: ReportProgress | None = None) -> Iterator[tuple[Path, VerifiedCopy]]:
    """A verified copy of a database beside `target`; what is still there in the end is removed. Raises StoreRefused."""
    if not path.is_file():
        raise StoreRefused(f"there is no database at {path}.")
    draft = target.with_name(f".{target.name}.{secrets.token_hex(8)}.part")
    try:
        remove_abandoned_drafts(target.parent)
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        version, rows = _copied(path, draft, tell)
        yield draft, VerifiedCopy(target, draft.stat().st_size, version, rows)
    except sqlite3.Error as fault:
        raise StoreRefused(f"{path} cannot be copied: {fault}") from None
    except OSError as fault:
        raise StoreRefused(f"cannot write {target}: {fault.strerror or fault}") from None
    finally:
        for each in (draft, *(draft.with_name(f"{draft.name}-{part}") for part in ("wal", "shm", "journal"))):
            each.unlink(missing_ok=True)


def find_abandoned_drafts(folder: Path) -> list[Path]:
    """Drafts that a killed backup or restore left in a folder: whole copies, which nobody would look for."""
    return [each for each in folder.glob(".*.part*") if _DRAFT.fullmatch(each.name) and _old(each)]


def remove_abandoned_drafts(folder: Path) -> None:
    """Remove these. Raises OSError."""
    for each in find_abandoned_drafts(folder):
        each.unlink(missing_ok=True)


def _old(path: Path) -> bool:
    """Of another time than now, in whatever direction: nobody is at it any more."""
    try:
        return abs(time.time() - path.stat().st_mtime) > _ABANDONED_AFTER_S
    except FileNotFoundError:
        return False


def compact(path: Path) -> None:
    """One file by itself, in which nothing is left of what was deleted. Raises sqlite3.Error."""
    with closing(connect(path, "rw")) as db:
        # The service turns it back when it opens it.
        db.execute("PRAGMA journal_mode = DELETE").fetchone()
        # Freed parts within pages are not overwritten when they are freed.
        db.execute("VACUUM")


def put_in_place(draft: Path, target: Path, *, overwrite: bool) -> None:
    """Give a finished draft its name, in one step and for good. Raises StoreRefused where something has it already."""
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    if overwrite:
        draft.replace(target)
    else:
        try:
            os.link(draft, target)
        except FileExistsError:
            raise _taken(target) from None
    fsync_folder(target.parent)


def verify(path: Path) -> tuple[int, dict[str, int]]:
    """The schema's version and the rows of every table of a database that is whole.

    Raises StoreRefused for one that is damaged or not ours, and sqlite3.Error for what is no database at all.
    """
    with closing(connect(path, readonly_mode(path))) as db:
        refuse_foreign(db, path)
        findings = [str(row[0]) for row in db.execute("PRAGMA integrity_check(1)")]
        lost = db.execute("PRAGMA foreign_key_check").fetchone()
        if findings != ["ok"] or lost is not None:
            what = f"rows of {lost[0]} lead nowhere" if lost else " ".join(findings[0].split())
            raise StoreRefused(f"{path} is damaged ({what}).")
        return _contents(db, path)


def _copied(path: Path, draft: Path, tell: ReportProgress | None) -> tuple[int, dict[str, int]]:
    """Copy, and compare the copy with what was to be copied."""
    # Not read-only: whoever closes a database last has to be able to tidy up its log.
    with closing(connect(path, "rw")) as db, closing(connect(draft, "rw")) as copy:
        db.execute("PRAGMA query_only = ON")
        refuse_foreign(db, path)
        # With a view of its own open, the copy is of this moment and need not begin anew whenever somebody writes.
        db.execute("BEGIN")
        wanted = _contents(db, path)
        db.backup(copy, pages=_PAGES_AT_ONCE, progress=lambda _, left, total: tell and tell(total - left, total))
        db.execute("ROLLBACK")
    compact(draft)
    if verify(draft) != wanted:
        raise StoreRefused(f"the copy of {path} does not hold what the original does. Try again.")
    return wanted


def _contents(db: sqlite3.Connection, path: Path) -> tuple[int, dict[str, int]]:
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if not version:
        raise StoreRefused(f"{path} is empty.")
    named = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*' ORDER BY name")
    tables = [row[0] for row in named.fetchall()]
    rows = {name: int(db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) for name in tables}  # noqa: S608
    return version, rows


def _taken(target: Path) -> StoreRefused:
    return StoreRefused(f"{target} is there already. Name a new file, or say --overwrite.")
