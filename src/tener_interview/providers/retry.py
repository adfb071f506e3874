"""Retry: repeats a request where that is safe, with exponential backoff and jitter."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeVar

from ..errors import Problem
from ..system.clock import Clock

Result = TypeVar("Result")

MAX_REPEATS = 2
FIRST_BACKOFF_S = 0.5
#: The longest pause between two tries. If the provider requests a longer one, the caller gets the problem instead.
MAX_PAUSE_S = 5.0


class Retry:
    """Retries requests that take at most `timeout_s` each. `random` returns numbers from 0 up to 1."""

    def __init__(self, clock: Clock, random: Callable[[], float], timeout_s: float) -> None:
        self._clock = clock
        self._random = random
        self._timeout_s = timeout_s

    def run(
        self, request: Callable[[], Result], repeat_after_s: Callable[[Problem], float | None],
        pausing: Callable[[], AbstractContextManager[None]], *, max_repeats: int = MAX_REPEATS,
    ) -> Result:
        """The result of `request`, within at most twice the time-out. Raises its problem when it is not retried.

        `repeat_after_s` returns the minimum pause after a problem, None if it must not be retried. Pauses happen inside
        the context `pausing`.
        """
        spent_s = 0.0
        tries = 0
        while True:
            began_s = self._clock.monotonic_s()
            try:
                return request()
            except Problem as problem:
                min_pause_s = repeat_after_s(problem)
                pause_s = max(self._backoff_s(tries), min_pause_s or 0.0)
                # Time in which other requests run during the pause does not count.
                spent_s += self._clock.monotonic_s() - began_s + pause_s
                can_retry = min_pause_s is not None and tries < max_repeats and pause_s <= MAX_PAUSE_S
                # A try may take the whole `timeout_s`, so none begins after `timeout_s` has passed.
                if not can_retry or spent_s >= self._timeout_s:
                    raise
            with pausing():
                self._clock.sleep(pause_s)
            tries += 1

    def _backoff_s(self, tries: int) -> float:
        return self._random() * min(MAX_PAUSE_S, FIRST_BACKOFF_S * 2.0**tries)
