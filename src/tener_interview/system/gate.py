"""Places: so many may go on at once, and the rest wait in the order of their coming. Turns: one at a time for a key."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Hashable, Iterator
from contextlib import contextmanager


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
        """Wait for a place, without a time-out for as long as it takes; whether there was one in time."""
        line = self._first if first else self._others
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            turn = threading.Lock()
            turn.acquire()
            line.append(turn)
        if turn.acquire(timeout=timeout_s):
            return True
        with self._lock:
            # A place that was handed over just now is not to be lost.
            if turn not in line:
                return True
            line.remove(turn)
            return False

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
            self.enter(first=first)


class Turns:
    """Lets threads of this process take turns on a key, so that they do not all ask the provider the same thing.

    A courtesy, not a lock that correctness needs: two processes have two of these.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: dict[Hashable, tuple[threading.Lock, int]] = {}

    @contextmanager
    def take(self, key: Hashable, *, wait: bool = True) -> Iterator[bool]:
        """Wait for a turn and hold it; without waiting, what is yielded says whether it was free."""
        with self._guard:
            lock, waiting = self._locks.get(key, (threading.Lock(), 0))
            self._locks[key] = (lock, waiting + 1)
        try:
            taken = lock.acquire(blocking=wait)
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
