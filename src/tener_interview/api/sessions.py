"""Sessions: list, read, correct and cancel them, and renew their links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, TypedDict, get_args

from ..domain.service import Service, find_session
from ..domain.sessions import links
from ..domain.sessions.corrections import Correction, correct
from ..domain.sessions.invite import mark_links_returned
from ..domain.sessions.status import Status
from ..errors import BriefErrorJson, Problem
from ..lazy_dataclass import dataclass
from ..store.event_records import EventCause
from ..store.ports import Transaction
from ..store.records import SessionSummary
from ..store.session import Session
from ..system.clock import iso_utc
from ..web.contract import contract
from ..web.lenient import ClampedInteger, LanguageTag, LenientBoolean
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.schema import Example
from ..web.shape import Adjustment, Email, Integer, OneOf, Text, optional, read
from .shapes import (
    SESSION_PROBLEMS,
    At,
    CompetencyScores,
    DecisionJson,
    EntryUrl,
    Nothing,
    PlanVersionNumber,
    ProviderName,
    ReviewJson,
    ScoresJson,
    SessionStatus,
    SharedWithJob,
    TotalsJson,
    competency_scores,
    decision_filter,
    decision_json,
    entry_url,
    limit_field,
    review_json,
    scores_json,
    totals_json,
)

LINK_TTL_MEANING = "how long the link can be opened, from now; default: the setting"
LANGUAGE = LanguageTag()

TTL_HOURS = ClampedInteger(low=1, high=8760)


class LastErrorJson(BriefErrorJson):
    """The error that last prevented a refresh of the session; the session kept its status."""

    at: At | None


class SessionJson(ReviewJson, DecisionJson, TotalsJson):
    """A candidate's interview for a job."""

    session_id: str
    job_id: int
    candidate_id: int
    candidate_name: str
    conversation_id: int | None
    language: str | None
    status: SessionStatus
    provider: ProviderName
    position_id: str
    plan_version: PlanVersionNumber
    invitation_id: str | None
    entry_url: EntryUrl | None
    expires_at: At | None
    created_at: At | None
    started_at: At | None
    completed_at: At | None
    scored_at: At | None
    last_sync_at: Annotated[At | None, "When the session was last read from Hireflix."]
    awaiting_transcription: Annotated[bool, "The interview is finished, but transcripts are still missing."]
    last_error: LastErrorJson | None
    shared_with_job: SharedWithJob
    summary: ScoresJson
    competency_scores: CompetencyScores


class SessionPageJson(TypedDict):
    """A page of sessions. `next_cursor` requests the next page; null on the last one."""

    items: list[SessionJson]
    next_cursor: str | None


class EventJson(TypedDict):
    """An event in the history of a session, and who caused it."""

    event: str
    source: Annotated[str, OneOf(get_args(EventCause))]
    at: At | None
    details: dict[str, Any]


class EventsJson(TypedDict):
    """The events of a session, oldest first."""

    items: list[EventJson]


class CorrectionJson(TypedDict):
    """Whether one field was corrected in one place."""

    field: Annotated[str, Example("candidate_email")]
    applied: Annotated[bool, "Whether the field has the new value there now."]
    where: Annotated[str, OneOf(("service", "provider")), "This service's record, or the interview at Hireflix."]
    why: Annotated[str | None, "Why not, as a sentence."]


class AdjustedJson(TypedDict):
    """A field of the request whose value was adjusted."""

    field: Annotated[str, Example("language")]
    sent: Annotated[str | int | float | bool | None, Example("dutch"), "Shortened if it is long."]
    taken: Annotated[str | int | bool | None, Example("nl"), "null if the field was ignored."]
    reason: Annotated[str, Example("is known by this tag"), "Why, as part of a sentence."]


class RenewedJson(SessionJson):
    """The session with its link, and the adjusted fields of the request."""

    adjusted: list[AdjustedJson]


class CorrectedJson(SessionJson):
    """The session after the correction; `corrections` is empty if nothing changed."""

    corrections: list[CorrectionJson]


@dataclass(frozen=True)
class ListQuery:
    job_id: int | None = optional(Integer(low=1, from_text=True))
    candidate_id: int | None = optional(Integer(low=1, from_text=True))
    status: str | None = optional(OneOf(tuple(Status)))
    decision: str | None = decision_filter()
    limit: int = limit_field(100, 500)
    cursor: int | None = optional(Integer(low=1, from_text=True), description="`next_cursor` of the page before")


@dataclass(frozen=True)
class LinkBody:
    ttl_hours: int | None = optional(TTL_HOURS, description=f"{LINK_TTL_MEANING}; never shortens it")
    revoke: bool = optional(LenientBoolean(), False, "replace the link; the one that was sent stops working")


@dataclass(frozen=True)
class CorrectionBody:
    candidate_name: str | None = optional(Text(max_chars=200))
    candidate_email: str | None = optional(Email(), description="replaces a made-up address as well")
    language: str | None = optional(LANGUAGE, description="null or empty: unknown, the candidate's browser decides")


@contract(query=ListQuery)
def list_sessions(service: Service, request: Request) -> Json[SessionPageJson]:
    """GET /api/interviews/sessions

    A session counts as `created` until a client has received its link, and until then is listed only with
    `status=created`.
    """
    query = read(ListQuery, request.query)
    if query.status is not None:
        # With time, sessions that are not on the page come to have this status.
        with service.store.read() as tx:
            return _read_page(service, tx, query)[0]
    return service.reads.get(
        ("sessions", query), lambda tx: _read_page(service, tx, query), lambda _, page: page[1]
    )[0]


