"""Databases on a PostgreSQL server as a first start of the service makes them."""

from __future__ import annotations

import fcntl
from pathlib import Path

from fakes.postgres import PostgresServer
from tener_interview.store.postgres.database import Store

TEMPLATE = "migrated"


def migrated_template(server: PostgresServer, folder: Path) -> str:
    """The name of a migrated database that nobody uses; made once for all processes that name the same folder."""
    with (folder / "template.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        if not lock.read():
            Store(server.create_database(TEMPLATE), location="the template").close()
            lock.write("done")
    return TEMPLATE
