"""A breaker: while a provider is down, most requests fail at once and one now and then finds out whether it is back."""

from __future__ import annotations

import threading

from ..system.clock import Clock

#: So many requests in a row, each with its repeats, have to fail before anything is held back.
FAILURES_TO_OPEN = 8
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 10.0


class CircuitBreaker:
    """Counts failures in a row, for all threads of a process. Every `enter` that returned 0 is followed by `leave`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._failures = 0
        self._probing = False
        self._next_probe_s = 0.0

    def before_request(self) -> float:
        """0 to go on; else the seconds until the next request may find out whether the other side is back.

        While a probe is under way the others wait for what it finds, so that they all go on once it succeeds.
        """
        with self._changed:
            self._changed.wait_for(lambda: not self._probing)
            if self._failures < FAILURES_TO_OPEN:
                return 0.0
            wait_s = self._next_probe_s - self._clock.monotonic_s()
            if wait_s > 0:
                return wait_s
            self._probing = True
            return 0.0

    def after_request(self, *, alive: bool | None) -> None:
        """Tell what a request found out: the other side lives, is down, or (None) neither can be said."""
        with self._changed:
            if alive:
                self._failures = 0
            elif alive is False:
                self._failures += 1
                self._next_probe_s = self._clock.monotonic_s() + self._pause_s()
            self._probing = False
            self._changed.notify_all()

    @property
    def is_open(self) -> bool:
        """Whether requests are held back; one that goes through all the same is a probe, and not worth repeating."""
        with self._changed:
            return self._failures >= FAILURES_TO_OPEN

    def _pause_s(self) -> float:
        over = max(0, self._failures - FAILURES_TO_OPEN)
        return float(min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(over, 10)))
