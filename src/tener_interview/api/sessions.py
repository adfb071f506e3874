"""Sessions: start, list, look at, refresh, renew and cancel."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..domain.leaderboard.duplicates import with_duplicates
from ..domain.refresh.outcome import Settled
from ..domain.refresh.refresh import find_session, refresh
from ..domain.service import Service
from ..domain.sessions import links
from ..domain.sessions.admission import admit
from ..domain.sessions.start import Invitation, Started, hand_out, handed_out, start
from ..domain.sessions.states import Status
from ..errors import Problem
from ..store.sqlite.results import StoredResult
from ..store.sqlite.sessions import Session
from ..system.clock import HOUR_MS, iso
from ..web.contract import contract
from ..web.lenient import Clamped, Language, Name, OrLeftOut, WholeNumber
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.shape import Adjustment, Email, Flag, Integer, OneOf, optional, read, required
from .answers import (
    EventJson,
    EventsJson,
    QuestionScoreJson,
    RefreshedJson,
    ResultJson,
    ScorecardJson,
    SessionJson,
    SessionPageJson,
)
from .comparison_answers import ResultsJson, ResultVersionJson
from .consent import CONFIRM_PAUSED, SHARE_INTERVIEW, UNLISTED, WITHOUT_CONSENT, consent_of
from .patience import in_time
from .shapes import (
    FROM_PROVIDER,
    UNKNOWN_SESSION,
    Nothing,
    adjusted_json,
    corrections_json,
    entry_url,
    limit_of,
    result_json,
    review,
    scorecard_json,
    session_json,
    stored_verdict,
    verdict,
)
from .start_answers import RenewedJson, StartedJson

TTL_HOURS = Clamped(low=1, high=8760)
LIFE = "how long the link can be opened, from now; without it, as the settings say"
LANGUAGE = Language()

#: A signed video address is shown for this long after it was read; the provider's own limit is not documented.
VIDEO_URL_SHOWN_MS = 24 * HOUR_MS


@dataclass(frozen=True)
class StartBody:
    job_id: int = required(WholeNumber(low=1))
    candidate_id: int = required(WholeNumber(low=1))
    candidate_name: str | None = optional(Name(max_chars=200))
    candidate_email: str | None = optional(Email(), words="without one it is made up, where the settings allow it")
    conversation_id: int | None = optional(
        OrLeftOut(WholeNumber()), words="the main system's own, kept beside the session"
    )
    language: str | None = optional(
        OrLeftOut(LANGUAGE), words="of the candidate's pages: a tag such as en or pt-BR, or a word such as dutch"
    )
    ttl_hours: int | None = optional(TTL_HOURS, words=LIFE)
    use_earlier_interview: bool = optional(
        Flag(), False,
        "take over the interview that Hireflix still has of a person who was erased here, with its answers; without it"
        " she gets a new one, under a made-up address there if need be",
    )
    unlisted: bool = optional(Flag(), False, UNLISTED)
    confirm_paused: bool = optional(Flag(), False, CONFIRM_PAUSED)
    share_interview: bool | None = optional(Flag(), words=SHARE_INTERVIEW)


@dataclass(frozen=True)
class ListQuery:
    job_id: int | None = optional(Integer(low=1, from_text=True))
    candidate_id: int | None = optional(Integer(low=1, from_text=True))
    status: str | None = optional(OneOf(tuple(Status)))
    limit: int = limit_of(100, 500)
    cursor: int | None = optional(Integer(low=1, from_text=True), words="`next_cursor` of the page before")


@dataclass(frozen=True)
class ScorecardQuery:
    result_version: int | None = optional(
        Integer(low=1, high=2**31, from_text=True), words="an earlier result, by its number; without it, the latest"
    )


@dataclass(frozen=True)
class ForceBody:
    force: bool = optional(Flag(), False, "ask Hireflix also where nothing is expected to have changed")


@dataclass(frozen=True)
class LinkBody:
    ttl_hours: int | None = optional(TTL_HOURS, words=f"{LIFE}, and never shorter than it is")
    revoke: bool = optional(Flag(), False, "make another link, and let the one that was sent stop working")


@contract(body=StartBody, statuses=(201, 200),
          raises=(*FROM_PROVIDER, *WITHOUT_CONSENT, "INTERVIEW_ALREADY_FINISHED", "CANDIDATE_EMAIL_REQUIRED"))
def start_session(service: Service, request: Request) -> Json[StartedJson]:
    """POST /api/interviews/sessions/start

    The candidate need not be in the source: the caller says who it is. What has to be known first, a job that the
    source does not list or that is paused, an interview that would count for two jobs, is told and needs consent, but
    of the main system, which comes by the client key. 201 for a new session; 200
    for the one that there was already: its link stays the same, and one that had run out works again. What takes too
    long is answered 504 and goes on; the next start answers with what came of it.
    """
    adjustments: list[Adjustment] = []
    body = read(StartBody, request.json, adjustments=adjustments)
    consent = consent_of(request, body)
    started = in_time(
        service, request, lambda stays: start(service, admit(service, invitation(body), consent), stays)
    )
    # Whoever has hung up was not given the link, and an answer that nobody read is not kept for an `Idempotency-Key`.
    request.refuse_gone()
    started = handed_out(service, started)
    return json_response(started_json(service, started, adjustments), 200 if started.reused else 201)


@contract(query=ListQuery)
def list_sessions(service: Service, request: Request) -> Json[SessionPageJson]:
    """GET /api/interviews/sessions

    Sessions whose link somebody was given, by a start that was answered. Until then a session is `created` in every
    list, and left out where the list is not filtered for it.
    """
    query = read(ListQuery, request.query)
    chosen = {"job_id": query.job_id, "candidate_id": query.candidate_id, "listed_as": query.status}
    filters = {name: value for name, value in chosen.items() if value is not None}
    with service.store.read() as tx:
        found = tx.sessions.page(filters, limit=query.limit + 1, before_seq=query.cursor)
    page = found[: query.limit]
    next_cursor = str(page[-1].seq) if len(found) > len(page) else None
    return json_response({"items": [session_json(service, each) for each in page], "next_cursor": next_cursor})


@contract(raises=UNKNOWN_SESSION)
def get_session(service: Service, request: Request) -> Json[SessionJson]:
    """GET /api/interviews/sessions/{session_id}"""
    return json_response(session_json(service, find_session(service, request.params["session_id"])))


@contract(raises=UNKNOWN_SESSION)
def list_events(service: Service, request: Request) -> Json[EventsJson]:
    """GET /api/interviews/sessions/{session_id}/events"""
    session = find_session(service, request.params["session_id"])
    with service.store.read() as tx:
        events = tx.events.of_session(session.session_id)
    items: list[EventJson] = [
        {"event": each.event, "source": each.source, "at": iso(each.at), "details": each.details} for each in events
    ]
    return json_response({"items": items})


@contract(body=ForceBody, raises=(*UNKNOWN_SESSION, *FROM_PROVIDER, "INTERVIEW_NOTHING_TO_SCORE"))
def refresh_session(service: Service, request: Request) -> Json[RefreshedJson]:
    """POST /api/interviews/sessions/{session_id}/refresh

    A scored session answers from the store, unless forced; so does one that needs a human look, while nothing new can
    be expected of it. A `created` one adopts the interview that Hireflix may have of it; nobody is invited. A fault of
    the provider that passes changes no state.
    """
    body = read(ForceBody, request.json)
    session_id = request.params["session_id"]
    settled = in_time(service, request, lambda _: refresh(service, session_id, force=body.force))
    return json_response(refreshed_json(service, settled))


@contract(query=ScorecardQuery, raises=(*UNKNOWN_SESSION, "RESULT_NOT_FOUND"))
def get_scorecard(service: Service, request: Request) -> Json[ScorecardJson]:
    """GET /api/interviews/sessions/{session_id}/scorecard"""
    version = read(ScorecardQuery, request.query).result_version
    session = find_session(service, request.params["session_id"])
    answer: ScorecardJson = {
        "session_id": session.session_id, "status": session.shown_status, **review(session),
        "shared_with_job": session.shared_with_job, "scorecard": None,
    }
    content = _content(service, session, version)
    if content is not None:
        videos = _with_videos(service, session, content["question_scores"])
        answer["scorecard"] = scorecard_json(service.rules, version or session.result_version, content, videos)
    return json_response(answer)


@contract(raises=UNKNOWN_SESSION)
def list_results(service: Service, request: Request) -> Json[ResultsJson]:
    """GET /api/interviews/sessions/{session_id}/results"""
    session = find_session(service, request.params["session_id"])
    with service.store.read() as tx:
        versions = tx.results.all(session.session_id)
    return json_response({"items": [_version_json(service, each) for each in reversed(versions)]})


@contract(body=Nothing, raises=(*UNKNOWN_SESSION, "INTERVIEW_ALREADY_FINISHED"))
def cancel_session(service: Service, request: Request) -> Json[SessionJson]:
    """POST /api/interviews/sessions/{session_id}/cancel"""
    read(Nothing, request.json)
    return json_response(session_json(service, links.cancel(service, request.params["session_id"])))


@contract(body=LinkBody, raises=(*UNKNOWN_SESSION, "INTERVIEW_ALREADY_FINISHED", "INTERVIEW_LINK_REVOKED"))
def renew_link(service: Service, request: Request) -> Json[RenewedJson]:
    """POST /api/interviews/sessions/{session_id}/link

    The link that was sent stays the same and stays good, one that had run out works again. Only `revoke` makes another.
    """
    adjustments: list[Adjustment] = []
    body = read(LinkBody, request.json, adjustments=adjustments)
    renewed = links.renew(service, request.params["session_id"], body.ttl_hours, revoke=body.revoke)
    request.refuse_gone()
    (session,) = hand_out(service, [renewed])
    return json_response({**session_json(service, session), "adjusted": adjusted_json(adjustments)})


def invitation(body: StartBody) -> Invitation:
    return Invitation(
        job_id=body.job_id,
        candidate_id=body.candidate_id,
        candidate_name=body.candidate_name or None,
        candidate_email=body.candidate_email or None,
        conversation_id=body.conversation_id,
        language=body.language or None,
        ttl_hours=body.ttl_hours,
        use_earlier_interview=body.use_earlier_interview,
    )


def started_json(service: Service, started: Started, adjustments: Sequence[Adjustment]) -> StartedJson:
    session = started.session
    return {
        "session_id": session.session_id,
        "status": session.status,
        "entry_url": entry_url(service, session),
        "expires_at": iso(session.link_expires_at),
        "reused": started.reused,
        "corrections": corrections_json(started.corrections),
        "adjusted": adjusted_json(adjustments),
        "shared_with_job": session.shared_with_job,
        "provider": {
            "name": session.provider,
            "invitation_id": session.invitation_id,
            "assessment_id": session.position_id,
        },
    }


def refreshed_json(service: Service, settled: Settled) -> RefreshedJson:
    session = settled.session
    content = _content(service, session)
    result: ResultJson | None = None
    if content is not None:
        result = {
            **verdict(session),
            "question_scores": _with_videos(service, session, content["question_scores"]),
        }
    return {
        "session_id": session.session_id,
        "status": session.shown_status,
        "updated": settled.updated,
        "awaiting_transcription": bool(session.awaiting_transcription),
        **review(session),
        "result": result,
    }


def _version_json(service: Service, stored: StoredResult) -> ResultVersionJson:
    content = json.loads(stored.content)
    return {
        "result_version": stored.version,
        "created_at": iso(stored.created_at),
        **stored_verdict(content),
        **result_json(service.rules, content),
    }


def _content(service: Service, session: Session, version: int | None = None) -> dict[str, Any] | None:
    """A result of the session, the latest unless another is named. Raises `RESULT_NOT_FOUND` for one there is not."""
    session_id = session.session_id
    with service.store.read() as tx:
        stored = tx.results.latest(session_id) if version is None else tx.results.get(session_id, version)
        if stored is not None:
            content: dict[str, Any] = json.loads(stored.content)
            return with_duplicates(content, tx.answers.twins(session_id))
    if version is None:
        return None
    listed = "GET /api/interviews/sessions/{session_id}/results lists them."
    raise Problem("RESULT_NOT_FOUND", f"This session has no result {version}. {listed}")


def _with_videos(service: Service, session: Session, question_scores: list[Any]) -> list[QuestionScoreJson]:
    """The questions with the addresses of their videos, while these can be expected to work."""
    fresh = 0 <= service.clock.now_ms() - (session.video_urls_at or 0) < VIDEO_URL_SHOWN_MS
    videos = json.loads(session.video_urls) if session.video_urls and fresh else {}
    return [each | {"video_url": videos.get(each["question_id"])} for each in question_scores]
