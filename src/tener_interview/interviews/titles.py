"""What jobs are called, for those who will not wait for the source and must not fail with it."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from contextlib import suppress

from ..clock import Clock
from ..errors import Problem
from ..sources.protocol import Job, Source
from ..store.database import Store

PATIENCE_S = 0.5
_ASK_AGAIN_S = 60.0
_JOBS_ASKED = 1000


class Titles:
    """Titles as they were last seen. A job that is not known is asked for in a thread of its own, once a minute."""

    def __init__(self, store: Store, source: Source, clock: Clock, patience_s: float = PATIENCE_S) -> None:
        self._store = store
        self._source = source
        self._clock = clock
        self._patience_s = patience_s
        self._lock = threading.Lock()
        self._told: dict[int, str] = {}
        self._asking: threading.Thread | None = None
        self._asked_s: float | None = None

    def of(self, job_id: int) -> str | None:
        """The job's title; None where nobody knows it, or says it in time."""
        known = self._told.get(job_id) or self._kept(job_id)
        if known is None:
            self._ask().join(self._patience_s)
        return known or self._told.get(job_id)

    def keep(self, jobs: Iterable[Job]) -> None:
        """Remember the titles of jobs that were seen."""
        self._write({each.job_id: each.title for each in jobs})

    def keep_of(self, job_id: int) -> None:
        """Remember the title of one job, if anybody knows it."""
        title = self.of(job_id)
        if title is not None:
            self._write({job_id: title})

    def _write(self, seen: dict[int, str]) -> None:
        """Only what is new; where nothing can be written just now, it is left for another time."""
        self._told.update(seen)
        with suppress(Problem):
            with self._store.read() as tx:
                known = tx.titles.all()
            fresh = {job_id: title for job_id, title in seen.items() if known.get(job_id) != title}
            if fresh:
                with self._store.write() as tx:
                    tx.titles.put(fresh)

    def _kept(self, job_id: int) -> str | None:
        with suppress(Problem), self._store.read() as tx:
            return tx.titles.get(job_id)
        return None

    def _ask(self) -> threading.Thread:
        with self._lock:
            now_s = self._clock.monotonic_s()
            if self._asking is None or (
                not self._asking.is_alive() and now_s - (self._asked_s or 0) >= _ASK_AGAIN_S
            ):
                self._asked_s = now_s
                self._asking = threading.Thread(target=self._read, name="job-titles", daemon=True)
                self._asking.start()
            return self._asking

    def _read(self) -> None:
        with suppress(Problem):
            self._told.update({each.job_id: each.title for each in self._source.jobs(_JOBS_ASKED)})
