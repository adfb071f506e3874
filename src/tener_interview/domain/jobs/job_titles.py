"""Titles and companies of jobs, cached for pages that must not wait for the source or fail with it."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from ...errors import Problem
from ...store.job_records import JobTitle

if TYPE_CHECKING:
    from ...sources.protocol import Job, Source
    from ...store.ports import Store, Transaction
    from ...system.clock import Clock

READ_TIMEOUT_S = 0.5
_REFRESH_AFTER_S = 60.0
_MAX_JOBS = 1000


def stored_titles(tx: Transaction) -> dict[int, str]:
    """Return the titles of all jobs that were ever known, by job."""
    return {job_id: known.title for job_id, known in tx.titles.all().items()}


class JobTitles:
    """Caches job titles. A background thread reads an unknown job from the source, at most once a minute."""

    def __init__(self, store: Store, source: Source, clock: Clock, timeout_s: float = READ_TIMEOUT_S) -> None:
        self._store = store
        self._source = source
        self._clock = clock
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._titles: dict[int, JobTitle] = {}
        #: Those that this process has stored, or found stored.
        self._stored: dict[int, JobTitle] = {}
        self._reader: threading.Thread | None = None
        self._reader_started_s: float | None = None

    def of(self, job_id: int) -> str | None:
        """Return the job's title; None if it is unknown or the source does not answer in time."""
        job = self._find(job_id)
        return job and job.title

    def company_of(self, job_id: int) -> str | None:
        """Return the hiring company; None if it is unknown or the source does not answer in time."""
        job = self._find(job_id)
        return job and job.company

    def by_job(self, job_ids: Iterable[int]) -> dict[int, str]:
        """Return the known titles of the given jobs; the source is asked for others, once and for a moment."""
        unique_ids = dict.fromkeys(job_ids)
        if not unique_ids:
            return {}
        with self._store.read() as tx:
            stored = stored_titles(tx)
        titles = {job_id: stored.get(job_id) or self.of(job_id) for job_id in unique_ids}
        return {job_id: title for job_id, title in titles.items() if title is not None}

    def keep(self, jobs: Iterable[Job]) -> None:
        """Remember the titles of these jobs; those that are stored already cost next to nothing."""
        stored = self._stored.get
        self._write({job.job_id: _title(job) for job in jobs if stored(job.job_id) != (job.title, job.company)})

    def remember_job(self, job_id: int) -> None:
        """Remember the title of a job, if it is known."""
        job = self._find(job_id)
        if job is not None:
            self._write({job_id: job})

    def _find(self, job_id: int) -> JobTitle | None:
        job = self._titles.get(job_id) or self._stored_title(job_id)
        if job is None:
            reader, started_s = self._start_reading(job_id)
            # A source that hangs delays only the first requests, and none longer than the timeout.
            reader.join(max(0.0, started_s + self._timeout_s - self._clock.monotonic_s()))
        return job or self._titles.get(job_id)

    def _write(self, titles: dict[int, JobTitle]) -> None:
        """Store new titles; if the database cannot be written now, try again another time."""
        self._titles.update(titles)
        if titles.items() <= self._stored.items():
            return
        with suppress(Problem):
            with self._store.read() as tx:
                known = tx.titles.all()
            fresh = {job_id: title for job_id, title in titles.items() if known.get(job_id) != title}
            if fresh:
                with self._store.write() as tx:
                    tx.titles.put(fresh)
            self._stored.update(titles)

    def _stored_title(self, job_id: int) -> JobTitle | None:
        with suppress(Problem), self._store.read() as tx:
            return tx.titles.get(job_id)
        return None

    def _start_reading(self, job_id: int) -> tuple[threading.Thread, float]:
        """Return the reading thread, started if need be, and when it started."""
        with self._lock:
            now_s = self._clock.monotonic_s()
            if self._reader is None or (
                not self._reader.is_alive() and now_s - (self._reader_started_s or 0) >= _REFRESH_AFTER_S
            ):
                self._reader_started_s = now_s
                self._reader = threading.Thread(target=self._load_title, args=(job_id,), name="job-titles", daemon=True)
                self._reader.start()
            return self._reader, self._reader_started_s or now_s

    def _load_title(self, job_id: int) -> None:
        with suppress(Problem):
            self._titles.update({job.job_id: _title(job) for job in self._source.jobs(_MAX_JOBS)})
            if job_id not in self._titles:
                # Lists omit archived jobs, but their interviews continue.
                self._titles[job_id] = _title(self._source.job(job_id))
            # Store it: the job has interviews, which need the title even after the source drops the job.
            self._write({job_id: self._titles[job_id]})


def _title(job: Job) -> JobTitle:
    return JobTitle(job.title, job.company)
