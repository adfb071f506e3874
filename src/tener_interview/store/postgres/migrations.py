"""The schema on PostgreSQL, as the numbered steps that made it.

A table says how many have run. All that are due run in one transaction, while an advisory lock keeps other instances
that start at the same time waiting. Steps are never edited once released: a change is a new step.

`TEXT` stands for text that is compared and sorted by its bytes, as SQLite does it, whatever the database's collation.
"""

from __future__ import annotations

import re

from ..maintenance import StoreRefused
from .connection import BoundedConnection
from .first_schema import FIRST_SCHEMA
from .outreach_schema import OUTREACH_SCHEMA
from .second_schema import SECOND_SCHEMA

VERSION_TABLE = "tener_interview_schema"
#: Any number that no other program takes for its advisory locks: "TnIv" in ASCII.
_LOCK = 0x546E4976

MIGRATIONS: tuple[str, ...] = (FIRST_SCHEMA, SECOND_SCHEMA, OUTREACH_SCHEMA)


def migrate(db: BoundedConnection, location: str) -> None:
    """Create the tables, or bring them to the version of this code. Raises StoreRefused and psycopg.Error."""
    # Without the lock, so that most starts wait for nobody.
    if find_version(db, location) == len(MIGRATIONS):
        return
    with db.transaction():
        lock_schema(db)
        run_migrations(db, find_version(db, location), len(MIGRATIONS))


def lock_schema(db: BoundedConnection) -> None:
    """Until the end of the transaction, nobody else migrates or restores."""
    db.execute("SELECT pg_advisory_xact_lock($1)", (_LOCK,))


def run_migrations(db: BoundedConnection, first: int, last: int) -> None:
    """Bring tables of one version to another, in the schema that new tables are made in."""
    for statements in MIGRATIONS[first:last]:
        # Several statements at once, as text without values.
        db.execute(re.sub(r"\bTEXT\b", 'TEXT COLLATE "C"', statements).encode())
    db.execute(f"UPDATE {VERSION_TABLE} SET version = $1", (last,))  # noqa: S608 - our own name


def table_names(version: int) -> list[str]:
    """The tables of a version, in the order in which they were made."""
    return [name for step in MIGRATIONS[:version] for name in re.findall(r"CREATE TABLE (\w+)", step)]


def find_version(db: BoundedConnection, location: str) -> int:
    """How many steps have run; 0 for an empty database. Raises StoreRefused for a foreign one and a newer one."""
    # Read from the table itself: to_regclass() goes by what this connection remembers, as from before it waited.
    found = db.execute(
        "SELECT relname FROM pg_class WHERE relname IN ($1, 'interview_sessions') AND pg_table_is_visible(oid)",
        (VERSION_TABLE,),
    ).fetchall()
    tables = {str(row[0]) for row in found}
    if VERSION_TABLE not in tables:
        if tables:
            raise StoreRefused(
                f"{location} has a table interview_sessions that this service did not make. Name a database of this"
                " service's own."
            )
        return 0
    row = db.execute(f"SELECT version FROM {VERSION_TABLE}").fetchone()  # noqa: S608 - our own name
    version = int(row[0]) if row else 0
    if version > len(MIGRATIONS):
        raise StoreRefused(
            f"{location} was written by a newer version of this service (schema {version}, known here:"
            f" {len(MIGRATIONS)}). Start that version."
        )
    return version
