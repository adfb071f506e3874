"""Restore: a backup replaces the tables of a PostgreSQL database in one transaction, so completely or not at all.

The tables are created by this service's own migrations, in a schema beside the others, and filled with the rows of
the archive. Then the schemas change places: the replaced tables stay in a schema of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg

from ..audit_chain import UNSEALED, AuditKeys
from ..erasure_log import Erasure, ErasureLog, LogEntry, latest_revocations, missing_entries, read_logs
from ..maintenance import ReplacedDatabaseFacts, ReportProgress, RestoreResult, StoreRefused, VerifiedCopy
from ..ports import AmendCopy
from ..tables.erasure_entries import ErasureEntries
from ..tables.replaced_database import ReplacedDatabase
from ..tables.transaction import Transaction
from .archive import rows_of, tables_in
from .audit_schema import REFUSES_CHANGES
from .connection import BoundedConnection, TableConnection, open_connection
from .dialect import READING, WRITING
from .migrations import MIGRATIONS, VERSION_TABLE, find_version, lock_schema, run_migrations, table_names

_DRAFT_SCHEMA = "tener_interview_restoring"
_SESSIONS = "interview_sessions"

#: How often it is looked whether others use the database, a tenth of a second apart.
_LOOKS_FOR_OTHERS = 10


def restore(
    settings: Mapping[str, Any], location: str, backup: Path, *, provider: str, moment: str, now_ms: int,
    amend: AmendCopy, lists: Sequence[Path], audit_keys: AuditKeys = UNSEALED,
    report_progress: ReportProgress | None,
) -> RestoreResult:
    """Replace the tables with those of a backup; the replaced ones get a schema whose name ends in `moment`.

    Raises StoreRefused and changes nothing: for a backup that is damaged, foreign, from a newer version or of another
    `provider`, for an erasure log that cannot be read, and while another program uses the database.
    """
    if not backup.is_file():
        raise StoreRefused(f"there is no file {backup}.")
    version = _version_of(backup)
    log_entries, unreadable = _read_logs(backup, lists)
    kept_schema = f"before_restore_{moment.lower()}"
    try:
        with closing(open_connection(settings)) as db:
            with db.transaction():
                db.execute("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")
                lock_schema(db)
                _refuse_other_sessions(db, location)
                schema, existing = _current_tables(db)
                previous, former_entries = _read_previous(db, location)
                entries = list(dict.fromkeys([*log_entries, *former_entries]))
                db.execute(f"CREATE SCHEMA {_DRAFT_SCHEMA}; SET LOCAL search_path = {_DRAFT_SCHEMA}")
                rows = _restore_tables(db, backup, version, report_progress)
                _refuse_other_provider(db, backup, provider)
                draft = _RestoredTables(db, now_ms, audit_keys)
                erasures = [entry for entry in entries if isinstance(entry, Erasure)]
                amend(draft, replace(previous, revocations=latest_revocations(entries)), erasures)
                log = ErasureEntries(TableConnection(db, now_ms), WRITING)
                log.add(missing_entries(log.all(), entries))
                _swap_schemas(db, schema, existing, kept_schema)
            # What was erased again is a dead row in the restored tables.
            db.execute(f"VACUUM (ANALYZE) {', '.join(rows)}")
            size = db.execute("SELECT pg_database_size(current_database())").fetchone()
    except psycopg.Error as fault:
        raise StoreRefused(f"{backup} cannot be restored into {location}: {fault}") from None
    except OSError as fault:
        raise StoreRefused(f"{backup} cannot be read: {fault.strerror or fault}") from None
    copy = VerifiedCopy(location, int(size[0]) if size else 0, len(MIGRATIONS), rows)
    return RestoreResult(
        copy, f"schema {kept_schema}" if existing else None, previous_unreadable=False, unreadable_lines=unreadable
    )


class _RestoredTables:
    """The restored tables before they take their place, inside the transaction that restores them."""

    def __init__(self, db: BoundedConnection, now_ms: int, audit_keys: AuditKeys) -> None:
        self._db = TableConnection(db, now_ms)
        self._audit_keys = audit_keys

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        tx = Transaction(self._db, WRITING, self._audit_keys)
        yield tx
        tx.write_audit_entries()


def _version_of(backup: Path) -> int:
    """The version of the schema in a backup. Raises StoreRefused for a backup that is not this service's."""
    tables = tables_in(backup)
    if VERSION_TABLE not in tables:
        raise StoreRefused(f"{backup} is not a backup of this service.")
    numbers = [
        int(line) for _, _, lines in rows_of(backup, [VERSION_TABLE]) for line in lines if line.strip().isdigit()
    ]
    version = numbers[0] if len(numbers) == 1 else 0
    if version > len(MIGRATIONS):
        raise StoreRefused(
            f"{backup} was written by a newer version of this service (schema {version}, known here:"
            f" {len(MIGRATIONS)})."
        )
    if not version or tables != set(table_names(version)):
        raise StoreRefused(f"{backup} is not as this service made it: tables were added or taken away.")
    return version


def _read_logs(backup: Path, lists: Sequence[Path]) -> tuple[list[LogEntry], int]:
    """All entries of the logs, and how many lines are unreadable. Raises StoreRefused when a log cannot be read."""
    for path in lists:
        if not path.is_file():
            raise StoreRefused(f"there is no list {path}.")
    logs = [ErasureLog(backup), *map(ErasureLog.at, lists)]
    return read_logs(logs)


