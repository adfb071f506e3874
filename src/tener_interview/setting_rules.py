"""Requirements of settings that depend on other settings: what is wrong, and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from .setting_declaration import Declaration
from .setting_values import GENERATE_COMMAND, MIN_TOKEN_CHARS, is_loopback

_TOKEN_HINT = f"{GENERATE_COMMAND} makes one"

#: What has to be installed for PostgreSQL, and the packages that it brings.
POSTGRES_EXTRA = "pip install 'tener-interview[postgres]'"
_POSTGRES_PACKAGES = ("psycopg", "psycopg_pool")

#: The values of settings, and their variables, by field.
Values = Mapping[str, Any]
Variables = Mapping[str, str]
#: The field of a setting, and a sentence that says what is wrong with it.
Fault = tuple[str, str]


def broken_rules(values: Values, environ: Mapping[str, str], declarations: Mapping[str, Declaration]) -> list[Fault]:
    """Everything that is wrong with values that are valid by themselves."""
    variables = {name: declaration.variable for name, declaration in declarations.items()}
    secrets = [name for name, declaration in declarations.items() if declaration.secret]
    return [
        *_missing(values, variables), *_weak_token(values, variables), *_reused_client_key(values, variables, secrets),
        *_unusable_database(values, variables, environ),
    ]


def _missing(values: Values, variables: Variables) -> list[Fault]:
    """Settings that another setting makes necessary."""
    host = values["host"]
    requirements: list[Fault] = []
    if values["provider"] == "hireflix":
        requirements.append(("hireflix_api_key", "the hireflix provider needs the account's API key"))
    if not is_loopback(host):
        requirements += [
            ("admin_token", f"listening on {host} needs a token for recruiters to sign in with; {_TOKEN_HINT}"),
            ("token_secret", f"listening on {host} needs a secret of 16 characters to sign links; {_TOKEN_HINT}"),
        ]
    if values["database_url"] is not None and is_loopback(host):
        reason = "all instances on one PostgreSQL database sign links with the same secret, so none is generated"
        requirements.append(("token_secret", f"{reason}; {_TOKEN_HINT}"))
    if values["smtp_url"] is not None:
        requirements.append(("mail_from", "messages need a sender that the SMTP server accepts"))
    if values["database_password"] is not None:
        requirements.append(("database_url", f"{variables['database_password']} is set, and nothing else"))
    if values["webhook_url"] is not None:
        requirements.append(("webhook_secret", f"{variables['webhook_url']} needs a secret to sign events"))
    if values["webhook_secret"] is not None:
        requirements.append(("webhook_url", f"{variables['webhook_secret']} is set, and nothing else"))
    requirements += _needed_by_judge(values, variables)
    return [
        (name, f"{variables[name]}: missing: {reason}") for name, reason in requirements if values[name] is None
    ]


def _needed_by_judge(values: Values, variables: Variables) -> list[Fault]:
    """What the language model needs, and what counts for nothing without it."""
    needs = {
        "judge_url": ("judge_model",), "judge_model": ("judge_url",), "judge_api_key": ("judge_url",),
        "judge_input_price": ("judge_output_price",), "judge_output_price": ("judge_input_price",),
        "judge_daily_cost": ("judge_input_price", "judge_output_price"),
    }
    needed: dict[str, str] = {}
    for name, others in needs.items():
        for other in others:
            if values[name] is not None:
                needed.setdefault(other, f"{variables[name]} counts for nothing without it")
    return list(needed.items())


def _weak_token(values: Values, variables: Variables) -> list[Fault]:
    """A short token is accepted on this computer, but not where others can try to guess it."""
    host, token = values["host"], values["admin_token"]
    if is_loopback(host) or token is None or len(token) >= MIN_TOKEN_CHARS:
        return []
    fault = f"must be at least {MIN_TOKEN_CHARS} characters long to listen on {host}, where others can try"
    return [("admin_token", f"{variables['admin_token']}: {fault}; {_TOKEN_HINT}")]


def _reused_client_key(values: Values, variables: Variables, secrets: list[str]) -> list[Fault]:
    """The client key must differ from all other secrets, because addresses are recorded in more places than headers."""
    key = values["client_key"]
    return [
        ("client_key", f"{variables['client_key']}: must not be the same as {variables[name]}")
        for name in secrets if name != "client_key" and values[name] == key is not None
    ]


def _unusable_database(values: Values, variables: Variables, environ: Mapping[str, str]) -> list[Fault]:
    """What keeps the PostgreSQL database from being used, before anybody connects to it."""
    if values["database_url"] is None:
        return []
    path, url, password = (variables[name] for name in ("db_path", "database_url", "database_password"))
    faults = []
    if any(find_spec(package) is None for package in _POSTGRES_PACKAGES):
        faults.append(f"{url}: PostgreSQL needs packages that are not installed here; install them: {POSTGRES_EXTRA}")
    if environ.get(path, "").strip():
        faults.append(f"{url}: set either it or {path}, not both: the service has one database")
    if values["database_password"] is not None and values["database_url"].has_password:
        faults.append(f"{url}: has a password already; set either that or {password}, not both")
    return [("database_url", fault) for fault in faults]
