"""Files that are not regular ones, and cannot be read to their end: devices, pipes and sockets."""

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
