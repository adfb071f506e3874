"""The interface of the outbox's senders, and how often failed deliveries are retried. Each channel has one sender."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from ...lazy_dataclass import dataclass
from ...system.clock import DAY_MS, HOUR_MS

if TYPE_CHECKING:
    from ...store.outbox_records import OutboxRow

#: A longer explanation is cut off.
MAX_EXPLANATION_CHARS = 300


class Outcome(StrEnum):
    """How an attempt ended."""

    DELIVERED = "delivered"
    #: It failed and may succeed later: retried by the channel's schedule, and parked in the end.
    RETRY = "again"
    #: Not attempted yet, such as at night; it does not count as an attempt.
    DEFERRED = "later"
    #: It will never succeed.
    PARK = "park"
    #: Sent, but nobody can tell whether it arrived. Only for a channel of AT_MOST_ONCE.
    UNCERTAIN = "uncertain"
    #: `confirm_send` returned False, or there is no reason to send it any more.
    CANCELED = "canceled"


@dataclass(frozen=True)
class Delivery:
    """How an attempt ended, and why: the receiver's words or ours, short, without names, addresses and secrets."""

    outcome: Outcome
    explanation: str | None = None
    #: How long the receiver asked to wait; a longer wait of the schedule wins.
    retry_after_ms: int | None = None
    #: The receiver cannot be reached, so everything else for it waits as well.
    pauses_receiver: bool = False


class Sender(Protocol):
    """Sends rows of one channel, outside any transaction and for about a minute at most."""

    def deliver(self, row: OutboxRow, confirm_send: Callable[[], bool]) -> Delivery:
        """Try to deliver a row.

        Call `confirm_send` once, right before the step that cannot be undone; if it returns False, send nothing. An
        exception counts as RETRY, or as UNCERTAIN after `confirm_send` for a channel of AT_MOST_ONCE.
        """


@dataclass(frozen=True)
class RetrySchedule:
    """How long to wait after each failed attempt. If the attempt after the last wait fails too, the row is parked.

    A row that is `give_up_after_ms` old is parked after `min_attempts`: rows queued behind a failing receiver do not
    restart its full retry time.
    """

    waits_ms: tuple[int, ...]
    give_up_after_ms: int
    min_attempts: int = 4

    def next_attempt_at(self, row: OutboxRow, now_ms: int, retry_after_ms: int, jitter: float) -> int | None:
        """When to try again; None to give up. `jitter`, from 0 to 1, adds up to a tenth, so that rows that failed
        together are not retried together."""
        is_old = now_ms - row.created_at >= self.give_up_after_ms and row.attempts >= self.min_attempts
        if row.attempts > len(self.waits_ms) or is_old:
            return None
        wait_ms = self.waits_ms[row.attempts - 1]
        return now_ms + max(round(wait_ms * (1 + jitter / 10)), min(retry_after_ms, MAX_RETRY_AFTER_MS))


#: A receiver may ask to wait for a day at most.
MAX_RETRY_AFTER_MS = DAY_MS
_SECOND_MS, _MINUTE_MS = 1_000, 60_000

#: For three days, as the Standard Webhooks specification recommends.
FOR_THREE_DAYS = RetrySchedule(
    (5 * _SECOND_MS, 5 * _MINUTE_MS, 30 * _MINUTE_MS, 2 * HOUR_MS, 5 * HOUR_MS, 10 * HOUR_MS, 14 * HOUR_MS,
     20 * HOUR_MS, 20 * HOUR_MS),
    give_up_after_ms=72 * HOUR_MS,
)


@dataclass(frozen=True)
class OutboxChannel:
    """A channel's sender, its retries, and how many threads may work for it."""

    sender: Sender
    retries: RetrySchedule = FOR_THREE_DAYS
    workers: int = 1
