"""Tools that reach candidates: inviting them to interviews, and reminding them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, TypedDict

from ...domain.jobs.batch_step import StepItem, needs_start, run_batches
from ...domain.plans.preparing import position_to_invite
from ...domain.service import Service
from ...domain.sessions.invite import InviteRequest, invitee_email, mark_links_returned
from ...domain.sessions.invite_checks import InviteConfirmations, check_job, confirm_use_for_two_jobs
from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...sources.protocol import Candidate
from ...store.session import Session, Status
from ...system.locks import run_to_completion
from ...system.parallel import CommitToRespond
from ...web.shape import Boolean, Integer, ListOf, OneOf, StrictShape, optional, required
from ..deadline import respond_before_deadline
from ..shapes import EntryUrl, SessionStatus, entry_url
from .call import ToolCall
from .untrusted import clean_name

#: Few, so that a person can look through them, and that Hireflix's rate limit lets them through in time.
MAX_STARTED = 25
#: Assistants wait for a minute or longer.
DEADLINE_S = 45.0

_CANDIDATE_IDS = ListOf(Integer(low=1), 1, MAX_STARTED)
STARTED, WOULD_START, HAS_INTERVIEW, REFUSED = "started", "would_start", "has_interview", "refused"
#: What a person confirms in the dashboard, and an assistant cannot.
_NEEDS_HUMAN_CONFIRMATION: Mapping[str, str] = {
    "JOB_PAUSED": "The job is paused in the main system.",
    "JOB_NOT_FOUND": "The main system has no such job, or has archived it.",
    "INTERVIEW_SHARED_WITH_JOB": "The candidate has an interview with the same questions for another job.",
}


@dataclass(frozen=True)
class StartInterviews(StrictShape):
    job_id: int = required(Integer(low=1))
    candidate_ids: tuple[int, ...] = required(_CANDIDATE_IDS, "of the job, as list_candidates names them")
    dry_run: bool = optional(
        Boolean(), True,
        "only say what would happen; show that to the user, and send false once the user has agreed",
    )


class InvitedCandidateJson(TypedDict):
    """What happened to one candidate, or would happen."""

    candidate_id: int
    candidate_name: str | None
    outcome: Annotated[str, OneOf((STARTED, WOULD_START, HAS_INTERVIEW, REFUSED))]
    session_id: str | None
    status: SessionStatus | None
    entry_url: Annotated[EntryUrl | None, "The candidate's personal link, to be sent to nobody else."]
    error: Annotated[str | None, "Why it was refused, and what to do."]


class InvitedJson(TypedDict):
    """Who was invited, or would be invited. Repeating it invites nobody twice."""

    job_id: int
    dry_run: bool
    invitations: Annotated[int, "How many invitations were made, or would be; Hireflix charges for each."]
    candidates: list[InvitedCandidateJson]


def start_interviews(call: ToolCall, arguments: StartInterviews) -> InvitedJson:
    service, job_id = call.service, arguments.job_id
    candidate_ids = list(dict.fromkeys(arguments.candidate_ids))
    with service.store.read() as tx:
        sessions = tx.sessions.current_by_candidate(job_id, candidate_ids)
    new_ids = [candidate_id for candidate_id in candidate_ids if needs_start(sessions.get(candidate_id))]
    items: dict[int, InvitedCandidateJson] = {
        candidate_id: _item(service, HAS_INTERVIEW, candidate_id, session)
        for candidate_id, session in sessions.items() if candidate_id not in new_ids
    }
    if new_ids:
        try:
            check_job(service, job_id, InviteConfirmations())
        except Problem as problem:
            raise _explain_to_assistant(problem) from None
        preview = _preview if arguments.dry_run else _start
        items |= {item["candidate_id"]: item for item in preview(call, job_id, new_ids, sessions)}
    ordered = [items[candidate_id] for candidate_id in candidate_ids]
    return {
        "job_id": job_id,
        "dry_run": arguments.dry_run,
        "invitations": sum(item["outcome"] in (STARTED, WOULD_START) for item in ordered),
        "candidates": ordered,
    }


def _start(
    call: ToolCall, job_id: int, candidate_ids: list[int], sessions: Mapping[int, Session]
) -> list[InvitedCandidateJson]:
    """Start candidates with what the source knows of them. What takes too long continues in the background."""
    service = call.service

    def start_all(commit_to_respond: CommitToRespond) -> list[StepItem]:
        with run_to_completion():
            batches = run_batches(
                service, job_id, candidate_ids, sessions, {}, InviteConfirmations(), call.request.lend_slot
            )
            done = [item for batch in batches for item in batch]
        started = [item.session for item in done if item.session and item.action == "started"]
        if started and commit_to_respond():
            mark_links_returned(service, started)
        return done

    done = respond_before_deadline(service, call.request, start_all, DEADLINE_S)
    return [
        _item(service, STARTED if item.problem is None else REFUSED, item.candidate_id, item.session, item.problem)
        for item in done
    ]


def _preview(
    call: ToolCall, job_id: int, candidate_ids: list[int], sessions: Mapping[int, Session]
) -> list[InvitedCandidateJson]:
    """Say what inviting would do, as far as this service can know without asking the provider."""
    service = call.service
    in_source = service.source.candidates_by_id(job_id, candidate_ids)
    with service.store.read() as tx:
        try:
            position_to_invite(service, tx, job_id)
            refusal = None
        except Problem as problem:
            refusal = None if service.policy.auto_plan else problem
    # An interrupted start continues with the recorded data, whatever the source says.
    begun = {number: Candidate(number, session.candidate_name, email=session.candidate_email)
             for number, session in sessions.items() if session.list_status == Status.CREATED}
    candidates = {**begun, **in_source}
    return [_preview_json(service, job_id, number, candidates.get(number), refusal) for number in candidate_ids]


def _preview_json(
    service: Service, job_id: int, candidate_id: int, candidate: Candidate | None, refusal: Problem | None
) -> InvitedCandidateJson:
    try:
        if refusal is not None:
            raise refusal
        if candidate is None:
            raise Problem("CANDIDATE_NOT_FOUND", f"The main system has no candidate {candidate_id} for job {job_id}.")
        invite_request = InviteRequest(job_id, candidate_id, candidate.full_name or None, candidate.email)
        invitee_email(service, confirm_use_for_two_jobs(service, invite_request, InviteConfirmations()))
    except Problem as problem:
        item = _item(service, REFUSED, candidate_id, None, problem)
    else:
        item = _item(service, WOULD_START, candidate_id, None)
    return {**item, "candidate_name": clean_name(candidate.full_name) if candidate else None}


def _item(
    service: Service, outcome: str, candidate_id: int, session: Session | None, problem: Problem | None = None
) -> InvitedCandidateJson:
    return {
        "candidate_id": candidate_id,
        "candidate_name": clean_name(session.candidate_name) if session else None,
        "outcome": outcome,
        "session_id": session.session_id if session else None,
        "status": session.current_status if session else None,
        "entry_url": entry_url(service, session) if session else None,
        "error": _explain_to_assistant(problem).error if problem else None,
    }


def _explain_to_assistant(problem: Problem) -> Problem:
    """Return the problem as an assistant should understand it: what people have to confirm, it cannot."""
    why = _NEEDS_HUMAN_CONFIRMATION.get(problem.code)
    if why is None:
        return problem
    return Problem(problem.code, f"{why} An assistant cannot confirm that. Somebody can in the dashboard.")
