"""Instances that start together on one empty database."""

from __future__ import annotations

from tener_interview.store.postgres.connection import connect
from tener_interview.store.postgres.migrations import MIGRATIONS, find_version, migrate


def test_an_instance_that_waited_for_the_lock_sees_the_tables_that_another_made(empty_postgres: str) -> None:
    with connect(empty_postgres) as waiting, connect(empty_postgres) as other:
        assert find_version(waiting, "here") == 0
        with waiting.transaction():
            waiting.execute("SELECT 1")
            migrate(other, "here")
            assert find_version(waiting, "here") == len(MIGRATIONS)
