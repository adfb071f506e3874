"""Find or create the interview of a session at the provider.

The provider never makes a second interview for the same e-mail address and position. So one that is there already is
found instead; only if it belongs to a person who was erased here is the candidate invited under a synthetic address.
"""

from __future__ import annotations

from typing import NamedTuple

from ...errors import Problem
from ...providers.protocol import AlreadyInvited, Interview, Invitee
from ...store.session import Session
from ..candidates.names import name_parts
from ..privacy.erasure_log import is_of_erased_person
from ..service import Service


class SessionInterview(NamedTuple):
    """A session, perhaps with another e-mail address than before, and its interview at the provider."""

    session: Session
    interview: Interview
    existed_before: bool


def find_or_create_interview(
    service: Service, session: Session, *, search_first: bool, new_email: str | None, use_earlier: bool
) -> SessionInterview:
    """Return the interview of a session.

    `search_first` looks for the interview before inviting. `use_earlier` accepts one from before an erasure. Raises
    what the provider raises.
    """
    interview = find_interview(service, session, use_earlier=use_earlier) if search_first else None
    if interview is not None:
        return SessionInterview(session, interview, existed_before=True)
    session = _give_email(service, session, new_email)
    try:
        return SessionInterview(session, service.provider.invite(_invitee(session)), existed_before=False)
    except AlreadyInvited:
        interview = find_interview(service, session, use_earlier=use_earlier)
    if interview is not None:
        return SessionInterview(session, interview, existed_before=True)
    return _invite_under_synthetic_email(service, _give_synthetic_email(service, session))


def find_interview(service: Service, session: Session, *, use_earlier: bool = False) -> Interview | None:
    """Find the session's interview at the provider; ignore one from before an erasure, unless `use_earlier`."""
    interview = _find_at_provider(service, session)
    if interview is None or use_earlier or interview.external_id == session.session_id:
        return interview
    return None if is_of_erased_person(service, interview) else interview


def _find_at_provider(service: Service, session: Session) -> Interview | None:
    return service.provider.find(session.position_id, email=session.candidate_email, external_id=session.session_id)


def _give_synthetic_email(service: Service, session: Session) -> Session:
    """Give the session a synthetic e-mail address: the provider still has the erased person's interview under the real
    one. Raises `INTERVIEW_PROVIDER_REJECTED` if the settings allow no synthetic address."""
    if _find_at_provider(service, session) is None:
        raise _not_found_yet_problem()
    if not service.policy.allow_synthetic_email:
        raise Problem(
            "INTERVIEW_PROVIDER_REJECTED",
            "The interview provider still has this person's earlier interview, which was erased here. Delete it there,"
            " give another e-mail address, or start with use_earlier_interview to take it over with its answers.",
            {"provider_error": {"type": "InterviewOfErasedPerson"}},
        )
    number, domain = session.session_id.removeprefix("iv_")[:12], service.policy.synthetic_email_domain
    return _give_email(service, session, f"candidate-{session.candidate_id}-again-{number}@{domain}")


def _invite_under_synthetic_email(service: Service, session: Session) -> SessionInterview:
    """Invite under the synthetic address, unless there is an interview already: the response to its invitation was
    lost."""
    try:
        return SessionInterview(session, service.provider.invite(_invitee(session)), existed_before=False)
    except AlreadyInvited:
        interview = find_interview(service, session)
        if interview is None:
            raise _not_found_yet_problem() from None
        return SessionInterview(session, interview, existed_before=True)


def _give_email(service: Service, session: Session, email: str | None) -> Session:
    """Store the e-mail address of this start: the provider has nothing under the old one."""
    if not email or email == session.candidate_email:
        return session
    with service.store.write() as tx:
        tx.sessions.update_if(session.session_id, {"status": session.status}, candidate_email=email)
        return tx.sessions.require(session.session_id)


def _invitee(session: Session) -> Invitee:
    first, last = name_parts(session.candidate_name)
    return Invitee(session.position_id, session.session_id, session.candidate_email, first, last)


def _not_found_yet_problem() -> Problem:
    return Problem(
        "INTERVIEW_PROVIDER_UNAVAILABLE",
        "The interview provider says that this candidate already has an interview, but does not list it yet."
        " Nothing is lost; try again in a minute.",
    )
