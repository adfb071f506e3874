"""`users`: the way in on the computer itself, without a browser and without the admin token."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ..actor import Role
from ..api.users import USER_ROLES, link_json, user_json
from ..domain.service import Service
from ..domain.users import users
from ..domain.users.users import LinkForUser
from ..errors import Problem
from ..store.user_records import User
from ..system.clock import iso_utc
from ..web.shape import Email, Text
from .command import OK, Command, Context
from .terminal import table


def _list(context: Context, _arguments: Namespace) -> int:
    with context.service() as service, service.store.read() as tx:
        jobs = tx.job_reviewers.jobs_by_user()
        items = [user_json(user, jobs.get(user.user_id, [])) for user in tx.users.all()]
    rows = [
        (item["user_id"], item["email"], item["name"], item["role"], item["status"],
         "one-time codes" if item["one_time_codes"] else "")
        for item in items
    ]
    context.terminal.result({"items": items}, *table(("user", "e-mail", "name", "role", "status", ""), rows))
    return OK


def _add(context: Context, arguments: Namespace) -> int:
    email = _read(Email(), "e-mail", arguments.email)
    name = _read(Text(max_chars=100, min_chars=1), "name", arguments.name or arguments.email.partition("@")[0])
    with context.service(create=True) as service:
        return _print_link(context, users.invite(service, email=email, name=name, role=Role(arguments.role)), [])


def _reset(context: Context, arguments: Namespace) -> int:
    with context.service() as service:
        user = _find(service, arguments.user)
        link = users.reset(service, user.user_id, without_codes=arguments.without_codes)
        with service.store.read() as tx:
            jobs = tx.job_reviewers.jobs_of(user.user_id)
        return _print_link(context, link, jobs)


def _disable(context: Context, arguments: Namespace) -> int:
    return _set_disabled(context, arguments, disabled=True)


def _enable(context: Context, arguments: Namespace) -> int:
    return _set_disabled(context, arguments, disabled=False)


def _set_disabled(context: Context, arguments: Namespace, *, disabled: bool) -> int:
    with context.service() as service:
        user = _find(service, arguments.user)
        changed = users.change(service, user.user_id, name=None, role=None, disabled=disabled)
        with service.store.read() as tx:
            content = user_json(changed, tx.job_reviewers.jobs_of(user.user_id))
    word = "can no longer sign in" if disabled else "can sign in again"
    context.terminal.result(content, f"{changed.email} {word}.")
    return OK


def _print_link(context: Context, link: LinkForUser, job_ids: list[int]) -> int:
    context.terminal.result(
        link_json(link, job_ids),
        f"Send this link to {link.user.email}. It works once, until {iso_utc(link.expires_at_ms)}:",
        f"  {link.url}",
    )
    return OK


def _find(service: Service, id_or_email: str) -> User:
    """Raises `USER_NOT_FOUND`."""
    with service.store.read() as tx:
        user = tx.users.find(id_or_email)
        return users.find_user(tx, user.user_id if user is not None else id_or_email)


def _read(kind: Email | Text, name: str, value: str) -> str:
    try:
        text = kind.read(value)
    except ValueError as fault:
        raise Problem("VALIDATION_FAILED", f"The {name} {fault}.", {"fields": {name: str(fault)}}) from None
    if not text:
        raise Problem("VALIDATION_FAILED", f"The {name} is empty.", {"fields": {name: "must not be empty"}})
    return text


def _declare_add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("email", metavar="E-MAIL")
    parser.add_argument("--name", help="default: what the e-mail address has before the @")
    parser.add_argument("--role", choices=[str(role) for role in USER_ROLES], default="admin", help="default: admin")


def _declare_user(parser: ArgumentParser) -> None:
    parser.add_argument("user", metavar="USER", help="e-mail address or id")


def _declare_reset_arguments(parser: ArgumentParser) -> None:
    _declare_user(parser)
    parser.add_argument("--without-codes", action="store_true", help="stop asking for one-time codes")


USERS = Command(
    "users", "list, add, reset or disable users", lambda _: None, lambda *_: OK,
    commands=(
        Command("list", "all users", lambda _: None, _list),
        Command("add", "add a user, and print the one-time link with which to set a password", _declare_add_arguments,
                _add),
        Command("reset", "end a user's password and logins, and print a link to set a new one",
                _declare_reset_arguments, _reset),
        Command("disable", "end a user's logins and tokens, and let the user no longer sign in", _declare_user,
                _disable),
        Command("enable", "let a disabled user sign in again", _declare_user, _enable),
    ),
)
