"""The recruiter's desk: jobs and candidates of the source, refreshing and scoring a whole job again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..domain.candidates.roster import STATES, Look, roster
from ..domain.refresh.outcome import Settled
from ..domain.refresh.refresh import JobRefresh, refresh_job
from ..domain.refresh.rescore import Rescored, rescore_job
from ..domain.service import Service
from ..domain.sessions.states import Status
from ..errors import BriefErrorJson
from ..languages.spelling import typed_words
from ..sources.protocol import Job
from ..sources.rows import meant
from ..store.sqlite.listed import StatesOfJob
from ..store.sqlite.sessions import Session
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.shape import Flag, Integer, OneOf, Text, optional, read
from .desk_answers import (
    CandidatesJson,
    JobRefreshedJson,
    JobsJson,
    ListedJobJson,
    RefreshedItemJson,
    RescoredItemJson,
    RescoredJson,
    SourceJson,
)
from .shapes import FROM_SOURCE, candidate_json, job_json, judged_by_json, limit_of, offset_of, review
from .site import Site

#: How many jobs are searched, the newest first.
_ALL_JOBS = 10_000


@dataclass(frozen=True)
class JobsQuery:
    limit: int = limit_of(200, 10_000)
    q: str = optional(
        Text(max_chars=200), "", "words that all occur in title, place, seniority or number, however they are spelt"
    )


@dataclass(frozen=True)
class CandidatesQuery:
    limit: int = limit_of(500, 10_000)
    offset: int = offset_of()
    q: str = optional(
        Text(max_chars=200), "", "words that all occur in what is told of a candidate, however spelt; or the id"
    )
    state: str | None = optional(OneOf(STATES), words="only candidates in this state")


@dataclass(frozen=True)
class JobRefreshBody:
    force: bool = optional(Flag(), False, "ask Hireflix also where nothing is expected to have changed")
    limit: int = optional(Integer(low=1, high=10_000), 300, "how many sessions at most")


@dataclass(frozen=True)
class RescoreBody:
    dry_run: bool = optional(Flag(), False, "say what would change, and change nothing")
    limit: int = optional(Integer(low=1, high=10_000), 10_000, "how many sessions at most")
    session_id: str | None = optional(Text(max_chars=100), words="only this session; without it, all of the job")


@contract(query=JobsQuery, raises=FROM_SOURCE)
def list_jobs(site: Site, request: Request) -> Json[JobsJson]:
    """GET /api/admin/jobs

    Archived jobs are left out, paused ones are marked.
    """
    query = read(JobsQuery, request.query)
    words = typed_words(query.q)
    jobs = site.source.jobs(_ALL_JOBS if words else query.limit)
    jobs = meant(jobs, words)[: query.limit]
    site.titles.keep(jobs)
    with site.store.read() as tx:
        states = tx.sessions.states_of_jobs()
    items = [_listed_job(each, states.get(each.job_id)) for each in jobs]
    return json_response({"items": items, "source": _source_json(site)})


@contract(raises=(*FROM_SOURCE, "JOB_NOT_FOUND"))
def get_job(site: Site, request: Request) -> Json[ListedJobJson]:
    """GET /api/admin/jobs/{job_id}: one job, also one that is archived."""
    job = site.source.job(request.integer("job_id"))
    site.titles.keep([job])
    with site.store.read() as tx:
        states = tx.sessions.states_of_jobs()
    return json_response(_listed_job(job, states.get(job.job_id)))


@contract(query=CandidatesQuery, raises=(*FROM_SOURCE, "JOB_NOT_FOUND"))
def list_candidates(service: Service, request: Request) -> Json[CandidatesJson]:
    """GET /api/admin/jobs/{job_id}/candidates"""
    job_id = request.integer("job_id")
    query = read(CandidatesQuery, request.query)
    page = roster(service, job_id, Look(typed_words(query.q), query.state, query.offset, query.limit))
    with service.store.read() as tx:
        sessions = tx.sessions.beside_candidates(job_id, [each.candidate_id for each in page.candidates])
    return json_response({
        "job_id": job_id,
        "items": [candidate_json(service, each, sessions.get(each.candidate_id)) for each in page.candidates],
        "offset": query.offset,
        "total": page.total,
        "source": _source_json(service),
    })


@contract(body=JobRefreshBody)
def refresh_job_sessions(service: Service, request: Request) -> Json[JobRefreshedJson]:
    """POST /api/admin/jobs/{job_id}/sessions/refresh

    Refreshes of one job go one after the other. What one has read in the ten seconds before another came, or after, is
    not read again for that other one.
    """
    job_id = request.integer("job_id")
    body = read(JobRefreshBody, request.json)
    refreshed = refresh_job(service, job_id, limit=body.limit, force=body.force, aside=request.aside)
    return json_response(job_refresh_json(job_id, refreshed, force=body.force))


@contract(body=RescoreBody, raises=("CRITERIA_INVALID", "INTERVIEW_SESSION_NOT_FOUND"))
def rescore_job_sessions(service: Service, request: Request) -> Json[RescoredJson]:
    """POST /api/admin/jobs/{job_id}/rescore

    The files of criteria and formula are read again. Without `dry_run`, what they say is in force from now on.
    """
    job_id = request.integer("job_id")
    body = read(RescoreBody, request.json)
    rescoring = rescore_job(service, job_id, limit=body.limit, dry_run=body.dry_run, session_id=body.session_id or None)
    rescored = rescoring.sessions
    return json_response({
        "job_id": job_id,
        "dry_run": body.dry_run,
        **judged_by_json(rescoring.made_by),
        "total_sessions": len(rescored),
        "rescored": sum(each.version is not None for each in rescored),
        "changed": sum(each.changed for each in rescored),
        "unchanged": sum(not each.changed for each in rescored),
        "items": [_rescored_item(each) for each in rescored],
    })


def job_refresh_json(job_id: int, refreshed: JobRefresh, *, force: bool) -> JobRefreshedJson:
    items = [_refreshed_item(before, settled) for before, settled in refreshed.settled]
    skipped = [_item(each, each, "skipped", None) for each in refreshed.skipped]
    good = [item for item in items if item["action"] == "refreshed"]
    return {
        "job_id": job_id,
        "force": force,
        "total_sessions": len(items) + len(skipped),
        "refreshed": len(good),
        "skipped_terminal": len(skipped),
        "needs_review": sum(item["needs_review"] for item in good),
        "scored": sum(item["status"] == Status.SCORED for item in good),
        "failed": sum(item["status"] == Status.FAILED for item in good),
        "errors": len(items) - len(good),
        "items": items + skipped,
    }


def _refreshed_item(before: Session, settled: Settled) -> RefreshedItemJson:
    action = "refreshed" if settled.problem is None else "error"
    error = settled.problem.brief() if settled.problem else None
    return _item(before, settled.session, action, error)


def _rescored_item(rescored: Rescored) -> RescoredItemJson:
    session = rescored.session
    before: Any = rescored.before
    after: Any = rescored.after
    totals = before["total_score"], after["total_score"]
    change = None if None in totals else round(totals[1] - totals[0], 1)
    return {
        "session_id": session.session_id,
        "candidate_id": session.candidate_id,
        "candidate_name": session.candidate_name,
        "action": "unchanged" if not rescored.changed else "rescored" if rescored.version else "would_change",
        "before": before,
        "after": after,
        "total_score_change": change,
        "why": list(rescored.why),
    }


def _item(before: Session, now: Session, action: str, error: BriefErrorJson | None) -> RefreshedItemJson:
    return {
        "session_id": before.session_id,
        "candidate_id": before.candidate_id,
        "previous_status": before.listed_as,
        "status": now.listed_as,
        **review(now),
        "action": action,
        "error": error,
    }


def _listed_job(job: Job, sessions: StatesOfJob | None) -> ListedJobJson:
    states, needs_review = sessions or ({}, 0)
    return {**job_json(job), "states": states, "needs_review": needs_review}


def _source_json(service: Service) -> SourceJson:
    return {"kind": service.source.kind, "location": service.source.location}
