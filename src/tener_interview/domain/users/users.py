"""Users: invite, change, disable, remove them, and give them links to set a password."""

from __future__ import annotations

import hashlib

from ...actor import Role, acting
from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...store.ports import Transaction
from ...store.user_records import User, UserLink
from ...system.clock import DAY_MS
from ..service import Service
from .passwords import Passwords, password_fault

#: How long one-time links work.
LINK_TTL_MS = {"invitation": 7 * DAY_MS, "reset": DAY_MS}
LINK_PATH = "/set-password/"
REMOVED_NAME = "Removed user"


@dataclass(frozen=True)
class LinkForUser:
    """A one-time link, which is shown once and stored as a hash."""

    user: User
    url: str
    expires_at_ms: int


def invite(service: Service, *, email: str, name: str, role: Role) -> LinkForUser:
    """Add a user, who sets a password by the link. Raises `USER_EMAIL_IN_USE`."""
    user_id = f"us_{service.token_hex(16)}"
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        if not tx.users.add(user_id, email=email, name=name, role=role, now_ms=now_ms):
            raise Problem("USER_EMAIL_IN_USE", "There is a user with this e-mail address already.")
        tx.audit.append(acting.get(), "user.invited", "user", user_id, at_ms=now_ms, details={"role": str(role)})
        return _create_link(service, tx, find_user(tx, user_id), "invitation", now_ms)


def reset(service: Service, user_id: str, *, without_codes: bool) -> LinkForUser:
    """Give a user a link to set a new password; the old one no longer works, and all logins of the user end.

    `without_codes` also stops asking for one-time codes, for users who have lost their phone. Raises `USER_NOT_FOUND`
    and `USER_DISABLED`.
    """
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        user = find_user(tx, user_id)
        if not user.is_active:
            raise Problem("USER_DISABLED", "This user is disabled. Enable the user first.")
        kind = "invitation" if user.password_changed_at is None else "reset"
        tx.users.forget_password(user_id)
        tx.logins.remove_of_user(user_id)
        if without_codes:
            tx.users.disable_codes(user_id)
        tx.audit.append(
            acting.get(), "user.reset", "user", user_id, at_ms=now_ms, details={"without_codes": without_codes}
        )
        return _create_link(service, tx, find_user(tx, user_id), kind, now_ms)


def change(service: Service, user_id: str, *, name: str | None, role: Role | None, disabled: bool | None) -> User:
    """Change a user's name or role, or whether the user may sign in. Raises `USER_NOT_FOUND` and `LAST_ADMIN`."""
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        tx.users.lock_all()
        user = find_user(tx, user_id)
        if name is not None and name != user.name:
            tx.users.rename(user_id, name)
            tx.audit.append(acting.get(), "user.changed", "user", user_id, at_ms=now_ms)
        if role is not None and role != user.role:
            if not tx.users.change_role(user_id, role, without_admin=service.has_admin_token):
                raise _last_admin_problem()
            tx.audit.append(
                acting.get(), "user.role_changed", "user", user_id, at_ms=now_ms,
                details={"before": user.role, "after": str(role)},
            )
        if disabled is True and user.disabled_at is None:
            _disable(service, tx, user_id, now_ms)
        if disabled is False and tx.users.enable(user_id):
            tx.audit.append(acting.get(), "user.enabled", "user", user_id, at_ms=now_ms)
        return find_user(tx, user_id)


def _disable(service: Service, tx: Transaction, user_id: str, now_ms: int) -> None:
    if not tx.users.disable(user_id, now_ms, without_admin=service.has_admin_token):
        raise _last_admin_problem()
    _end_access(tx, user_id, now_ms)
    tx.audit.append(acting.get(), "user.disabled", "user", user_id, at_ms=now_ms)


