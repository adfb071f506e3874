"""How long an entry link can be opened, and how one takes another's place.

The link's address does not say when it runs out: the session does. So a link that was sent stays good when its life is
made longer, and only somebody who asks for another link gets one.
"""

from __future__ import annotations

from ...store.erased import Revocation
from ...store.sqlite.database import Transaction
from ...store.sqlite.sessions import Session
from ...system.clock import iso_utc
from ..privacy.tombstones import put_on_list
from ..service import Service
from .states import Status, transition

#: A new end this close to the old one is the same request sent again.
_SAME_END_MS = 60_000


def set_link_expiry(service: Service, tx: Transaction, session: Session, ttl_hours: int | None, source: str) -> bool:
    """Let the same link live for so long from now; a session that had expired is invited again.

    Without `ttl_hours` the settings say how long, and no life becomes shorter. False if nothing was to be changed.
    """
    expires_at = service.link_expiry(ttl_hours)
    if ttl_hours is None:
        expires_at = max(expires_at, session.link_expires_at)
    if abs(expires_at - session.link_expires_at) < _SAME_END_MS and session.status != Status.EXPIRED:
        return False
    event = "link_extended" if expires_at >= session.link_expires_at else "link_shortened"
    return _write(service, tx, session, event, source, expires_at, {})


def replace_link(service: Service, tx: Transaction, session: Session, ttl_hours: int | None, source: str) -> bool:
    """Give a session another link; the one that was sent is revoked. False if it changed meanwhile.

    Raises `STORE_UNAVAILABLE`.
    """
    expires_at, serial = service.link_expiry(ttl_hours), session.link_serial + 1
    fresh = {"link_serial": serial, "link_signed_expires_at": expires_at}
    replaced = _write(service, tx, session, "link_replaced", source, expires_at, fresh)
    if replaced:
        now_ms = service.clock.now_ms()
        put_on_list(service.store, Revocation("link", session.session_id, serial, now_ms, expires_at, expires_at))
    return replaced


def _write(
    service: Service, tx: Transaction, session: Session, event: str, source: str, expires_at: int,
    fresh: dict[str, int],
) -> bool:
    now_ms = service.clock.now_ms()
    columns = {"link_expires_at": expires_at, **fresh}
    if session.status == Status.EXPIRED and expires_at > now_ms:
        return transition(tx, session, Status.INVITED, event, source, now_ms, **columns)
    expected = {"status": session.status, "link_serial": session.link_serial}
    if not tx.sessions.change(session.session_id, expected, updated_at=now_ms, next_sync_at=now_ms, **columns):
        return False
    tx.events.add(session.session_id, event, source, now_ms, until=iso_utc(expires_at))
    return True
