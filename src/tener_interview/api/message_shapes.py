"""Requests and answers about messages to candidates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, TypedDict

from ..actor import Role
from ..domain.messages.invitations import InvitationMessage, InvitationOutcome, require_mail_server
from ..domain.messages.recipient_states import STATES
from ..domain.messages.reminders import DueReminder
from ..domain.messages.sending import MessagePreview, QueueOutcome
from ..domain.messages.templates import (
    MAX_SUBJECT_CHARS,
    MAX_TEXT_CHARS,
    MESSAGE_LANGUAGES,
    TemplateText,
    refuse_invalid_template,
)
from ..domain.service import Service
from ..errors import Problem
from ..lazy_dataclass import dataclass
from ..store.message_records import INVITATION, KINDS, MessageState
from ..store.outbox_records import OutboxState
from ..system.clock import iso_utc
from ..web.request import Request
from ..web.schema import Example
from ..web.shape import Boolean, Integer, ListOf, Object, OneOf, Text, optional, required
from .shapes import At, limit_field

#: How many candidates a request may name: as many as the interview step.
MAX_RECIPIENTS = 500
#: The states of a message that a list can be filtered by.
MESSAGE_STATES = (*OutboxState, "by_hand")

Kind = Annotated[str, OneOf(KINDS), Example("reminder")]
Language = Annotated[str, OneOf(MESSAGE_LANGUAGES), Example("en")]


@dataclass(frozen=True)
class InputWords:
    """A template that counts for this request only."""

    language: str = required(OneOf(MESSAGE_LANGUAGES))
    subject: str = required(Text(MAX_SUBJECT_CHARS, min_chars=1))
    text: str = required(Text(MAX_TEXT_CHARS, min_chars=1, lines=True))


@dataclass(frozen=True)
class MessagesBody:
    kind: str = required(OneOf(KINDS))
    candidate_ids: tuple[int, ...] = required(ListOf(Integer(low=1), 1, MAX_RECIPIENTS))
    texts: tuple[InputWords, ...] = optional(
        ListOf(Object(InputWords), 0, len(MESSAGE_LANGUAGES)), (),
        "words for this time, by language, in place of the templates",
    )


@dataclass(frozen=True)
class InputMessage:
    """The invitation by e-mail, queued together with the link."""

    texts: tuple[InputWords, ...] = optional(
        ListOf(Object(InputWords), 0, len(MESSAGE_LANGUAGES)), (),
        "words for this time, by language, in place of the templates; not with the client key",
    )


MESSAGE_MEANING = (
    "also send the invitation by e-mail, queued in the same transaction as the link; nobody whose invitation was sent"
    " before gets another one, however often the request is repeated"
)


@dataclass(frozen=True)
class ByHandBody:
    kind: str = required(OneOf(KINDS))
    candidate_id: int = required(Integer(low=1))


@dataclass(frozen=True)
class MessagesQuery:
    limit: int = limit_field(100, 500)
    job_id: int | None = optional(Integer(low=1, from_text=True))
    session_id: str | None = optional(Text(max_chars=100))
    state: str | None = optional(OneOf(MESSAGE_STATES), description="only messages in this state")


@dataclass(frozen=True)
class DueQuery:
    job_id: int | None = optional(Integer(low=1, from_text=True), description="default: all jobs")


@dataclass(frozen=True)
class MailBody:
    paused: bool = required(Boolean(), "whether no e-mail leaves")


_TEXT = {"language": "en", "subject": "Reminder: your video interview", "text": "Hello Jane,\n\nYour link: https://…"}


class MessageTextJson(TypedDict):
    """What a candidate reads, with everything filled in."""

    language: Language
    subject: Annotated[str, Example("Reminder: your video interview for the role “Backend engineer”")]
    text: Annotated[str, Example("Hello Jane,\n\nYour video interview is still open.")]


class ReviewedJson(TypedDict):
    """What one candidate would get now."""

    candidate_id: int
    candidate_name: str | None
    session_id: str | None
    state: Annotated[
        str, OneOf(STATES),
        "`ready`, or why it cannot be sent by e-mail. With `no_address` and `bounced` it can still be sent by hand.",
        Example("ready"),
    ]
    why: Annotated[str | None, "Why not, as a sentence.", Example(None)]
    address: Annotated[str | None, Example("jane.doe@example.com")]
    last_sent_at: Annotated[At | None, "The last message of this kind to the candidate."]
    last_message_at: Annotated[At | None, "The last message of any kind about this interview."]
    message: Annotated[MessageTextJson | None, Example(_TEXT)]


class ReviewedMessagesJson(TypedDict):
    """What each candidate would get, and what sending costs."""

    job_id: int
    kind: Kind
    can_send: Annotated[bool, "Whether the service sends e-mail; otherwise messages are sent by hand."]
    ready: Annotated[int, "How many messages would be sent."]
    left_today: Annotated[int, "How many more e-mails may leave today."]
    signed_by: Annotated[str | None, "The hiring company, with whose name messages end, if it is known."]
    without_interview: Annotated[
        int, "How many candidates need an interview first. Hireflix charges for each; messages cost nothing."
    ]
    items: list[ReviewedJson]


class OutgoingJson(TypedDict):
    """What became of the message to one candidate."""

    candidate_id: int
    session_id: str | None
    queued: bool
    why: Annotated[str | None, "Why not, as a sentence.", Example(None)]


class InvitationMessageJson(TypedDict):
    """The invitation by e-mail that was asked for with the link."""

    queued_at: Annotated[At | None, "When it was queued, by this request or an earlier one; null if it was not."]
    state: Annotated[str, OneOf(STATES), "`ready` for one that was queued, otherwise why not.", Example("ready")]
    why: Annotated[str | None, "Why not, as a sentence.", Example(None)]


class QueuedMessagesJson(TypedDict):
    """The messages that leave now; the list of messages says what becomes of them."""

    job_id: int
    kind: Kind
    queued: int
    items: list[OutgoingJson]


class MessageJson(TypedDict):
    """A message and what has become of it."""

    message_id: Annotated[str, Example("ob_0123456789abcdef0123456789abcdef")]
    session_id: str
    job_id: int
    candidate_id: int
    candidate_name: str
    kind: Kind
    state: Annotated[
        str, OneOf(MESSAGE_STATES),
        "`uncertain`: the line was lost when everything had been sent, so it may have arrived; only a person sends it"
        " again. `parked`: given up; `answer` says why. `by_hand`: a person sent it with a program of their own.",
        Example("delivered"),
    ]
    automatic: Annotated[bool, "Whether the service sent it automatically."]
    created_at: At
    finished_at: At | None
    next_attempt_at: At | None
    attempts: int
    answer: Annotated[str | None, "What the server said, without addresses.", Example("DATA: 250 2.0.0")]


class MessagesJson(TypedDict):
    """Messages, newest first."""

    items: list[MessageJson]


class QueuedAgainJson(TypedDict):
    """Whether it changed anything: not if the message is on its way, or was delivered or canceled already."""

    message_id: str
    changed: bool


class MailStatusJson(TypedDict):
    """Whether and how e-mail leaves."""

    server: Annotated[str | None, "The SMTP server without user and password; null if none is set.",
                      Example("mail.example.com:587 (STARTTLS)")]
    sender: Annotated[str | None, Example("Acme Hiring <jobs@acme.example>")]
    demo: Annotated[bool, "In demo mode messages are shown here and sent nowhere."]
    paused: bool
    paused_at: At | None
    sent_today: int
    daily_limit: int
    states: Annotated[dict[str, int], "The number of messages by state.", Example({"delivered": 12, "queued": 1})]


class DueJson(TypedDict):
    """Somebody to remind now."""

    job_id: int
    candidate_id: int
    candidate_name: str
    session_id: str
    kind: Kind
    state: Annotated[str, OneOf(STATES), Example("ready")]
    why: Annotated[str | None, Example(None)]
    address: Annotated[str | None, Example("jane.doe@example.com")]
    expires_at: At
    reminders_sent: int
    message: Annotated[MessageTextJson, Example(_TEXT)]


class DueRemindersJson(TypedDict):
    """Whom to remind today by hand, those first whose links end first."""

    can_send: bool
    items: list[DueJson]


def words_by_language(kind: str, texts: Sequence[InputWords], *, within: str = "") -> dict[str, TemplateText]:
    """The words of a request. Raises `VALIDATION_FAILED`."""
    for number, item in enumerate(texts):
        refuse_invalid_template(kind, item.subject, item.text, within=f"{within}texts[{number}].")
    return {item.language: TemplateText(item.language, item.subject, item.text) for item in texts}


def invitation_message(service: Service, request: Request, requested: InputMessage | None) -> InvitationMessage | None:
    """The invitation that a request asks for. Raises `MAIL_NOT_SET_UP`, and `VALIDATION_FAILED` also for words of the
    main system: its key travels in addresses, and whoever finds one must not write to people in the company's name."""
    if requested is None:
        return None
    require_mail_server(service)
    if requested.texts and request.actor.role is Role.MAIN_SYSTEM:
        fault = "must be left out by the main system: the service's templates are sent"
        raise Problem("VALIDATION_FAILED", f"texts {fault}.", {"fields": {"invitation_message.texts": fault}})
    return InvitationMessage(words_by_language(INVITATION, requested.texts, within="invitation_message."))


