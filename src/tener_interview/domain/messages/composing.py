"""Composes the message to a candidate from a template and the present data of the session."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from ...languages.dates import date_in_words
from ...lazy_dataclass import dataclass
from ...link_tokens import SignedLink
from ...mail.addresses import MailAddress, sendable_address
from ...mail.html import html_text
from ...regex import regex
from ...store.message_records import Recipient
from ...store.ports import Transaction
from ...store.session import Session
from ...system.clock import local_time
from ..candidates.names import greeting_name
from ..service import Service
from .mail import MailConfig
from .queueing import company_of
from .templates import MessageText, TemplateText, fill
from .time_zones import time_zone

#: What mail programs make a link of, telephone numbers, marks around texts, and characters that nobody sees.
_LOOKS_LIKE_LINK = regex(
    r"[/\\:@<>{}\[\]\d\u27e6\u27e7\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]|\w\.\w{2}"
)


@dataclass(frozen=True)
class JobNames:
    """The job's title and company for messages."""

    title: str | None
    company: str


def job_names(tx: Transaction, mail: MailConfig, job_id: int) -> JobNames:
    title = tx.titles.get(job_id)
    return JobNames(title.title if title else None, company_of(tx, mail, job_id))


def template_text_of(content: Mapping[str, Any]) -> TemplateText:
    """The template of a queued message."""
    return TemplateText(content["language"], content["subject"], content["text"])


def compose(
    service: Service, session: Session, template: TemplateText, job: JobNames, recipient: Recipient, *,
    by_hand: bool = False,
) -> MessageText:
    """The subject and text that a candidate gets now. `by_hand`: a person sends it with their own program."""
    zone = zone_of(service.mail, recipient)
    values = {
        "name": _greeting(session.candidate_name),
        "company": job.company,
        "link": service.entry_url(session),
        "until": date_in_words(local_time(session.link.expires_at, zone), template.language),
        "contact": service.mail.contact or "",
        "opt_out": opt_out_url(service, session.session_id),
    }
    return fill(template, values, title=job.title, by_hand=by_hand)


def preview(service: Service, template: TemplateText, company: str) -> tuple[MessageText, str]:
    """The message that an invented candidate would get, and its text as HTML."""
    link = service.policy.public_base_url + "/i/…"
    until = local_time(service.link_expiry(None), service.mail.time_zone)
    values = {
        "name": "Jane", "company": company, "link": link, "until": date_in_words(until, template.language),
        "contact": service.mail.contact or "", "opt_out": service.policy.public_base_url + "/o/…",
    }
    message = fill(template, values, title="Backend Engineer")
    return message, html_text(message.text, template.language)


def _greeting(candidate_name: str) -> str:
    """The name in the greeting; empty if it looks like a link. Somebody could apply with another person's address and a
    link as the name, and the company would send it to that person."""
    greeting = greeting_name(candidate_name) or ""
    return "" if _LOOKS_LIKE_LINK.search(greeting) else greeting


def zone_of(mail: MailConfig, recipient: Recipient) -> tzinfo:
    """The candidate's time zone, or the company's where it is not known."""
    return time_zone(recipient.time_zone) or mail.time_zone


def opt_out_url(service: Service, session_id: str) -> str:
    """The link by which a candidate opts out of all messages. It never changes or expires."""
    return service.policy.public_base_url + service.mail.opt_out_links.path(SignedLink(session_id, 0, 0))


def real_address(service: Service, session: Session) -> MailAddress | None:
    """The address for a candidate's messages; None for a synthetic or an invalid one."""
    address = sendable_address(session.candidate_email)
    if address is None or address.endswith(f"@{service.policy.synthetic_email_domain}"):
        return None
    return MailAddress(address, session.candidate_name)
