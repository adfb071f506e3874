"""E-mail to users of the service, such as the daily digest or a test of a template, through the same outbox and server
as messages to candidates.
"""

from __future__ import annotations

from ...errors import Problem
from ...mail.addresses import MailAddress, sendable_address
from ...mail.message import Email
from ...store.outbox_records import Channel, OutboxRow, outbox_row
from ...store.ports import Transaction
from ...system.clock import DAY_MS
from ..outbox.delivery import Delivery, Outcome
from ..service import Service
from .candidate_mail import DoNotSendNow, PreparedEmail
from .composing import preview
from .invitations import require_mail_server
from .mail import MAIL_RECEIVER
from .templates import TemplateText

#: The `kind` in the content of such a row.
USER_MAIL = "user_mail"
#: Tests count for the limit of the day, which must remain for candidates.
MAX_TESTS_PER_DAY = 20


def queue_user_mail(
    tx: Transaction, user_id: str, unique_key: str, subject: str, text: str, at_ms: int, *,
    not_before_ms: int | None = None, test_in: str | None = None,
) -> bool:
    """Queue a mail to a user. `{base_url}` in the text becomes the service's address. `test_in`: it is not a digest but
    a message to candidates, in this language, which the user wants to see. Returns False when the same `unique_key` was
    queued before."""
    content = {"kind": USER_MAIL, "user_id": user_id, "subject": subject, "text": text}
    if test_in is not None:
        content["test_in"] = test_in
    return tx.outbox.add(outbox_row(
        Channel.MAIL, unique_key, content, at_ms, receiver=MAIL_RECEIVER, not_before_ms=not_before_ms,
    ))


def queue_test_mail(service: Service, user_id: str, template: TemplateText, company: str) -> str:
    """Send a user the message that an invented candidate would get. Return the address; raises `MAIL_NOT_SET_UP`, and
    `MESSAGE_NOT_POSSIBLE` for a disabled user, and after `MAX_TESTS_PER_DAY`."""
    require_mail_server(service)
    message, _ = preview(service, template, company)
    now_ms = service.clock.now_ms()
    keys = (f"mail:test:{user_id}:{now_ms // DAY_MS}:{number}" for number in range(MAX_TESTS_PER_DAY))
    with service.store.write() as tx:
        user = tx.users.get(user_id)
        if user is None or not user.is_active:
            raise Problem("MESSAGE_NOT_POSSIBLE", "There is no address of yours to send it to.")
        subject = f"Test: {message.subject}"
        if not any(
            queue_user_mail(tx, user_id, key, subject, message.text, now_ms, test_in=template.language) for key in keys
        ):
            raise Problem(
                "MESSAGE_NOT_POSSIBLE",
                f"You have sent yourself {MAX_TESTS_PER_DAY} tests today; more would use up the e-mails of candidates."
                " Read the preview instead, or try again tomorrow.",
            )
    return user.email


def prepare_user_email(service: Service, row: OutboxRow) -> PreparedEmail:
    """Make the e-mail to a user. Raises DoNotSendNow if the user was disabled or has switched it off meanwhile."""
    with service.store.read() as tx:
        user = tx.users.get(row.content["user_id"])
        is_wanted = tx.notification_settings.get(row.content["user_id"]).digest_hour is not None
    if user is None or not user.is_active:
        raise DoNotSendNow(Delivery(Outcome.CANCELED, "the user may not sign in any more"))
    test_in = row.content.get("test_in")
    if not is_wanted and test_in is None:
        raise DoNotSendNow(Delivery(Outcome.CANCELED, "the user wants no digest any more"))
    address = sendable_address(user.email)
    if address is None:
        raise DoNotSendNow(Delivery(Outcome.PARK, "no e-mail address"))
    return PreparedEmail(Email(
        message_id=row.outbox_id, sender=service.mail.sender, recipient=MailAddress(address, user.name),
        subject=row.content["subject"], text=row.content["text"].replace("{base_url}", service.policy.public_base_url),
        language=test_in or "en", date_ms=service.clock.now_ms(), headers={"Auto-Submitted": "auto-generated"},
    ))
