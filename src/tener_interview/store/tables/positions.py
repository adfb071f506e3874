"""SQL of `job_positions`: the provider positions of jobs that do not use the default one."""

from __future__ import annotations

from ..records import JobPosition
from .table import Table


class JobPositions(Table):
    """Reads and writes the positions of jobs."""

    def get(self, job_id: int) -> JobPosition | None:
        row = self._db.execute(
            "SELECT job_id, position_id, position_name FROM job_positions WHERE job_id = ?", (job_id,)
        ).fetchone()
        return None if row is None else JobPosition(*row)

    def put(self, position: JobPosition, at_ms: int) -> None:
        self._db.execute(
            "INSERT INTO job_positions (job_id, position_id, position_name, updated_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (job_id) DO UPDATE SET position_id = excluded.position_id,"
            " position_name = excluded.position_name, updated_at = excluded.updated_at",
            (position.job_id, position.position_id, position.position_name, at_ms),
        )

    def remove(self, job_id: int) -> None:
        self._db.execute("DELETE FROM job_positions WHERE job_id = ?", (job_id,))
