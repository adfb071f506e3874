"""What happens to an entry link: opened by the candidate, renewed or withdrawn by the recruiter."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import Problem
from ..store.sessions import Session
from .life import replace_link, set_life
from .refresh import found_session
from .service import Service, move
from .states import FINISHED, REPLACEABLE, Status


@dataclass(frozen=True)
class OpenLink:
    """A link that is good, and where it leads."""

    session: Session
    candidate_url: str


def look_up(service: Service, token: str) -> OpenLink:
    """Where a link leads, without opening it or changing anything.

    Raises `INTERVIEW_TOKEN_INVALID`, `INTERVIEW_LINK_EXPIRED`, `INTERVIEW_LINK_REVOKED`. The signature is verified
    before the database is asked anything.
    """
    link = service.links.verify(token)
    with service.store.read() as tx:
        session = tx.sessions.get(link.subject_id)
    if session is None:
        raise Problem("INTERVIEW_TOKEN_INVALID", "This interview link is not known. Ask the recruiter for a new one.")
    language = {"language": session.language}
    withdrawn = session.status in REPLACEABLE or session.erased_at is not None
    if link.serial != session.link_serial or withdrawn:
        raise Problem(
            "INTERVIEW_LINK_REVOKED", "This interview link was withdrawn. Ask the recruiter for a new one.", language
        )
    if session.link_expires_at <= service.clock.now_ms():
        raise Problem(
            "INTERVIEW_LINK_EXPIRED", "This interview link has run out. Ask the recruiter to extend it.", language
        )
    if session.candidate_url is None:
        raise Problem(
            "INTERVIEW_PROVIDER_UNAVAILABLE",
            "This interview is still being prepared. Try the link again in a few minutes.",
            language,
            headers={"Retry-After": "60"},
        )
    return OpenLink(session, session.candidate_url)


def open_link(service: Service, token: str) -> OpenLink:
    """Open a link: the interview is in progress from now on. Raises what `look_up` raises."""
    try:
        link = look_up(service, token)
    except Problem as problem:
        if problem.code == "INTERVIEW_LINK_EXPIRED":
            _mark_expired(service, service.links.verify(token).subject_id)
        raise
    if link.session.status == Status.INVITED:
        now_ms = service.clock.now_ms()
        with service.store.write() as tx:
            move(tx, link.session, Status.IN_PROGRESS, "link_opened", "candidate", now_ms, started_at=now_ms)
    return link


def _mark_expired(service: Service, session_id: str) -> None:
    """The candidate never began and the link ran out, unless it was renewed just now."""
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        session = found_session(tx, session_id)
        if session.status == Status.INVITED and session.link_expires_at <= now_ms:
            move(tx, session, Status.EXPIRED, "expired", "system", now_ms)


def renew(service: Service, session_id: str, ttl_hours: int | None, *, revoke: bool = False) -> Session:
    """Let a session's link live for so long from now; with `revoke`, give it another and withdraw the one it has.

    Raises `INTERVIEW_ALREADY_FINISHED`, `INTERVIEW_LINK_REVOKED`.
    """
    with service.store.write() as tx:
        session = found_session(tx, session_id)
        _refuse_finished(session)
        if session.status in REPLACEABLE:
            raise Problem(
                "INTERVIEW_LINK_REVOKED",
                f"This session is {session.status}. Start the candidate again to get a new session and link.",
                {"session_id": session_id, "status": session.status},
            )
        (replace_link if revoke else set_life)(service, tx, session, ttl_hours, "recruiter")
        return found_session(tx, session_id)


def cancel(service: Service, session_id: str) -> Session:
    """Withdraw a session's link for good. Doing it twice is doing it once. Raises `INTERVIEW_ALREADY_FINISHED`."""
    with service.store.write() as tx:
        session = found_session(tx, session_id)
        _refuse_finished(session)
        if session.status not in REPLACEABLE:
            move(tx, session, Status.CANCELED, "canceled", "recruiter", service.clock.now_ms())
        return found_session(tx, session_id)


def _refuse_finished(session: Session) -> None:
    if session.status in FINISHED:
        raise Problem(
            "INTERVIEW_ALREADY_FINISHED",
            "The candidate has already finished this interview.",
            {"session_id": session.session_id, "status": session.status},
        )
