"""Files of backups: they appear only when they are complete, and nothing half-done stays."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..regex import regex
from ..special_files import NOT_A_REGULAR_FILE, is_special_file
from .erasure_log import fsync_folder
from .maintenance import StoreRefused

_DRAFT = regex(r"\..+\.[0-9a-f]{16}\.part(-wal|-shm|-journal)?")
_ABANDONED_AFTER_S = 3600


def refuse_target(target: Path, *, overwrite: bool) -> None:
    """Raises StoreRefused for a folder, a device or a pipe, and for a file that may not be overwritten."""
    if target.is_dir():
        raise StoreRefused(f"{target} is a folder. Name a file in it.")
    if is_special_file(target):
        raise StoreRefused(f"{target} is {NOT_A_REGULAR_FILE}. Name a file.")
    if target.exists() and not overwrite:
        raise _exists_already(target)


@contextmanager
def draft_beside(target: Path) -> Iterator[Path]:
    """An empty draft beside `target` that only its owner can read; removed at the end if still there, with what SQLite
    put beside it. Raises OSError."""
    draft = target.with_name(f".{target.name}.{secrets.token_hex(8)}.part")
    try:
        remove_abandoned_drafts(target.parent)
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        yield draft
    finally:
        for file in (draft, *(draft.with_name(f"{draft.name}-{part}") for part in ("wal", "shm", "journal"))):
            file.unlink(missing_ok=True)


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


def _exists_already(target: Path) -> StoreRefused:
    return StoreRefused(f"{target} is there already. Name a new file, or say --overwrite.")
