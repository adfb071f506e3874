"""Start an interview in three steps: record the session, invite the candidate at the provider, mark it as invited.

The process may die between two steps, or the provider's answer may never arrive. So a session that is still `created`
is first searched for at the provider and adopted if it is there; only then is the candidate invited.

A client may hang up before its start is done. So `mark_links_shared` records, just before the answer is sent, that the
client received the link; until then no list shows the session.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ...errors import Problem
from ...providers.protocol import AlreadyInvited, Interview, Invitee
from ...store.ports import Transaction
from ...store.session import Session, SessionError
from ...system.parallel import ClaimWaitingClient
from ..audit.recording import record
from ..candidates.names import address, is_named, name_parts, tidy_name
from ..plans.preparing import position_to_invite, with_plan
from ..privacy.tombstones import is_of_erased
from ..refresh.refresh_schedule import next_refresh_at
from ..service import Service
from .corrections import SERVICE, Correction, correct_by_start
from .links import set_link_expiry
from .states import ACTIVE, FINISHED, REPLACEABLE, Status, error_of, transition

#: Refusals that asking again will not change. Everything else leaves the session `created`, to be tried again.
_PERMANENT_REFUSALS = frozenset({"INTERVIEW_PROVIDER_REJECTED"})


@dataclass(frozen=True)
class Invitation:
    """Who is invited for which job. Neither the job nor the candidate has to be in the source."""

    job_id: int
    candidate_id: int
    candidate_name: str | None = None
    candidate_email: str | None = None
    conversation_id: int | None = None
    language: str | None = None
    ttl_hours: int | None = None
    #: Reuse the interview, answers included, that the provider still has of a person who was erased here.
    use_earlier_interview: bool = False


@dataclass(frozen=True)
class StartedSession:
    """The candidate's session. `reused`: it was invited before; then `corrections` lists the details that changed."""

    session: Session
    reused: bool
    corrections: tuple[Correction, ...] = ()


def no_waiting_client() -> bool:
    """Claim no client: for background work, and for callers that share the link later."""
    return False


def start(
    service: Service,
    invitation: Invitation,
    claim_waiting_client: ClaimWaitingClient = no_waiting_client,
    source: str = "recruiter",
) -> StartedSession:
    """Give the candidate an interview for the job, or return the existing session.

    The caller passes the session to `mark_link_shared` when it answers. Raises `INTERVIEW_ALREADY_FINISHED` once a
    client has received the link, `CANDIDATE_EMAIL_REQUIRED`, `PLAN_REQUIRED` for a job without a position, and what the
    provider raises. After a temporary fault the session stays `created`, and the next start continues with it.
    """
    with service.session_locks.acquire((invitation.job_id, invitation.candidate_id)):
        find_or_create = partial(find_or_create_session, service, invitation, source)
        session, existed, corrections = with_plan(service, invitation.job_id, find_or_create)
        if session.status != Status.CREATED:
            return StartedSession(session, reused=True, corrections=corrections)
        session, reused = _invite(
            service, session, claim_waiting_client, search_first=existed, new_email=invitation.candidate_email,
            use_earlier=invitation.use_earlier_interview,
        )
        return StartedSession(session, reused, _correct_adopted(service, session, invitation, source))


def mark_links_shared(service: Service, sessions: Sequence[Session]) -> list[Session]:
    """Record that a client received these sessions and their links; return the sessions as they are then."""
    unshared = [session.session_id for session in sessions if session.start_unanswered]
    if not unshared:
        return list(sessions)
    with service.store.write() as tx:
        for session_id in unshared:
            tx.sessions.mark_start_answered(session_id)
        return [tx.sessions.require(session.session_id) for session in sessions]


def mark_link_shared(service: Service, started: StartedSession) -> StartedSession:
    """Record that the client received the link of one start; return the start with its session as it is then."""
    (session,) = mark_links_shared(service, [started.session])
    return replace(started, session=session)


