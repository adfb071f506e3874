"""Start an interview, with the consent that a start may need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Protocol, TypedDict

from ..domain.service import Service
from ..domain.sessions.start import Invitation, StartedSession, mark_link_shared, start
from ..domain.sessions.start_checks import MACHINE_CONSENT, StartConsent, confirm_invitation
from ..system.clock import iso_utc
from ..web.contract import contract
from ..web.lenient import LenientBoolean, LenientInteger, OmittedIfInvalid, PersonName
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.shape import Adjustment, Email, optional, read, required
from .deadline import respond_before_deadline
from .sessions import (
    LANGUAGE,
    LINK_TTL_MEANING,
    TTL_HOURS,
    AdjustedJson,
    CorrectionJson,
    adjusted_json,
    corrections_json,
)
from .shapes import PROVIDER_PROBLEMS, At, EntryUrl, ProviderName, SessionStatus, SharedWithJob, entry_url

UNLISTED_MEANING = "invite even if the source does not list the job, or has archived it"
CONFIRM_PAUSED_MEANING = "invite even if the job is paused in the main system"
SHARE_INTERVIEW_MEANING = (
    "whether an interview that the candidate has for another job with the same questions counts for this job too;"
    " with `false` the candidate answers them again, if Hireflix allows it; default: such a candidate is not invited"
)
#: The answers to a start that lacks a consent.
CONSENT_PROBLEMS = ("JOB_NOT_FOUND", "JOB_PAUSED", "INTERVIEW_SHARED_WITH_JOB")


@dataclass(frozen=True)
class StartBody:
    job_id: int = required(LenientInteger(low=1))
    candidate_id: int = required(LenientInteger(low=1))
    candidate_name: str | None = optional(PersonName(max_chars=200))
    candidate_email: str | None = optional(
        Email(), description="default: a made-up address, if the settings allow it"
    )
    conversation_id: int | None = optional(
        OmittedIfInvalid(LenientInteger()), description="the main system's id, stored with the session"
    )
    language: str | None = optional(
        OmittedIfInvalid(LANGUAGE),
        description="of the candidate's pages: a tag such as en or pt-BR, or a name such as dutch",
    )
    ttl_hours: int | None = optional(TTL_HOURS, description=LINK_TTL_MEANING)
    use_earlier_interview: bool = optional(
        LenientBoolean(), False,
        "for a person who was erased here: reuse the interview that Hireflix still has, with its answers; default: a"
        " new interview, under a made-up address if necessary",
    )
    unlisted: bool = optional(LenientBoolean(), False, UNLISTED_MEANING)
    confirm_paused: bool = optional(LenientBoolean(), False, CONFIRM_PAUSED_MEANING)
    share_interview: bool | None = optional(LenientBoolean(), description=SHARE_INTERVIEW_MEANING)


class InvitationJson(TypedDict):
    """The interview at the provider; `assessment_id` is the position."""

    name: ProviderName
    invitation_id: str | None
    assessment_id: str


class StartedJson(TypedDict):
    """A session with the link to send to the candidate. `reused`: the session existed before this start."""

    session_id: str
    status: SessionStatus
    entry_url: EntryUrl | None
    expires_at: At | None
    reused: bool
    shared_with_job: SharedWithJob
    corrections: Annotated[list[CorrectionJson], "Outcome for each detail that differed from the existing session."]
    adjusted: Annotated[list[AdjustedJson], "Fields whose values were adjusted."]
    provider: InvitationJson


class ConsentFields(Protocol):
    """A request body with the fields of consent."""

    @property
    def unlisted(self) -> bool: ...
    @property
    def confirm_paused(self) -> bool: ...
    @property
    def share_interview(self) -> bool | None: ...


@contract(body=StartBody, statuses=(201, 200),
          raises=(*PROVIDER_PROBLEMS, *CONSENT_PROBLEMS, "INTERVIEW_ALREADY_FINISHED", "CANDIDATE_EMAIL_REQUIRED",
                  "PLAN_REQUIRED", "SOURCE_UNAVAILABLE", "LIBRARY_INVALID", "PLAN_CHANGED"))
def start_session(service: Service, request: Request) -> Json[StartedJson]:
    """POST /api/interviews/sessions/start

    The candidate need not be in the source. A start needs consent if the source does not list the job, if the job is
    paused, or if an interview would count for two jobs; without consent it is refused with the reason. The main system,
    which uses the client key, needs no consent. Returns 201 for a new session and 200 for an existing one: its link
    stays the same, and an expired link works again. A start that takes too long returns 504 and continues; the next
    start returns its outcome.
    """
    adjustments: list[Adjustment] = []
    body = read(StartBody, request.json, adjustments=adjustments)
    consent = consent_of(request, body)
    started = respond_before_deadline(
        service,
        request,
        lambda claim_waiting_client: start(
            service, confirm_invitation(service, invitation(body), consent), claim_waiting_client
        ),
    )
    # A client that has disconnected has not received the link, and an `Idempotency-Key` must not store a response that
    # nobody has read.
    request.raise_if_client_gone()
    started = mark_link_shared(service, started)
    return json_response(started_json(service, started, adjustments), 200 if started.reused else 201)


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


def started_json(service: Service, started: StartedSession, adjustments: Sequence[Adjustment]) -> StartedJson:
    session = started.session
    return {
        "session_id": session.session_id,
        "status": session.status,
        "entry_url": entry_url(service, session),
        "expires_at": iso_utc(session.link.expires_at),
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


def consent_of(request: Request, body: ConsentFields) -> StartConsent:
    """Return the caller's consent; the main system always consents."""
    return (
        MACHINE_CONSENT
        if request.from_machine_client
        else StartConsent(body.unlisted, body.confirm_paused, body.share_interview)
    )
