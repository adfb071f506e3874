"""The SQLite file: one writer connection behind a lock, read-only connections for readers, and its transactions.

One writer that is also the only checkpointer keeps clear, inside one process, of the WAL-reset bug of SQLite before
3.51.3 (sqlite.org/wal.html#walresetbug). `synchronous=FULL`: an invitation that was acknowledged survives a power cut.
"""

from __future__ import annotations

import logging
import shlex
import sqlite3
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from ...errors import Problem
from ...system import logs
from ...system.clock import Clock, SystemClock
from ..erasure_log import ErasureLog
from .database_files import file_identity, make_private, resolve_symlink, wal_files
from .demo_interviews import DemoInterviews
from .events import Events
from .future_timestamps import FutureTimestamps
from .idempotency import IdempotencyKeys
from .leases import Leases
from .logins import Logins
from .migrations import APPLICATION_ID, MIGRATIONS
from .near_duplicates import NearDuplicates
from .positions import JobPositions
from .rankings import Rankings
from .results import Results
from .retention_hold import Retention
from .scrubbing import PendingScrub, Scrubber, truncate_wal
from .sessions import LegacyIds, Sessions
from .shares import Shares
from .steps import Steps
from .titles import JobTitles
from .transaction import BUSY_SLICE_MS, immediate_transaction
from .webhooks import WebhookEvents

#: How long a write waits for another process, and at most twice that for its turn in this one.
BUSY_TIMEOUT_S = 5.0
#: How long readers may keep the write-ahead log from being emptied when the service stops.
_LAST_CHECKPOINT_MS = 500
#: Scrubbed while somebody waits for it, in a few tenths of a second; a larger file is scrubbed in the background.
_SCRUB_AT_ONCE_BYTES = 100_000_000
IDLE_READERS = 16


#: What to do about the predecessor's file: it is never used as this service's own.
_PREDECESSOR = (
    "is a database of this service's predecessor. Name a new file for this service, and take over what is in that one"
    " with: python3 -m tener_interview import {path}"
)


class StoreRefused(Exception):
    """The file cannot be used and was not touched; the message says why and what to do."""