def adopt(service: Service, session: Session, *, wait: bool = True) -> bool:
    """Adopt the interview of a `created` session if the provider has it; return whether the session has one now.

    This never invites anybody. If a start is running, wait for it, or return False without `wait`. Raises what the
    provider raises.
    """
    with service.session_locks.acquire((session.job_id, session.candidate_id), wait=wait) as taken:
        if not taken:
            return False
        with service.store.read() as tx:
            session = tx.sessions.require(session.session_id)
        if session.status != Status.CREATED:
            return session.invitation_id is not None
        try:
            interview = find_interview(service, session)
            if interview is not None:
                mark_invited(service, session, interview, no_waiting_client, adopted=True)
                return True
        except Problem as problem:
            record_refusal(service, session, problem)
            raise
    now_ms = service.clock.now_ms()
    next_sync_at = next_refresh_at(session, now_ms, service.policy.sync_seconds)
    with service.store.write() as tx:
        tx.sessions.update_if(session.session_id, {"status": session.status}, next_sync_at=next_sync_at)
        # An error that an earlier attempt recorded says more; keep it.
        tx.sessions.update_if(
            session.session_id,
            {"status": session.status, "last_error": None},
            last_error=SessionError(
                "INTERVIEW_NOT_STARTED",
                "The start was cut short before the provider was asked. Start the candidate again.",
                now_ms,
            ),
        )
    return False


def find_or_create_session(
    service: Service, invitation: Invitation, source: str
) -> tuple[Session, bool, tuple[Correction, ...]]:
    """Return the candidate's session, whether it existed before, and the corrections of its details."""
    with service.store.write() as tx:
        tx.locks.candidate(invitation.job_id, invitation.candidate_id)
        current = tx.sessions.current(invitation.job_id, invitation.candidate_id)
        if current is None or current.status in REPLACEABLE or current.erased_at is not None:
            return _add(service, tx, invitation, current, source), False, ()
        if current.status in FINISHED:
            if current.start_unanswered:
                return current, True, ()
            raise Problem(
                "INTERVIEW_ALREADY_FINISHED",
                f"Candidate {current.candidate_id} has already finished the interview for job {current.job_id}.",
                {"session_id": current.session_id, "status": current.status},
            )
        if current.status == Status.CREATED:
            return _with_details(service, tx, current, invitation), True, ()
        corrections = correct_by_start(service, tx, current, _details(invitation), source)
        current = tx.sessions.require(current.session_id)
        if _renew_expired_link(service, tx, current, invitation, source) and invitation.ttl_hours is not None:
            corrections = (*corrections, Correction("ttl_hours", applied=True, where=SERVICE))
        return tx.sessions.require(current.session_id), True, corrections


def _details(invitation: Invitation) -> dict[str, Any]:
    """What an invitation says of the candidate; what it leaves out is not to be changed."""
    names = ("candidate_name", "candidate_email", "conversation_id", "language")
    return {name: value for name in names if (value := getattr(invitation, name)) is not None}


def _correct_adopted(
    service: Service, session: Session, invitation: Invitation, source: str
) -> tuple[Correction, ...]:
    """What became of the details, where the interview was at the provider already under others."""
    if invitation.candidate_email in (None, session.candidate_email):
        return ()
    with service.store.write() as tx:
        return correct_by_start(service, tx, tx.sessions.require(session.session_id), _details(invitation), source)


def _add(
    service: Service, tx: Transaction, invitation: Invitation, replaced: Session | None, source: str
) -> Session:
    now_ms = service.clock.now_ms()
    email = invitation_email(service, invitation)
    session_id = f"iv_{service.token_hex(16)}"
    expires_at = service.link_expiry(invitation.ttl_hours)
    if replaced is not None:
        tx.sessions.update_if(replaced.session_id, {"is_current": True}, is_current=False)
    position_id, plan_version = position_to_invite(service, tx, invitation.job_id)
    added = tx.sessions.add(
        session_id=session_id, job_id=invitation.job_id, candidate_id=invitation.candidate_id,
        candidate_name=tidy_name(invitation.candidate_name, invitation.candidate_id),
        candidate_email=email,
        conversation_id=invitation.conversation_id, language=invitation.language,
        status=Status.CREATED, provider=service.provider.name,
        position_id=position_id, plan_version=plan_version,
        link_expires_at=expires_at, link_signed_expires_at=expires_at,
        start_unanswered=True,
        created_at=now_ms, updated_at=now_ms,
    )
    if not added:
        raise Problem("STORE_UNAVAILABLE", "This candidate was started elsewhere at the same moment. Try again.")
    replaces = {"replaces": replaced.session_id} if replaced else {}
    tx.events.add(session_id, "created", source, now_ms, **replaces)
    session = tx.sessions.require(session_id)
    record(tx, "session.started", session, now_ms, {**replaces, "plan_version": plan_version})
    return session


