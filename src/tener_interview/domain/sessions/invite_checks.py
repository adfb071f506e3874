"""Checks before a candidate is invited: is the job in the source, is it paused, and would an earlier interview count
for this job too?

A person has to confirm each of these. The main system knows its own jobs and cannot be asked, so it passes. A source
that cannot be read blocks nobody.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import replace

from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...sources.protocol import Job
from ...store.ports import Transaction
from ...store.session import Session
from ..service import Service
from .invite import InviteRequest, invitee_email
from .status import REPLACEABLE, Status

#: How long an invitation waits for the source to return the job.
SOURCE_TIMEOUT_S = 2.0


@dataclass(frozen=True)
class InviteConfirmations:
    """What the caller has confirmed ("invite anyway"). The candidate's consent is another matter: domain/consent.

    `share_interview`: True lets the earlier interview count for both jobs, False lets the candidate answer again where
    the provider allows it, None means that the caller has not said. `can_ask`: False if the caller cannot be asked,
    such as the main system; then the candidate is invited without `share_interview`.
    """

    job_not_in_source: bool = False
    job_paused: bool = False
    share_interview: bool | None = None
    can_ask: bool = True


#: With --force on the command line.
ALL_CONFIRMED = InviteConfirmations(job_not_in_source=True, job_paused=True, share_interview=True)
MAIN_SYSTEM_CONFIRMATIONS = InviteConfirmations(job_not_in_source=True, job_paused=True, can_ask=False)


def require_confirmations(
    service: Service, invite_request: InviteRequest, confirmations: InviteConfirmations
) -> InviteRequest:
    """Return the request, perhaps with another e-mail address.

    Raises what `check_job` and `confirm_use_for_two_jobs` raise if a confirmation is missing.
    """
    with service.store.read() as tx:
        current = tx.sessions.current(invite_request.job_id, invite_request.candidate_id)
    if would_invite(current):
        check_job(service, invite_request.job_id, confirmations)
    return confirm_use_for_two_jobs(service, invite_request, confirmations)


def would_invite(current: Session | None) -> bool:
    """Return whether `invite` would invite the candidate, rather than return the current session."""
    return _needs_new_interview(current) or (current is not None and current.status == Status.EXPIRED)


def check_job(service: Service, job_id: int, confirmations: InviteConfirmations) -> None:
    """Raises `JOB_NOT_FOUND` for a job that the source does not list, and `JOB_PAUSED`, unless confirmed."""
    if confirmations.job_not_in_source and confirmations.job_paused:
        return
    try:
        job = _read_job(service, job_id)
    except Problem as problem:
        if problem.code == "JOB_NOT_FOUND" and not confirmations.job_not_in_source:
            raise _job_not_in_source_problem(service, job_id, problem.error) from None
        return
    if job is None:
        return
    if job.archived and not confirmations.job_not_in_source:
        raise _job_not_in_source_problem(service, job_id, f"Job {job_id} is archived in the main system.")
    if job.paused and not confirmations.job_paused:
        reason = f" ({job.pause_reason})" if job.pause_reason else ""
        raise Problem(
            "JOB_PAUSED",
            f'Job {job_id} is paused in the main system{reason}. To invite anyway, send "confirm_paused": true; on the'
            " command line, --force.",
            {"job_id": job_id, "pause_reason": job.pause_reason},
        )


def confirm_use_for_two_jobs(
    service: Service, invite_request: InviteRequest, confirmations: InviteConfirmations
) -> InviteRequest:
    """Return the request, with the address of the earlier interview if that is to count for this job too.

    Raises `INTERVIEW_SHARED_WITH_JOB` if an earlier interview would count here too and nobody has confirmed it.
    """
    with service.store.read() as tx:
        current = tx.sessions.current(invite_request.job_id, invite_request.candidate_id)
        earlier = _find_earlier_interview(service, tx, invite_request) if _needs_new_interview(current) else None
    if earlier is None or not confirmations.can_ask:
        return invite_request
    forced = _same_email(service, invite_request, earlier)
    if confirmations.share_interview:
        # The provider finds the interview by the address it was created with.
        return replace(invite_request, candidate_email=earlier.candidate_email)
    if confirmations.share_interview is False and not forced:
        return invite_request
    instead = "" if forced else '; to have the same questions answered again, "share_interview": false'
    raise Problem(
        "INTERVIEW_SHARED_WITH_JOB",
        f"Candidate {invite_request.candidate_id} already has an interview with the same questions, for job"
        f" {earlier.job_id} ({earlier.status.replace('_', ' ')}). To let it count for both jobs, send"
        f' "share_interview": true, on the command line --force{instead}.',
        {
            "job_id": earlier.job_id, "session_id": earlier.session_id, "status": earlier.status,
            "separate_possible": not forced,
        },
    )


def _needs_new_interview(current: Session | None) -> bool:
    return (
        current is None or current.erased_at is not None or current.status == Status.CREATED
        or current.status in REPLACEABLE
    )


def _find_earlier_interview(service: Service, tx: Transaction, invite_request: InviteRequest) -> Session | None:
    """Return the candidate's interview for another job with the same position, if there is one.

    The provider never makes a second interview for one address and position, whatever happened to the first.
    """
    position_id = service.position_of(tx, invite_request.job_id)
    others = [
        other for other in tx.sessions.of_candidate(invite_request.candidate_id)
        if other.job_id != invite_request.job_id and other.position_id == position_id and other.erased_at is None
        and other.invitation_id is not None and other.provider == service.provider.name
    ]
    same = [other for other in others if _same_email(service, invite_request, other)]
    return next(iter(same or [other for other in others if other.status not in REPLACEABLE]), None)


def _same_email(service: Service, invite_request: InviteRequest, earlier: Session) -> bool:
    with suppress(Problem):
        return invitee_email(service, invite_request).strip().casefold() == earlier.candidate_email.strip().casefold()
    return False


def _job_not_in_source_problem(service: Service, job_id: int, why: str) -> Problem:
    return Problem(
        "JOB_NOT_FOUND",
        f'{why} Check the number; to invite anyway, send "unlisted": true; on the command line, --force.',
        {"job_id": job_id, "source": service.source.kind},
    )


def _read_job(service: Service, job_id: int) -> Job | None:
    """Return the job from the source, or None if the source takes too long. Raises what the source raises."""
    outcomes: list[Job | Problem] = []

    def read() -> None:
        try:
            outcomes.append(service.source.job(job_id))
        except Problem as problem:
            outcomes.append(problem)

    reader = threading.Thread(target=read, name="read-job", daemon=True)
    reader.start()
    reader.join(SOURCE_TIMEOUT_S)
    for outcome in outcomes:
        if isinstance(outcome, Problem):
            raise outcome
        return outcome
    return None
