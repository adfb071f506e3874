"""What a language model thinks of answers, and what asking it has cost, as rows. No SQL here."""

from __future__ import annotations

from typing import NamedTuple


class OpinionRow(NamedTuple):
    """One reply of the judge about one answer of one result. Times are milliseconds since 1970."""

    session_id: str
    result_version: int
    question_id: str
    #: From 1.
    round: int
    #: JSON: the reply as it was checked.
    content: str
    model: str
    input_tokens: int
    output_tokens: int
    #: In the currency of the prices that are set; None without prices.
    cost: float | None
    asked_at: int


class JudgeUsage(NamedTuple):
    """What asking the judge has cost on one day (UTC, days since 1970). `failures` are requests without a reply, and
    `void` are replies that do not count."""

    day: int
    requests: int = 0
    failures: int = 0
    void: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0
