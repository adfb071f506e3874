"""The standard streams of the process: there, and able to carry every text."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path


def prepare_standard_streams() -> None:
    """Let files and pipes carry UTF-8 whatever the locale, and a terminal what it can show.

    A process that was started without streams gets empty ones: what it says is lost, what it does is done, and no file
    of its own gets their numbers.
    """
    nothing = Path(os.devnull)
    sys.stdin = sys.stdin or nothing.open(encoding="utf-8")
    sys.stdout = sys.stdout or nothing.open("w", encoding="utf-8")
    sys.stderr = sys.stderr or nothing.open("w", encoding="utf-8")
    for stream, errors in (
        (sys.stdin, "surrogateescape"), (sys.stdout, "backslashreplace"), (sys.stderr, "backslashreplace")
    ):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors=errors)
