"""The batch step of the main system: start an interview for each candidate of a job, or refresh the existing one."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ...errors import Problem
from ...sources.protocol import Candidate
from ...store.ports import Transaction
from ...store.records import StepProgress
from ...store.session import Session
from ...system.locks import run_to_completion
from ...system.parallel import run_in_parallel
from ..refresh.apply_snapshot import RefreshOutcome, only_needs_review
from ..refresh.refresh import can_refresh, refresh_batches
from ..refresh.shared_snapshots import SlotReleased
from ..service import Service
from ..sessions.start import Invitation, mark_links_shared, start
from ..sessions.start_checks import MACHINE_CONSENT, StartConsent, check_job, confirm_sharing
from ..sessions.states import ALLOWED, Status

STEP = "interview"
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


@run_to_completion()
def run_step(
    service: Service,
    job_id: int,
    candidate_ids: Sequence[int],
    supplied: Mapping[int, Candidate] | None = None,
    consent: StartConsent = MACHINE_CONSENT,
    slot_released: SlotReleased = nullcontext,
    client_connected: Callable[[], bool] = lambda: True,
) -> list[StepItem]:
    """Start or refresh each candidate once, in the order of the request. One failure never stops the others.

    Refreshes wait for earlier refreshes of the same job, inside `slot_released`. The links count as shared only if
    `client_connected` is still true at the end. `supplied` holds candidates, by id, that the source need not know.

    The job's progress row is updated while the step runs. Raises what `check_job` raises if a candidate has to start.
    """
    candidate_ids = list(dict.fromkeys(candidate_ids))
    with service.store.read() as tx:
        sessions = tx.sessions.current_by_candidate(job_id, candidate_ids)
    if any(_needs_start(sessions.get(candidate_id)) for candidate_id in candidate_ids):
        # Without supplied candidates, one whom the source does not list for the job fails alone.
        check_job(service, job_id, consent if supplied else replace(consent, unlisted=True))
    progress = StepProgress(job_id, STEP, "running", 0, 0, len(candidate_ids), None, service.clock.now_ms())
    record_progress(service, progress)
    items: dict[int, StepItem] = {}
    try:
        running = run_batches(service, job_id, candidate_ids, sessions, supplied or {}, consent, slot_released)
        with closing(running) as batches:
            for done in batches:
                items.update({item.candidate_id: item for item in done})
                failed = _failed(items.values())
                progress = replace(progress, done=len(items), failed=failed, updated_at=service.clock.now_ms())
                record_progress(service, progress)
    except BaseException:
        record_progress(service, replace(progress, status="error", updated_at=service.clock.now_ms()))
        raise
    ordered = [items[candidate_id] for candidate_id in candidate_ids]
    return _mark_started_shared(service, ordered) if client_connected() else ordered


def finish_step(service: Service, job_id: int, items: Sequence[StepItem], output: Mapping[str, Any]) -> None:
    """Finish the progress row with the step's answer; the signatures of its links are not stored."""
    failed = _failed(items)
    status = "success" if not failed else "error" if failed == len(items) else "partial"
    kept = json.loads(service.links.strip_signatures(json.dumps(output)))
    with service.store.write() as tx:
        # Whoever erases one of them meanwhile waits, and then finds this answer.
        tx.locks.step(job_id, STEP)
        erased = _erased_meanwhile(tx, items)
        kept["items"] = [item for item in kept["items"] if item["candidate_id"] not in erased]
        now_ms = service.clock.now_ms()
        tx.steps.put(StepProgress(job_id, STEP, status, len(items), failed, len(items), kept, now_ms))


def _erased_meanwhile(tx: Transaction, items: Sequence[StepItem]) -> set[int]:
    """Return the ids of candidates who were erased after the step read their sessions."""
    alive = {item.session.session_id for item in items if item.session and item.session.erased_at is None}
    still = {session_id.session_id for session_id in tx.sessions.unerased(alive)}
    return {item.candidate_id for item in items if item.session and item.session.session_id in alive - still}


def step_progress(service: Service, job_id: int) -> StepProgress:
    """Return the progress of the step. Raises `JOB_NOT_FOUND` if it never ran for the job."""
    with service.store.read() as tx:
        progress = tx.steps.get(job_id, STEP)
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
        "failed": _failed(items) + states.count(Status.FAILED),
    }


def _failed(items: Iterable[StepItem]) -> int:
    return sum(item.action == "failed" and not _needs_review(item) for item in items)