def _refuse_other_sessions(db: BoundedConnection, location: str) -> None:
    """Refuse a database that others use. A connection that has just been closed is listed for a moment longer."""
    for _ in range(_LOOKS_FOR_OTHERS):
        row = db.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        ).fetchone()
        others = row[0] if row else 0
        if not others:
            return
        db.execute("SELECT pg_stat_clear_snapshot(), pg_sleep(0.1)")
    raise StoreRefused(
        f"{location} is in use: {others} other connections are open. Stop all instances of the service, and the"
        " connection pooler if there is one, then try again."
    )


def _current_tables(db: BoundedConnection) -> tuple[str, list[str]]:
    """The schema that tables are made in, and the tables of this service in it."""
    row = db.execute("SELECT current_schema()").fetchone()
    if row is None or row[0] is None:
        raise StoreRefused("there is no schema to make tables in: set search_path for the user, or create it.")
    names = db.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'"
        " AND relname = ANY($1)", (table_names(len(MIGRATIONS)),),
    ).fetchall()
    return str(row[0]), [table for (table,) in names]


def _read_previous(db: BoundedConnection, location: str) -> tuple[ReplacedDatabaseFacts, list[LogEntry]]:
    """What the tables that are replaced say of erasures and revocations."""
    version = find_version(db, location)
    if not version:
        return ReplacedDatabaseFacts(), []
    tables = TableConnection(db, 0)
    previous = ReplacedDatabase(tables, READING).facts(has_audit_log="audit_log" in table_names(version))
    return previous, [*ErasureEntries(tables, READING).all(), *previous.erasures, *previous.revocations]


def _restore_tables(
    db: BoundedConnection, backup: Path, version: int, report_progress: ReportProgress | None
) -> dict[str, int]:
    """Make the tables of a version, copy the rows into them, and bring them to this version; the rows by table."""
    run_migrations(db, 0, version)
    rows: dict[str, int] = {}
    tables = _in_reference_order(db, table_names(version))
    with closing(rows_of(backup, tables)) as archived:
        for table, columns, lines in archived:
            rows[table] = _copy(db, backup, table, columns, lines)
            if report_progress:
                report_progress(len(rows), len(tables))
    run_migrations(db, version, len(MIGRATIONS))
    return {table: rows.get(table, 0) for table in table_names(len(MIGRATIONS))}


def _copy(db: BoundedConnection, backup: Path, table: str, columns: Sequence[str], lines: Iterable[bytes]) -> int:
    """Copy the rows of a table; how many there are. Raises StoreRefused when its columns are not this version's."""
    expected = db.execute(
        "SELECT attname, pg_get_serial_sequence(attrelid::regclass::text, attname) FROM pg_attribute"
        " WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''", (table,),
    ).fetchall()
    db.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names; the migrations' first rows
    count = 0
    if set(columns) != {name for name, _ in expected}:
        raise StoreRefused(f"{backup} is not as this service made it: columns of {table} were added or taken away.")
    with db.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for line in lines:
            copy.write(line)
            count += 1
    for column, sequence in expected:
        if sequence is not None:
            db.execute(f"SELECT setval($1, greatest(max({column}), 1)) FROM {table}", (sequence,))  # noqa: S608
    return count


def _in_reference_order(db: BoundedConnection, tables: Sequence[str]) -> list[str]:
    """The tables, each after those that its rows refer to."""
    found = db.execute("SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint"
                       " WHERE contype = 'f' AND connamespace = current_schema()::regnamespace").fetchall()
    references = [(table, other) for table, other in found if table != other]
    ordered: list[str] = []
    while left := [table for table in tables if table not in ordered]:
        ordered += [
            table for table in left if not any(here == table and there in left for here, there in references)
        ]
    return ordered


def _refuse_other_provider(db: BoundedConnection, backup: Path, provider: str) -> None:
    """Raises StoreRefused for a backup of the other provider: a service with real interviews would not accept demo
    ones."""
    others = Transaction(TableConnection(db, 0), READING).session_providers.names() - {provider}
    if others:
        raise StoreRefused(
            f"{backup} holds sessions of the {min(others)} provider, and this service is set up for {provider}."
        )


def _swap_schemas(db: BoundedConnection, schema: str, existing: Sequence[str], kept_schema: str) -> None:
    """Move the current tables to a schema of their own, and the restored ones into their place."""
    if existing:
        db.execute(f"CREATE SCHEMA {kept_schema}")
    for table in existing:
        db.execute(f'ALTER TABLE "{schema}".{table} SET SCHEMA {kept_schema}')
    if "audit_log" in existing:
        db.execute(f'ALTER FUNCTION "{schema}".{REFUSES_CHANGES}() SET SCHEMA {kept_schema}')
    for table in table_names(len(MIGRATIONS)):
        db.execute(f'ALTER TABLE {_DRAFT_SCHEMA}.{table} SET SCHEMA "{schema}"')
    db.execute(f'ALTER FUNCTION {_DRAFT_SCHEMA}.{REFUSES_CHANGES}() SET SCHEMA "{schema}"')
    db.execute(f'DROP SCHEMA {_DRAFT_SCHEMA}; SET LOCAL search_path = "{schema}"')
