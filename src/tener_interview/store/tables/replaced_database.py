"""SQL that reads the erasures and revocations of the database that a restore is about to replace, so that the restored
one can repeat them."""

from __future__ import annotations

from ..audit_chain import AuditHead
from ..erasure_log import Erasure, Revocation, erased_session_ids
from ..maintenance import ReplacedDatabaseFacts
from .table import Table

LIVING = "SELECT session_id FROM interview_sessions WHERE erased_at IS NULL"
ERASED = "SELECT erased_at, session_id FROM interview_sessions WHERE erased_at IS NOT NULL ORDER BY erased_at, seq"
LINKS = (
    "SELECT 'link', session_id, link_serial, updated_at, link_signed_expires_at, link_expires_at"
    " FROM interview_sessions WHERE link_serial > 1"
)
CANCELED = "SELECT 'session', session_id, link_serial, updated_at FROM interview_sessions WHERE status = 'canceled'"
AUDIT_HEAD = "SELECT number, hash, seal FROM audit_head"
SHARES = "SELECT 'share', share_id, link_serial, revoked_at FROM shares WHERE revoked_at IS NOT NULL"


class ReplacedDatabase(Table):
    """Reads what a restore must not lose of the database that it replaces: erasures, revocations, the audit log's head.
    """

    def facts(self, *, has_audit_log: bool = True) -> ReplacedDatabaseFacts:
        erasures = tuple(Erasure(at_ms, (session_id,)) for at_ms, session_id in self._db.execute(ERASED).fetchall())
        living = frozenset(row[0] for row in self._db.execute(LIVING).fetchall())
        row = self._db.execute(AUDIT_HEAD).fetchone() if has_audit_log else None
        head = AuditHead(*row) if row else AuditHead()
        return ReplacedDatabaseFacts(erasures, living, self._revocations(erasures), head)

    def _revocations(self, erasures: tuple[Erasure, ...]) -> tuple[Revocation, ...]:
        """Revocations of sessions and shares that are not erased."""
        erased_ids = erased_session_ids(erasures)
        rows = [row for query in (LINKS, CANCELED, SHARES) for row in self._db.execute(query).fetchall()]
        revocations = [Revocation(*row) for row in rows]
        return tuple(revocation for revocation in revocations if revocation.subject_id not in erased_ids)
