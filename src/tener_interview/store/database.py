"""The SQLite file: one writer connection behind a lock, read-only connections for readers, and its transactions.

One writer that is also the only checkpointer keeps clear, inside one process, of the WAL-reset bug of SQLite before
3.51.3 (sqlite.org/wal.html#walresetbug). `synchronous=FULL`: an invitation that was acknowledged survives a power cut.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from ..errors import Problem
from .demo import DemoInterviews
from .events import Events
from .idempotency import IdempotencyKeys
from .leases import Leases
from .migrations import APPLICATION_ID, MIGRATIONS
from .positions import JobPositions
from .results import Results
from .sessions import Sessions
from .steps import Steps
from .webhooks import WebhookEvents

BUSY_TIMEOUT_S = 5.0
IDLE_READERS = 16


class StoreRefused(Exception):
    """The file cannot be used and was not touched; the message says why and what to do."""


class Transaction:
    """A view of the store that is either wholly kept or wholly forgotten; one attribute per table's SQL."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.sessions = Sessions(db)
        self.results = Results(db)
        self.events = Events(db)
        self.idempotency = IdempotencyKeys(db)
        self.steps = Steps(db)
        self.positions = JobPositions(db)
        self.demo = DemoInterviews(db)
        self.leases = Leases(db)
        self.webhooks = WebhookEvents(db)


class Store:
    """The service's own database file, made and migrated when opened.

    Raises StoreRefused for a file that is not ours, is corrupt, comes from newer code or cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writing = threading.Lock()
        self._readers: deque[sqlite3.Connection] = deque()
        self._closed = False
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _look_first(path)
            self._writer = _connect(path, "rwc")
        except (OSError, sqlite3.Error) as fault:
            raise StoreRefused(f"cannot open {path}: {fault}") from None
        try:
            self._prepare()
        except (StoreRefused, sqlite3.Error) as fault:
            self._writer.close()
            if isinstance(fault, StoreRefused):
                raise
            raise StoreRefused(f"cannot use {path}: {fault}. Nothing in it was changed.") from None

    def _prepare(self) -> None:
        _refuse_foreign(self._writer, self.path)
        self._writer.execute("PRAGMA journal_mode = WAL").fetchone()
        self._writer.execute("PRAGMA synchronous = FULL")
        self._writer.execute("PRAGMA foreign_keys = ON")
        # What was erased must not be readable in the file's free pages.
        self._writer.execute("PRAGMA secure_delete = ON")
        self._writer.execute("PRAGMA journal_size_limit = 67108864")
        for number, migrate in enumerate(MIGRATIONS, start=1):
            with _immediate(self._writer):
                if _pragma(self._writer, "user_version") < number:
                    migrate(self._writer)
                    self._writer.execute(f"PRAGMA user_version = {number}")

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """One transaction that may write; committed at the end, rolled back on any exception.

        Raises `STORE_UNAVAILABLE` when the file is locked, full, read-only or gone. Never hold it across a network
        call: everybody else who writes is waiting.
        """
        with _in_words(), self._writing:
            if self._closed:
                raise Problem("STORE_UNAVAILABLE", "The database is closed: the service is stopping.")
            with _immediate(self._writer):
                yield Transaction(self._writer)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """One consistent view for reading. Raises `STORE_UNAVAILABLE`."""
        with _in_words():
            db = self._reader()
            try:
                db.execute("BEGIN")
                yield Transaction(db)
            finally:
                self._give_back(db)

    def scrub(self) -> None:
        """Leave nothing of what was deleted in the write-ahead log; free pages were overwritten when it was deleted.

        Best effort: while somebody reads, the log is emptied by a later checkpoint.
        """
        with _in_words(), self._writing:
            if not self._closed:
                self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def close(self) -> None:
        """Checkpoint and close; what still runs fails with `STORE_UNAVAILABLE`."""
        with self._writing:
            if self._closed:
                return
            self._closed = True
            while self._readers:
                self._readers.pop().close()
            with suppress(sqlite3.Error):
                self._writer.execute("PRAGMA optimize")
                self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            self._writer.close()

    def _reader(self) -> sqlite3.Connection:
        if self._closed:
            raise Problem("STORE_UNAVAILABLE", "The database is closed: the service is stopping.")
        try:
            return self._readers.pop()
        except IndexError:
            return _connect(self.path, "ro")

    def _give_back(self, db: sqlite3.Connection) -> None:
        try:
            if db.in_transaction:
                db.execute("ROLLBACK")
        except sqlite3.Error:
            db.close()
            return
        if self._closed or len(self._readers) >= IDLE_READERS:
            db.close()
        else:
            self._readers.append(db)


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"file:{quote(str(path.absolute()))}?mode={mode}"
    db = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=BUSY_TIMEOUT_S)
    db.row_factory = sqlite3.Row
    return db


def _look_first(path: Path) -> None:
    """Refuse a foreign file before any connection that could change it: one that may write recovers what a crash left
    behind, and when it is closed copies the log of a database in WAL mode into the file."""
    if not path.is_file() or not path.stat().st_size:
        return
    log = path.with_name(f"{path.name}-wal")
    logged = log.exists() and log.stat().st_size > 0
    # Without a log the file says all, and an immutable one is read without leaving anything beside it.
    with suppress(sqlite3.OperationalError), closing(_connect(path, "ro" if logged else "ro&immutable=1")) as db:
        _refuse_foreign(db, path)


def _refuse_foreign(db: sqlite3.Connection, path: Path) -> None:
    version = _pragma(db, "user_version")
    owner = _pragma(db, "application_id")
    tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if (tables or version) and owner != APPLICATION_ID:
        raise StoreRefused(f"{path} was written by another program. Name a file of this service's own.")
    if version > len(MIGRATIONS):
        raise StoreRefused(
            f"{path} was written by a newer version of this service (schema {version}, known here: {len(MIGRATIONS)})."
            " Start that version, or restore a backup made with this one."
        )


def _pragma(db: sqlite3.Connection, name: str) -> int:
    return int(db.execute(f"PRAGMA {name}").fetchone()[0])


@contextmanager
def _immediate(db: sqlite3.Connection) -> Iterator[None]:
    """BEGIN IMMEDIATE: a deferred transaction that turns to writing can fail at once, whatever the time-out."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            if db.in_transaction:
                db.execute("ROLLBACK")
        raise


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as fault:
        raise Problem(
            "STORE_UNAVAILABLE",
            f"The database cannot be used just now ({fault}). Nothing was changed; try again in a moment.",
            headers={"Retry-After": "5"},
        ) from fault
