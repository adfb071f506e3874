"""SQL of `users` and `user_links`: who may sign in, and the one-time links with which they set a password."""

from __future__ import annotations

from ..user_records import User, UserLink
from .table import Table

_COLUMNS = ", ".join(User._fields)
_SELECT = f"SELECT {_COLUMNS} FROM users"  # noqa: S608 - names of our own fields
#: What a user must be to sign in.
_ACTIVE = "disabled_at IS NULL AND removed_at IS NULL"
#: True if another active admin exists, the user is no admin, or the bound value says that none is needed.
_LEAVES_AN_ADMIN = (
    "(? OR role <> 'admin' OR EXISTS (SELECT 1 FROM users AS other WHERE other.role = 'admin'"
    " AND other.user_id <> users.user_id AND other.disabled_at IS NULL AND other.removed_at IS NULL"
    " AND other.password_hash IS NOT NULL))"
)


class Users(Table):
    """Reads users, and writes them conditionally. Rows are never deleted: what users did refers to them."""

    def add(self, user_id: str, *, email: str, name: str, role: str, now_ms: int) -> bool:
        """Add a user who has no password yet. Returns False if somebody has the address already."""
        added = self._db.execute(
            "INSERT INTO users (user_id, email, email_key, name, role, created_at) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (email_key) DO NOTHING",
            (user_id, email, email_key(email), name, role, now_ms),
        )
        return added.rowcount == 1

    def get(self, user_id: str) -> User | None:
        row = self._db.execute(f"{_SELECT} WHERE user_id = ?", (user_id,)).fetchone()
        return None if row is None else User(*row)

    def find(self, email: str) -> User | None:
        """The user with an e-mail address, in whatever case."""
        row = self._db.execute(f"{_SELECT} WHERE email_key = ?", (email_key(email),)).fetchone()
        return None if row is None else User(*row)

    def all(self) -> list[User]:
        """All users but removed ones, by name."""
        rows = self._db.execute(f"{_SELECT} WHERE removed_at IS NULL ORDER BY name, user_id")
        return [User(*row) for row in rows]

    def names(self) -> dict[str, str]:
        """The name of every user who ever was, by id."""
        return {row[0]: row[1] for row in self._db.execute("SELECT user_id, name FROM users")}

    def lock_all(self) -> None:
        """Let nobody else change users until the transaction ends: whether one is the last admin depends on all."""
        if self._dialect.for_update:
            self._db.execute(f"SELECT 1 FROM users ORDER BY user_id{self._dialect.for_update}").fetchall()  # noqa: S608

    def rename(self, user_id: str, name: str) -> bool:
        renamed = self._db.execute(
            "UPDATE users SET name = ? WHERE user_id = ? AND removed_at IS NULL", (name, user_id)
        )
        return renamed.rowcount == 1

    def change_role(self, user_id: str, role: str, *, without_admin: bool) -> bool:
        """Give a user another role. Returns False if no admin would be left, unless `without_admin` allows it."""
        changed = self._db.execute(
            "UPDATE users SET role = ? WHERE user_id = ? AND removed_at IS NULL"  # noqa: S608 - our own text
            f" AND (? = 'admin' OR {_LEAVES_AN_ADMIN})",
            (role, user_id, role, without_admin),
        )
        return changed.rowcount == 1

    def disable(self, user_id: str, now_ms: int, *, without_admin: bool) -> bool:
        """Let an active user no longer sign in. Returns False if no admin would be left, as above."""
        disabled = self._db.execute(
            f"UPDATE users SET disabled_at = ? WHERE user_id = ? AND {_ACTIVE}"  # noqa: S608 - our own text
            f" AND {_LEAVES_AN_ADMIN}",
            (now_ms, user_id, without_admin),
        )
        return disabled.rowcount == 1

    def enable(self, user_id: str) -> bool:
        """Let a disabled user sign in again."""
        enabled = self._db.execute(
            "UPDATE users SET disabled_at = NULL"
            " WHERE user_id = ? AND disabled_at IS NOT NULL AND removed_at IS NULL",
            (user_id,),
        )
        return enabled.rowcount == 1

    def remove(self, user_id: str, now_ms: int, *, name: str, without_admin: bool) -> bool:
        """Make a user anonymous, for good. Returns False if no admin would be left, as above."""
        removed = self._db.execute(
            "UPDATE users SET removed_at = ?1, disabled_at = coalesce(disabled_at, ?1), name = ?2,"  # noqa: S608 - ours
            " email = '', email_key = user_id, password_hash = NULL, codes_secret = NULL, codes_enabled_at = NULL"
            " WHERE user_id = ?3 AND removed_at IS NULL AND (disabled_at IS NOT NULL"
            f" OR {_LEAVES_AN_ADMIN.replace('?', '?4')})",
            (now_ms, name, user_id, without_admin),
        )
        return removed.rowcount == 1

    def set_password(self, user_id: str, password_hash: str, now_ms: int, *, instead_of: str | None) -> bool:
        """Store a new password, unless another one was stored meanwhile or the user may not sign in."""
        stored = self._db.execute(
            "UPDATE users SET password_hash = ?, password_changed_at = ?"  # noqa: S608 - our own text
            f" WHERE user_id = ? AND {_ACTIVE} AND password_hash {self._dialect.same} ?",
            (password_hash, now_ms, user_id, instead_of),
        )
        return stored.rowcount == 1

    def forget_password(self, user_id: str) -> None:
        """Let nobody sign in as this user until a link sets a new password."""
        self._db.execute("UPDATE users SET password_hash = NULL WHERE user_id = ?", (user_id,))

    # One-time codes

    def set_codes_secret(self, user_id: str, secret: str) -> bool:
        """Store the secret of one-time codes that are not asked for yet. Returns False if they already are."""
        stored = self._db.execute(
            "UPDATE users SET codes_secret = ?, codes_last_step = 0"
            " WHERE user_id = ? AND codes_enabled_at IS NULL AND removed_at IS NULL",
            (secret, user_id),
        )
        return stored.rowcount == 1

    def enable_codes(self, user_id: str, secret: str, step: int, now_ms: int) -> bool:
        """Ask for one-time codes from now on: the user has shown one of this secret."""
        enabled = self._db.execute(
            "UPDATE users SET codes_enabled_at = ?, codes_last_step = ?"
            " WHERE user_id = ? AND codes_secret = ? AND codes_enabled_at IS NULL",
            (now_ms, step, user_id, secret),
        )
        return enabled.rowcount == 1

    def disable_codes(self, user_id: str) -> bool:
        """Ask for no codes any more, and forget secret and recovery codes."""
        self._db.execute("DELETE FROM recovery_codes WHERE user_id = ?", (user_id,))
        disabled = self._db.execute(
            "UPDATE users SET codes_secret = NULL, codes_enabled_at = NULL, codes_last_step = 0"
            " WHERE user_id = ? AND codes_secret IS NOT NULL",
            (user_id,),
        )
        return disabled.rowcount == 1

    def use_code(self, user_id: str, step: int) -> bool:
        """Use up the code of a time step. Returns False for a step that is not after the last one used."""
        used = self._db.execute(
            "UPDATE users SET codes_last_step = ? WHERE user_id = ? AND codes_last_step < ?", (step, user_id, step)
        )
        return used.rowcount == 1

    def replace_recovery_codes(self, user_id: str, code_hashes: list[str]) -> None:
        self._db.execute("DELETE FROM recovery_codes WHERE user_id = ?", (user_id,))
        self._db.executemany(
            "INSERT INTO recovery_codes (user_id, code_hash) VALUES (?, ?)",
            [(user_id, code_hash) for code_hash in code_hashes],
        )

    def use_recovery_code(self, user_id: str, code_hash: str) -> bool:
        """Use up a recovery code. Returns False for an unknown one."""
        used = self._db.execute(
            "DELETE FROM recovery_codes WHERE user_id = ? AND code_hash = ?", (user_id, code_hash)
        )
        return used.rowcount == 1

    def count_recovery_codes(self, user_id: str) -> int:
        row = self._db.execute("SELECT count(*) FROM recovery_codes WHERE user_id = ?", (user_id,)).fetchone()
        return int(row[0])

    # One-time links

    def put_link(self, user_id: str, link_hash: str, kind: str, *, now_ms: int, expires_at: int) -> None:
        """Give a user a one-time link; an older one no longer works."""
        self._db.execute(
            "INSERT INTO user_links (link_hash, user_id, kind, created_at, expires_at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (user_id) DO UPDATE SET link_hash = excluded.link_hash, kind = excluded.kind,"
            " created_at = excluded.created_at, expires_at = excluded.expires_at",
            (link_hash, user_id, kind, now_ms, expires_at),
        )

    def find_link(self, link_hash: str) -> UserLink | None:
        """A link that was not used, expired or not."""
        row = self._db.execute(
            "SELECT user_id, kind, expires_at FROM user_links WHERE link_hash = ?", (link_hash,)
        ).fetchone()
        return None if row is None else UserLink(*row)

    def use_link(self, link_hash: str, now_ms: int) -> bool:
        """Use up a link. Returns False if it was used or has expired."""
        used = self._db.execute("DELETE FROM user_links WHERE link_hash = ? AND expires_at > ?", (link_hash, now_ms))
        return used.rowcount == 1

    def remove_links(self, user_id: str | None = None) -> None:
        """Delete the link of a user, or all links."""
        if user_id is None:
            self._db.execute("DELETE FROM user_links")
        else:
            self._db.execute("DELETE FROM user_links WHERE user_id = ?", (user_id,))


def email_key(email: str) -> str:
    """What two spellings of one e-mail address have in common."""
    return email.strip().casefold()
