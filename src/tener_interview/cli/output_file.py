"""Files that commands write instead of stdout."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from ..settings import Settings
from ..special_files import NOT_A_REGULAR_FILE, is_special_file
from ..store.maintenance import StoreRefused
from ..store.opening import refuse_database_file
from .terminal import Terminal


@contextmanager
def open_output(
    terminal: Terminal, settings: Settings, path: Path | None, *, overwrite: bool = True
) -> Iterator[TextIO]:
    """The stream to write to. A file is readable by its owner only, and appears when it is complete.

    Raises StoreRefused for a file of the database, and for a device or a pipe: it would become a file. Raises OSError,
    without `overwrite` also for a file that is there already.
    """
    if path is None:
        yield terminal.stdout
        return
    refuse_database_file(settings, path)
    if is_special_file(path):
        raise StoreRefused(f"{path} is {NOT_A_REGULAR_FILE}. Name a file, or leave it out to write to stdout.")
    if not overwrite and path.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    with _named(path):
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            yield file
        with _named(path):
            if overwrite:
                draft.replace(path)
            else:
                path.hardlink_to(draft)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Let errors about the draft name the file that the caller named."""
    try:
        yield
    except OSError as fault:
        raise OSError(fault.errno, fault.strerror, str(path)) from None
