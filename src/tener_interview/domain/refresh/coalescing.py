"""Coalescing: ask the provider once, even if several requests need the same interviews at the same time.

Refreshes of one job queue up, and each takes over what those before it did that are recent enough
(`JobRefreshQueues`). And if an interview is being read right now, a second request waits for that read instead of
asking again (`InFlightSnapshots`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import field
from typing import TYPE_CHECKING

from ...lazy_dataclass import dataclass
from ...system.clock import Clock
from ...system.locks import FairSemaphore

if TYPE_CHECKING:
    from .apply_snapshot import ProviderSnapshot, SessionRefresh

#: A request takes over a refresh that was done at most this long before the request arrived.
MAX_SHARED_AGE_S = 10.0

#: A context that is entered while a request waits, so that another request can use its slot of the server.
LendSlot = Callable[[], AbstractContextManager[None]]


@dataclass
class JobQueue:
    """The running and the waiting refreshes of one job, and what those that are done did."""

    semaphore: FairSemaphore = field(default_factory=lambda: FairSemaphore(1))
    #: How many requests run or wait; the queue is dropped when the last one leaves.
    requests: int = 0
    #: By session id and `force`: when it was done, in seconds of the monotonic clock, and the refresh.
    done: dict[tuple[str, bool], tuple[float, SessionRefresh]] = field(default_factory=dict)


class RecentRefreshes:
    """What other requests refreshed of the job, which the request that is first in the queue can reuse."""

    def __init__(self, queue: JobQueue, clock: Clock, arrived_s: float, *, force: bool) -> None:
        self._queue = queue
        self._clock = clock
        self._since_s = arrived_s - MAX_SHARED_AGE_S
        self._force = force

    def by_session_id(self) -> dict[str, SessionRefresh]:
        """Return the recent refreshes of other requests."""
        return {
            session_id: session_refresh
            for (session_id, force), (done_s, session_refresh) in self._queue.done.items()
            if force == self._force and done_s >= self._since_s
        }

    def add(self, batch: Iterable[SessionRefresh]) -> None:
        """Offer refreshes to the requests that wait."""
        now_s = self._clock.monotonic_s()
        for session_refresh in batch:
            self._queue.done[session_refresh.before.session_id, self._force] = now_s, session_refresh


class JobRefreshQueues:
    """Lets one request at a time refresh a job, in the order of arrival. Knows only the requests of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.queues: dict[int, JobQueue] = {}

    @contextmanager
    def acquire(
        self, job_id: int, clock: Clock, lend_slot: LendSlot, *, force: bool
    ) -> Iterator[RecentRefreshes]:
        """Wait until no other request refreshes this job; enter `lend_slot` while waiting."""
        arrived_s = clock.monotonic_s()
        with self._lock:
            queue = self.queues.setdefault(job_id, JobQueue())
            queue.requests += 1
            alone = queue.requests == 1
        try:
            with _hold(queue.semaphore, lend_slot, alone=alone):
                yield RecentRefreshes(queue, clock, arrived_s, force=force)
        finally:
            with self._lock:
                queue.requests -= 1
                if not queue.requests:
                    del self.queues[job_id]


@contextmanager
def _hold(semaphore: FairSemaphore, lend_slot: LendSlot, *, alone: bool) -> Iterator[None]:
    if alone:
        semaphore.acquire()
    else:
        entered = False
        try:
            with lend_slot():
                entered = semaphore.acquire()
        except BaseException:
            if entered:
                semaphore.release()
            raise
    try:
        yield
    finally:
        semaphore.release()


class _InFlightRead:
    """One call of the provider and what it returned."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.snapshots: Mapping[str, ProviderSnapshot] = {}


class InFlightSnapshots:
    """Reads interviews; waits for a read of the same interview that is already running instead of starting another."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._in_flight: dict[tuple[str, bool], _InFlightRead] = {}

    def read(
        self,
        read: Callable[[list[str]], Mapping[str, ProviderSnapshot]],
        invitation_ids: Sequence[str],
        *,
        force: bool,
    ) -> dict[str, ProviderSnapshot]:
        """Return a snapshot of each interview, from `read` or from another request's read that was in flight."""
        own = _InFlightRead()
        # Sessions of two jobs may share one interview.
        ids = list(dict.fromkeys(invitation_ids))
        with self._lock:
            others = {key: other for key in ids if (other := self._in_flight.get((key, force)))}
            own_ids = [key for key in ids if key not in others]
            self._in_flight.update({(key, force): own for key in own_ids})
        try:
            own.snapshots = read(own_ids) if own_ids else {}
        finally:
            with self._lock:
                for key in own_ids:
                    del self._in_flight[key, force]
            own.done.set()
        snapshots = dict(own.snapshots)
        for key, other in others.items():
            other.done.wait()
            if key in other.snapshots:
                snapshots[key] = other.snapshots[key]
        # If the other request failed, this one reads the rest.
        unread = [key for key in ids if key not in snapshots]
        return snapshots | dict(read(unread)) if unread else snapshots
