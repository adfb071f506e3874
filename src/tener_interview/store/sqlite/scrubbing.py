"""Scrubbing: nothing that was deleted stays readable in the bytes of the files. `scrub_debt` counts pending erasures.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable

from ..tables.dialect import SQLITE
from ..tables.pending_scrub import PendingScrub

#: How long a checkpoint waits for readers of the write-ahead log. Writers wait meanwhile.
_CHECKPOINT_TIMEOUT_MS = 30
#: Tries for a caller that waits for the scrub, and the pause in which others can write.
_TRIES = 8
PAUSE_S = 0.2


class Scrubber:
    """Rewrites the file after erasures, because SQLite leaves copies of moved rows in unused parts of pages.

    `beside_server`: a command, which makes no checkpoints beside the serving process. It scrubs only while nobody else
    has the file open, because only then can the journal mode change.
    """

    def __init__(self, db: sqlite3.Connection, *, beside_server: bool) -> None:
        self._db = db
        self._beside_server = beside_server
        #: The pending count that the last rewrite of the file covered.
        self._rewritten_for = 0
        #: Whether readers kept the log from being truncated at the last try.
        self._wal_is_in_use = False

    def retry(self, scrub: Callable[[], bool]) -> bool:
        """Try `scrub` until readers release the log; only once when a reader already kept it. Holds no write lock in
        between. Raises what `scrub` raises."""
        for _ in range(0 if self._wal_is_in_use else _TRIES - 1):
            if scrub():
                return True
            time.sleep(PAUSE_S)
        return scrub()

    def scrub(self) -> bool:
        """Return whether no scrub is pending any more. Raises sqlite3.Error; the scrub then stays pending."""
        pending = PendingScrub(self._db, SQLITE)
        erasures = pending.count()
        if not erasures:
            return True
        if not (self._rewrite_alone() if self._beside_server else self.rewrite_file(erasures)):
            return False
        pending.mark_done(erasures)
        self._rewritten_for = 0
        return True

    def rewrite_file(self, erasures: int) -> bool:
        """Rewrite the file once per pending count. While a reader such as Litestream keeps the log, only the checkpoint
        is repeated: another rewrite would make the log grow."""
        if self._wal_is_in_use and not truncate_wal(self._db, _CHECKPOINT_TIMEOUT_MS):
            return False
        if self._rewritten_for != erasures:
            self._db.execute("VACUUM")
            self._rewritten_for = erasures
        self._wal_is_in_use = not truncate_wal(self._db, _CHECKPOINT_TIMEOUT_MS)
        return not self._wal_is_in_use

    def _rewrite_alone(self) -> bool:
        if self._db.execute("PRAGMA journal_mode = DELETE").fetchone()[0] != "delete":
            return False
        self._db.execute("VACUUM")
        return bool(self._db.execute("PRAGMA journal_mode = WAL").fetchone()[0] == "wal")


def truncate_wal(db: sqlite3.Connection, timeout_ms: int) -> bool:
    """Copy the write-ahead log into the file and truncate it. Return False when readers keep it for longer."""
    previous_ms = db.execute("PRAGMA busy_timeout").fetchone()[0]
    db.execute(f"PRAGMA busy_timeout = {timeout_ms}")
    try:
        busy: int = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        db.execute(f"PRAGMA busy_timeout = {previous_ms}")
    return not busy
