"""The files of a database: which they are, and that nobody but their owner may read them."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path


def resolve_symlink(path: Path) -> Path:
    """Where a database lies that may be named by a symbolic link: what belongs to it is beside the file itself."""
    return path.resolve() if path.is_symlink() else path


def file_identity(path: Path) -> tuple[int, int]:
    """What tells a file from another that was put in its place. Raises OSError."""
    found = path.stat()
    return found.st_dev, found.st_ino


def wal_files(path: Path) -> dict[str, tuple[int, int]]:
    """Which files SQLite has beside a database that is in use: its log and the index of that."""
    found: dict[str, tuple[int, int]] = {}
    for part in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            found[part] = file_identity(path.with_name(f"{path.name}{part}"))
    return found


def make_private(path: Path) -> tuple[list[str], list[str]]:
    """Make the files of a database their owner's alone, whatever the umask; SQLite gives a new log the same
    permissions. Returns the names of those that were put right, and of those that may not be. Raises OSError."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    fixed: list[str] = []
    open_still: list[str] = []
    for each in (path, *(path.with_name(f"{path.name}{part}") for part in ("-wal", "-shm", ".erased"))):
        if not is_accessible_to_others(each):
            continue
        try:
            each.chmod(0o600)
            fixed.append(each.name)
        except (PermissionError, FileNotFoundError):
            open_still.append(each.name)
    return fixed, open_still


def unwritable_paths(path: Path) -> list[Path]:
    """What has to be written where a database is used, and may not be by this user: its file, what lies beside that,
    and the folder, in which the log comes and goes."""
    path = resolve_symlink(path)
    parts = [path.with_name(f"{path.name}{part}") for part in ("", "-wal", "-shm", ".erased")]
    there = (path.parent, *(each for each in parts if each.exists()))
    return [each for each in there if not os.access(each, os.R_OK | os.W_OK)]


def is_accessible_to_others(path: Path) -> bool:
    """Whether others than its owner may read or write a file that is there. Raises OSError."""
    return path.is_file() and bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
