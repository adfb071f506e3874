"""SQL of `job_titles`: titles and companies of jobs, for when their source is unavailable."""

from __future__ import annotations

from collections.abc import Mapping

from ..job_records import JobTitle
from .table import Table


class JobTitles(Table):
    """Reads and writes job titles."""

    def get(self, job_id: int) -> JobTitle | None:
        row = self._db.execute("SELECT title, company FROM job_titles WHERE job_id = ?", (job_id,)).fetchone()
        return None if row is None else JobTitle(*row)

    def all(self) -> dict[int, JobTitle]:
        return {row[0]: JobTitle(*row[1:]) for row in self._db.execute("SELECT job_id, title, company FROM job_titles")}

    def put(self, titles: Mapping[int, JobTitle]) -> None:
        self._db.executemany(
            "INSERT INTO job_titles (job_id, title, company) VALUES (?, ?, ?)"
            " ON CONFLICT (job_id) DO UPDATE SET title = excluded.title, company = excluded.company",
            [(job_id, *title) for job_id, title in sorted(titles.items())],
        )
