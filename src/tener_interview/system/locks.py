"""Locks for requests: a first-in-first-out semaphore and a lock per key, both of which stop waiting when their client
has gone."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

#: How often waiting threads check whether the result is still needed.
POLL_S = 0.25

#: Whether anybody still needs the result of the current work. Request threads set it; other work is always needed.
needed: ContextVar[Callable[[], bool]] = ContextVar("needed", default=lambda: True)


class NoLongerNeeded(Exception):
    """The caller has gone before its work began; the work is not begun."""


def acquire_lock(lock: threading.Lock, timeout_s: float = -1) -> bool:
    """Wait for a lock, without a time limit by default, and return whether it was acquired in time.

    Raises NoLongerNeeded, and then does not hold the lock.
    """
    if lock.acquire(blocking=False):
        return True
    end_s = time.monotonic() + timeout_s if timeout_s >= 0 else None
    still_needed = needed.get()
    while True:
        left_s = POLL_S if end_s is None else min(POLL_S, max(0.0, end_s - time.monotonic()))
        acquired = lock.acquire(timeout=left_s)
        if not still_needed():
            if acquired:
                lock.release()
            raise NoLongerNeeded
        if acquired:
            return True
        if end_s is not None and time.monotonic() >= end_s:
            return False


class FairSemaphore:
    """A semaphore that serves waiting threads in the order of their arrival; threading's would let newcomers overtake
    them.

    Threads that wait with `priority` are served before all others.
    """

    def __init__(self, slots: int) -> None:
        self._free = slots
        self._lock = threading.Lock()
        self._priority: deque[threading.Lock] = deque()
        self._normal: deque[threading.Lock] = deque()

    @property
    def waiting(self) -> int:
        return len(self._priority) + len(self._normal)

    def has_waiting(self) -> bool:
        return bool(self._priority or self._normal)

    def acquire(self, timeout_s: float = -1, *, priority: bool = False) -> bool:
        """Wait for a slot, without a time limit by default, and return whether there was one in time.

        Raises NoLongerNeeded.
        """
        queue = self._priority if priority else self._normal
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            granted = threading.Lock()
            granted.acquire()
            queue.append(granted)
        try:
            if acquire_lock(granted, timeout_s):
                return True
        except NoLongerNeeded:
            if not self._leave_queue(granted, queue):
                self.release()
            raise
        # A slot that was handed over at the last moment must not be lost.
        return not self._leave_queue(granted, queue)

    def _leave_queue(self, granted: threading.Lock, queue: deque[threading.Lock]) -> bool:
        """Stop waiting; return False if the slot has been handed over meanwhile."""
        with self._lock:
            if granted not in queue:
                return False
            queue.remove(granted)
            return True

    def release(self) -> None:
        """Hand the slot to the thread that has waited longest."""
        with self._lock:
            queue = self._priority or self._normal
            if queue:
                queue.popleft().release()
            else:
                self._free += 1

    @contextmanager
    def released(self, *, priority: bool = False) -> Iterator[None]:
        """Release the caller's slot for the duration of the block, then wait for one again."""
        self.release()
        try:
            yield
        finally:
            with run_to_completion():
                self.acquire(priority=priority)


@contextmanager
def run_to_completion() -> Iterator[None]:
    """Finish what is done in this block even if the client has gone."""
    token = needed.set(lambda: True)
    try:
        yield
    finally:
        needed.reset(token)


class KeyedLock:
    """Lets one thread of this process at a time work on a key, so that they do not all send the provider the same
    request.

    It only saves work: correctness must not depend on it, since another process has its own.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: dict[Hashable, tuple[threading.Lock, int]] = {}

    @contextmanager
    def acquire(self, key: Hashable, *, wait: bool = True) -> Iterator[bool]:
        """Hold the lock of a key; yields whether it was acquired, which without `wait` may be False.

        Raises NoLongerNeeded.
        """
        with self._guard:
            lock, waiting = self._locks.get(key, (threading.Lock(), 0))
            self._locks[key] = (lock, waiting + 1)
        try:
            acquired = acquire_lock(lock) if wait else lock.acquire(blocking=False)
            try:
                yield acquired
            finally:
                if acquired:
                    lock.release()
        finally:
            with self._guard:
                lock, waiting = self._locks[key]
                if waiting == 1:
                    del self._locks[key]
                else:
                    self._locks[key] = (lock, waiting - 1)
