"""The batch step: every given candidate of a job is started, or brought up to date if already started."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ...errors import Problem
from ...sources.protocol import Candidate
from ...store.records import StepProgress
from ...store.session import Session
from ...store.sqlite.database import Transaction
from ...system.locks import run_to_completion
from ...system.parallel import StillWaiting, run_in_parallel
from ..refresh.apply_snapshot import RefreshOutcome, only_needs_review
from ..refresh.refresh import can_refresh, refresh_batches
from ..refresh.shared_snapshots import Aside
from ..service import Service
from ..sessions.start import Invitation, mark_links_shared, start
from ..sessions.start_checks import MACHINE_CONSENT, StartConsent, check_candidate, check_job
from ..sessions.states import ALLOWED, Status

STEP = "interview"
_UNDER_WAY = (Status.INVITED, Status.IN_PROGRESS, Status.COMPLETED)


@dataclass(frozen=True)
class StepItem:
    """What the step did for one candidate; `action` is started, refreshed or failed.

    Of one who could not be read, `candidate_id` is what was sent.
    """

    candidate_id: Any
    action: str
    session: Session | None = None
    problem: Problem | None = None


@run_to_completion()
def run_step(
    service: Service, job_id: int, candidate_ids: Sequence[int], given: Mapping[int, Candidate] | None = None,
    consent: StartConsent = MACHINE_CONSENT, aside: Aside = nullcontext, stays: StillWaiting = lambda: True,
) -> list[StepItem]:
    """Start or refresh each candidate, in the order given, duplicates once. One failure never stops the others.

    Who only has to be refreshed waits, `aside`, for the refreshes of the same job that came before. The links are put
    on record as given only if whoever asked `stays` until the end.

    Candidates that are `given`, by id, need not be known to the source.

    The job's progress row is kept up to date while it runs. Raises what `check_job` raises where anybody is to be
    started.
    """
    wanted = list(dict.fromkeys(candidate_ids))
    with service.store.read() as tx:
        sessions = tx.sessions.current_by_candidate(job_id, wanted)
    if any(_needs_start(sessions.get(each)) for each in wanted):
        # Those who are not introduced are known to the source for the job, or fail alone.
        check_job(service, job_id, consent if given else replace(consent, unlisted=True))
    progress = StepProgress(job_id, STEP, "running", 0, 0, len(wanted), None, service.clock.now_ms())
    record_progress(service, progress)
    items: dict[int, StepItem] = {}
    try:
        with closing(run_batches(service, job_id, wanted, sessions, given or {}, consent, aside)) as batches:
            for done in batches:
                items.update({item.candidate_id: item for item in done})
                failed = _failed(items.values())
                progress = replace(progress, done=len(items), failed=failed, updated_at=service.clock.now_ms())
                record_progress(service, progress)
    except BaseException:
        record_progress(service, replace(progress, status="error", updated_at=service.clock.now_ms()))
        raise
    ordered = [items[each] for each in wanted]
    return _mark_started_shared(service, ordered) if stays() else ordered


def finish_step(service: Service, job_id: int, items: Sequence[StepItem], output: Mapping[str, Any]) -> None:
    """Close the progress row with the step's answer; the links in it are kept stripped of their signatures."""
    failed = _failed(items)
    status = "success" if not failed else "error" if failed == len(items) else "partial"
    kept = json.loads(service.links.strip_signatures(json.dumps(output)))
    with service.store.write() as tx:
        erased = _erased_meanwhile(tx, items)
        kept["items"] = [each for each in kept["items"] if each["candidate_id"] not in erased]
        now_ms = service.clock.now_ms()
        tx.steps.put(StepProgress(job_id, STEP, status, len(items), failed, len(items), kept, now_ms))


def _erased_meanwhile(tx: Transaction, items: Sequence[StepItem]) -> set[int]:
    """The candidates who were erased after a step had read their sessions."""
    alive = {each.session.session_id for each in items if each.session and each.session.erased_at is None}
    still = {each.session_id for each in tx.sessions.unerased(alive)}
    return {each.candidate_id for each in items if each.session and each.session.session_id in alive - still}


def step_progress(service: Service, job_id: int) -> StepProgress:
    """How far the step is. Raises `JOB_NOT_FOUND` when it was never run for the job."""
    with service.store.read() as tx:
        progress = tx.steps.get(job_id, STEP)
    if progress is None:
        raise Problem("JOB_NOT_FOUND", f"The interview step was never run for job {job_id}.")
    return replace(progress, output=json.loads(service.links.restore_signatures(json.dumps(progress.output))))


def close_interrupted_steps(service: Service) -> None:
    """Mark steps whose process died. One that is alive in another process says so again with its next progress."""
    with service.store.write() as tx:
        for progress in tx.steps.running():
            tx.steps.put(replace(progress, status="error", updated_at=service.clock.now_ms()))


