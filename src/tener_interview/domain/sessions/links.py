"""Interview links: the candidate opens one and begins; the recruiter extends, replaces or withdraws it.

The session holds the expiry, not the URL. So a link that was sent keeps working when it is extended, and its URL
changes only if the recruiter asks for a new link.
"""

from __future__ import annotations

from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...store.erasure_log import Revocation
from ...store.event_records import EventCause
from ...store.ports import Transaction
from ...store.session import Session
from ...system.clock import iso_utc
from ..audit.recording import record_action
from ..privacy.erasure_log import append_to_erasure_log
from ..service import Service, require_session
from .status import FINISHED, REPLACEABLE, Status, transition

#: Opening the link or beginning moves these to `in_progress`; a session may have expired because the clock was wrong.
_BEFORE_BEGINNING = (Status.INVITED, Status.EXPIRED)


@dataclass(frozen=True)
class OpenLink:
    """A valid link and its target; `candidate_url` is None if the interview is finished.

    `awaits_consent`: the candidate has to agree to the notice of the job first.
    """

    token: str
    session: Session
    candidate_url: str | None
    awaits_consent: bool = False


def resolve_link(service: Service, pasted: str) -> OpenLink:
    """Resolve a link, possibly altered by mail or chat, to its session without changing anything.

    Raises `INTERVIEW_TOKEN_INVALID`, `INTERVIEW_LINK_EXPIRED`, `INTERVIEW_LINK_REVOKED`. The signature is verified
    before the database is read. A candidate who has begun may continue after the link expired.
    """
    token, link = service.links.verify_pasted(pasted)
    with service.store.read() as tx:
        session = tx.sessions.get(link.subject_id)
        awaits_consent = link.subject_id in tx.consents.missing([link.subject_id])
    if session is None:
        raise Problem("INTERVIEW_TOKEN_INVALID", "This interview link is not known. Ask the recruiter for a new one.")
    language = {"language": session.language}
    withdrawn = session.status in REPLACEABLE or session.erased_at is not None
    if link.serial != session.link.serial or withdrawn:
        raise Problem(
            "INTERVIEW_LINK_REVOKED", "This interview link was withdrawn. Ask the recruiter for a new one.", language
        )
    if session.status in FINISHED:
        return OpenLink(token, session, None, awaits_consent)
    # A candidate who began in time may continue.
    if session.first_activity_at is None and session.link.expires_at <= service.clock.now_ms():
        raise Problem(
            "INTERVIEW_LINK_EXPIRED", "This interview link has expired. Ask the recruiter to extend it.", language
        )
    if session.candidate_url is None:
        raise Problem(
            "INTERVIEW_PROVIDER_UNAVAILABLE",
            "This interview is still being prepared. Try the link again in a few minutes.",
            language,
            headers={"Retry-After": "60"},
        )
    return OpenLink(token, session, session.candidate_url, awaits_consent)


def record_visit(service: Service, pasted: str) -> OpenLink:
    """Resolve a link and record its first opening. Raises what `resolve_link` raises."""
    link = _resolve_and_expire(service, pasted)
    if link.session.opened_at is None and link.candidate_url is not None:
        now_ms = service.clock.now_ms()
        with service.store.write() as tx:
            if tx.sessions.update_if(link.session.session_id, {"opened_at": None}, opened_at=now_ms, updated_at=now_ms):
                tx.events.add(link.session.session_id, "link_opened", "candidate", now_ms)
    return link


def open_link(service: Service, pasted: str) -> OpenLink:
    """Open a link that leads straight to the interview, now in progress. Raises what `resolve_link` raises."""
    link = _resolve_and_expire(service, pasted)
    session = link.session
    if session.status in _BEFORE_BEGINNING and not link.awaits_consent:
        now_ms = service.clock.now_ms()
        times = {"in_progress_at": now_ms, "opened_at": session.opened_at or now_ms}
        with service.store.write() as tx:
            transition(tx, session, Status.IN_PROGRESS, "link_opened", "candidate", now_ms, **times)
    return link


def begin(service: Service, pasted: str) -> OpenLink:
    """Begin the interview, as the landing page's button does. Raises what `resolve_link` raises."""
    link = _resolve_and_expire(service, pasted)
    session, now_ms = link.session, service.clock.now_ms()
    if link.candidate_url is None or session.first_activity_at is not None or link.awaits_consent:
        return link
    times = {"first_activity_at": now_ms, "opened_at": session.opened_at or now_ms}
    with service.store.write() as tx:
        if session.status in _BEFORE_BEGINNING:
            transition(tx, session, Status.IN_PROGRESS, "begun", "candidate", now_ms, in_progress_at=now_ms, **times)
        elif tx.sessions.update_if(session.session_id, {"first_activity_at": None}, updated_at=now_ms, **times):
            tx.events.add(session.session_id, "begun", "candidate", now_ms)
    return link


