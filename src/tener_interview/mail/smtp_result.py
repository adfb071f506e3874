"""The result of sending a message by SMTP, and whether it may be sent again."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from ..lazy_dataclass import dataclass


class SmtpStep(StrEnum):
    """The steps of an SMTP session (RFC 5321), in order."""

    CONNECT = "connecting"
    ENCRYPT = "TLS"
    HELLO = "EHLO"
    SIGN_IN = "AUTH"
    SENDER = "MAIL FROM"
    RECIPIENT = "RCPT TO"
    CONTENT = "DATA"


class SendOutcome(StrEnum):
    """How sending a message ended."""

    #: The server has taken responsibility for it.
    ACCEPTED = "accepted"
    #: The server refuses the recipient for good: the address does not exist, or takes nothing from here.
    BOUNCED = "bounced"
    #: The server refuses this message for good.
    REFUSED = "refused"
    #: It was not sent; sending it later is safe.
    DEFERRED = "later"
    #: It was not sent, and nothing can be sent until somebody corrects the settings.
    SETTINGS_WRONG = "settings wrong"
    #: The connection was lost after everything was sent: the server may have it.
    UNCERTAIN = "uncertain"
    #: It was withdrawn before its content was sent.
    WITHDRAWN = "withdrawn"


#: The meanings of the most common codes (RFC 3463), for people.
_MEANINGS = {
    "1.1": "no such mailbox", "1.2": "no such domain", "1.3": "not an address", "1.10": "the domain takes no e-mail",
    "2.1": "the mailbox is closed", "2.2": "the mailbox is full", "2.3": "the message is too long",
    "3.4": "the message is too long", "4.4": "no route to the domain", "7.0": "refused by a rule of the server",
    "7.1": "refused by a rule of the server", "7.8": "user or password is wrong", "7.26": "not authenticated mail",
}


@dataclass(frozen=True)
class SendResult:
    """How sending ended, at which step, and the server's code. It holds no personal data: the text of a reply, which
    often repeats the address, is left out."""

    outcome: SendOutcome
    step: SmtpStep
    #: Three digits and, if the server gave one, the enhanced code; or a reason in words.
    reply: str = ""

    @property
    def is_about_message(self) -> bool:
        """Whether the server's answer is about this message or recipient."""
        return self.step in (SmtpStep.RECIPIENT, SmtpStep.CONTENT) and self.reply[:1] in ("4", "5")

    @property
    def text(self) -> str:
        """For people: `RCPT TO: 550 5.1.1, no such mailbox`."""
        meaning = _MEANINGS.get(self.reply.partition(" ")[2].partition(".")[2])
        return f"{self.step}: {self.reply}{f', {meaning}' if meaning else ''}" if self.reply else self.step.value


class MailServer(Protocol):
    """Sends messages, one at a time."""

    @property
    def display_name(self) -> str:
        """The server's name for people, without user and password."""

    def send(self, sender: str, recipient: str, content: bytes, confirm_send: Callable[[], bool], /) -> SendResult:
        """Send a message. `confirm_send()` is called once, just before the content is sent; if it returns False, the
        message is withdrawn. Raises only what `confirm_send` raises."""


def short_reply(code: int, text: bytes | str) -> str:
    """The codes of a reply without its text."""
    words = text.decode("ascii", "replace") if isinstance(text, bytes) else text
    enhanced = re.match(r"\s*([245]\.[0-9]{1,3}\.[0-9]{1,3})\b", words)
    return f"{code} {enhanced[1]}" if enhanced else str(code)
