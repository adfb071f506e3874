"""Messages that a person sends: preview who gets what, queue them, or note them as sent by hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from ...actor import acting
from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...store.message_records import (
    INVITATION,
    Message,
    MessageTemplate,
    Recipient,
    SessionMessages,
    address_hash,
)
from ...store.ports import Transaction
from ...store.session import Session
from ..audit.recording import record_action
from ..service import Service
from ..sessions.invite import mark_links_returned
from .composing import JobNames, compose, job_names, real_address
from .invitations import require_mail_server
from .queueing import queue_message
from .recipient_states import BY_HAND, NO_INTERVIEW, READY, recipient_state
from .templates import MessageText, TemplateText, choose_template_text

#: How many candidates are written to at once: as many as one interview step names.
MAX_RECIPIENTS = 500
_ALREADY_SENT_RECENTLY = "The candidate got one recently."


@dataclass(frozen=True)
class MessagePreview:
    """The message that a candidate would get. If `state` is not `ready`, `why` is a sentence with the reason."""

    candidate_id: int
    session: Session | None
    state: str
    why: str | None = None
    address: str | None = None
    language: str | None = None
    message: MessageText | None = None
    #: The last message of this kind, and of any kind.
    last_at: int | None = None
    last_of_any_kind_at: int | None = None


@dataclass(frozen=True)
class QueueOutcome:
    """Whether a candidate's message was queued, and why not."""

    candidate_id: int
    session_id: str | None
    queued: bool
    why: str | None = None


@dataclass(frozen=True)
class _RecipientData:
    """The data of the recipients, read in one transaction."""

    sessions: Mapping[int, Session]
    recipients: Mapping[int, Recipient]
    opted_out: set[str]
    sent: Mapping[str, SessionMessages]
    templates: list[MessageTemplate]
    job: JobNames
    language: str

    def recipient(self, candidate_id: int) -> Recipient:
        return self.recipients.get(candidate_id, Recipient(candidate_id))


def preview_messages(
    service: Service, job_id: int, kind: str, candidate_ids: Sequence[int], edited: Mapping[str, TemplateText]
) -> list[MessagePreview]:
    """Return what each candidate would get now. `edited` has templates changed for this time, by language."""
    with service.store.read() as tx:
        data = _read(service, tx, job_id, candidate_ids)
    return [_preview_for(service, data, kind, candidate_id, edited) for candidate_id in dict.fromkeys(candidate_ids)]


def send_messages(
    service: Service, job_id: int, kind: str, candidate_ids: Sequence[int], edited: Mapping[str, TemplateText], *,
    unless_since_ms: int | None = None, first_requested_ms: int | None = None,
) -> list[QueueOutcome]:
    """Queue a message for each candidate who can get one, unless they got one of this kind after `unless_since_ms`.

    `first_requested_ms` is when the same request was sent first, if its outcome never arrived: what it queued counts as
    queued, and nobody gets a second one. Raises `MAIL_NOT_SET_UP`.
    """
    require_mail_server(service)
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        data = _read(service, tx, job_id, candidate_ids)
        done = []
        for candidate_id in dict.fromkeys(candidate_ids):
            item = _preview_for(service, data, kind, candidate_id, edited)
            if item.state != READY or item.session is None:
                session_id = item.session.session_id if item.session else None
                done.append(QueueOutcome(candidate_id, session_id, False, item.why))
                continue
            if first_requested_ms is not None and item.last_at is not None and item.last_at >= first_requested_ms:
                done.append(QueueOutcome(candidate_id, item.session.session_id, True))
                continue
            if unless_since_ms is not None and item.last_at is not None and item.last_at > unless_since_ms:
                done.append(QueueOutcome(candidate_id, item.session.session_id, False, _ALREADY_SENT_RECENTLY))
                continue
            number = _messages_so_far(data, item.session).numbers.get(kind, 0) + 1
            template = _edited_or_stored_template(data, kind, item.session, edited)
            queued = queue_message(tx, item.session, kind, template, number=number, automatic=False, at_ms=now_ms)
            if queued:
                record_action(tx, "message.sent", item.session, now_ms, {"kind": kind})
            why = None if queued else "Somebody else has just sent it."
            done.append(QueueOutcome(candidate_id, item.session.session_id, queued, why))
    _mark_links_returned(service, data, [item.candidate_id for item in done if item.queued])
    return done


