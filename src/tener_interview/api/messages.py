"""Messages to candidates: review them, send them, see what became of them, and whom to remind today."""

from __future__ import annotations

from ..domain.messages.composing import real_address
from ..domain.messages.queueing import company_of
from ..domain.messages.recipient_states import NO_INTERVIEW, READY
from ..domain.messages.reminders import compose_due, to_remind_today
from ..domain.messages.sending import (
    cancel_message,
    note_sent_by_hand,
    preview_messages,
    send_again,
    send_messages,
    set_paused,
)
from ..domain.service import Service
from ..store.outbox_records import Channel
from ..system.clock import iso_utc
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, Response, json_response
from ..web.shape import read
from .desk_pages import desk_page
from .message_shapes import (
    ByHandBody,
    DueQuery,
    DueRemindersJson,
    MailBody,
    MailStatusJson,
    MessagesBody,
    MessagesJson,
    MessagesQuery,
    QueuedAgainJson,
    QueuedMessagesJson,
    ReviewedJson,
    ReviewedMessagesJson,
    due_json,
    message_json,
    message_preview_json,
    outgoing_json,
    states_json,
    words_by_language,
)
from .web_service import WebService


def show_messages(service: WebService, request: Request) -> Response:
    """GET /messages"""
    return desk_page(service, request, "messages.html")


@contract(body=MessagesBody)
def review(service: Service, request: Request) -> Json[ReviewedMessagesJson]:
    """POST /api/jobs/{job_id}/messages/review

    Shows what each candidate would get, with name and link filled in, and why others would get nothing. Stores nothing.
    """
    job_id = request.integer("job_id")
    body = read(MessagesBody, request.json)
    items = preview_messages(
        service, job_id, body.kind, body.candidate_ids, words_by_language(body.kind, body.texts)
    )
    with service.store.read() as tx:
        company = company_of(tx, service.mail, job_id)
    return json_response({
        "job_id": job_id, "kind": body.kind, "signed_by": company or None, "can_send": service.mail.can_send,
        "ready": sum(item.state == READY for item in items),
        "left_today": _left_today(service),
        "without_interview": sum(item.state == NO_INTERVIEW for item in items),
        "items": [message_preview_json(item) for item in items],
    })


@contract(body=MessagesBody, raises=("MAIL_NOT_SET_UP",))
def send(service: Service, request: Request) -> Json[QueuedMessagesJson]:
    """POST /api/jobs/{job_id}/messages

    Queues a message for each candidate who can get one. It leaves within seconds, unless e-mail is paused or the limit
    of the day is reached. With an `Idempotency-Key`, repeating the request sends nothing twice.
    """
    job_id = request.integer("job_id")
    body = read(MessagesBody, request.json)
    items = send_messages(service, job_id, body.kind, body.candidate_ids, words_by_language(body.kind, body.texts))
    return json_response({
        "job_id": job_id, "kind": body.kind, "queued": sum(item.queued for item in items),
        "items": [outgoing_json(item) for item in items],
    })


@contract(body=ByHandBody, raises=("CANDIDATE_NOT_FOUND", "MESSAGE_NOT_POSSIBLE"))
def note_by_hand(service: Service, request: Request) -> Json[ReviewedJson]:
    """POST /api/jobs/{job_id}/messages/by-hand

    Notes that a person sent a message with a program of their own. It counts like any other reminder.
    """
    body = read(ByHandBody, request.json)
    return json_response(
        message_preview_json(note_sent_by_hand(service, request.integer("job_id"), body.kind, body.candidate_id))
    )


@contract(query=MessagesQuery)
def list_messages(service: Service, request: Request) -> Json[MessagesJson]:
    """GET /api/messages"""
    query = read(MessagesQuery, request.query)
    with service.store.read() as tx:
        items = tx.messages.newest_first(
            limit=query.limit, job_id=query.job_id, session_id=query.session_id,
            state=None if query.state == "by_hand" else query.state, by_hand=query.state == "by_hand",
        )
    return json_response({"items": [message_json(item) for item in items]})


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
        items.append(due_json(item, address.address if address else None, {
            "language": template.language, "subject": message.subject, "text": message.text,
        }))
    return json_response({"can_send": service.mail.can_send, "items": items})


@contract(raises=("MESSAGE_NOT_FOUND",))
def queue_again(service: Service, request: Request) -> Json[QueuedAgainJson]:
    """POST /api/messages/{message_id}/send-again

    Sends a message again that was given up, or may or may not have arrived.
    """
    message_id = request.params["message_id"]
    return json_response({"message_id": message_id, "changed": send_again(service, message_id)})


@contract(raises=("MESSAGE_NOT_FOUND",))
def cancel(service: Service, request: Request) -> Json[QueuedAgainJson]:
    """POST /api/messages/{message_id}/cancel"""
    message_id = request.params["message_id"]
    return json_response({"message_id": message_id, "changed": cancel_message(service, message_id)})


@contract()
def get_mail_status(service: Service, _request: Request) -> Json[MailStatusJson]:
    """GET /api/messages/status"""
    return json_response(_status(service))


@contract(body=MailBody)
def change_mail_status(service: Service, request: Request) -> Json[MailStatusJson]:
    """PATCH /api/messages/status

    Pauses all e-mail, or lets it go on. What is queued waits.
    """
    set_paused(service, read(MailBody, request.json).paused)
    return json_response(_status(service))


def _status(service: Service) -> MailStatusJson:
    mail = service.mail
    with service.store.read() as tx:
        switch, counts = tx.mail_switch.get(), tx.outbox.count()
    is_today = switch.day == mail.day_of(service.clock.now_ms())
    return {
        "server": mail.server.display_name if mail.server else None,
        "sender": str(mail.sender) if mail.server and not mail.is_demo else None, "demo": mail.is_demo,
        "paused": switch.paused, "paused_at": iso_utc(switch.paused_at),
        "sent_today": switch.sent if is_today else 0, "daily_limit": mail.daily_limit,
        "states": states_json(counts, Channel.MAIL),
    }


def _left_today(service: Service) -> int:
    status = _status(service)
    return max(0, status["daily_limit"] - status["sent_today"])
