"""The files of a database: where they are, and that only their owner can read them."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path


def resolve_symlink(path: Path) -> Path:
    """The database file itself when `path` is a symbolic link to it: SQLite keeps its other files beside the real one.

    A link that leads in a circle stays as it is, and opening it says so.
    """
    return Path(os.path.realpath(path)) if path.is_symlink() else path


#: What is beside a database: the files of SQLite, and the list of erasures.
_SUFFIXES = ("", "-wal", "-shm", "-journal", ".erased")


def belongs_to_database(path: Path, file: Path) -> bool:
    """Return whether a file, there or not, is the database or one of the files beside it."""
    path = resolve_symlink(path)
    own = [path.with_name(f"{path.name}{suffix}") for suffix in _SUFFIXES]
    if file.exists():
        return any(one.exists() and one.samefile(file) for one in own)
    return os.path.realpath(file) in [os.path.realpath(one) for one in own]


def file_identity(path: Path) -> tuple[int, int]:
    """Identifies the file at a path, so that a replacement is noticed. Raises OSError."""
    status = path.stat()
    return status.st_dev, status.st_ino


def wal_files(path: Path) -> dict[str, tuple[int, int]]:
    """The identities of the write-ahead log and its index beside a database in use, by suffix."""
    identities: dict[str, tuple[int, int]] = {}
    for suffix in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            identities[suffix] = file_identity(path.with_name(f"{path.name}{suffix}"))
    return identities


def make_private(path: Path) -> tuple[list[str], list[str]]:
    """Let only the owner read and write the files of a database, creating it if needed. SQLite gives a new log the same
    permissions.

    Returns the names of the files that were fixed, and of those that could not be. Raises OSError.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    fixed: list[str] = []
    not_fixed: list[str] = []
    for file in (path, *(path.with_name(f"{path.name}{suffix}") for suffix in ("-wal", "-shm", ".erased"))):
        if not is_accessible_to_others(file):
            continue
        try:
            file.chmod(0o600)
            fixed.append(file.name)
        except (PermissionError, FileNotFoundError):
            not_fixed.append(file.name)
    return fixed, not_fixed


def unwritable_paths(path: Path) -> list[Path]:
    """The paths that this user cannot write although using the database requires it: its files and their folder, in
    which SQLite creates and removes the log."""
    path = resolve_symlink(path)
    files = [path.with_name(f"{path.name}{suffix}") for suffix in ("", "-wal", "-shm", ".erased")]
    paths = (path.parent, *(file for file in files if file.exists()))
    return [file for file in paths if not os.access(file, os.R_OK | os.W_OK)]


def is_accessible_to_others(path: Path) -> bool:
    """Return whether the file exists and users other than its owner can read or write it. Raises OSError."""
    return path.is_file() and bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
