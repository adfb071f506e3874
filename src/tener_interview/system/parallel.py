"""Slow work in threads: many items at once, or one task with a deadline."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterable, Sequence, Sized
from contextvars import copy_context
from queue import Empty, SimpleQueue
from typing import TypeVar

from . import logs

Item = TypeVar("Item")
Result = TypeVar("Result")

#: Returns whether the client is connected. After True, the response is sent even after the deadline.
CommitToRespond = Callable[[], bool]


def run_in_parallel(
    work: Callable[[Item], Result], items: Iterable[Item], limit: int
) -> Generator[tuple[Item, Result], None, None]:
    """Run `work` on each item in at most `limit` threads; yields (item, result) in order of completion.

    A single item is worked on by the caller's thread: another would only cost time.

    Taking an item may be slow; it happens in the same threads, one item at a time. An exception in `work` or
    of the items is raised here and stops everything; if other items must go on, `work` should return its failures as
    values. No further item is begun once the caller stops iterating, nor while it is `limit` results behind. The
    threads are daemons, unlike those of concurrent.futures: a process that is told to stop does not wait for the
    slowest answer of another system.
    """
    if isinstance(items, Sized) and len(items) == 1:
        for item in items:
            yield item, work(item)
        return
    threads = min(limit, len(items)) if isinstance(items, Sized) else limit
    waiting = iter(items)
    taking, stopped = threading.Lock(), threading.Event()
    #: None instead of an item and its result: a thread has ended, by a fault or because no item is left.
    results: SimpleQueue[tuple[tuple[Item, Result] | None, BaseException | None]] = SimpleQueue()
    slots = threading.Semaphore(2 * limit)

    def run_items() -> None:
        try:
            while slots.acquire():
                with taking:
                    if stopped.is_set():
                        break
                    try:
                        item = next(waiting)
                    except StopIteration:
                        stopped.set()
                        # Others may wait for the caller to take a result.
                        slots.release(limit)
                        break
                results.put(((item, work(item)), None))
        except BaseException as fault:  # carried over to the caller's thread
            results.put((None, fault))
        else:
            results.put((None, None))

    for index in range(threads):
        threading.Thread(target=copy_context().run, args=(run_items,), name=f"parallel-{index}", daemon=True).start()
    try:
        while threads:
            done, fault = results.get()
            if fault is not None:
                raise fault
            if done is None:
                threads -= 1
            else:
                yield done
                slots.release()
    finally:
        stopped.set()
        slots.release(limit)


def chunks(items: Sequence[Item], size: int) -> list[list[Item]]:
    """Split the items into lists of at most `size`."""
    return [list(items[start : start + size]) for start in range(0, len(items), size)]


class StillRunning(Exception):
    """The work is not done yet, and goes on."""


class NoWorkerFree(Exception):
    """The work was not begun, because all workers are busy."""


class _WaitingClient:
    """The client that a result is for. It stops waiting at the deadline, unless the work has committed to respond."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left: bool | None = None

    def commit_to_respond(self) -> bool:
        """Return whether the client still waits; if so, it now waits until the work is done."""
        with self._lock:
            self._left = bool(self._left)
            return not self._left

    def stop_waiting(self) -> bool:
        """Return whether the client may stop waiting: not after `commit_to_respond` has returned True."""
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

    def run_with_deadline(self, timeout_s: float, work: Callable[[CommitToRespond], Result]) -> Result:
        """Run `work` and return its result if it is done within the deadline, or has committed to respond.

        Raises what `work` raises. Raises StillRunning when the deadline passes; the work then runs on to its end,
        unless the process ends first, and a failure is logged. Raises NoWorkerFree if the work was not begun.
        """
        deadline_s = time.monotonic() + timeout_s
        if not self._slots.acquire(timeout=max(0.0, timeout_s)):
            raise NoWorkerFree
        results: SimpleQueue[tuple[Result | None, BaseException | None]] = SimpleQueue()
        client = _WaitingClient()

        def run() -> None:
            try:
                results.put((work(client.commit_to_respond), None))
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
