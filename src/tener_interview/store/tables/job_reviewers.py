"""SQL of `job_reviewers`: which users review the finished interviews of which jobs."""

from __future__ import annotations

from collections.abc import Collection

from ..user_records import JobReviewer
from .table import Table


class JobReviewers(Table):
    """Reads and writes who reviews what."""

    def is_assigned(self, job_id: int, user_id: str) -> bool:
        row = self._db.execute("SELECT 1 FROM job_reviewers WHERE job_id = ? AND user_id = ?", (job_id, user_id))
        return row.fetchone() is not None

    def of_job(self, job_id: int) -> list[JobReviewer]:
        """The users who review a job and may sign in, by name."""
        rows = self._db.execute(
            "SELECT users.user_id, users.name, users.role, job_reviewers.assigned_at"
            " FROM job_reviewers JOIN users ON users.user_id = job_reviewers.user_id"
            " WHERE job_reviewers.job_id = ? AND users.disabled_at IS NULL AND users.removed_at IS NULL"
            " ORDER BY users.name, users.user_id",
            (job_id,),
        )
        return [JobReviewer(*row) for row in rows]

    def jobs_of(self, user_id: str) -> list[int]:
        """The jobs that a user reviews."""
        rows = self._db.execute("SELECT job_id FROM job_reviewers WHERE user_id = ? ORDER BY job_id", (user_id,))
        return [row[0] for row in rows]

    def jobs_by_user(self) -> dict[str, list[int]]:
        """The jobs that each user reviews."""
        jobs: dict[str, list[int]] = {}
        for user_id, job_id in self._db.execute("SELECT user_id, job_id FROM job_reviewers ORDER BY user_id, job_id"):
            jobs.setdefault(user_id, []).append(job_id)
        return jobs

    def assign(self, job_id: int, user_ids: Collection[str], *, assigned_by: str | None, now_ms: int) -> None:
        """Let just these users review a job. Those who did before keep the time when they were assigned."""
        self._db.execute(
            "DELETE FROM job_reviewers WHERE job_id = ?"  # noqa: S608 - our own text
            f" AND NOT ({self._dialect.is_among('user_id')})",
            (job_id, self._dialect.list_value(user_ids)),
        )
        self._db.executemany(
            "INSERT INTO job_reviewers (job_id, user_id, assigned_at, assigned_by) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (job_id, user_id) DO NOTHING",
            [(job_id, user_id, now_ms, assigned_by) for user_id in sorted(user_ids)],
        )

    def remove_user(self, user_id: str) -> None:
        """Let a user review nothing."""
        self._db.execute("DELETE FROM job_reviewers WHERE user_id = ?", (user_id,))
