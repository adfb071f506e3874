"""Sends e-mail from the outbox: checks once more whether a message may be sent, and reports the result."""

from __future__ import annotations

import logging
from collections.abc import Callable

from ...mail.message import render_email
from ...mail.smtp_result import MailServer, SendOutcome, SendResult
from ...store.message_records import address_hash
from ...store.outbox_records import OutboxRow
from ...store.session import Session
from ...system import logs
from ...system.clock import DAY_MS
from ..outbox.delivery import Delivery, Outcome
from ..service import Service
from .candidate_mail import DoNotSendNow, PreparedEmail, prepare_candidate_email
from .reminder_times import next_midnight_ms
from .user_mail import USER_MAIL, prepare_user_email

_MINUTE_MS = 60_000
#: How long to wait while e-mail is paused, and after the server could not be reached.
_PAUSED_MS = _MINUTE_MS // 2
_FIRST_WAIT_MS, _LONGEST_WAIT_MS = _MINUTE_MS, 30 * _MINUTE_MS
#: Servers that do not know a sender ask to come back after some minutes (RFC 6647).
_GREYLISTED_MS = 5 * _MINUTE_MS
#: An older message would only confuse.
_TOO_OLD_MS = 3 * DAY_MS


class MailSender:
    """Sends the messages of the outbox, one at a time."""

    def __init__(self, service: Service, server: MailServer) -> None:
        self._service = service
        self._server = server

    def deliver(self, row: OutboxRow, confirm_send: Callable[[], bool]) -> Delivery:
        """Send a message, unless there is a reason not to. Raises what the database raises."""
        try:
            prepared = self._prepare(row)
        except DoNotSendNow as held:
            return held.delivery
        if self._service.clock.now_ms() - row.created_at > _TOO_OLD_MS:
            return Delivery(Outcome.PARK, f"given up after three days; {row.answer or 'it could not leave'}")
        with self._service.store.read() as tx:
            is_paused = tx.mail_switch.get().paused
        return _PAUSED if is_paused else self._send(row, prepared, confirm_send)

    def _prepare(self, row: OutboxRow) -> PreparedEmail:
        is_to_user = row.content.get("kind") == USER_MAIL
        return (prepare_user_email if is_to_user else prepare_candidate_email)(self._service, row)

    def _send(self, row: OutboxRow, prepared: PreparedEmail, confirm_send: Callable[[], bool]) -> Delivery:
        clock, mail, email = self._service.clock, self._service.mail, prepared.email
        day = mail.day_of(clock.now_ms())
        stopped: Delivery | None = None
        is_counted = False

        def check_and_confirm() -> bool:
            nonlocal stopped, is_counted
            stopped = self._last_check(prepared.session, day)
            is_counted = stopped is None
            return is_counted and confirm_send()

        result = self._server.send(
            email.sender.address, email.recipient.address, render_email(email), check_and_confirm
        )
        if is_counted and result.outcome not in (SendOutcome.ACCEPTED, SendOutcome.UNCERTAIN):
            with self._service.store.write() as tx:
                tx.mail_switch.uncount_sent(day)
        if result.outcome is not SendOutcome.ACCEPTED:
            logs.log_event("mail_not_sent", logging.INFO, row=row.outbox_id, step=result.step.value,
                           outcome=result.outcome.value, reply=result.reply)
        if result.outcome is SendOutcome.BOUNCED and prepared.session is not None:
            self._record_bounce(prepared.session, result)
        return stopped or _delivery(result, clock.now_ms() - row.created_at)

    def _last_check(self, session: Session | None, day: str) -> Delivery | None:
        """Count the message towards the daily limit, or return why it must not be sent after all."""
        mail = self._service.mail
        with self._service.store.write() as tx:
            if session and tx.recipients.opted_out([address_hash(session.candidate_email)]):
                return Delivery(Outcome.CANCELED, "the candidate wants no messages")
            if tx.mail_switch.count_sent(day, mail.daily_limit):
                return None
            if tx.mail_switch.get().paused:
                return _PAUSED
        now_ms = self._service.clock.now_ms()
        wait_ms = next_midnight_ms(now_ms, mail.time_zone) - now_ms
        return Delivery(Outcome.DEFERRED, "the limit of the day is reached", wait_ms, pauses_receiver=True)

    def _record_bounce(self, session: Session, result: SendResult) -> None:
        """Record that a server refuses the candidate's address for good."""
        now_ms = self._service.clock.now_ms()
        with self._service.store.write() as tx:
            tx.locks.sessions([session.session_id])
            now = tx.sessions.get(session.session_id)
            if now is not None and now.erased_at is None:
                refused = address_hash(session.candidate_email)
                tx.recipients.bounce(session.candidate_id, refused, result.text, now_ms)
                tx.events.add(session.session_id, "message_bounced", "system", now_ms, answer=result.text)


_PAUSED = Delivery(Outcome.DEFERRED, "e-mail is paused", _PAUSED_MS, pauses_receiver=True)


def _delivery(result: SendResult, age_ms: int) -> Delivery:
    """The outbox's next step after a result. After a connection failure all messages wait: it is not about this one."""
    if result.outcome is SendOutcome.ACCEPTED:
        return Delivery(Outcome.DELIVERED, result.text)
    if result.outcome in (SendOutcome.BOUNCED, SendOutcome.REFUSED):
        return Delivery(Outcome.PARK, result.text)
    if result.outcome is SendOutcome.UNCERTAIN:
        return Delivery(Outcome.UNCERTAIN, result.text)
    if result.outcome is SendOutcome.WITHDRAWN:
        return Delivery(Outcome.CANCELED, "withdrawn before it was sent")
    if result.outcome is SendOutcome.DEFERRED and result.is_about_message:
        return Delivery(Outcome.RETRY, result.text, _GREYLISTED_MS)
    wait_ms = min(max(age_ms // 2, _FIRST_WAIT_MS), _LONGEST_WAIT_MS)
    return Delivery(Outcome.DEFERRED, result.text, wait_ms, pauses_receiver=True)
