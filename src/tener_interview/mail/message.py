"""Renders an e-mail: safe headers, plain text, and the same as simple HTML, without tracking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8, Policy

from ..lazy_dataclass import dataclass
from .addresses import ENCODED_WORD, MailAddress, header_name
from .html import html_text

#: Subjects are cut to this length, because a long word is not folded and RFC 5322 allows 998 characters a line.
MAX_SUBJECT_CHARS = 200


@dataclass(frozen=True)
class Email:
    """An e-mail to one person. `message_id` is the same at every attempt."""

    message_id: str
    sender: MailAddress
    recipient: MailAddress
    subject: str
    text: str
    language: str
    date_ms: int
    reply_to: MailAddress | None = None
    #: Further headers.
    headers: Mapping[str, str] = field(default_factory=dict)


class _VerbatimHeader(UnstructuredHeader, BaseHeader):
    """A header that is neither folded nor encoded: mail programs search it for the plain address of RFC 2369."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _VerbatimHeader)


def render_email(email: Email) -> bytes:
    """The bytes of an e-mail (RFC 5322, RFC 2045), with lines that end in CRLF."""
    needs_utf8 = not (email.recipient.is_ascii and email.sender.is_ascii)
    policy = SMTPUTF8 if needs_utf8 else SMTP
    message = EmailMessage(policy=policy.clone(header_factory=_HEADERS))
    message["From"] = _address(email.sender)
    message["To"] = _address(email.recipient)
    if email.reply_to is not None:
        message["Reply-To"] = _address(email.reply_to)
    message["Subject"] = one_line(email.subject)[:MAX_SUBJECT_CHARS]
    message["Date"] = datetime.fromtimestamp(email.date_ms / 1000, UTC)
    message["Message-ID"] = f"<{email.message_id}@{email.sender.domain}>"
    for name, value in email.headers.items():
        message[name] = one_line(value)
    message.set_content(email.text, cte="quoted-printable")
    message.add_alternative(html_text(email.text, email.language), subtype="html", cte="quoted-printable")
    # Set last: `add_alternative` moves earlier content headers into a part.
    message["Content-Language"] = email.language
    return message.as_bytes()


def one_line(text: str) -> str:
    """The text without line breaks and control characters, which could begin another header, plain or encoded."""
    visible = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(ENCODED_WORD.sub("= ?", visible).split())


def _address(address: MailAddress) -> Address:
    username, _, domain = address.address.rpartition("@")
    return Address(header_name(address.name), username, domain)
