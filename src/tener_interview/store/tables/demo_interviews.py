"""SQL of `demo_interviews` and `demo_positions`: the state of the demo provider."""

from __future__ import annotations

import json

from ..records import DemoInterview
from .table import Table

#: In the order of DemoInterview.
_SELECT = (
    "SELECT invitation_id, hash, position_id, email, external_id, first_name, created_at, polls, finished_at,"
    " transcripts FROM demo_interviews"
)


class DemoInterviews(Table):
    """Reads and writes the demo provider's tables. E-mail addresses are compared without case."""

    def add(self, row: DemoInterview) -> bool:
        added = self._db.execute(
            "INSERT INTO demo_interviews (invitation_id, hash, position_id, email, external_id, first_name,"
            " created_at, polls, finished_at, transcripts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (row.invitation_id, row.hash, row.position_id, row.email, row.external_id, row.first_name,
             row.created_at_ms, row.polls, row.finished_at_ms, json.dumps(row.transcripts)),
        )
        return added.rowcount == 1

    def get(self, invitation_id: str) -> DemoInterview | None:
        return self._one("WHERE invitation_id = ?", invitation_id)

    def by_hash(self, hash_: str) -> DemoInterview | None:
        return self._one("WHERE hash = ?", hash_)

    def find(self, position_id: str, email: str, external_id: str) -> DemoInterview | None:
        return self._one(
            f"WHERE position_id = ?1 AND (external_id = ?2 OR {self._dialect.equals_in_any_case('email', '?3')})"
            " ORDER BY external_id <> ?2",
            position_id, external_id, email,
        )

    def count_poll(self, invitation_id: str) -> int:
        """Count a read of an unfinished interview. Returns the new count, 0 for any other interview."""
        row = self._db.execute(
            "UPDATE demo_interviews SET polls = polls + 1 WHERE invitation_id = ? AND finished_at IS NULL"
            " RETURNING polls",
            (invitation_id,),
        ).fetchone()
        return 0 if row is None else int(row[0])

    def finish(self, invitation_id: str, transcripts: tuple[str, ...], at_ms: int) -> bool:
        finished = self._db.execute(
            "UPDATE demo_interviews SET finished_at = ?, transcripts = ?"
            " WHERE invitation_id = ? AND finished_at IS NULL",
            (at_ms, json.dumps(transcripts), invitation_id),
        )
        return finished.rowcount == 1

    def remove(self, position_id: str, external_id: str, invitation_id: str | None) -> None:
        """Erase the interview with this external id, and the one with this invitation id, which may have been adopted.
        """
        self._db.execute(
            "DELETE FROM demo_interviews WHERE (position_id = ? AND external_id = ?) OR invitation_id = ?",
            (position_id, external_id, invitation_id),
        )

    def add_position(self, position_id: str, name: str, questions: str) -> None:
        self._db.execute(
            "INSERT INTO demo_positions (position_id, name, questions) VALUES (?, ?, ?)", (position_id, name, questions)
        )

    def positions(self) -> list[tuple[str, str, str]]:
        rows = self._db.execute("SELECT position_id, name, questions FROM demo_positions ORDER BY rowid").fetchall()
        return [(row[0], row[1], row[2]) for row in rows]

    def _one(self, clause: str, *values: str) -> DemoInterview | None:
        row = self._db.execute(f"{_SELECT} {clause} LIMIT 1", values).fetchone()
        if row is None:
            return None
        return DemoInterview(*(*row[:-1], tuple(json.loads(row[-1]))))