def _needs_review(item: StepItem) -> bool:
    return item.action != "started" and only_needs_review(item.session, item.problem)


def _mark_started_shared(service: Service, items: list[StepItem]) -> list[StepItem]:
    """Record that the client received the links of the started sessions; return the items with these sessions."""
    started = [item.session for item in items if item.session and item.action == "started"]
    now = {session.session_id: session for session in mark_links_shared(service, started)}
    return [replace(item, session=now.get(item.session.session_id, item.session) if item.session else None)
            for item in items]


def _needs_start(session: Session | None) -> bool:
    return session is None or session.listed_as in ALLOWED["start_in_batch"]


def run_batches(
    service: Service, job_id: int, candidate_ids: Sequence[int], sessions: Mapping[int, Session],
    supplied: Mapping[int, Candidate], consent: StartConsent, slot_released: SlotReleased,
) -> Generator[list[StepItem], None, None]:
    """Yield items as soon as they are done, so that the progress row follows."""
    to_start = [number for number in candidate_ids if _needs_start(sessions.get(number))]
    to_refresh = [sessions[number] for number in candidate_ids if not _needs_start(sessions.get(number))]
    now_ms = service.clock.now_ms()
    due = [session for session in to_refresh if can_refresh(session, now_ms, force=False)]
    ended = [session for session in to_refresh if not can_refresh(session, now_ms, force=False)]
    if ended:
        yield [StepItem(session.candidate_id, "refreshed", session) for session in ended]
    if due:
        with service.job_locks.acquire(job_id, service.clock, slot_released, force=False) as shared:
            fresh = shared.fresh_outcomes()
            if known := [fresh[session.session_id] for session in due if session.session_id in fresh]:
                yield [_refreshed(session, outcome) for session, outcome in known]
            unread = [session for session in due if session.session_id not in fresh]
            for batch in refresh_batches(service, unread, force=False, source="recruiter"):
                shared.add(batch)
                yield [_refreshed(session, outcome) for session, outcome in batch]
    if to_start:
        nameless = [number for number in to_start if number not in supplied or not supplied[number].full_name]
        found, unavailable = _find_in_source(service, job_id, nameless) if nameless else ({}, None)
        named = {number: _with_name(candidate, found.get(number)) for number, candidate in supplied.items()}
        starter = partial(_start, service, job_id, {**found, **named}, unavailable, sessions, consent)
        for _, item in run_in_parallel(starter, to_start, service.provider.concurrency):
            yield [item]


def _refreshed(session: Session, outcome: RefreshOutcome) -> StepItem:
    action = "refreshed" if outcome.problem is None else "failed"
    return StepItem(session.candidate_id, action, outcome.session, outcome.problem)


def _find_in_source(
    service: Service, job_id: int, candidate_ids: list[int]
) -> tuple[dict[int, Candidate], Problem | None]:
    try:
        return service.source.candidates_by_id(job_id, candidate_ids), None
    except Problem as problem:
        return {}, problem


def _with_name(candidate: Candidate, found: Candidate | None) -> Candidate:
    """Take the source's name for a supplied candidate without one."""
    return candidate if found is None or candidate.full_name else replace(candidate, full_name=found.full_name)


def _start(
    service: Service, job_id: int, candidates: Mapping[int, Candidate], unavailable: Problem | None,
    sessions: Mapping[int, Session], consent: StartConsent, candidate_id: int,
) -> StepItem:
    candidate, recorded = candidates.get(candidate_id), sessions.get(candidate_id)
    try:
        if candidate is not None:
            invitation = Invitation(job_id, candidate_id, candidate.full_name or None, candidate.email)
            invitation = confirm_sharing(service, invitation, consent)
            return StepItem(candidate_id, "started", start(service, invitation).session)
        if recorded is not None and recorded.listed_as == Status.CREATED:
            return StepItem(candidate_id, "started", start(service, Invitation(job_id, candidate_id)).session)
        absent = Problem("CANDIDATE_NOT_FOUND", f"The main system has no candidate {candidate_id} for job {job_id}.")
        raise unavailable or absent
    except Problem as problem:
        with service.store.read() as tx:
            return StepItem(candidate_id, "failed", tx.sessions.current(job_id, candidate_id), problem)


def record_progress(service: Service, progress: StepProgress) -> None:
    """Store how far a step is."""
    with service.store.write() as tx:
        tx.steps.put(progress)
