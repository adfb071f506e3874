"""SQL of `job_step_progress`: the progress of the steps of a job."""

from __future__ import annotations

import json

from ..records import StepProgress
from .table import Table


class Steps(Table):
    """Reads and writes the progress of steps."""

    def put(self, progress: StepProgress) -> None:
        output = None if progress.output is None else json.dumps(progress.output)
        self._db.execute(
            "INSERT INTO job_step_progress (job_id, step, status, done, failed, total, output, updated_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (job_id, step) DO UPDATE SET status = excluded.status,"
            " done = excluded.done, failed = excluded.failed, total = excluded.total, output = excluded.output,"
            " updated_at = excluded.updated_at",
            (progress.job_id, progress.step, progress.status, progress.done, progress.failed, progress.total, output,
             progress.updated_at),
        )

    def put_output(self, job_id: int, step: str, output: str) -> None:
        """Replace a step's response."""
        self._db.execute(
            "UPDATE job_step_progress SET output = ? WHERE job_id = ? AND step = ?", (output, job_id, step)
        )

    def fail_running(self, at_ms: int) -> None:
        """Mark steps as failed that are running, or were when their process died."""
        self._db.execute(
            "UPDATE job_step_progress SET status = 'error', updated_at = ? WHERE status = 'running'", (at_ms,)
        )

    def get(self, job_id: int, step: str) -> StepProgress | None:
        row = self._db.execute(
            "SELECT status, done, failed, total, output, updated_at FROM job_step_progress"
            " WHERE job_id = ? AND step = ?",
            (job_id, step),
        ).fetchone()
        if row is None:
            return None
        status, done, failed, total, output, updated_at = row
        return StepProgress(job_id, step, status, done, failed, total, output and json.loads(output), updated_at)