def _with_details(service: Service, tx: Transaction, session: Session, invitation: Invitation) -> Session:
    """Update a never invited session, except the e-mail address: the provider may have the interview under it."""
    changes: dict[str, Any] = {"link_expires_at": service.link_expiry(invitation.ttl_hours)}
    if is_named(invitation.candidate_name, invitation.candidate_id):
        changes["candidate_name"] = tidy_name(invitation.candidate_name, invitation.candidate_id)
    for name in ("conversation_id", "language"):
        if getattr(invitation, name) is not None:
            changes[name] = getattr(invitation, name)
    tx.sessions.update_if(session.session_id, {"status": session.status}, **changes)
    return tx.sessions.require(session.session_id)


def _renew_expired_link(
    service: Service, tx: Transaction, session: Session, invitation: Invitation, source: str
) -> bool:
    """Extend an active session's link as asked, or because it expired; return whether it changed."""
    ran_out = session.status not in ACTIVE or session.link.expires_at <= service.clock.now_ms()
    return (ran_out or invitation.ttl_hours is not None) and set_link_expiry(
        service, tx, session, invitation.ttl_hours, source
    )


def _invite(
    service: Service, session: Session, claim_waiting_client: ClaimWaitingClient, *, search_first: bool,
    new_email: str | None, use_earlier: bool,
) -> tuple[Session, bool]:
    """Invite the candidate at the provider, outside a transaction; also return whether another process had done it."""
    try:
        interview = find_interview(service, session, use_earlier=use_earlier) if search_first else None
        adopted = interview is not None
        if interview is None:
            session = _with_email(service, session, new_email)
            try:
                interview = service.provider.invite(_invitee(session))
            except AlreadyInvited:
                interview, adopted = find_interview(service, session, use_earlier=use_earlier), True
                if interview is None:
                    session = _with_synthetic_email(service, session)
                    interview, adopted = _invite_under_synthetic_address(service, session)
        return mark_invited(service, session, interview, claim_waiting_client, adopted=adopted)
    except Problem as problem:
        # A stored copy of this answer holds personal data; the session id lets erasure find it.
        problem.details.setdefault("session_id", session.session_id)
        record_refusal(service, session, problem)
        raise


def _with_synthetic_email(service: Service, session: Session) -> Session:
    """Give the session a synthetic e-mail address: the provider still has the erased person's interview under the real
    one. Raises `INTERVIEW_PROVIDER_REJECTED` if the settings allow no synthetic address."""
    if _find_at_provider(service, session) is None:
        raise _not_found_yet()
    if not service.policy.allow_synthetic_email:
        raise Problem(
            "INTERVIEW_PROVIDER_REJECTED",
            "The interview provider still has this person's earlier interview, which was erased here. Delete it there,"
            " give another e-mail address, or start with use_earlier_interview to take it over with its answers.",
            {"provider_error": {"type": "InterviewOfErasedPerson"}},
        )
    number, domain = session.session_id.removeprefix("iv_")[:12], service.policy.synthetic_email_domain
    return _with_email(service, session, f"candidate-{session.candidate_id}-again-{number}@{domain}")


def _invite_under_synthetic_address(service: Service, session: Session) -> tuple[Interview, bool]:
    """Invite under the synthetic address. True: the interview existed already, because an earlier answer was lost."""
    try:
        return service.provider.invite(_invitee(session)), False
    except AlreadyInvited:
        interview = find_interview(service, session)
        if interview is None:
            raise _not_found_yet() from None
        return interview, True


def _with_email(service: Service, session: Session, email: str | None) -> Session:
    """Store the e-mail address of this start: the provider has nothing under the old one."""
    if not email or email == session.candidate_email:
        return session
    with service.store.write() as tx:
        tx.sessions.update_if(session.session_id, {"status": session.status}, candidate_email=email)
        return tx.sessions.require(session.session_id)


def _invitee(session: Session) -> Invitee:
    first, last = name_parts(session.candidate_name)
    return Invitee(session.position_id, session.session_id, session.candidate_email, first, last)


def find_interview(service: Service, session: Session, *, use_earlier: bool = False) -> Interview | None:
    """Find the session's interview at the provider; ignore one from before an erasure, unless `use_earlier`."""
    interview = _find_at_provider(service, session)
    if interview is None or use_earlier or interview.external_id == session.session_id:
        return interview
    return None if is_of_erased(service, interview) else interview


