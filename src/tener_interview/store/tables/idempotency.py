"""SQL of `idempotency_keys`: the requests that are running under a key, and the responses of the finished ones."""

from __future__ import annotations

from ...regex import regex
from ...system.clock import HOUR_MS
from ..records import Claim
from .locks import Locks
from .table import Table

#: The longest lease of a claim. A later one was made while the clock ran fast, and counts as expired.
MAX_LEASE_MS = 60_000

#: Responses dated further ahead were stored while the clock ran fast.
_MAX_AHEAD_MS = 48 * HOUR_MS

_SESSION_ID = regex(r"iv_[0-9a-f]{32}")


class IdempotencyKeys(Table):
    """Claims on keys. A claim whose lease expired belongs to a process that died."""

    def claim(self, scope: str, key: str, fingerprint: str, *, now_ms: int, lease_until: int) -> int | None:
        """Return since when the request is known, if the caller may run it: the key is new, or the process that ran it
        died. None if not."""
        claimed = self._db.execute(
            "INSERT INTO idempotency_keys (scope, key, fingerprint, state, lease_until, created_at)"
            " VALUES (?, ?, ?, 'running', ?, ?)"
            " ON CONFLICT (scope, key) DO UPDATE SET lease_until = excluded.lease_until"
            " WHERE idempotency_keys.state = 'running' AND idempotency_keys.lease_until NOT BETWEEN ? AND ?"
            " AND idempotency_keys.fingerprint = excluded.fingerprint RETURNING created_at",
            (scope, key, fingerprint, lease_until, now_ms, now_ms + 1, now_ms + MAX_LEASE_MS),
        ).fetchone()
        return None if claimed is None else int(claimed[0])

    def get(self, scope: str, key: str) -> Claim | None:
        row = self._db.execute(
            "SELECT fingerprint, state, lease_until, status, body FROM idempotency_keys WHERE scope = ? AND key = ?",
            (scope, key),
        ).fetchone()
        return None if row is None else Claim(*row)

    def extend(self, scope: str, key: str, lease_until: int) -> None:
        self._db.execute(
            "UPDATE idempotency_keys SET lease_until = ? WHERE scope = ? AND key = ? AND state = 'running'",
            (lease_until, scope, key),
        )

    def finish(self, scope: str, key: str, status: int, body: str) -> None:
        """Store the response for repeated requests, unless it is about a person who was erased meanwhile."""
        mentioned = _SESSION_ID.findall(f"{scope} {body}")
        # Whoever erases one of them meanwhile waits, and then finds this response.
        Locks(self._db, self._dialect).sessions(mentioned)
        session_ids = self._dialect.list_value(sorted(set(mentioned)))
        erased = self._db.execute(
            "SELECT 1 FROM interview_sessions"  # noqa: S608 - our own words
            " JOIN idempotency_keys ON erased_at >= idempotency_keys.created_at"
            f" WHERE {self._dialect.is_among('session_id')} AND scope = ? AND key = ? LIMIT 1",
            (session_ids, scope, key),
        ).fetchone()
        if erased:
            self.release(scope, key)
            return
        self._db.execute(
            "UPDATE idempotency_keys SET state = 'done', status = ?, body = ?"
            " WHERE scope = ? AND key = ? AND state = 'running'",
            (status, body, scope, key),
        )

    def release(self, scope: str, key: str) -> None:
        """Drop a claim without storing a response."""
        self._db.execute(
            "DELETE FROM idempotency_keys WHERE scope = ? AND key = ? AND state = 'running'", (scope, key)
        )

    def responses_mentioning(self, session_id: str) -> list[str]:
        """The stored responses that mention a session."""
        rows = self._db.execute(
            f"SELECT body FROM idempotency_keys WHERE body IS NOT NULL AND ({self._mentions()})",  # noqa: S608 - our own
            (session_id,),
        ).fetchall()
        return [row[0] for row in rows]

    def forget_responses_mentioning(self, erased_id: str) -> None:
        """Delete every response that mentions a session, user or endpoint, or was given to that user, and the claims of
        requests that still run. The same request then runs again."""
        self._db.execute(f"DELETE FROM idempotency_keys WHERE {self._mentions()}", (erased_id,))  # noqa: S608 - ours

    def _mentions(self) -> str:
        """The condition that a key or its response mentions an id."""
        in_scope, in_body = (self._dialect.contains_text(column, "?1") for column in ("scope", "coalesce(body, '')"))
        return f"{in_scope} OR {in_body}"

    def forget_before(self, created_before: int) -> int:
        """Delete claims older than this, and responses stored while the clock ran fast. Returns how many."""
        return self._db.execute(
            "DELETE FROM idempotency_keys WHERE created_at < ? OR (created_at > now_ms() + ? AND state = 'done')",
            (created_before, _MAX_AHEAD_MS),
        ).rowcount
