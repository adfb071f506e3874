"""Values of messages to candidates that the store keeps and returns. No SQL here."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

#: The kinds of messages. Two of them remind.
INVITATION, REMINDER, LINK_ENDING, THANKS = "invitation", "reminder", "link_ending", "thanks"
KINDS = (INVITATION, REMINDER, LINK_ENDING, THANKS)
REMINDERS = (REMINDER, LINK_ENDING)


class MessageTemplate(NamedTuple):
    """The words of a kind of message in a language. An empty company: for all that have none of their own."""

    company: str
    kind: str
    language: str
    subject: str
    text: str
    updated_at: int


class MessageRules(NamedTuple):
    """What is sent to the candidates of a job by itself; nothing, until a person says so."""

    send_invitations: bool = False
    send_reminders: bool = False
    send_thanks: bool = False
    #: Days after the invitation, or after the last reminder.
    remind_after_days: int = 2
    #: Hours before the link expires; 0 for no such reminder.
    remind_before_end_hours: int = 24
    #: The most reminders to one candidate, that before the end included.
    most_reminders: int = 2
    #: For candidates whose language is not known.
    language: str = "en"


class Recipient(NamedTuple):
    """What is known of a person who gets messages. Addresses are hashes, which only tell whether one is the same."""

    candidate_id: int
    #: A name of the IANA time zone database; None where it is not known.
    time_zone: str | None = None
    opted_out_at: int | None = None
    opted_out_address: str | None = None
    bounced_at: int | None = None
    bounced_address: str | None = None
    #: What the server said, in codes.
    bounce: str | None = None


class Message(NamedTuple):
    """That a message was queued, or sent by a person's own program (`by_hand`). Its state is in the outbox, in the row
    with the same id."""

    message_id: str
    session_id: str
    kind: str
    by_hand: bool
    automatic: bool
    created_at: int


class MessageState(NamedTuple):
    """A message with what has become of it, and whom it is for."""

    message_id: str
    session_id: str
    job_id: int
    candidate_id: int
    candidate_name: str
    kind: str
    by_hand: bool
    automatic: bool
    created_at: int
    #: One of OutboxState; None of a message sent by hand.
    state: str | None
    attempts: int | None
    next_attempt_at: int | None
    finished_at: int | None
    answer: str | None


class SessionMessages(NamedTuple):
    """What was queued for a candidate so far, by kind: how many messages, and when the last one. What was refused or
    canceled counts as well, so that it is not queued again and again. `sent_at` leaves that out."""

    numbers: Mapping[str, int] = MappingProxyType({})
    last_at: Mapping[str, int] = MappingProxyType({})
    sent_at: Mapping[str, int] = MappingProxyType({})

    @property
    def reminders(self) -> int:
        return sum(self.numbers.get(kind, 0) for kind in REMINDERS)


class MailState(NamedTuple):
    """Whether e-mail is paused, and how many were sent on a day."""

    paused: bool
    paused_at: int | None
    day: str
    sent: int


def address_hash(address: str) -> str:
    """What an address is remembered as, in whatever case it is written."""
    return hashlib.sha256(address.strip().lower().encode("utf-8", "replace")).hexdigest()