def _read_page(service: Service, tx: Transaction, query: ListQuery) -> tuple[Json[SessionPageJson], int | None]:
    """Return a page, and when the next unopened link on it expires."""
    columns = {
        "job_id": query.job_id, "candidate_id": query.candidate_id, "list_status": query.status,
        "decision": query.decision,
    }
    filters = {name: value for name, value in columns.items() if value is not None}
    rows = tx.sessions.summaries(filters, limit=query.limit + 1, before_seq=query.cursor)
    page = rows[: query.limit]
    next_cursor = str(page[-1].seq) if len(rows) > len(page) else None
    page_json: SessionPageJson = {"items": [session_json(service, row) for row in page], "next_cursor": next_cursor}
    expiries = (row.link_expires_at for row in page if row.status == Status.INVITED)
    return json_response(page_json), min(expiries, default=None)


@contract(raises=SESSION_PROBLEMS)
def get_session(service: Service, request: Request) -> Json[SessionJson]:
    """GET /api/interviews/sessions/{session_id}"""
    return json_response(session_json(service, find_session(service, request.params["session_id"])))


@contract(raises=SESSION_PROBLEMS)
def list_events(service: Service, request: Request) -> Json[EventsJson]:
    """GET /api/interviews/sessions/{session_id}/events"""
    session = find_session(service, request.params["session_id"])
    with service.store.read() as tx:
        events = tx.events.of_session(session.session_id)
    items: list[EventJson] = [
        {"event": event.event, "source": event.source, "at": iso_utc(event.at), "details": event.details}
        for event in events
    ]
    return json_response({"items": items})


@contract(body=Nothing, raises=(*SESSION_PROBLEMS, "INTERVIEW_ALREADY_FINISHED"))
def cancel_session(service: Service, request: Request) -> Json[SessionJson]:
    """POST /api/interviews/sessions/{session_id}/cancel"""
    read(Nothing, request.json)
    return json_response(session_json(service, links.cancel(service, request.params["session_id"])))


@contract(body=LinkBody, raises=(*SESSION_PROBLEMS, "INTERVIEW_ALREADY_FINISHED", "INTERVIEW_LINK_REVOKED"))
def renew_link(service: Service, request: Request) -> Json[RenewedJson]:
    """POST /api/interviews/sessions/{session_id}/link

    The link stays the same and works again if it had expired. Only `revoke` replaces it.
    """
    adjustments: list[Adjustment] = []
    body = read(LinkBody, request.json, adjustments=adjustments)
    renewed = links.renew(service, request.params["session_id"], body.ttl_hours, revoke=body.revoke)
    request.raise_if_client_gone()
    (session,) = mark_links_returned(service, [renewed])
    return json_response({**session_json(service, session), "adjusted": adjusted_json(adjustments)})


@contract(body=CorrectionBody, raises=(*SESSION_PROBLEMS, "CANDIDATE_ERASED", "CANDIDATE_EMAIL_IN_USE"))
def correct_session(service: Service, request: Request) -> Json[CorrectedJson]:
    """PATCH /api/interviews/sessions/{session_id}

    Omitted fields stay as they are. Allowed with every status, but not for an erased candidate. Hireflix cannot change
    an existing interview: `corrections` says what was corrected where.
    """
    body = read(CorrectionBody, request.json)
    changes: dict[str, str | None] = {}
    if body.candidate_name:
        changes["candidate_name"] = body.candidate_name
    if body.candidate_email:
        changes["candidate_email"] = body.candidate_email
    if "language" in request.json:
        changes["language"] = body.language or None
    if not changes:
        fault = "name one of candidate_name, candidate_email and language"
        raise Problem("VALIDATION_FAILED", f"There is nothing to correct: {fault}.", {"fields": {"body": fault}})
    session, corrections = correct(service, find_session(service, request.params["session_id"]), changes)
    return json_response({**session_json(service, session), "corrections": corrections_json(corrections)})


def session_json(service: Service, session: Session | SessionSummary) -> SessionJson:
    error, error_json = session.last_error, None
    if error is not None:
        error_json = LastErrorJson(code=error.code, message=error.message, at=iso_utc(error.at))
    return {
        "session_id": session.session_id,
        "job_id": session.job_id,
        "candidate_id": session.candidate_id,
        "candidate_name": session.candidate_name,
        "conversation_id": session.conversation_id,
        "language": session.language,
        "status": visible_status(session),
        "provider": session.provider,
        "position_id": session.position_id,
        "plan_version": session.invited_plan_version,
        "invitation_id": session.invitation_id,
        "entry_url": entry_url(service, session),
        "expires_at": iso_utc(session.link.expires_at),
        "created_at": iso_utc(session.created_at),
        "started_at": iso_utc(session.in_progress_at),
        "completed_at": iso_utc(session.completed_at),
        "scored_at": iso_utc(session.scored_at),
        "last_sync_at": iso_utc(session.last_sync_at),
        "awaiting_transcription": bool(session.awaiting_transcription),
        **review_json(session),
        "last_error": error_json,
        "shared_with_job": session.shared_with_job,
        "summary": scores_json(session),
        **totals_json(session),
        "competency_scores": competency_scores(session),
        **decision_json(session),
    }


def visible_status(session: Session | SessionSummary) -> str:
    """Return the status that clients see; summaries hold no other."""
    return session.current_status if isinstance(session, Session) else session.status


def corrections_json(corrections: Sequence[Correction]) -> list[CorrectionJson]:
    return [
        {
            "field": correction.field, "applied": correction.applied, "where": correction.where,
            "why": correction.why,
        }
        for correction in corrections
    ]


def adjusted_json(adjustments: Sequence[Adjustment]) -> list[AdjustedJson]:
    return [
        {
            "field": adjustment.field, "sent": adjustment.sent, "taken": adjustment.taken,
            "reason": adjustment.reason,
        }
        for adjustment in adjustments
    ]
