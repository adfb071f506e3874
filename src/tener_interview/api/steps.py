"""The batch step: starts or refreshes many candidates of a job. The main system calls it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any, TypedDict

from ..domain.jobs.batch_step import StepItem, count_items, finish_step, run_step, step_progress
from ..domain.messages.invitations import InvitationMessage
from ..domain.service import Service
from ..domain.sessions.invite_checks import InviteConfirmations
from ..errors import BriefErrorJson, Problem
from ..lazy_dataclass import dataclass
from ..sources.protocol import Candidate
from ..system.clock import iso_utc
from ..web.contract import contract
from ..web.lenient import InvalidValue, ItemOrError, LenientBoolean, LenientInteger, PersonName
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.shape import Email, ListOf, Object, OneOf, excerpt, optional, read, required
from .invitation_messages import (
    INVITATION_MESSAGE_MEANING,
    InvitationMessageBody,
    InvitationMessageJson,
    invitation_message,
    invitation_message_json,
)
from .shapes import At, EntryUrl, ReviewJson, SessionStatus, SharedWithJob, entry_url, review_json
from .start import CONFIRM_PAUSED_MEANING, SHARE_INTERVIEW_MEANING, UNLISTED_MEANING, read_confirmations

ID = LenientInteger(low=1)
#: Candidates per step: some minutes of work at Hireflix's rate limit.
MAX_CANDIDATES = 500


@dataclass(frozen=True)
class InputCandidate:
    """A candidate with details from the caller; need not be in the source."""

    candidate_id: int = required(ID)
    candidate_name: str | None = optional(PersonName(max_chars=200))
    candidate_email: str | None = optional(Email())


@dataclass(frozen=True)
class StepBody:
    """`candidate_ids` are looked up in the source, except those in `candidates`. One of the two is required."""

    job_id: int = required(ID)
    candidate_ids: tuple[int | InvalidValue, ...] | None = optional(
        ListOf(ItemOrError(ID), min_items=1, max_items=MAX_CANDIDATES), description="looked up in the source"
    )
    candidates: tuple[InputCandidate | InvalidValue, ...] | None = optional(
        ListOf(ItemOrError(Object(InputCandidate)), min_items=1, max_items=MAX_CANDIDATES),
        description="need not be in the source",
    )
    mode: str = optional(OneOf(("start_or_refresh",)), "start_or_refresh")
    unlisted: bool = optional(LenientBoolean(), False, UNLISTED_MEANING)
    confirm_paused: bool = optional(LenientBoolean(), False, CONFIRM_PAUSED_MEANING)
    share_interview: bool | None = optional(LenientBoolean(), description=SHARE_INTERVIEW_MEANING)
    invitation_message: InvitationMessageBody | None = optional(
        Object(InvitationMessageBody), description=INVITATION_MESSAGE_MEANING
    )


#: An entry of a step's `candidate_ids` or `candidates`.
RequestedCandidate = int | InputCandidate | InvalidValue


class StepItemJson(ReviewJson):
    """What the step did for one candidate."""

    candidate_id: Annotated[
        int | str | float | bool | None, "If it could not be read, the value that was sent."
    ]
    action: Annotated[str, OneOf(("started", "refreshed", "failed"))]
    session_id: str | None
    status: SessionStatus | None
    entry_url: EntryUrl | None
    shared_with_job: SharedWithJob
    error: BriefErrorJson | None
    invitation_message: Annotated[InvitationMessageJson | None, "Null unless the request asked for one."]


class StepJson(TypedDict):
    """`started` counts the candidates who were started, the other counters the states of the rest."""

    job_id: int
    started: int
    in_progress: int
    needs_review: int
    scored: int
    failed: int
    items: list[StepItemJson]


class StepProgressJson(TypedDict):
    """Progress of a step; `output` is its result once it is done."""

    job_id: int
    step: str
    status: Annotated[str, OneOf(("running", "success", "partial", "error"))]
    done: int
    failed: int
    total: int
    output: StepJson | None
    updated_at: At | None


@contract(body=StepBody, raises=("JOB_NOT_FOUND", "JOB_PAUSED", "MAIL_NOT_SET_UP"))
def run_interview_step(service: Service, request: Request) -> Json[StepJson]:
    """POST /api/steps/interview

    Starts every candidate without a session or with a failed one, and refreshes the others. Names and e-mail addresses
    come from `candidates` or else from the source. A candidate who fails or cannot be read has an `error` and does not
    stop the others. If a candidate would be started for a job that is paused or that the source does not list, the
    whole step is refused unless that is confirmed. An interview that would count for two jobs fails alone. With
    `invitation_message`, everybody who has a link to open and got no invitation by e-mail yet gets it: for a new link
    it is queued in the same transaction, and repeating the step sends nothing twice.
    """
    body = read(StepBody, request.json)
    requested = [*(body.candidate_ids or ()), *(body.candidates or ())]
    if not requested:
        raise Problem(
            "VALIDATION_FAILED", "The request is not valid: candidate_ids is required.",
            {"fields": {"candidate_ids": "is required unless candidates is given"}},
        )
    message = invitation_message(service, request, body.invitation_message)
    items = _run(service, request, body.job_id, requested, read_confirmations(request, body), message)
    counts = count_items(items)
    step: StepJson = {
        "job_id": body.job_id,
        "started": counts["started"],
        "in_progress": counts["in_progress"],
        "needs_review": counts["needs_review"],
        "scored": counts["scored"],
        "failed": counts["failed"],
        "items": [_item_json(service, item) for item in items],
    }
    finish_step(service, body.job_id, items, step)
    if request.has_client_key:
        # A response that nobody has read is not stored for the key, so that the next step returns the links.
        request.raise_if_client_gone()
    return json_response(step)


def _run(
    service: Service,
    request: Request,
    job_id: int,
    requested: Sequence[RequestedCandidate],
    confirmations: InviteConfirmations,
    message: InvitationMessage | None,
) -> list[StepItem]:
    """Run the step. Return one item per requested candidate, in the order of the request, without repeats.

    A recruiter who disconnects finds the links in the desk, so the step goes on; a program has to send it again.
    """
    details = {entry.candidate_id: _candidate(entry) for entry in requested if isinstance(entry, InputCandidate)}
    invalid = {_candidate_key(entry): _invalid_item(entry) for entry in requested if isinstance(entry, InvalidValue)}
    ids = [
        _candidate_id(entry) for entry in requested
        if not isinstance(entry, InvalidValue) and _candidate_key(entry) not in invalid
    ]
    items = run_step(
        service, job_id, ids, details, confirmations, request.lend_slot,
        client_connected=lambda: not (request.has_client_key and request.client_gone), message=message,
    )
    by_key = {str(item.candidate_id): item for item in items} | invalid
    return [by_key[key] for key in dict.fromkeys(map(_candidate_key, requested))]


def _candidate_id(requested: RequestedCandidate) -> Any:
    """Return the candidate's id; for an invalid entry without a readable id, what was sent."""
    if not isinstance(requested, InvalidValue):
        return requested if isinstance(requested, int) else requested.candidate_id
    sent = requested.sent.get("candidate_id") if isinstance(requested.sent, dict) else requested.sent
    try:
        return ID.read(sent)
    except ValueError:
        return excerpt(sent)