def remove(service: Service, user_id: str) -> None:
    """Make a user anonymous, for good: what the user did stays, without name and address.

    Raises `USER_NOT_FOUND` and `LAST_ADMIN`.
    """
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        tx.users.lock_all()
        find_user(tx, user_id)
        if not tx.users.remove(user_id, now_ms, name=REMOVED_NAME, without_admin=service.has_admin_token):
            raise _last_admin_problem()
        _end_access(tx, user_id, now_ms)
        tx.users.disable_codes(user_id)
        tx.job_reviewers.remove_user(user_id)
        tx.notification_settings.remove(user_id)
        tx.idempotency.forget_responses_mentioning(user_id)
        tx.audit.append(acting.get(), "user.removed", "user", user_id, at_ms=now_ms)


def _end_access(tx: Transaction, user_id: str, now_ms: int) -> None:
    """End all logins, tokens and links of a user."""
    tx.logins.remove_of_user(user_id)
    tx.api_tokens.revoke_of_user(user_id, now_ms)
    tx.users.remove_links(user_id)


def open_link(service: Service, token: str) -> tuple[User, UserLink]:
    """The user of a one-time link. Raises `USER_LINK_INVALID` once it was used or has expired."""
    with service.store.read() as tx:
        return _require_valid_link(tx, token, service.clock.now_ms())


def use_link(service: Service, passwords: Passwords, token: str, *, name: str | None, password: str) -> User:
    """Set a password by a one-time link, which ends all logins of the user.

    Raises `USER_LINK_INVALID`, and `VALIDATION_FAILED` for a password that is refused.
    """
    user, link = open_link(service, token)
    check_new_password(password, name=name or user.name, email=user.email)
    password_hash = passwords.hash(password)
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        user = find_user(tx, user.user_id)
        if not tx.users.use_link(hash_link(token), now_ms):
            raise _link_invalid_problem()
        if not tx.users.set_password(user.user_id, password_hash, now_ms, instead_of=user.password_hash):
            raise _link_invalid_problem()
        if name:
            tx.users.rename(user.user_id, name)
        tx.logins.remove_of_user(user.user_id)
        action = "user.joined" if link.kind == "invitation" else "user.password_changed"
        tx.audit.append(acting.get(), action, "user", user.user_id, at_ms=now_ms)
        return find_user(tx, user.user_id)


def check_new_password(password: str, *, name: str, email: str) -> None:
    """Raises `VALIDATION_FAILED` for a password that is refused."""
    fault = password_fault(password, name=name, email=email)
    if fault is not None:
        raise Problem("VALIDATION_FAILED", f"The password {fault}.", {"fields": {"password": fault}})


def find_user(tx: Transaction, user_id: str) -> User:
    """A user who was not removed. Raises `USER_NOT_FOUND`."""
    user = tx.users.get(user_id)
    if user is None or user.removed_at is not None:
        raise Problem("USER_NOT_FOUND", "User not found.")
    return user


def hash_link(token: str) -> str:
    """What is stored of a one-time link: its token is too long to be guessed, so that a plain hash is enough."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _create_link(service: Service, tx: Transaction, user: User, kind: str, now_ms: int) -> LinkForUser:
    token = service.token_hex(32)
    expires_at_ms = now_ms + LINK_TTL_MS[kind]
    tx.users.put_link(user.user_id, hash_link(token), kind, now_ms=now_ms, expires_at=expires_at_ms)
    return LinkForUser(user, f"{service.policy.public_base_url}{LINK_PATH}{token}", expires_at_ms)


def _require_valid_link(tx: Transaction, token: str, now_ms: int) -> tuple[User, UserLink]:
    link = tx.users.find_link(hash_link(token))
    user = None if link is None else tx.users.get(link.user_id)
    if link is None or user is None or link.expires_at <= now_ms or not user.is_active:
        raise _link_invalid_problem()
    return user, link


def _link_invalid_problem() -> Problem:
    return Problem("USER_LINK_INVALID", "This link was used already or has expired. Ask an admin for a new one.")


def _last_admin_problem() -> Problem:
    return Problem(
        "LAST_ADMIN", "Nobody else could manage users then. Make another user an admin first, or set an admin token."
    )
