"""The batch step of the main system: start an interview for each candidate of a job, or refresh the existing one."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import replace
from functools import partial
from typing import Any

from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...sources.protocol import Candidate
from ...store.ports import Transaction
from ...store.records import INTERVIEW_STEP, StepProgress
from ...store.session import Session
from ...system.locks import run_to_completion
from ...system.parallel import run_in_parallel
from ..messages.invitations import InvitationMessage, InvitationOutcome, complete_invitations
from ..messages.time_zones import remember_time_zones, zone_of_place
from ..refresh.apply_snapshot import SessionRefresh
from ..refresh.coalescing import LendSlot
from ..refresh.refresh import can_refresh, refresh_in_batches
from ..refresh.review_reasons import only_needs_review
from ..service import Service
from ..sessions.invite import InviteRequest, invite, mark_links_returned
from ..sessions.invite_checks import MAIN_SYSTEM_CONFIRMATIONS, InviteConfirmations, check_job, confirm_use_for_two_jobs
from ..sessions.status import ALLOWED, Status

_UNDER_WAY = (Status.INVITED, Status.IN_PROGRESS, Status.COMPLETED)


@dataclass(frozen=True)
class StepItem:
    """What the step did for one candidate; `action` is started, refreshed or failed.

    `candidate_id` is the value as sent if the request named no valid id.
    """

    candidate_id: Any
    action: str
    session: Session | None = None
    problem: Problem | None = None
    #: What became of the invitation by e-mail, if one was asked for.
    message: InvitationOutcome | None = None


@run_to_completion()
def run_step(
    service: Service,
    job_id: int,
    candidate_ids: Sequence[int],
    supplied: Mapping[int, Candidate] | None = None,
    confirmations: InviteConfirmations = MAIN_SYSTEM_CONFIRMATIONS,
    lend_slot: LendSlot = nullcontext,
    client_connected: Callable[[], bool] = lambda: True,
    message: InvitationMessage | None = None,
) -> list[StepItem]:
    """Start or refresh each candidate once, in the order of the request. One failure never stops the others.

    Refreshes wait for earlier refreshes of the same job, inside `lend_slot`. The links count as returned only if
    `client_connected` is still true at the end. `supplied` holds candidates, by id, that the source need not know.
    With a `message`, whoever has a link to open and got no invitation by e-mail yet gets it.

    The job's progress row is updated while the step runs. Raises what `check_job` raises if a candidate has to start.
    """
    candidate_ids = list(dict.fromkeys(candidate_ids))
    with service.store.read() as tx:
        sessions = tx.sessions.current_by_candidate(job_id, candidate_ids)
    if any(needs_start(sessions.get(candidate_id)) for candidate_id in candidate_ids):
        # Without supplied candidates, one whom the source does not list for the job fails alone.
        check_job(service, job_id, confirmations if supplied else replace(confirmations, job_not_in_source=True))
    progress = StepProgress(job_id, INTERVIEW_STEP, "running", 0, 0, len(candidate_ids), None, service.clock.now_ms())
    record_progress(service, progress)
    items: dict[int, StepItem] = {}
    try:
        running = run_batches(
            service, job_id, candidate_ids, sessions, supplied or {}, confirmations, lend_slot, message
        )
        with closing(running) as batches:
            for done in batches:
                items.update({item.candidate_id: item for item in done})
                failed = _count_failed(items.values())
                progress = replace(progress, done=len(items), failed=failed, updated_at=service.clock.now_ms())
                record_progress(service, progress)
        ordered = [items[candidate_id] for candidate_id in candidate_ids]
        if message is not None:
            ordered = _with_messages(service, ordered, message)
    except BaseException:
        record_progress(service, replace(progress, status="error", updated_at=service.clock.now_ms()))
        raise
    return _mark_links_returned(service, ordered) if client_connected() else ordered


def finish_step(service: Service, job_id: int, items: Sequence[StepItem], output: Mapping[str, Any]) -> None:
    """Finish the progress row with the step's answer; the signatures of its links are not stored."""
    failed = _count_failed(items)
    status = "success" if not failed else "error" if failed == len(items) else "partial"
    stored = json.loads(service.links.strip_signatures(json.dumps(output)))
    with service.store.write() as tx:
        # Whoever erases one of them meanwhile waits, and then finds this answer.
        tx.locks.step(job_id, INTERVIEW_STEP)
        erased = _erased_meanwhile(tx, items)
        stored["items"] = [item for item in stored["items"] if item["candidate_id"] not in erased]
        now_ms = service.clock.now_ms()
        tx.steps.put(StepProgress(job_id, INTERVIEW_STEP, status, len(items), failed, len(items), stored, now_ms))


