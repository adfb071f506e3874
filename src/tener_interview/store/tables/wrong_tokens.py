"""SQL of `wrong_tokens`: how many wrong tokens came from an address within a minute, to any process."""

from __future__ import annotations

from .table import Table

WINDOW_MS = 60_000


class WrongTokens(Table):
    """Counts wrong tokens by a hash of the address. A minute begins with its first one."""

    def record(self, address_hash: str, *, now_ms: int, limit: int) -> int:
        """Count a wrong token. Return 0, or how many milliseconds the address must wait because it has used up its
        `limit`."""
        counted = self._db.execute(
            "INSERT INTO wrong_tokens (address_hash, tokens, since) VALUES (?1, 1, ?2)"
            " ON CONFLICT (address_hash) DO UPDATE SET"
            " tokens = CASE WHEN wrong_tokens.since BETWEEN ?3 AND ?2 THEN wrong_tokens.tokens + 1 ELSE 1 END,"
            " since = CASE WHEN wrong_tokens.since BETWEEN ?3 AND ?2 THEN wrong_tokens.since ELSE excluded.since END"
            " WHERE wrong_tokens.tokens < ?4 OR wrong_tokens.since NOT BETWEEN ?3 AND ?2",
            (address_hash, now_ms, now_ms - WINDOW_MS + 1, limit),
        )
        if counted.rowcount == 1:
            return 0
        row = self._db.execute("SELECT since FROM wrong_tokens WHERE address_hash = ?", (address_hash,)).fetchone()
        return 0 if row is None else max(1, row[0] + WINDOW_MS - now_ms)

    def undo(self, address_hash: str) -> None:
        """Count one less."""
        self._db.execute(
            "UPDATE wrong_tokens SET tokens = tokens - 1 WHERE address_hash = ? AND tokens > 0", (address_hash,)
        )

    def forget_expired(self, *, now_ms: int) -> None:
        """Delete what no longer counts."""
        self._db.execute("DELETE FROM wrong_tokens WHERE since NOT BETWEEN ? AND ?", (now_ms - WINDOW_MS + 1, now_ms))