def _resolve_and_expire(service: Service, pasted: str) -> OpenLink:
    try:
        return resolve_link(service, pasted)
    except Problem as problem:
        if problem.code == "INTERVIEW_LINK_EXPIRED":
            _, link = service.links.verify_pasted(pasted)
            _mark_expired(service, link.subject_id)
        raise


def _mark_expired(service: Service, session_id: str) -> None:
    """Mark an unopened session as expired, unless its link was extended just now."""
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        session = require_session(tx, session_id)
        if session.status == Status.INVITED and session.link.expires_at <= now_ms:
            transition(tx, session, Status.EXPIRED, "expired", "system", now_ms)


def renew(service: Service, session_id: str, ttl_hours: int | None, *, revoke: bool = False) -> Session:
    """Extend a session's link from now; with `revoke`, replace it and withdraw the old one.

    Raises `INTERVIEW_ALREADY_FINISHED`, `INTERVIEW_LINK_REVOKED`, `STORE_UNAVAILABLE`.
    """
    with service.store.write() as tx:
        session = require_session(tx, session_id)
        _refuse_finished(session)
        if session.status in REPLACEABLE:
            raise Problem(
                "INTERVIEW_LINK_REVOKED",
                f"This session is {session.status}. Start the candidate again to get a new session and link.",
                {"session_id": session_id, "status": session.status},
            )
        (replace_link if revoke else set_link_expiry)(service, tx, session, ttl_hours, "recruiter")
        return require_session(tx, session_id)


def cancel(service: Service, session_id: str) -> Session:
    """Withdraw a session's link for good. Idempotent.

    Raises `INTERVIEW_ALREADY_FINISHED` and `STORE_UNAVAILABLE`.
    """
    with service.store.write() as tx:
        session = require_session(tx, session_id)
        _refuse_finished(session)
        now_ms = service.clock.now_ms()
        if session.status not in REPLACEABLE and transition(
            tx, session, Status.CANCELED, "canceled", "recruiter", now_ms
        ):
            append_to_erasure_log(service.store, tx, Revocation("session", session_id, session.link.serial, now_ms))
        return require_session(tx, session_id)


def _refuse_finished(session: Session) -> None:
    if session.status in FINISHED:
        raise Problem(
            "INTERVIEW_ALREADY_FINISHED",
            "The candidate has already finished this interview.",
            {"session_id": session.session_id, "status": session.status},
        )


#: A new expiry this close to the old one comes from a repeated request.
_SAME_EXPIRY_MS = 60_000


def set_link_expiry(
    service: Service, tx: Transaction, session: Session, ttl_hours: int | None, caused_by: EventCause
) -> bool:
    """Set the expiry of the same link; an expired session becomes `invited` again. Return whether anything changed.

    Without `ttl_hours` the configured time applies, and the expiry never moves earlier.
    """
    expires_at = service.link_expiry(ttl_hours)
    if ttl_hours is None:
        expires_at = max(expires_at, session.link.expires_at)
    if abs(expires_at - session.link.expires_at) < _SAME_EXPIRY_MS and session.status != Status.EXPIRED:
        return False
    event = "link_extended" if expires_at >= session.link.expires_at else "link_shortened"
    return _set_expiry(service, tx, session, event, caused_by, expires_at, {})


def replace_link(
    service: Service, tx: Transaction, session: Session, ttl_hours: int | None, caused_by: EventCause
) -> bool:
    """Give a session a new link and revoke the old one; False if another writer changed the session meanwhile.

    Raises `STORE_UNAVAILABLE`.
    """
    expires_at, serial = service.link_expiry(ttl_hours), session.link.serial + 1
    new_link = {"link_serial": serial, "link_signed_expires_at": expires_at}
    replaced = _set_expiry(service, tx, session, "link_replaced", caused_by, expires_at, new_link)
    if replaced:
        now_ms = service.clock.now_ms()
        append_to_erasure_log(
            service.store, tx, Revocation("link", session.session_id, serial, now_ms, expires_at, expires_at)
        )
    return replaced


def _set_expiry(
    service: Service, tx: Transaction, session: Session, event: str, caused_by: EventCause, expires_at: int,
    new_link: dict[str, int],
) -> bool:
    now_ms = service.clock.now_ms()
    columns = {"link_expires_at": expires_at, **new_link}
    if session.status == Status.EXPIRED and expires_at > now_ms:
        changed = transition(tx, session, Status.INVITED, event, caused_by, now_ms, **columns)
        if changed:
            record_action(tx, "session.link_changed", session, now_ms, {"event": event, "until": expires_at})
        return changed
    expected = {"status": session.status, "link_serial": session.link.serial}
    if not tx.sessions.update_if(session.session_id, expected, updated_at=now_ms, next_sync_at=now_ms, **columns):
        return False
    tx.events.add(session.session_id, event, caused_by, now_ms, until=iso_utc(expires_at))
    record_action(tx, "session.link_changed", session, now_ms, {"event": event, "until": expires_at})
    return True
