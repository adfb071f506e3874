"""Slow work in threads: many items at once, or one task with a deadline."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from contextvars import copy_context
from queue import Empty, SimpleQueue
from typing import TypeVar

from . import logs

Item = TypeVar("Item")
Result = TypeVar("Result")

#: Returns whether the client still waits for the result; if so, it now has to wait until the end.
ClaimWaitingClient = Callable[[], bool]


def run_in_parallel(
    work: Callable[[Item], Result], items: Iterable[Item], limit: int
) -> Generator[tuple[Item, Result], None, None]:
    """Run `work` on each item in at most `limit` threads; yields (item, result) in order of completion.

    An exception in `work` is raised here and stops everything; if other items must go on, `work` should return its
    failures as values. No further item is begun once the caller stops iterating, nor while it is `limit` results
    behind. The threads are daemons, unlike those of concurrent.futures: a process that is told to stop does not wait
    for the slowest answer of another system.
    """
    waiting = deque(items)
    results: SimpleQueue[tuple[Item, Result | None, BaseException | None]] = SimpleQueue()
    slots = threading.Semaphore(2 * limit)

    def run_items() -> None:
        while slots.acquire():
            try:
                item = waiting.popleft()
            except IndexError:
                return
            try:
                results.put((item, work(item), None))
            except BaseException as fault:  # carried over to the caller's thread
                results.put((item, None, fault))

    count = len(waiting)
    for index in range(min(limit, count)):
        threading.Thread(target=copy_context().run, args=(run_items,), name=f"parallel-{index}", daemon=True).start()
    try:
        for _ in range(count):
            item, result, fault = results.get()
            if fault is not None:
                raise fault
            yield item, result  # type: ignore[misc]  # it is what work returned
            slots.release()
    finally:
        waiting.clear()
        slots.release(limit)


def chunks(items: Sequence[Item], size: int) -> list[list[Item]]:
    """Split the items into lists of at most `size`."""
    return [list(items[start : start + size]) for start in range(0, len(items), size)]


class StillRunning(Exception):
    """The work is not done yet, and goes on."""


class NoWorkerFree(Exception):
    """The work was not begun, because all workers are busy."""


class WaitingClient:
    """The client of some work, who may stop waiting before it is done."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left: bool | None = None

    def claim(self) -> bool:
        """Return whether the client still waits. If so, it now waits until the end, because the work is nearly done."""
        with self._lock:
            self._left = bool(self._left)
            return not self._left

    def stop_waiting(self) -> bool:
        """Return whether the client may stop waiting: not after `claim` has returned True."""
        with self._lock:
            self._left = self._left is not False
            return self._left

    @property
    def has_left(self) -> bool:
        return bool(self._left)


class BackgroundWorkers:
    """Threads for work that may outlast its caller; at most `limit` run at any time."""

    def __init__(self, limit: int) -> None:
        self._slots = threading.Semaphore(limit)

    def run_with_deadline(self, timeout_s: float, work: Callable[[ClaimWaitingClient], Result]) -> Result:
        """Run `work` and return its result if it is done within the deadline, or if it has claimed its client.

        Raises what `work` raises. Raises StillRunning when the deadline passes; the work then runs on to its end,
        unless the process ends first, and a failure is logged. Raises NoWorkerFree if the work was not begun.
        """
        deadline_s = time.monotonic() + timeout_s
        if not self._slots.acquire(timeout=max(0.0, timeout_s)):
            raise NoWorkerFree
        results: SimpleQueue[tuple[Result | None, BaseException | None]] = SimpleQueue()
        client = WaitingClient()

        def run() -> None:
            try:
                results.put((work(client.claim), None))
            except BaseException as fault:  # carried over to the caller's thread
                if client.has_left:
                    logs.log_background_failure(fault)
                results.put((None, fault))
            finally:
                self._slots.release()

        threading.Thread(target=copy_context().run, args=(run,), name="worker", daemon=True).start()
        try:
            result, fault = results.get(timeout=max(0.0, deadline_s - time.monotonic()))
        except Empty:
            if client.stop_waiting():
                raise StillRunning from None
            result, fault = results.get()
        if fault is not None:
            raise fault
        return result  # type: ignore[return-value]  # it is what work returned
