"""Invite a candidate to the interview of a job; the API calls this "start".

1. `require_confirmations` (invite_checks.py): the caller has confirmed a job that is paused or not in the source.
2. `find_or_create_session`: one transaction decides which session counts, by the status of the current one:

   | current session      | what happens                                                            |
   | -------------------- | ----------------------------------------------------------------------- |
   | none, erased         | a new session, `created`                                                |
   | canceled, failed     | a new session that replaces it                                          |
   | created              | the same; an earlier call died or failed before step 4                  |
   | invited, in progress | the same, returned with corrected details and, if it expired, a new link expiry |
   | expired              | the same, with a link that works again                                  |
   | completed, scored    | `INTERVIEW_ALREADY_FINISHED`, unless no client ever received the link   |

3. `_invite_at_provider`: for a `created` session, outside a transaction. One that existed before is searched for at the
   provider first, and *adopted* if its interview is there, because the answer to an earlier invitation may be lost.
4. `mark_invited`: the session becomes `invited`, and its invitation by e-mail is queued, if there is to be one.
5. `mark_links_returned`: the caller records, just before it responds, that the client receives the link. A client may
   hang up earlier; until this step no list shows the session. `mark_invited` does so itself if the caller's
   `commit_to_respond` says that the response will be sent, and so does an invitation by e-mail, which has the link.

The process may die after any step: the next call continues with the session that it finds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...providers.protocol import Interview
from ...store.event_records import EventCause
from ...store.ports import Transaction
from ...store.session import Session, SessionError
from ...system.parallel import CommitToRespond
from ..audit.recording import record_action
from ..candidates.names import invitation_email, is_named, tidy_name
from ..messages.invitations import InvitationMessage, queue_requested_invitations
from ..messages.queueing import queue_automatic_invitation
from ..plans.preparing import position_to_invite, run_with_plan
from ..refresh.refresh_schedule import next_refresh_at
from ..service import Service
from .corrections import SERVICE, Correction, correct_by_start
from .links import set_link_expiry
from .provider_interview import find_interview, find_or_create_interview
from .status import ACTIVE, FINISHED, REPLACEABLE, Status, error_of, transition

#: Refusals that asking again will not change. Everything else leaves the session `created`, to be tried again.
_PERMANENT_REFUSALS = frozenset({"INTERVIEW_PROVIDER_REJECTED"})


@dataclass(frozen=True)
class InviteRequest:
    """Whom to invite for which job. Neither the job nor the candidate has to be in the source."""

    job_id: int
    candidate_id: int
    candidate_name: str | None = None
    candidate_email: str | None = None
    conversation_id: int | None = None
    language: str | None = None
    ttl_hours: int | None = None
    #: Reuse the interview, answers included, that the provider still has of a person who was erased here.
    use_earlier_interview: bool = False
    #: Queued in the transaction that records a new link.
    message: InvitationMessage | None = None


@dataclass(frozen=True)
class InvitedSession:
    """The candidate's session. One that was `already_invited` has the `corrections` that this request made."""

    session: Session
    already_invited: bool
    corrections: tuple[Correction, ...] = ()


def no_waiting_client() -> bool:
    """Return False: no client waits for the link. For background work, and for callers that share the link later."""
    return False


def invite(
    service: Service,
    invite_request: InviteRequest,
    commit_to_respond: CommitToRespond = no_waiting_client,
    caused_by: EventCause = "recruiter",
) -> InvitedSession:
    """Give the candidate an interview for the job, or return the existing session.

    The caller passes the session to `mark_link_returned` when it responds. Raises `INTERVIEW_ALREADY_FINISHED` once a
    client has received the link, `CANDIDATE_EMAIL_REQUIRED`, `PLAN_REQUIRED` for a job without a position, and what the
    provider raises. After a temporary fault the session stays `created`, and the next call continues with it.
    """
    with service.session_locks.acquire((invite_request.job_id, invite_request.candidate_id)):
        find_or_create = partial(find_or_create_session, service, invite_request, caused_by)
        session, existed_before, corrections = run_with_plan(service, invite_request.job_id, find_or_create)
        if session.status != Status.CREATED:
            return InvitedSession(session, already_invited=True, corrections=corrections)
        session, already_invited = _invite_at_provider(
            service, session, commit_to_respond, search_first=existed_before, new_email=invite_request.candidate_email,
            use_earlier=invite_request.use_earlier_interview, message=invite_request.message,
        )
        return InvitedSession(session, already_invited, _correct_adopted(service, session, invite_request, caused_by))


