"""Scrubbing: nothing of what was deleted stays readable in the bytes of the files; `scrub_debt` says what is owed."""

from __future__ import annotations

import sqlite3

#: How long readers may keep the write-ahead log from being emptied after an erasure.
_PATIENCE_MS = 2_000


class ScrubDebt:
    """Counts them inside one transaction; what deletes also owes, so that a crash between the two forgets nothing."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def owe(self) -> None:
        self._db.execute("UPDATE scrub_debt SET erasures = erasures + 1")

    def owed(self) -> int:
        return int(self._db.execute("SELECT erasures FROM scrub_debt").fetchone()[0])

    def pay(self, erasures: int) -> None:
        """Those that were owed when a scrub began; others may have come since."""
        self._db.execute("UPDATE scrub_debt SET erasures = max(erasures - ?, 0)", (erasures,))


def rewrite(db: sqlite3.Connection) -> bool:
    """Write every page anew, because a split leaves in their unused parts what was moved, and empty the log; whether
    readers let go of it. Raises sqlite3.Error."""
    db.execute("VACUUM")
    return empty_log(db, _PATIENCE_MS)


def rewrite_alone(db: sqlite3.Connection) -> bool:
    """The same beside a process that serves, which is to be the only one that makes checkpoints: done only where nobody
    else has the file open, which is when its mode can be changed. Raises sqlite3.Error."""
    if db.execute("PRAGMA journal_mode = DELETE").fetchone()[0] != "delete":
        return False
    db.execute("VACUUM")
    return bool(db.execute("PRAGMA journal_mode = WAL").fetchone()[0] == "wal")


def empty_log(db: sqlite3.Connection, patience_ms: int) -> bool:
    """Copy the write-ahead log into the file and cut it to nothing, if readers let go of it in time; whether they did.
    """
    former_ms = db.execute("PRAGMA busy_timeout").fetchone()[0]
    db.execute(f"PRAGMA busy_timeout = {patience_ms}")
    try:
        busy: int = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        db.execute(f"PRAGMA busy_timeout = {former_ms}")
    return not busy
