"""Whether a source can be read just now: everything that will be asked of it, tried."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from ..errors import Problem
from ..system.clock import Clock
from .protocol import CandidateFilter, Source

PATIENCE_S = 2.0
#: What took longer than this is not asked for again before `_AGAIN_S` have passed, while it was good.
_QUICK_S = 0.5
_AGAIN_S = 60.0


@dataclass(frozen=True)
class SourceProbe:
    """What a source was found to be: what it is read from, how many jobs, and how many candidates the newest has."""

    parts: tuple[str, ...]
    jobs: int
    newest_job_id: int | None
    candidates: int


def probe_source(source: Source, jobs_limit: int, candidates_limit: int) -> SourceProbe:
    """Ask for the jobs, for one of them, for its candidates and for some of these by their ids.

    Raises the Problem of the first that cannot be had.
    """
    parts = source.parts()
    jobs = source.jobs(jobs_limit)
    if not jobs:
        # Of nobody, but the tables that candidates are read from are looked at.
        source.candidates_by_id(1, [1])
        return SourceProbe(parts, 0, None, 0)
    newest = source.job(jobs[0].job_id).job_id
    matched = source.candidates(newest, candidates_limit)
    source.candidates_by_id(newest, [each.candidate_id for each in matched[:1]])
    if candidates_limit > 1:
        source.page(newest, CandidateFilter(), 0, 1)
    return SourceProbe(parts, len(jobs), newest, len(matched))


class SourceHealth:
    """Tries a source in a thread of its own, so that a slow one holds nobody up, for those who will not wait for it."""

    def __init__(self, source: Source, clock: Clock, patience_s: float = PATIENCE_S) -> None:
        self._source = source
        self._clock = clock
        self._patience_s = patience_s
        self._lock = threading.Lock()
        self._asking: threading.Thread | None = None
        self._fault: Problem | None = None
        self._parts: tuple[str, ...] = ()
        self._answers = False
        self._asked_s = 0.0
        self._good_until_s = 0.0

    @property
    def parts(self) -> tuple[str, ...]:
        """What the source was last found to be read from."""
        return self._parts

    def fault(self) -> Problem | None:
        """What is wrong with the source, None for nothing; jobs that take too long to be listed are a fault as well."""
        with self._lock:
            asking = self._asking
            if asking is None or not asking.is_alive():
                self._answers = False
                self._asked_s = self._clock.monotonic_s()
                asking = self._asking = threading.Thread(target=self._ask, name="source-check", daemon=True)
                asking.start()
            give_up_s = self._asked_s + self._patience_s
        # A source that hangs holds up whoever comes first, and nobody for longer in all.
        asking.join(max(0.0, give_up_s - self._clock.monotonic_s()))
        if asking.is_alive() and not self._answers:
            return Problem(
                "SOURCE_UNAVAILABLE",
                f"The source of jobs and candidates at {self._source.location} has not answered within"
                f" {self._patience_s:g} seconds.",
            )
        return self._fault

    def _ask(self) -> None:
        try:
            self._source.jobs(1)
            self._answers = True
            began_s = self._clock.monotonic_s()
            if began_s >= self._good_until_s:
                self._parts = probe_source(self._source, 1, 1).parts
                now_s = self._clock.monotonic_s()
                self._good_until_s = now_s + _AGAIN_S if now_s - began_s > _QUICK_S else now_s
            self._fault = None
        except Problem as problem:
            self._fault = problem
            self._good_until_s = 0.0
