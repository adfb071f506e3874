"""The Source protocol: the system that owns job descriptions and candidates."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from dataclasses import field
from typing import Protocol

from ..lazy_dataclass import dataclass


@dataclass(frozen=True)
class Job:
    """A job."""

    job_id: int
    title: str
    jd_text: str | None = None
    location: str | None = None
    preferred_languages: tuple[str, ...] = ()
    seniority: str | None = None
    #: ISO 8601 in UTC.
    created_at: str | None = None
    #: The hiring company, as candidates know it.
    company: str | None = None
    must_have_skills: tuple[str, ...] = ()
    nice_to_have_skills: tuple[str, ...] = ()
    questionable_skills: tuple[str, ...] = ()
    #: A paused job invites nobody; `pause_reason` says why, if the source does.
    paused: bool = False
    pause_reason: str | None = None
    #: An archived job is closed and appears in no list.
    archived: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Candidate:
    """A candidate matched to a job. `match_score` is on the source's own scale."""

    candidate_id: int
    full_name: str
    match_score: float | None = None
    match_status: str | None = None
    headline: str | None = None
    location: str | None = None
    languages: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    years_experience: float | None = None
    linkedin_id: str | None = None
    email: str | None = None


@dataclass(frozen=True)
class CandidateFilter:
    """Which candidates of a job to return.

    Every one of the `words` must occur somewhere in what the source knows of a candidate, or be the whole id or e-mail
    address. `only_ids` limits the result to these ids, None does not; `excluded_ids` are left out.
    """

    words: tuple[str, ...] = ()
    only_ids: Collection[int] | None = None
    excluded_ids: Collection[int] = ()
    #: Further names of candidates to search, by id, in every spelling: a corrected name is not in the source.
    other_names: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CandidatePage:
    """One page of the matching candidates, and the number of all of them."""

    candidates: list[Candidate]
    total: int


@dataclass(frozen=True)
class MatchedCandidate:
    """A candidate together with one of the jobs that the source matched."""

    job_id: int
    job_title: str
    candidate_id: int
    full_name: str


class Source(Protocol):
    """Where job descriptions (JDs) and candidates come from. It is read-only.

    Every method raises Problem `SOURCE_UNAVAILABLE` with a reason when the source cannot be read. An empty list always
    means that there is nothing.
    """

    #: `sqlite`, `api` or `demo`.
    kind: str
    #: A path or a URL to show to people, without credentials.
    location: str

    def jobs(self, limit: int) -> list[Job]:
        """JDs, newest first, without archived ones."""

    def job(self, job_id: int) -> Job:
        """One job, even an archived one if the source returns it. Raises `JOB_NOT_FOUND`."""

    def culture(self, job_id: int) -> tuple[str, ...]:
        """What the company says of its culture for a job, a statement each; none where the source has no profile."""

    def candidates(self, job_id: int, limit: int) -> list[Candidate]:
        """The candidates matched to a job, best match first. Raises `JOB_NOT_FOUND`."""

    def page(self, job_id: int, candidate_filter: CandidateFilter, offset: int, limit: int) -> CandidatePage:
        """A page of the matching candidates of a job, best match first, after the first `offset`. Raises
        `JOB_NOT_FOUND`."""

    def candidates_by_id(self, job_id: int, candidate_ids: Collection[int]) -> dict[int, Candidate]:
        """Return the given candidates who are matched to the job, by id; none for an unknown job."""

    def search(self, words: Sequence[str], limit: int) -> list[MatchedCandidate] | None:
        """Candidates of all jobs that are not archived, newest first, for whom every word occurs in the name, or is the
        whole id or e-mail address; one for each of their jobs. None if the source can only be asked about one job."""

    def parts(self) -> tuple[str, ...]:
        """The tables or URL paths that it reads, as found there."""
