"""Copies another database into an empty one on PostgreSQL: a table at a time, some rows in each transaction.

How far the copy is stands in `database_copy`, in the same transactions, so that the next run continues a killed one.
While that table is there, no service uses the database.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice

from psycopg import sql

from ...actor import COMMAND_LINE
from ...lazy_dataclass import dataclass
from ..audit_chain import UNSEALED, AuditKeys
from ..copying import CopiedTable, CopySource, DatabaseCopy, Row, checksum
from ..erasure_log import missing_entries
from ..maintenance import ReportProgress, StoreRefused
from ..storable import storable_json
from ..tables.erasure_entries import ErasureEntries
from ..tables.transaction import Transaction
from .connection import BoundedConnection, TableConnection
from .dialect import WRITING

PROGRESS_TABLE = "database_copy"
ROWS_PER_TRANSACTION = 2_000
#: Tables that others refer to.
_REFERENCED_TABLES = ("interview_sessions", "answer_shingles", "shares", "users")
#: Tables that have a row from the start; the copy has its own.
_SINGLE_ROWS = ("scrub_debt", "retention_held", "audit_head", "mail_switch")


@dataclass(frozen=True)
class _Table:
    """What is copied of a table: its stored columns, its primary key, and the places of columns with JSON."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    json_columns: tuple[int, ...]


def copy_database(
    db: BoundedConnection, source: CopySource, location: str, report_progress: ReportProgress | None = None,
    *, audit_keys: AuditKeys = UNSEALED, now_ms: int = 0,
) -> DatabaseCopy:
    """Copy every row of the source, and compare both by the number of rows and a checksum of all values.

    Raises StoreRefused for a database that is not empty, unless it has an unfinished copy of the same source, and
    psycopg.Error.
    """
    if not _lock_copy(db):
        raise StoreRefused(f"another copy into {location} is under way.")
    names = [*_REFERENCED_TABLES, *(name for name in source.tables if name not in _REFERENCED_TABLES)]
    tables = [_describe(db, name) for name in names]
    expected = [_checksum_of_source(source, table) for table in tables]
    tables_copied = _checksums(db, tables)
    if _has_begun(db):
        if _recorded_fingerprint(db) != _fingerprint(expected):
            raise StoreRefused(
                f"{location} has an unfinished copy of another file, or of this one before it changed. Name an empty"
                " database."
            )
    elif _without_audit_log(expected) == _without_audit_log(tables_copied):
        return DatabaseCopy(tuple(expected), already_there=True)
    else:
        _begin_copy(db, tables_copied, expected, location)
    copied_rows, total = 0, sum(table.rows for table in expected)
    for table in tables:
        for copied in _copy_table(db, source, table):
            copied_rows += copied
            if report_progress:
                report_progress(copied_rows, total)
    tables_copied = _checksums(db, tables)
    if differing := [one.name for one, other in zip(expected, tables_copied, strict=True) if one != other]:
        raise StoreRefused(f"the copy in {location} is not the same: {', '.join(differing)}. Name an empty database.")
    _finish_copy(db, source, tables, audit_keys, now_ms)
    return DatabaseCopy(tuple(tables_copied), already_there=False)


def _without_audit_log(tables: Sequence[CopiedTable]) -> list[CopiedTable]:
    """All but the audit log, to which the copy itself adds an entry."""
    return [table for table in tables if table.name not in ("audit_log", "audit_head")]


def refuse_unfinished_copy(db: BoundedConnection, location: str) -> None:
    """Raises StoreRefused for a database that is being copied into."""
    if _has_begun(db):
        raise StoreRefused(
            f"{location} has an unfinished copy of a SQLite file. Finish it: python3 -m tener_interview migrate --from"
            " FILE"
        )


def _lock_copy(db: BoundedConnection) -> bool:
    """Take a lock that ends with the connection; False while another process has it."""
    row = db.execute("SELECT pg_try_advisory_lock(hashtext($1))", (PROGRESS_TABLE,)).fetchone()
    return bool(row and row[0])


def _has_begun(db: BoundedConnection) -> bool:
    row = db.execute("SELECT to_regclass($1) IS NOT NULL", (PROGRESS_TABLE,)).fetchone()
    return bool(row and row[0])


def _begin_copy(
    db: BoundedConnection, found: Sequence[CopiedTable], expected: Sequence[CopiedTable], location: str
) -> None:
    filled = [table.name for table in found if table.rows and table.name not in _SINGLE_ROWS]
    if filled:
        raise StoreRefused(
            f"{location} is not empty: there are rows in {', '.join(filled)}. Name an empty database; nothing was"
            " changed."
        )
    with db.transaction():
        db.execute(
            f"CREATE TABLE {PROGRESS_TABLE} (name TEXT PRIMARY KEY, rows BIGINT NOT NULL, fingerprint TEXT)".encode()
        )
        db.execute(
            f"INSERT INTO {PROGRESS_TABLE} (name, rows, fingerprint) VALUES ('', 0, $1)",  # noqa: S608 - our own name
            (_fingerprint(expected),),
        )
        for name in _SINGLE_ROWS:
            db.execute(f"DELETE FROM {name}".encode())  # noqa: S608 - our own name


