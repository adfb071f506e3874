"""What users do with their own account: sign in, change the password, one-time codes, tokens."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...actor import Actor, ActorKind, Role, acting, lesser_role
from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...store.ports import Transaction
from ...store.user_records import ApiToken, User
from ..service import Service
from . import one_time_codes
from .passwords import Passwords
from .users import check_new_password, find_user

#: How many tokens a user, or all programs together, may have at a time.
MAX_TOKENS = 50


@dataclass(frozen=True)
class NewToken:
    """A token as it is shown once; its hash is stored."""

    row: ApiToken
    text: str


def check_password(service: Service, passwords: Passwords, email: str, password: str) -> User | None:
    """The user with this e-mail address and password; None if there is none, which takes as long to find out.

    A password that was stored with older parameters is stored again.
    """
    with service.store.read() as tx:
        user = tx.users.find(email)
    usable = user is not None and user.is_active and user.password_hash is not None
    stored = user.password_hash if user is not None and usable else None
    if not passwords.verify(password, stored) or user is None or stored is None:
        return None
    if passwords.is_outdated(stored):
        new_hash = passwords.hash(password)
        with service.store.write() as tx:
            tx.users.set_password(user.user_id, new_hash, user.password_changed_at or 0, instead_of=stored)
    return user


def find_user_id(service: Service, email: str) -> str | None:
    """The id of the user with this e-mail address, whether they may sign in or not."""
    with service.store.read() as tx:
        user = tx.users.find(email)
    return user.user_id if user else None


def check_code(service: Service, user: User, code: str) -> bool:
    """Use up a one-time code or a recovery code of the user. Returns False for a wrong or used one."""
    step = one_time_codes.matching_step(user.codes_secret or "", code, service.clock.now_ms())
    with service.store.write() as tx:
        if step is not None:
            return tx.users.use_code(user.user_id, step)
        return tx.users.use_recovery_code(user.user_id, one_time_codes.hash_recovery_code(user.user_id, code))


def actor_of(user: User) -> Actor:
    return Actor(ActorKind.USER, Role(user.role), user.user_id, user.name)


def change_password(
    service: Service, passwords: Passwords, user_id: str, *, current: str, new: str, keep: Sequence[str]
) -> int:
    """Change the password and end all other logins; `keep` are the cookie hashes of this browser. Returns how many.

    Raises `WRONG_PASSWORD` and `VALIDATION_FAILED`.
    """
    user = confirm_password(service, passwords, user_id, current)
    check_new_password(new, name=user.name, email=user.email)
    new_hash = passwords.hash(new)
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        if not tx.users.set_password(user_id, new_hash, now_ms, instead_of=user.password_hash):
            raise _wrong_password_problem()
        tx.users.remove_links(user_id)
        ended = tx.logins.remove_of_user(user_id, keep=keep)
        tx.audit.append(acting.get(), "user.password_changed", "user", user_id, at_ms=now_ms)
    return ended


def confirm_password(service: Service, passwords: Passwords, user_id: str, password: str) -> User:
    """The user, if that is the password. Raises `WRONG_PASSWORD`."""
    with service.store.read() as tx:
        user = find_user(tx, user_id)
    if not passwords.verify(password, user.password_hash):
        raise _wrong_password_problem()
    return user


# One-time codes


def create_codes_secret(service: Service, token_bytes: Callable[[int], bytes], user_id: str) -> tuple[User, str]:
    """A secret for an authenticator app; codes are asked for only after one was shown. Raises `ONE_TIME_CODES_ON`."""
    secret = one_time_codes.new_secret(token_bytes)
    with service.store.write() as tx:
        user = find_user(tx, user_id)
        if not tx.users.set_codes_secret(user_id, secret):
            raise Problem("ONE_TIME_CODES_ON", "One-time codes are on already. Turn them off first.")
    return user, secret


def enable_codes(service: Service, token_bytes: Callable[[int], bytes], user_id: str, code: str) -> list[str]:
    """Ask for codes from now on, since the app shows the right one. Returns the recovery codes.

    Raises `WRONG_CODE` and `ONE_TIME_CODES_ON`.
    """
    now_ms = service.clock.now_ms()
    codes = one_time_codes.new_recovery_codes(token_bytes)
    with service.store.write() as tx:
        user = find_user(tx, user_id)
        if user.codes_enabled_at is not None:
            raise Problem("ONE_TIME_CODES_ON", "One-time codes are on already. Turn them off first.")
        secret = user.codes_secret
        step = None if secret is None else one_time_codes.matching_step(secret, code, now_ms)
        if secret is None or step is None or not tx.users.enable_codes(user_id, secret, step, now_ms):
            raise Problem("WRONG_CODE", "That is not the code of this moment. Check the clock of your phone.")
        _store_recovery_codes(tx, user_id, codes)
        tx.audit.append(acting.get(), "user.codes_enabled", "user", user_id, at_ms=now_ms)
    return codes


def disable_codes(service: Service, user_id: str) -> None:
    """Ask for no codes any more."""
    with service.store.write() as tx:
        if tx.users.disable_codes(user_id):
            tx.audit.append(acting.get(), "user.codes_disabled", "user", user_id, at_ms=service.clock.now_ms())


def renew_recovery_codes(service: Service, token_bytes: Callable[[int], bytes], user_id: str) -> list[str]:
    """New recovery codes in place of the old ones. Raises `ONE_TIME_CODES_OFF`."""
    codes = one_time_codes.new_recovery_codes(token_bytes)
    with service.store.write() as tx:
        if find_user(tx, user_id).codes_enabled_at is None:
            raise Problem("ONE_TIME_CODES_OFF", "One-time codes are off, so there is nothing to recover.")
        _store_recovery_codes(tx, user_id, codes)
        tx.audit.append(acting.get(), "user.recovery_codes_made", "user", user_id, at_ms=service.clock.now_ms())
    return codes


def _store_recovery_codes(tx: Transaction, user_id: str, codes: Sequence[str]) -> None:
    tx.users.replace_recovery_codes(user_id, [one_time_codes.hash_recovery_code(user_id, code) for code in codes])


# Tokens of the API


def create_token(
    service: Service, *, text: str, token_hash: str, owner: Actor | None, name: str, role: Role, read_only: bool,
    ttl_ms: int | None,
) -> NewToken:
    """Create a token of a user, with at most the user's role, or without `owner` of a program.

    Raises `VALIDATION_FAILED` for a role that the owner does not have, and `TOO_MANY_TOKENS`.
    """
    creator = acting.get()
    if owner is not None and (owner.role is None or role is Role.MAIN_SYSTEM or lesser_role(role, owner.role) != role):
        fault = f"must not be more than your own, which is {owner.role}"
        raise Problem("VALIDATION_FAILED", f"The role {fault}.", {"fields": {"role": fault}})
    now_ms = service.clock.now_ms()
    token = ApiToken(
        f"at_{service.token_hex(16)}", None if owner is None else owner.id, name, role, read_only, now_ms,
        creator.id if creator.kind is ActorKind.USER else None, None if ttl_ms is None else now_ms + ttl_ms, None, None,
    )
    with service.store.write() as tx:
        tx.users.lock_all()
        existing = [other for other in tx.api_tokens.all() if other.user_id == token.user_id and not other.revoked_at]
        if len(existing) >= MAX_TOKENS:
            raise Problem("TOO_MANY_TOKENS", f"There are {MAX_TOKENS} tokens already. Revoke one first.")
        tx.api_tokens.add(token, token_hash)
        tx.audit.append(
            creator, "token.created", "token", token.token_id, at_ms=now_ms,
            details={"role": str(role), "read_only": read_only, "user_id": token.user_id},
        )
    return NewToken(token, text)


def revoke_token(service: Service, token_id: str, *, user_id: str | None) -> None:
    """Revoke a token, with `user_id` only one of that user. Raises `TOKEN_NOT_FOUND`."""
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        token = tx.api_tokens.get(token_id)
        if token is None or (user_id is not None and token.user_id != user_id):
            raise Problem("TOKEN_NOT_FOUND", "Token not found.")
        if tx.api_tokens.revoke(token_id, now_ms):
            tx.audit.append(acting.get(), "token.revoked", "token", token_id, at_ms=now_ms)


def _wrong_password_problem() -> Problem:
    return Problem("WRONG_PASSWORD", "That is not your password.")
