"""SQL of `api_tokens`: the tokens of users and programs for the API, by their hash."""

from __future__ import annotations

from ..user_records import ApiToken, StoredApiToken
from .table import Table

_COLUMNS = ", ".join(f"api_tokens.{name}" for name in ApiToken._fields)


class ApiTokens(Table):
    """Reads and writes tokens. One without a user belongs to a program."""

    def add(self, token: ApiToken, token_hash: str) -> None:
        names = ", ".join(("token_hash", *ApiToken._fields))
        places = ", ".join("?" * (1 + len(ApiToken._fields)))
        self._db.execute(
            f"INSERT INTO api_tokens ({names}) VALUES ({places})", (token_hash, *token)  # noqa: S608 - our own fields
        )

    def find(self, token_hash: str, *, now_ms: int) -> StoredApiToken | None:
        """A valid token, with the name and role that its user has now; None also for a disabled user's."""
        row = self._db.execute(
            "SELECT api_tokens.token_id, api_tokens.name, api_tokens.role, api_tokens.read_only,"
            " api_tokens.last_used_at, api_tokens.user_id, users.name, users.role"
            " FROM api_tokens LEFT JOIN users ON users.user_id = api_tokens.user_id"
            " WHERE api_tokens.token_hash = ? AND api_tokens.revoked_at IS NULL"
            " AND (api_tokens.expires_at IS NULL OR api_tokens.expires_at > ?)"
            " AND (api_tokens.user_id IS NULL OR (users.disabled_at IS NULL AND users.removed_at IS NULL))",
            (token_hash, now_ms),
        ).fetchone()
        return None if row is None else StoredApiToken(*row)

    def get(self, token_id: str) -> ApiToken | None:
        row = self._db.execute(
            f"SELECT {_COLUMNS} FROM api_tokens WHERE token_id = ?", (token_id,)  # noqa: S608 - our own fields
        ).fetchone()
        return None if row is None else ApiToken(*row)

    def of_user(self, user_id: str) -> list[ApiToken]:
        """The tokens of a user, newest first."""
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM api_tokens WHERE user_id = ?"  # noqa: S608 - our own fields
            " ORDER BY created_at DESC, token_id",
            (user_id,),
        )
        return [ApiToken(*row) for row in rows]

    def all(self) -> list[ApiToken]:
        """All tokens, newest first."""
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM api_tokens ORDER BY created_at DESC, token_id"  # noqa: S608 - our own fields
        )
        return [ApiToken(*row) for row in rows]

    def touch(self, token_id: str, *, now_ms: int) -> None:
        """Record that a token is in use."""
        self._db.execute("UPDATE api_tokens SET last_used_at = ? WHERE token_id = ?", (now_ms, token_id))

    def revoke(self, token_id: str, now_ms: int) -> bool:
        """Revoke a token. Returns False if it is revoked already."""
        revoked = self._db.execute(
            "UPDATE api_tokens SET revoked_at = ? WHERE token_id = ? AND revoked_at IS NULL", (now_ms, token_id)
        )
        return revoked.rowcount == 1

    def revoke_of_user(self, user_id: str, now_ms: int) -> int:
        """Revoke all tokens of a user. Returns how many."""
        revoked = self._db.execute(
            "UPDATE api_tokens SET revoked_at = ? WHERE user_id = ? AND revoked_at IS NULL", (now_ms, user_id)
        )
        return revoked.rowcount