def count_items(items: Sequence[StepItem]) -> dict[str, int]:
    """How many were started, and the states of the rest."""
    to_review = [each for each in items if _needs_review(each)]
    rest = [each for each in items if each.action == "refreshed" and each not in to_review]
    states = [each.session.status for each in rest if each.session]
    return {
        "started": sum(each.action == "started" for each in items),
        "in_progress": sum(state in _UNDER_WAY for state in states),
        "needs_review": len(to_review),
        "scored": states.count(Status.SCORED),
        "failed": _failed(items) + states.count(Status.FAILED),
    }


def _failed(items: Iterable[StepItem]) -> int:
    return sum(each.action == "failed" and not _needs_review(each) for each in items)


def _needs_review(item: StepItem) -> bool:
    return item.action != "started" and only_needs_review(item.session, item.problem)


def _mark_started_shared(service: Service, items: list[StepItem]) -> list[StepItem]:
    """The items with the sessions that were started as they are once their links are given to whoever asked."""
    started = [each.session for each in items if each.session and each.action == "started"]
    now = {each.session_id: each for each in mark_links_shared(service, started)}
    return [replace(each, session=now.get(each.session.session_id, each.session) if each.session else None)
            for each in items]


def _needs_start(session: Session | None) -> bool:
    return session is None or session.listed_as in ALLOWED["start_in_batch"]


def run_batches(
    service: Service, job_id: int, wanted: Sequence[int], sessions: Mapping[int, Session],
    given: Mapping[int, Candidate], consent: StartConsent, aside: Aside,
) -> Generator[list[StepItem], None, None]:
    """What was done, as it comes: a batch that is written at once makes progress at once."""
    to_start = [each for each in wanted if _needs_start(sessions.get(each))]
    to_refresh = [sessions[each] for each in wanted if not _needs_start(sessions.get(each))]
    now_ms = service.clock.now_ms()
    due = [each for each in to_refresh if can_refresh(each, now_ms, force=False)]
    ended = [each for each in to_refresh if not can_refresh(each, now_ms, force=False)]
    if ended:
        yield [StepItem(each.candidate_id, "refreshed", each) for each in ended]
    if due:
        with service.job_locks.acquire(job_id, service.clock, aside, force=False) as readings:
            fresh_outcomes = readings.fresh_outcomes()
            if known := [fresh_outcomes[each.session_id] for each in due if each.session_id in fresh_outcomes]:
                yield [_refreshed(session, settled) for session, settled in known]
            unknown = [each for each in due if each.session_id not in fresh_outcomes]
            for batch in refresh_batches(service, unknown, force=False, source="recruiter"):
                readings.keep(batch)
                yield [_refreshed(session, settled) for session, settled in batch]
    if to_start:
        nameless = [each for each in to_start if each not in given or not given[each].full_name]
        found, unavailable = _find_in_source(service, job_id, nameless) if nameless else ({}, None)
        introduced = {each: _with_name(candidate, found.get(each)) for each, candidate in given.items()}
        starter = partial(_start, service, job_id, {**found, **introduced}, unavailable, sessions, consent)
        for _, item in run_in_parallel(starter, to_start, service.provider.concurrency):
            yield [item]


def _refreshed(session: Session, settled: RefreshOutcome) -> StepItem:
    action = "refreshed" if settled.problem is None else "failed"
    return StepItem(session.candidate_id, action, settled.session, settled.problem)


def _find_in_source(
    service: Service, job_id: int, candidate_ids: list[int]
) -> tuple[dict[int, Candidate], Problem | None]:
    try:
        return service.source.candidates_by_id(job_id, candidate_ids), None
    except Problem as problem:
        return {}, problem


def _with_name(given: Candidate, found: Candidate | None) -> Candidate:
    """A candidate introduced without a name has the one that the source knows."""
    return given if found is None or given.full_name else replace(given, full_name=found.full_name)


def _start(
    service: Service, job_id: int, candidates: Mapping[int, Candidate], unavailable: Problem | None,
    sessions: Mapping[int, Session], consent: StartConsent, candidate_id: int,
) -> StepItem:
    candidate, recorded = candidates.get(candidate_id), sessions.get(candidate_id)
    try:
        if candidate is not None:
            invitation = Invitation(job_id, candidate_id, candidate.full_name or None, candidate.email)
            invitation = check_candidate(service, invitation, consent)
            return StepItem(candidate_id, "started", start(service, invitation).session)
        if recorded is not None and recorded.listed_as == Status.CREATED:
            return StepItem(candidate_id, "started", start(service, Invitation(job_id, candidate_id)).session)
        absent = Problem("CANDIDATE_NOT_FOUND", f"The source has no candidate {candidate_id} for job {job_id}.")
        raise unavailable or absent
    except Problem as problem:
        with service.store.read() as tx:
            return StepItem(candidate_id, "failed", tx.sessions.current(job_id, candidate_id), problem)


def record_progress(service: Service, progress: StepProgress) -> None:
    """Say how far a step is, to whoever asks meanwhile."""
    with service.store.write() as tx:
        tx.steps.put(progress)
