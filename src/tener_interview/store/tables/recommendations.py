"""SQL of `share_recommendations`: what readers of shared shortlists recommend, under a name they typed."""

from __future__ import annotations

from ..share_records import ShareRecommendation
from .table import Table

_COLUMNS = ", ".join(ShareRecommendation._fields)
_PLACEHOLDERS = ", ".join("?" * len(ShareRecommendation._fields))
_SELECT = f"SELECT {_COLUMNS} FROM share_recommendations"  # noqa: S608 - names of our own fields
#: Of what is left on a share, who may still read and change it: the candidate is listed there.
_OF_JOB = "share_id IN (SELECT share_id FROM shares WHERE job_id = ?)"


class Recommendations(Table):
    """Reads and writes recommendations. Whoever writes has locked the share."""

    def put(self, row: ShareRecommendation) -> None:
        """Record a recommendation, or replace what the same author said about the same candidate."""
        self._db.execute(
            f"INSERT INTO share_recommendations ({_COLUMNS}) VALUES ({_PLACEHOLDERS})"  # noqa: S608 - our own fields
            " ON CONFLICT (share_id, candidate_id, author_hash) DO UPDATE SET author_name = excluded.author_name,"
            " recommendation = excluded.recommendation, note = excluded.note, updated_at = excluded.updated_at",
            row,
        )

    def of_author(self, share_id: str, author_hash: str) -> dict[int, ShareRecommendation]:
        """What an author said on a share, by candidate."""
        rows = self._db.execute(f"{_SELECT} WHERE share_id = ? AND author_hash = ?", (share_id, author_hash))
        return {row[2]: ShareRecommendation(*row) for row in rows.fetchall()}

    def count_other_authors(self, share_id: str, author_hash: str) -> int:
        """How many others have left a recommendation on a share."""
        rows = self._db.execute(
            "SELECT count(DISTINCT author_hash) FROM share_recommendations WHERE share_id = ? AND author_hash <> ?",
            (share_id, author_hash),
        )
        return int(rows.fetchone()[0])

    def count_since(self, share_id: str, since_ms: int) -> int:
        """How many recommendations of a share were made or changed since then."""
        rows = self._db.execute(
            "SELECT count(*) FROM share_recommendations WHERE share_id = ? AND updated_at > ?", (share_id, since_ms)
        )
        return int(rows.fetchone()[0])

    def of_candidate(self, candidate_id: int) -> list[ShareRecommendation]:
        """What was said about a candidate on any share, oldest first."""
        rows = self._db.execute(
            f"{_SELECT} WHERE candidate_id = ? ORDER BY created_at, recommendation_id", (candidate_id,)
        )
        return [ShareRecommendation(*row) for row in rows.fetchall()]

    def of_job(self, job_id: int, candidate_id: int | None, *, limit: int) -> list[ShareRecommendation]:
        """What was said about the candidates of a job, or about one of them, the latest first."""
        only = "" if candidate_id is None else " AND candidate_id = ?"
        rows = self._db.execute(
            f"{_SELECT} WHERE {_OF_JOB}{only} ORDER BY updated_at DESC, recommendation_id LIMIT ?",
            (job_id, *([] if candidate_id is None else [candidate_id]), limit),
        )
        return [ShareRecommendation(*row) for row in rows.fetchall()]

    def remove(self, share_id: str, recommendation_id: str) -> ShareRecommendation | None:
        """Remove a recommendation. Returns what it was."""
        row = self._db.execute(
            f"{_SELECT} WHERE recommendation_id = ? AND share_id = ?", (recommendation_id, share_id)
        ).fetchone()
        removed = self._db.execute(
            "DELETE FROM share_recommendations WHERE recommendation_id = ? AND share_id = ?",
            (recommendation_id, share_id),
        )
        return ShareRecommendation(*row) if row and removed.rowcount == 1 else None

    def forget_candidate(self, job_id: int, candidate_id: int) -> None:
        """Remove what was said about a candidate of a job."""
        self._db.execute(
            f"DELETE FROM share_recommendations WHERE candidate_id = ? AND {_OF_JOB}", (candidate_id, job_id)  # noqa: S608
        )
