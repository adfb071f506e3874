"""Table: the SQL of one table, inside one transaction."""

from __future__ import annotations

import sqlite3


class Table:
    """Reads and writes of a transaction's connection."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
