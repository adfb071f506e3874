"""The database of a test's service, SQLite or PostgreSQL: as another program sees it, and as another process opens it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from fakes.stored import create_migrated_file, opened, read_only
from tener_interview import settings
from tener_interview.store import opening
from tener_interview.store.ports import Store
from tener_interview.store.tables.dialect import Connection
from tener_interview.system.clock import Clock

_TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY table_name"
#: Without statistics, which a database makes for itself.
_SQLITE_TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_stat*' ORDER BY name"

#: In a test's folder, if its database is not a file there: the settings of the database.
DATABASE_OF_FOLDER = "database.json"


def tried_on(points: Iterable[str], on_server: Collection[str]) -> list[tuple[str, str]]:
    """Return values for a test's `name` and `store_kind`: each point on SQLite, and on PostgreSQL those where the
    database decides what is left: within a transaction, and right after one. Where a kill is about Hireflix or HTTP,
    SQLite is enough."""
    names = list(points)
    assert set(on_server) <= set(names)
    return [*((name, "sqlite") for name in names), *((name, "postgres") for name in names if name in on_server)]


def database_of(folder: Path) -> dict[str, str]:
    """Return the settings that name the database of a service with its files in a folder."""
    if (named := folder / DATABASE_OF_FOLDER).exists():
        settings: dict[str, str] = json.loads(named.read_text("utf-8"))
        return settings
    return {"TENER_INTERVIEW_DB_PATH": str(folder / "interview.sqlite3")}


def open_store(environ: Mapping[str, str], clock: Clock | None = None) -> Store:
    """Open the database as another process would."""
    create_migrated_file(environ)
    return opening.open_store(settings.load(environ), clock)


@contextmanager
def plain_connection(environ: Mapping[str, str]) -> Iterator[Connection]:
    """Connect as another program would; each statement is a transaction, and values are `?`."""
    if path := environ.get("TENER_INTERVIEW_DB_PATH"):
        with opened(Path(path)) as db:
            yield db
        return
    # The driver is needed only here, and not installed everywhere.
    from tener_interview.store.postgres import connection as postgres

    with closing(postgres.connect(environ["TENER_INTERVIEW_DATABASE_URL"])) as db:
        yield postgres.TableConnection(db, 0)


def everything(environ: Mapping[str, str]) -> list[str]:
    """Return every row of the database as text that begins with the name of its table."""
    if path := environ.get("TENER_INTERVIEW_DB_PATH"):
        with read_only(Path(path)) as file:
            names = [row[0] for row in file.execute(_SQLITE_TABLES)]
            return [f"{name}: {row}" for name in names for row in file.execute(f"SELECT * FROM {name}")]
    with plain_connection(environ) as db:
        tables = [row[0] for row in db.execute(_TABLES).fetchall()]
        rows = {table: db.execute(f"SELECT CAST(row AS TEXT) FROM {table} AS row ORDER BY 1") for table in tables}
        return [f"{table}: {row[0]}" for table, found in rows.items() for row in found.fetchall()]


def every_byte(environ: Mapping[str, str]) -> bytes:
    """Return every byte of a database's files; of a server's, what any program can read of it."""
    if path := environ.get("TENER_INTERVIEW_DB_PATH"):
        file = Path(path)
        return b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))
    return "\n".join(everything(environ)).encode()
