"""Retention: erase the people of sessions that have not changed for a set number of days, but never by a wrong clock.

A session is erased only if it is due by every clock: the wall clock, the monotonic clock since the start, and the
`Date` of upstream responses. Sessions that are due by the wall clock alone are held back. So are all of them while
more are due at once than may be erased without an operator's confirmation.
"""

from __future__ import annotations

import logging

from ...errors import Problem
from ...store.ports import Transaction
from ...system import logs
from ...system.clock import DAY_MS
from ..service import Service
from .erase import erase_old

#: Without an operator's confirmation, one round erases at most a tenth of all sessions, but always up to this many.
MIN_ERASED_AT_ONCE = 20
_SHARE_DIVISOR = 10
#: Clocks may differ by this much before it is reported.
_SLACK_MS = 5_000

_CLOCK_AHEAD = "the clock is ahead of the monotonic clock or of other systems"
_TIME_UNKNOWN = "the interview provider has not responded yet, so its time is unknown"
_TOO_MANY = "more sessions are due than may be erased without an operator's confirmation"


def erase_overdue(service: Service, retention_days: int, *, confirmed: bool = False) -> int:
    """Erase the people of sessions that have not changed for `retention_days`; return the number of sessions.

    `confirmed`: an operator has said that any number may be erased. The number of sessions held back is stored with
    the reason. Raises `STORE_UNAVAILABLE`.
    """
    kept_ms = retention_days * DAY_MS
    time_is_known = _is_time_known(service, kept_ms)
    with service.store.write() as tx:
        by_clock = _count_due(tx, service.clock.now_ms(), kept_ms)
        now_ms = service.trusted_clock.now_ms()
        due = _count_due(tx, now_ms, kept_ms)
        erased, why = 0, None
        if by_clock and not time_is_known:
            why = _TIME_UNKNOWN
        elif due and not confirmed and due > max_erased_at_once(tx):
            why = _TOO_MANY
        elif due:
            erased = erase_old(service, tx, now_ms - kept_ms, now_ms, limit=due)
        held = by_clock - erased
        if held and why is None and service.trusted_clock.ahead_ms() > _SLACK_MS:
            why = _CLOCK_AHEAD
        changed = tx.withheld_erasures.put(held if why else 0, why)
    if why and changed:
        logs.log_event("retention_held", logging.WARNING, sessions=held, why=why)
    if erased:
        service.store.scrub()
    return erased


def max_erased_at_once(tx: Transaction) -> int:
    """Return how many sessions one round may erase without an operator's confirmation."""
    return max(MIN_ERASED_AT_ONCE, tx.sessions.count_not_erased() // _SHARE_DIVISOR)


def count_overdue(service: Service, retention_days: int) -> int:
    """Return how many sessions are due by the wall clock."""
    with service.store.read() as tx:
        return _count_due(tx, service.clock.now_ms(), retention_days * DAY_MS)


def _count_due(tx: Transaction, now_ms: int, kept_ms: int) -> int:
    return tx.sessions.count_unchanged_since(now_ms - kept_ms, now_ms)


def _is_time_known(service: Service, kept_ms: int) -> bool:
    """Return whether a response of the provider has confirmed the time; send a request if any session is due."""
    provider = service.provider
    if provider.name == "demo" or service.trusted_clock.has_date_of(provider.name):
        return True
    with service.store.read() as tx:
        if not _count_due(tx, service.clock.now_ms(), kept_ms):
            return True
    try:
        provider.positions()
    except Problem:
        return service.trusted_clock.has_date_of(provider.name)
    return True