class Transaction:
    """A view of the store that is either wholly kept or wholly forgotten; one attribute per table's SQL."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.sessions = Sessions(db)
        self.rankings = Rankings(db)
        self.results = Results(db)
        self.events = Events(db)
        self.idempotency = IdempotencyKeys(db)
        self.steps = Steps(db)
        self.positions = JobPositions(db)
        self.demo = DemoInterviews(db)
        self.leases = Leases(db)
        self.logins = Logins(db)
        self.webhooks = WebhookEvents(db)
        self.shares = Shares(db)
        self.titles = JobTitles(db)
        self.near_duplicates = NearDuplicates(db)
        self.pending_scrub = PendingScrub(db)
        self.legacy_ids = LegacyIds(db)
        self.retention = Retention(db)
        self.future_timestamps = FutureTimestamps(db)


class Store:
    """The service's own database file, made and migrated when opened.

    Raises StoreRefused for a file that is not ours, is corrupt, comes from newer code or cannot be opened.
    """

    def __init__(
        self, path: Path, busy_timeout_s: float = BUSY_TIMEOUT_S, *, guest: bool = False, clock: Clock | None = None
    ) -> None:
        """A guest leaves checkpoints to the process that serves, the only one to make any. Queries ask `clock`."""
        try:
            self.path = path = resolve_symlink(path)
        except OSError as fault:
            raise StoreRefused(f"cannot open {path}: {fault}") from None
        self.erasure_log = ErasureLog(path)
        self._clock = clock or SystemClock()
        self._busy_timeout_s = busy_timeout_s
        self._guest = guest
        self._writing = threading.Lock()
        self._reading = threading.RLock()
        self._readers: deque[sqlite3.Connection] = deque()
        self._closed = False
        self._log_is_gone = False
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            fixed, open_still = make_private(path)
            # Before the connection, so that a file put in its place meanwhile is noticed.
            self._identity = file_identity(path)
            self._beside: dict[str, tuple[int, int]] = {}
            _look_first(path, busy_timeout_s)
            self._writer = self._told_the_time(connect(path, "rwc", busy_timeout_s))
        except (OSError, sqlite3.Error) as fault:
            raise StoreRefused(f"cannot open {path}: {fault}") from None
        self._scrubber = Scrubber(self._writer, alone=guest)
        try:
            self._prepare()
            for name in fixed:
                logs.log_event("file_was_open_to_others", logging.WARNING, file=name)
            for name in open_still:
                logs.log_event("file_may_be_read_by_others", logging.WARNING, file=name)
        except sqlite3.Error as fault:
            self._writer.close()
            raise StoreRefused(f"cannot use {path}: {fault}. Nothing in it was changed.") from None
        except BaseException:
            self._writer.close()
            raise

    def _prepare(self) -> None:
        refuse_foreign(self._writer, self.path)
        self._writer.execute("PRAGMA journal_mode = WAL").fetchone()
        self._writer.execute("PRAGMA synchronous = FULL")
        self._writer.execute("PRAGMA foreign_keys = ON")
        # What was erased must not be readable in the file's free pages.
        self._writer.execute("PRAGMA secure_delete = ON")
        self._writer.execute("PRAGMA journal_size_limit = 67108864")
        if self._guest:
            self._writer.execute("PRAGMA wal_autocheckpoint = 0").fetchone()
        self._writer.execute(f"PRAGMA busy_timeout = {BUSY_SLICE_MS}")
        with immediate_transaction(self._writer, self._busy_timeout_s):
            # Looked at again: another process may have come first, with older code or with newer.
            refuse_foreign(self._writer, self.path)
            version = int(self._writer.execute("PRAGMA user_version").fetchone()[0])
            for number, migrate in enumerate(MIGRATIONS[version:], start=version + 1):
                migrate(self._writer)
                self._writer.execute(f"PRAGMA user_version = {number}")
        self._beside = wal_files(self.path)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """One transaction that may write; committed at the end, rolled back on any exception.

        Raises `STORE_UNAVAILABLE` when the file is locked, full, read-only or gone. Never hold it across a network
        call: everybody else who writes is waiting.
        """
        with _in_words(), self._turn(), immediate_transaction(self._writer, self._busy_timeout_s):
            self._refuse_migrated()
            tx = Transaction(self._writer)
            yield tx
        for each in tx.events.added:
            logs.log_event("session", **each)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """One consistent view for reading. Raises `STORE_UNAVAILABLE`.

        One thread at a time: SQLite lets go of the interpreter at every row, and threads that take turns row by row
        get a fraction done of what they do one after the other. Hold it as briefly as `write`.
        """
        with _in_words(), self._turn_to_read():
            db = self._reader()
            try:
                db.execute("BEGIN")
                yield Transaction(db)
            finally:
                self._give_back(db)

    def size_bytes(self) -> int:
        """What the database and its write-ahead log take on the disk."""
        parts = (self.path, self.path.with_name(f"{self.path.name}-wal"))
        return sum(each.stat().st_size for each in parts if each.exists())

    def scrub(self, *, at_once: bool = False) -> bool:
        """Leave nothing of what was erased in any byte of the file or its log; whether that is done.

        What is not, because somebody reads, the disk is full or the file is too large to do it `at_once`, stays owed:
        it is on record in the file, and whoever serves it pays in the background. Raises nothing.
        """
        if at_once and self.size_bytes() > _SCRUB_AT_ONCE_BYTES:
            return False
        try:
            return self._scrubber.patiently(self._scrub) if at_once else self._scrub()
        except (sqlite3.Error, Problem):
            return False

    def _scrub(self) -> bool:
        with self._turn():
            if self._guest:
                self._close_readers()
            try:
                return self._scrubber.scrub()
            finally:
                # A guest has the log made anew.
                self._beside = wal_files(self.path)

    def close(self) -> None:
        """Checkpoint, unless as a guest, and close; what still runs fails with `STORE_UNAVAILABLE`."""
        with self._writing:
            if self._closed:
                return
            self._closed = True
            self._close_readers()
            if not self._guest:
                with suppress(sqlite3.Error):
                    self._writer.execute("PRAGMA optimize")
                    truncate_wal(self._writer, _LAST_CHECKPOINT_MS)
            self._writer.close()

    def _close_readers(self) -> None:
        while self._readers:
            self._readers.pop().close()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """This thread's turn to write. Bounded: behind a locked file, everybody in the queue would wait in full."""
        if not self._writing.acquire(timeout=2 * self._busy_timeout_s):
            raise _unavailable("too many requests want to write to it")
        try:
            self._refuse_closed_or_moved()
            yield
        finally:
            self._writing.release()

    @contextmanager
    def _turn_to_read(self) -> Iterator[None]:
        if not self._reading.acquire(timeout=2 * self._busy_timeout_s):
            raise _unavailable("too many requests want to read from it")
        try:
            yield
        finally:
            self._reading.release()

    def _refuse_closed_or_moved(self) -> None:
        """What is written to a file that was deleted or replaced is lost, and nobody would notice."""
        if self._closed:
            raise Problem("STORE_UNAVAILABLE", "The database is closed: the service is stopping.")
        try:
            in_place = file_identity(self.path) == self._identity
        except OSError:
            in_place = False
        if not in_place:
            raise Problem(
                "STORE_UNAVAILABLE",
                "The database file was moved, deleted or replaced under the running service. Put the right one in its"
                " place and start the service again.",
            )
        if not self._beside.items() <= wal_files(self.path).items():
            self._save_log()
            raise Problem(
                "STORE_UNAVAILABLE",
                "The write-ahead log beside the database was deleted under the running service. Nothing more is"
                " written, because it would be lost; start the service again.",
            )

    def _save_log(self) -> None:
        """What was acknowledged is still in the log that has no name any more, and goes into the file; not where
        another process has begun a new one, which may say something else."""
        if self._log_is_gone:
            return
        self._log_is_gone = True
        saved = wal_files(self.path).items() <= self._beside.items()
        if saved:
            with suppress(sqlite3.Error):
                truncate_wal(self._writer, _LAST_CHECKPOINT_MS)
        logs.log_event("write_ahead_log_deleted", logging.ERROR, saved=saved)

    def _refuse_migrated(self) -> None:
        """A newer version beside this one has made of the file what this one does not know. Raises
        `STORE_UNAVAILABLE`."""
        version = int(self._writer.execute("PRAGMA user_version").fetchone()[0])
        if version != len(MIGRATIONS):
            raise Problem(
                "STORE_UNAVAILABLE",
                f"A newer version of this service has migrated the database (schema {version}, known here:"
                f" {len(MIGRATIONS)}). This one writes nothing more into it; stop it.",
            )

    def _reader(self) -> sqlite3.Connection:
        self._refuse_closed_or_moved()
        try:
            return self._readers.pop()
        except IndexError:
            return self._told_the_time(connect(self.path, "ro", self._busy_timeout_s))

    def _told_the_time(self, db: sqlite3.Connection) -> sqlite3.Connection:
        """The connection, with a function `now_ms()` for its queries."""
        db.create_function("now_ms", 0, self._clock.now_ms)
        return db

    def _give_back(self, db: sqlite3.Connection) -> None:
        try:
            if db.in_transaction:
                db.execute("ROLLBACK")
        except sqlite3.Error:
            db.close()
            return
        self._readers.append(db)
        # After the append, so that one given back while the store is being closed is closed by one of the two.
        if self._closed or len(self._readers) > IDLE_READERS:
            with suppress(IndexError):
                self._readers.pop().close()


