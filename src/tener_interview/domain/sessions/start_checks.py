"""Checks before a candidate is invited: the job is not listed, the job is paused, or an earlier interview would count
for this job too.

A person is told and has to confirm. The main system knows its own jobs and cannot answer questions, so it passes. A
source that cannot be read blocks nobody.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass, replace

from ...errors import Problem
from ...sources.protocol import Job
from ...store.ports import Transaction
from ...store.session import Session
from ..service import Service
from .start import Invitation, invitation_email
from .states import REPLACEABLE, Status

#: How long a start waits for the source to return the job.
SOURCE_TIMEOUT_S = 2.0


@dataclass(frozen=True)
class StartConsent:
    """What the caller has confirmed.

    `share`: True lets the earlier interview count for both jobs, False has the candidate answer again where the
    provider allows it, None leaves it open. `can_ask` is False for a caller that cannot answer; the start then goes on.
    """

    unlisted: bool = False
    paused: bool = False
    share: bool | None = None
    can_ask: bool = True


#: Consents of the command line with --force, and of the main system.
FULL_CONSENT = StartConsent(unlisted=True, paused=True, share=True)
MACHINE_CONSENT = StartConsent(unlisted=True, paused=True, can_ask=False)


def confirm_invitation(service: Service, invitation: Invitation, consent: StartConsent) -> Invitation:
    """Return the invitation as confirmed, perhaps with another e-mail address. Raises what the two checks raise."""
    with service.store.read() as tx:
        current = tx.sessions.current(invitation.job_id, invitation.candidate_id)
    if sends_invitation(current):
        check_job(service, invitation.job_id, consent)
    return confirm_sharing(service, invitation, consent)


def sends_invitation(current: Session | None) -> bool:
    """Return whether a start would invite the candidate, rather than return the current session."""
    return _can_start_anew(current) or (current is not None and current.status == Status.EXPIRED)


def check_job(service: Service, job_id: int, consent: StartConsent) -> None:
    """Raises `JOB_NOT_FOUND` for a job that the source does not list, and `JOB_PAUSED`, unless the caller consents."""
    if consent.unlisted and consent.paused:
        return
    try:
        job = _read_job(service, job_id)
    except Problem as problem:
        if problem.code == "JOB_NOT_FOUND" and not consent.unlisted:
            raise _unlisted(service, job_id, problem.error) from None
        return
    if job is None:
        return
    if job.archived and not consent.unlisted:
        raise _unlisted(service, job_id, f"Job {job_id} is archived in the main system.")
    if job.paused and not consent.paused:
        reason = f" ({job.pause_reason})" if job.pause_reason else ""
        raise Problem(
            "JOB_PAUSED",
            f'Job {job_id} is paused in the main system{reason}. To invite anyway, send "confirm_paused": true; on the'
            " command line, --force.",
            {"job_id": job_id, "pause_reason": job.pause_reason},
        )


def confirm_sharing(service: Service, invitation: Invitation, consent: StartConsent) -> Invitation:
    """Return the invitation, with the address of the earlier interview if that is to count for this job too.

    Raises `INTERVIEW_SHARED_WITH_JOB` if an earlier interview would count here too and nobody has confirmed it.
    """
    with service.store.read() as tx:
        current = tx.sessions.current(invitation.job_id, invitation.candidate_id)
        earlier = _find_earlier(service, tx, invitation) if _can_start_anew(current) else None
    if earlier is None or not consent.can_ask:
        return invitation
    forced = _same_email(service, invitation, earlier)
    if consent.share:
        # The provider finds the interview by the address it was created with.
        return replace(invitation, candidate_email=earlier.candidate_email)
    if consent.share is False and not forced:
        return invitation
    instead = "" if forced else '; to have the same questions answered again, "share_interview": false'
    raise Problem(
        "INTERVIEW_SHARED_WITH_JOB",
        f"Candidate {invitation.candidate_id} already has an interview with the same questions, for job"
        f" {earlier.job_id} ({earlier.status.replace('_', ' ')}). To let it count for both jobs, send"
        f' "share_interview": true, on the command line --force{instead}.',
        {
            "job_id": earlier.job_id, "session_id": earlier.session_id, "status": earlier.status,
            "separate_possible": not forced,
        },
    )


def _can_start_anew(current: Session | None) -> bool:
    return (
        current is None or current.erased_at is not None or current.status == Status.CREATED
        or current.status in REPLACEABLE
    )


def _find_earlier(service: Service, tx: Transaction, invitation: Invitation) -> Session | None:
    """Return the candidate's interview for another job with the same position, if there is one.

    The provider never makes a second interview for one address and position, whatever happened to the first.
    """
    position_id = service.position_of(tx, invitation.job_id)
    others = [
        other for other in tx.sessions.of_candidate(invitation.candidate_id)
        if other.job_id != invitation.job_id and other.position_id == position_id and other.erased_at is None
        and other.invitation_id is not None and other.provider == service.provider.name
    ]
    same = [other for other in others if _same_email(service, invitation, other)]
    return next(iter(same or [other for other in others if other.status not in REPLACEABLE]), None)


def _same_email(service: Service, invitation: Invitation, earlier: Session) -> bool:
    with suppress(Problem):
        return invitation_email(service, invitation).strip().casefold() == earlier.candidate_email.strip().casefold()
    return False


def _unlisted(service: Service, job_id: int, why: str) -> Problem:
    return Problem(
        "JOB_NOT_FOUND",
        f'{why} Check the number; to invite anyway, send "unlisted": true; on the command line, --force.',
        {"job_id": job_id, "source": service.source.kind},
    )


def _read_job(service: Service, job_id: int) -> Job | None:
    """Return the job from the source, or None if the source takes too long. Raises what the source raises."""
    found: list[Job | Problem] = []

    def ask() -> None:
        try:
            found.append(service.source.job(job_id))
        except Problem as problem:
            found.append(problem)

    asking = threading.Thread(target=ask, name="job-of-a-start", daemon=True)
    asking.start()
    asking.join(SOURCE_TIMEOUT_S)
    for outcome in found:
        if isinstance(outcome, Problem):
            raise outcome
        return outcome
    return None
