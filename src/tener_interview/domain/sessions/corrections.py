"""Correcting what a session says of its candidate: name, e-mail address, language.

The provider has no way to change an interview that was made. So what is corrected is this service's own record, and
every answer says so, field by field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...errors import Problem
from ...store.session import Session
from ...store.sqlite.database import Transaction
from ..candidates.names import is_named, tidy_name
from ..service import Service

SERVICE, PROVIDER = "service", "provider"

#: What the provider was told of a candidate when the interview was made, and what it does with it.
_UNCHANGED_AT_PROVIDER = {
    "candidate_name": "it goes on greeting the candidate by the name in the invitation",
    "candidate_email": "the interview there stays under the address in the invitation, to which nothing is sent",
}


@dataclass(frozen=True)
class Correction:
    """One field in one place, `service` or `provider`: whether it is corrected there, and why not."""

    field: str
    applied: bool
    where: str
    why: str | None = None


def correct(
    service: Service, session: Session, wanted: Mapping[str, str | None]
) -> tuple[Session, tuple[Correction, ...]]:
    """Correct a session's `candidate_name`, `candidate_email` and `language`, where they are named in `wanted`.

    Only the language may be None, which says that it is not known. Raises `CANDIDATE_ERASED`,
    `CANDIDATE_EMAIL_IN_USE` and `VALIDATION_FAILED` for a name that shows nothing.
    """
    with service.store.write() as tx:
        session = _reload(tx, session)
        if session.erased_at is not None:
            raise Problem(
                "CANDIDATE_ERASED", "This candidate was erased, so that there is nothing left to correct.",
                {"session_id": session.session_id},
            )
        owner = _owner_of(tx, session, wanted.get("candidate_email"))
        if owner is not None:
            # Whoever keeps this answer keeps something about both.
            of_both = {"session_id": session.session_id, "owner_session_id": owner.session_id}
            whose = f"{owner.candidate_name} (candidate {owner.candidate_id})"
            raise Problem(
                "CANDIDATE_EMAIL_IN_USE", _email_in_use(whose), {"candidate_id": owner.candidate_id, **of_both}
            )
        made = _apply(service, tx, session, wanted, "recruiter")
        return _reload(tx, session), made


def correct_by_start(
    service: Service, tx: Transaction, session: Session, wanted: Mapping[str, Any], source: str
) -> tuple[Correction, ...]:
    """The same for a candidate who is started again with other details: what cannot be taken is said, not refused.

    A name that stands for none, as of somebody whose name the source does not know, takes the place of no other.
    """
    if not is_named(wanted.get("candidate_name"), session.candidate_id):
        wanted = {name: value for name, value in wanted.items() if name != "candidate_name"}
    owner = _owner_of(tx, session, wanted.get("candidate_email"))
    if owner is None:
        return _apply(service, tx, session, wanted, source)
    rest = {name: value for name, value in wanted.items() if name != "candidate_email"}
    why = _email_in_use(f"candidate {owner.candidate_id}")
    refused = Correction("candidate_email", applied=False, where=SERVICE, why=why)
    return (*_apply(service, tx, session, rest, source), refused)


def _apply(
    service: Service, tx: Transaction, session: Session, wanted: Mapping[str, Any], source: str
) -> tuple[Correction, ...]:
    named = {**wanted, "candidate_name": _corrected_name(session, wanted)} if "candidate_name" in wanted else wanted
    changes = {name: value for name, value in named.items() if value != getattr(session, name)}
    if not changes:
        return ()
    now_ms = service.clock.now_ms()
    expected = {"erased_at": None, **{name: getattr(session, name) for name in changes}}
    if tx.sessions.update_if(session.session_id, expected, updated_at=now_ms, **changes):
        tx.events.add(session.session_id, "details_corrected", source, now_ms, fields=sorted(changes))
    made = [Correction(name, applied=True, where=SERVICE) for name in changes]
    if session.invitation_id is not None:
        who = "Hireflix" if session.provider == "hireflix" else "The pretend Hireflix"
        made += [
            Correction(name, applied=False, where=PROVIDER, why=f"{who} cannot change an invitation: {what}.")
            for name, what in _UNCHANGED_AT_PROVIDER.items() if name in changes
        ]
    return tuple(made)


def _corrected_name(session: Session, wanted: Mapping[str, Any]) -> str:
    name = tidy_name(wanted["candidate_name"], session.candidate_id)
    if name == tidy_name(None, session.candidate_id) != wanted["candidate_name"].strip():
        fault = "must have a character that shows"
        raise Problem("VALIDATION_FAILED", f"The name {fault}.", {"fields": {"candidate_name": fault}})
    return name


def _owner_of(tx: Transaction, session: Session, email: str | None) -> Session | None:
    """Another candidate whose interview in the same position is under this address."""
    return (
        tx.sessions.find_other_by_email(session.position_id, email, other_than=session.candidate_id) if email else None
    )


def _reload(tx: Transaction, session: Session) -> Session:
    now = tx.sessions.get(session.session_id)
    if now is None:
        raise LookupError(session.session_id)
    return now


def _email_in_use(whose: str) -> str:
    return (
        f"This e-mail address already belongs to the interview of {whose} in the same position."
        " Give each candidate an address of their own."
    )
