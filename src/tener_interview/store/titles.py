"""SQL of `job_titles`: what jobs are called, for when their source cannot be asked."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping


class JobTitles:
    """Reads and writes titles inside one transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def get(self, job_id: int) -> str | None:
        row = self._db.execute("SELECT title FROM job_titles WHERE job_id = ?", (job_id,)).fetchone()
        return None if row is None else str(row[0])

    def all(self) -> dict[int, str]:
        return {row[0]: row[1] for row in self._db.execute("SELECT job_id, title FROM job_titles")}

    def put(self, titles: Mapping[int, str]) -> None:
        self._db.executemany(
            "INSERT INTO job_titles (job_id, title) VALUES (?, ?)"
            " ON CONFLICT (job_id) DO UPDATE SET title = excluded.title",
            list(titles.items()),
        )
