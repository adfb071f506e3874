"""Table: the base of the classes that hold the SQL of one table, for use inside one transaction."""

from __future__ import annotations

import sqlite3


class Table:
    """The base of the classes that hold the SQL of one table."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
