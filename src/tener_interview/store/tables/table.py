"""Table: the base of the classes that hold the SQL of one table, for use inside one transaction."""

from __future__ import annotations

from .dialect import Connection, Dialect


class Table:
    """The base of the classes that hold the SQL of one table."""

    def __init__(self, db: Connection, dialect: Dialect) -> None:
        self._db = db
        self._dialect = dialect
