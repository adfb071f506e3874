"""Instances that start together on one empty database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from fakes.waiting import PATIENCE_S, eventually
from tener_interview.store.postgres.connection import BoundedConnection, connect
from tener_interview.store.postgres.migrations import MIGRATIONS, find_version, lock_schema, migrate, run_migrations

_WAITING = (
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


#: Connections that wait forget at different moments which tables they have not found. Of few, all may do so in time.
INSTANCES = 24


def test_instances_that_waited_for_the_lock_see_the_tables_that_another_made(empty_postgres: str) -> None:
    with ExitStack() as stack, connect(empty_postgres) as other:
        waiting = [stack.enter_context(connect(empty_postgres)) for _ in range(INSTANCES)]
        with ThreadPoolExecutor(INSTANCES) as pool, other.transaction():
            lock_schema(other)
            migrated = [pool.submit(migrate, db, "here") for db in waiting]
            eventually(lambda: waiting_for_the_lock(other) == INSTANCES)
            run_migrations(other, 0, len(MIGRATIONS))
        for each in migrated:
            each.result(PATIENCE_S)
        assert {find_version(db, "here") for db in waiting} == {len(MIGRATIONS)}


def waiting_for_the_lock(db: BoundedConnection) -> int:
    row = db.execute(_WAITING).fetchone()
    return int(row[0]) if row else 0
