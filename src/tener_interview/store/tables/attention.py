"""SQL of what needs a person's attention, across jobs. Each kind has an index of its own, so that the cost grows with
what needs attention and not with all that was ever stored."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ..notification_records import Attention, AttentionCount, AttentionLimits, AttentionRow, Undelivered
from .consents import SCORED_WITHOUT_CONSENT_SQL
from .session_columns import LIST_STATUS_SQL
from .table import Table

_CURRENT = "is_current = TRUE AND unlisted = FALSE AND erased_at IS NULL"
_UNDECIDED = f"{_CURRENT} AND decision IS NULL"
#: The position of `flags`, which is stored as JSON.
_FLAGS = AttentionRow._fields.index("flags")
_OPEN = f"{_CURRENT} AND listed_as IN ('invited', 'in_progress')"
_WRITTEN = "EXISTS (SELECT 1 FROM messages WHERE messages.session_id = interview_sessions.session_id)"
#: The sessions about whose candidates something was recommended, by readers of shared shortlists or by reviewers, with
#: the last recommendation of each. CROSS JOIN keeps SQLite from beginning with all sessions: recommendations are few.
_RECOMMENDED = (
    "(SELECT session_id, given_at, author_name, recommendation, row_number()"  # noqa: S608 - our own words
    " OVER (PARTITION BY session_id ORDER BY given_at DESC, author_name) AS nth_last FROM"
    " (SELECT listed.session_id, share_recommendations.updated_at AS given_at, author_name, recommendation"
    " FROM share_recommendations CROSS JOIN shares CROSS JOIN interview_sessions AS listed"
    " WHERE shares.share_id = share_recommendations.share_id AND listed.job_id = shares.job_id"
    " AND listed.candidate_id = share_recommendations.candidate_id AND listed.is_current = TRUE"
    " UNION ALL SELECT session_id, submitted_at,"
    " coalesce(nullif(reviewer_name, ''), (SELECT name FROM users WHERE user_id = reviewer_id)), recommendation"
    f" FROM interview_sessions JOIN reviews USING (session_id) WHERE {_UNDECIDED} AND human_total IS NOT NULL"
    " AND submitted_at IS NOT NULL) AS given) AS recommended JOIN interview_sessions USING (session_id)"
)


class _Kind:
    """How the interviews of a kind are found: the condition, when they came to it (`at`), since when that is new, and
    their order. `?n` are the fields of AttentionLimits in their order. `source` has the columns of the sessions."""

    def __init__(self, condition: str, at: str, *, new: str, order: str, source: str = "interview_sessions") -> None:
        self.source = source
        self.condition = condition
        self.at = at
        self.new = new
        self.order = order


_NOW, _FINISHED_SINCE, _EXPIRES_BEFORE, _INVITED_BEFORE, _UNWRITTEN_BEFORE, _POINTS, _SEEN = (
    f"?{n}" for n in range(1, 8)
)
_APART = (
    f"human_total IS NOT NULL AND (abs(human_total - machine_total) > {_POINTS} OR human_spread > {_POINTS})"
)

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
    Attention.NOT_WRITTEN: _Kind(
        # Later they count as not answering. To whom the main system talks in a conversation, it sends the link itself.
        f"{_OPEN} AND link_expires_at > {_EXPIRES_BEFORE} AND invited_at > {_INVITED_BEFORE}"
        f" AND invited_at <= {_UNWRITTEN_BEFORE} AND opened_at IS NULL AND conversation_id IS NULL AND NOT {_WRITTEN}",
        "invited_at", new=f"invited_at + ({_NOW} - {_UNWRITTEN_BEFORE}) > {_SEEN}", order="invited_at",
    ),
    Attention.NOT_ANSWERED: _Kind(
        f"{_OPEN} AND link_expires_at > {_EXPIRES_BEFORE} AND invited_at <= {_INVITED_BEFORE}",
        "invited_at", new=f"invited_at + ({_NOW} - {_INVITED_BEFORE}) > {_SEEN}", order="invited_at",
    ),
    Attention.DISAGREEMENT: _Kind(
        f"{_UNDECIDED} AND {_APART}",
        "updated_at", new=f"updated_at > {_SEEN}", order="updated_at DESC",
    ),
    Attention.RECOMMENDED: _Kind(
        # A disagreement is listed as such.
        f"{_UNDECIDED} AND coalesce({_APART}, FALSE) = FALSE AND nth_last = 1",
        "given_at", new=f"given_at > {_SEEN}", order="given_at DESC", source=_RECOMMENDED,
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
            f" FROM {kind.source} WHERE {kind.condition}{_of_job(job_id)} GROUP BY +job_id"
            for name, kind in _KINDS.items()
        ]
        rows = self._db.execute(" UNION ALL ".join(parts), _values(limits, job_id)).fetchall()
        return [AttentionCount(row[0], row[1], row[2], int(row[3])) for row in rows]

    def rows(
        self, name: Attention, limits: AttentionLimits, *, limit: int, job_id: int | None = None
    ) -> list[AttentionRow]:
        """Interviews of a kind, the most urgent or newest first."""
        kind = _KINDS[name]
        recommended = name is Attention.RECOMMENDED
        derived = {
            "status": LIST_STATUS_SQL, "at": f"{kind.at} AS at", "is_new": f"CASE WHEN {kind.new} THEN 1 ELSE 0 END",
            "recommended_by": "author_name" if recommended else "NULL",
            "recommendation": "recommended.recommendation" if recommended else "NULL",
            "scored_without_consent": SCORED_WITHOUT_CONSENT_SQL if name is Attention.FINISHED else "NULL",
        }
        selected = ", ".join(derived.get(name, name) for name in AttentionRow._fields)
        rows = self._db.execute(
            f"SELECT {selected} FROM {kind.source} WHERE {kind.condition}{_of_job(job_id)}"  # noqa: S608 - our own words
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
    return "" if job_id is None else " AND +job_id = ?8"


def _values(limits: AttentionLimits, job_id: int | None) -> tuple[float, ...]:
    values = (
        limits.now_ms, limits.finished_since, limits.expires_before, limits.invited_before, limits.unwritten_before,
        limits.points_apart, limits.seen_at,
    )
    return values if job_id is None else (*values, job_id)
