"""Locks for decisions that take more than one statement; they end with the transaction.

SQLite has one writer at a time, who needs none. Whoever takes several takes them in this order: jobs, sessions, and
then one of the others.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from ...errors import Problem
from .table import Table

#: How long to wait for others, as long as a writer of SQLite does, and how often to ask.
MAX_LOCK_WAIT_S = 10.0
_FIRST_PAUSE_S, _MAX_PAUSE_S = 0.002, 0.05


class Locks(Table):
    """Let no other transaction do the same until this one ends."""

    def jobs(self, job_ids: Iterable[int]) -> None:
        """Score, rescore or erase candidates of these jobs, whose answers are compared with each other."""
        for job_id in sorted(set(job_ids)):
            self._wait_for("job", job_id)

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
        self._wait_for("candidate", job_id, candidate_id)

    def interview(self, invitation_id: str) -> None:
        """Decide whose interview it is."""
        self._wait_for("interview", invitation_id)

    def address(self, position_id: str, email: str) -> None:
        """Give an e-mail address to a candidate in a position."""
        self._wait_for("address", position_id, email.strip().lower())

    def step(self, job_id: int, step: str) -> None:
        """Replace what is stored of a step of a job."""
        self._wait_for("step", job_id, step)

    def share(self, share_id: str) -> None:
        """Leave a recommendation on a share."""
        self._wait_for("share", share_id)

    def decision_reasons(self) -> None:
        """Change the company's list of reasons."""
        self._wait_for("decision reasons")

    def _wait_for(self, *name: object) -> None:
        """Ask for the lock until it is free: a wait for others must not look like a database that does not answer.

        Raises `STORE_UNAVAILABLE`.
        """
        if not self._dialect.try_lock:
            return
        give_up_at = time.monotonic() + MAX_LOCK_WAIT_S
        pause_s = _FIRST_PAUSE_S
        while not self._db.execute(self._dialect.try_lock, (" ".join(map(str, name)),)).fetchone()[0]:
            if time.monotonic() >= give_up_at:
                raise Problem(
                    "STORE_UNAVAILABLE",
                    "Timed out waiting for a lock of another request. Nothing was changed; try again in a moment.",
                    headers={"Retry-After": "5"},
                )
            time.sleep(pause_s)
            pause_s = min(2 * pause_s, _MAX_PAUSE_S)
