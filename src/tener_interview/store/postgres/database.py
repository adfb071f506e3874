"""A PostgreSQL database: a bounded pool of connections, and its transactions.

Nothing of a session is used but its transaction: no settings, no prepared statements, no locks. So any instance and a
connection pooler in transaction mode may use any connection.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager

import psycopg
from psycopg import RawCursor
from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn, Ping
from psycopg_pool import ConnectionPool

from ...errors import Problem
from ...system.clock import Clock, SystemClock
from ...system.metrics import PREFIX, Histogram
from ..audit_chain import UNSEALED, AuditKeys
from ..copying import CopySource, DatabaseCopy
from ..maintenance import ReportProgress, StoreRefused
from ..ports import ErasureNotices, PoolState, add_nothing
from ..tables.transaction import Transaction
from . import faults
from .connection import (
    BoundedConnection,
    ServerTimeout,
    TableConnection,
    adapt,
    connect,
    connection_settings,
    open_connection,
)
from .copy_target import copy_database, refuse_unfinished_copy
from .dialect import READING, WRITING
from .erasure_log import PostgresErasureLog
from .job_locks import JobLocks
from .migrations import MIGRATIONS, VERSION_TABLE, migrate
from .server import name_and_version, refuse_unsuitable
from .vacuum import Vacuum

#: How long a start waits for a database that cannot be reached yet, and how often it tries.
START_TIMEOUT_S, _START_PAUSE_S = 30.0, 0.5
#: A connection that nobody used for so long is closed; no connection is older than an hour.
_MAX_IDLE_S, _MAX_LIFETIME_S = 300.0, 3600.0
#: Errors that waiting does not fix: the server accepts connections, but not this one, or the parameters are wrong.
_PERMANENT = (Ping.OK, Ping.NO_ATTEMPT)
#: Where the code does not tell, words in libpq's message about encryption, a server that is full, and a failover.
_PERMANENT_WORDS = ("SSL", "certificate")
_TEMPORARY_CODES = ("08", "40", "53", "57")
_TEMPORARY_WORDS = ("too many", "connection slots", "read-only", "standby")

_TIME_MS = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint"
_TIME_AND_VERSION = f"SELECT {_TIME_MS}, version FROM {VERSION_TABLE}"  # noqa: S608 - our own name
#: One text of several statements, so that a transaction takes no more round trips for it. It returns the database's
#: time and the version of its schema.
_BEGIN = (
    "BEGIN ISOLATION LEVEL {isolation};"
    " SET LOCAL statement_timeout = {timeout_ms}; SET LOCAL lock_timeout = {timeout_ms};"
    " SET LOCAL idle_in_transaction_session_timeout = 60000; " + _TIME_AND_VERSION
)
_ISOLATION = {
    # Decisions are single statements, and each of them sees what others have committed before it.
    "write": "READ COMMITTED",
    # All statements see one moment.
    "read": "REPEATABLE READ, READ ONLY",
}
_ERASURE_NOTICES = ErasureNotices(
    "The old rows are not removed yet, because an open transaction may read them; the service tries again by itself.",
    "The server keeps more of it for a while: freed space in its pages, the write-ahead log, replicas, and backups.",
)


class Store:
    """A database on a PostgreSQL server, its tables created and migrated when opened.

    Raises StoreRefused for a database that is foreign, from newer code or cannot be reached.
    """

    def __init__(
        self, conninfo: str, *, location: str, password: str | None = None, pool_size: int = 10, timeout_s: float = 1.5,
        clock: Clock | None = None, patience_s: float = START_TIMEOUT_S, audit_keys: AuditKeys = UNSEALED,
    ) -> None:
        """`location` is the address without any password, for messages. `timeout_s` bounds every wait of a transaction:
        for a connection, for a lock, for a statement. `audit_keys` seal the audit log."""
        self.location = location
        self.audit_keys = audit_keys
        self._timeout_s = timeout_s
        self._clock = clock or SystemClock()
        self._settings = connection_settings(conninfo, password)
        self._begin_texts = {
            mode: _BEGIN.format(isolation=isolation, timeout_ms=round(timeout_s * 1000))
            for mode, isolation in _ISOLATION.items()
        }
        self._waits = Histogram(
            f"{PREFIX}store_connection_wait_seconds", "Time until a transaction had a connection and had begun.", ()
        )
        self._durations = Histogram(
            f"{PREFIX}store_transaction_duration_seconds", "Time of a transaction from its first statement to its end.",
            ("mode",),
        )
        self.timings = (self._waits, self._durations)
        self._jobs = JobLocks()
        self.outbox_changed = threading.Event()
        self.on_session_events: Callable[[Transaction], None] = add_nothing
        self._pool = ConnectionPool(
            kwargs={**self._settings, "autocommit": True, "prepare_threshold": None, "cursor_factory": RawCursor},
            connection_class=BoundedConnection, configure=self._configure, min_size=1, max_size=pool_size,
            timeout=timeout_s, max_idle=_MAX_IDLE_S, max_lifetime=_MAX_LIFETIME_S, reconnect_timeout=timeout_s,
            num_workers=1, open=False,
        )
        self.name_and_version = self._prepare(patience_s)
        self.erasure_log = PostgresErasureLog(self.write, self.read)
        self._vacuum = Vacuum(self.connect, self.write)
        # Its warnings name every connection that a restarted server closed.
        logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
        self._pool.open()

    def _configure(self, db: BoundedConnection) -> None:
        adapt(db)
        db.patience_s = self._timeout_s

    def _prepare(self, patience_s: float) -> str:
        """Migrate the database, once it can be reached; return its name and version."""
        give_up_at = time.monotonic() + patience_s
        while True:
            try:
                with closing(self.connect()) as db:
                    refuse_unsuitable(db, self.location)
                    migrate(db, self.location)
                    refuse_unfinished_copy(db, self.location)
                    return name_and_version(db)
            except psycopg.Error as fault:
                if self._is_permanent(fault) or time.monotonic() >= give_up_at:
                    raise StoreRefused(f"{self.location} cannot be used: {_message_of(fault)}") from None
                time.sleep(_START_PAUSE_S)

    def _is_permanent(self, fault: psycopg.Error) -> bool:
        """Whether a start need not be tried again. Errors of connecting have no code, so the server is asked."""
        text = str(fault)
        if fault.sqlstate:
            return not fault.sqlstate.startswith(_TEMPORARY_CODES)
        if any(words in text for words in _PERMANENT_WORDS):
            return True
        if any(words in text for words in _TEMPORARY_WORDS):
            return False
        return PGconn.ping(make_conninfo("", **self._settings).encode()) in _PERMANENT

    def connect(self) -> BoundedConnection:
        """A connection of its own, for work without a time limit, each statement a transaction. Raises psycopg.Error.
        """
        return open_connection(self._settings)

    @contextmanager
    def write(self, jobs: Iterable[int] = ()) -> Iterator[Transaction]:
        """One transaction that may write: committed at the end, rolled back on any exception. READ COMMITTED.

        Raises `STORE_UNAVAILABLE` within the time limit when the server is gone, hangs, is full or read-only. Never
        hold it across a network call: it keeps a connection, and others may wait for its rows.
        """
        job_ids = set(jobs)
        with self._jobs.hold(job_ids), self._writing() as db:
            tx = Transaction(db, WRITING, self.audit_keys)
            tx.locks.jobs(job_ids)
            yield tx
            if tx.added_events:
                self.on_session_events(tx)
            tx.write_audit_entries()
        tx.report_commit(self.outbox_changed)

    def has_waiting_writers(self) -> bool:
        """A server has room for more than one writer."""
        return False

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """One consistent view for reading. REPEATABLE READ, so every statement sees the same moment. Raises
        `STORE_UNAVAILABLE`."""
        with self._reading() as db:
            yield Transaction(db, READING, self.audit_keys)

    @contextmanager
    def _writing(self) -> Iterator[TableConnection]:
        with faults.translate_faults(), self._transaction("write") as (db, version):
            _refuse_newer_schema(version)
            yield db

    @contextmanager
    def _reading(self) -> Iterator[TableConnection]:
        with faults.translate_faults(), self._transaction("read") as (db, _):
            yield db

    @contextmanager
    def _transaction(self, mode: str) -> Iterator[tuple[TableConnection, int]]:
        asked_s = time.monotonic()
        db, version = self._begin(self._begin_texts[mode])
        begun_s = time.monotonic()
        self._waits.observe(begun_s - asked_s)
        try:
            yield TableConnection(db, self._clock.now_ms()), version
            self._commit(db)
        except psycopg.Error as fault:
            if faults.breaks_connection(fault):
                db.close()
            raise
        finally:
            # Rolls back what is not committed.
            self._pool.putconn(db)
            self._durations.observe(time.monotonic() - begun_s, mode)

    def _begin(self, begin: str) -> tuple[BoundedConnection, int]:
        """Begin a transaction; the connection and the version of the schema. A connection that broke while nobody used
        it is replaced by another: nothing was done on it yet."""
        give_up_at = time.monotonic() + self._timeout_s
        while True:
            db = self._pool.getconn(max(give_up_at - time.monotonic(), 0.0))
            try:
                asked_at_ms = self._clock.now_ms()
                cursor = db.execute(begin)
                cursor.set_result(-1)
                row: tuple[int, int] | None = cursor.fetchone()
                time_ms, version = row or (0, 0)
                if isinstance(self._clock, SystemClock):
                    self._clock.follow(time_ms, asked_at_ms)
                return db, version
            except psycopg.Error as fault:
                if not isinstance(fault, psycopg.ProgrammingError):
                    db.close()
                self._pool.putconn(db)
                if not db.closed or isinstance(fault, ServerTimeout) or time.monotonic() >= give_up_at:
                    raise

    def _commit(self, db: BoundedConnection) -> None:
        try:
            status = db.execute("COMMIT").statusmessage
        except psycopg.OperationalError:
            raise faults.commit_outcome_unknown_problem() from None
        if status != "COMMIT":
            # A statement failed, and somebody caught its error.
            raise faults.unavailable("a statement of the transaction failed")

    @property
    def erasure_notices(self) -> ErasureNotices:
        return _ERASURE_NOTICES

    def version(self) -> None:
        """Nothing: to ask the server takes as long as to read a page."""

    def size_bytes(self) -> int:
        with self._reading() as db:
            return int(db.execute("SELECT pg_database_size(current_database())").fetchone()[0])

    def scrub(self, *, at_once: bool = False) -> bool:
        """Remove the dead rows of what was erased from the tables. Return whether that is done. Raises nothing."""
        try:
            return self._vacuum.run(at_once=at_once)
        except (psycopg.Error, Problem):
            return False

    def pool_state(self) -> PoolState:
        """The connections, and how many requests wait for one."""
        stats = self._pool.get_stats()
        size, idle = stats.get("pool_size", 0), stats.get("pool_available", 0)
        return PoolState(max(0, size - idle), idle, stats.get("pool_max", 0), stats.get("requests_waiting", 0))

    def close(self) -> None:
        """Close all connections. Requests that still run fail with `STORE_UNAVAILABLE`."""
        self._pool.close(timeout=0.0)


def copy_from(
    source: CopySource, conninfo: str, password: str | None, location: str, report_progress: ReportProgress | None,
    audit_keys: AuditKeys = UNSEALED,
) -> DatabaseCopy:
    """Copy another database into an empty one, created and migrated as needed. Raises StoreRefused."""
    try:
        with closing(connect(conninfo, password)) as db:
            migrate(db, location)
            return copy_database(
                db, source, location, report_progress, audit_keys=audit_keys, now_ms=SystemClock().now_ms()
            )
    except psycopg.Error as fault:
        reason = _message_of(fault)
        raise StoreRefused(f"{location} cannot be used: {reason}. Run it again; it goes on from here.") from None


def _refuse_newer_schema(version: int) -> None:
    """Raises `STORE_UNAVAILABLE` when a newer version of the service has migrated the database meanwhile."""
    if version != len(MIGRATIONS):
        raise Problem(
            "STORE_UNAVAILABLE",
            f"A newer version of this service has migrated the database (schema {version}, known here:"
            f" {len(MIGRATIONS)}). This one writes nothing more into it; stop it.",
        )


def _message_of(fault: psycopg.Error) -> str:
    """What the server or the driver says, on one line. Addresses and names may be in it, but never a password."""
    return " ".join(str(fault).split()) or type(fault).__name__
