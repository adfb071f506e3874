"""Opting out of messages: a candidate does so on the page of a link. It applies at once, to all jobs."""

from __future__ import annotations

from ...actor import Actor, ActorKind, acting
from ...lazy_dataclass import dataclass
from ...store.message_records import Recipient, address_hash
from ...store.outbox_records import Channel
from ...store.ports import Transaction
from ...store.session import Session
from ..service import Service, require_session


@dataclass(frozen=True)
class OptOut:
    """The state of an opt-out link. An erased person counts as opted out."""

    token: str
    session: Session
    is_out: bool


def find_opt_out(service: Service, pasted: str) -> OptOut:
    """Resolve an opt-out link without changing anything. Raises `OPT_OUT_LINK_INVALID`."""
    token, link = service.mail.opt_out_links.verify_pasted(pasted)
    with service.store.read() as tx:
        session = tx.sessions.get(link.subject_id)
        if session is None:
            raise service.mail.opt_out_links.unknown_link_problem()
        recipient = tx.recipients.get(session.candidate_id)
    return OptOut(token, session, recipient.opted_out_at is not None or session.erased_at is not None)


def opt_out(service: Service, pasted: str) -> OptOut:
    """Opt a candidate out for all jobs, and cancel waiting messages. Raises `OPT_OUT_LINK_INVALID`."""
    before = find_opt_out(service, pasted)
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        session = require_session(tx, before.session.session_id)
        if session.erased_at is None and tx.recipients.opt_out(
            session.candidate_id, address_hash(session.candidate_email), now_ms
        ):
            for session_id in {session.session_id, *tx.messages.ids_of_candidate(session.candidate_id)}:
                tx.outbox.cancel_of_session(session_id, [Channel.MAIL], now_ms)
            _record(tx, session, "opt_out.recorded", "opted_out", now_ms)
    return OptOut(before.token, session, True)


def opt_in(service: Service, pasted: str) -> OptOut:
    """Undo an opt-out. Raises `OPT_OUT_LINK_INVALID`."""
    before = find_opt_out(service, pasted)
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        session = require_session(tx, before.session.session_id)
        if session.erased_at is None and tx.recipients.opt_in(session.candidate_id):
            _record(tx, session, "opt_out.withdrawn", "opted_in", now_ms)
    return OptOut(before.token, session, session.erased_at is not None)


def wants_messages(recipient: Recipient, address: str, opted_out: set[str]) -> bool:
    """Whether neither the candidate nor anybody else with the address opted out. `opted_out` are address hashes."""
    return recipient.opted_out_at is None and address_hash(address) not in opted_out


def mail_problem(recipient: Recipient) -> str | None:
    """Why e-mail does not reach a candidate, as a sentence; None if no problem is known."""
    if recipient.opted_out_at is not None:
        return "Wants no messages."
    return None if recipient.bounce is None else f"A message came back: {recipient.bounce}."


def _record(tx: Transaction, session: Session, action: str, event: str, now_ms: int) -> None:
    tx.events.add(session.session_id, event, "candidate", now_ms)
    who = Actor(ActorKind.CANDIDATE, id=session.session_id, address=acting.get().address)
    about = {"candidate_id": session.candidate_id}
    tx.audit.append(who, action, "session", session.session_id, at_ms=now_ms, job_id=session.job_id, details=about)
