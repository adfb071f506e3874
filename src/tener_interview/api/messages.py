"""Messages to candidates: preview, sending and results; whom to remind today; the state of e-mail."""

from __future__ import annotations

from typing import Annotated, TypedDict

from ..domain.messages.composing import real_address
from ..domain.messages.queueing import company_of
from ..domain.messages.recipient_states import NO_INTERVIEW, READY, STATES
from ..domain.messages.reminders import DueReminder, compose_due, to_remind_today
from ..domain.messages.sending import (
    MAX_RECIPIENTS,
    MessagePreview,
    QueueOutcome,
    cancel_message,
    note_sent_by_hand,
    preview_messages,
    send_again,
    send_messages,
    set_paused,
)
from ..domain.service import Service
from ..lazy_dataclass import dataclass
from ..store.message_records import KINDS, MailState, MessageState
from ..store.outbox_records import Channel, OutboxState
from ..system.clock import iso_utc
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, Response, json_response
from ..web.schema import Example
from ..web.shape import Boolean, Integer, ListOf, OneOf, Text, optional, read, required
from .desk_pages import desk_page
from .message_texts import (
    EDITED_TEXTS,
    EDITED_TEXTS_MEANING,
    TEXT_EXAMPLE,
    EditedText,
    Kind,
    MessageTextJson,
    edited_texts,
)
from .shapes import At, limit_field
from .web_service import WebService

#: The states of a message that a list can be filtered by.
MESSAGE_STATES = (*OutboxState, "by_hand")


@dataclass(frozen=True)
class MessagesBody:
    kind: str = required(OneOf(KINDS))
    candidate_ids: tuple[int, ...] = required(ListOf(Integer(low=1), 1, MAX_RECIPIENTS))
    texts: tuple[EditedText, ...] = optional(EDITED_TEXTS, (), EDITED_TEXTS_MEANING)


@dataclass(frozen=True)
class ByHandBody:
    kind: str = required(OneOf(KINDS))
    candidate_id: int = required(Integer(low=1))


@dataclass(frozen=True)
class MessagesQuery:
    limit: int = limit_field(100, MAX_RECIPIENTS)
    job_id: int | None = optional(Integer(low=1, from_text=True))
    session_id: str | None = optional(Text(max_chars=100))
    state: str | None = optional(OneOf(MESSAGE_STATES), description="only messages in this state")


class MessagePreviewJson(TypedDict):
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
    message: Annotated[MessageTextJson | None, Example(TEXT_EXAMPLE)]


class MessagePreviewsJson(TypedDict):
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
    items: list[MessagePreviewJson]


class OutgoingJson(TypedDict):
    """What became of the message to one candidate."""

    candidate_id: int
    session_id: str | None
    queued: bool
    why: Annotated[str | None, "Why not, as a sentence.", Example(None)]


class QueuedMessagesJson(TypedDict):
    """The messages that were queued; the list of messages has the state of each."""

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


@dataclass(frozen=True)
class DueQuery:
    job_id: int | None = optional(Integer(low=1, from_text=True), description="default: all jobs")


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
    message: Annotated[MessageTextJson, Example(TEXT_EXAMPLE)]


class DueRemindersJson(TypedDict):
    """Whom to remind today by hand, those first whose links end first."""

    can_send: bool
    items: list[DueJson]


@dataclass(frozen=True)
class MailBody:
    paused: bool = required(Boolean(), "whether no e-mail leaves")


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


def show_messages(service: WebService, request: Request) -> Response:
    """GET /messages"""
    return desk_page(service, request, "messages.html")


@contract(body=MessagesBody)
def review(service: Service, request: Request) -> Json[MessagePreviewsJson]:
    """POST /api/jobs/{job_id}/messages/review

    Name and link are filled in; where a candidate would get nothing, the reason is given. Stores nothing.
    """
    job_id = request.integer("job_id")
    body = read(MessagesBody, request.json)
    items = preview_messages(
        service, job_id, body.kind, body.candidate_ids, edited_texts(body.kind, body.texts)
    )
    with service.store.read() as tx:
        company = company_of(tx, service.mail, job_id)
    return json_response({
        "job_id": job_id, "kind": body.kind, "signed_by": company or None, "can_send": service.mail.can_send,
        "ready": sum(item.state == READY for item in items),
        "left_today": _left_today(service),
        "without_interview": sum(item.state == NO_INTERVIEW for item in items),
        "items": [_preview_json(item) for item in items],
    })


@contract(body=MessagesBody, raises=("MAIL_NOT_SET_UP",))
def send(service: Service, request: Request) -> Json[QueuedMessagesJson]:
    """POST /api/jobs/{job_id}/messages

    Queues a message for each candidate who can get one. It leaves within seconds, unless e-mail is paused or the limit
    of the day is reached. With an `Idempotency-Key`, repeating the request sends nothing twice.
    """
    job_id = request.integer("job_id")
    body = read(MessagesBody, request.json)
    items = send_messages(
        service, job_id, body.kind, body.candidate_ids, edited_texts(body.kind, body.texts),
        first_requested_ms=request.first_requested_ms,
    )
    return json_response({
        "job_id": job_id, "kind": body.kind, "queued": sum(item.queued for item in items),
        "items": [_outgoing_json(item) for item in items],
    })


