"""A transaction that has the right to write from its first statement on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress

#: SQLite's busy handler looks ever more seldom, and beside a process that writes all the time it then hardly ever meets
#: a gap. Begun anew so often, it keeps looking.
BUSY_SLICE_MS = 20


@contextmanager
def immediate_transaction(db: sqlite3.Connection, busy_timeout_s: float) -> Iterator[None]:
    """BEGIN IMMEDIATE: a deferred transaction that turns to writing can fail at once, whatever the time-out."""
    # One that could not be rolled back, when the disk failed, would be in the way of all others.
    _roll_back(db)
    _begin(db, tries=max(1, round(busy_timeout_s * 1000 / BUSY_SLICE_MS)))
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        _roll_back(db)
        raise


def _begin(db: sqlite3.Connection, tries: int) -> None:
    for left in reversed(range(tries)):
        try:
            db.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as fault:
            busy = getattr(fault, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or not left:
                raise
        else:
            return


def _roll_back(db: sqlite3.Connection) -> None:
    with suppress(sqlite3.Error):
        if db.in_transaction:
            db.execute("ROLLBACK")
