"""Ask the provider once, even if several requests need the same interviews at the same time.

Refreshes of one job run one after the other and take over what an earlier one has read since they arrived. And if an
interview is being read right now, a second request waits for that answer instead of asking again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...store.session import Session
from ...system.clock import Clock
from ...system.locks import FairSemaphore

if TYPE_CHECKING:
    from .apply_snapshot import ProviderSnapshot, RefreshOutcome

#: A request takes over an outcome that was read at most this long before the request arrived.
MAX_SHARED_AGE_S = 10.0

#: Entered while a request waits, so that another request can use its slot.
SlotReleased = Callable[[], AbstractContextManager[None]]


@dataclass
class JobOutcomes:
    """What the current and waiting requests for one job have read."""

    semaphore: FairSemaphore = field(default_factory=lambda: FairSemaphore(1))
    #: How many requests run or wait; the entry is dropped when the last one leaves.
    waiting: int = 0
    #: By session id and `force`: when it was read, the session before, and the outcome.
    outcomes: dict[tuple[str, bool], tuple[float, Session, RefreshOutcome]] = field(default_factory=dict)


class SharedOutcomes:
    """What one request sees of the outcomes of its job while it holds the lock."""

    def __init__(self, job: JobOutcomes, clock: Clock, arrived_s: float, *, force: bool) -> None:
        self._job = job
        self._clock = clock
        self._since_s = arrived_s - MAX_SHARED_AGE_S
        self._force = force

    def fresh_outcomes(self) -> dict[str, tuple[Session, RefreshOutcome]]:
        """Return recent outcomes of other requests by session id."""
        return {
            session_id: (before, outcome)
            for (session_id, force), (read_s, before, outcome) in self._job.outcomes.items()
            if force == self._force and read_s >= self._since_s
        }

    def add(self, batch: Iterable[tuple[Session, RefreshOutcome]]) -> None:
        """Offer outcomes to the requests that wait."""
        now_s = self._clock.monotonic_s()
        for before, outcome in batch:
            self._job.outcomes[before.session_id, self._force] = now_s, before, outcome


class JobLocks:
    """Lets one request at a time refresh a job. Knows only the requests of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.jobs: dict[int, JobOutcomes] = {}

    @contextmanager
    def acquire(
        self, job_id: int, clock: Clock, slot_released: SlotReleased, *, force: bool
    ) -> Iterator[SharedOutcomes]:
        """Wait until no other request refreshes this job; enter `slot_released` while waiting."""
        arrived_s = clock.monotonic_s()
        with self._lock:
            job = self.jobs.setdefault(job_id, JobOutcomes())
            job.waiting += 1
            alone = job.waiting == 1
        try:
            with _hold(job.semaphore, slot_released, alone=alone):
                yield SharedOutcomes(job, clock, arrived_s, force=force)
        finally:
            with self._lock:
                job.waiting -= 1
                if not job.waiting:
                    del self.jobs[job_id]


@contextmanager
def _hold(semaphore: FairSemaphore, slot_released: SlotReleased, *, alone: bool) -> Iterator[None]:
    if alone:
        semaphore.acquire()
    else:
        entered = False
        try:
            with slot_released():
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
        fetch: Callable[[list[str]], Mapping[str, ProviderSnapshot]],
        invitation_ids: Sequence[str],
        *,
        force: bool,
    ) -> dict[str, ProviderSnapshot]:
        """Return a snapshot of each interview, from `fetch` or from another request's read that was in flight."""
        own = _InFlightRead()
        # Sessions of two jobs may share one interview.
        ids = list(dict.fromkeys(invitation_ids))
        with self._lock:
            others = {key: read for key in ids if (read := self._in_flight.get((key, force)))}
            own_ids = [key for key in ids if key not in others]
            self._in_flight.update({(key, force): own for key in own_ids})
        try:
            own.snapshots = fetch(own_ids) if own_ids else {}
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
        # If the other request failed, read the rest ourselves.
        unread = [key for key in ids if key not in snapshots]
        return snapshots | dict(fetch(unread)) if unread else snapshots
