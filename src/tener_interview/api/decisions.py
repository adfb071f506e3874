"""Decisions about candidates: make them, for one or many, undo them, and read their history."""

from __future__ import annotations

from typing import Annotated, TypedDict

from ..actor import ActorKind
from ..domain.decisions.bulk import MAX_SESSIONS, OUTCOMES, BulkItem, count_outcomes, decide_many
from ..domain.decisions.decisions import DecisionChoice, decide, effective_decision, history_with_names
from ..domain.human_only import HUMAN_KINDS
from ..domain.service import Service, require_session
from ..errors import BriefErrorJson, Problem
from ..lazy_dataclass import dataclass
from ..store.decision_records import DECISIONS, DecisionRow
from ..store.session import Session
from ..system.clock import iso_utc
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.schema import Example
from ..web.shape import Boolean, Integer, ListOf, OneOf, Text, optional, read, required
from .sessions import SessionJson, session_json
from .shapes import SESSION_PROBLEMS, At, Decision, DecisionJson, decision_json

MAX_NOTE_CHARS = 2000
_DECISION_PROBLEMS = (
    *SESSION_PROBLEMS, "CANDIDATE_ERASED", "INTERVIEW_SESSION_REPLACED", "DECISION_CHANGED",
)

ReasonId = Annotated[str | None, Example("missing_skill"), "From the company's list."]
Note = Annotated[str | None, Example("Strong on design; let us meet her.")]


def _reason_field() -> str | None:
    value: str | None = optional(
        Text(max_chars=100, min_chars=1, example="missing_skill"),
        description="from GET /api/decision-reasons; required to reject",
    )
    return value


def _note_field() -> str | None:
    value: str | None = optional(
        Text(max_chars=MAX_NOTE_CHARS, lines=True, example="Let us meet her."), description="for colleagues"
    )
    return value


_IF_REVISION = "the `decision_revision` that you have seen: only decide if it is still the same"


@dataclass(frozen=True)
class DecisionBody:
    decision: str = required(OneOf(DECISIONS))
    reason_id: str | None = _reason_field()
    note: str | None = _note_field()
    if_revision: int | None = optional(Integer(), description=_IF_REVISION)


@dataclass(frozen=True)
class UndoQuery:
    if_revision: int | None = optional(
        Integer(from_text=True), description="the `decision_revision` that you have seen: only undo if it is the same"
    )


@dataclass(frozen=True)
class BulkBody:
    session_ids: tuple[str, ...] = required(
        ListOf(Text(max_chars=100, min_chars=1, example="iv_0123456789abcdef0123456789abcdef"), 1, MAX_SESSIONS)
    )
    decision: str | None = optional(OneOf(DECISIONS), description="either this or `undo`")
    undo: bool = optional(Boolean(), False, "undo the decision that counts of each")
    reason_id: str | None = _reason_field()
    note: str | None = _note_field()
    if_revisions: tuple[int, ...] | None = optional(
        ListOf(Integer(), 1, MAX_SESSIONS),
        description="the `decision_revision` that you have seen of each session, in the same order",
    )
    dry_run: bool = optional(Boolean(), False, "only say what would become of each; nothing is changed")


class DecidedByJson(TypedDict):
    """Who decided. `id` is that of the user, null for others; the name is as it was then."""

    kind: Annotated[str, OneOf(tuple(sorted(HUMAN_KINDS))), Example(ActorKind.USER.value)]
    id: Annotated[str | None, Example("us_0123456789abcdef0123456789abcdef")]
    name: Annotated[str, Example("Kim Lee")]


class DecisionStepJson(TypedDict):
    """A step in the history. `counts` is true for the decision that counts, if any."""

    revision: int
    decision: Annotated[Decision | None, "What counted since then; null for nothing."]
    undoes: Annotated[int | None, Example(None), "The revision that was undone; null for a new decision."]
    reason_id: ReasonId
    reason: Annotated[str | None, Example("A required skill is missing"), "What the reason was called then."]
    note: Note
    decided_at: At | None
    decided_by: DecidedByJson
    counts: bool


class DecisionsJson(DecisionJson):
    """What was decided about a candidate, and undone, oldest first."""

    session_id: str
    items: list[DecisionStepJson]


class DecidedJson(SessionJson):
    """The session after the request. `changed` is false if the same decision counted already."""

    changed: bool


class BulkItemJson(TypedDict):
    """What became, or would become, of one session; `error` says why it was refused."""

    session_id: str
    candidate_id: int | None
    candidate_name: str | None
    outcome: Annotated[str, OneOf(OUTCOMES)]
    before: Decision | None
    after: Decision | None
    decision_revision: Annotated[int | None, "As it is stored now."]
    error: Annotated[BriefErrorJson | None, Example(None)]