@contract(body=ByHandBody, raises=("CANDIDATE_NOT_FOUND", "MESSAGE_NOT_POSSIBLE"))
def note_by_hand(service: Service, request: Request) -> Json[MessagePreviewJson]:
    """POST /api/jobs/{job_id}/messages/by-hand

    For a message that a person sent with a program of their own. It counts like one that the service sent.
    """
    body = read(ByHandBody, request.json)
    noted = note_sent_by_hand(
        service, request.integer("job_id"), body.kind, body.candidate_id, first_requested_ms=request.first_requested_ms
    )
    return json_response(_preview_json(noted))


@contract(query=MessagesQuery)
def list_messages(service: Service, request: Request) -> Json[MessagesJson]:
    """GET /api/messages"""
    query = read(MessagesQuery, request.query)
    with service.store.read() as tx:
        items = tx.messages.newest_first(
            limit=query.limit, job_id=query.job_id, session_id=query.session_id,
            state=None if query.state == "by_hand" else query.state, by_hand=query.state == "by_hand",
        )
    return json_response({"items": [_message_json(item) for item in items]})


@contract(raises=("MESSAGE_NOT_FOUND",))
def queue_again(service: Service, request: Request) -> Json[QueuedAgainJson]:
    """POST /api/messages/{message_id}/send-again

    A message that was given up can be sent again, too.
    """
    message_id = request.params["message_id"]
    return json_response({"message_id": message_id, "changed": send_again(service, message_id)})


@contract(raises=("MESSAGE_NOT_FOUND",))
def cancel(service: Service, request: Request) -> Json[QueuedAgainJson]:
    """POST /api/messages/{message_id}/cancel"""
    message_id = request.params["message_id"]
    return json_response({"message_id": message_id, "changed": cancel_message(service, message_id)})


@contract(query=DueQuery)
def list_due(service: Service, request: Request) -> Json[DueRemindersJson]:
    """GET /api/messages/due

    Whom a person should remind now: everybody who is due by the rules of the job, except those whom the service reminds
    by itself.
    """
    query = read(DueQuery, request.query)
    due = to_remind_today(service, query.job_id)
    items = []
    for item, (template, message) in zip(due, compose_due(service, due), strict=True):
        address = real_address(service, item.session)
        items.append(_due_json(item, address.address if address else None, {
            "language": template.language, "subject": message.subject, "text": message.text,
        }))
    return json_response({"can_send": service.mail.can_send, "items": items})


@contract()
def get_mail_status(service: Service, _request: Request) -> Json[MailStatusJson]:
    """GET /api/messages/status"""
    return json_response(_mail_status_json(service))


@contract(body=MailBody)
def change_mail_status(service: Service, request: Request) -> Json[MailStatusJson]:
    """PATCH /api/messages/status

    While e-mail is paused, queued messages wait.
    """
    set_paused(service, read(MailBody, request.json).paused)
    return json_response(_mail_status_json(service))


def _preview_json(item: MessagePreview) -> MessagePreviewJson:
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


def _outgoing_json(item: QueueOutcome) -> OutgoingJson:
    return {
        "candidate_id": item.candidate_id, "session_id": item.session_id, "queued": item.queued, "why": item.why,
    }


def _message_json(message: MessageState) -> MessageJson:
    return {
        "message_id": message.message_id, "session_id": message.session_id, "job_id": message.job_id,
        "candidate_id": message.candidate_id, "candidate_name": message.candidate_name, "kind": message.kind,
        "state": "by_hand" if message.by_hand else message.state or OutboxState.CANCELED,
        "automatic": message.automatic, "created_at": iso_utc(message.created_at) or "",
        "finished_at": iso_utc(message.finished_at),
        "next_attempt_at": iso_utc(message.next_attempt_at) if message.state == OutboxState.QUEUED else None,
        "attempts": message.attempts or 0, "answer": message.answer,
    }


def _due_json(item: DueReminder, address: str | None, message: MessageTextJson) -> DueJson:
    session = item.session
    return {
        "job_id": session.job_id, "candidate_id": session.candidate_id, "candidate_name": session.candidate_name,
        "session_id": session.session_id, "kind": item.kind, "state": item.state, "why": item.why, "address": address,
        "expires_at": iso_utc(session.link.expires_at) or "", "reminders_sent": item.sent.reminders,
        "message": message,
    }


def _left_today(service: Service) -> int:
    """Return how many more e-mails may leave today."""
    with service.store.read() as tx:
        return max(0, service.mail.daily_limit - _sent_today(service, tx.mail_switch.get()))


def _mail_status_json(service: Service) -> MailStatusJson:
    mail = service.mail
    with service.store.read() as tx:
        switch, counts = tx.mail_switch.get(), tx.outbox.count()
    return {
        "server": mail.server.display_name if mail.server else None,
        "sender": str(mail.sender) if mail.server and not mail.is_demo else None, "demo": mail.is_demo,
        "paused": switch.paused, "paused_at": iso_utc(switch.paused_at),
        "sent_today": _sent_today(service, switch), "daily_limit": mail.daily_limit,
        "states": {state: count for (channel, state), count in sorted(counts.items()) if channel == Channel.MAIL},
    }


def _sent_today(service: Service, switch: MailState) -> int:
    return switch.sent if switch.day == service.mail.day_of(service.clock.now_ms()) else 0
