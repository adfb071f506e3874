"""What a server has to be like for this service, and what it is like."""

from __future__ import annotations

import time

from ..maintenance import ServerReport, StoreRefused
from .connection import BoundedConnection
from .migrations import MIGRATIONS, find_version, table_names

MIN_VERSION = 14
_ENCODING = "UTF8"

_SERVER_QUERY = """
SELECT pg_encoding_to_char(encoding), current_setting('TimeZone'),
    pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean, pg_backend_pid(),
    current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer,
    rolconnlimit, datconnlimit, coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), FALSE)
FROM pg_database, pg_roles WHERE datname = current_database() AND rolname = current_user
"""
_RIGHTS_QUERY = """
SELECT relname, has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT')
    AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE'), pg_has_role(relowner, 'USAGE')
FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND relname = ANY($1)
"""


def name_and_version(db: BoundedConnection) -> str:
    """The name and version of the server."""
    version = db.info.server_version
    return f"PostgreSQL {version // 10_000}.{version % 10_000}"


def refuse_unsuitable(db: BoundedConnection, location: str) -> None:
    """Raises StoreRefused for a server that is too old and for an encoding that cannot hold every name."""
    if db.info.server_version // 10_000 < MIN_VERSION:
        raise StoreRefused(f"{location} is {name_and_version(db)}, and this service needs {MIN_VERSION} or newer.")
    encoding = db.info.parameter_status("server_encoding")
    if encoding != _ENCODING:
        raise StoreRefused(
            f"{location} has the encoding {encoding}, which cannot hold every name. Create a database for this service:"
            f" CREATE DATABASE ... ENCODING '{_ENCODING}' TEMPLATE template0."
        )


def report_on_server(db: BoundedConnection, location: str) -> ServerReport:
    """What the doctor tells of a server. Raises psycopg.Error."""
    before_ms = time.time_ns() // 1_000_000
    row = db.execute("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint").fetchone() or (before_ms,)
    after_ms = time.time_ns() // 1_000_000
    about = db.execute(_SERVER_QUERY).fetchone()
    assert about is not None
    encoding, time_zone, is_read_only, backend_pid, connections, of_role, of_database, is_encrypted = about
    return ServerReport(
        name_and_version=name_and_version(db),
        is_supported=db.info.server_version // 10_000 >= MIN_VERSION,
        encoding=encoding,
        is_encoding_suitable=encoding == _ENCODING,
        time_zone=time_zone,
        # Of what the answer's way leaves open, the least.
        clock_ahead_ms=min(after_ms - row[0], max(0, before_ms - row[0])) if after_ms > row[0] else after_ms - row[0],
        is_read_only=bool(is_read_only),
        missing_rights=tuple(_missing_rights(db, location)),
        # A pooler tells every client a number of its own, and not that of the process which serves it.
        is_pooled=backend_pid != db.info.backend_pid,
        max_connections=min(limit for limit in (connections, of_role, of_database) if limit >= 0),
        is_exposed=not is_encrypted and not _is_on_this_machine(db),
    )


def _is_on_this_machine(db: BoundedConnection) -> bool:
    """Whether the server is reached by a socket in the file system or a loopback address."""
    address = db.info.hostaddr
    return not address or address.startswith("127.") or address == "::1"


def _missing_rights(db: BoundedConnection, location: str) -> list[str]:
    """What the user may not do and has to."""
    row = db.execute(
        "SELECT current_schema(), has_schema_privilege(current_schema(), 'USAGE'),"
        " has_schema_privilege(current_schema(), 'CREATE')"
    ).fetchone()
    assert row is not None
    schema, may_use, may_create = row
    if schema is None:
        return ["use any schema: set search_path for the user"]
    missing = [] if may_use else [f"use the schema {schema}: GRANT USAGE ON SCHEMA {schema}"]
    if not may_create and find_version(db, location) < len(MIGRATIONS):
        missing.append(f"create tables: GRANT CREATE ON SCHEMA {schema}")
    tables = db.execute(_RIGHTS_QUERY, (table_names(len(MIGRATIONS)),)).fetchall()
    if blocked := [name for name, may_change, _ in tables if not may_change]:
        missing.append(f"read and change {', '.join(blocked)}: GRANT SELECT, INSERT, UPDATE, DELETE")
    if foreign := [name for name, _, is_owner in tables if not is_owner]:
        missing.append(f"migrate and VACUUM {', '.join(foreign)}: ALTER TABLE ... OWNER TO this user")
    return missing
