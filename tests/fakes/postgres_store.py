"""Databases on a PostgreSQL server as a first start of the service makes them."""

from __future__ import annotations

import fcntl
import threading
import time
from contextlib import suppress
from pathlib import Path
from select import select
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
import pytest
from psycopg import pq, sql
from psycopg.conninfo import make_conninfo
from psycopg.pq import TransactionStatus
from psycopg.pq.abc import PGconn

from fakes.postgres import ADMIN, PostgresServer
from tener_interview.store.postgres.connection import BoundedConnection
from tener_interview.store.postgres.database import Store

TEMPLATE = "migrated"

#: A table whose rows took more than this is made anew; deleting fewer rows is quicker.
_LARGE_BYTES = 128 * 1024
_TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1"
_SEQUENCES = _TABLES.replace("'r'", "'S'")
_LARGE_TABLES = _TABLES.replace("ORDER BY", f"AND pg_relation_size(oid) > {_LARGE_BYTES} ORDER BY")
#: Changes when a schema, table, column, index, sequence, constraint or trigger does, but not when a table is emptied.
_SCHEMA_HASH = """
    SELECT md5(concat((SELECT string_agg(concat_ws(' ', oid, relname, relnatts, relchecks), ',' ORDER BY oid)
                       FROM pg_class WHERE relnamespace NOT IN ('pg_catalog'::regnamespace, 'pg_toast'::regnamespace)),
                      (SELECT string_agg(concat_ws(' ', oid, tgenabled), ',' ORDER BY oid) FROM pg_trigger),
                      (SELECT count(*) FROM pg_namespace)))
"""
_END_OTHER_CONNECTIONS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND NOT pid = ANY(%s)
"""
#: What `connect` takes besides the parameters of the connection.
_NO_PARAMETERS = ("autocommit", "prepare_threshold", "context", "row_factory", "cursor_factory", "connect_timeout")


def migrated_template(server: PostgresServer, folder: Path) -> str:
    """Return the name of a migrated database that nobody uses, created once for all processes that name the same
    folder."""
    with (folder / "template.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        if not lock.read():
            Store(server.create_database(TEMPLATE), location="the template").close()
            lock.write("done")
    return TEMPLATE


class IdleConnections:
    """Connections to one database that somebody has closed, for whoever connects next. To begin one costs a server
    more than most tests ask of it, and the service leaves nothing behind in a session."""

    def __init__(self, database: str) -> None:
        self._database = database
        self._idle: dict[str, list[PGconn]] = {}
        self._lock = threading.Lock()
        self._finished = pq.PGconn.connect_start(b"")
        self._finished.finish()

    def reuse(self, connection: type[BoundedConnection], monkeypatch: pytest.MonkeyPatch) -> None:
        """From now on `close` keeps connections of a class open, and `connect` takes one of them if possible."""
        connect, close = connection.connect, connection.close
        parameters: WeakKeyDictionary[BoundedConnection, str] = WeakKeyDictionary()

        def take_or_connect(_class: Any, /, conninfo: str = "", **options: Any) -> BoundedConnection:
            wanted = make_conninfo(conninfo, **{k: v for k, v in options.items() if k not in _NO_PARAMETERS})
            idle = self._take(wanted)
            db = connection(idle) if idle else connect(conninfo, **options)
            if idle:
                db.autocommit = options["autocommit"]
                db.prepare_threshold, db.cursor_factory = options["prepare_threshold"], options["cursor_factory"]
            parameters[db] = wanted
            return db

        def keep_or_close(db: BoundedConnection) -> None:
            if db in parameters and db.info.dbname == self._database and _is_idle(db.pgconn):
                kept, db.pgconn = db.pgconn, self._finished
                with self._lock:
                    self._idle.setdefault(parameters.pop(db), []).append(kept)
            close(db)

        monkeypatch.setattr(connection, "connect", classmethod(take_or_connect))
        monkeypatch.setattr(connection, "close", keep_or_close)

    def process_ids(self) -> list[int]:
        """Return the ids of the server's processes."""
        with self._lock:
            return [idle.backend_pid for kept in self._idle.values() for idle in kept]

    def _take(self, parameters: str) -> PGconn | None:
        with self._lock:
            kept = self._idle.get(parameters, [])
            while kept:
                # Where there is something to read, the server has ended it.
                if _is_idle(idle := kept.pop()) and not select([idle.socket], [], [], 0)[0]:
                    return idle
                idle.finish()
        return None


def _is_idle(connection: PGconn) -> bool:
    return connection.transaction_status == TransactionStatus.IDLE


class ReusedDatabase:
    """One database for test after test. Each finds it as a first start of the service leaves it.

    To create and drop a database for each test would take longer than most tests.
    """

    def __init__(self, server: PostgresServer, name: str, template: str) -> None:
        self.idle = IdleConnections(name)
        self._server = server
        self._name = name
        self._template = template
        self._admin: psycopg.Connection[tuple[Any, ...]] | None = None
        self._schema_hash = ""
        self._delete_all = sql.Composed([])
        self._first_rows = sql.Composed([])

    @property
    def url(self) -> str:
        return self._server.url(self._name)

    def reset(self) -> None:
        """End whatever still uses the database, and restore its first rows. A database whose schema was changed is
        replaced."""
        if self._admin is not None:
            with suppress(psycopg.Error):
                # Told to wait for it, the server looks only every 100 ms.
                while self._admin.execute(_END_OTHER_CONNECTIONS, [self.idle.process_ids()]).fetchall():
                    time.sleep(0.002)
                if self._hash_of_schema(self._admin) == self._schema_hash:
                    self._restore_first_rows(self._admin)
                    return
        self.drop()
        self._create()

    def drop(self) -> None:
        """Drop the database if it exists."""
        if self._admin is not None:
            self._admin.close()
            self._admin = None
            self._server.drop_database(self._name)

    def _create(self) -> None:
        self._server.create_database(self._name, self._template)
        self._admin = psycopg.connect(self._server.url(self._name, role=ADMIN), autocommit=True, connect_timeout=10)
        self._schema_hash = self._hash_of_schema(self._admin)
        tables = [sql.Identifier(name) for (name,) in self._admin.execute(_TABLES).fetchall()]
        sequences = [sql.Literal(name) for (name,) in self._admin.execute(_SEQUENCES).fetchall()]
        self._delete_all = sql.SQL("; ").join([
            *(sql.SQL("DELETE FROM {}").format(table) for table in tables),
            *(sql.SQL("SELECT setval({}, 1, false)").format(sequence) for sequence in sequences),
        ])
        self._first_rows = sql.SQL("; ").join(
            sql.SQL("INSERT INTO {} VALUES ({})").format(table, sql.SQL(", ").join(map(sql.Literal, row)))
            for table in tables for row in self._admin.execute(sql.SQL("TABLE {}").format(table)).fetchall()
        )

    def _restore_first_rows(self, admin: psycopg.Connection[tuple[Any, ...]]) -> None:
        with admin.transaction():
            # References are not checked meanwhile.
            admin.execute("SET LOCAL session_replication_role = replica; SET LOCAL lock_timeout = '10s'")
            for (name,) in admin.execute(_LARGE_TABLES).fetchall():
                admin.execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.Identifier(name)))
            admin.execute(self._delete_all)
            admin.execute(self._first_rows)

    @staticmethod
    def _hash_of_schema(admin: psycopg.Connection[tuple[Any, ...]]) -> str:
        row = admin.execute(_SCHEMA_HASH).fetchone()
        assert row is not None
        return str(row[0])
