"""The main system's API as a source of JDs and candidates."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from ..errors import Problem
from ..outbound.request import Send, Unreachable, UpstreamResponse
from ..system.clock import Clock
from . import rows
from .item_list import InvalidList, NotJson, read_items
from .protocol import Candidate, CandidateFilter, Job, Page

#: How much is asked for where some rows are looked up: what every list serves, then all there may be.
LOOK_UP_LIMITS = (500, 10_000)
#: Of an answer to whoever asks for no more than the first of these: many may be on their way at once.
MAX_SHORT_BYTES = 8 * 1024 * 1024
#: How long a job's candidates may be shown as they were read: the list comes whole, and of thousands takes seconds.
KEPT_S = 10.0
_LISTS_KEPT = 4

_CHECK_BASE = "check TENER_INTERVIEW_SOURCE_API_BASE"
#: What a status means, as the end of a sentence.
REASONS: dict[int, str] = {
    401: "it does not let this service in (401); check TENER_INTERVIEW_SOURCE_API_TOKEN",
    403: "it forbids this service to read (403); check the rights of TENER_INTERVIEW_SOURCE_API_TOKEN",
    404: f"it has no such list (404); {_CHECK_BASE}",
    429: "it asks for fewer requests (429); try again in a moment",
}

_T = TypeVar("_T")


class ApiSource:
    """The Source over `GET {base_url}/api/jobs` and `GET {base_url}/api/jobs/{id}/candidates`."""

    kind = "api"

    def __init__(
        self, send: Send, base_url: str, token: str | None, timeout_s: float, clock: Clock, *,
        send_short: Send | None = None,
    ) -> None:
        """`send_short` takes less of an answer; it asks for lists of which many may be held at once."""
        self.location = base_url.rstrip("/")
        self._send = send
        self._send_short = send_short or send
        self._timeout_s = timeout_s
        self._clock = clock
        self._long_lists = threading.Lock()
        #: By job: when the candidates were asked for, how many at most, and who they are.
        self._kept: dict[int, tuple[float, int, list[Candidate]]] = {}
        self._headers = {"Accept": "application/json", "User-Agent": "tener-interview"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"

    def jobs(self, limit: int) -> list[Job]:
        listed = rows.newest_first(self._listed("/api/jobs", limit, rows.parse_job))
        return [each for each in listed if not each.archived][:limit]

    def job(self, job_id: int) -> Job:
        for limit in LOOK_UP_LIMITS:
            listed = self._listed("/api/jobs", limit, rows.parse_job)
            found = next((each for each in listed if each.job_id == job_id), None)
            if found is not None:
                return found
            if len(listed) < limit:
                break
        raise Problem("JOB_NOT_FOUND", f"The main system lists no job {job_id}.")

    def candidates(self, job_id: int, limit: int) -> list[Candidate]:
        kept = self._kept.get(job_id)
        now_s = self._clock.monotonic_s()
        if kept and now_s - kept[0] < KEPT_S and (limit <= kept[1] or len(kept[2]) < kept[1]):
            return kept[2][:limit]
        found = self._listed(f"/api/jobs/{job_id}/candidates", limit, rows.parse_candidate, f"has no job {job_id}")
        found = rows.best_first(found)
        if not found:
            # A job that it does not have has an empty list there, too.
            self.job(job_id)
        self._keep(job_id, (now_s, limit, found))
        return found[:limit]

    def _keep(self, job_id: int, fresh: tuple[float, int, list[Candidate]]) -> None:
        """Beside other jobs' lists, as long as they are not more together than the longest list there may be."""
        kept = {job_id: fresh}
        rest = LOOK_UP_LIMITS[-1] - len(fresh[2])
        for each, its in reversed(self._kept.items()):
            rest -= len(its[2])
            if each != job_id and rest >= 0 and len(kept) < _LISTS_KEPT:
                kept[each] = its
        self._kept = dict(reversed(kept.items()))

    def _listed(
        self, path: str, limit: int, read: Callable[[Mapping[str, object]], _T], unknown: str | None = None
    ) -> list[_T]:
        """A list that is asked for; of long ones, one at a time is held."""
        long = limit > LOOK_UP_LIMITS[0]
        if long and not self._long_lists.acquire(timeout=self._timeout_s):
            raise self._unavailable("it is still being asked for another long list; try again in a moment")
        try:
            answer = self._get(path, limit)
            if answer.status == 404 and unknown:
                raise Problem("JOB_NOT_FOUND", f"The main system {unknown}.")
            return self._items(answer, read)
        finally:
            if long:
                self._long_lists.release()

    def page(self, job_id: int, wanted: CandidateFilter, offset: int, limit: int) -> Page:
        return rows.filter_page(self.candidates(job_id, LOOK_UP_LIMITS[-1]), wanted, offset, limit)

    def candidates_by_id(self, job_id: int, candidate_ids: Collection[int]) -> dict[int, Candidate]:
        wanted = set(candidate_ids)
        found: dict[int, Candidate] = {}
        try:
            for limit in LOOK_UP_LIMITS:
                found = {each.candidate_id: each for each in self.candidates(job_id, limit)}
                if wanted <= found.keys() or len(found) < limit:
                    break
        except Problem as problem:
            if problem.code != "JOB_NOT_FOUND":
                raise
        return {each: found[each] for each in wanted & found.keys()}

    def parts(self) -> tuple[str, ...]:
        return ("/api/jobs", "/api/jobs/{id}/candidates")

    def _get(self, path: str, limit: int) -> UpstreamResponse:
        send = self._send if limit > LOOK_UP_LIMITS[0] else self._send_short
        try:
            return send(
                "GET", f"{self.location}{path}?limit={limit}",
                headers=self._headers, body=None, timeout_s=self._timeout_s,
            )
        except Unreachable as fault:
            raise self._unavailable(f"{fault.reason}; {_CHECK_BASE}, or try again in a moment") from None

    def _items(self, answer: UpstreamResponse, read: Callable[[Mapping[str, object]], _T]) -> list[_T]:
        """Each item of `{"items": [...]}`, read. Raises SOURCE_UNAVAILABLE for anything but a whole list."""
        if answer.status != 200:
            raise self._unavailable(REASONS.get(answer.status) or _reason(answer.status))
        try:
            return read_items(answer.body, read)
        except NotJson:
            what = "a web page" if "html" in answer.headers.get("content-type", "").lower() else "something else"
            raise self._unavailable(f"it answered with {what} instead of JSON; {_CHECK_BASE}") from None
        except InvalidList as fault:
            raise self._unavailable(f"{fault}; {_CHECK_BASE}") from None
        except rows.InvalidRow as fault:
            raise self._unavailable(f"{fault}; mend the row in the main system") from None

    def _unavailable(self, reason: str) -> Problem:
        return Problem(
            "SOURCE_UNAVAILABLE",
            f"The main system's API {self.location} gives no list: {reason}.",
            {"source": self.kind, "location": self.location},
        )


def _reason(status: int) -> str:
    if status >= 500:
        return f"it failed ({status}); try again in a moment"
    if 300 <= status < 400:
        return f"it sends on to another address ({status}); set TENER_INTERVIEW_SOURCE_API_BASE to the final one"
    return f"it answered with status {status}; {_CHECK_BASE}"
