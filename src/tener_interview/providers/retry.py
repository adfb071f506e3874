"""Retry: a request sent again where that is safe, after pauses that grow and differ (exponential backoff, jitter)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeVar

from ..errors import Problem
from ..system.clock import Clock

Done = TypeVar("Done")

MAX_REPEATS = 2
FIRST_BACKOFF_S = 0.5
#: Longest pause between two tries; a longer one that is asked for is passed on to the caller instead.
MAX_PAUSE_S = 5.0


class Retry:
    """Repeats requests that take `timeout_s` each at most. `random` draws from 0 up to 1."""

    def __init__(self, clock: Clock, random: Callable[[], float], timeout_s: float) -> None:
        self._clock = clock
        self._random = random
        self._timeout_s = timeout_s

    def run(
        self, request: Callable[[], Done], repeat_after_s: Callable[[Problem], float | None],
        aside: Callable[[], AbstractContextManager[None]], *, max_repeats: int = MAX_REPEATS,
    ) -> Done:
        """What `request` returns, within twice the time-out at most; raises its problem when it is not repeated.

        `repeat_after_s` says how long a pause a problem asks for at least, and None where it must not be repeated.
        Pauses are made inside of `aside`.
        """
        spent_s = 0.0
        tries = 0
        while True:
            began_s = self._clock.monotonic_s()
            try:
                return request()
            except Problem as problem:
                asked_s = repeat_after_s(problem)
                pause_s = max(self._backoff_s(tries), asked_s or 0.0)
                # Others' turns, which come in a pause, are not the time of this one.
                spent_s += self._clock.monotonic_s() - began_s + pause_s
                worth_it = asked_s is not None and tries < max_repeats and pause_s <= MAX_PAUSE_S
                # The last try may take a whole time-out, so it has to begin before the first one is over.
                if not worth_it or spent_s >= self._timeout_s:
                    raise
            with aside():
                self._clock.sleep(pause_s)
            tries += 1

    def _backoff_s(self, tries: int) -> float:
        return self._random() * min(MAX_PAUSE_S, FIRST_BACKOFF_S * 2.0**tries)