def _erased_meanwhile(tx: Transaction, items: Sequence[StepItem]) -> set[int]:
    """Return the ids of candidates who were erased after the step read their sessions."""
    alive = {item.session.session_id for item in items if item.session and item.session.erased_at is None}
    still = {session_id.session_id for session_id in tx.sessions.unerased(alive)}
    return {item.candidate_id for item in items if item.session and item.session.session_id in alive - still}


def step_progress(service: Service, job_id: int) -> StepProgress:
    """Return the progress of the step. Raises `JOB_NOT_FOUND` if it never ran for the job."""
    with service.store.read() as tx:
        progress = tx.steps.get(job_id, INTERVIEW_STEP)
    if progress is None:
        raise Problem("JOB_NOT_FOUND", f"The interview step was never run for job {job_id}.")
    return replace(progress, output=json.loads(service.links.restore_signatures(json.dumps(progress.output))))


def close_interrupted_steps(service: Service) -> None:
    """Mark running steps as failed: their process died. One that still runs elsewhere corrects this later."""
    with service.store.write() as tx:
        tx.steps.fail_running(service.clock.now_ms())


def count_items(items: Sequence[StepItem]) -> dict[str, int]:
    """Count the started candidates, and the states of the rest."""
    to_review = [item for item in items if _needs_review(item)]
    rest = [item for item in items if item.action == "refreshed" and item not in to_review]
    states = [item.session.status for item in rest if item.session]
    return {
        "started": sum(item.action == "started" for item in items),
        "in_progress": sum(state in _UNDER_WAY for state in states),
        "needs_review": len(to_review),
        "scored": states.count(Status.SCORED),
        "failed": _count_failed(items) + states.count(Status.FAILED),
    }


def _count_failed(items: Iterable[StepItem]) -> int:
    return sum(item.action == "failed" and not _needs_review(item) for item in items)


def _needs_review(item: StepItem) -> bool:
    return item.action != "started" and only_needs_review(item.session, item.problem)


def _mark_links_returned(service: Service, items: list[StepItem]) -> list[StepItem]:
    """Record that the client receives the links of the started sessions; return the items with these sessions."""
    started = [item.session for item in items if item.session and item.action == "started"]
    now = {session.session_id: session for session in mark_links_returned(service, started)}
    return [replace(item, session=now.get(item.session.session_id, item.session) if item.session else None)
            for item in items]


def _with_messages(service: Service, items: list[StepItem], message: InvitationMessage) -> list[StepItem]:
    """Queue the invitations that are still missing; return the items with the outcome of each."""
    outcomes = complete_invitations(service, [item.session for item in items if item.session], message)
    return [replace(item, message=outcomes.get(item.session.session_id) if item.session else None) for item in items]


def needs_start(session: Session | None) -> bool:
    """Return whether the step would start a candidate with this session, rather than refresh it."""
    return session is None or session.list_status in ALLOWED["start_in_batch"]


