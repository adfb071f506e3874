"""Doing many slow things side by side, up to a limit, and taking the results as they come."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from contextvars import copy_context
from queue import SimpleQueue
from typing import TypeVar

Item = TypeVar("Item")
Done = TypeVar("Done")


def side_by_side(
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
