"""A PostgreSQL database: a bounded pool of connections, and its transactions.

Nothing of a session is used but its transaction: no settings, no prepared statements, no locks. So any instance and a
connection pooler in transaction mode may use any connection.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg
from psycopg import RawCursor
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import ConnectionPool

from ...errors import Problem
from ...system import logs
from ...system.clock import Clock, SystemClock
from ..copying import CopySource, DatabaseCopy
from ..maintenance import ReportProgress, StoreRefused
from ..tables.transaction import Transaction
from . import faults
from .connection import BoundedConnection, NoAnswer, TableConnection, adapt
from .copy_target import copy_database, refuse_unfinished_copy
from .dialect import READING, WRITING
from .erasure_log import PostgresErasureLog
from .migrations import MIGRATIONS, VERSION_TABLE, migrate
from .vacuum import Vacuum

#: How long a start waits for a database that cannot be reached yet, and how often it tries.
START_PATIENCE_S, _START_PAUSE_S = 30.0, 0.5
#: A connection that nobody used for so long is closed; no connection is older than an hour.
_MAX_IDLE_S, _MAX_LIFETIME_S = 300.0, 3600.0
#: Errors of a start that waiting does not mend: wrong user or password, no such database, a wrong address.
_PERMANENT = ("28", "3D", "42")

#: One statement of several, so that a transaction takes no more round trips for it. It returns the database's time and
#: the version of its schema.
_BEGIN = (
    "BEGIN ISOLATION LEVEL {mode}; SET LOCAL statement_timeout = {timeout_ms}; SET LOCAL lock_timeout = {timeout_ms};"  # noqa: S608 - our own name
    " SET LOCAL idle_in_transaction_session_timeout = 60000;"
    f" SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint, version FROM {VERSION_TABLE}"
)
#: Decisions are single statements, and each of them sees what others have committed before it.
_WRITE = "READ COMMITTED, READ WRITE"
#: All statements see one moment.
_READ = "REPEATABLE READ, READ ONLY"


class Store:
    """A database on a PostgreSQL server, its tables created and migrated when opened.

    Raises StoreRefused for a database that is foreign, from newer code or cannot be reached.
    """

    def __init__(
        self, conninfo: str, *, location: str, password: str | None = None, pool_size: int = 10, timeout_s: float = 1.5,
        clock: Clock | None = None, patience_s: float = START_PATIENCE_S,
    ) -> None:
        """`location` is the address without any password, for messages. `timeout_s` bounds every wait of a transaction:
        for a connection, for a lock, for a statement."""
        self.location = location
        self._timeout_s = timeout_s
        self._clock = clock or SystemClock()
        self._settings = connection_settings(conninfo, password)
        self._begin_write, self._begin_read = (
            _BEGIN.format(mode=mode, timeout_ms=round(timeout_s * 1000)) for mode in (_WRITE, _READ)
        )
        #: By the database's clock, at the beginning of the latest transaction.
        self.database_time_ms = 0
        self._pool = ConnectionPool(
            kwargs={**self._settings, "autocommit": True, "prepare_threshold": None, "cursor_factory": RawCursor},
            connection_class=BoundedConnection, configure=self._configure, min_size=1, max_size=pool_size,
            timeout=timeout_s, max_idle=_MAX_IDLE_S, max_lifetime=_MAX_LIFETIME_S, reconnect_timeout=timeout_s,
            num_workers=1, open=False,
        )
        self.product = self._prepare(patience_s)
        self.erasure_log = PostgresErasureLog(self.write, self.read)
        self._vacuum = Vacuum(self.connect, self.write)
        # Its warnings name every connection that a restarted server closed.
        logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
        self._pool.open()

    def _configure(self, db: BoundedConnection) -> None:
        adapt(db)
        db.patience_s = self._timeout_s

    def _prepare(self, patience_s: float) -> str:
        """Migrate the database, once it can be reached; its product and version."""
        give_up_at = time.monotonic() + patience_s
        while True:
            try:
                with closing(self.connect()) as db:
                    migrate(db, self.location)
                    refuse_unfinished_copy(db, self.location)
                    version = db.info.server_version
                    return f"PostgreSQL {version // 10_000}.{version % 10_000}"
            except psycopg.Error as fault:
                if _is_permanent(fault) or time.monotonic() >= give_up_at:
                    raise StoreRefused(f"{self.location} cannot be used: {_said(fault)}") from None
                time.sleep(_START_PAUSE_S)

    def connect(self) -> BoundedConnection:
        """A connection of its own, for work without a time limit, each statement a transaction. Raises psycopg.Error.
        """
        return _connect(self._settings)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """One transaction that may write: committed at the end, rolled back on any exception. READ COMMITTED.

        Raises `STORE_UNAVAILABLE` within the time limit when the server is gone, hangs, is full or read-only. Never
        hold it across a network call: it keeps a connection, and others may wait for its rows.
        """
        with self._writing() as db:
            tx = Transaction(db, WRITING)
            yield tx
        for event in tx.events.added:
            logs.log_event("session", **event)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """One consistent view for reading. REPEATABLE READ, so every statement sees the same moment. Raises
        `STORE_UNAVAILABLE`."""
        with self._reading() as db:
            yield Transaction(db, READING)

    @contextmanager
    def _writing(self) -> Iterator[TableConnection]:
        with faults.translated_faults(), self._transaction(self._begin_write) as (db, version):
            _refuse_newer_schema(version)
            yield db

    @contextmanager
    def _reading(self) -> Iterator[TableConnection]:
        with faults.translated_faults(), self._transaction(self._begin_read) as (db, _):
            yield db

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[tuple[TableConnection, int]]:
        db, version = self._begin(begin)
        try:
            yield TableConnection(db, self._clock.now_ms()), version
            self._commit(db)
        except psycopg.Error as fault:
            if faults.makes_connection_useless(fault):
                db.close()
            raise
        finally:
            # Rolls back what is not committed.
            self._pool.putconn(db)

    def _begin(self, begin: str) -> tuple[BoundedConnection, int]:
        """Begin a transaction; the connection and the version of the schema. A connection that broke while nobody used
        it is replaced by another: nothing was done on it yet."""
        give_up_at = time.monotonic() + self._timeout_s
        while True:
            db = self._pool.getconn(max(give_up_at - time.monotonic(), 0.0))
            try:
                cursor = db.execute(begin)
                cursor.set_result(-1)
                row: tuple[int, int] | None = cursor.fetchone()
                self.database_time_ms, version = row or (0, 0)
                return db, version
            except psycopg.Error as fault:
                if not isinstance(fault, psycopg.ProgrammingError):
                    db.close()
                self._pool.putconn(db)
                if not db.closed or isinstance(fault, NoAnswer) or time.monotonic() >= give_up_at:
                    raise

    def _commit(self, db: BoundedConnection) -> None:
        try:
            status = db.execute("COMMIT").statusmessage
        except psycopg.OperationalError:
            raise faults.outcome_unknown() from None
        if status != "COMMIT":
            # A statement failed, and somebody caught its error.
            raise faults.unavailable("a statement of the transaction failed")

    def size_bytes(self) -> int:
        with self._reading() as db:
            return int(db.execute("SELECT pg_database_size(current_database())").fetchone()[0])

    def scrub(self, *, at_once: bool = False) -> bool:
        """Remove the dead rows of what was erased from the tables. Return whether that is done. Raises nothing."""
        try:
            return self._vacuum.run(at_once=at_once)
        except (psycopg.Error, Problem):
            return False

    def pool_stats(self) -> dict[str, int]:
        """The counts of psycopg_pool: its size, how many connections are free, and how many requests wait for one."""
        return self._pool.get_stats()

    def close(self) -> None:
        """Close all connections. Requests that still run fail with `STORE_UNAVAILABLE`."""
        self._pool.close(timeout=0.0)


def copy_from(
    source: CopySource, conninfo: str, password: str | None, location: str, report_progress: ReportProgress | None
) -> DatabaseCopy:
    """Copy another database into an empty one, created and migrated as needed. Raises StoreRefused."""
    try:
        with closing(connect(conninfo, password)) as db:
            migrate(db, location)
            return copy_database(db, source, location, report_progress)
    except psycopg.Error as fault:
        raise StoreRefused(f"{location} cannot be used: {_said(fault)}. Run it again; it goes on from here.") from None


def connect(conninfo: str, password: str | None = None) -> BoundedConnection:
    """A connection without a time limit, each statement a transaction. Raises psycopg.Error."""
    return _connect(connection_settings(conninfo, password))


def _connect(settings: dict[str, Any]) -> BoundedConnection:
    db = BoundedConnection.connect(**settings, autocommit=True, cursor_factory=RawCursor)
    adapt(db)
    return db


def connection_settings(conninfo: str, password: str | None) -> dict[str, Any]:
    """The parameters of a connection. What the address says wins over what is set here."""
    given = conninfo_to_dict(conninfo)
    return {
        "application_name": "tener-interview",
        "connect_timeout": 2,
        # A connection whose other end is gone is noticed within seconds.
        "keepalives_idle": 2,
        "keepalives_interval": 1,
        "keepalives_count": 2,
        "tcp_user_timeout": 3_000,
        **({} if password is None else {"password": password}),
        **given,
        "client_encoding": "UTF8",
    }


def _refuse_newer_schema(version: int) -> None:
    """Raises `STORE_UNAVAILABLE` when a newer version of the service has migrated the database meanwhile."""
    if version != len(MIGRATIONS):
        raise Problem(
            "STORE_UNAVAILABLE",
            f"A newer version of this service has migrated the database (schema {version}, known here:"
            f" {len(MIGRATIONS)}). This one writes nothing more into it; stop it.",
        )


def _is_permanent(fault: psycopg.Error) -> bool:
    return (fault.sqlstate or "").startswith(_PERMANENT) or isinstance(fault, psycopg.ProgrammingError)


def _said(fault: psycopg.Error) -> str:
    """What the server or the driver says, on one line. Addresses and names may be in it, but never a password."""
    return " ".join(str(fault).split()) or type(fault).__name__