def mark_links_returned(service: Service, sessions: Sequence[Session]) -> list[Session]:
    """Record that a client receives the links of these sessions; return the sessions as they are then."""
    not_returned = [session.session_id for session in sessions if session.link_not_returned]
    if not not_returned:
        return list(sessions)
    with service.store.write() as tx:
        for session_id in not_returned:
            tx.sessions.mark_link_returned(session_id)
        return [tx.sessions.require(session.session_id) for session in sessions]


def mark_link_returned(service: Service, invited: InvitedSession) -> InvitedSession:
    """Record that the client receives the link of this session; return it as it is then."""
    (session,) = mark_links_returned(service, [invited.session])
    return replace(invited, session=session)


def recover_created(service: Service, session: Session, *, wait: bool = True) -> bool:
    """Adopt the interview of a `created` session if the provider has it; return whether the session has one now.

    This never invites anybody. If an invitation is under way, wait for it, or return False without `wait`. Raises what
    the provider raises.
    """
    with service.session_locks.acquire((session.job_id, session.candidate_id), wait=wait) as acquired:
        if not acquired:
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
                "The invitation was interrupted before Hireflix was asked. Invite the candidate again.",
                now_ms,
            ),
        )
    return False


class CurrentSession(NamedTuple):
    """The session that counts for a candidate and job, and the corrections of its details by this request."""

    session: Session
    existed_before: bool
    corrections: tuple[Correction, ...] = ()


def find_or_create_session(service: Service, invite_request: InviteRequest, caused_by: EventCause) -> CurrentSession:
    """Return the session that counts. Raises `INTERVIEW_ALREADY_FINISHED`."""
    with service.store.write() as tx:
        tx.locks.candidate(invite_request.job_id, invite_request.candidate_id)
        current = tx.sessions.current(invite_request.job_id, invite_request.candidate_id)
        if current is None or current.status in REPLACEABLE or current.erased_at is not None:
            added = _add_session(service, tx, invite_request, current, caused_by)
            return CurrentSession(added, existed_before=False)
        if current.status in FINISHED:
            if current.link_not_returned:
                return CurrentSession(current, existed_before=True)
            raise Problem(
                "INTERVIEW_ALREADY_FINISHED",
                f"Candidate {current.candidate_id} has already finished the interview for job {current.job_id}.",
                {"session_id": current.session_id, "status": current.status},
            )
        if current.status == Status.CREATED:
            updated = _update_created(service, tx, current, invite_request)
            return CurrentSession(updated, existed_before=True)
        corrections = correct_by_start(service, tx, current, _details(invite_request), caused_by)
        current = tx.sessions.require(current.session_id)
        renewed = _renew_expired_link(service, tx, current, invite_request, caused_by)
        if renewed and invite_request.ttl_hours is not None:
            corrections = (*corrections, Correction("ttl_hours", applied=True, where=SERVICE))
        return CurrentSession(tx.sessions.require(current.session_id), existed_before=True, corrections=corrections)


def _details(invite_request: InviteRequest) -> dict[str, Any]:
    """Return the details of the candidate that the request gives; the others stay as they are."""
    names = ("candidate_name", "candidate_email", "conversation_id", "language")
    return {name: value for name in names if (value := getattr(invite_request, name)) is not None}


def _correct_adopted(
    service: Service, session: Session, invite_request: InviteRequest, caused_by: EventCause
) -> tuple[Correction, ...]:
    """Correct the details of an adopted interview, which the provider may have under others."""
    if invite_request.candidate_email in (None, session.candidate_email):
        return ()
    with service.store.write() as tx:
        current = tx.sessions.require(session.session_id)
        return correct_by_start(service, tx, current, _details(invite_request), caused_by)