class BulkJson(TypedDict):
    """What became of each session, in the order of the request. Refused ones do not hinder the others."""

    job_id: int
    dry_run: bool
    counts: Annotated[dict[str, int], "Sessions by outcome."]
    items: list[BulkItemJson]


@contract(body=DecisionBody, raises=(*_DECISION_PROBLEMS, "INTERVIEW_STILL_OPEN"))
def put_decision(service: Service, request: Request) -> Json[DecidedJson]:
    """PUT /api/interviews/sessions/{session_id}/decision

    Only people decide: the client key and tokens of programs are refused. While the candidate can still answer, only
    `withdrawn` can be recorded. The same decision with the same reason and note again changes nothing.
    """
    body = read(DecisionBody, request.json)
    choice = DecisionChoice(body.decision, body.reason_id, body.note or None)
    session, change = decide(service, request.actor, request.params["session_id"], choice, body.if_revision)
    return json_response({**session_json(service, session), "changed": change.after is not None})


@contract(query=UndoQuery, raises=_DECISION_PROBLEMS)
def undo_decision(service: Service, request: Request) -> Json[DecidedJson]:
    """DELETE /api/interviews/sessions/{session_id}/decision

    The decision before it, if there was one, counts again. Both stay in the history.
    """
    query = read(UndoQuery, request.query)
    session_id, undo = request.params["session_id"], DecisionChoice(None)
    session, change = decide(service, request.actor, session_id, undo, query.if_revision)
    return json_response({**session_json(service, session), "changed": change.after is not None})


@contract(raises=SESSION_PROBLEMS)
def list_decisions(service: Service, request: Request) -> Json[DecisionsJson]:
    """GET /api/interviews/sessions/{session_id}/decisions"""
    with service.store.read() as tx:
        session = require_session(tx, request.params["session_id"])
        steps = history_with_names(tx, session.session_id)
    return json_response(_history_json(session, steps))


@contract(body=BulkBody)
def decide_about_many(service: Service, request: Request) -> Json[BulkJson]:
    """POST /api/jobs/{job_id}/decisions

    With `dry_run`, the same answer without any change: show it to a person first. Sessions that cannot be decided are
    refused, each with its own error, and the others are changed. Sent again, it changes nothing more.
    """
    job_id = request.integer("job_id")
    body = read(BulkBody, request.json)
    _check_bulk(body)
    choice = DecisionChoice(None if body.undo else body.decision, body.reason_id, body.note or None)
    expected = body.if_revisions or (None,) * len(body.session_ids)
    revisions = dict(zip(body.session_ids, expected, strict=True))
    items = decide_many(service, request.actor, job_id, choice, revisions, dry_run=body.dry_run)
    return json_response({
        "job_id": job_id,
        "dry_run": body.dry_run,
        "counts": count_outcomes(items),
        "items": [_bulk_item_json(item) for item in items],
    })


def _check_bulk(body: BulkBody) -> None:
    """Raises `VALIDATION_FAILED`."""
    faults: dict[str, str] = {}
    if (body.decision is None) != body.undo:
        faults["decision"] = "must be given unless undo is true; send one of the two"
    if body.undo and body.reason_id is not None:
        faults["reason_id"] = "must be left out to undo"
    if len(set(body.session_ids)) < len(body.session_ids):
        faults["session_ids"] = "must have each session once"
    if body.if_revisions is not None and len(body.if_revisions) != len(body.session_ids):
        faults["if_revisions"] = "must have one number for each session, or be left out"
    if faults:
        name, fault = next(iter(faults.items()))
        raise Problem("VALIDATION_FAILED", f"{name} {fault}.", {"fields": faults})


def _bulk_item_json(item: BulkItem) -> BulkItemJson:
    return {
        "session_id": item.session_id,
        "candidate_id": item.session.candidate_id if item.session else None,
        "candidate_name": item.session.candidate_name if item.session else None,
        "outcome": item.outcome,
        "before": item.before,
        "after": item.after,
        "decision_revision": item.revision,
        "error": item.error,
    }


def _history_json(session: Session, steps: list[DecisionRow]) -> DecisionsJson:
    standing = effective_decision(steps)
    return {
        "session_id": session.session_id,
        **decision_json(session),
        "items": [
            {
                "revision": step.revision,
                "decision": step.decision,
                "undoes": step.undoes,
                "reason_id": step.reason_id,
                "reason": step.reason,
                "note": step.note,
                "decided_at": iso_utc(step.decided_at),
                "decided_by": {"kind": step.actor_kind, "id": step.actor_id, "name": step.actor_name},
                "counts": step == standing,
            }
            for step in steps
        ],
    }
