"""Replay: what has happened since a backup was made is done again to it, as far as it must not be undone.

Who was erased is erased, links, sessions and shares that were taken back stay so, and nobody is signed in.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...store.erasure_log import Erasure, Revocation
from ...store.maintenance import PreviousDatabase
from ...store.ports import Store, Transaction
from ..sessions.states import Status, can_transition, transition
from .erase import erase_restored


@dataclass
class Replayed:
    """What was done again: sessions erased and how many people they were of, links and shares taken back."""

    erased_sessions: int = 0
    erased_people: int = 0
    revoked: int = 0


def replay(copy: Store, former: PreviousDatabase, erasures: list[Erasure], now_ms: int) -> Replayed:
    """Do it to a copy that nobody else has open. Raises `STORE_UNAVAILABLE`."""
    with copy.write() as tx:
        erased = erase_restored(tx, erasures, former.unerased_ids, now_ms)
        revoked = sum(_take_back(tx, revocation, now_ms) for revocation in former.revocations)
        tx.logins.clear()
        # The copy is written anew before it takes its place.
        tx.pending_scrub.mark_done(tx.pending_scrub.count())
    return Replayed(len(erased), len({erasure.candidate_id for erasure in erased}), revoked)


def _take_back(tx: Transaction, revocation: Revocation, now_ms: int) -> bool:
    """Links of a lower number are revoked; those that were sent in their place are the good ones again."""
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