def _add_session(
    service: Service, tx: Transaction, invite_request: InviteRequest, replaced: Session | None, caused_by: EventCause
) -> Session:
    now_ms = service.clock.now_ms()
    email = invitee_email(service, invite_request)
    session_id = f"iv_{service.token_hex(16)}"
    expires_at = service.link_expiry(invite_request.ttl_hours)
    if replaced is not None:
        tx.sessions.update_if(replaced.session_id, {"is_current": True}, is_current=False)
    position_id, plan_version = position_to_invite(service, tx, invite_request.job_id)
    added = tx.sessions.add(
        session_id=session_id, job_id=invite_request.job_id, candidate_id=invite_request.candidate_id,
        candidate_name=tidy_name(invite_request.candidate_name, invite_request.candidate_id),
        candidate_email=email,
        conversation_id=invite_request.conversation_id, language=invite_request.language,
        status=Status.CREATED, provider=service.provider.name,
        position_id=position_id, plan_version=plan_version,
        link_expires_at=expires_at, link_signed_expires_at=expires_at,
        link_not_returned=True,
        created_at=now_ms, updated_at=now_ms,
    )
    if not added:
        raise Problem("STORE_UNAVAILABLE", "Another request is inviting this candidate right now. Try again.")
    replaces = {"replaces": replaced.session_id} if replaced else {}
    tx.events.add(session_id, "created", caused_by, now_ms, **replaces)
    session = tx.sessions.require(session_id)
    record_action(tx, "session.started", session, now_ms, {**replaces, "plan_version": plan_version})
    return session


def _update_created(service: Service, tx: Transaction, session: Session, invite_request: InviteRequest) -> Session:
    """Update the details of a `created` session, except the e-mail address: the provider may have the interview
    under it."""
    changes: dict[str, Any] = {"link_expires_at": service.link_expiry(invite_request.ttl_hours)}
    if is_named(invite_request.candidate_name, invite_request.candidate_id):
        changes["candidate_name"] = tidy_name(invite_request.candidate_name, invite_request.candidate_id)
    for name in ("conversation_id", "language"):
        if getattr(invite_request, name) is not None:
            changes[name] = getattr(invite_request, name)
    tx.sessions.update_if(session.session_id, {"status": session.status}, **changes)
    return tx.sessions.require(session.session_id)


def _renew_expired_link(
    service: Service, tx: Transaction, session: Session, invite_request: InviteRequest, caused_by: EventCause
) -> bool:
    """Extend an active session's link as requested, or because it expired; return whether it changed."""
    has_expired = session.status not in ACTIVE or session.link.expires_at <= service.clock.now_ms()
    return (has_expired or invite_request.ttl_hours is not None) and set_link_expiry(
        service, tx, session, invite_request.ttl_hours, caused_by
    )


def _invite_at_provider(
    service: Service, session: Session, commit_to_respond: CommitToRespond, *, search_first: bool,
    new_email: str | None, use_earlier: bool, message: InvitationMessage | None,
) -> tuple[Session, bool]:
    """Invite the candidate at the provider, outside a transaction; also return whether another process had done it."""
    try:
        session, interview, adopted = find_or_create_interview(
            service, session, search_first=search_first, new_email=new_email, use_earlier=use_earlier
        )
        return mark_invited(service, session, interview, commit_to_respond, adopted=adopted, message=message)
    except Problem as problem:
        # A stored copy of this response holds personal data; the session id lets erasure find it.
        problem.details.setdefault("session_id", session.session_id)
        record_refusal(service, session, problem)
        raise


def _sessions_with_interview(tx: Transaction, interview: Interview) -> list[Session]:
    external_id = interview.external_id or ""
    named = tx.sessions.get(tx.legacy_ids.session_id(external_id) or external_id)
    sessions = [*([named] if named else []), *tx.sessions.by_invitation(interview.invitation_id)]
    return [session for session in sessions if session.erased_at is None]


