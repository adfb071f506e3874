"""Locks for decisions that take more than one statement; they end with the transaction.

SQLite has one writer at a time, who needs none. Whoever takes several takes them in this order: jobs, sessions, and
then one of the others.
"""

from __future__ import annotations

from collections.abc import Iterable

from .table import Table


class Locks(Table):
    """Let no other transaction do the same until this one ends."""

    def jobs(self, job_ids: Iterable[int]) -> None:
        """Score, rescore or erase candidates of these jobs, whose answers are compared with each other."""
        for job_id in sorted(set(job_ids)):
            self._take("job", job_id)

    def sessions(self, session_ids: Iterable[str]) -> None:
        """Change these sessions."""
        if self._dialect.for_update:
            ids = self._dialect.list_value(sorted(set(session_ids)))
            self._db.execute(
                f"SELECT 1 FROM interview_sessions WHERE {self._dialect.is_among('session_id')}"  # noqa: S608 - ours
                f" ORDER BY session_id{self._dialect.for_update}",
                (ids,),
            ).fetchall()

    def candidate(self, job_id: int, candidate_id: int) -> None:
        """Start a candidate for a job."""
        self._take("candidate", job_id, candidate_id)

    def interview(self, invitation_id: str) -> None:
        """Decide whose interview it is."""
        self._take("interview", invitation_id)

    def address(self, position_id: str, email: str) -> None:
        """Give an e-mail address to a candidate in a position."""
        self._take("address", position_id, email.strip().lower())

    def step(self, job_id: int, step: str) -> None:
        """Replace what is stored of a step of a job."""
        self._take("step", job_id, step)

    def _take(self, *name: object) -> None:
        if self._dialect.lock:
            self._db.execute(self._dialect.lock, (" ".join(map(str, name)),))
