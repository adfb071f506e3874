"""A circuit breaker: while the provider is down, requests fail at once, except a probe now and then."""

from __future__ import annotations

import threading

from ..system.clock import Clock

#: Failed requests in a row, each including its retries, that open the circuit.
FAILURES_TO_OPEN = 8
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 10.0


class CircuitBreaker:
    """Counts failures in a row across all threads of a process. Call `after_request` after every `before_request` that
    returned 0."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._failures = 0
        self._probing = False
        self._next_probe_s = 0.0

    def seconds_until_allowed(self) -> float:
        """Return 0 if the request may go on, otherwise the seconds until the next probe.

        While a probe is in flight the other callers wait for its result, so that all go on when it succeeds.
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
        """Report the result of a request: the provider is alive, is down, or (None) neither is certain."""
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
        """Whether requests are refused. One that is allowed all the same is a probe, which should not be retried."""
        with self._changed:
            return self._failures >= FAILURES_TO_OPEN

    def _pause_s(self) -> float:
        excess = max(0, self._failures - FAILURES_TO_OPEN)
        return float(min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(excess, 10)))
