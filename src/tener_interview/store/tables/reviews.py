"""SQL of `reviews` and `review_versions`: what reviewers think of interviews, and of `score_overrides`."""

from __future__ import annotations

from ..review_records import JobReviewCounts, OverrideRow, ReviewRow, ReviewTask, ReviewVersion
from .table import Table

_REVIEWS = f"SELECT {', '.join(ReviewRow._fields)} FROM reviews WHERE session_id = ?"  # noqa: S608 - our own fields
_VERSIONS = f"SELECT {', '.join(ReviewVersion._fields)} FROM review_versions WHERE session_id = ?"  # noqa: S608 - as above
_OVERRIDES = f"SELECT {', '.join(OverrideRow._fields)} FROM score_overrides WHERE session_id = ?"  # noqa: S608 - as above
_TASKS = """
    FROM interview_sessions
    LEFT JOIN reviews ON reviews.session_id = interview_sessions.session_id AND reviews.reviewer_id = ?
    WHERE is_current = TRUE AND status IN ('completed', 'scored') AND erased_at IS NULL"""
_STATE = """CASE WHEN reviews.version IS NOT NULL THEN 'submitted' WHEN reviews.draft IS NOT NULL THEN 'draft'
    ELSE 'to_do' END"""
#: A reviewer may write only while assigned to the job of the session.
_ASSIGNED = "EXISTS (SELECT 1 FROM job_reviewers WHERE job_id = ? AND user_id = ?)"


