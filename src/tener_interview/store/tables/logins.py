"""SQL of `logins`: who is signed in, by a hash of the login cookie."""

from __future__ import annotations

from ...system.clock import HOUR_MS
from .table import Table

#: The longest life of a login. A later expiry was written while the clock was ahead, and counts as expired.
MAX_LOGIN_MS = 13 * HOUR_MS


#: The most logins at a time; the oldest one is signed out for a new one.
MAX_LOGINS = 1_000


class Logins(Table):
    """Reads and writes logins."""

    def add(self, cookie_hash: str, *, now_ms: int, expires_at: int) -> None:
        """Sign in, and delete expired logins."""
        self._db.execute("DELETE FROM logins WHERE expires_at NOT BETWEEN ? AND ?", (now_ms + 1, now_ms + MAX_LOGIN_MS))
        self._db.execute("INSERT INTO logins (cookie_hash, expires_at) VALUES (?, ?)", (cookie_hash, expires_at))
        self._db.execute(
            "DELETE FROM logins WHERE cookie_hash NOT IN"
            " (SELECT cookie_hash FROM logins ORDER BY expires_at DESC, rowid DESC LIMIT ?)",
            (MAX_LOGINS,),
        )

    def is_signed_in(self, cookie_hash: str, *, now_ms: int) -> bool:
        found = self._db.execute(
            "SELECT 1 FROM logins WHERE cookie_hash = ? AND expires_at BETWEEN ? AND ?",
            (cookie_hash, now_ms + 1, now_ms + MAX_LOGIN_MS),
        ).fetchone()
        return found is not None

    def remove(self, cookie_hash: str) -> None:
        """Sign out."""
        self._db.execute("DELETE FROM logins WHERE cookie_hash = ?", (cookie_hash,))

    def clear(self) -> None:
        """Sign everybody out."""
        self._db.execute("DELETE FROM logins")
