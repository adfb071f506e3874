"""SQL of what needs a person's attention, across jobs. Each kind has an index of its own, so that the cost grows with
what needs attention and not with all that was ever stored."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ..notification_records import Attention, AttentionCount, AttentionLimits, AttentionRow, Undelivered
from .session_columns import LIST_STATUS_SQL
from .table import Table

_CURRENT = "is_current = TRUE AND unlisted = FALSE AND erased_at IS NULL"
_UNDECIDED = f"{_CURRENT} AND decision IS NULL"
#: The position of `flags`, which is stored as JSON.
_FLAGS = AttentionRow._fields.index("flags")
_OPEN = f"{_CURRENT} AND listed_as IN ('invited', 'in_progress')"


class _Kind:
    """How the interviews of a kind are found: the condition, when they came to it (`at`), since when that is new, and
    their order. `?n` are the fields of AttentionLimits in their order."""

    def __init__(self, condition: str, at: str, *, new: str, order: str) -> None:
        self.condition = condition
        self.at = at
        self.new = new
        self.order = order


_NOW, _FINISHED_SINCE, _EXPIRES_BEFORE, _INVITED_BEFORE, _POINTS, _SEEN = (f"?{n}" for n in range(1, 7))

_KINDS: Mapping[Attention, _Kind] = {
    Attention.NEEDS_LOOK: _Kind(
        f"{_UNDECIDED} AND review_reason IS NOT NULL",
        "updated_at", new=f"updated_at > {_SEEN}", order="updated_at DESC",
    ),
    Attention.FINISHED: _Kind(
        f"{_UNDECIDED} AND status IN ('completed', 'scored') AND review_reason IS NULL"
        f" AND completed_at >= {_FINISHED_SINCE}",
        "completed_at", new=f"completed_at > {_SEEN}",
        # Interviews that were read together have finished at the same time.
        order="completed_at DESC, total_score DESC NULLS LAST, candidate_id",
    ),
    Attention.RUNNING_OUT: _Kind(
        f"{_OPEN} AND link_expires_at > {_NOW} AND link_expires_at <= {_EXPIRES_BEFORE}",
        # It is new if it was not yet to expire soon when the person looked.
        "link_expires_at", new=f"link_expires_at - ({_EXPIRES_BEFORE} - {_NOW}) > {_SEEN}", order="link_expires_at",
    ),
    Attention.NOT_ANSWERED: _Kind(
        f"{_OPEN} AND link_expires_at > {_EXPIRES_BEFORE} AND invited_at <= {_INVITED_BEFORE}",
        "invited_at", new=f"invited_at + ({_NOW} - {_INVITED_BEFORE}) > {_SEEN}", order="invited_at",
    ),
    Attention.DISAGREEMENT: _Kind(
        f"{_UNDECIDED} AND human_total IS NOT NULL"
        f" AND (abs(human_total - machine_total) > {_POINTS} OR human_spread > {_POINTS})",
        "updated_at", new=f"updated_at > {_SEEN}", order="updated_at DESC",
    ),
}


#: The channels are named so that the index by channel and state is used.
_UNDELIVERED = (
    "channel IN ('mail', 'endpoint', 'provider', 'judge') AND state IN ('parked', 'uncertain') AND content <> '{}'"
    " AND finished_at > ?"
)


class AttentionTable(Table):
    """Reads which interviews need a person."""

    def count(self, limits: AttentionLimits, job_id: int | None = None) -> list[AttentionCount]:
        """The number of interviews by kind and job, of all jobs or of one; nothing for jobs without any."""
        parts = [
            # The plus keeps SQLite from walking through all sessions in the order of another index that has the job.
            f"SELECT '{name}', +job_id, count(*), sum(CASE WHEN {kind.new} THEN 1 ELSE 0 END)"  # noqa: S608 - our own words
            f" FROM interview_sessions WHERE {kind.condition}{_of_job(job_id)} GROUP BY +job_id"
            for name, kind in _KINDS.items()
        ]
        rows = self._db.execute(" UNION ALL ".join(parts), _values(limits, job_id)).fetchall()
        return [AttentionCount(row[0], row[1], row[2], int(row[3])) for row in rows]

    def rows(
        self, name: Attention, limits: AttentionLimits, *, limit: int, job_id: int | None = None
    ) -> list[AttentionRow]:
        """Interviews of a kind, the most urgent or newest first."""
        kind = _KINDS[name]
        derived = {"status": LIST_STATUS_SQL, "at": kind.at, "is_new": f"CASE WHEN {kind.new} THEN 1 ELSE 0 END"}
        selected = ", ".join(derived.get(name, name) for name in AttentionRow._fields)
        rows = self._db.execute(
            f"SELECT {selected} FROM interview_sessions WHERE {kind.condition}{_of_job(job_id)}"  # noqa: S608 - our own words
            f" ORDER BY {kind.order}, session_id LIMIT {int(limit)}",
            _values(limits, job_id),
        ).fetchall()
        return [
            AttentionRow._make((*row[:_FLAGS], tuple(json.loads(row[_FLAGS] or "[]")), *row[_FLAGS + 1 :]))
            for row in rows
        ]

    def undelivered(self, since_ms: int, *, limit: int) -> list[Undelivered]:
        """What did not arrive since then, the latest first."""
        rows = self._db.execute(
            "SELECT outbox_id, channel, state, finished_at, answer, outbox.session_id, job_id, candidate_id,"  # noqa: S608
            f" candidate_name FROM outbox LEFT JOIN interview_sessions USING (session_id) WHERE {_UNDELIVERED}"
            " ORDER BY finished_at DESC, outbox_id LIMIT ?",
            (since_ms, limit),
        ).fetchall()
        return [Undelivered._make(row) for row in rows]

    def count_undelivered(self, since_ms: int) -> int:
        row = self._db.execute(f"SELECT count(*) FROM outbox WHERE {_UNDELIVERED}", (since_ms,)).fetchone()  # noqa: S608
        return int(row[0])


def _of_job(job_id: int | None) -> str:
    # The plus, as above: those of a kind are few, those of a job many.
    return "" if job_id is None else " AND +job_id = ?7"


def _values(limits: AttentionLimits, job_id: int | None) -> tuple[float, ...]:
    values = (
        limits.now_ms, limits.finished_since, limits.expires_before, limits.invited_before, limits.points_apart,
        limits.seen_at,
    )
    return values if job_id is None else (*values, job_id)
