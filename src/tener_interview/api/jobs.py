"""Jobs of the source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, TypedDict

from ..languages.spelling import split_query
from ..lazy_dataclass import dataclass
from ..sources.protocol import Job
from ..sources.rows import filter_jobs
from ..store.ports import Transaction
from ..store.records import JobStatusCounts
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.shape import Text, optional, read
from .shapes import SOURCE_PROBLEMS, At, NeedsReview, SourceJson, limit_field, source_json
from .web_service import WebService

#: How many jobs a search covers, newest first.
ALL_JOBS = 10_000
#: The longest list that is kept in memory. What somebody searches for is not: job descriptions may be long.
_MAX_KEPT = 500


@dataclass(frozen=True)
class JobsQuery:
    limit: int = limit_field(200, 10_000)
    q: str = optional(
        Text(max_chars=200), "", "words that all occur in title, location, seniority or number, in any spelling"
    )


class JobJson(TypedDict):
    """A job of the source."""

    id: int
    title: str
    jd_text: str | None
    location: str | None
    preferred_languages: list[str]
    seniority: str | None
    created_at: At | None
    company: Annotated[str | None, "The hiring company, if the source names one."]
    must_have_skills: list[str]
    nice_to_have_skills: list[str]
    questionable_skills: list[str]
    paused: Annotated[bool, "Candidates are invited only with `confirm_paused`."]
    pause_reason: str | None
    archived: Annotated[bool, "The job is closed: lists omit it, but its existing interviews continue."]


class ListedJobJson(JobJson):
    """A job with the number of its candidates in each state."""

    states: dict[str, int]
    needs_review: NeedsReview


class JobsJson(TypedDict):
    """Jobs, newest first."""

    items: list[ListedJobJson]
    source: SourceJson


@contract(query=JobsQuery, raises=SOURCE_PROBLEMS)
def list_jobs(service: WebService, request: Request) -> Json[JobsJson]:
    """GET /api/admin/jobs

    Archived jobs are omitted, paused ones are marked.
    """
    query = read(JobsQuery, request.query)
    words = split_query(query.q)
    jobs = service.source.jobs(ALL_JOBS if words else query.limit)
    jobs = filter_jobs(jobs, words)[: query.limit]
    service.titles.keep(jobs)
    if words or len(jobs) > _MAX_KEPT:
        with service.store.read() as tx:
            return _jobs_response(service, tx, jobs)
    return service.reads.get(
        ("jobs", *jobs), lambda tx: _jobs_response(service, tx, jobs),
        lambda tx, _: tx.sessions.next_link_expiry([job.job_id for job in jobs]),
    )


def _jobs_response(service: WebService, tx: Transaction, jobs: Sequence[Job]) -> Json[JobsJson]:
    return json_response({"items": _listed_jobs(tx, jobs), "source": source_json(service)})


@contract(raises=(*SOURCE_PROBLEMS, "JOB_NOT_FOUND"))
def get_job(service: WebService, request: Request) -> Json[ListedJobJson]:
    """GET /api/admin/jobs/{job_id}: one job, archived or not."""
    job = service.source.job(request.integer("job_id"))
    service.titles.keep([job])
    return service.reads.get(
        ("job", job), lambda tx: json_response(_listed_jobs(tx, [job])[0]),
        lambda tx, _: tx.sessions.next_link_expiry([job.job_id]),
    )


def _listed_jobs(tx: Transaction, jobs: Sequence[Job]) -> list[ListedJobJson]:
    states = tx.sessions.status_counts([job.job_id for job in jobs])
    return [_listed_job(job, states.get(job.job_id)) for job in jobs]


def _listed_job(job: Job, sessions: JobStatusCounts | None) -> ListedJobJson:
    states, needs_review = sessions or ({}, 0)
    return {**job_json(job), "states": states, "needs_review": needs_review}


def job_json(job: Job) -> JobJson:
    return {
        "id": job.job_id,
        "title": job.title,
        "jd_text": job.jd_text,
        "location": job.location,
        "preferred_languages": list(job.preferred_languages),
        "seniority": job.seniority,
        "created_at": job.created_at,
        "company": job.company,
        "must_have_skills": list(job.must_have_skills),
        "nice_to_have_skills": list(job.nice_to_have_skills),
        "questionable_skills": list(job.questionable_skills),
        "paused": job.paused,
        "pause_reason": job.pause_reason,
        "archived": job.archived,
    }
