"""Replay: what has happened since a backup was made is done again to it, as far as it must not be undone.

Who was erased is erased, links, sessions and shares that were taken back stay so, and nobody is signed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..store.database import Store, Transaction
from ..store.erased import Erasure
from ..store.former import Former
from .erase import erase_restored
from .service import move
from .states import Status, may_go


@dataclass
class Replayed:
    """What was done again: sessions erased and how many people they were of, links and shares taken back."""

    erased_sessions: int = 0
    erased_people: int = 0
    revoked: int = 0


def replay(draft: Path, former: Former, erasures: list[Erasure], now_ms: int) -> Replayed:
    """Do it to a copy that nobody has open. Raises StoreRefused and `STORE_UNAVAILABLE`."""
    store = Store(draft)
    try:
        with store.write() as tx:
            erased = erase_restored(tx, erasures, former.alive, now_ms)
            revoked = _take_back(tx, former, now_ms)
            tx.logins.clear()
            # The copy is written anew before it takes its place.
            tx.scrubs.pay(tx.scrubs.owed())
    finally:
        store.close()
    return Replayed(len(erased), len({each.candidate_id for each in erased}), revoked)


def _take_back(tx: Transaction, former: Former, now_ms: int) -> int:
    """Links of a lower number are revoked; those that were sent in their place are the good ones again."""
    links = sum(tx.sessions.revoke_links_before(**link._asdict()) for link in former.links)
    sessions = 0
    for session_id in former.canceled:
        session = tx.sessions.get(session_id)
        if session is not None and session.erased_at is None and may_go(session.status, Status.CANCELED):
            sessions += move(tx, session, Status.CANCELED, "canceled", "system", now_ms)
    shares = sum(tx.shares.revoke_as(*share) for share in former.revoked_shares)
    return links + sessions + shares