def _find_at_provider(service: Service, session: Session) -> Interview | None:
    return service.provider.find(session.position_id, email=session.candidate_email, external_id=session.session_id)


def _not_found_yet() -> Problem:
    return Problem(
        "INTERVIEW_PROVIDER_UNAVAILABLE",
        "The interview provider says that this candidate already has an interview, but does not list it yet."
        " Nothing is lost; try again in a minute.",
    )


def _sessions_using(tx: Transaction, interview: Interview) -> list[Session]:
    external_id = interview.external_id or ""
    named = tx.sessions.get(tx.legacy_ids.session_id(external_id) or external_id)
    users = [*([named] if named else []), *tx.sessions.by_invitation(interview.invitation_id)]
    return [user for user in users if user.erased_at is None]


def _refuse_other_candidates(session: Session, users: Sequence[Session]) -> None:
    """Raises `INTERVIEW_PROVIDER_REJECTED` for another candidate's interview: it must not be scored as this one's."""
    others = {user.candidate_id for user in users} - {session.candidate_id}
    if others:
        raise Problem(
            "INTERVIEW_PROVIDER_REJECTED",
            f"This e-mail address already belongs to the interview of candidate {min(others)} in the same position."
            " Give this candidate an address of their own.",
            {"provider_error": {"type": "InterviewOfAnotherCandidate", "candidate_id": min(others)}},
        )


def _job_sharing_interview(session: Session, users: Sequence[Session]) -> int | None:
    """Return the other job that already uses this interview, if there is one."""
    return next((user.job_id for user in users if user.job_id != session.job_id), None)


def record_refusal(service: Service, session: Session, problem: Problem) -> None:
    """Record on a session that is still `created` why the candidate was not invited."""
    now_ms = service.clock.now_ms()
    error = error_of(problem, now_ms)
    with service.store.write() as tx:
        now = tx.sessions.require(session.session_id)
        if now.status != Status.CREATED:
            return
        if problem.code in _PERMANENT_REFUSALS:
            transition(tx, now, Status.FAILED, "refused", "provider", now_ms, last_error=error)
            return
        next_sync_at = next_refresh_at(now, now_ms, service.policy.sync_seconds)
        tx.sessions.update_if(now.session_id, {"status": now.status}, next_sync_at=next_sync_at, last_error=error)
        tx.events.add(now.session_id, "invite_failed", "provider", now_ms, code=problem.code)


def mark_invited(
    service: Service, session: Session, interview: Interview, claim_waiting_client: ClaimWaitingClient, *, adopted: bool
) -> tuple[Session, bool]:
    """Record a session's interview; also return whether another process was first.

    Raises `INTERVIEW_PROVIDER_REJECTED` if it is another candidate's.
    """
    now_ms = service.clock.now_ms()
    found: dict[str, Any] = {"invitation_id": interview.invitation_id, "candidate_url": interview.candidate_url}
    next_sync_at = now_ms + service.policy.sync_seconds * 1000
    event = "adopted" if adopted else "invited"
    with service.store.write() as tx:
        tx.locks.interview(interview.invitation_id)
        users = _sessions_using(tx, interview)
        _refuse_other_candidates(session, users)
        found["shared_with_job"] = _job_sharing_interview(session, users)
        now = tx.sessions.require(session.session_id)
        if now.status == Status.CREATED:
            columns = {
                **found, "invited_at": now_ms, "next_sync_at": next_sync_at, "last_error": None,
                "start_unanswered": not claim_waiting_client(),
            }
            transition(tx, now, Status.INVITED, event, "system", now_ms, **columns)
        else:
            # Another process was first, or it was canceled meanwhile: record the interview unless it was erased.
            tx.sessions.update_if(now.session_id, {"invitation_id": None, "erased_at": None}, **found)
        return tx.sessions.require(session.session_id), now.status not in REPLACEABLE | {Status.CREATED}


def invitation_email(service: Service, invitation: Invitation) -> str:
    """Return the e-mail address for a new session. Raises `CANDIDATE_EMAIL_REQUIRED`."""
    policy = service.policy
    return address(
        invitation.candidate_email, candidate_id=invitation.candidate_id, job_id=invitation.job_id,
        synthetic_domain=policy.synthetic_email_domain if policy.allow_synthetic_email else None,
    )