def note_sent_by_hand(
    service: Service, job_id: int, kind: str, candidate_id: int, *, first_requested_ms: int | None = None
) -> MessagePreview:
    """Note that a person sent a message with their own program, so that nobody sends it again.

    If the same request noted it before, it is noted already. Raises `CANDIDATE_NOT_FOUND` and `MESSAGE_NOT_POSSIBLE`.
    """
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        data = _read(service, tx, job_id, [candidate_id])
        item = _preview_for(service, data, kind, candidate_id, {})
        if item.session is None or item.state not in BY_HAND:
            code = "CANDIDATE_NOT_FOUND" if item.session is None else "MESSAGE_NOT_POSSIBLE"
            raise Problem(code, item.why or "This candidate has no interview for the job.")
        if first_requested_ms is None or item.last_at is None or item.last_at < first_requested_ms:
            message_id = f"hm_{service.token_hex(16)}"
            tx.messages.add(Message(message_id, item.session.session_id, kind, True, False, now_ms))
            tx.events.add(item.session.session_id, "message_sent_by_hand", "recruiter", now_ms, kind=kind)
            record_action(tx, "message.sent", item.session, now_ms, {"kind": kind, "by_hand": True})
    _mark_links_returned(service, data, [candidate_id])
    return item


def send_again(service: Service, message_id: str) -> bool:
    """Queue a message again that was not, or perhaps not, delivered; return whether it was queued. Raises
    `MESSAGE_NOT_FOUND`."""
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        message = tx.messages.get(message_id)
        if message is None or message.by_hand:
            raise Problem("MESSAGE_NOT_FOUND", "There is no message with this id.")
        if message.state == "delivered" or not tx.outbox.send_again(message_id, now_ms):
            return False
        session = tx.sessions.require(message.session_id)
        recipient = tx.recipients.get(session.candidate_id)
        if recipient.bounced_at is not None:
            # The person expects the address to work again.
            tx.recipients.forget_bounce(session.candidate_id)
        record_action(tx, "message.sent", session, now_ms, {"kind": message.kind, "again": True})
    return True


def cancel_message(service: Service, message_id: str) -> bool:
    """Cancel an unsent message; return False if it is too late. Raises `MESSAGE_NOT_FOUND`."""
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        message = tx.messages.get(message_id)
        if message is None or message.by_hand:
            raise Problem("MESSAGE_NOT_FOUND", "There is no message with this id.")
        canceled = tx.outbox.cancel(message_id, now_ms)
        if canceled:
            session = tx.sessions.require(message.session_id)
            record_action(tx, "message.canceled", session, now_ms, {"kind": message.kind})
    return canceled


def set_paused(service: Service, paused: bool) -> None:
    """Pause or resume sending."""
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        if tx.mail_switch.set_paused(paused, now_ms):
            tx.audit.append(
                acting.get(), "messages.paused" if paused else "messages.resumed", "messages", at_ms=now_ms
            )


def _read(service: Service, tx: Transaction, job_id: int, candidate_ids: Collection[int]) -> _RecipientData:
    sessions = tx.sessions.current_by_candidate(job_id, candidate_ids)
    hashes = {address_hash(session.candidate_email) for session in sessions.values() if session.candidate_email}
    job = job_names(tx, service.mail, job_id)
    return _RecipientData(
        sessions, tx.recipients.of_candidates(candidate_ids), tx.recipients.opted_out(hashes),
        tx.messages.of_sessions([session.session_id for session in sessions.values()]),
        tx.message_templates.of_company(job.company), job, tx.message_rules.get(job_id).language,
    )


def _preview_for(
    service: Service, data: _RecipientData, kind: str, candidate_id: int, edited: Mapping[str, TemplateText]
) -> MessagePreview:
    session = data.sessions.get(candidate_id)
    if session is None:
        missing = "Not invited yet." if kind == INVITATION else "This candidate has no interview for the job."
        return MessagePreview(candidate_id, None, NO_INTERVIEW, missing)
    recipient = data.recipient(candidate_id)
    state, why = recipient_state(service, session, kind, recipient, data.opted_out)
    sent = _messages_so_far(data, session).sent_at
    last_at, last_of_any_kind_at = sent.get(kind), max(sent.values(), default=None)
    if state not in BY_HAND:
        return MessagePreview(
            candidate_id, session, state, why, last_at=last_at, last_of_any_kind_at=last_of_any_kind_at
        )
    template = _edited_or_stored_template(data, kind, session, edited)
    address = real_address(service, session)
    by_hand = not service.mail.can_send or state != READY
    message = compose(service, session, template, data.job, recipient, by_hand=by_hand)
    return MessagePreview(
        candidate_id, session, state, why, address.address if address else None, template.language, message,
        last_at, last_of_any_kind_at,
    )


def _messages_so_far(data: _RecipientData, session: Session) -> SessionMessages:
    return data.sent.get(session.session_id, SessionMessages())


def _edited_or_stored_template(
    data: _RecipientData, kind: str, session: Session, edited: Mapping[str, TemplateText]
) -> TemplateText:
    """The template in the candidate's language, as edited for this time or as stored."""
    template = choose_template_text(data.templates, kind, session.language or data.language, data.job.company)
    return edited.get(template.language, template)


def _mark_links_returned(service: Service, data: _RecipientData, candidate_ids: Sequence[int]) -> None:
    """Mark these candidates' links as returned, so that lists show the sessions."""
    mark_links_returned(service, [data.sessions[candidate_id] for candidate_id in candidate_ids])
