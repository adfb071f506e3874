"""Places: so many may go on at once, and the rest wait in the order of their coming, for as long as somebody waits for
what they do. Turns: one at a time for a key."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

#: How often those who wait look whether they are still wanted.
LOOK_EVERY_S = 0.25

#: Whether anybody still waits for what is being done, in the threads of a request; anything else is always wanted.
wanted: ContextVar[Callable[[], bool]] = ContextVar("wanted", default=lambda: True)


class Unwanted(Exception):
    """Whoever asked has gone, and what they asked for has not begun: it is not begun any more."""


def acquire(lock: threading.Lock, timeout_s: float = -1) -> bool:
    """Wait for a lock, without a time-out for as long as it takes; whether it was free in time. Raises Unwanted."""
    end_s = time.monotonic() + timeout_s if timeout_s >= 0 else None
    still_wanted = wanted.get()
    while True:
        left_s = LOOK_EVERY_S if end_s is None else min(LOOK_EVERY_S, max(0.0, end_s - time.monotonic()))
        if lock.acquire(timeout=left_s):
            return True
        if not still_wanted():
            raise Unwanted
        if end_s is not None and time.monotonic() >= end_s:
            return False


class Gate:
    """Lets so many in at once and the rest in the order of their coming; a semaphore would let newcomers pass them.

    Those who come `first` are let in before all others who wait.
    """

    def __init__(self, places: int) -> None:
        self._free = places
        self._lock = threading.Lock()
        self._first: deque[threading.Lock] = deque()
        self._others: deque[threading.Lock] = deque()

    @property
    def waiting(self) -> int:
        return len(self._first) + len(self._others)

    def enter(self, timeout_s: float = -1, *, first: bool = False) -> bool:
        """Wait for a place, without a time-out for as long as it takes; whether there was one in time. Raises
        Unwanted."""
        line = self._first if first else self._others
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            turn = threading.Lock()
            turn.acquire()
            line.append(turn)
        try:
            if acquire(turn, timeout_s):
                return True
        except Unwanted:
            if not self._withdraw(turn, line):
                self.leave()
            raise
        # A place that was handed over just now is not to be lost.
        return not self._withdraw(turn, line)

    def _withdraw(self, turn: threading.Lock, line: deque[threading.Lock]) -> bool:
        """Wait no more; False where the place was handed over meanwhile."""
        with self._lock:
            if turn not in line:
                return False
            line.remove(turn)
            return True

    def leave(self) -> None:
        """Hand the place on to whoever waits longest."""
        with self._lock:
            line = self._first or self._others
            if line:
                line.popleft().release()
            else:
                self._free += 1

    @contextmanager
    def aside(self, *, first: bool = False) -> Iterator[None]:
        """Give a place that is held to others meanwhile, and wait for one again at the end."""
        self.leave()
        try:
            yield
        finally:
            with always_wanted():
                self.enter(first=first)


@contextmanager
def always_wanted() -> Iterator[None]:
    """What is done here is brought to its end, whoever has gone."""
    token = wanted.set(lambda: True)
    try:
        yield
    finally:
        wanted.reset(token)


class KeyedLock:
    """Lets threads of this process take turns on a key, so that they do not all ask the provider the same thing.

    A courtesy, not a lock that correctness needs: two processes have two of these.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: dict[Hashable, tuple[threading.Lock, int]] = {}

    @contextmanager
    def acquire(self, key: Hashable, *, wait: bool = True) -> Iterator[bool]:
        """Wait for a turn and hold it; without waiting, what is yielded says whether it was free. Raises Unwanted."""
        with self._guard:
            lock, waiting = self._locks.get(key, (threading.Lock(), 0))
            self._locks[key] = (lock, waiting + 1)
        try:
            taken = acquire(lock) if wait else lock.acquire(blocking=False)
            try:
                yield taken
            finally:
                if taken:
                    lock.release()
        finally:
            with self._guard:
                lock, waiting = self._locks[key]
                if waiting == 1:
                    del self._locks[key]
                else:
                    self._locks[key] = (lock, waiting - 1)
