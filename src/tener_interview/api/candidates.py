"""Candidates of a job; export and erasure of everything stored about a person."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Any, TypedDict

from ..domain.audit.recording import record_export
from ..domain.candidates.find_candidates import (
    BY_MATCH,
    BY_NAME,
    BY_RANK,
    STATES,
    CandidateQuery,
    find_candidates,
    name_on_record,
)
from ..domain.candidates.names import greeting_name
from ..domain.consent.consents import scored_without_consent
from ..domain.messages.opt_outs import mail_problem
from ..domain.messages.time_zones import zone_of_place
from ..domain.privacy.erase import erase_candidate
from ..domain.privacy.export import export_candidate
from ..domain.service import Service
from ..languages.spelling import split_query
from ..lazy_dataclass import dataclass
from ..sources.protocol import Candidate, CandidatePage
from ..store.ports import Transaction
from ..store.records import SORTS, CandidateSessionSummary, LeaderboardFilters
from ..system.clock import iso_utc
from ..system.parallel import chunks
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response, long_json_response
from ..web.schema import Example
from ..web.shape import OneOf, Text, optional, read
from .shapes import (
    SOURCE_PROBLEMS,
    At,
    DecisionJson,
    EntryUrl,
    Recommendation,
    ReviewJson,
    Score,
    ScoredWithoutConsent,
    SessionStatus,
    SharedWithJob,
    SourceJson,
    TotalsJson,
    coverage_filter,
    decision_filter,
    decision_json,
    entry_url,
    flag_filter,
    group_filter,
    limit_field,
    offset_field,
    recommendation_filter,
    review_json,
    source_json,
    totals_json,
)

#: What a list of candidates can be sorted by.
CANDIDATE_SORTS = (BY_MATCH, BY_RANK, *SORTS)


#: The longest page that is kept in memory.
_MAX_KEPT = 500


@dataclass(frozen=True)
class CandidatesQuery:
    limit: int = limit_field(500, 10_000)
    offset: int = offset_field()
    q: str = optional(
        Text(max_chars=200), "",
        "words that all occur in a candidate's details, in any spelling; or the id; or a whole e-mail address",
    )
    state: str | None = optional(OneOf(STATES), description="only candidates in this state")
    decision: str | None = decision_filter()
    recommendation: str | None = recommendation_filter()
    flag: str | None = flag_filter()
    group: str | None = group_filter()
    min_coverage_percent: int | None = coverage_filter()
    sort: str = optional(
        OneOf(CANDIDATE_SORTS), BY_MATCH,
        "sort key; those without an interview come last, unless sorted by match or name",
    )
    order: str | None = optional(
        OneOf(("asc", "desc")), description="default: `asc` for rank, name and `expires_at`, `desc` for the rest"
    )

    def candidate_query(self) -> CandidateQuery:
        filters = LeaderboardFilters(
            recommendation=self.recommendation, flag=self.flag or None, section=self.group,
            min_coverage_percent=self.min_coverage_percent or None, decision=self.decision,
        )
        descending = (self.order or default_order(self.sort)) == "desc"
        # The best match comes first, as the best rank does.
        backwards = descending != (self.sort == BY_MATCH)
        return CandidateQuery(
            split_query(self.q), self.state, self.offset, self.limit, filters, self.sort, descending=backwards
        )


def default_order(sort: str) -> str:
    """Return the default order of a sort key, `asc` or `desc`."""
    return "asc" if sort in (BY_RANK, BY_NAME, "expires_at") else "desc"


class CandidateSessionJson(ReviewJson, DecisionJson, TotalsJson):
    """A candidate's current session for the job."""

    session_id: str
    status: SessionStatus
    entry_url: EntryUrl | None
    expires_at: At | None
    total_score: Score | None
    pass_recommendation: Recommendation | None
    awaiting_transcription: bool
    invited_at: At | None
    opened_at: Annotated[At | None, "When a person first opened the link."]
    started_at: Annotated[At | None, "When the candidate opened the link or, with a landing page, pressed its button."]
    shared_with_job: SharedWithJob
    scored_without_consent: ScoredWithoutConsent


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
    time_zone: Annotated[str | None, "Told from the location, where that is certain.", Example("Europe/Berlin")]
    mail_problem: Annotated[
        str | None, "Why e-mail does not reach the candidate: the address was refused, or the candidate wants none.",
        Example(None),
    ]
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
    page = find_candidates(service, job_id, query.candidate_query())
    if len(page.candidates) > _MAX_KEPT:
        empty = CandidatePage([], page.total)
        with service.store.read() as tx:
            return long_json_response(_page_json(service, tx, job_id, query.offset, empty), "items", (
                _with_sessions(service, tx, job_id, part) for part in chunks(page.candidates, _MAX_KEPT)
            ))
    return service.reads.get(
        ("candidates", job_id, query.offset, page.total, *page.candidates),
        lambda tx: json_response(_page_json(service, tx, job_id, query.offset, page)),
        lambda tx, _: tx.sessions.next_link_expiry([job_id]),
    )


