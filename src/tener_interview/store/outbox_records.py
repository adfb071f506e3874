"""Values of the outbox that the store keeps and returns. No SQL here."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple


class Channel(StrEnum):
    """The ways out of the service. Each has its own sender and workers, so that none delays another."""

    #: Messages to people, by e-mail.
    MAIL = "mail"
    #: Events for the customer's own systems.
    ENDPOINT = "endpoint"
    #: Decisions, scores and comments for the interview provider.
    PROVIDER = "provider"
    #: Questions to the language model.
    JUDGE = "judge"


#: Nobody can tell whether a message that broke off in the middle has arrived, and people must not get it twice. The
#: receivers of all other channels recognise a repetition.
AT_MOST_ONCE = (Channel.MAIL,)


class OutboxState(StrEnum):
    """What has become of a row."""

    QUEUED = "queued"
    #: A process is working on it.
    CLAIMED = "claimed"
    #: It may leave at any moment: too late to cancel it.
    HANDING_OVER = "handing_over"
    DELIVERED = "delivered"
    #: Given up, until a person says to try again.
    PARKED = "parked"
    #: Only of AT_MOST_ONCE: it may have arrived. Only a person sends it again.
    UNCERTAIN = "uncertain"
    CANCELED = "canceled"


class OutboxRow(NamedTuple):
    """One thing that leaves the service. Times are in milliseconds since 1970."""

    #: "ob_" and 32 hexadecimal digits, which follow from `unique_key`: the receiver can recognise a repetition.
    outbox_id: str
    channel: Channel
    #: Names the cause; the same cause never makes two rows.
    unique_key: str
    #: Rows with the same key leave one at a time, in the order in which they were added; None for any order.
    order_key: str | None
    #: The destination, which gets one row at a time. None if the channel has only one.
    receiver: str | None
    #: Whom it is about. None if it may stay when the person is erased.
    session_id: str | None
    #: What the sender needs, as JSON; empty once the person is erased, and never before. Neither a secret nor a signed
    #: link: these are made when it is sent.
    content: Mapping[str, Any]
    state: OutboxState
    #: How often it was tried, this time included.
    attempts: int
    next_attempt_at: int
    #: The process that works on it, or did last.
    claimed_by: str | None
    #: Changes as long as that process lives.
    claimed_until: int | None
    #: When it was added, or a person had it sent again.
    created_at: int
    #: When it reached a state in which nothing more happens by itself.
    finished_at: int | None
    #: What the receiver said last, shortened. No personal data.
    answer: str | None


def outbox_row(
    channel: Channel, unique_key: str, content: Mapping[str, Any], at_ms: int, *, session_id: str | None = None,
    order_key: str | None = None, receiver: str | None = None, not_before_ms: int | None = None,
) -> OutboxRow:
    """A new row, to be added in the transaction of its cause. It leaves at once, or from `not_before_ms` on, which is
    within a day."""
    return OutboxRow(
        outbox_id=f"ob_{hashlib.sha256(unique_key.encode()).hexdigest()[:32]}", channel=channel, unique_key=unique_key,
        order_key=order_key, receiver=receiver, session_id=session_id, content=content, state=OutboxState.QUEUED,
        attempts=0, next_attempt_at=at_ms if not_before_ms is None else not_before_ms, claimed_by=None,
        claimed_until=None, created_at=at_ms, finished_at=None, answer=None,
    )


class OutboxClaim(NamedTuple):
    """A claim, as another process sees it. It is alive as long as `until` changes."""

    outbox_id: str
    owner: str | None
    until: int | None
