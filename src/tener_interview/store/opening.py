"""Opens the database that the settings name: the only place that knows which one it is.

What only commands need is imported by them, not by the server.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..settings import DECLARATIONS, POSTGRES_EXTRA
from .audit_chain import UNSEALED
from .maintenance import StoreRefused
from .sqlite.database import Store as SqliteStore

if TYPE_CHECKING:
    from ..settings import Settings
    from ..system.clock import Clock
    from .audit_chain import AuditKeys
    from .copying import DatabaseCopy
    from .legacy import LegacyDatabase
    from .maintenance import ReportProgress
    from .ports import Maintenance, Store


def open_store(
    settings: Settings, clock: Clock | None = None, *, beside_server: bool = False, audit_keys: AuditKeys = UNSEALED
) -> Store:
    """The database, created and migrated as needed; the caller closes it.

    A `beside_server` works beside the server on the same database. Raises StoreRefused for one that cannot be used.
    """
    if settings.database_url is None:
        return SqliteStore(settings.db_path, beside_server=beside_server, clock=clock, audit_keys=audit_keys)
    with _driver():
        from .postgres.database import Store as PostgresStore
    return PostgresStore(
        settings.database_url.conninfo, location=str(settings.database_url), password=settings.database_password,
        pool_size=settings.database_pool_size, timeout_s=settings.database_timeout_s, clock=clock,
        audit_keys=audit_keys,
    )


def copy_sqlite_file(
    path: Path, settings: Settings, report_progress: ReportProgress | None = None, audit_keys: AuditKeys = UNSEALED
) -> DatabaseCopy:
    """Copy a SQLite database into the empty PostgreSQL database that the settings name; the file stays as it is.

    Raises StoreRefused.
    """
    from .sqlite.copy_source import open_copy_source

    url = settings.database_url
    if url is None:
        raise StoreRefused("TENER_INTERVIEW_DATABASE_URL names no database to copy the file into.")
    with _driver():
        from .postgres.database import copy_from
    with open_copy_source(path, report_progress) as source:
        return copy_from(source, url.conninfo, settings.database_password, str(url), report_progress, audit_keys)


def database_variable(settings: Settings) -> str:
    """The variable that names the database."""
    return DECLARATIONS["db_path" if settings.database_url is None else "database_url"].variable


def maintenance(settings: Settings, audit_keys: AuditKeys = UNSEALED) -> Maintenance:
    """Work on the same database without opening it. Raises StoreRefused."""
    if settings.database_url is None:
        from .sqlite.maintenance import SqliteMaintenance

        return SqliteMaintenance(settings.db_path, audit_keys)
    with _driver():
        from .postgres.connection import connection_settings
        from .postgres.maintenance import PostgresMaintenance
    url, password = settings.database_url, settings.database_password
    return PostgresMaintenance(connection_settings(url.conninfo, password), str(url), audit_keys)


def refuse_database_file(settings: Settings, target: Path) -> None:
    """Raises StoreRefused for a file to write to that is part of the database."""
    if settings.database_url is None:
        from .sqlite.backup import refuse_own_file

        refuse_own_file(settings.db_path, target)


def open_legacy_database(path: Path) -> AbstractContextManager[LegacyDatabase]:
    """The database of the previous service, which was a SQLite file. Raises StoreRefused."""
    from .sqlite.legacy_database import open_legacy_database as open_file

    return open_file(path)


def sqlite_version() -> tuple[int, int, int]:
    """The version of the SQLite library that this Python uses."""
    from .sqlite.inspection import sqlite_version as version

    return version()


@contextmanager
def _driver() -> Iterator[None]:
    """The driver is an extra, so it is imported only if used."""
    try:
        yield
    except ImportError as fault:
        raise StoreRefused(f"the driver of PostgreSQL cannot be used ({fault}): {POSTGRES_EXTRA}") from None
