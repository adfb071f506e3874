"""The batch step that the main system calls."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypedDict

from ..domain.jobs.batch_step import StepItem, count_items, finish_step, run_step, step_progress
from ..domain.service import Service
from ..domain.sessions.start_checks import StartConsent
from ..errors import BriefErrorJson, Problem
from ..sources.protocol import Candidate
from ..system.clock import iso_utc
from ..web.contract import contract
from ..web.lenient import InvalidValue, LenientBoolean, LenientInteger, OrInvalid, PersonName
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.shape import Email, ListOf, Object, OneOf, excerpt, optional, read, required
from .shapes import At, EntryUrl, ReviewJson, SessionStatus, SharedWithJob, entry_url, review
from .start import CONFIRM_PAUSED_MEANING, SHARE_INTERVIEW_MEANING, UNLISTED_MEANING, consent_of

ID = LenientInteger(low=1)
#: How many one step takes: at Hireflix's pace some minutes of work.
MAX_CANDIDATES = 500


@dataclass(frozen=True)
class GivenCandidate:
    """A candidate whom the caller introduces, whether the source knows her or not."""

    candidate_id: int = required(ID)
    candidate_name: str | None = optional(PersonName(max_chars=200))
    candidate_email: str | None = optional(Email())


@dataclass(frozen=True)
class StepBody:
    """`candidate_ids` are looked up in the source, but for those who are among `candidates`; one of them is needed."""

    job_id: int = required(ID)
    candidate_ids: tuple[int | InvalidValue, ...] | None = optional(
        ListOf(OrInvalid(ID), min_items=1, max_items=MAX_CANDIDATES), description="looked up in the source"
    )
    candidates: tuple[GivenCandidate | InvalidValue, ...] | None = optional(
        ListOf(OrInvalid(Object(GivenCandidate)), min_items=1, max_items=MAX_CANDIDATES),
        description="need not be in the source",
    )
    mode: str = optional(OneOf(("start_or_refresh",)), "start_or_refresh")
    unlisted: bool = optional(LenientBoolean(), False, UNLISTED_MEANING)
    confirm_paused: bool = optional(LenientBoolean(), False, CONFIRM_PAUSED_MEANING)
    share_interview: bool | None = optional(LenientBoolean(), description=SHARE_INTERVIEW_MEANING)


class StepItemJson(ReviewJson):
    """What the step did for one candidate."""

    candidate_id: Annotated[
        int | str | float | bool | None, "Of a candidate who could not be read, what was sent in its place."
    ]
    action: Annotated[str, OneOf(("started", "refreshed", "failed"))]
    session_id: str | None
    status: SessionStatus | None
    entry_url: EntryUrl | None
    shared_with_job: SharedWithJob
    error: BriefErrorJson | None


class StepJson(TypedDict):
    """`started` counts started candidates, the other counters the states of the rest."""

    job_id: int
    started: int
    in_progress: int
    needs_review: int
    scored: int
    failed: int
    items: list[StepItemJson]


class StepProgressJson(TypedDict):
    """How far a step is; `output` is its answer once it has one."""

    job_id: int
    step: str
    status: Annotated[str, OneOf(("running", "success", "partial", "error"))]
    done: int
    failed: int
    total: int
    output: StepJson | None
    updated_at: At | None


@contract(body=StepBody, raises=("JOB_NOT_FOUND", "JOB_PAUSED"))
def run_interview_step(service: Service, request: Request) -> Json[StepJson]:
    """POST /api/steps/interview

    Whoever has no session, or one that failed, is started, with name and e-mail from the source; the rest are
    refreshed. Candidates that are given whole are started with what is given. One that fails, or that cannot be
    read, says why in its `error` and never stops the others. Where somebody is to be started for a job that the
    source does not list, or that is paused, all of it is refused unless there is consent; an interview that would
    count for two jobs fails alone.
    """
    body = read(StepBody, request.json)
    asked = [*(body.candidate_ids or ()), *(body.candidates or ())]
    if not asked:
        raise Problem(
            "VALIDATION_FAILED", "The request is not valid: candidate_ids is required.",
            {"fields": {"candidate_ids": "is required, unless there are candidates"}},
        )
    items = _run(service, request, body.job_id, asked, consent_of(request, body))
    counted = count_items(items)
    answer: StepJson = {
        "job_id": body.job_id,
        "started": counted["started"],
        "in_progress": counted["in_progress"],
        "needs_review": counted["needs_review"],
        "scored": counted["scored"],
        "failed": counted["failed"],
        "items": [_item_json(service, each) for each in items],
    }
    finish_step(service, body.job_id, items, answer)
    if request.from_machine_client:
        # An answer that nobody read is not kept for the key, so that the next step gives the links.
        request.raise_if_client_gone()
    return json_response(answer)


def _run(
    service: Service,
    request: Request,
    job_id: int,
    asked: Sequence[int | GivenCandidate | InvalidValue],
    consent: StartConsent,
) -> list[StepItem]:
    """An item for everybody who is asked for, in that order and once. Who cannot be read fails alone.

    What was asked for is done, whoever leaves. A recruiter finds the links in the desk; a program has to ask again.
    """
    given = {each.candidate_id: _candidate(each) for each in asked if isinstance(each, GivenCandidate)}
    unread = {_key(each): _unread(each) for each in asked if isinstance(each, InvalidValue)}
    wanted = [_id(each) for each in asked if not isinstance(each, InvalidValue) and _key(each) not in unread]
    items = run_step(
        service, job_id, wanted, given, consent, request.slot_released,
        client_connected=lambda: not (request.from_machine_client and request.client_gone),
    )
    done = {str(each.candidate_id): each for each in items}
    return [(done | unread)[key] for key in dict.fromkeys(map(_key, asked))]


def _id(asked: int | GivenCandidate | InvalidValue) -> Any:
    """The candidate who is asked for; what was sent for one that cannot be read, where that is no id."""
    if not isinstance(asked, InvalidValue):
        return asked if isinstance(asked, int) else asked.candidate_id
    sent = asked.sent.get("candidate_id") if isinstance(asked.sent, dict) else asked.sent
    try:
        return ID.read(sent)
    except ValueError:
        return excerpt(sent)


def _key(asked: int | GivenCandidate | InvalidValue) -> str:
    """By what somebody is told from the others: `true` is not 1."""
    return json.dumps(_id(asked))


def _unread(faulty: InvalidValue) -> StepItem:
    # What is wrong with a field begins with its name.
    fault = f"what was sent for it {faulty.fault}" if faulty.fault.startswith("must ") else faulty.fault
    problem = Problem("VALIDATION_FAILED", f"This candidate is left out: {fault}.")
    return StepItem(_id(faulty), "failed", problem=problem)


def _candidate(given: GivenCandidate) -> Candidate:
    return Candidate(given.candidate_id, given.candidate_name or "", email=given.candidate_email or None)


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
        "status": session.shown_status if session else None,
        **review(session),
        "entry_url": entry_url(service, session) if session else None,
        "shared_with_job": session.shared_with_job if session else None,
        "error": item.problem.brief() if item.problem else None,
    }
