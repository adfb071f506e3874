"""SQL of `shares` and `share_candidates`: shortlists for people without an account, and the candidates on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from ..share_records import Share
from .table import Table

_COLUMNS = tuple(field.name for field in fields(Share))
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM shares"  # noqa: S608 - names of our own fields


class Shares(Table):
    """Reads shares, and writes them conditionally."""

    def add(
        self, share_id: str, job_id: int, candidate_ids: Sequence[int], *, title: str | None, initials_only: bool,
        allow_answers: bool, created_at: int, expires_at: int,
    ) -> None:
        """Record a share and its candidates, each with a permanent number from 1."""
        self._db.execute(
            "INSERT INTO shares (share_id, job_id, title, initials_only, allow_answers, created_at, expires_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (share_id, job_id, title, initials_only, allow_answers, created_at, expires_at),
        )
        self._db.executemany(
            "INSERT INTO share_candidates (share_id, number, candidate_id) VALUES (?, ?, ?)",
            [(share_id, number, candidate_id) for number, candidate_id in enumerate(candidate_ids, 1)],
        )

    def get(self, share_id: str) -> Share | None:
        row = self._db.execute(f"{_SELECT} WHERE share_id = ?", (share_id,)).fetchone()
        return None if row is None else Share(*row)

    def of_job(self, job_id: int, *, limit: int) -> list[Share]:
        """The shares of a job, newest first."""
        rows = self._db.execute(f"{_SELECT} WHERE job_id = ? ORDER BY seq DESC LIMIT ?", (job_id, limit)).fetchall()
        return [Share(*row) for row in rows]

    def candidates(self, share_id: str) -> dict[int, int]:
        """The number of each candidate on a share, by candidate."""
        rows = self._db.execute(
            "SELECT candidate_id, number FROM share_candidates WHERE share_id = ? ORDER BY number", (share_id,)
        ).fetchall()
        return {row[0]: row[1] for row in rows}

    def count_visit(self, share_id: str, at_ms: int) -> bool:
        """Count a visit to a share. Returns False when it is revoked."""
        counted = self._db.execute(
            "UPDATE shares SET opened_count = opened_count + 1, last_opened_at = ?"
            " WHERE share_id = ? AND revoked_at IS NULL",
            (at_ms, share_id),
        )
        return counted.rowcount == 1

    def revoke(self, share_id: str, at_ms: int) -> bool:
        """Revoke a share's link. Returns False when it was revoked before."""
        revoked = self._db.execute(
            "UPDATE shares SET revoked_at = ?, link_serial = link_serial + 1"
            " WHERE share_id = ? AND revoked_at IS NULL",
            (at_ms, share_id),
        )
        return revoked.rowcount == 1

    def replay_revocation(self, share_id: str, at_ms: int, link_serial: int) -> bool:
        """Repeat a revocation from another copy of the database. Returns False when the share is revoked already or
        unknown."""
        revoked = self._db.execute(
            "UPDATE shares SET revoked_at = ?1, link_serial = CASE WHEN link_serial > ?2 THEN link_serial ELSE ?2 END"
            " WHERE share_id = ?3 AND revoked_at IS NULL",
            (at_ms, link_serial, share_id),
        )
        return revoked.rowcount == 1

    def listing_candidate(self, candidate_id: int) -> list[Share]:
        """The shares that list a candidate, oldest first."""
        share_ids = "SELECT share_id FROM share_candidates WHERE candidate_id = ?"
        rows = self._db.execute(f"{_SELECT} WHERE share_id IN ({share_ids}) ORDER BY seq", (candidate_id,)).fetchall()
        return [Share(*row) for row in rows]

    def forget_candidate(self, job_id: int, candidate_id: int) -> None:
        """Remove a candidate from every share of a job, and the titles of these shares, which may name the candidate.
        """
        share_ids = "SELECT share_id FROM share_candidates WHERE candidate_id = ?"
        self._db.execute(
            f"UPDATE shares SET title = NULL WHERE job_id = ? AND share_id IN ({share_ids})",  # noqa: S608
            (job_id, candidate_id),
        )
        self._db.execute(
            "DELETE FROM share_candidates WHERE candidate_id = ?"
            " AND share_id IN (SELECT share_id FROM shares WHERE job_id = ?)",
            (candidate_id, job_id),
        )
