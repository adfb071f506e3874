"""Files that are not regular files."""

from __future__ import annotations

import os
from pathlib import Path


def special_file(kind: str, folder: Path) -> Path:
    """Create a `device` without an end, or a `pipe` that nobody writes to."""
    if kind == "device":
        return Path("/dev/zero")
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    return pipe
