"""SQL of candidates' results across interviews: the machine's total, those of reviewers, and the decision."""

from __future__ import annotations

from ..candidate_result_records import CandidateResult, FirstReview
from .session_columns import columns
from .table import Table


class CandidateResults(Table):
    """Reads results of current interviews that are not erased, for statistics."""

    def of_job(self, job_id: int) -> list[CandidateResult]:
        """The results of every candidate of a job."""
        rows = self._db.execute(
            f"SELECT {columns(CandidateResult)} FROM interview_sessions"  # noqa: S608 - names of our own fields
            " WHERE job_id = ? AND is_current = TRUE AND unlisted = FALSE AND erased_at IS NULL ORDER BY candidate_id",
            (job_id,),
        )
        return [CandidateResult._make(row) for row in rows.fetchall()]

    def first_reviews(self, job_id: int | None, *, limit: int) -> list[FirstReview]:
        """Submitted reviews with a total, of a job or of all, as they were first submitted; the newest first."""
        of_job = "" if job_id is None else " AND session.job_id = ?"
        rows = self._db.execute(
            "SELECT session.session_id, session.job_id, session.candidate_id, session.candidate_name,"  # noqa: S608 - our words
            " session.machine_total, session.judged_by, review.reviewer_id, review.reviewer_name, first.total,"
            " first.recommendation, first.blind"
            " FROM review_versions AS first"
            " JOIN reviews AS review ON review.session_id = first.session_id"
            " AND review.reviewer_id = first.reviewer_id"
            " JOIN interview_sessions AS session ON session.session_id = first.session_id"
            " WHERE first.version = 1 AND first.total IS NOT NULL AND review.version IS NOT NULL"
            f" AND session.is_current = TRUE AND session.unlisted = FALSE AND session.erased_at IS NULL{of_job}"
            " ORDER BY first.submitted_at DESC, first.session_id, first.reviewer_id LIMIT ?",
            (*([] if job_id is None else [job_id]), limit),
        )
        return [FirstReview._make((*row[:-1], bool(row[-1]))) for row in rows.fetchall()]