def _fingerprint(tables: Sequence[CopiedTable]) -> str:
    """Identifies the contents of a whole database."""
    return checksum("", [(table.name, table.rows, table.checksum) for table in tables], ()).checksum


def _recorded_fingerprint(db: BoundedConnection) -> str | None:
    row = db.execute(f"SELECT fingerprint FROM {PROGRESS_TABLE} WHERE name = ''").fetchone()  # noqa: S608 - ours
    return row[0] if row else None


def _copy_table(db: BoundedConnection, source: CopySource, table: _Table) -> Iterator[int]:
    """Copy the rows that are not copied yet; yields their number after each transaction, and at first that of those
    that are."""
    row = db.execute(
        f"SELECT rows FROM {PROGRESS_TABLE} WHERE name = $1", (table.name,)  # noqa: S608 - our own name
    ).fetchone()
    copied_rows = int(row[0]) if row else 0
    yield copied_rows
    rows = islice(source.rows(table.name, table.columns, table.key), copied_rows, None)
    while some := list(islice(rows, ROWS_PER_TRANSACTION)):
        copied_rows += len(some)
        write_rows(db, table, some, copied_rows)
        yield len(some)


def write_rows(db: BoundedConnection, table: _Table, rows: Sequence[Row], copied_rows: int) -> None:
    """Write some rows, and with them how many of the table have been copied."""
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), _names(table.columns))
    with db.transaction(), db.cursor() as cursor:
        with cursor.copy(into) as copy:
            for values in rows:
                copy.write_row(_storable(values, table.json_columns))
        db.execute(
            f"INSERT INTO {PROGRESS_TABLE} (name, rows) VALUES ($1, $2)"  # noqa: S608 - our own name
            " ON CONFLICT (name) DO UPDATE SET rows = excluded.rows",
            (table.name, copied_rows),
        )


def _storable(values: Row, json_columns: Sequence[int]) -> Row:
    return tuple(
        json.dumps(storable_json(json.loads(value))) if place in json_columns and value is not None else value
        for place, value in enumerate(values)
    )


def _finish_copy(
    db: BoundedConnection, source: CopySource, tables: Sequence[_Table], audit_keys: AuditKeys, now_ms: int
) -> None:
    """Copy the erasure log, continue the numbers of rows where the source's end, and let services use the database."""
    with db.transaction():
        entries = ErasureEntries(TableConnection(db, 0), WRITING)
        entries.add(missing_entries(entries.all(), dict.fromkeys(source.log_entries())))
        for table in tables:
            for column in table.columns:
                sequence = db.execute("SELECT pg_get_serial_sequence($1, $2)", (table.name, column)).fetchone()
                if sequence and sequence[0]:
                    row = db.execute(
                        f"SELECT coalesce(max({column}), 0) FROM {table.name}"  # noqa: S608 - our own schema
                    ).fetchone()
                    last = max(int(row[0]) if row else 0, source.last_number(table.name))
                    db.execute("SELECT setval($1, $2, $3)", (sequence[0], max(last, 1), last > 0))
        db.execute(f"DROP TABLE {PROGRESS_TABLE}".encode())
        tx = Transaction(TableConnection(db, now_ms), WRITING, audit_keys)
        tx.audit.append(COMMAND_LINE, "database.migrated", "database", at_ms=now_ms)
        tx.write_audit_entries()


def _checksum_of_source(source: CopySource, table: _Table) -> CopiedTable:
    rows = source.rows(table.name, table.columns, table.key)
    try:
        return checksum(table.name, rows, table.json_columns)
    except ValueError as fault:
        raise StoreRefused(f"{source.location} has a row of {table.name} whose JSON is broken: {fault}") from None


def _checksums(db: BoundedConnection, tables: Sequence[_Table]) -> list[CopiedTable]:
    return [checksum(table.name, _rows(db, table), table.json_columns) for table in tables]


def _rows(db: BoundedConnection, table: _Table) -> Iterator[Row]:
    """All rows of a table in the order of its primary key."""
    query = sql.SQL("SELECT {} FROM {} ORDER BY {}").format(
        _names(table.columns), sql.Identifier(table.name), _names(table.key)
    )
    with db.transaction(), db.cursor("rows_of_a_table") as cursor:
        cursor.itersize = ROWS_PER_TRANSACTION
        cursor.execute(query)
        yield from cursor


def _names(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def _describe(db: BoundedConnection, name: str) -> _Table:
    columns = db.execute(
        "SELECT column_name, data_type = 'jsonb' FROM information_schema.columns"
        " WHERE table_schema = current_schema() AND table_name = $1 AND is_generated = 'NEVER'"
        " ORDER BY ordinal_position",
        (name,),
    ).fetchall()
    key = db.execute(
        "SELECT attname FROM pg_index CROSS JOIN LATERAL unnest(indkey) WITH ORDINALITY AS part (number, place)"
        " JOIN pg_attribute ON attrelid = indrelid AND attnum = part.number"
        " WHERE indrelid = to_regclass($1) AND indisprimary ORDER BY place",
        (name,),
    ).fetchall()
    json_columns = tuple(place for place, (_, is_json) in enumerate(columns) if is_json)
    return _Table(name, tuple(row[0] for row in columns), tuple(row[0] for row in key), json_columns)