def _candidate_key(requested: RequestedCandidate) -> str:
    """Return a key that identifies the candidate; as JSON, `true` differs from 1."""
    return json.dumps(_candidate_id(requested))


def _invalid_item(entry: InvalidValue) -> StepItem:
    # The fault of a field begins with the field's name, that of the entry itself with "must".
    fault = f"the entry {entry.fault}" if entry.fault.startswith("must ") else entry.fault
    problem = Problem("VALIDATION_FAILED", f"This candidate was skipped: {fault}.")
    return StepItem(_candidate_id(entry), "failed", problem=problem)


def _candidate(details: InputCandidate) -> Candidate:
    return Candidate(details.candidate_id, details.candidate_name or "", email=details.candidate_email or None)


@contract(raises=("JOB_NOT_FOUND",))
def get_interview_step(service: Service, request: Request) -> Json[StepProgressJson]:
    """GET /api/jobs/{job_id}/steps/interview"""
    progress = step_progress(service, request.integer("job_id"))
    output: Any = progress.output
    return json_response({
        "job_id": progress.job_id,
        "step": progress.step,
        "status": progress.status,
        "done": progress.done,
        "failed": progress.failed,
        "total": progress.total,
        "output": output,
        "updated_at": iso_utc(progress.updated_at),
    })


def _item_json(service: Service, item: StepItem) -> StepItemJson:
    session = item.session
    return {
        "candidate_id": item.candidate_id,
        "action": item.action,
        "session_id": session.session_id if session else None,
        "status": session.current_status if session else None,
        **review_json(session),
        "entry_url": entry_url(service, session) if session else None,
        "shared_with_job": session.shared_with_job if session else None,
        "error": item.problem.brief() if item.problem else None,
        "invitation_message": invitation_message_json(item.message),
    }
