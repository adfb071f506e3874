"""The main system's API as a source of JDs and candidates."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from ..errors import Problem
from ..outbound.request import Send, Unreachable, UpstreamResponse
from ..system.clock import Clock
from . import rows
from .culture import culture_of_detail
from .item_list import InvalidList, NotJson, read_items
from .protocol import Candidate, CandidateFilter, CandidatePage, Job, MatchedCandidate

#: The limits to request when looking up single rows: first a short list, then the longest.
LOOK_UP_LIMITS = (500, 10_000)
#: The size limit for responses with up to `LOOK_UP_LIMITS[0]` rows, many of which may be in flight at once.
MAX_SHORT_BYTES = 8 * 1024 * 1024
#: How long a job's candidates are cached: the API returns the whole list, which takes seconds for thousands.
CACHE_S = 10.0
_MAX_CACHED_LISTS = 4

_CHECK_BASE = "check TENER_INTERVIEW_SOURCE_API_BASE"
#: What an HTTP status means, as the end of a sentence.
REASONS: dict[int, str] = {
    401: "it does not let this service in (401); check TENER_INTERVIEW_SOURCE_API_TOKEN",
    403: "it forbids this service to read (403); check the rights of TENER_INTERVIEW_SOURCE_API_TOKEN",
    404: f"it has no such list (404); {_CHECK_BASE}",
    429: "it asks for fewer requests (429); try again in a moment",
}

_T = TypeVar("_T")


class ApiSource:
    """The Source over `GET {base_url}/api/jobs`, `/api/jobs/{id}` and `/api/jobs/{id}/candidates`."""

    kind = "api"

    def __init__(
        self, send: Send, base_url: str, token: str | None, timeout_s: float, clock: Clock, *,
        send_short: Send | None = None,
    ) -> None:
        """`send_short` accepts smaller responses; it fetches short lists, many of which may be in memory at once."""
        self.location = base_url.rstrip("/")
        self._send = send
        self._send_short = send_short or send
        self._timeout_s = timeout_s
        self._clock = clock
        self._long_list_lock = threading.Lock()
        #: Job id -> when the candidates were requested (monotonic), the limit, and the candidates.
        self._cache: dict[int, tuple[float, int, list[Candidate]]] = {}
        self._headers = {"Accept": "application/json", "User-Agent": "tener-interview"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"

    def jobs(self, limit: int) -> list[Job]:
        jobs = rows.newest_first(self._fetch_list("/api/jobs", limit, rows.parse_job))
        return [job for job in jobs if not job.archived][:limit]

    def job(self, job_id: int) -> Job:
        for limit in LOOK_UP_LIMITS:
            jobs = self._fetch_list("/api/jobs", limit, rows.parse_job)
            match = next((job for job in jobs if job.job_id == job_id), None)
            if match is not None:
                return match
            if len(jobs) < limit:
                break
        raise Problem("JOB_NOT_FOUND", f"The main system lists no job {job_id}.")

    def culture(self, job_id: int) -> tuple[str, ...]:
        response = self._get(f"/api/jobs/{job_id}")
        if response.status == 404:
            return ()
        if response.status != 200:
            raise self._unavailable_problem(REASONS.get(response.status) or _status_reason(response.status))
        try:
            return culture_of_detail(json.loads(response.body))
        except (ValueError, RecursionError):
            return ()

    def candidates(self, job_id: int, limit: int) -> list[Candidate]:
        cached = self._cache.get(job_id)
        now_s = self._clock.monotonic_s()
        if cached and now_s - cached[0] < CACHE_S and (limit <= cached[1] or len(cached[2]) < cached[1]):
            return cached[2][:limit]
        candidates = self._fetch_list(
            f"/api/jobs/{job_id}/candidates", limit, rows.parse_candidate, f"has no job {job_id}"
        )
        candidates = rows.best_first(candidates)
        if not candidates:
            # The API also returns an empty list for an unknown job: this raises JOB_NOT_FOUND.
            self.job(job_id)
        self._remember(job_id, (now_s, limit, candidates))
        return candidates[:limit]

    def _remember(self, job_id: int, fresh: tuple[float, int, list[Candidate]]) -> None:
        """Cache a job's candidates beside those of other jobs, up to the size of the longest list in all."""
        cached = {job_id: fresh}
        room = LOOK_UP_LIMITS[-1] - len(fresh[2])
        for other_id, other in reversed(self._cache.items()):
            room -= len(other[2])
            if other_id != job_id and room >= 0 and len(cached) < _MAX_CACHED_LISTS:
                cached[other_id] = other
        self._cache = dict(reversed(cached.items()))

    def _fetch_list(
        self, path: str, limit: int, read: Callable[[Mapping[str, object]], _T], unknown: str | None = None
    ) -> list[_T]:
        """Fetch a list. Only one long list is fetched at a time."""
        is_long = limit > LOOK_UP_LIMITS[0]
        if is_long and not self._long_list_lock.acquire(timeout=self._timeout_s):
            raise self._unavailable_problem("it is still being asked for another long list; try again in a moment")
        try:
            response = self._get(f"{path}?limit={limit}", is_long=is_long)
            if response.status == 404 and unknown:
                raise Problem("JOB_NOT_FOUND", f"The main system {unknown}.")
            return self._read_items(response, read)
        finally:
            if is_long:
                self._long_list_lock.release()

    def page(self, job_id: int, candidate_filter: CandidateFilter, offset: int, limit: int) -> CandidatePage:
        return rows.filter_page(self.candidates(job_id, LOOK_UP_LIMITS[-1]), candidate_filter, offset, limit)

    def candidates_by_id(self, job_id: int, candidate_ids: Collection[int]) -> dict[int, Candidate]:
        wanted_ids = set(candidate_ids)
        candidates: dict[int, Candidate] = {}
        try:
            for limit in LOOK_UP_LIMITS:
                candidates = {candidate.candidate_id: candidate for candidate in self.candidates(job_id, limit)}
                if wanted_ids <= candidates.keys() or len(candidates) < limit:
                    break
        except Problem as problem:
            if problem.code != "JOB_NOT_FOUND":
                raise
        return {candidate_id: candidates[candidate_id] for candidate_id in wanted_ids & candidates.keys()}

    def search(self, words: Sequence[str], limit: int) -> list[MatchedCandidate] | None:  # noqa: ARG002
        """Nothing: the API has candidates job by job, and whole lists only."""
        return None

    def parts(self) -> tuple[str, ...]:
        return ("/api/jobs", "/api/jobs/{id}/candidates")

    def _get(self, path: str, *, is_long: bool = False) -> UpstreamResponse:
        send = self._send if is_long else self._send_short
        try:
            return send(
                "GET", f"{self.location}{path}", headers=self._headers, body=None, timeout_s=self._timeout_s
            )
        except Unreachable as fault:
            raise self._unavailable_problem(f"{fault.reason}; {_CHECK_BASE}, or try again in a moment") from None

    def _read_items(self, response: UpstreamResponse, read: Callable[[Mapping[str, object]], _T]) -> list[_T]:
        """The items of `{"items": [...]}`, converted. Raises SOURCE_UNAVAILABLE for anything but a complete list."""
        if response.status != 200:
            raise self._unavailable_problem(REASONS.get(response.status) or _status_reason(response.status))
        try:
            return read_items(response.body, read)
        except NotJson:
            content = "a web page" if "html" in response.headers.get("content-type", "").lower() else "something else"
            raise self._unavailable_problem(f"it answered with {content} instead of JSON; {_CHECK_BASE}") from None
        except InvalidList as fault:
            raise self._unavailable_problem(f"{fault}; {_CHECK_BASE}") from None
        except rows.InvalidRow as fault:
            raise self._unavailable_problem(f"{fault}; mend the row in the main system") from None

    def _unavailable_problem(self, reason: str) -> Problem:
        return Problem(
            "SOURCE_UNAVAILABLE",
            f"The main system's API {self.location} returns no list: {reason}.",
            {"source": self.kind, "location": self.location},
        )


def _status_reason(status: int) -> str:
    if status >= 500:
        return f"it failed ({status}); try again in a moment"
    if 300 <= status < 400:
        return f"it sends on to another address ({status}); set TENER_INTERVIEW_SOURCE_API_BASE to the final one"
    return f"it answered with status {status}; {_CHECK_BASE}"
