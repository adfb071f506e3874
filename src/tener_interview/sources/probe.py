"""Probes a source: whether everything the service will request can be read just now."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from ..errors import Problem
from ..lazy_dataclass import dataclass
from .protocol import CandidateFilter

if TYPE_CHECKING:
    from ..system.clock import Clock
    from .protocol import Source

DEADLINE_S = 2.0
#: A successful probe that took longer than this stays valid for `_PROBE_INTERVAL_S`.
_QUICK_PROBE_S = 0.5
_PROBE_INTERVAL_S = 60.0


@dataclass(frozen=True)
class SourceProbe:
    """The result: the parts the source is read from, the number of jobs, and of candidates of the newest job."""

    parts: tuple[str, ...]
    jobs: int
    newest_job_id: int | None
    candidates: int


def probe_source(source: Source, jobs_limit: int, candidates_limit: int) -> SourceProbe:
    """Read the jobs, one of them, its candidates, and some of these by id. Raises the Problem of the first failure."""
    parts = source.parts()
    jobs = source.jobs(jobs_limit)
    if not jobs:
        # Finds nobody, but reads the tables of candidates.
        source.candidates_by_id(1, [1])
        return SourceProbe(parts, 0, None, 0)
    newest = source.job(jobs[0].job_id).job_id
    candidates = source.candidates(newest, candidates_limit)
    source.candidates_by_id(newest, [candidate.candidate_id for candidate in candidates[:1]])
    if candidates_limit > 1:
        source.page(newest, CandidateFilter(), 0, 1)
    return SourceProbe(parts, len(jobs), newest, len(candidates))


class SourceHealth:
    """Probes a source in a separate thread, so that a slow source holds no caller beyond the deadline."""

    def __init__(self, source: Source, clock: Clock, deadline_s: float = DEADLINE_S) -> None:
        self._source = source
        self._clock = clock
        self._deadline_s = deadline_s
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._fault: Problem | None = None
        self._parts: tuple[str, ...] = ()
        self._has_answered = False
        self._started_s = 0.0
        self._valid_until_s = 0.0

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts that the last probe found."""
        return self._parts

    def fault(self) -> Problem | None:
        """The source's current Problem, None if it is healthy. A source that does not list jobs in time is unhealthy.
        """
        with self._lock:
            thread = self._thread
            if thread is None or not thread.is_alive():
                self._has_answered = False
                self._started_s = self._clock.monotonic_s()
                thread = self._thread = threading.Thread(target=self._probe, name="source-check", daemon=True)
                thread.start()
            deadline_s = self._started_s + self._deadline_s
        # Only the first caller waits the whole deadline for a hanging source.
        thread.join(max(0.0, deadline_s - self._clock.monotonic_s()))
        if thread.is_alive() and not self._has_answered:
            return Problem(
                "SOURCE_UNAVAILABLE",
                f"The source of jobs and candidates at {self._source.location} has not answered within"
                f" {self._deadline_s:g} seconds.",
            )
        return self._fault

    def _probe(self) -> None:
        try:
            self._source.jobs(1)
            self._has_answered = True
            began_s = self._clock.monotonic_s()
            if began_s >= self._valid_until_s:
                self._parts = probe_source(self._source, 1, 1).parts
                now_s = self._clock.monotonic_s()
                self._valid_until_s = now_s + _PROBE_INTERVAL_S if now_s - began_s > _QUICK_PROBE_S else now_s
            self._fault = None
        except Problem as problem:
            self._fault = problem
            self._valid_until_s = 0.0
