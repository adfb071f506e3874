"""Transactions: one that may write from its first statement on, and one that only reads."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

#: SQLite's busy handler polls ever less often and then hardly finds a gap beside a process that writes all the time.
#: Restarting it in slices of this length keeps it polling.
BUSY_SLICE_MS = 20


@contextmanager
def immediate_transaction(db: sqlite3.Connection, busy_timeout_s: float) -> Iterator[None]:
    """BEGIN IMMEDIATE. A deferred transaction that turns to writing can fail at once, whatever the time-out."""
    # A transaction whose rollback failed with the disk would block all later ones.
    _roll_back(db)
    _begin(db, give_up_at=time.monotonic() + busy_timeout_s)
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        _roll_back(db)
        raise


@contextmanager
def one_view(db: sqlite3.Connection) -> Iterator[None]:
    """Let everything in a block be read from the same state of the file."""
    is_outermost = not db.in_transaction
    if is_outermost:
        db.execute("BEGIN")
    try:
        yield
    finally:
        if is_outermost:
            db.execute("ROLLBACK")


def _begin(db: sqlite3.Connection, give_up_at: float) -> None:
    """Begin, by a monotonic time: on a busy computer a slice takes twice as long as it should."""
    while True:
        try:
            db.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as fault:
            is_busy = getattr(fault, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
            if not is_busy or time.monotonic() >= give_up_at:
                raise
        else:
            return


def _roll_back(db: sqlite3.Connection) -> None:
    with suppress(sqlite3.Error):
        if db.in_transaction:
            db.execute("ROLLBACK")
