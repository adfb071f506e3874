"""SQL of `interview_sessions`, and of `former_session_ids`: by which ids sessions taken over were known before."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from ..records import NEVER, CandidateSessionSummary, JobStatusCounts, SessionMilestones, SessionRow, SessionSummary
from ..session import Session
from .session_columns import VISIBLE_STATUS, columns, listed_values, visible_status_condition
from .session_rows import SELECT_SESSION, read_sessions, write_columns
from .table import Table

Row = TypeVar("Row", bound=NamedTuple)


_BEYOND_ALL = 2**63 - 1
_CURRENT_OF = "WHERE job_id = ? AND is_current = 1 AND candidate_id IN (SELECT value FROM json_each(?))"

#: Events of a session that was taken over from another database are older than those that were here before them.
_UNMOVED = """
    WHERE erased_at IS NULL AND updated_at < ?1 AND (
        SELECT event = 'taken_over' OR seq < coalesce((
            SELECT seq FROM interview_events WHERE at BETWEEN ?1 AND ?2 ORDER BY seq LIMIT 1), seq + 1)
        FROM interview_events WHERE session_id = interview_sessions.session_id ORDER BY seq DESC LIMIT 1) IS NOT 0"""


class Sessions(Table):
    """Reads and conditional writes of sessions inside one transaction."""

    def add(self, **columns: Any) -> bool:
        """Record a session; False, and nothing kept, when the candidate has a current one for the job."""
        columns = write_columns(columns)
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        added = self._db.execute(
            f"INSERT INTO interview_sessions ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING",  # noqa: S608
            tuple(columns.values()),
        )
        return added.rowcount == 1

    def update_if(self, session_id: str, expected: Mapping[str, Any], **columns: Any) -> bool:
        """Set columns, or fields, if the row still holds what is expected; False when it no longer does."""
        columns, expected = write_columns(columns), write_columns(expected)
        assignments = ", ".join(f"{name} = ?" for name in columns)
        conditions = "".join(f" AND {name} IS ?" for name in expected)
        changed = self._db.execute(
            f"UPDATE interview_sessions SET {assignments} WHERE session_id = ?{conditions}",  # noqa: S608
            (*columns.values(), session_id, *expected.values()),
        )
        return changed.rowcount == 1

    def revoke_links_before(
        self, session_id: str, *, link_serial: int, link_signed_expires_at: int, link_expires_at: int
    ) -> bool:
        """Let a session have a later link than it has; False when it has that one, or a later, or is erased."""
        revoked = self._db.execute(
            "UPDATE interview_sessions SET link_serial = ?1, link_signed_expires_at = ?2, link_expires_at = ?3"
            " WHERE session_id = ?4 AND link_serial < ?1 AND erased_at IS NULL",
            (link_serial, link_signed_expires_at, link_expires_at, session_id),
        )
        return revoked.rowcount == 1

    def mark_start_answered(self, session_id: str) -> bool:
        """Note that a start was answered with the session's link; False where there is none to answer with."""
        answered = self._db.execute(
            "UPDATE interview_sessions SET start_unanswered = 0 WHERE session_id = ? AND start_unanswered = 1"
            " AND status NOT IN ('created', 'canceled', 'failed') AND erased_at IS NULL",
            (session_id,),
        )
        return answered.rowcount == 1

    def get(self, session_id: str) -> Session | None:
        return self._one("WHERE session_id = ?", session_id)

    def current(self, job_id: int, candidate_id: int) -> Session | None:
        """The candidate's current session for the job."""
        return self._one("WHERE job_id = ? AND candidate_id = ? AND is_current = 1", job_id, candidate_id)

    def current_by_candidate(self, job_id: int, candidate_ids: Collection[int]) -> dict[int, Session]:
        """The current sessions of these candidates for the job, by candidate."""
        rows = self._many(_CURRENT_OF, job_id, json.dumps(list(candidate_ids)))
        return {row.candidate_id: row for row in rows}

    def summaries_by_candidate(self, job_id: int, candidate_ids: Collection[int]) -> dict[int, CandidateSessionSummary]:
        """The same, as the list of candidates shows them."""
        rows = self._listed(CandidateSessionSummary, _CURRENT_OF, job_id, json.dumps(list(candidate_ids)))
        return {row.candidate_id: row for row in rows}

    def candidate_names(self, job_id: int, candidate_ids: Collection[int]) -> dict[int, str]:
        """What those of these candidates are called who have a current session for the job and were not erased."""
        rows = self._db.execute(
            f"SELECT candidate_id, candidate_name FROM interview_sessions {_CURRENT_OF} AND erased_at IS NULL",  # noqa: S608
            (job_id, json.dumps(list(candidate_ids))),
        )
        return {row[0]: row[1] for row in rows.fetchall()}

    def contacts_of_job(self, job_id: int) -> list[tuple[int, str, str]]:
        """Id, name and address of everybody who has a current session for the job and was not erased."""
        rows = self._db.execute(
            "SELECT candidate_id, candidate_name, candidate_email FROM interview_sessions"
            " WHERE job_id = ? AND is_current = 1 AND erased_at IS NULL",
            (job_id,),
        )
        return [(row[0], row[1], row[2]) for row in rows.fetchall()]

    def by_invitation(self, invitation_id: str) -> list[Session]:
        """All sessions that stand for this interview at the provider."""
        return self._many("WHERE invitation_id = ? ORDER BY seq", invitation_id)

    def find_other_by_email(self, position_id: str, email: str, *, other_than: int) -> Session | None:
        """A session of another candidate in the position under this address, compared without case; erased ones are
        under none."""
        return self._one(
            "WHERE position_id = ? AND candidate_email = ? COLLATE NOCASE AND candidate_id <> ? AND erased_at IS NULL"
            " ORDER BY seq DESC LIMIT 1",
            position_id, email, other_than,
        )

    def newest_first(
        self, filters: Mapping[str, Any], *, limit: int, before_seq: int | None = None
    ) -> list[Session]:
        """Sessions whose columns equal the filters, newest first, from the one before `before_seq`.

        A `status` is the one that is shown.
        """
        clause, values = _newest_first(filters, before_seq)
        return self._many(clause, *values, limit)

    def summaries(
        self, filters: Mapping[str, Any], *, limit: int, before_seq: int | None = None
    ) -> list[SessionSummary]:
        """The same, as the list of sessions shows them: by `listed_as`, or without those that are unlisted."""
        clause, values = _newest_first(filters, before_seq, listed="listed_as" not in filters)
        return self._listed(SessionSummary, clause, *values, limit)

    def longest_unsynced(self, job_id: int, *, limit: int, ended: Sequence[str]) -> list[Session]:
        """Current sessions of a job: those that can still change first, of these the longest unread first."""
        marks = ", ".join("?" * len(ended))
        return self._many(
            f"WHERE job_id = ? AND is_current = 1 ORDER BY status IN ({marks}), last_sync_at, seq LIMIT ?",
            job_id, *ended, limit,
        )

    def due_for_sync(self, now_ms: int, longest_pause_ms: int, *, urgent_only: bool, limit: int) -> list[Session]:
        """Current sessions that can still change and are due to be looked at, the longest unread first; also what is
        planned for later than any pause is long."""
        return self._many(
            "WHERE is_current = 1 AND status IN ('created', 'invited', 'in_progress', 'completed', 'expired')"
            " AND urgent >= ?1 AND (next_sync_at <= ?2 OR next_sync_at BETWEEN ?2 + ?3 + 1 AND ?4)"
            " ORDER BY urgent DESC, last_sync_at, seq LIMIT ?5",
            int(urgent_only), now_ms, longest_pause_ms, NEVER - 1, limit,
        )

    def of_candidate(self, candidate_id: int) -> list[Session]:
        """All sessions of a candidate, for whatever job, oldest first."""
        return self._many("WHERE candidate_id = ? ORDER BY seq", candidate_id)

    def unerased(self, session_ids: Collection[str]) -> list[Session]:
        """Those of some sessions whose person was not erased."""
        return self._many(
            "WHERE session_id IN (SELECT value FROM json_each(?)) AND erased_at IS NULL ORDER BY seq",
            json.dumps(list(session_ids)),
        )

    def rows_of_candidate(self, candidate_id: int) -> list[SessionRow]:
        """The same as they are stored."""
        return self._rows("WHERE candidate_id = ? ORDER BY seq", candidate_id)

    def rows_of_job(self, job_id: int, *, after_seq: int, limit: int) -> list[SessionRow]:
        """All sessions of a job as they are stored, replaced ones too, oldest first, from the one after `after_seq`."""
        return self._rows("WHERE job_id = ? AND seq > ? ORDER BY seq LIMIT ?", job_id, after_seq, limit)

    def count_of_job(self, job_id: int) -> int:
        """How many these are."""
        found = self._db.execute("SELECT count(*) FROM interview_sessions WHERE job_id = ?", (job_id,))
        return int(found.fetchone()[0])

    def unchanged_since(self, before_ms: int, now_ms: int, *, limit: int) -> list[Session]:
        """Sessions that are not erased and in which nothing has moved since a time.

        What moved while the clock was behind seems old: by the order of events it came after others that are not.
        """
        return self._many(f"{_UNMOVED} ORDER BY updated_at LIMIT ?3", before_ms, now_ms, limit)

    def count_unchanged_since(self, before_ms: int, now_ms: int) -> int:
        """How many these are."""
        query = f"SELECT count(*) FROM interview_sessions {_UNMOVED}"  # noqa: S608 - our own words
        return int(self._db.execute(query, (before_ms, now_ms)).fetchone()[0])

    def count_not_erased(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM interview_sessions WHERE erased_at IS NULL").fetchone()[0])

    def count_by_status(self) -> dict[str, int]:
        """How many there are in each state as it is shown, erased ones and those that were replaced included."""
        rows = self._db.execute(f"SELECT {VISIBLE_STATUS}, count(*) FROM interview_sessions GROUP BY 1")  # noqa: S608
        return {row[0]: row[1] for row in rows}

    def oldest_sync_ms(self, statuses: Collection[str]) -> int | None:
        """When the session in one of these states was last read, or made, that has waited longest; None without any."""
        waiting = "FROM interview_sessions WHERE status = ? AND review_reason IS NULL"
        never = f"SELECT min(created_at) {waiting} AND last_sync_at IS NULL"
        longest = f"SELECT min(last_sync_at) {waiting}"
        since = [
            row[0] for status in statuses for ask in (never, longest) for row in self._db.execute(ask, (status,))
        ]
        return min((each for each in since if each is not None), default=None)

    def count_needing_review(self) -> int:
        """How many current sessions need a human look."""
        query = "SELECT count(*) FROM interview_sessions WHERE is_current = 1 AND review_reason IS NOT NULL"
        return int(self._db.execute(query).fetchone()[0])

    def status_counts_by_job(self) -> dict[int, JobStatusCounts]:
        """How many current sessions are in each state as it is shown, by job."""
        rows = self._db.execute(
            f"SELECT job_id, {VISIBLE_STATUS}, count(*), count(review_reason)"  # noqa: S608 - our own words
            " FROM interview_sessions WHERE is_current = 1 GROUP BY 1, 2"
        )
        found: dict[int, JobStatusCounts] = {}
        for job_id, status, count, to_review in rows.fetchall():
            states, before = found.get(job_id, ({}, 0))
            found[job_id] = JobStatusCounts({**states, status: count}, before + to_review)
        return found

    def candidate_ids_by_status(
        self, job_id: int, statuses: Collection[str], *, link_expires_before: int | None = None
    ) -> set[int]:
        """The candidates of a job whose current session is shown in one of these states, and whose link runs out by
        then."""
        rows = self._db.execute(
            "SELECT candidate_id FROM interview_sessions WHERE job_id = ?1 AND is_current = 1"  # noqa: S608 - our words
            " AND listed_as IN (SELECT value FROM json_each(?2)) AND (?4 IS NULL OR link_expires_at < ?4)"
            f" AND {VISIBLE_STATUS} IN (SELECT value FROM json_each(?3))",
            (job_id, json.dumps(listed_values(statuses)), json.dumps(list(statuses)), link_expires_before),
        )
        return {row[0] for row in rows.fetchall()}

    def candidate_ids_needing_review(self, job_id: int) -> set[int]:
        """The candidates of a job whose current session needs a human look."""
        rows = self._db.execute(
            "SELECT candidate_id FROM interview_sessions"
            " WHERE job_id = ? AND is_current = 1 AND status = 'completed' AND review_reason IS NOT NULL",
            (job_id,),
        )
        return {row[0] for row in rows.fetchall()}

    def milestones(self, job_id: int) -> list[SessionMilestones]:
        """When the current sessions of a job came how far, and their totals."""
        return self._listed(SessionMilestones, "WHERE job_id = ? AND is_current = 1", job_id)

    def providers(self) -> set[str]:
        """The names of all providers that any session was ever made with."""
        return {row[0] for row in self._db.execute("SELECT DISTINCT provider FROM interview_sessions")}

    def _one(self, clause: str, *values: Any) -> Session | None:
        row = self._db.execute(f"{SELECT_SESSION} {clause}", values).fetchone()
        return None if row is None else read_sessions([SessionRow._make(row)])[0]

    def _many(self, clause: str, *values: Any) -> list[Session]:
        return read_sessions(self._rows(clause, *values))

    def _rows(self, clause: str, *values: Any) -> list[SessionRow]:
        return [SessionRow._make(row) for row in self._db.execute(f"{SELECT_SESSION} {clause}", values).fetchall()]

    def _listed(self, row: type[Row], clause: str, *values: Any) -> list[Row]:
        query = f"SELECT {columns(row)} FROM interview_sessions {clause}"  # noqa: S608 - our own fields
        return [row._make(each) for each in self._db.execute(query, values).fetchall()]


def _newest_first(
    filters: Mapping[str, Any], before_seq: int | None, *, listed: bool = False
) -> tuple[str, list[Any]]:
    """Clause and values; the clause ends with a limit that is still to be given.

    That `seq` always has a bound keeps SQLite from sorting where it expects to find few rows.
    """
    filters = write_columns(filters)
    conditions = [*(f"{name} = ?" for name in filters if name != "listed_as"), "seq < ?", *["NOT unlisted"] * listed]
    values = [value for name, value in filters.items() if name != "listed_as"]
    values.append(_BEYOND_ALL if before_seq is None else before_seq)
    if "listed_as" in filters:
        condition, own = visible_status_condition(filters["listed_as"])
        conditions.append(condition)
        values += own
    return f"WHERE {' AND '.join(conditions)} ORDER BY seq DESC LIMIT ?", values


class LegacyIds(Table):
    """Reads and writes former ids inside one transaction."""

    def add(self, former_id: str, session_id: str) -> None:
        self._db.execute(
            "INSERT INTO former_session_ids (former_id, session_id) VALUES (?, ?)", (former_id, session_id)
        )

    def session_id(self, former_id: str) -> str | None:
        """The session that was known by this id."""
        row = self._db.execute(
            "SELECT session_id FROM former_session_ids WHERE former_id = ?", (former_id,)
        ).fetchone()
        return None if row is None else str(row[0])
