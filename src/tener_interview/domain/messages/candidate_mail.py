"""Makes the e-mail of a queued message to a candidate, unless there is a reason not to send it."""

from __future__ import annotations

from ...lazy_dataclass import dataclass
from ...mail.message import Email
from ...store.message_records import THANKS, Recipient, address_hash
from ...store.outbox_records import OutboxRow
from ...store.session import Session
from ..outbox.delivery import Delivery, Outcome
from ..service import Service
from ..sessions.status import ACTIVE, FINISHED
from .composing import JobNames, compose, job_names, opt_out_url, real_address, template_text_of, zone_of
from .opt_outs import wants_messages
from .reminder_times import is_night, next_morning_ms


@dataclass(frozen=True)
class PreparedEmail:
    """An e-mail and its session, if it is about one."""

    email: Email
    session: Session | None = None


class DoNotSendNow(Exception):
    """A message must not be sent now; `delivery` says what happens to it."""

    def __init__(self, delivery: Delivery) -> None:
        super().__init__(delivery.explanation)
        self.delivery = delivery


def prepare_candidate_email(service: Service, row: OutboxRow) -> PreparedEmail:
    """Make the e-mail to a candidate from the present data. Raises DoNotSendNow."""
    now_ms = service.clock.now_ms()
    with service.store.read() as tx:
        session = tx.sessions.get(row.session_id or "")
        if session is None or session.erased_at is not None or not row.content:
            raise DoNotSendNow(Delivery(Outcome.CANCELED, "the candidate was erased"))
        recipient = tx.recipients.get(session.candidate_id)
        opted_out = tx.recipients.opted_out([address_hash(session.candidate_email)])
        job = job_names(tx, service.mail, session.job_id)
    if (reason := _reason_not_to_send(session, row.content["kind"], now_ms)) is not None:
        raise DoNotSendNow(Delivery(Outcome.CANCELED, reason))
    if not wants_messages(recipient, session.candidate_email, opted_out):
        raise DoNotSendNow(Delivery(Outcome.CANCELED, "the candidate wants no messages"))
    if recipient.bounced_address == address_hash(session.candidate_email):
        raise DoNotSendNow(Delivery(Outcome.PARK, f"the address was refused before: {recipient.bounce}"))
    zone = zone_of(service.mail, recipient)
    if row.content["automatic"] and is_night(now_ms, zone):
        raise DoNotSendNow(Delivery(Outcome.DEFERRED, "it is night there", next_morning_ms(now_ms, zone) - now_ms))
    return PreparedEmail(_compose_email(service, row, session, job, recipient), session)


def _compose_email(service: Service, row: OutboxRow, session: Session, job: JobNames, recipient: Recipient) -> Email:
    mail, template = service.mail, template_text_of(row.content)
    address = real_address(service, session)
    if address is None:
        raise DoNotSendNow(Delivery(Outcome.PARK, "no e-mail address"))
    text = compose(service, session, template, job, recipient)
    stop = opt_out_url(service, session.session_id)
    headers = {"List-Unsubscribe": f"<{stop}>"}
    if stop.startswith("https://"):
        # RFC 8058 section 3.1: one click works over HTTPS only.
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if row.content["automatic"]:
        # RFC 3834: programs must not answer it automatically.
        headers["Auto-Submitted"] = "auto-generated"
    return Email(
        message_id=row.outbox_id, sender=mail.sender, recipient=address, subject=text.subject, text=text.text,
        language=template.language, date_ms=service.clock.now_ms(), reply_to=mail.reply_to, headers=headers,
    )


def _reason_not_to_send(session: Session, kind: str, now_ms: int) -> str | None:
    """Why a message need not be sent any more; None while it makes sense."""
    if kind == THANKS:
        return None if session.status in FINISHED else "the interview is not finished"
    if session.status in FINISHED:
        return "the interview is finished"
    if session.status not in ACTIVE:
        return f"the interview is {session.status}"
    has_link = session.link.expires_at > now_ms and session.is_current
    return None if has_link else "the link has expired"
