"""What the service asks of the system that owns job descriptions and candidates."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Job:
    """A job description (JD)."""

    job_id: int
    title: str
    jd_text: str | None = None
    location: str | None = None
    preferred_languages: tuple[str, ...] = ()
    seniority: str | None = None
    #: ISO 8601 in UTC.
    created_at: str | None = None
    #: Who hires, as candidates know it.
    company: str | None = None
    must_have_skills: tuple[str, ...] = ()
    nice_to_have_skills: tuple[str, ...] = ()
    questionable_skills: tuple[str, ...] = ()
    #: Nobody is to be invited for it just now, for this reason, if one is given.
    paused: bool = False
    pause_reason: str | None = None
    #: It is closed: no list has it.
    archived: bool = False


@dataclass(frozen=True, slots=True)
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
    """Which candidates of a job are wanted.

    `words` occur, each somewhere, in what the source tells of a candidate; `only` are the ids among which to look, None
    for all; `without` are ids to leave out.
    """

    words: tuple[str, ...] = ()
    only: Collection[int] | None = None
    without: Collection[int] = ()
    #: What candidates are called as well, by id: a name that was corrected since is not in the source.
    also_named: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """Some of the candidates that are wanted, and how many these are in all."""

    candidates: list[Candidate]
    total: int


class Source(Protocol):
    """Where JDs and candidates come from. It is only ever read.

    Every method raises Problem `SOURCE_UNAVAILABLE` with the reason in words when the source cannot be read: an empty
    list always means that there is nothing, never that nothing could be read.
    """

    #: `sqlite`, `api` or `demo`.
    kind: str
    #: Where it is, for a person to read: a path or a URL, without credentials.
    location: str

    def jobs(self, limit: int) -> list[Job]:
        """JDs, newest first, without those that are archived."""

    def job(self, job_id: int) -> Job:
        """One JD, also an archived one where the source tells of it. Raises `JOB_NOT_FOUND`."""

    def candidates(self, job_id: int, limit: int) -> list[Candidate]:
        """The candidates matched to a job, best match first. Raises `JOB_NOT_FOUND` for a job the source lacks."""

    def page(self, job_id: int, wanted: CandidateFilter, offset: int, limit: int) -> Page:
        """The wanted candidates of a job, best match first, from the one after the first `offset`.

        Raises `JOB_NOT_FOUND` for a job the source lacks.
        """

    def candidates_by_id(self, job_id: int, candidate_ids: Collection[int]) -> dict[int, Candidate]:
        """Those of the given candidates that are matched to the job, by id; an unknown job has none."""

    def parts(self) -> tuple[str, ...]:
        """What it is read from, as found there: tables of a file, addresses of an API."""