def connect(path: Path, mode: str, busy_timeout_s: float = BUSY_TIMEOUT_S) -> sqlite3.Connection:
    """A connection without transactions of its own accord. Raises sqlite3.Error."""
    uri = f"file:{quote(str(path.absolute()))}?mode={mode}"
    db = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=busy_timeout_s)
    db.row_factory = sqlite3.Row
    return db


def _look_first(path: Path, busy_timeout_s: float) -> None:
    """Refuse a foreign or damaged file before any connection that could change it: one that may write recovers what a
    crash left behind, and when it is closed copies the log of a database in WAL mode into the file."""
    if not path.is_file() or not path.stat().st_size:
        return
    before = _stamp(path)
    try:
        with suppress(sqlite3.OperationalError), closing(connect(path, readonly_mode(path), busy_timeout_s)) as db:
            refuse_foreign(db, path)
    except (sqlite3.DatabaseError, StoreRefused):
        # That mode may take no lock, and what was read while another process wrote is no finding.
        if _stamp(path) == before:
            raise
    with suppress(sqlite3.OperationalError), closing(connect(path, "ro", busy_timeout_s)) as db:
        refuse_foreign(db, path)
        refuse_damaged(db, path)


def _stamp(path: Path) -> list[tuple[int, int, int]]:
    """What tells whether the file or its log was written to, made or removed."""
    found = [each.stat() for each in (path, path.with_name(f"{path.name}-wal")) if each.exists()]
    return [(each.st_ino, each.st_size, each.st_mtime_ns) for each in found]


def refuse_foreign(db: sqlite3.Connection, path: Path) -> None:
    """Raises StoreRefused for a file of another program, or of a newer version of this one."""
    # One statement is one view: another process may be making the file right now.
    version, owner, tables = db.execute(
        "SELECT user_version, application_id, (SELECT count(*) FROM sqlite_master)"
        " FROM pragma_user_version, pragma_application_id"
    ).fetchone()
    if ((tables or version) and owner != APPLICATION_ID) or version < 0:
        named = {row[0] for row in db.execute("SELECT name FROM sqlite_master")}
        raise StoreRefused(
            f"{path} {_PREDECESSOR.format(path=shlex.quote(str(path)))}" if "interview_sessions" in named
            else f"{path} was written by another program. Name a file of this service's own."
        )
    if version > len(MIGRATIONS):
        raise StoreRefused(
            f"{path} was written by a newer version of this service (schema {version}, known here: {len(MIGRATIONS)})."
            " Start that version, or restore a backup made with this one."
        )


def readonly_mode(path: Path) -> str:
    """How to open a file to look at it: without a log the file says all, and an immutable one is read without leaving
    anything beside it."""
    log = path.with_name(f"{path.name}-wal")
    logged = log.exists() and log.stat().st_size > 0
    return "ro" if logged else "ro&immutable=1"


def refuse_damaged(db: sqlite3.Connection, path: Path) -> None:
    """Raises StoreRefused for a damaged file. Takes a second for about a gigabyte."""
    finding = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if finding != "ok":
        raise StoreRefused(f"{path} is damaged ({' '.join(finding.split())}). Restore a backup of it.")


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as fault:
        raise _unavailable(str(fault)) from fault


def _unavailable(why: str) -> Problem:
    return Problem(
        "STORE_UNAVAILABLE",
        f"The database cannot be used just now ({why}). Nothing was changed; try again in a moment.",
        headers={"Retry-After": "5"},
    )
