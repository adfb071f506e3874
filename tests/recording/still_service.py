"""The service with a fixed clock, fixed ids and a fixed order: `python still_service.py CLOCK_FILE SERIES [WORD...]`.

CLOCK_FILE holds the time in nanoseconds since 1970, as eight bytes; writing it moves the clock. SERIES makes the ids of
one process differ from those of the next. WORDs are the command line. Python's own functions are replaced before the
package is imported, and nothing of the package is named, so that any version of it can be run.
"""

from __future__ import annotations

import hashlib
import mmap
import queue  # noqa: F401 - it keeps the real clock, as threading does, if it is imported before the clock stands
import random
import runpy
import secrets
import struct
import sys
import threading
import time
from collections import Counter
from pathlib import Path

#: Pauses are at most this long, because the clock does not move meanwhile.
LONGEST_PAUSE_S = 0.01


def freeze_clocks(clock_file: Path) -> None:
    """Replace every clock that the service can read by the time in the file."""
    with clock_file.open("r+b") as file:
        shown = mmap.mmap(file.fileno(), 8)
    really_sleep = time.sleep

    def now_ns() -> int:
        return int(struct.unpack("<q", shown[:8])[0])

    time.time_ns = now_ns
    time.time = lambda: now_ns() / 1_000_000_000
    time.monotonic = lambda: now_ns() / 1_000_000_000
    time.sleep = lambda seconds: really_sleep(min(float(seconds), LONGEST_PAUSE_S))


def fix_random_bytes(series: str) -> None:
    """Replace random bytes by a fixed series for each length, which begins again when the clock is moved."""
    lock = threading.Lock()
    drawn: Counter[tuple[int, int]] = Counter()

    def token_hex(nbytes: int | None = None) -> str:
        size = nbytes or 32
        now = time.time_ns()
        with lock:
            drawn[size, now] += 1
            number = drawn[size, now]
        return hashlib.shake_128(f"{series} {now} {size} {number}".encode()).hexdigest(size)

    secrets.token_hex = token_hex
    secrets.token_urlsafe = token_hex
    random.random = lambda: 0.5


def run_in_turn() -> None:
    """Let the threads `parallel-0`, `parallel-1` and so on of one caller run one after the other: the first does all
    the work, so that a refresh of many sessions has a fixed order."""
    start = threading.Thread.start
    latest: dict[int, threading.Thread] = {}

    def start_in_turn(thread: threading.Thread) -> None:
        name, _, number = thread.name.rpartition("-")
        if name == "parallel":
            caller, run = threading.get_ident(), thread.run
            earlier = latest.get(caller) if number != "0" else None

            def run_after_earlier() -> None:
                if earlier is not None:
                    earlier.join()
                run()

            thread.run = run_after_earlier  # type: ignore[method-assign]
            latest[caller] = thread
        start(thread)

    threading.Thread.start = start_in_turn  # type: ignore[method-assign, assignment]


if __name__ == "__main__":
    _, clock_file, series, *words = sys.argv
    # This file's folder, which is no part of the service.
    sys.path.pop(0)
    freeze_clocks(Path(clock_file))
    fix_random_bytes(series)
    run_in_turn()
    sys.argv = ["tener_interview", *words]
    runpy.run_module("tener_interview", run_name="__main__", alter_sys=True)
