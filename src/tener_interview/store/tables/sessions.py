"""SQL of `interview_sessions`, and of `former_session_ids`: the ids that imported sessions had in the previous service.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from ..records import NEVER, CandidateSessionSummary, JobStatusCounts, SessionMilestones, SessionRow, SessionSummary
from ..session import Session
from .session_columns import (
    LIST_STATUS_SQL,
    NOW_MS,
    columns,
    decision_condition,
    list_status_condition,
    listed_values,
)
from .session_rows import SELECT_SESSION, read_sessions, write_columns
from .table import Table

Row = TypeVar("Row", bound=NamedTuple)


_MAX_SEQ = 2**63 - 1

#: The event of an imported session may be older than events that were recorded here before it. Events of the near
#: future count: the clock is behind now, or was ahead when they were recorded. When a candidate began and finished are
#: the provider's times, so they are right where everything was written by a clock that was behind.
_UNCHANGED = """
    WHERE erased_at IS NULL AND updated_at < ?1
    AND (begun_at BETWEEN ?1 AND ?2) IS NOT TRUE AND (completed_at BETWEEN ?1 AND ?2) IS NOT TRUE AND (
        SELECT event = 'taken_over' OR seq < coalesce((
            SELECT seq FROM interview_events WHERE at BETWEEN ?1 AND ?2 + (?2 - ?1) ORDER BY seq LIMIT 1), seq + 1)
        FROM interview_events WHERE session_id = interview_sessions.session_id ORDER BY seq DESC LIMIT 1
    ) IS NOT FALSE"""


class Sessions(Table):
    """Reads sessions, and writes them conditionally. In a transaction that may write, a session that is read alone is
    not changed by others before it ends."""

    def add(self, **columns: Any) -> bool:
        """Record a session. Returns False and stores nothing when the candidate has a current session for the job."""
        columns = write_columns(columns)
        names, placeholders = ", ".join(columns), ", ".join("?" * len(columns))
        added = self._db.execute(
            f"INSERT INTO interview_sessions ({names}) VALUES ({placeholders}) ON CONFLICT DO NOTHING",  # noqa: S608
            tuple(columns.values()),
        )
        return added.rowcount == 1

    def update_if(self, session_id: str, expected: Mapping[str, Any], **columns: Any) -> bool:
        """Update columns, or fields, if the row still has the expected values. Returns False when it no longer has
        them."""
        columns, expected = write_columns(columns), write_columns(expected)
        assignments = ", ".join(f"{name} = ?" for name in columns)
        conditions = "".join(f" AND {name} {self._dialect.same} ?" for name in expected)
        changed = self._db.execute(
            f"UPDATE interview_sessions SET {assignments} WHERE session_id = ?{conditions}",  # noqa: S608
            (*columns.values(), session_id, *expected.values()),
        )
        return changed.rowcount == 1

    def revoke_links_before(
        self, session_id: str, *, link_serial: int, link_signed_expires_at: int, link_expires_at: int
    ) -> bool:
        """Give a session a later link. Returns False when it has this link or a later one, or is erased."""
        revoked = self._db.execute(
            "UPDATE interview_sessions SET link_serial = ?1, link_signed_expires_at = ?2, link_expires_at = ?3"
            " WHERE session_id = ?4 AND link_serial < ?1 AND erased_at IS NULL",
            (link_serial, link_signed_expires_at, link_expires_at, session_id),
        )
        return revoked.rowcount == 1

    def mark_link_returned(self, session_id: str) -> bool:
        """Record that a response returns the session's link. Returns False when there is no link to return."""
        updated = self._db.execute(
            "UPDATE interview_sessions SET start_unanswered = FALSE WHERE session_id = ? AND start_unanswered = TRUE"
            " AND status NOT IN ('created', 'canceled', 'failed') AND erased_at IS NULL",
            (session_id,),
        )
        return updated.rowcount == 1

    def get(self, session_id: str) -> Session | None:
        return self._one(f"WHERE session_id = ?{self._dialect.for_update}", session_id)

    def locked(self, session_ids: Collection[str]) -> dict[str, Session]:
        """These sessions by id; nobody else changes them before the transaction ends."""
        sessions = self._many(
            f"WHERE {self._dialect.is_among('session_id')} ORDER BY session_id{self._dialect.for_update}",
            self._dialect.list_value(sorted(set(session_ids))),
        )
        return {session.session_id: session for session in sessions}

    def require(self, session_id: str) -> Session:
        """The same, for one that was read before. Raises LookupError."""
        session = self.get(session_id)
        if session is None:
            raise LookupError(session_id)
        return session

    def current(self, job_id: int, candidate_id: int) -> Session | None:
        """The candidate's current session for the job."""
        clause = f"WHERE job_id = ? AND candidate_id = ? AND is_current = TRUE{self._dialect.for_update}"
        return self._one(clause, job_id, candidate_id)

    def current_by_candidate(self, job_id: int, candidate_ids: Collection[int]) -> dict[int, Session]:
        """The current sessions of these candidates for the job, by candidate."""
        rows = self._many(self._current_of_candidates(), job_id, self._dialect.list_value(candidate_ids))
        return {row.candidate_id: row for row in rows}

    def summaries_by_candidate(self, job_id: int, candidate_ids: Collection[int]) -> dict[int, CandidateSessionSummary]:
        """What the list of candidates shows of these candidates' current sessions, by candidate."""
        rows = self._select_rows(
            CandidateSessionSummary, self._current_of_candidates(), job_id, self._dialect.list_value(candidate_ids)
        )
        return {row.candidate_id: row for row in rows}

    def candidate_names(self, job_id: int, candidate_ids: Collection[int]) -> dict[int, str]:
        """Return the names of the given candidates who have a current session for the job that is not erased, by id."""
        rows = self._db.execute(
            "SELECT candidate_id, candidate_name FROM interview_sessions"  # noqa: S608 - our own words
            f" {self._current_of_candidates()} AND erased_at IS NULL",
            (job_id, self._dialect.list_value(candidate_ids)),
        )
        return {row[0]: row[1] for row in rows.fetchall()}

    def flags_by_id(self, session_ids: Collection[str]) -> dict[str, list[str]]:
        """Return the flags of the given sessions that have a result, by session id."""
        rows = self._db.execute(
            "SELECT session_id, flags FROM interview_sessions"  # noqa: S608 - our own words
            f" WHERE flags IS NOT NULL AND {self._dialect.is_among('session_id')}",
            (self._dialect.list_value(session_ids),),
        ).fetchall()
        return {row[0]: json.loads(row[1]) for row in rows}

    def name_spellings_by_candidate(self, job_id: int) -> dict[int, str]:
        """The name, in every spelling, of every candidate with a current session for the job that is not erased, by id.
        """
        rows = self._db.execute(
            "SELECT candidate_id, candidate_spellings FROM interview_sessions"
            " WHERE job_id = ? AND is_current = TRUE AND erased_at IS NULL",
            (job_id,),
        )
        return {row[0]: row[1] for row in rows.fetchall()}

    def contacts_of_job(self, job_id: int) -> list[tuple[int, str, str]]:
        """Id, name and e-mail address of every candidate with a current session for the job that is not erased."""
        rows = self._db.execute(
            "SELECT candidate_id, candidate_name, candidate_email FROM interview_sessions"
            " WHERE job_id = ? AND is_current = TRUE AND erased_at IS NULL",
            (job_id,),
        )
        return [(row[0], row[1], row[2]) for row in rows.fetchall()]

    def by_invitation(self, invitation_id: str) -> list[Session]:
        """All sessions with this interview at the provider."""
        return self._many("WHERE invitation_id = ? ORDER BY seq", invitation_id)

    def find_other_by_email(self, position_id: str, email: str, *, other_than: int) -> Session | None:
        """A session of another candidate with this e-mail address, compared without case, in the position; never an
        erased one."""
        found = self._many(
            f"WHERE position_id = ? AND {self._dialect.equals_in_any_case('candidate_email')} AND candidate_id <> ?"
            " AND erased_at IS NULL ORDER BY seq DESC",
            position_id, email, other_than,
        )
        return found[0] if found else None

    def newest_first(
        self, filters: Mapping[str, Any], *, limit: int, before_seq: int | None = None
    ) -> list[Session]:
        """Sessions whose columns equal the filters, newest first, starting before `before_seq`. `status` filters by the
        stored status, `list_status` by the visible one."""
        clause, values = _newest_first_clause(filters, before_seq)
        return self._many(clause, *values, limit)

    def summaries(
        self, filters: Mapping[str, Any], *, limit: int, before_seq: int | None = None
    ) -> list[SessionSummary]:
        """What the list of sessions shows, newest first; without hidden sessions, unless `list_status` is filtered."""
        clause, values = _newest_first_clause(filters, before_seq, hide="list_status" not in filters)
        return self._select_rows(SessionSummary, clause, *values, limit)

    def longest_unsynced(self, job_id: int, *, limit: int, final: Sequence[str]) -> list[Session]:
        """Current sessions of a job: first those that can still change, of these the longest unsynced first."""
        marks = ", ".join("?" * len(final))
        return self._many(
            "WHERE job_id = ? AND is_current = TRUE"
            f" ORDER BY status IN ({marks}), last_sync_at NULLS FIRST, seq LIMIT ?",
            job_id, *final, limit,
        )

    def due_for_sync(self, now_ms: int, longest_pause_ms: int, *, urgent_only: bool, limit: int) -> list[Session]:
        """Current sessions that can still change and are due for a sync, the longest unsynced first. Includes sessions
        planned later than the longest pause allows: the clock ran fast when they were planned."""
        return self._many(
            "WHERE is_current = TRUE AND status IN ('created', 'invited', 'in_progress', 'completed', 'expired')"
            f"{' AND urgent = TRUE' if urgent_only else ''} AND (next_sync_at <= ? OR next_sync_at BETWEEN ? AND ?)"
            " ORDER BY urgent DESC, last_sync_at NULLS FIRST, seq LIMIT ?",
            now_ms, now_ms + longest_pause_ms + 1, NEVER - 1, limit,
        )

    def of_candidate(self, candidate_id: int) -> list[Session]:
        """All sessions of a candidate, for any job, oldest first."""
        return self._many("WHERE candidate_id = ? ORDER BY seq", candidate_id)

    def unerased(self, session_ids: Collection[str]) -> list[Session]:
        """Return the given sessions that are not erased."""
        return self._many(
            f"WHERE {self._dialect.is_among('session_id')} AND erased_at IS NULL ORDER BY seq",
            self._dialect.list_value(session_ids),
        )

    def rows_of_candidate(self, candidate_id: int) -> list[SessionRow]:
        """The same sessions as stored rows."""
        return self._rows("WHERE candidate_id = ? ORDER BY seq", candidate_id)

    def rows_of_job(self, job_id: int, *, after_seq: int, limit: int) -> list[SessionRow]:
        """All sessions of a job as stored rows, replaced ones included, oldest first, starting after `after_seq`."""
        return self._rows("WHERE job_id = ? AND seq > ? ORDER BY seq LIMIT ?", job_id, after_seq, limit)

    def count_of_job(self, job_id: int) -> int:
        """The number of all sessions of a job, replaced ones included."""
        found = self._db.execute("SELECT count(*) FROM interview_sessions WHERE job_id = ?", (job_id,))
        return int(found.fetchone()[0])

    def unchanged_since(self, since_ms: int, now_ms: int, *, limit: int) -> list[Session]:
        """Sessions that are not erased and have not changed since a time.

        A session that changed while the clock was behind only seems old: its events come after newer ones.
        """
        return self._many(f"{_UNCHANGED} ORDER BY updated_at LIMIT ?3", since_ms, now_ms, limit)

    def count_unchanged_since(self, since_ms: int, now_ms: int) -> int:
        """The number of sessions that `unchanged_since` returns without a limit."""
        query = f"SELECT count(*) FROM interview_sessions {_UNCHANGED}"  # noqa: S608 - our own words
        return int(self._db.execute(query, (since_ms, now_ms)).fetchone()[0])

    def count_not_erased(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM interview_sessions WHERE erased_at IS NULL").fetchone()[0])

    def count_by_status(self) -> dict[str, int]:
        """The number of sessions by list status, erased and replaced ones included."""
        rows = self._db.execute(f"SELECT {LIST_STATUS_SQL}, count(*) FROM interview_sessions GROUP BY 1")  # noqa: S608
        return {row[0]: row[1] for row in rows}

    def oldest_sync_ms(self, statuses: Collection[str]) -> int | None:
        """When the session that has waited longest in one of these statuses was last synced, or created; None without
        any."""
        waiting = "FROM interview_sessions WHERE status = ? AND review_reason IS NULL"
        never_synced = f"SELECT min(created_at) {waiting} AND last_sync_at IS NULL"
        synced = f"SELECT min(last_sync_at) {waiting}"
        times = [
            row[0]
            for status in statuses
            for query in (never_synced, synced)
            for row in self._db.execute(query, (status,))
        ]
        return min((time for time in times if time is not None), default=None)

    def count_needing_review(self) -> int:
        """The number of current sessions that need review."""
        query = "SELECT count(*) FROM interview_sessions WHERE is_current = TRUE AND review_reason IS NOT NULL"
        return int(self._db.execute(query).fetchone()[0])

    def next_link_expiry(self, job_ids: Collection[int]) -> int | None:
        """When the next unopened link of a current session of these jobs expires; None without any. Until then none of
        their list statuses changes by itself."""
        of_jobs, value = self._dialect.is_among("job_id"), self._dialect.list_value(job_ids)
        if len(job_ids) == 1:
            # With statistics SQLite would read all sessions for a list.
            of_jobs, value = "job_id = ?", next(iter(job_ids))
        row = self._db.execute(
            "SELECT min(link_expires_at) FROM interview_sessions"  # noqa: S608 - our own words
            f" WHERE is_current = TRUE AND {of_jobs} AND listed_as = 'invited' AND link_expires_at > {NOW_MS}", (value,)
        ).fetchone()
        return None if row[0] is None else int(row[0])

    def status_counts(self, job_ids: Collection[int]) -> dict[int, JobStatusCounts]:
        """The number of current sessions of these jobs by list status, by job."""
        of_jobs, ids = self._dialect.is_among("job_id"), self._dialect.list_value(job_ids)
        rows = self._db.execute(
            "SELECT job_id, listed_as, count(*),"  # noqa: S608 - our own words
            f" sum(CASE WHEN {LIST_STATUS_SQL} = listed_as THEN 0 ELSE 1 END)"
            f" FROM interview_sessions WHERE is_current = TRUE AND {of_jobs} GROUP BY job_id, listed_as", (ids,)
        ).fetchall()
        to_review = dict(self._db.execute(
            "SELECT job_id, count(*) FROM interview_sessions"  # noqa: S608 - our own words
            f" WHERE is_current = TRUE AND review_reason IS NOT NULL AND {of_jobs} GROUP BY job_id", (ids,)
        ).fetchall())
        counts: dict[int, Counter[str]] = {}
        for job_id, listed_as, count, expired in rows:
            by_status = counts.setdefault(job_id, Counter())
            by_status[listed_as] += count - expired
            by_status["expired"] += expired
        return {
            job_id: JobStatusCounts(dict(sorted((+by_status).items())), to_review.get(job_id, 0))
            for job_id, by_status in counts.items()
        }

    def candidate_ids_by_status(
        self, job_id: int, statuses: Collection[str], *, link_expires_before: int | None = None
    ) -> set[int]:
        """The candidates of a job whose current session has one of these list statuses, and whose link expires
        before then."""
        among, as_list = self._dialect.is_among, self._dialect.list_value
        values: list[object] = [job_id, as_list(listed_values(statuses)), as_list(statuses)]
        before = "" if link_expires_before is None else " AND link_expires_at < ?"
        rows = self._db.execute(
            "SELECT candidate_id FROM interview_sessions WHERE job_id = ? AND is_current = TRUE"  # noqa: S608 - our words
            f" AND {among('listed_as')} AND {among(LIST_STATUS_SQL)}{before}",
            (*values, *([] if link_expires_before is None else [link_expires_before])),
        )
        return {row[0] for row in rows.fetchall()}

    def candidate_ids_needing_review(self, job_id: int) -> set[int]:
        """The candidates of a job whose current session needs review."""
        rows = self._db.execute(
            "SELECT candidate_id FROM interview_sessions"
            " WHERE job_id = ? AND is_current = TRUE AND status = 'completed' AND review_reason IS NOT NULL",
            (job_id,),
        )
        return {row[0] for row in rows.fetchall()}

    def milestones(self, job_id: int) -> list[SessionMilestones]:
        """When each current session of a job reached each step, and its total score."""
        return self._select_rows(SessionMilestones, "WHERE job_id = ? AND is_current = TRUE", job_id)

    def with_other_totals(self, job_id: int) -> list[Session]:
        """The current sessions of a job that have another total than the machine's: of reviews, or of the judge."""
        clause = "WHERE job_id = ? AND is_current = TRUE AND (human_reviews > 0 OR judge_total IS NOT NULL)"
        return self._many(f"{clause} ORDER BY session_id", job_id)

    def _current_of_candidates(self) -> str:
        return f"WHERE job_id = ? AND is_current = TRUE AND {self._dialect.is_among('candidate_id')}"

    def _one(self, clause: str, *values: Any) -> Session | None:
        row = self._db.execute(f"{SELECT_SESSION} {clause}", values).fetchone()
        return None if row is None else read_sessions([SessionRow._make(row)])[0]

    def _many(self, clause: str, *values: Any) -> list[Session]:
        return read_sessions(self._rows(clause, *values))

    def _rows(self, clause: str, *values: Any) -> list[SessionRow]:
        return [SessionRow._make(row) for row in self._db.execute(f"{SELECT_SESSION} {clause}", values).fetchall()]

    def _select_rows(self, row: type[Row], clause: str, *values: Any) -> list[Row]:
        query = f"SELECT {columns(row)} FROM interview_sessions {clause}"  # noqa: S608 - our own fields
        return [row._make(values) for values in self._db.execute(query, values).fetchall()]


def _newest_first_clause(
    filters: Mapping[str, Any], before_seq: int | None, *, hide: bool = False
) -> tuple[str, list[Any]]:
    """The WHERE clause and its values; the caller appends the value of LIMIT.

    `seq` always has an upper bound, which keeps SQLite from sorting where it expects few rows.
    """
    filters = write_columns(filters)
    plain = {name: value for name, value in filters.items() if name not in ("listed_as", "decision")}
    conditions = [f"{name} = ?" for name in plain]
    conditions += ["seq < ?", *["unlisted = FALSE"] * hide]
    values = list(plain.values())
    values.append(_MAX_SEQ if before_seq is None else before_seq)
    if "listed_as" in filters:
        condition, condition_values = list_status_condition(filters["listed_as"])
        conditions.append(condition)
        values += condition_values
    if "decision" in filters:
        condition, condition_values = decision_condition(filters["decision"])
        conditions.append(condition)
        values += condition_values
    return f"WHERE {' AND '.join(conditions)} ORDER BY seq DESC LIMIT ?", values


class LegacyIds(Table):
    """Reads and writes the ids of imported sessions in the previous service."""

    def add(self, former_id: str, session_id: str) -> None:
        self._db.execute(
            "INSERT INTO former_session_ids (former_id, session_id) VALUES (?, ?)", (former_id, session_id)
        )

    def session_id(self, former_id: str) -> str | None:
        """The session that had this id."""
        row = self._db.execute(
            "SELECT session_id FROM former_session_ids WHERE former_id = ?", (former_id,)
        ).fetchone()
        return None if row is None else str(row[0])
