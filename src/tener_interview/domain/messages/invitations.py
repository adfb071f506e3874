"""Invitations by e-mail that are requested together with the interview links.

The invitation with a new link is queued in the transaction that records the link, so that it is not lost if the browser
or this service dies. Candidates who already have a link get one unless it was sent before: a repeated request completes
an interrupted one, and sends nothing twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...store.message_records import INVITATION, Recipient, SessionMessages, address_hash
from ...store.ports import Transaction
from ...store.session import Session
from ..audit.recording import record_action
from ..service import Service
from .queueing import company_of, queue_message
from .recipient_states import NOT_POSSIBLE, READY, recipient_state
from .templates import TemplateText, choose_template_text


@dataclass(frozen=True)
class InvitationMessage:
    """The invitation as edited for this time, by language; other languages use the stored templates."""

    edited: Mapping[str, TemplateText]


@dataclass(frozen=True)
class InvitationOutcome:
    """When the invitation of a session was queued, now or before; if None, `state` and `why` have the reason."""

    queued_at: int | None
    state: str = READY
    why: str | None = None


def require_mail_server(service: Service) -> None:
    """Raise `MAIL_NOT_SET_UP` without a mail server."""
    if not service.mail.can_send:
        raise Problem(
            "MAIL_NOT_SET_UP",
            "No mail server is set up, so no e-mail is sent. Set TENER_INTERVIEW_SMTP_URL, or send it by hand.",
        )


def complete_invitations(
    service: Service, sessions: Sequence[Session], message: InvitationMessage
) -> dict[str, InvitationOutcome]:
    """Queue the missing invitations of sessions of one job; return the outcomes by session id."""
    if not sessions:
        return {}
    erased = InvitationOutcome(None, NOT_POSSIBLE, "The candidate was erased.")
    with service.store.write() as tx:
        now = tx.sessions.unerased([session.session_id for session in sessions])
        outcomes = queue_requested_invitations(service, tx, now, message, service.clock.now_ms())
    return {session.session_id: outcomes.get(session.session_id, erased) for session in sessions}


def queue_requested_invitations(
    service: Service, tx: Transaction, sessions: Sequence[Session], message: InvitationMessage, at_ms: int
) -> dict[str, InvitationOutcome]:
    """Queue the missing invitations of sessions of one job in the caller's transaction; return the outcomes by session
    id."""
    if not sessions:
        return {}
    recipients = tx.recipients.of_candidates([session.candidate_id for session in sessions])
    opted_out = tx.recipients.opted_out({address_hash(session.candidate_email) for session in sessions})
    sent = tx.messages.of_sessions([session.session_id for session in sessions])
    job_id = sessions[0].job_id
    templates = tx.message_templates.of_company(company := company_of(tx, service.mail, job_id))
    language = tx.message_rules.get(job_id).language
    outcomes = {}
    for session in sessions:
        so_far = sent.get(session.session_id, SessionMessages())
        if (sent_at := so_far.sent_at.get(INVITATION)) is not None:
            outcomes[session.session_id] = InvitationOutcome(sent_at)
            continue
        recipient = recipients.get(session.candidate_id, Recipient(session.candidate_id))
        state, why = recipient_state(service, session, INVITATION, recipient, opted_out)
        if state == READY:
            template = choose_template_text(templates, INVITATION, session.language or language, company)
            _queue_and_mark_returned(tx, session, message.edited.get(template.language, template), so_far, at_ms)
        outcomes[session.session_id] = InvitationOutcome(at_ms if state == READY else None, state, why)
    return outcomes


def _queue_and_mark_returned(
    tx: Transaction, session: Session, template: TemplateText, so_far: SessionMessages, at_ms: int
) -> None:
    number = so_far.numbers.get(INVITATION, 0) + 1
    if queue_message(tx, session, INVITATION, template, number=number, automatic=False, at_ms=at_ms):
        # The candidate gets the link this way, so lists show the session.
        tx.sessions.mark_link_returned(session.session_id)
        record_action(tx, "message.sent", session, at_ms, {"kind": INVITATION})