def _page_json(service: Service, tx: Transaction, job_id: int, offset: int, page: CandidatePage) -> CandidatesJson:
    return {
        "job_id": job_id,
        "items": _with_sessions(service, tx, job_id, page.candidates),
        "offset": offset,
        "total": page.total,
        "source": source_json(service),
    }


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
    response = json_response(export_candidate(service, candidate_id))
    return response.with_headers(Content_Disposition=f'attachment; filename="candidate-{candidate_id}.json"')


def candidates_json(
    service: Service, tx: Transaction, job_id: int, candidate_ids: Collection[int], matched: Mapping[int, Candidate]
) -> dict[int, CandidateJson]:
    """Return candidates of a job as in its list, by id; `matched` are those of the source."""
    names = tx.sessions.candidate_names(job_id, set(candidate_ids) - matched.keys())
    everybody = [*matched.values(), *(Candidate(number, name) for number, name in names.items())]
    return {item["candidate_id"]: item for item in _with_sessions(service, tx, job_id, everybody)}


def _with_sessions(
    service: Service, tx: Transaction, job_id: int, candidates: Sequence[Candidate]
) -> list[CandidateJson]:
    ids = [candidate.candidate_id for candidate in candidates]
    sessions = tx.sessions.summaries_by_candidate(job_id, ids)
    lacking_consent = scored_without_consent(tx, sessions.values())
    problems = {number: mail_problem(recipient) for number, recipient in tx.recipients.of_candidates(ids).items()}
    return [
        candidate_json(
            service, candidate, sessions.get(candidate.candidate_id), problems.get(candidate.candidate_id),
            lacking_consent,
        )
        for candidate in candidates
    ]


def candidate_json(
    service: Service, candidate: Candidate, session: CandidateSessionSummary | None, problem: str | None,
    lacking_consent: Mapping[str, str],
) -> CandidateJson:
    embedded: CandidateSessionJson | None = None
    if session is not None:
        embedded = {
            "session_id": session.session_id,
            "status": session.status,
            "entry_url": entry_url(service, session),
            "expires_at": iso_utc(session.link.expires_at),
            "total_score": session.total_score,
            **totals_json(session),
            "pass_recommendation": session.pass_recommendation,
            "awaiting_transcription": bool(session.awaiting_transcription),
            **review_json(session),
            "invited_at": iso_utc(session.invited_at),
            "opened_at": iso_utc(session.opened_at),
            "started_at": iso_utc(session.in_progress_at),
            "shared_with_job": session.shared_with_job,
            "scored_without_consent": lacking_consent.get(session.session_id),
            **decision_json(session),
        }
    name = name_on_record(candidate, None if session is None or session.erased_at else session.candidate_name)
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
        "time_zone": zone_of_place(candidate.location),
        "mail_problem": problem,
        "session": embedded,
    }

