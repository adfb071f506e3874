"""One connection to PostgreSQL: no wait on it is endless, and values are what SQLite gives and takes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

import psycopg
from psycopg import RawCursor
from psycopg.abc import Buffer, PQGen
from psycopg.adapt import Loader
from psycopg.conninfo import conninfo_to_dict
from psycopg.types.numeric import Int8Dumper
from psycopg.types.string import StrDumperUnknown, TextLoader

from ...regex import regex
from ..maintenance import StoreRefused
from ..storable import storable_json, storable_text
from ..tables.dialect import Rows
from .dialect import translate

Returned = TypeVar("Returned")

#: Where text has no time limit: a migration, a clean-up or a copy of everything.
NO_LIMIT_S = 24 * 3600.0
_ROWS_PER_INSERT = 500
_VALUES_OF_A_ROW = regex(r"VALUES (\([?, ]+\))$")
_NUL_OR_SURROGATE = regex(r"\\u(?:0000|d[89a-f])", re.IGNORECASE)


class BoundedConnection(psycopg.Connection[tuple[Any, ...]]):
    """A connection that is given up when the server does not answer in time."""

    #: How long a statement may take, with the way to the server and back.
    patience_s = NO_LIMIT_S

    def wait(self, gen: PQGen[Returned], interval: float = 0.1, timeout: float | None = None) -> Returned:
        try:
            return super().wait(gen, interval, self.patience_s if timeout is None else timeout)
        except psycopg.errors._WaitTimeout:
            # Whatever the server still does with the statement, nobody reads it.
            self.close()
            raise ServerTimeout(f"the server did not answer within {self.patience_s:g} s") from None


class ServerTimeout(psycopg.OperationalError):
    """The server does not answer."""


class _TextDumper(StrDumperUnknown):
    """PostgreSQL has no NUL in texts, and no half of a surrogate pair in JSON."""

    def dump(self, obj: str) -> Buffer | None:
        obj = storable_text(obj)
        if "\\u" in obj and _NUL_OR_SURROGATE.search(obj):
            obj = _storable_json(obj)
        return super().dump(obj)


class _BooleanLoader(Loader):
    """Truth values as SQLite has them, 0 and 1."""

    def load(self, data: Buffer) -> int:
        return int(bytes(data) == b"t")


def _storable_json(text: str) -> str:
    """The same JSON with replacement characters for what PostgreSQL refuses; any other text as it is."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return json.dumps(storable_json(value))


def adapt(db: BoundedConnection) -> None:
    """Let integers be BIGINT, and JSON and truth values come as SQLite gives them."""
    db.adapters.register_dumper(int, Int8Dumper)
    db.adapters.register_dumper(str, _TextDumper)
    for name in ("json", "jsonb"):
        db.adapters.register_loader(name, TextLoader)
    db.adapters.register_loader("bool", _BooleanLoader)


def connection_settings(conninfo: str, password: str | None) -> dict[str, Any]:
    """The parameters of a connection. What the address says wins over what is set here. Raises StoreRefused for an
    address that libpq does not understand."""
    try:
        parameters = conninfo_to_dict(conninfo)
    except psycopg.ProgrammingError as fault:
        raise StoreRefused(f"the address cannot be used: {fault}") from None
    return {
        "application_name": "tener-interview",
        "connect_timeout": 2,
        # A connection whose other end is gone is noticed within seconds.
        "keepalives_idle": 2,
        "keepalives_interval": 1,
        "keepalives_count": 2,
        "tcp_user_timeout": 3_000,
        **({} if password is None else {"password": password}),
        **parameters,
        "client_encoding": "UTF8",
    }


def open_connection(settings: Mapping[str, Any]) -> BoundedConnection:
    """A connection for work without a time limit, each statement a transaction. Raises psycopg.Error."""
    db = BoundedConnection.connect(**settings, autocommit=True, prepare_threshold=None, cursor_factory=RawCursor)
    adapt(db)
    return db


def connect(conninfo: str, password: str | None = None) -> BoundedConnection:
    """The same by an address. Raises StoreRefused and psycopg.Error."""
    return open_connection(connection_settings(conninfo, password))


class TableConnection:
    """A connection inside a transaction, as the tables use it. `now_ms` is the time of all its statements."""

    def __init__(self, db: BoundedConnection, now_ms: int) -> None:
        self._db = db
        self._now_ms = now_ms

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Rows:
        translated = translate(sql)
        return self._db.execute(translated.sql, (*values, self._now_ms) if translated.takes_now_ms else values)

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> None:
        """Run a statement with each row of values. An INSERT gets many rows at once: the server answers each statement.
        """
        if not (row_values := _VALUES_OF_A_ROW.search(sql)):
            with self._db.cursor() as cursor:
                cursor.executemany(translate(sql).sql, rows)
            return
        all_rows = list(rows)
        for some in (all_rows[first : first + _ROWS_PER_INSERT] for first in range(0, len(all_rows), _ROWS_PER_INSERT)):
            self.execute(f"{sql}{f', {row_values[1]}' * (len(some) - 1)}", [value for row in some for value in row])
