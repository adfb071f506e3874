"""Files that a setting may name and that are no regular ones: devices, pipes and sockets, missing or out of reach."""

from __future__ import annotations

import stat
from pathlib import Path

NOT_A_REGULAR_FILE = "not a regular file"


def is_special_file(path: Path) -> bool:
    """Return whether a file is there that is neither a regular one nor a folder: a device may have no end, and a pipe
    waits for somebody who writes to it."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def is_missing(path: Path) -> bool:
    """Return whether there is no such file. One that may not be looked at, or whose name cannot be one, may be there:
    whoever opens it says what is wrong."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False
