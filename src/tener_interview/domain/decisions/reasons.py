"""The company's list of reasons for decisions: a default one until somebody edits it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from ...actor import Actor
from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...store.decision_records import DecisionReason
from ...store.ports import Transaction
from ..service import Service

MAX_REASONS = 100
#: Decisions that require a reason.
NEEDS_REASON = ("reject",)

_DEFAULTS: tuple[tuple[str, str, str], ...] = (
    ("missing_skill", "reject", "A required skill is missing"),
    ("too_little_experience", "reject", "Too little experience"),
    ("communication", "reject", "Communication does not fit the role"),
    ("others_fit_better", "reject", "Others fit the role better"),
    ("no_answer", "reject", "Did not answer the interview"),
    ("salary", "reject", "Salary expectation"),
    ("location", "reject", "Location or work permit"),
    ("position_closed", "reject", "The position is filled or closed"),
    ("other", "reject", "Another reason, see the note"),
    ("took_other_offer", "withdrawn", "Took another offer"),
    ("not_interested", "withdrawn", "No longer interested"),
    ("conditions", "withdrawn", "Salary or conditions"),
    ("more_interviews", "hold", "Waiting for other candidates"),
    ("waiting_for_team", "hold", "Waiting for the hiring team"),
)
DEFAULT_REASONS: tuple[DecisionReason, ...] = tuple(
    DecisionReason(reason_id, decision, label, place, is_active=True)
    for place, (reason_id, decision, label) in enumerate(_DEFAULTS)
)


@dataclass(frozen=True)
class RequestedReason:
    """A reason of a list to be stored; a new one has no id yet."""

    reason_id: str | None
    decision: str
    label: str
    is_active: bool


def list_reasons(tx: Transaction) -> list[DecisionReason]:
    """Return the list in its order, with those that can no longer be chosen."""
    return tx.decision_reasons.all() or list(DEFAULT_REASONS)


def content_hash_of(reasons: Sequence[DecisionReason]) -> str:
    """Return a hash of the list."""
    return hashlib.sha256(json.dumps(reasons).encode()).hexdigest()[:16]


def find_reason(tx: Transaction, decision: str, reason_id: str | None) -> DecisionReason | None:
    """Return the reason of a decision. Raises `VALIDATION_FAILED` if it is missing, unknown, or for another one."""
    if reason_id is None:
        if decision in NEEDS_REASON:
            raise _reason_problem(f"must be given to {decision}; GET /api/decision-reasons lists them")
        return None
    reason = next((listed for listed in list_reasons(tx) if listed.reason_id == reason_id), None)
    if reason is None:
        raise _reason_problem("must be in the list of reasons; GET /api/decision-reasons lists them")
    if reason.decision != decision:
        raise _reason_problem(f"must be a reason for {decision}; this one is for {reason.decision}")
    if not reason.is_active:
        raise _reason_problem(f"is no longer active: {reason.label!r}")
    return reason


def replace_reasons(
    service: Service, actor: Actor, requested: Sequence[RequestedReason], if_revision: str | None
) -> list[DecisionReason]:
    """Store another list, in the given order. A used reason that the new list omits is kept, inactive, at the end.

    Raises `DECISION_REASONS_CHANGED` if the list no longer has this revision, and `VALIDATION_FAILED`.
    """
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        tx.locks.decision_reasons()
        before = list_reasons(tx)
        after = _merge(service, tx, before, requested)
        if after == before:
            return before
        if if_revision not in (None, content_hash_of(before)):
            raise Problem(
                "DECISION_REASONS_CHANGED",
                "Somebody else has changed the list of reasons meanwhile. Read it again, and put your changes into it.",
                {"revision": content_hash_of(before)},
            )
        tx.decision_reasons.replace(after)
        tx.audit.append(
            actor, "decision_reasons.changed", "decision_reasons", at_ms=now_ms,
            details={"before": _active_ids(before), "after": _active_ids(after)},
        )
    return after


def _merge(
    service: Service, tx: Transaction, before: Sequence[DecisionReason], requested: Sequence[RequestedReason]
) -> list[DecisionReason]:
    known = {reason.reason_id: reason for reason in before}
    used = tx.decision_reasons.used(list(known))
    faults = _faults(known, used, requested)
    if faults:
        path, fault = next(iter(faults.items()))
        raise Problem("VALIDATION_FAILED", f"{path} {fault}.", {"fields": faults})
    after = [
        DecisionReason(
            reason.reason_id or f"dr_{service.token_hex(8)}", reason.decision, reason.label, place, reason.is_active
        )
        for place, reason in enumerate(requested)
    ]
    named = {reason.reason_id for reason in after}
    left_out = [reason for reason in before if reason.reason_id in used - named]
    return after + [
        reason._replace(place=place, is_active=False) for place, reason in enumerate(left_out, start=len(after))
    ]


def _faults(
    stored_by_id: dict[str, DecisionReason], used: set[str], requested: Sequence[RequestedReason]
) -> dict[str, str]:
    """Return what is wrong with a list, by field."""
    faults: dict[str, str] = {}
    labels: set[tuple[str, str]] = set()
    ids: set[str] = set()
    for place, reason in enumerate(requested):
        path = f"reasons[{place}]"
        if reason.reason_id is not None:
            stored = stored_by_id.get(reason.reason_id)
            if stored is None:
                faults[f"{path}.reason_id"] = "must be in the list already, or be left out for a new reason"
            elif reason.reason_id in ids:
                faults[f"{path}.reason_id"] = "is in the list twice"
            elif stored.decision != reason.decision and reason.reason_id in used:
                faults[f"{path}.decision"] = f"must stay {stored.decision}: decisions have this reason already"
            ids.add(reason.reason_id)
        label = (reason.decision, reason.label.casefold())
        if label in labels:
            faults[f"{path}.label"] = "must differ from the other reasons for the same decision"
        labels.add(label)
    for decision in NEEDS_REASON:
        if not any(reason.decision == decision and reason.is_active for reason in requested):
            faults["reasons"] = f"must have a reason in use for {decision}, or nobody could {decision}"
    return faults


def _active_ids(reasons: Sequence[DecisionReason]) -> list[str]:
    return [reason.reason_id for reason in reasons if reason.is_active]


def _reason_problem(fault: str) -> Problem:
    return Problem("VALIDATION_FAILED", f"reason_id {fault}.", {"fields": {"reason_id": fault}})