def run_batches(
    service: Service, job_id: int, candidate_ids: Sequence[int], sessions: Mapping[int, Session],
    supplied: Mapping[int, Candidate], confirmations: InviteConfirmations, lend_slot: LendSlot,
    message: InvitationMessage | None = None,
) -> Generator[list[StepItem], None, None]:
    """Yield items as soon as they are done, so that the progress row follows."""
    to_start = [number for number in candidate_ids if needs_start(sessions.get(number))]
    to_refresh = [sessions[number] for number in candidate_ids if not needs_start(sessions.get(number))]
    now_ms = service.clock.now_ms()
    due = [session for session in to_refresh if can_refresh(session, now_ms, force=False)]
    skipped = [session for session in to_refresh if not can_refresh(session, now_ms, force=False)]
    if skipped:
        yield [StepItem(session.candidate_id, "refreshed", session) for session in skipped]
    if due:
        with service.job_refresh_queues.acquire(job_id, service.clock, lend_slot, force=False) as recent:
            fresh = recent.by_session_id()
            if taken_over := [fresh[session.session_id] for session in due if session.session_id in fresh]:
                yield [_refreshed_item(session_refresh) for session_refresh in taken_over]
            unread = [session for session in due if session.session_id not in fresh]
            for batch in refresh_in_batches(service, unread, force=False, caused_by="recruiter"):
                recent.add(batch)
                yield [_refreshed_item(session_refresh) for session_refresh in batch]
    if to_start:
        nameless = [number for number in to_start if number not in supplied or not supplied[number].full_name]
        in_source, unavailable = _read_from_source(service, job_id, nameless) if nameless else ({}, None)
        named = {number: _with_source_name(candidate, in_source.get(number)) for number, candidate in supplied.items()}
        located = {number: {**in_source, **named}.get(number) for number in to_start}
        remember_time_zones(service.store, {
            number: zone_of_place(candidate.location) for number, candidate in located.items() if candidate
        })
        invite_one = partial(
            _invite_candidate, service, job_id, {**in_source, **named}, unavailable, sessions, confirmations, message
        )
        for _, item in run_in_parallel(invite_one, to_start, service.provider.concurrency):
            yield [item]


def _refreshed_item(session_refresh: SessionRefresh) -> StepItem:
    session, outcome = session_refresh
    action = "refreshed" if outcome.problem is None else "failed"
    return StepItem(session.candidate_id, action, outcome.session, outcome.problem)


def _read_from_source(
    service: Service, job_id: int, candidate_ids: list[int]
) -> tuple[dict[int, Candidate], Problem | None]:
    try:
        return service.source.candidates_by_id(job_id, candidate_ids), None
    except Problem as problem:
        return {}, problem


def _with_source_name(candidate: Candidate, found: Candidate | None) -> Candidate:
    """Take the source's name for a supplied candidate without one."""
    return candidate if found is None or candidate.full_name else replace(candidate, full_name=found.full_name)


def _invite_candidate(
    service: Service, job_id: int, candidates: Mapping[int, Candidate], unavailable: Problem | None,
    sessions: Mapping[int, Session], confirmations: InviteConfirmations, message: InvitationMessage | None,
    candidate_id: int,
) -> StepItem:
    candidate, recorded = candidates.get(candidate_id), sessions.get(candidate_id)
    try:
        if candidate is not None:
            invite_request = InviteRequest(
                job_id, candidate_id, candidate.full_name or None, candidate.email, message=message
            )
            invite_request = confirm_use_for_two_jobs(service, invite_request, confirmations)
            return StepItem(candidate_id, "started", invite(service, invite_request).session)
        if recorded is not None and recorded.list_status == Status.CREATED:
            invite_request = InviteRequest(job_id, candidate_id, message=message)
            return StepItem(candidate_id, "started", invite(service, invite_request).session)
        absent = Problem("CANDIDATE_NOT_FOUND", f"The main system has no candidate {candidate_id} for job {job_id}.")
        raise unavailable or absent
    except Problem as problem:
        with service.store.read() as tx:
            return StepItem(candidate_id, "failed", tx.sessions.current(job_id, candidate_id), problem)


def record_progress(service: Service, progress: StepProgress) -> None:
    """Store how far a step is."""
    with service.store.write() as tx:
        tx.steps.put(progress)