def _refuse_other_candidates(session: Session, sessions: Sequence[Session]) -> None:
    """Raises `INTERVIEW_PROVIDER_REJECTED` for another candidate's interview: it must not be scored as this one's."""
    others = {other.candidate_id for other in sessions} - {session.candidate_id}
    if others:
        raise Problem(
            "INTERVIEW_PROVIDER_REJECTED",
            f"This e-mail address already belongs to the interview of candidate {min(others)} in the same position."
            " Give this candidate an address of their own.",
            {"provider_error": {"type": "InterviewOfAnotherCandidate", "candidate_id": min(others)}},
        )


def _other_job_of_interview(session: Session, sessions: Sequence[Session]) -> int | None:
    """Return the other job that already uses this interview, if there is one."""
    return next((other.job_id for other in sessions if other.job_id != session.job_id), None)


def record_refusal(service: Service, session: Session, problem: Problem) -> None:
    """Record why the candidate of a session that is still `created` was not invited."""
    now_ms = service.clock.now_ms()
    error = error_of(problem, now_ms)
    with service.store.write() as tx:
        current = tx.sessions.require(session.session_id)
        if current.status != Status.CREATED:
            return
        if problem.code in _PERMANENT_REFUSALS:
            transition(tx, current, Status.FAILED, "refused", "provider", now_ms, last_error=error)
            return
        next_sync_at = next_refresh_at(current, now_ms, service.policy.sync_seconds)
        columns = {"next_sync_at": next_sync_at, "last_error": error}
        tx.sessions.update_if(current.session_id, {"status": current.status}, **columns)
        tx.events.add(current.session_id, "invite_failed", "provider", now_ms, code=problem.code)


def mark_invited(
    service: Service, session: Session, interview: Interview, commit_to_respond: CommitToRespond, *, adopted: bool,
    message: InvitationMessage | None = None,
) -> tuple[Session, bool]:
    """Record a session's interview, and queue its invitation; also return whether another process was first.

    Raises `INTERVIEW_PROVIDER_REJECTED` if it is another candidate's.
    """
    now_ms = service.clock.now_ms()
    columns: dict[str, Any] = {"invitation_id": interview.invitation_id, "candidate_url": interview.candidate_url}
    next_sync_at = now_ms + service.policy.sync_seconds * 1000
    with service.store.write() as tx:
        tx.locks.interview(interview.invitation_id)
        sessions = _sessions_with_interview(tx, interview)
        _refuse_other_candidates(session, sessions)
        columns["shared_with_job"] = _other_job_of_interview(session, sessions)
        current = tx.sessions.require(session.session_id)
        if current.status == Status.CREATED:
            columns = {
                **columns, "invited_at": now_ms, "next_sync_at": next_sync_at, "last_error": None,
                "link_not_returned": not commit_to_respond(),
            }
            event = "adopted" if adopted else "invited"
            if transition(tx, current, Status.INVITED, event, "system", now_ms, **columns):
                if message is not None:
                    queue_requested_invitations(service, tx, [tx.sessions.require(session.session_id)], message, now_ms)
                else:
                    queue_automatic_invitation(tx, service.mail, session, now_ms)
        else:
            # Another process was first, or it was canceled meanwhile: record the interview unless it was erased.
            tx.sessions.update_if(current.session_id, {"invitation_id": None, "erased_at": None}, **columns)
        return tx.sessions.require(session.session_id), current.status not in REPLACEABLE | {Status.CREATED}


def invitee_email(service: Service, invite_request: InviteRequest) -> str:
    """Return the e-mail address for a new session. Raises `CANDIDATE_EMAIL_REQUIRED`."""
    policy = service.policy
    return invitation_email(
        invite_request.candidate_email, candidate_id=invite_request.candidate_id, job_id=invite_request.job_id,
        synthetic_domain=policy.synthetic_email_domain if policy.allow_synthetic_email else None,
    )
