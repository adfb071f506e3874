"""Queues messages in the outbox, in the transaction of their cause."""

from __future__ import annotations

from ...store.message_records import INVITATION, THANKS, Message
from ...store.outbox_records import Channel, outbox_row
from ...store.ports import Transaction
from ...store.session import Session
from .mail import MAIL_RECEIVER, MailConfig
from .templates import TemplateText, find_template_text


def queue_message(
    tx: Transaction, session: Session, kind: str, template: TemplateText, *, number: int, automatic: bool, at_ms: int
) -> bool:
    """Queue the `number`th message of a kind for a candidate. Return False if another request has queued it.

    Name, address and link are not stored; they are filled in when it is sent.
    """
    content = {
        "kind": kind, "language": template.language, "subject": template.subject, "text": template.text,
        "automatic": automatic,
    }
    row = outbox_row(
        Channel.MAIL, f"mail:{kind}:{session.session_id}:{number}", content, at_ms, session_id=session.session_id,
        receiver=MAIL_RECEIVER,
    )
    if not tx.outbox.add(row):
        return False
    tx.messages.add(Message(row.outbox_id, session.session_id, kind, False, automatic, at_ms))
    tx.events.add(session.session_id, "message_queued", "system" if automatic else "recruiter", at_ms, kind=kind)
    return True


def queue_automatic_invitation(tx: Transaction, mail: MailConfig, session: Session, at_ms: int) -> None:
    """Queue the invitation for a new link, if the job sends invitations to everybody; see also
    `queue_requested_invitations` for one that the caller asked for."""
    if mail.can_send and (rules := tx.message_rules.get(session.job_id)).send_invitations:
        _queue_first_of_kind(tx, mail, session, INVITATION, rules.language, at_ms)


def queue_thanks(tx: Transaction, mail: MailConfig, session: Session, at_ms: int) -> None:
    """Queue the thanks for a finished interview, if the job sends thanks."""
    if mail.can_send and (rules := tx.message_rules.get(session.job_id)).send_thanks:
        _queue_first_of_kind(tx, mail, session, THANKS, rules.language, at_ms)


def _queue_first_of_kind(
    tx: Transaction, mail: MailConfig, session: Session, kind: str, language: str, at_ms: int
) -> None:
    template = find_template_text(tx, kind, session.language or language, company_of(tx, mail, session.job_id))
    queue_message(tx, session, kind, template, number=1, automatic=True, at_ms=at_ms)


def company_of(tx: Transaction, mail: MailConfig, job_id: int) -> str:
    """The hiring company; empty if unknown."""
    title = tx.titles.get(job_id)
    return mail.company_name or (title.company if title else None) or ""
