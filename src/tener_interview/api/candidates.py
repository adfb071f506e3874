"""Candidates of a job; export and erasure of everything stored about a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, TypedDict

from ..domain.audit.exports import record_export
from ..domain.candidates.names import greeting_name, tidy_name
from ..domain.candidates.roster import STATES, CandidateQuery, find_candidates
from ..domain.privacy.erase import erase_candidate
from ..domain.privacy.export import export_candidate
from ..domain.service import Service
from ..languages.spelling import split_query
from ..sources.protocol import Candidate
from ..store.records import CandidateSessionSummary
from ..system.clock import iso_utc
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.shape import OneOf, Text, optional, read
from .shapes import (
    SOURCE_PROBLEMS,
    At,
    DecisionJson,
    EntryUrl,
    ReviewJson,
    Score,
    SessionStatus,
    SharedWithJob,
    SourceJson,
    decision,
    decision_filter,
    entry_url,
    limit_of,
    offset_of,
    review,
    source_json,
)


@dataclass(frozen=True)
class CandidatesQuery:
    limit: int = limit_of(500, 10_000)
    offset: int = offset_of()
    q: str = optional(
        Text(max_chars=200), "", "words that all occur in a candidate's details, in any spelling; or the id"
    )
    state: str | None = optional(OneOf(STATES), description="only candidates in this state")
    decision: str | None = decision_filter()


class CandidateSessionJson(ReviewJson, DecisionJson):
    """A candidate's current session for the job."""

    session_id: str
    status: SessionStatus
    entry_url: EntryUrl | None
    expires_at: At | None
    total_score: Score | None
    awaiting_transcription: bool
    started_at: Annotated[At | None, "When the link was first opened."]
    shared_with_job: SharedWithJob


class CandidateJson(TypedDict):
    """A candidate matched to the job by the source."""

    candidate_id: int
    candidate_name: str
    greeting_name: Annotated[
        str | None, "What to write after `Hello`: the first name, or the whole name if the first name is uncertain."
    ]
    match_score: Annotated[float | None, "On the source's own scale."]
    match_status: str | None
    headline: str | None
    location: str | None
    languages: list[str]
    skills: list[str]
    years_experience: float | None
    linkedin_id: str | None
    candidate_email: str | None
    session: CandidateSessionJson | None


class CandidatesJson(TypedDict):
    """A page of candidates, best match first; `total` counts all that match the query."""

    job_id: int
    items: list[CandidateJson]
    offset: int
    total: int
    source: SourceJson


class ErasedJson(TypedDict):
    """The outcome of an erasure. Only ids and times of the sessions are kept."""

    candidate_id: int
    erased_sessions: int
    scrubbed: Annotated[
        bool, "Whether the erased data are gone from the bytes of the database files. False while another process reads"
        " the database: the service then overwrites them later; the metric `tener_interview_scrub_owed` counts what is"
        " left to do. On PostgreSQL: whether their rows are removed from the tables; freed space, the write-ahead log,"
        " replicas and backups of the server may hold them longer."
    ]


@contract(query=CandidatesQuery, raises=(*SOURCE_PROBLEMS, "JOB_NOT_FOUND"))
def list_candidates(service: Service, request: Request) -> Json[CandidatesJson]:
    """GET /api/admin/jobs/{job_id}/candidates"""
    job_id = request.integer("job_id")
    query = read(CandidatesQuery, request.query)
    page = find_candidates(
        service, job_id, CandidateQuery(split_query(query.q), query.state, query.offset, query.limit, query.decision)
    )
    with service.store.read() as tx:
        sessions = tx.sessions.summaries_by_candidate(job_id, [candidate.candidate_id for candidate in page.candidates])
    return json_response({
        "job_id": job_id,
        "items": [
            candidate_json(service, candidate, sessions.get(candidate.candidate_id)) for candidate in page.candidates
        ],
        "offset": query.offset,
        "total": page.total,
        "source": source_json(service),
    })


@contract()
def erase(service: Service, request: Request) -> Json[ErasedJson]:
    """DELETE /api/candidates/{candidate_id}

    Erases names, e-mail addresses, answers, scores and links permanently, in every table. Repeating it is harmless. The
    recording is at Hireflix and has to be deleted there.
    """
    candidate_id = request.integer("candidate_id")
    erased = erase_candidate(service, candidate_id)
    return json_response(
        {"candidate_id": candidate_id, "erased_sessions": erased.sessions, "scrubbed": erased.scrubbed}
    )


@contract()
def export(service: Service, request: Request) -> Json[dict[str, Any]]:
    """GET /api/candidates/{candidate_id}/export

    Returns `candidate_id` and `sessions`: everything stored about the person, with every result version, event, webhook
    event and stored response. Times are milliseconds since 1970.
    """
    candidate_id = request.integer("candidate_id")
    record_export(service, "candidate", "candidate", candidate_id)
    answer = json_response(export_candidate(service, candidate_id))
    return answer.with_headers(Content_Disposition=f'attachment; filename="candidate-{candidate_id}.json"')


def candidate_json(service: Service, candidate: Candidate, session: CandidateSessionSummary | None) -> CandidateJson:
    embedded: CandidateSessionJson | None = None
    if session is not None:
        embedded = {
            "session_id": session.session_id,
            "status": session.status,
            "entry_url": entry_url(service, session),
            "expires_at": iso_utc(session.link.expires_at),
            "total_score": session.total_score,
            "awaiting_transcription": bool(session.awaiting_transcription),
            **review(session),
            "started_at": iso_utc(session.started_at),
            "shared_with_job": session.shared_with_job,
            **decision(session),
        }
    name = _name_on_record(candidate, session)
    return {
        "candidate_id": candidate.candidate_id,
        "candidate_name": name,
        "greeting_name": greeting_name(name),
        "match_score": candidate.match_score,
        "match_status": candidate.match_status,
        "headline": candidate.headline,
        "location": candidate.location,
        "languages": list(candidate.languages),
        "skills": list(candidate.skills),
        "years_experience": candidate.years_experience,
        "linkedin_id": candidate.linkedin_id,
        "candidate_email": candidate.email,
        "session": embedded,
    }


def _name_on_record(candidate: Candidate, session: CandidateSessionSummary | None) -> str:
    """Return the session's name, which may have been corrected, or the source's if the session has none."""
    if session is None or session.erased_at is not None:
        return candidate.full_name
    has_name = session.candidate_name != tidy_name(None, session.candidate_id)
    return session.candidate_name if has_name else candidate.full_name
