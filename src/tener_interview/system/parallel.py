"""Slow things done in threads of their own: many side by side, or one that is not waited for longer than so long."""

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
Done = TypeVar("Done")

#: Asks whoever waits for some work whether they are still there, and to stay until its end if they are.
StillWaiting = Callable[[], bool]


def run_in_parallel(
    work: Callable[[Item], Done], items: Iterable[Item], limit: int
) -> Generator[tuple[Item, Done], None, None]:
    """Run `work` on each item in at most `limit` threads; yields (item, what it returned) in order of completion.

    What `work` raises is raised here; `work` should hand its failures back as values if others must go on. Nothing new
    is begun once the caller stops taking results, nor while it is `limit` results behind. The threads are daemons,
    unlike those of concurrent.futures: a process that is told to stop does not wait for a network's slowest answer.
    """
    waiting = deque(items)
    results: SimpleQueue[tuple[Item, Done | None, BaseException | None]] = SimpleQueue()
    places = threading.Semaphore(2 * limit)

    def pull() -> None:
        while places.acquire():
            try:
                item = waiting.popleft()
            except IndexError:
                return
            try:
                results.put((item, work(item), None))
            except BaseException as fault:  # carried over to the caller's thread
                results.put((item, None, fault))

    count = len(waiting)
    for number in range(min(limit, count)):
        threading.Thread(target=copy_context().run, args=(pull,), name=f"side-by-side-{number}", daemon=True).start()
    try:
        for _ in range(count):
            item, done, fault = results.get()
            if fault is not None:
                raise fault
            yield item, done  # type: ignore[misc]  # it is what work returned
            places.release()
    finally:
        waiting.clear()
        places.release(limit)


def chunks(items: Sequence[Item], size: int) -> list[list[Item]]:
    """The items in lists of at most `size`."""
    return [list(items[start : start + size]) for start in range(0, len(items), size)]


class StillRunning(Exception):
    """It is not done yet, and goes on."""


class NoWorkerFree(Exception):
    """It was not begun: too much else is under way."""


class Caller:
    """Whoever waits for some work, and may leave before it is done."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._gone: bool | None = None

    def stays(self) -> bool:
        """Whether the caller is still there. One that is waits for the end from now on: the work is nearly done."""
        with self._lock:
            self._gone = bool(self._gone)
            return not self._gone

    def leaves(self) -> bool:
        """Whether the caller has left: not one that was asked to stay."""
        with self._lock:
            self._gone = self._gone is not False
            return self._gone

    @property
    def gone(self) -> bool:
        return bool(self._gone)


class BackgroundWorkers:
    """Threads for what may take longer than whoever asked for it can wait; at most `limit` at any time."""

    def __init__(self, limit: int) -> None:
        self._places = threading.Semaphore(limit)

    def run_with_deadline(self, patience_s: float, work: Callable[[StillWaiting], Done]) -> Done:
        """What `work` returns, or raises, if it does in time, or if the caller was asked to stay before that.

        Raises StillRunning when it does not; it then goes on to its end, unless the process ends first, and what it
        raises is logged. Raises NoWorkerFree when nothing of it was begun.
        """
        give_up_at = time.monotonic() + patience_s
        if not self._places.acquire(timeout=max(0.0, patience_s)):
            raise NoWorkerFree
        results: SimpleQueue[tuple[Done | None, BaseException | None]] = SimpleQueue()
        caller = Caller()

        def run() -> None:
            try:
                results.put((work(caller.stays), None))
            except BaseException as fault:  # carried over to the caller's thread
                if caller.gone:
                    logs.log_background_failure(fault)
                results.put((None, fault))
            finally:
                self._places.release()

        threading.Thread(target=copy_context().run, args=(run,), name="worker", daemon=True).start()
        try:
            done, fault = results.get(timeout=max(0.0, give_up_at - time.monotonic()))
        except Empty:
            if caller.leaves():
                raise StillRunning from None
            done, fault = results.get()
        if fault is not None:
            raise fault
        return done  # type: ignore[return-value]  # it is what work returned
