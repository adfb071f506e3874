"""The SQLite file: one locked writer connection, read-only connections for readers, and its transactions.

A single writer that alone makes checkpoints avoids, within one process, the WAL-reset bug of SQLite before 3.51.3
(sqlite.org/wal.html#walresetbug). `synchronous=FULL`: an acknowledged invitation survives a power cut.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ...errors import Problem
from ...system import logs
from ...system.clock import Clock, SystemClock
from ...system.locks import FairSemaphore, run_to_completion
from ..audit_chain import UNSEALED, AuditKeys
from ..erasure_log import ErasureLog
from ..maintenance import StoreRefused
from ..ports import ErasureNotices, add_nothing
from ..tables.dialect import SQLITE
from ..tables.transaction import Transaction
from .connection import BUSY_TIMEOUT_S, connect, refuse_damaged_file, refuse_foreign, refuse_foreign_file
from .data_version import DataVersion
from .database_files import file_identity, make_private, resolve_symlink, wal_files
from .migrations import MIGRATIONS
from .scrubbing import Scrubber, truncate_wal
from .transaction import BUSY_SLICE_MS, immediate_transaction

#: How long the last checkpoint waits for readers when the service stops.
_LAST_CHECKPOINT_MS = 500
#: A file up to this size is scrubbed at once, in a few tenths of a second; a larger one in the background.
_SCRUB_AT_ONCE_BYTES = 100_000_000
MAX_IDLE_READERS = 16


class Store:
    """The service's own database file, created and migrated when opened.

    Raises StoreRefused for a file that is foreign, corrupt, from newer code or cannot be opened.
    """

    def __init__(
        self, path: Path, busy_timeout_s: float = BUSY_TIMEOUT_S, *, beside_server: bool = False,
        clock: Clock | None = None, audit_keys: AuditKeys = UNSEALED,
    ) -> None:
        """`beside_server`: a command, which leaves checkpoints to the serving process. `clock` gives queries the time,
        and `audit_keys` seal the audit log."""
        self._clock, self._busy_timeout_s, self._beside_server = clock or SystemClock(), busy_timeout_s, beside_server
        self.audit_keys = audit_keys
        self._writer_mutex, self._reader_mutex = FairSemaphore(1), threading.RLock()
        self.has_waiting_writers: Callable[[], bool] = self._writer_mutex.has_waiting
        self._readers: deque[sqlite3.Connection] = deque()
        self._data_version = DataVersion(self._open_reader)
        self._closed = False
        self.outbox_changed = threading.Event()
        self.on_session_events: Callable[[Transaction], None] = add_nothing
        self._wal_is_deleted = False
        try:
            self.path = path = resolve_symlink(path)
            self.erasure_log = ErasureLog(path)
            path.parent.mkdir(parents=True, exist_ok=True)
            refuse_foreign_file(path, busy_timeout_s)
            fixed, not_fixed = make_private(path)
            # Read before connecting, so that a replacement of the file in between is noticed.
            self._identity = file_identity(path)
            self._wal_identities: dict[str, tuple[int, int]] = {}
            refuse_damaged_file(path, busy_timeout_s)
            self._writer = self._with_clock(connect(path, "rwc", busy_timeout_s))
        except (OSError, sqlite3.Error) as fault:
            raise StoreRefused(f"cannot open {path}: {fault}") from None
        self._scrubber = Scrubber(self._writer, beside_server=beside_server)
        try:
            self._prepare()
            for name in fixed:
                logs.log_event("file_was_open_to_others", logging.WARNING, file=name)
            for name in not_fixed:
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
        # secure_delete: erased data must not stay readable in free pages.
        for name in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON", "journal_size_limit = 67108864"):
            self._writer.execute(f"PRAGMA {name}")
        if self._beside_server:
            self._writer.execute("PRAGMA wal_autocheckpoint = 0").fetchone()
        self._writer.execute(f"PRAGMA busy_timeout = {BUSY_SLICE_MS}")
        with immediate_transaction(self._writer, self._busy_timeout_s):
            # Again: another process with older or newer code may have been first.
            refuse_foreign(self._writer, self.path)
            version = int(self._writer.execute("PRAGMA user_version").fetchone()[0])
            for number, migrate in enumerate(MIGRATIONS[version:], start=version + 1):
                migrate(self._writer)
                self._writer.execute(f"PRAGMA user_version = {number}")
        # With its own 2 MB, SQLite reads the same pages of indexes again and again while many interviews are stored.
        self._writer.execute("PRAGMA cache_size = -8000")
        self._wal_identities = wal_files(self.path)

    @contextmanager
    def write(self, jobs: Iterable[int] = ()) -> Iterator[Transaction]:  # noqa: ARG002 - one writer is alone anyway
        """One transaction that may write: committed at the end, rolled back on any exception.

        Raises `STORE_UNAVAILABLE` when the file is locked, full, read-only or gone. Never hold it across a network
        call: all other writers wait.
        """
        with (
            self._translate_db_errors(), self._write_lock(), self.erasure_log.withdrawn_on_failure(),
            immediate_transaction(self._writer, self._busy_timeout_s),
        ):
            self._refuse_newer_schema()
            tx = Transaction(self._writer, SQLITE, self.audit_keys)
            yield tx
            if tx.added_events:
                self.on_session_events(tx)
            tx.write_audit_entries()
        tx.report_commit(self.outbox_changed)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """One consistent view for reading. Raises `STORE_UNAVAILABLE`.

        Only one thread reads at a time: SQLite releases the interpreter lock at every row, and threads that alternate
        row by row are many times slower than one after the other. Hold it as briefly as `write`.
        """
        with self._translate_db_errors(), self._read_lock():
            db = self._take_reader()
            try:
                db.execute("BEGIN")
                yield Transaction(db, SQLITE, self.audit_keys)
            finally:
                self._return_reader(db)

    def version(self) -> tuple[int, int]:
        """Return a value that is equal only while nobody commits. Raises `STORE_UNAVAILABLE`."""
        with self._translate_db_errors(), self._read_lock():
            self._refuse_if_unusable()
            return self._data_version.read()

    @property
    def location(self) -> str:
        return str(self.path)

    @property
    def name_and_version(self) -> str:
        return f"SQLite {sqlite3.sqlite_version}"

    @property
    def erasure_notices(self) -> ErasureNotices:
        return ErasureNotices(
            "The file is not scrubbed yet, because it is in use; the server scrubs it in the background.", None
        )

    @property
    def timings(self) -> tuple[()]:
        """Nothing of its own: there is no server to wait for."""
        return ()

    def pool_state(self) -> None:
        return None

    def size_bytes(self) -> int:
        """The size of the database and its write-ahead log on the disk."""
        files = (self.path, self.path.with_name(f"{self.path.name}-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    def scrub(self, *, at_once: bool = False) -> bool:
        """Remove what was erased from every byte of the file and its log. Return whether that is done.

        If not, because somebody reads, the disk is full or the file is too large to do it `at_once`, the scrub stays
        pending in the file, and the serving process does it in the background. Raises nothing.
        """
        if at_once and self.size_bytes() > _SCRUB_AT_ONCE_BYTES:
            return False
        try:
            return self._scrubber.retry(self._scrub) if at_once else self._scrub()
        except (sqlite3.Error, Problem):
            return False

    def _scrub(self) -> bool:
        with self._write_lock():
            if self._beside_server:
                self._close_readers()
            try:
                return self._scrubber.scrub()
            finally:
                # A scrub beside the server creates a new log.
                self._wal_identities = wal_files(self.path)

    def close(self) -> None:
        """Checkpoint, unless beside the server, and close. Requests that still run fail with `STORE_UNAVAILABLE`."""
        with run_to_completion():
            self._writer_mutex.acquire()
        try:
            if self._closed:
                return
            self._closed = True
            self._close_readers()
            if not self._beside_server:
                with suppress(sqlite3.Error):
                    self._writer.execute("PRAGMA optimize")
                    truncate_wal(self._writer, _LAST_CHECKPOINT_MS)
            self._writer.close()
        finally:
            self._writer_mutex.release()

    def _close_readers(self) -> None:
        self._data_version.close()
        while self._readers:
            self._readers.pop().close()

    @contextmanager
    def _write_lock(self) -> Iterator[None]:
        """Hold the write lock; first come, first served. Waiting is bounded: behind a locked file, every queued writer
        would wait its full time."""
        with run_to_completion():
            acquired = self._writer_mutex.acquire(2 * self._busy_timeout_s)
        if not acquired:
            raise _unavailable_problem("too many requests want to write to it")
        try:
            self._refuse_if_unusable()
            yield
        finally:
            self._writer_mutex.release()

    @contextmanager
    def _read_lock(self) -> Iterator[None]:
        if not self._reader_mutex.acquire(timeout=2 * self._busy_timeout_s):
            raise _unavailable_problem("too many requests want to read from it")
        try:
            yield
        finally:
            self._reader_mutex.release()

    @contextmanager
    def _translate_db_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as fault:
            raise (_closed_problem() if self._closed else _unavailable_problem(str(fault))) from fault

    def _refuse_if_unusable(self) -> None:
        """Raises `STORE_UNAVAILABLE` when the store is closed or its files were moved: writes would be lost."""
        if self._closed:
            raise _closed_problem()
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
        if not self._wal_identities.items() <= wal_files(self.path).items():
            if self._closed:
                raise _closed_problem()
            self._rescue_wal()
            raise Problem(
                "STORE_UNAVAILABLE",
                "The write-ahead log beside the database was deleted under the running service. Nothing more is"
                " written, because it would be lost; start the service again.",
            )

    def _rescue_wal(self) -> None:
        """Copy acknowledged changes from the deleted log into the file, unless another process has started a new log.
        """
        if self._wal_is_deleted:
            return
        self._wal_is_deleted = True
        saved = wal_files(self.path).items() <= self._wal_identities.items()
        if saved:
            with suppress(sqlite3.Error):
                truncate_wal(self._writer, _LAST_CHECKPOINT_MS)
        logs.log_event("write_ahead_log_deleted", logging.ERROR, saved=saved)

    def _refuse_newer_schema(self) -> None:
        """Raises `STORE_UNAVAILABLE` when a newer version of the service has migrated the file meanwhile."""
        version = int(self._writer.execute("PRAGMA user_version").fetchone()[0])
        if version != len(MIGRATIONS):
            raise Problem(
                "STORE_UNAVAILABLE",
                f"A newer version of this service has migrated the database (schema {version}, known here:"
                f" {len(MIGRATIONS)}). This one writes nothing more into it; stop it.",
            )

    def _take_reader(self) -> sqlite3.Connection:
        self._refuse_if_unusable()
        try:
            return self._readers.pop()
        except IndexError:
            return self._open_reader()

    def _open_reader(self) -> sqlite3.Connection:
        return self._with_clock(connect(self.path, "ro", self._busy_timeout_s))

    def _with_clock(self, db: sqlite3.Connection) -> sqlite3.Connection:
        """Give a connection the SQL function of the store's queries."""
        db.create_function("now_ms", 0, self._clock.now_ms)
        return db

    def _return_reader(self, db: sqlite3.Connection) -> None:
        try:
            if db.in_transaction:
                db.execute("ROLLBACK")
        except sqlite3.Error:
            db.close()
            return
        self._readers.append(db)
        # After the append, so that either this thread or `close` closes a reader returned meanwhile.
        if self._closed or len(self._readers) > MAX_IDLE_READERS:
            with suppress(IndexError):
                self._readers.pop().close()


def _closed_problem() -> Problem:
    return Problem("STORE_UNAVAILABLE", "The database is closed: the service is stopping.")


def _unavailable_problem(reason: str) -> Problem:
    return Problem(
        "STORE_UNAVAILABLE",
        f"The database cannot be used just now ({reason}). Nothing was changed; try again in a moment.",
        headers={"Retry-After": "5"},
    )
