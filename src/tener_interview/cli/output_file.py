"""Files that commands write instead of stdout."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from ..store.opening import refuse_database_file
from .command import Context


@contextmanager
def open_output(context: Context, path: Path | None) -> Iterator[TextIO]:
    """The stream to write to. A file is readable by its owner only, and appears when it is complete.

    Raises StoreRefused for a file of the database, and OSError.
    """
    if path is None:
        yield context.terminal.stdout
        return
    refuse_database_file(context.settings(), path)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as fault:
        raise OSError(fault.errno, fault.strerror, str(path)) from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            yield file
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
