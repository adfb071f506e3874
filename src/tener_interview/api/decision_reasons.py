"""The company's list of reasons for decisions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, TypedDict

from ..domain.decisions.reasons import (
    MAX_REASONS,
    NEEDS_REASON,
    RequestedReason,
    content_hash_of,
    list_reasons,
    replace_reasons,
)
from ..domain.service import Service
from ..lazy_dataclass import dataclass
from ..store.decision_records import DECISIONS, DecisionReason
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.schema import Example
from ..web.shape import Boolean, ListOf, Object, OneOf, Text, optional, read, required


@dataclass(frozen=True)
class ReasonBody:
    decision: str = required(OneOf(DECISIONS), "what it is a reason for")
    label: str = required(Text(max_chars=120, min_chars=1, example="A required skill is missing"))
    reason_id: str | None = optional(
        Text(max_chars=100, min_chars=1, example="missing_skill"), description="none for a new one"
    )
    active: bool = optional(Boolean(), True, "whether it can be chosen")


@dataclass(frozen=True)
class ReasonsBody:
    reasons: tuple[ReasonBody, ...] = required(ListOf(Object(ReasonBody), 1, MAX_REASONS), "the whole list, in order")
    if_revision: str | None = optional(
        Text(max_chars=64), description="the `revision` that you have seen; another list is not changed"
    )


class ReasonJson(TypedDict):
    """A reason that can be chosen for a decision while it is active."""

    reason_id: Annotated[str, Example("missing_skill")]
    decision: Annotated[str, OneOf(DECISIONS)]
    label: Annotated[str, Example("A required skill is missing")]
    active: bool
    required: Annotated[bool, "Whether this decision needs a reason."]


class ReasonsJson(TypedDict):
    """The list in its order. `revision` changes with every change."""

    reasons: list[ReasonJson]
    revision: Annotated[str, Example("0123456789abcdef")]


@contract()
def get_reasons(service: Service, _request: Request) -> Json[ReasonsJson]:
    """GET /api/decision-reasons"""
    with service.store.read() as tx:
        reasons = list_reasons(tx)
    return json_response(_reasons_json(reasons))


@contract(body=ReasonsBody, raises=("DECISION_REASONS_CHANGED",))
def put_reasons(service: Service, request: Request) -> Json[ReasonsJson]:
    """PUT /api/decision-reasons

    A reason that was used stays in the list, inactive, if it is left out. Decisions made with it keep the name that it
    had.
    """
    body = read(ReasonsBody, request.json)
    requested = [
        RequestedReason(reason.reason_id, reason.decision, reason.label, reason.active) for reason in body.reasons
    ]
    return json_response(_reasons_json(replace_reasons(service, request.actor, requested, body.if_revision)))


def _reasons_json(reasons: Sequence[DecisionReason]) -> ReasonsJson:
    return {
        "reasons": [
            {
                "reason_id": reason.reason_id, "decision": reason.decision, "label": reason.label,
                "active": reason.is_active, "required": reason.decision in NEEDS_REASON,
            }
            for reason in reasons
        ],
        "revision": content_hash_of(reasons),
    }
