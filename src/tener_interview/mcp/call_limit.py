"""CallLimit: how often one user's assistants may call tools."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque

from ..errors import Problem
from ..system.clock import Clock

CALLS_PER_MINUTE = 120
CHANGES_PER_MINUTE = 20
_WINDOW_S = 60.0
_MAX_USERS = 1000


class CallLimit:
    """Counts the calls of the last minute, by user; each process counts for itself."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._calls: OrderedDict[tuple[str, bool], deque[float]] = OrderedDict()

    def count(self, user: str, *, changes_something: bool) -> None:
        """Count a call. Raises `TOO_MANY_CALLS` if the user's assistants have used up the calls of this minute."""
        limits = [(False, CALLS_PER_MINUTE), *([(True, CHANGES_PER_MINUTE)] if changes_something else [])]
        now_s = self._clock.monotonic_s()
        with self._lock:
            counted = [(self._recent((user, changes), now_s), limit) for changes, limit in limits]
            for calls, limit in counted:
                if len(calls) >= limit:
                    raise _too_many_problem(limit, int(calls[0] + _WINDOW_S - now_s) + 1)
            for calls, _ in counted:
                calls.append(now_s)

    def _recent(self, key: tuple[str, bool], now_s: float) -> deque[float]:
        calls = self._calls.setdefault(key, deque())
        self._calls.move_to_end(key)
        if len(self._calls) > _MAX_USERS:
            self._calls.popitem(last=False)
        while calls and now_s - calls[0] >= _WINDOW_S:
            calls.popleft()
        return calls


def _too_many_problem(limit: int, wait_s: int) -> Problem:
    return Problem(
        "TOO_MANY_CALLS",
        f"Not done: the limit of {limit} such calls a minute is reached. Try again in {wait_s} s.",
        headers={"Retry-After": str(wait_s)},
    )
