"""Start an interview: invite a candidate, with the confirmations that this may need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Protocol, TypedDict

from ..domain.messages.invitations import InvitationMessage, InvitationOutcome, complete_invitations
from ..domain.messages.time_zones import remember_time_zones, time_zone
from ..domain.service import Service
from ..domain.sessions.invite import InvitedSession, InviteRequest, invite, mark_link_returned
from ..domain.sessions.invite_checks import MAIN_SYSTEM_CONFIRMATIONS, InviteConfirmations, require_confirmations
from ..lazy_dataclass import dataclass
from ..system.clock import iso_utc
from ..system.parallel import CommitToRespond
from ..web.contract import contract
from ..web.lenient import LenientBoolean, LenientInteger, OmittedIfInvalid, PersonName
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.shape import Adjustment, Email, Object, Text, optional, read, required
from .deadline import respond_before_deadline
from .invitation_messages import (
    INVITATION_MESSAGE_MEANING,
    InvitationMessageBody,
    InvitationMessageJson,
    invitation_message,
    invitation_message_json,
)
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
#: The errors of a start that lacks a confirmation.
CONFIRMATION_PROBLEMS = ("JOB_NOT_FOUND", "JOB_PAUSED", "INTERVIEW_SHARED_WITH_JOB")


class TimeZone(Text):
    """A name in the IANA time zone database that this computer knows."""

    def __init__(self) -> None:
        super().__init__(max_chars=60)

    def read(self, value: Any) -> str:
        name = super().read(value)
        if time_zone(name) is None:
            raise ValueError("must be a time zone, such as Europe/Berlin")
        return name


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
    time_zone: str | None = optional(
        OmittedIfInvalid(TimeZone()),
        description="of the candidate, such as Europe/Berlin: no reminders at night, and times in messages",
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
    invitation_message: InvitationMessageBody | None = optional(
        Object(InvitationMessageBody), description=INVITATION_MESSAGE_MEANING
    )


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
    invitation_message: Annotated[InvitationMessageJson | None, "Null unless the request asked for one."]
    provider: InvitationJson


class ConfirmationFields(Protocol):
    """A request body with what the caller confirms."""

    @property
    def unlisted(self) -> bool: ...
    @property
    def confirm_paused(self) -> bool: ...
    @property
    def share_interview(self) -> bool | None: ...


@contract(body=StartBody, statuses=(201, 200),
          raises=(*PROVIDER_PROBLEMS, *CONFIRMATION_PROBLEMS, "INTERVIEW_ALREADY_FINISHED", "CANDIDATE_EMAIL_REQUIRED",
                  "PLAN_REQUIRED", "SOURCE_UNAVAILABLE", "LIBRARY_INVALID", "PLAN_CHANGED", "MAIL_NOT_SET_UP"))
def start_session(service: Service, request: Request) -> Json[StartedJson]:
    """POST /api/interviews/sessions/start

    The candidate need not be in the source. A start needs confirmation if the source does not list the job, if the job
    is paused, or if an interview would count for two jobs; without it the start is refused with the reason. The main
    system, which uses the client key, needs no confirmation. Returns 201 for a new session and 200 for an existing one:
    its link stays the same, and an expired link works again. A start that takes too long returns 504 and continues; the
    next start returns its outcome. With `invitation_message`, the invitation by e-mail is queued in the same
    transaction as the link.
    """
    adjustments: list[Adjustment] = []
    body = read(StartBody, request.json, adjustments=adjustments)
    confirmations = read_confirmations(request, body)
    message = invitation_message(service, request, body.invitation_message)
    started, outcome = respond_before_deadline(
        service, request,
        lambda commit_to_respond: _invite(service, body, confirmations, message, commit_to_respond),
    )
    # A client that has disconnected has not received the link, and an `Idempotency-Key` must not store a response that
    # nobody has read.
    request.raise_if_client_gone()
    started = mark_link_returned(service, started)
    return json_response(started_json(service, started, adjustments, outcome), 200 if started.already_invited else 201)


def _invite(
    service: Service, body: StartBody, confirmations: InviteConfirmations, message: InvitationMessage | None,
    commit_to_respond: CommitToRespond,
) -> tuple[InvitedSession, InvitationOutcome | None]:
    """Invite, and queue the invitation of a link that had none."""
    confirmed = require_confirmations(service, to_invite_request(body, message), confirmations)
    remember_time_zones(service.store, {body.candidate_id: body.time_zone})
    started = invite(service, confirmed, commit_to_respond)
    if message is None:
        return started, None
    return started, complete_invitations(service, [started.session], message).get(started.session.session_id)


def to_invite_request(body: StartBody, message: InvitationMessage | None = None) -> InviteRequest:
    return InviteRequest(
        job_id=body.job_id,
        candidate_id=body.candidate_id,
        candidate_name=body.candidate_name or None,
        candidate_email=body.candidate_email or None,
        conversation_id=body.conversation_id,
        language=body.language or None,
        ttl_hours=body.ttl_hours,
        use_earlier_interview=body.use_earlier_interview,
        message=message,
    )


def started_json(
    service: Service, started: InvitedSession, adjustments: Sequence[Adjustment],
    message: InvitationOutcome | None = None,
) -> StartedJson:
    session = started.session
    return {
        "session_id": session.session_id,
        "status": session.status,
        "entry_url": entry_url(service, session),
        "expires_at": iso_utc(session.link.expires_at),
        "reused": started.already_invited,
        "corrections": corrections_json(started.corrections),
        "adjusted": adjusted_json(adjustments),
        "shared_with_job": session.shared_with_job,
        "invitation_message": invitation_message_json(message),
        "provider": {
            "name": session.provider,
            "invitation_id": session.invitation_id,
            "assessment_id": session.position_id,
        },
    }


def read_confirmations(request: Request, body: ConfirmationFields) -> InviteConfirmations:
    """Return what the caller has confirmed; the main system need not confirm anything."""
    return (
        MAIN_SYSTEM_CONFIRMATIONS
        if request.has_client_key
        else InviteConfirmations(body.unlisted, body.confirm_paused, body.share_interview)
    )
