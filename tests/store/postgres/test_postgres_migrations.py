"""Instances that start together on one empty database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from fakes.waiting import PATIENCE_S, eventually
from tener_interview.store.postgres.connection import BoundedConnection, connect
from tener_interview.store.postgres.migrations import MIGRATIONS, find_version, lock_schema, migrate, run_migrations

_WAITING = (
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


def test_an_instance_that_waited_for_the_lock_sees_the_tables_that_another_made(empty_postgres: str) -> None:
    with connect(empty_postgres) as waiting, connect(empty_postgres) as other:
        with ThreadPoolExecutor(1) as pool, other.transaction():
            lock_schema(other)
            migrated = pool.submit(migrate, waiting, "here")
            eventually(lambda: waiting_for_the_lock(other) == 1)
            run_migrations(other, 0, len(MIGRATIONS))
        migrated.result(PATIENCE_S)
        assert find_version(waiting, "here") == len(MIGRATIONS)


def waiting_for_the_lock(db: BoundedConnection) -> int:
    row = db.execute(_WAITING).fetchone()
    return int(row[0]) if row else 0
