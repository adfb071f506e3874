"""Cleaning up after erasures: PostgreSQL keeps deleted and replaced rows until VACUUM removes them.

What stays after that is in the write-ahead log, on replicas and in backups, until they are recycled.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, closing

from ...regex import regex
from ..tables.transaction import Transaction
from .connection import BoundedConnection

#: The tables that hold anything about a person.
_TABLES = (
    "interview_sessions", "interview_results", "interview_events", "idempotency_keys", "job_step_progress",
    "webhook_events", "demo_interviews", "answer_shingles", "answer_marks", "answer_twins", "shares",
    "share_candidates", "share_recommendations", "decisions", "model_answers", "job_plans", "plan_versions",
    "consents", "correction_notes",
)
#: Tables up to this size together are cleaned up at once, in a few tenths of a second; larger ones in the background.
_AT_ONCE_BYTES = 100_000_000
#: How long somebody waits for it at most; it may wait for another clean-up.
_AT_ONCE_S = 5.0
#: What VACUUM VERBOSE says about rows that somebody may still read, in PostgreSQL 15 and 14.
_NOT_YET_REMOVED = regex(r"(\d+) (?:are dead but not yet removable|dead row versions cannot be removed yet)")


class Vacuum:
    """Runs VACUUM for pending erasures, until it has removed every dead row."""

    def __init__(
        self, connect: Callable[[], BoundedConnection], write: Callable[[], AbstractContextManager[Transaction]]
    ) -> None:
        self._connect, self._write = connect, write

    def run(self, *, at_once: bool) -> bool:
        """Return whether no erasure is pending any more. Raises psycopg.Error and `STORE_UNAVAILABLE`."""
        with self._write() as tx:
            pending = tx.pending_scrub.count()
        if not pending:
            return True
        with closing(self._connect()) as db:
            if at_once:
                db.patience_s = _AT_ONCE_S
                if _size_bytes(db) > _AT_ONCE_BYTES:
                    return False
            if not _vacuum(db):
                return False
        with self._write() as tx:
            tx.pending_scrub.mark_done(pending)
        return True


def _vacuum(db: BoundedConnection) -> bool:
    """Return whether every dead row was removed: none of them may be read any more by an older transaction."""
    notices: list[str] = []
    db.add_notice_handler(lambda notice: notices.append(notice.message_primary or ""))
    db.add_notice_handler(lambda notice: notices.append(notice.message_detail or ""))
    db.execute(f"VACUUM (VERBOSE, INDEX_CLEANUP ON) {', '.join(_TABLES)}")
    return not any(int(found) for found in _NOT_YET_REMOVED.findall(" ".join(notices)))


def _size_bytes(db: BoundedConnection) -> int:
    query = "SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class WHERE oid = ANY($1::text[]::regclass[])"
    row = db.execute(query, (list(_TABLES),)).fetchone()
    return int(row[0]) if row else 0