def invitation_json(outcome: InvitationOutcome | None) -> InvitationMessageJson | None:
    if outcome is None:
        return None
    return {"queued_at": iso_utc(outcome.queued_at), "state": outcome.state, "why": outcome.why}


def message_preview_json(item: MessagePreview) -> ReviewedJson:
    session = item.session
    return {
        "candidate_id": item.candidate_id,
        "candidate_name": session.candidate_name if session else None,
        "session_id": session.session_id if session else None,
        "state": item.state, "why": item.why, "address": item.address, "last_sent_at": iso_utc(item.last_at),
        "last_message_at": iso_utc(item.last_of_any_kind_at),
        "message": {
            "language": item.language or "en", "subject": item.message.subject, "text": item.message.text,
        } if item.message else None,
    }


def outgoing_json(item: QueueOutcome) -> OutgoingJson:
    return {
        "candidate_id": item.candidate_id, "session_id": item.session_id, "queued": item.queued, "why": item.why,
    }


def message_json(message: MessageState) -> MessageJson:
    return {
        "message_id": message.message_id, "session_id": message.session_id, "job_id": message.job_id,
        "candidate_id": message.candidate_id, "candidate_name": message.candidate_name, "kind": message.kind,
        "state": "by_hand" if message.by_hand else message.state or OutboxState.CANCELED,
        "automatic": message.automatic, "created_at": iso_utc(message.created_at) or "",
        "finished_at": iso_utc(message.finished_at),
        "next_attempt_at": iso_utc(message.next_attempt_at) if message.state == OutboxState.QUEUED else None,
        "attempts": message.attempts or 0, "answer": message.answer,
    }


def due_json(item: DueReminder, address: str | None, message: MessageTextJson) -> DueJson:
    session = item.session
    return {
        "job_id": session.job_id, "candidate_id": session.candidate_id, "candidate_name": session.candidate_name,
        "session_id": session.session_id, "kind": item.kind, "state": item.state, "why": item.why, "address": address,
        "expires_at": iso_utc(session.link.expires_at) or "", "reminders_sent": item.sent.reminders,
        "message": message,
    }


def states_json(counts: Mapping[tuple[str, ...], int], channel: str) -> dict[str, int]:
    """The number of rows of a channel by state."""
    return {state: count for (of_channel, state), count in sorted(counts.items()) if of_channel == channel}
