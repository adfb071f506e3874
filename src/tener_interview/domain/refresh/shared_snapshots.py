"""What is asked of the provider once, though many want to know it at the same time.

Requests for all of a job go one after the other, and take over what those before them have read since they came. And
what is being read just now, for whomever, is not asked for a second time beside it.
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

#: What was read so shortly before a request came, by one that was still under way then, is new enough for it.
MAX_SHARED_AGE_S = 10.0

Aside = Callable[[], AbstractContextManager[None]]


@dataclass
class JobOutcomes:
    """What those in line for one job have read, while there are any."""

    turn: FairSemaphore = field(default_factory=lambda: FairSemaphore(1))
    #: How many there are; the first of them finds nothing that was read before.
    waiting: int = 0
    #: By session and whether it was forced: when it was read, how the session was before, and what became of it.
    kept: dict[tuple[str, bool], tuple[float, Session, RefreshOutcome]] = field(default_factory=dict)


class SharedOutcomes:
    """A request's view of them while it is its turn."""

    def __init__(self, readings: JobOutcomes, clock: Clock, came_s: float, *, force: bool) -> None:
        self._readings = readings
        self._clock = clock
        self._since_s = came_s - MAX_SHARED_AGE_S
        self._force = force

    def fresh_outcomes(self) -> dict[str, tuple[Session, RefreshOutcome]]:
        """What was read for others and is new enough, by session."""
        return {
            session_id: (before, settled)
            for (session_id, force), (read_s, before, settled) in self._readings.kept.items()
            if force == self._force and read_s >= self._since_s
        }

    def keep(self, batch: Iterable[tuple[Session, RefreshOutcome]]) -> None:
        """Let those who come after take it over."""
        now_s = self._clock.monotonic_s()
        for before, settled in batch:
            self._readings.kept[before.session_id, self._force] = now_s, before, settled


class JobLocks:
    """Has requests for all of a job wait for each other. Those of another process are not known."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.jobs: dict[int, JobOutcomes] = {}

    @contextmanager
    def acquire(self, job_id: int, clock: Clock, aside: Aside, *, force: bool) -> Iterator[SharedOutcomes]:
        """Wait for the turn of a request for this job; `aside` is entered while it waits."""
        came_s = clock.monotonic_s()
        with self._lock:
            readings = self.jobs.setdefault(job_id, JobOutcomes())
            readings.waiting += 1
            alone = readings.waiting == 1
        try:
            with _turn(readings.turn, aside, alone=alone):
                yield SharedOutcomes(readings, clock, came_s, force=force)
        finally:
            with self._lock:
                readings.waiting -= 1
                if not readings.waiting:
                    del self.jobs[job_id]


@contextmanager
def _turn(turn: FairSemaphore, aside: Aside, *, alone: bool) -> Iterator[None]:
    if alone:
        turn.acquire()
    else:
        taken = False
        try:
            with aside():
                taken = turn.acquire()
        except BaseException:
            if taken:
                turn.release()
            raise
    try:
        yield
    finally:
        turn.release()


class _InFlightRead:
    """One request to the provider, and what came of it."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self.found: Mapping[str, ProviderSnapshot] = {}


class InFlightSnapshots:
    """Reads interviews; one that is being read already is waited for instead."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: dict[tuple[str, bool], _InFlightRead] = {}

    def read(
        self, ask: Callable[[list[str]], Mapping[str, ProviderSnapshot]], invitation_ids: Sequence[str], *, force: bool
    ) -> dict[str, ProviderSnapshot]:
        """What `ask` says of each interview, or said to somebody else who asked at the same time."""
        mine = _InFlightRead()
        # One interview may stand for sessions of two jobs.
        wanted = dict.fromkeys(invitation_ids)
        with self._lock:
            others = {each: found for each in wanted if (found := self._under_way.get((each, force)))}
            own = [each for each in wanted if each not in others]
            self._under_way.update({(each, force): mine for each in own})
        try:
            mine.found = ask(own) if own else {}
        finally:
            with self._lock:
                for each in own:
                    del self._under_way[each, force]
            mine.over.set()
        told = dict(mine.found)
        for each, other in others.items():
            other.over.wait()
            if each in other.found:
                told[each] = other.found[each]
        # Where the other one has failed, it is nobody's fault but that one's.
        untold = [each for each in wanted if each not in told]
        return told | dict(ask(untold)) if untold else told
