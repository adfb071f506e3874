"""SQL of `job_plans`, `plan_positions` and `plan_versions`: the interview plans of jobs."""

from __future__ import annotations

from ..plan_records import PlanDraft, PlanPosition, PlanVersion
from .table import Table

_VERSIONS = f"SELECT {', '.join(PlanVersion._fields)} FROM plan_versions WHERE job_id = ?"  # noqa: S608 - names of our own fields


class Plans(Table):
    """Reads and writes drafts, the positions made from them, and published versions."""

    def draft(self, job_id: int) -> PlanDraft | None:
        row = self._db.execute(
            "SELECT content, revision, saved_at FROM job_plans WHERE job_id = ?", (job_id,)
        ).fetchone()
        return None if row is None else PlanDraft(*row)

    def save_draft(self, job_id: int, content: str, at_ms: int, *, revision: int) -> bool:
        """Replace the draft of this revision, 0 where there is none. Returns False if it has another one by now."""
        if not revision:
            saved = self._db.execute(
                "INSERT INTO job_plans (job_id, content, revision, saved_at) VALUES (?, ?, 1, ?)"
                " ON CONFLICT (job_id) DO NOTHING",
                (job_id, content, at_ms),
            )
        else:
            saved = self._db.execute(
                "UPDATE job_plans SET content = ?, revision = revision + 1, saved_at = ?"
                " WHERE job_id = ? AND revision = ?",
                (content, at_ms, job_id, revision),
            )
        return saved.rowcount == 1

    def lock_draft(self, job_id: int) -> None:
        """Let no other transaction publish a version of this job until this one ends."""
        self._db.execute("UPDATE job_plans SET revision = revision WHERE job_id = ?", (job_id,))

    def claim_position(self, job_id: int, interview_hash: str, name: str, at_ms: int) -> bool:
        """Record that a position is about to be made. Returns False if that was recorded before."""
        claimed = self._db.execute(
            "INSERT INTO plan_positions (job_id, interview_hash, position_name, claimed_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (job_id, interview_hash) DO NOTHING",
            (job_id, interview_hash, name, at_ms),
        )
        return claimed.rowcount == 1

    def position(self, job_id: int, interview_hash: str) -> PlanPosition | None:
        row = self._db.execute(
            "SELECT position_name, position_id, claimed_at FROM plan_positions WHERE job_id = ? AND interview_hash = ?",
            (job_id, interview_hash),
        ).fetchone()
        return None if row is None else PlanPosition(*row)

    def record_position(self, job_id: int, interview_hash: str, position_id: str) -> bool:
        """Record the position made for a plan. Returns False if one is recorded already, or this one for another."""
        recorded = self._db.execute(
            "UPDATE plan_positions SET position_id = ? WHERE job_id = ? AND interview_hash = ? AND position_id IS NULL"
            " AND NOT EXISTS (SELECT 1 FROM plan_positions AS other WHERE other.position_id = ?)",
            (position_id, job_id, interview_hash, position_id),
        )
        return recorded.rowcount == 1

    def forget_position(self, job_id: int, interview_hash: str, position_id: str) -> bool:
        """Forget a position that takes no candidates any more. Returns False if another one is recorded by now."""
        forgotten = self._db.execute(
            "UPDATE plan_positions SET position_id = NULL WHERE job_id = ? AND interview_hash = ? AND position_id = ?",
            (job_id, interview_hash, position_id),
        )
        return forgotten.rowcount == 1

    def used_positions(self) -> set[str]:
        """The ids of all positions that plans or jobs have."""
        rows = self._db.execute(
            "SELECT position_id FROM plan_versions UNION SELECT position_id FROM job_positions"
            " UNION SELECT position_id FROM plan_positions WHERE position_id IS NOT NULL"
        ).fetchall()
        return {row[0] for row in rows}

    def sessions_by_version(self, job_id: int) -> dict[int, int]:
        """How many current sessions were invited with each version."""
        rows = self._db.execute(
            "SELECT plan_version, count(*) FROM interview_sessions"
            " WHERE job_id = ? AND is_current = TRUE AND plan_version IS NOT NULL GROUP BY plan_version",
            (job_id,),
        ).fetchall()
        return {row[0]: row[1] for row in rows}

    def add_version(
        self, job_id: int, content: str, plan_hash: str, *, position_id: str, position_name: str, at_ms: int
    ) -> PlanVersion:
        """Append a version. Its number is one more than the latest; `lock_draft` keeps others from the same one."""
        version = self._db.execute(
            "INSERT INTO plan_versions (job_id, version, content, plan_hash, position_id, position_name, published_at)"
            " SELECT ?, coalesce(max(version), 0) + 1, ?, ?, ?, ?, ? FROM plan_versions WHERE job_id = ?"
            " RETURNING version",
            (job_id, content, plan_hash, position_id, position_name, at_ms, job_id),
        ).fetchone()[0]
        return PlanVersion(job_id, version, content, plan_hash, position_id, position_name, at_ms)

    def versions(self, job_id: int) -> list[PlanVersion]:
        """All versions, newest first."""
        rows = self._db.execute(f"{_VERSIONS} ORDER BY version DESC", (job_id,)).fetchall()
        return [PlanVersion(*row) for row in rows]

    def job_ids(self) -> list[int]:
        """The jobs that have a draft; without one there are no versions."""
        return [row[0] for row in self._db.execute("SELECT job_id FROM job_plans ORDER BY job_id").fetchall()]

    def replace_content(self, job_id: int, version: int, content: str) -> None:
        """Change a version all the same: what a person said in it has to be erased."""
        self._db.execute(
            "UPDATE plan_versions SET content = ? WHERE job_id = ? AND version = ?", (content, job_id, version)
        )

    def latest(self, job_id: int) -> PlanVersion | None:
        return self._one("ORDER BY version DESC LIMIT 1", job_id)

    def version(self, job_id: int, version: int) -> PlanVersion | None:
        return self._one("AND version = ?", job_id, version)

    def first_version_asked_in(self, job_id: int, position_id: str) -> int | None:
        """The first version of the job's plan with the questions of this position."""
        found = self._one("AND position_id = ? ORDER BY version LIMIT 1", job_id, position_id)
        return found and found.version

    def latest_asked_in(self, job_id: int, position_id: str) -> PlanVersion | None:
        """The latest version of the job's plan with the questions of this position."""
        return self._one("AND position_id = ? ORDER BY version DESC LIMIT 1", job_id, position_id)

    def _one(self, clause: str, *values: object) -> PlanVersion | None:
        row = self._db.execute(f"{_VERSIONS} {clause}", values).fetchone()
        return None if row is None else PlanVersion(*row)
