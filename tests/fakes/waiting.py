"""Waits in real time for another thread or process."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

#: How long a test waits for what has to come before it gives up. Whatever passes waits no longer than it takes: this is
#: long because a busy computer is slow, and not broken. TENER_TEST_PATIENCE_S shortens it for who looks for a failure.
PATIENCE_S = float(os.environ.get("TENER_TEST_PATIENCE_S", "120"))
#: Between two looks: short at first, and longer the longer it takes, so that looking does not delay what is awaited.
_FIRST_PAUSE_S = 0.005
_LAST_PAUSE_S = 0.05


def eventually(condition: Callable[[], object], within_s: float = PATIENCE_S) -> None:
    """Wait until a condition is true; fail if it does not become true in time."""
    give_up_at, pause_s = time.monotonic() + within_s, _FIRST_PAUSE_S
    while not condition():
        assert time.monotonic() < give_up_at, "it did not come true in time"
        time.sleep(pause_s)
        pause_s = min(_LAST_PAUSE_S, 1.2 * pause_s)


def join(*threads: threading.Thread) -> None:
    """Wait until threads have ended; fail if one does not, which `Thread.join` would not report."""
    for thread in threads:
        thread.join(PATIENCE_S)
        assert not thread.is_alive(), f"{thread.name} has not ended"
