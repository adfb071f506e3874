"""Retention: people from sessions in which nothing has moved for long are erased, but never because a clock is wrong.

What is erased is due by every time there is: the clock's, the one counted since the start, and that of other systems.
Whoever is due by the clock alone is held back, and so is everybody while many are due at once, until a person says so.
"""

from __future__ import annotations

import logging

from ...errors import Problem
from ...store.sqlite.database import Transaction
from ...system import logs
from ...system.clock import HOUR_MS
from ..service import Service
from .erase import erase_old

DAY_MS = 24 * HOUR_MS
#: Erased in one round without a person's word: a tenth of all sessions, and so many where there are few.
FEW = 20
_PART = 10
#: Time that clocks may differ by without anybody having to be told.
_SLACK_MS = 5_000

_CLOCK = "the clock is ahead of the time that was counted since the start, or of that of other systems"
_UNTOLD = "the interview provider has not answered yet, and so not said what time it is"
_MANY = "more are due at once than are erased without a person's word"


def erase_overdue(service: Service, retention_days: int, *, agreed: bool = False) -> int:
    """Erase the people of sessions in which nothing has moved for so many days; returns how many sessions.

    `agreed`: a person has said so, however many there are. Whoever is held back is put on record, and why. Raises
    `STORE_UNAVAILABLE`.
    """
    kept_ms = retention_days * DAY_MS
    time_is_known = _is_time_known(service, kept_ms)
    with service.store.write() as tx:
        by_clock = _due(tx, service.clock.now_ms(), kept_ms)
        now_ms = service.agreed_time.now_ms()
        due = _due(tx, now_ms, kept_ms)
        erased, why = 0, None
        if by_clock and not time_is_known:
            why = _UNTOLD
        elif due and not agreed and due > most_at_once(tx):
            why = _MANY
        elif due:
            erased = erase_old(service, tx, now_ms - kept_ms, now_ms, limit=due)
        held = by_clock - erased
        if held and why is None and service.agreed_time.ahead_ms() > _SLACK_MS:
            why = _CLOCK
        changed = tx.retention.put(held if why else 0, why)
    if why and changed:
        logs.log_event("retention_held", logging.WARNING, sessions=held, why=why)
    if erased:
        service.store.scrub()
    return erased


def most_at_once(tx: Transaction) -> int:
    """How many sessions are erased in one round without a person's word."""
    return max(FEW, tx.sessions.count_not_erased() // _PART)


def overdue(service: Service, retention_days: int) -> int:
    """How many sessions are due by the clock."""
    with service.store.read() as tx:
        return _due(tx, service.clock.now_ms(), retention_days * DAY_MS)


def _due(tx: Transaction, now_ms: int, kept_ms: int) -> int:
    return tx.sessions.count_unchanged_since(now_ms - kept_ms, now_ms)


def _is_time_known(service: Service, kept_ms: int) -> bool:
    """Whether the provider, where it is another system, has answered to this process; asked where somebody is due."""
    provider = service.provider
    if provider.name == "demo" or service.agreed_time.has_date_of(provider.name):
        return True
    with service.store.read() as tx:
        if not _due(tx, service.clock.now_ms(), kept_ms):
            return True
    try:
        provider.positions()
    except Problem:
        return service.agreed_time.has_date_of(provider.name)
    return True
