"""The judge: a language model of the company's own, and the bounds within which it is asked."""

from __future__ import annotations

from ...chat import Chat, ChatReply
from ...lazy_dataclass import dataclass
from ...system.clock import DAY_MS

_TOKENS_PER_PRICE = 1_000_000


@dataclass(frozen=True)
class Prices:
    """What a million tokens cost to be read and to be written, in a currency of the company's choice."""

    input_per_million: float
    output_per_million: float


@dataclass(frozen=True)
class Judge:
    """Whom to ask, how often about each answer, and how much a day (UTC) at most. Nothing is asked beyond that before
    the next day begins."""

    chat: Chat
    #: How often each answer is judged.
    rounds: int
    max_requests: int
    #: In the currency of the prices; None without prices or without a limit.
    max_cost: float | None = None
    prices: Prices | None = None

    def cost(self, reply: ChatReply) -> float | None:
        """Return what a reply has cost; None without prices."""
        if self.prices is None:
            return None
        prices = self.prices
        spent = reply.input_tokens * prices.input_per_million + reply.output_tokens * prices.output_per_million
        return spent / _TOKENS_PER_PRICE


def day_of(now_ms: int) -> int:
    """Return the number of a day since 1970, UTC."""
    return now_ms // DAY_MS


def next_day_ms(now_ms: int) -> int:
    """Return when the next day begins, UTC."""
    return (day_of(now_ms) + 1) * DAY_MS
