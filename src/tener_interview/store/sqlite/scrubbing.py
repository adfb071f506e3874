"""Scrubbing: nothing of what was deleted stays readable in the bytes of the files; `scrub_debt` says what is owed."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable

from .table import Table

#: How long readers may keep the write-ahead log, while those who write wait.
_PATIENCE_MS = 30
#: How often whoever waits for an erasure has it tried, and how long others may write in between.
_TRIES = 8
_PAUSE_S = 0.2


class PendingScrub(Table):
    """Counts them inside one transaction; what deletes also owes, so that a crash between the two forgets nothing."""

    def request(self) -> None:
        """Whatever the row says, or where somebody took it away."""
        self._db.execute(
            "INSERT INTO scrub_debt (id, erasures) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET"
            " erasures = CASE WHEN erasures BETWEEN 0 AND 1000000000 THEN erasures ELSE 0 END + 1"
        )

    def count(self) -> int:
        return int(self._db.execute("SELECT coalesce(max(erasures), 0) FROM scrub_debt").fetchone()[0])

    def mark_done(self, erasures: int) -> None:
        """Those that were owed when a scrub began; others may have come since."""
        self._db.execute("UPDATE scrub_debt SET erasures = max(erasures - ?, 0)", (erasures,))


class Scrubber:
    """Writes a file anew where an erasure owes it, because a page split leaves in unused parts what was moved.

    `alone`: for a guest, who makes no checkpoint beside the process that serves. It scrubs only a file that nobody else
    has open, which is when its mode can be changed.
    """

    def __init__(self, db: sqlite3.Connection, *, alone: bool) -> None:
        self._db = db
        self._alone = alone
        #: The debt after which the file was written anew.
        self._rewritten = 0
        #: Somebody kept the log when it was last tried.
        self._log_is_kept = False

    def patiently(self, scrub: Callable[[], bool]) -> bool:
        """Have it tried until readers let go of the log: once for a reader who stays, and with no turn to write held in
        between. Raises what `scrub` raises."""
        for _ in range(0 if self._log_is_kept else _TRIES - 1):
            if scrub():
                return True
            time.sleep(_PAUSE_S)
        return scrub()

    def scrub(self) -> bool:
        """Whether nothing is owed any more. Raises sqlite3.Error; the debt stays then."""
        debt = PendingScrub(self._db)
        owed = debt.count()
        if not owed:
            return True
        if not (self._rewrite_alone() if self._alone else self.rewrite_file(owed)):
            return False
        debt.mark_done(owed)
        self._rewritten = 0
        return True

    def rewrite_file(self, owed: int) -> bool:
        """Once for what is owed: while somebody keeps the log, as Litestream does, only the log is tried again, since a
        file written anew into it would make it grow."""
        if self._log_is_kept and not truncate_wal(self._db, _PATIENCE_MS):
            return False
        if self._rewritten != owed:
            self._db.execute("VACUUM")
            self._rewritten = owed
        self._log_is_kept = not truncate_wal(self._db, _PATIENCE_MS)
        return not self._log_is_kept

    def _rewrite_alone(self) -> bool:
        if self._db.execute("PRAGMA journal_mode = DELETE").fetchone()[0] != "delete":
            return False
        self._db.execute("VACUUM")
        return bool(self._db.execute("PRAGMA journal_mode = WAL").fetchone()[0] == "wal")


def truncate_wal(db: sqlite3.Connection, patience_ms: int) -> bool:
    """Copy the write-ahead log into the file and truncate it. Return False when readers keep it for longer."""
    former_ms = db.execute("PRAGMA busy_timeout").fetchone()[0]
    db.execute(f"PRAGMA busy_timeout = {patience_ms}")
    try:
        busy: int = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        db.execute(f"PRAGMA busy_timeout = {former_ms}")
    return not busy
