"""A breaker: while Hireflix is down, most requests fail at once and one now and then finds out whether it is back."""

from __future__ import annotations

import threading

from ...clock import Clock

#: So many requests in a row, each with its repeats, have to fail before anything is held back.
FAILURES_TO_OPEN = 8
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 10.0


class Breaker:
    """Counts failures in a row, for all threads of one process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._next_probe_s = 0.0

    def wait_s(self) -> float:
        """0 to go on; else the seconds until the next request may find out whether the other side is back."""
        with self._lock:
            if self._failures < FAILURES_TO_OPEN:
                return 0.0
            now_s = self._clock.monotonic_s()
            if now_s >= self._next_probe_s:
                self._next_probe_s = now_s + self._pause_s()
                return 0.0
            return self._next_probe_s - now_s

    def succeeded(self) -> None:
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            self._next_probe_s = self._clock.monotonic_s() + self._pause_s()

    @property
    def open(self) -> bool:
        """Whether requests are held back; one that goes through all the same is a probe, and not worth repeating."""
        with self._lock:
            return self._failures >= FAILURES_TO_OPEN

    def _pause_s(self) -> float:
        over = max(0, self._failures - FAILURES_TO_OPEN)
        return float(min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(over, 10)))
