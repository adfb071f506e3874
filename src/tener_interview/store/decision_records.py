"""Values about decisions that the store keeps and returns. No SQL here."""

from __future__ import annotations

from typing import NamedTuple

#: What people decide about a candidate, and the filter for those without a decision.
DECISIONS = ("advance", "hold", "reject", "hired", "withdrawn")
UNDECIDED = "none"


class DecisionRow(NamedTuple):
    """One step in the history of decisions about a session, counted from 1."""

    session_id: str
    revision: int
    #: What counts since then; None for nothing.
    decision: str | None
    #: The revision that was undone; None for a new decision.
    undoes: int | None
    reason_id: str | None
    #: What the reason was called then.
    reason: str | None
    note: str | None
    decided_at: int
    actor_kind: str
    actor_id: str | None
    actor_name: str


class DecisionReason(NamedTuple):
    """A reason that people choose for a decision, from the company's list."""

    reason_id: str
    #: The decision that it is a reason for.
    decision: str
    label: str
    #: From 0, in the whole list.
    place: int
    #: Whether it can be chosen; one that was used stays in the list.
    is_active: bool
