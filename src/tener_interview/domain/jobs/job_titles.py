"""What jobs are called and who hires for them, for those who will not wait for the source and must not fail with it."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from contextlib import suppress

from ...errors import Problem
from ...sources.protocol import Job, Source
from ...store.records import JobTitle
from ...store.sqlite.database import Store
from ...system.clock import Clock

READ_TIMEOUT_S = 0.5
_REFRESH_AFTER_S = 60.0
_MAX_JOBS = 1000


class JobTitles:
    """Titles as they were last seen. A job that is not known is asked for in a thread of its own, once a minute."""

    def __init__(self, store: Store, source: Source, clock: Clock, timeout_s: float = READ_TIMEOUT_S) -> None:
        self._store = store
        self._source = source
        self._clock = clock
        self._patience_s = timeout_s
        self._lock = threading.Lock()
        self._told: dict[int, JobTitle] = {}
        self._asking: threading.Thread | None = None
        self._asked_s: float | None = None

    def of(self, job_id: int) -> str | None:
        """The job's title; None where nobody knows it, or says it in time."""
        known = self._known(job_id)
        return known and known.title

    def company_of(self, job_id: int) -> str | None:
        """Who hires for the job; None where nobody has said, or says it in time."""
        known = self._known(job_id)
        return known and known.company

    def keep(self, jobs: Iterable[Job]) -> None:
        """Remember what jobs that were seen are called."""
        self._write({each.job_id: _title(each) for each in jobs})

    def remember_job(self, job_id: int) -> None:
        """Remember what one job is called, if anybody knows it."""
        known = self._known(job_id)
        if known is not None:
            self._write({job_id: known})

    def _known(self, job_id: int) -> JobTitle | None:
        known = self._told.get(job_id) or self._kept(job_id)
        if known is None:
            asking, asked_s = self._ask(job_id)
            # A source that hangs holds up whoever comes first, and nobody for longer in all.
            asking.join(max(0.0, asked_s + self._patience_s - self._clock.monotonic_s()))
        return known or self._told.get(job_id)

    def _write(self, seen: dict[int, JobTitle]) -> None:
        """Only what is new; where nothing can be written just now, it is left for another time."""
        self._told.update(seen)
        with suppress(Problem):
            with self._store.read() as tx:
                known = tx.titles.all()
            fresh = {job_id: title for job_id, title in seen.items() if known.get(job_id) != title}
            if fresh:
                with self._store.write() as tx:
                    tx.titles.put(fresh)

    def _kept(self, job_id: int) -> JobTitle | None:
        with suppress(Problem), self._store.read() as tx:
            return tx.titles.get(job_id)
        return None

    def _ask(self, job_id: int) -> tuple[threading.Thread, float]:
        """Who asks, and since when."""
        with self._lock:
            now_s = self._clock.monotonic_s()
            if self._asking is None or (
                not self._asking.is_alive() and now_s - (self._asked_s or 0) >= _REFRESH_AFTER_S
            ):
                self._asked_s = now_s
                self._asking = threading.Thread(target=self._read, args=(job_id,), name="job-titles", daemon=True)
                self._asking.start()
            return self._asking, self._asked_s or now_s

    def _read(self, job_id: int) -> None:
        with suppress(Problem):
            self._told.update({each.job_id: _title(each) for each in self._source.jobs(_MAX_JOBS)})
            if job_id not in self._told:
                # Lists leave archived jobs out; interviews that were begun for them go on.
                self._told[job_id] = _title(self._source.job(job_id))
            # It has interviews: they are to be named when the job is archived, and the source tells of it no more.
            self._write({job_id: self._told[job_id]})


def _title(job: Job) -> JobTitle:
    return JobTitle(job.title, job.company)
