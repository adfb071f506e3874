"""Reminders: who is due for one, sent automatically if the job says so, otherwise listed for a person."""

from __future__ import annotations

from collections.abc import Sequence

from ...actor import acting
from ...lazy_dataclass import dataclass
from ...store.message_records import MessageRules, Recipient, SessionMessages, address_hash
from ...store.ports import Transaction
from ...store.session import Session
from ...system.clock import DAY_MS, HOUR_MS
from ..service import Service
from .composing import compose, job_names, zone_of
from .queueing import company_of, queue_message
from .recipient_states import BY_HAND, READY, recipient_state
from .reminder_times import is_night, reminder_due
from .templates import MessageText, TemplateText, choose_template_text, find_template_text

#: The most reminders of one job, and in a list; the next round continues.
_MAX_REMINDED_PER_JOB, _MAX_LISTED = 500, 500
#: How much earlier a reminder of the link's end may come, to avoid the night.
_NIGHT_MARGIN_MS = 15 * HOUR_MS


@dataclass(frozen=True)
class DueReminder:
    """A candidate to remind now."""

    session: Session
    kind: str
    #: Whether e-mail can reach the candidate: one of the STATES in `sending`.
    state: str
    why: str | None
    recipient: Recipient
    sent: SessionMessages


def change_rules(service: Service, job_id: int, changes: dict[str, object]) -> MessageRules:
    """Change which messages a job sends automatically."""
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        before = tx.message_rules.get(job_id)
        rules = before._replace(**changes)  # type: ignore[arg-type]  # the caller checked the values
        if rules != before:
            tx.message_rules.put(job_id, rules, now_ms)
            changed = [name for name in rules._fields if getattr(rules, name) != getattr(before, name)]
            tx.audit.append(
                acting.get(), "job.settings_changed", "job", job_id, at_ms=now_ms, job_id=job_id,
                details={
                    "before": {name: getattr(before, name) for name in changed},
                    "after": {name: getattr(rules, name) for name in changed},
                },
            )
    return rules


def due_reminders(service: Service, tx: Transaction, job_id: int, rules: MessageRules) -> list[DueReminder]:
    """The candidates of a job to remind now; the links that end first come first."""
    now_ms = service.clock.now_ms()
    ends_before_ms = now_ms + rules.remind_before_end_hours * HOUR_MS + _NIGHT_MARGIN_MS
    ids = tx.messages.waiting_sessions(job_id, now_ms, now_ms - rules.remind_after_days * DAY_MS, ends_before_ms)
    due: list[DueReminder] = []
    for start in range(0, len(ids), _MAX_REMINDED_PER_JOB):
        due += _select_due(service, tx, ids[start:start + _MAX_REMINDED_PER_JOB], rules, now_ms)
        if len(due) >= _MAX_REMINDED_PER_JOB:
            break
    return due[:_MAX_REMINDED_PER_JOB]


def _select_due(
    service: Service, tx: Transaction, ids: Sequence[str], rules: MessageRules, now_ms: int
) -> list[DueReminder]:
    sessions = sorted(tx.sessions.unerased(ids), key=lambda session: (session.link.expires_at, session.session_id))
    sent = tx.messages.of_sessions(ids)
    recipients = tx.recipients.of_candidates([session.candidate_id for session in sessions])
    opted_out = tx.recipients.opted_out({address_hash(session.candidate_email) for session in sessions})
    due = []
    for session in sessions:
        recipient = recipients.get(session.candidate_id, Recipient(session.candidate_id))
        so_far = sent.get(session.session_id, SessionMessages())
        kind = reminder_due(
            rules, so_far, invited_at=session.invited_at or session.created_at, expires_at=session.link.expires_at,
            now_ms=now_ms, zone=zone_of(service.mail, recipient),
        )
        if kind is not None:
            state, why = recipient_state(service, session, kind, recipient, opted_out)
            due.append(DueReminder(session, kind, state, why, recipient, so_far))
    return due


def to_remind_today(service: Service, job_id: int | None) -> list[DueReminder]:
    """The reminders for a person to send now: all that are due, except those that are sent automatically."""
    due: list[DueReminder] = []
    with service.store.read() as tx:
        jobs = tx.messages.jobs_with_waiting(service.clock.now_ms()) if job_id is None else [job_id]
        for number in jobs:
            rules = tx.message_rules.get(number)
            by_itself = rules.send_reminders and service.mail.can_send
            due += [
                item for item in due_reminders(service, tx, number, rules)
                if item.state in BY_HAND and not (by_itself and item.state == READY)
            ]
            if len(due) >= _MAX_LISTED:
                break
    return due[:_MAX_LISTED]


def compose_due(service: Service, items: Sequence[DueReminder]) -> list[tuple[TemplateText, MessageText]]:
    """Each reminder's template and message, for a person to send."""
    with service.store.read() as tx:
        jobs = {item.session.job_id for item in items}
        facts = {job_id: job_names(tx, service.mail, job_id) for job_id in jobs}
        languages = {job_id: tx.message_rules.get(job_id).language for job_id in jobs}
        templates = {job.company: tx.message_templates.of_company(job.company) for job in facts.values()}
    composed = []
    for item in items:
        job, language = facts[item.session.job_id], item.session.language or languages[item.session.job_id]
        template = choose_template_text(templates[job.company], item.kind, language, job.company)
        composed.append((template, compose(service, item.session, template, job, item.recipient, by_hand=True)))
    return composed


def queue_due_reminders(service: Service) -> int:
    """Queue the due reminders of jobs that send them automatically; return how many.

    Several processes may do this at once: reminders are numbered, and each number is queued once.
    """
    with service.store.read() as tx:
        jobs = tx.message_rules.reminding()
        due = {job_id: due_reminders(service, tx, job_id, rules) for job_id, rules in jobs.items()}
    queued = 0
    for job_id, items in due.items():
        queued += sum(_queue(service, item, jobs[job_id]) for item in items if item.state == READY)
    return queued


def _queue(service: Service, item: DueReminder, rules: MessageRules) -> bool:
    """Queue one reminder, unless it is night, or the session changed since it was read."""
    now_ms = service.clock.now_ms()
    session, kind = item.session, item.kind
    if is_night(now_ms, zone_of(service.mail, item.recipient)):
        return False
    number = item.sent.numbers.get(kind, 0) + 1
    with service.store.write() as tx:
        now = tx.sessions.require(session.session_id)
        if (now.status, now.link, now.erased_at) != (session.status, session.link, None):
            return False
        company = company_of(tx, service.mail, session.job_id)
        template = find_template_text(tx, kind, session.language or rules.language, company)
        return queue_message(tx, now, kind, template, number=number, automatic=True, at_ms=now_ms)