class Reviews(Table):
    """Reads and writes reviews. The caller holds the lock of the session's job."""

    def get(self, session_id: str, reviewer_id: str) -> ReviewRow | None:
        row = self._db.execute(f"{_REVIEWS} AND reviewer_id = ?", (session_id, reviewer_id)).fetchone()
        return None if row is None else ReviewRow._make(row)

    def of_session(self, session_id: str) -> list[ReviewRow]:
        """The reviews of a session, submitted or not, the earliest begun first."""
        rows = self._db.execute(f"{_REVIEWS} ORDER BY created_at, reviewer_id", (session_id,)).fetchall()
        return [ReviewRow._make(row) for row in rows]

    def versions(self, session_id: str) -> list[ReviewVersion]:
        """Everything that was submitted about a session, by reviewer, oldest first."""
        rows = self._db.execute(f"{_VERSIONS} ORDER BY reviewer_id, version", (session_id,)).fetchall()
        return [ReviewVersion._make(row) for row in rows]

    def submitted_totals(self, session_id: str) -> list[float]:
        """The totals of the submitted reviews of a session."""
        rows = self._db.execute(
            "SELECT total FROM reviews WHERE session_id = ? AND total IS NOT NULL ORDER BY reviewer_id", (session_id,)
        )
        return [row[0] for row in rows.fetchall()]

    def save(
        self, session_id: str, job_id: int, reviewer_id: str, reviewer_name: str, draft: str, at_ms: int, *,
        revision: int, assigned_only: bool,
    ) -> bool:
        """Replace the draft of this revision, 0 where there is none. Returns False if it has another one by now, or if
        the reviewer is no longer assigned."""
        allowed, assigned = self._assignment(job_id, reviewer_id, assigned_only=assigned_only)
        if not revision:
            saved = self._db.execute(
                "INSERT INTO reviews (session_id, reviewer_id, job_id, reviewer_name, revision, draft, created_at,"
                f" saved_at) SELECT ?, ?, ?, ?, 1, ?, ?, ? WHERE {allowed}"
                " ON CONFLICT (session_id, reviewer_id) DO NOTHING",
                (session_id, reviewer_id, job_id, reviewer_name, draft, at_ms, at_ms, *assigned),
            )
        else:
            saved = self._db.execute(
                "UPDATE reviews SET draft = ?, reviewer_name = ?, revision = revision + 1, saved_at = ?"  # noqa: S608 - as above
                f" WHERE session_id = ? AND reviewer_id = ? AND revision = ? AND {allowed}",
                (draft, reviewer_name, at_ms, session_id, reviewer_id, revision, *assigned),
            )
        return saved.rowcount == 1

    def submit(self, review: ReviewVersion, job_id: int, *, revision: int, assigned_only: bool) -> bool:
        """Make the draft of this revision the latest version of the review. Returns False as `save` does."""
        allowed, assigned = self._assignment(job_id, review.reviewer_id, assigned_only=assigned_only)
        submitted = self._db.execute(
            "UPDATE reviews SET draft = NULL, version = ?, total = ?, recommendation = ?, submitted_at = ?,"  # noqa: S608 - as above
            " saved_at = ?, revision = revision + 1"
            f" WHERE session_id = ? AND reviewer_id = ? AND revision = ? AND draft IS NOT NULL AND {allowed}",
            (
                review.version, review.total, review.recommendation, review.submitted_at, review.submitted_at,
                review.session_id, review.reviewer_id, revision, *assigned,
            ),
        )
        if submitted.rowcount != 1:
            return False
        columns, marks = ", ".join(ReviewVersion._fields), ", ".join("?" * len(ReviewVersion._fields))
        self._db.execute(f"INSERT INTO review_versions ({columns}) VALUES ({marks})", review)  # noqa: S608 - as above
        return True

    def discard_draft(self, session_id: str, reviewer_id: str, *, revision: int) -> bool:
        """Remove the draft of this revision; what was submitted stays. Returns False if there is none."""
        kept = self._db.execute(
            "UPDATE reviews SET draft = NULL, revision = revision + 1"
            " WHERE session_id = ? AND reviewer_id = ? AND revision = ? AND draft IS NOT NULL AND version IS NOT NULL",
            (session_id, reviewer_id, revision),
        )
        removed = self._db.execute(
            "DELETE FROM reviews WHERE session_id = ? AND reviewer_id = ? AND revision = ? AND version IS NULL",
            (session_id, reviewer_id, revision),
        )
        return kept.rowcount + removed.rowcount == 1

    def tasks(
        self, reviewer_id: str, *, assigned_only: bool, job_id: int | None, state: str | None, limit: int, offset: int
    ) -> list[ReviewTask]:
        """The finished interviews of all jobs, or of those that the reviewer is assigned to, with the reviewer's own
        review; by job, the interview that was finished first on top. What anybody thinks of them does not decide the
        order."""
        clause, values = self._tasks(reviewer_id, assigned_only=assigned_only, job_id=job_id)
        if state is not None:
            clause, values = f"{clause} AND {_STATE} = ?", [*values, state]
        rows = self._db.execute(
            "SELECT interview_sessions.session_id, interview_sessions.job_id, candidate_id, candidate_name,"
            f" completed_at, {_STATE}, reviews.draft IS NOT NULL, reviews.recommendation, reviews.saved_at,"
            f" reviews.submitted_at {clause}"
            " ORDER BY interview_sessions.job_id, completed_at NULLS FIRST, seq LIMIT ? OFFSET ?",
            (*values, limit, offset),
        )
        return [ReviewTask._make(row) for row in rows.fetchall()]

    def task_counts(self, reviewer_id: str, *, assigned_only: bool, job_id: int | None) -> list[JobReviewCounts]:
        """How far the reviewer is with each of these jobs."""
        clause, values = self._tasks(reviewer_id, assigned_only=assigned_only, job_id=job_id)
        states = ", ".join(f"sum(CASE WHEN {_STATE} = '{state}' THEN 1 ELSE 0 END)" for state in _STATES)
        rows = self._db.execute(
            f"SELECT interview_sessions.job_id, {states} {clause}"
            " GROUP BY interview_sessions.job_id ORDER BY interview_sessions.job_id",
            values,
        )
        return [JobReviewCounts(row[0], *map(int, row[1:])) for row in rows.fetchall()]

    def _tasks(self, reviewer_id: str, *, assigned_only: bool, job_id: int | None) -> tuple[str, list[object]]:
        clause = _TASKS
        values: list[object] = [reviewer_id]
        if assigned_only:
            clause += " AND interview_sessions.job_id IN (SELECT job_id FROM job_reviewers WHERE user_id = ?)"
            values = [*values, reviewer_id]
        if job_id is not None:
            clause, values = f"{clause} AND interview_sessions.job_id = ?", [*values, job_id]
        return clause, values

    def remove(self, session_id: str) -> None:
        """Erase all reviews of a session."""
        self._db.execute("DELETE FROM review_versions WHERE session_id = ?", (session_id,))
        self._db.execute("DELETE FROM reviews WHERE session_id = ?", (session_id,))

    def _assignment(self, job_id: int, reviewer_id: str, *, assigned_only: bool) -> tuple[str, list[object]]:
        return (_ASSIGNED, [job_id, reviewer_id]) if assigned_only else ("TRUE", [])


_STATES = JobReviewCounts._fields[1:]


class ScoreOverrides(Table):
    """Reads and appends overrides: what is taken back stays in the history."""

    def add(self, row: OverrideRow) -> None:
        """Append the next version. The caller holds the lock of the session's job."""
        columns, marks = ", ".join(OverrideRow._fields), ", ".join("?" * len(OverrideRow._fields))
        self._db.execute(f"INSERT INTO score_overrides ({columns}) VALUES ({marks})", row)  # noqa: S608 - our own fields

    def history(self, session_id: str) -> list[OverrideRow]:
        """All versions, by question, oldest first."""
        rows = self._db.execute(f"{_OVERRIDES} ORDER BY question_id, version", (session_id,)).fetchall()
        return [OverrideRow._make(row) for row in rows]

    def current(self, session_id: str) -> dict[str, OverrideRow]:
        """The latest version of each, by question; those that were taken back have no score."""
        return {row.question_id: row for row in self.history(session_id)}

    def remove(self, session_id: str) -> None:
        """Erase all of a session."""
        self._db.execute("DELETE FROM score_overrides WHERE session_id = ?", (session_id,))
