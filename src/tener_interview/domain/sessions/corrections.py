"""Correct a session's candidate details: name, e-mail address, language.

The provider cannot change an existing interview. So only this service's record is corrected, and every answer says so
for each field.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...store.event_records import EventCause
from ...store.ports import Transaction
from ...store.session import Session
from ..audit.recording import record_action
from ..candidates.names import is_named, tidy_name
from ..service import Service

SERVICE, PROVIDER = "service", "provider"

#: Details that the provider keeps as they were in the invitation, and the consequence.
_UNCHANGED_AT_PROVIDER = {
    "candidate_name": "it goes on greeting the candidate by the name in the invitation",
    "candidate_email": "the interview there stays under the address in the invitation, to which nothing is sent",
}


@dataclass(frozen=True)
class Correction:
    """Whether a field was corrected in one place, `service` or `provider`, and if not, why."""

    field: str
    applied: bool
    where: str
    why: str | None = None


def correct(
    service: Service, session: Session, details: Mapping[str, str | None]
) -> tuple[Session, tuple[Correction, ...]]:
    """Correct the fields of a session that `details` contains: `candidate_name`, `candidate_email`, `language`.

    Only the language may be None, for unknown. Raises `CANDIDATE_ERASED`, `CANDIDATE_EMAIL_IN_USE`, and
    `VALIDATION_FAILED` for a name without a visible character.
    """
    with service.store.write() as tx:
        session = tx.sessions.require(session.session_id)
        if session.erased_at is not None:
            raise Problem(
                "CANDIDATE_ERASED", "This candidate was erased, so there is nothing left to correct.",
                {"session_id": session.session_id},
            )
        owner = _owner_of(tx, session, details.get("candidate_email"))
        if owner is not None:
            # A stored copy of this answer holds data of both people; the ids let erasure find it.
            of_both = {"session_id": session.session_id, "owner_session_id": owner.session_id}
            whose = f"{owner.candidate_name} (candidate {owner.candidate_id})"
            raise Problem(
                "CANDIDATE_EMAIL_IN_USE", _email_in_use_sentence(whose), {"candidate_id": owner.candidate_id, **of_both}
            )
        corrections = _apply(service, tx, session, details, "recruiter")
        return tx.sessions.require(session.session_id), corrections


def correct_by_start(
    service: Service, tx: Transaction, session: Session, details: Mapping[str, Any], caused_by: EventCause
) -> tuple[Correction, ...]:
    """Correct a session from a repeated start: report a field that cannot be corrected instead of refusing.

    A placeholder name, for a candidate whose name the source does not know, replaces no real name.
    """
    if not is_named(details.get("candidate_name"), session.candidate_id):
        details = {name: value for name, value in details.items() if name != "candidate_name"}
    owner = _owner_of(tx, session, details.get("candidate_email"))
    if owner is None:
        return _apply(service, tx, session, details, caused_by)
    rest = {name: value for name, value in details.items() if name != "candidate_email"}
    why = _email_in_use_sentence(f"candidate {owner.candidate_id}")
    refused = Correction("candidate_email", applied=False, where=SERVICE, why=why)
    return (*_apply(service, tx, session, rest, caused_by), refused)


def _apply(
    service: Service, tx: Transaction, session: Session, details: Mapping[str, Any], caused_by: EventCause
) -> tuple[Correction, ...]:
    named = {**details, "candidate_name": _corrected_name(session, details)} if "candidate_name" in details else details
    changes = {name: value for name, value in named.items() if value != getattr(session, name)}
    if not changes:
        return ()
    now_ms = service.clock.now_ms()
    expected = {"erased_at": None, **{name: getattr(session, name) for name in changes}}
    if tx.sessions.update_if(session.session_id, expected, updated_at=now_ms, **changes):
        tx.events.add(session.session_id, "details_corrected", caused_by, now_ms, fields=sorted(changes))
        if "candidate_email" in changes:
            tx.recipients.forget_bounce(session.candidate_id)
        record_action(tx, "session.corrected", session, now_ms, {"fields": sorted(changes)})
    corrections = [Correction(name, applied=True, where=SERVICE) for name in changes]
    if session.invitation_id is not None:
        who = "Hireflix" if session.provider == "hireflix" else "The pretend Hireflix"
        corrections += [
            Correction(name, applied=False, where=PROVIDER, why=f"{who} cannot change an invitation: {what}.")
            for name, what in _UNCHANGED_AT_PROVIDER.items() if name in changes
        ]
    return tuple(corrections)


def _corrected_name(session: Session, details: Mapping[str, Any]) -> str:
    name = tidy_name(details["candidate_name"], session.candidate_id)
    if name == tidy_name(None, session.candidate_id) != details["candidate_name"].strip():
        fault = "must have a character that shows"
        raise Problem("VALIDATION_FAILED", f"The name {fault}.", {"fields": {"candidate_name": fault}})
    return name


def _owner_of(tx: Transaction, session: Session, email: str | None) -> Session | None:
    """Return another candidate's session for the same position with this e-mail address."""
    if not email:
        return None
    tx.locks.address(session.position_id, email)
    return tx.sessions.find_other_by_email(session.position_id, email, other_than=session.candidate_id)


def _email_in_use_sentence(whose: str) -> str:
    return (
        f"This e-mail address already belongs to the interview of {whose} in the same position."
        " Give each candidate an address of their own."
    )
