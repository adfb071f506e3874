"""Replay: repeat on a restored backup the erasures and revocations that happened after it was made.

Erased people are erased, revoked links, sessions and shares are revoked, and everybody is signed out.
"""

from __future__ import annotations

from ...lazy_dataclass import dataclass
from ...store.erasure_log import Erasure, Revocation
from ...store.maintenance import ReplacedDatabaseFacts
from ...store.ports import Transaction, Writable
from ..audit.recording import record_restore
from ..sessions.status import Status, can_transition, transition
from .erase import erase_restored


@dataclass
class Replayed:
    """The numbers of sessions and people that were erased again, and of links and shares that were revoked again."""

    erased_sessions: int = 0
    erased_people: int = 0
    revoked: int = 0


def replay(copy: Writable, previous: ReplacedDatabaseFacts, erasures: list[Erasure], now_ms: int) -> Replayed:
    """Replay on a copy that is not in use. Raises `STORE_UNAVAILABLE`."""
    with copy.write() as tx:
        erased = erase_restored(tx, erasures, previous.unerased_ids, now_ms)
        revoked = sum(_revoke_again(tx, revocation, now_ms) for revocation in previous.revocations)
        tx.logins.clear()
        tx.users.remove_links()
        tx.outbox.hold_after_restore(now_ms)
        record_restore(tx, previous, now_ms)
        # The copy is rewritten before it replaces the database, so there is nothing to scrub.
        tx.pending_scrub.mark_done(tx.pending_scrub.count())
    return Replayed(len(erased), len({session.candidate_id for session in erased}), revoked)


def _revoke_again(tx: Transaction, revocation: Revocation, now_ms: int) -> bool:
    """Repeat a revocation. Links with lower serials are revoked; the replacement that was sent works again."""
    subject_id, serial = revocation.subject_id, revocation.serial
    if revocation.kind == "link":
        return tx.sessions.revoke_links_before(
            subject_id, link_serial=serial, link_signed_expires_at=revocation.signed_until_ms,
            link_expires_at=revocation.until_ms,
        )
    if revocation.kind == "share":
        return tx.shares.replay_revocation(subject_id, revocation.at_ms, serial)
    session = tx.sessions.get(subject_id) if revocation.kind == "session" else None
    if session is None or session.erased_at is not None or not can_transition(session.status, Status.CANCELED):
        return False
    return transition(tx, session, Status.CANCELED, "canceled", "system", now_ms)
