"""Every environment variable: valid and invalid values, and the error messages."""

from __future__ import annotations

import json
import re
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC
from ipaddress import ip_network
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from fakes.client import Client
from fakes.front_door import MakeApp, start
from fakes.running_service import PROJECT, START, clean_environ
from fakes.special_files import special_file
from for_each import for_each
from tener_interview.__main__ import main
from tener_interview.database_url import database_url
from tener_interview.mail.addresses import MailAddress
from tener_interview.mail.smtp_url import Encryption, SmtpUrl, smtp_url
from tener_interview.settings import DECLARATIONS, Settings, SettingsError, load
from test_database_url import NO_DATABASE_URLS

SECRETS = [declaration.variable for declaration in DECLARATIONS.values() if declaration.secret]
FIELDS = {item.variable: name for name, item in DECLARATIONS.items()}

Row = tuple[str, str, object]

URL = "TENER_INTERVIEW_DATABASE_URL"
SMTP = "TENER_INTERVIEW_SMTP_URL"
WEBHOOK_SECRET = "whsec_hunter2hunter2hunter2hunter2hunt"
#: What other settings make necessary beside them.
BESIDE = {
    URL: {"TENER_INTERVIEW_TOKEN_SECRET": "t" * 16},
    SMTP: {"TENER_INTERVIEW_MAIL_FROM": "jobs@acme.example"},
    "TENER_INTERVIEW_WEBHOOK_URL": {"TENER_INTERVIEW_WEBHOOK_SECRET": WEBHOOK_SECRET},
    "TENER_INTERVIEW_WEBHOOK_SECRET": {"TENER_INTERVIEW_WEBHOOK_URL": "https://main.example/hook"},
    "TENER_INTERVIEW_DATABASE_PASSWORD": {
        URL: "postgresql://tener@db.example/interviews", "TENER_INTERVIEW_TOKEN_SECRET": "t" * 16,
    },
}
_PRICES = {f"TENER_INTERVIEW_JUDGE_{name}_PRICE": "0.5" for name in ("INPUT", "OUTPUT")}
_JUDGE = {"TENER_INTERVIEW_JUDGE_URL": "http://127.0.0.1:11434/v1", "TENER_INTERVIEW_JUDGE_MODEL": "small"}
BESIDE |= {
    **{f"TENER_INTERVIEW_JUDGE_{name}": _JUDGE for name in ("URL", "MODEL", "API_KEY")},
    **{variable: {**_JUDGE, **_PRICES} for variable in (*_PRICES, "TENER_INTERVIEW_JUDGE_DAILY_COST")},
}
#: A value that a secret may have: `hunter2` is what nobody may see of it.
SECRET_VALUES = {
    SMTP: "smtps://hunter2:hunter2@mail.example",
    URL: "postgresql://tener:hunter2%2Fhunter2@db.example/interviews?sslpassword=hunter2",
    "TENER_INTERVIEW_WEBHOOK_URL": "https://main.example/hook?key=hunter2",
    "TENER_INTERVIEW_WEBHOOK_SECRET": WEBHOOK_SECRET,
}

_PROXIES = ("10.0.0.0/8", "::1", "fd00::/8")

GOOD: list[Row] = [
    ("TENER_INTERVIEW_HOST", "localhost", "localhost"),
    ("TENER_INTERVIEW_HOST", "127.0.0.9", "127.0.0.9"),
    ("TENER_INTERVIEW_HOST", "::1", "::1"),
    ("TENER_INTERVIEW_PORT", "1", 1),
    ("TENER_INTERVIEW_PORT", "65535", 65535),
    ("TENER_INTERVIEW_PORT", " 8091\n", 8091),
    ("TENER_INTERVIEW_PROVIDER", "demo", "demo"),
    ("TENER_INTERVIEW_PROVIDER", "hireflix_mock", "demo"),
    ("TENER_INTERVIEW_PROVIDER", "hireflix", "hireflix"),
    ("TENER_HIREFLIX_API_KEY", "0a1b-key", "0a1b-key"),
    ("TENER_HIREFLIX_POSITION_ID", "5f3a", "5f3a"),
    ("TENER_HIREFLIX_BASE_URL", "http://127.0.0.1:9/me/", "http://127.0.0.1:9/me"),
    ("TENER_HIREFLIX_PUBLIC_APP_BASE", "https://app.example", "https://app.example"),
    ("TENER_HIREFLIX_TIMEOUT_SECONDS", "0.5", 0.5),
    ("TENER_HIREFLIX_TIMEOUT_SECONDS", "3600", 3600.0),
    ("TENER_HIREFLIX_CONCURRENCY", "64", 64),
    ("TENER_HIREFLIX_WEBHOOK_SECRET", "w", "w"),
    ("TENER_INTERVIEW_EMBEDDINGS_URL", "http://127.0.0.1:8000/v1/embeddings", "http://127.0.0.1:8000/v1/embeddings"),
    ("TENER_INTERVIEW_EMBEDDINGS_MODEL", "intfloat/multilingual-e5-small", "intfloat/multilingual-e5-small"),
    ("TENER_INTERVIEW_EMBEDDINGS_API_KEY", "e", "e"),
    ("TENER_INTERVIEW_JUDGE_URL", "https://llm.example/openai/v1/", "https://llm.example/openai/v1"),
    ("TENER_INTERVIEW_JUDGE_MODEL", "qwen2.5:14b-instruct", "qwen2.5:14b-instruct"),
    ("TENER_INTERVIEW_JUDGE_API_KEY", "sk-abc", "sk-abc"),
    ("TENER_INTERVIEW_JUDGE_ROUNDS", "9", 9),
    ("TENER_INTERVIEW_JUDGE_TIMEOUT_SECONDS", "120", 120.0),
    ("TENER_INTERVIEW_JUDGE_CONCURRENCY", "16", 16),
    ("TENER_INTERVIEW_JUDGE_DAILY_REQUESTS", "1", 1),
    ("TENER_INTERVIEW_JUDGE_INPUT_PRICE", "0.15", 0.15),
    ("TENER_INTERVIEW_JUDGE_OUTPUT_PRICE", "0", 0.0),
    ("TENER_INTERVIEW_JUDGE_DAILY_COST", "5", 5.0),
    ("TENER_INTERVIEW_SOURCE_DB_PATH", "/data/jobs.db", Path("/data/jobs.db")),
    ("TENER_INTERVIEW_SOURCE_API_BASE", "https://main.example/", "https://main.example"),
    ("TENER_INTERVIEW_SOURCE_API_TIMEOUT_SECONDS", "2", 2.0),
    ("TENER_INTERVIEW_SOURCE_API_TOKEN", "t", "t"),
    ("TENER_INTERVIEW_DB_PATH", "x.db", Path("x.db")),
    (URL, "postgres://u:p@[::1]:5433,db/interviews?sslmode=require", database_url(
        "postgres://u:p@[::1]:5433,db/interviews?sslmode=require"
    )),
    ("TENER_INTERVIEW_DATABASE_PASSWORD", " p@ss/wörd :?#% ", "p@ss/wörd :?#%"),
    ("TENER_INTERVIEW_DATABASE_POOL_SIZE", "2", 2),
    ("TENER_INTERVIEW_DATABASE_TIMEOUT_SECONDS", "0.25", 0.25),
    ("RENDER_EXTERNAL_URL", "https://tener.onrender.com", "https://tener.onrender.com"),
    ("TENER_INTERVIEW_PUBLIC_BASE_URL", "https://tener.example:8443/", "https://tener.example:8443"),
    ("TENER_INTERVIEW_SOURCE_API_BASE", "https://main.example/under/a/path/", "https://main.example/under/a/path"),
    ("TENER_INTERVIEW_COMPANY_NAME", " Nordlicht & Söhne, 東京 ", "Nordlicht & Söhne, 東京"),
    ("TENER_INTERVIEW_CONTACT", " Ann, ann@example.com ", "Ann, ann@example.com"),
    ("TENER_INTERVIEW_LANDING_PAGE", "true", True),
    (SMTP, "smtps://u:p@mail.example", smtp_url("smtps://u:p@mail.example:465")),
    (SMTP, "smtp://me%40acme:p%3A%2F@[::1]:2525", SmtpUrl("::1", 2525, Encryption.STARTTLS, "me@acme", "p:/")),
    (SMTP, "smtp://relay?tls=off", SmtpUrl("relay", 25, Encryption.NONE)),
    ("TENER_INTERVIEW_MAIL_FROM", ' "Acme, Inc." <Jobs@Bücher.example> ', MailAddress(
        "Jobs@xn--bcher-kva.example", "Acme Inc"
    )),
    ("TENER_INTERVIEW_MAIL_REPLY_TO", "ann@acme.example", MailAddress("ann@acme.example")),
    ("TENER_INTERVIEW_MAIL_DAILY_LIMIT", "0", 0),
    ("TENER_INTERVIEW_TIME_ZONE", "Europe/Berlin", ZoneInfo("Europe/Berlin")),
    ("TENER_INTERVIEW_TIME_ZONE", "UTC", UTC),
    ("TENER_INTERVIEW_TOKEN_SECRET", "x" * 16, "x" * 16),
    ("TENER_INTERVIEW_TOKEN_SECRET_PREVIOUS", "y" * 16, "y" * 16),
    ("TENER_INTERVIEW_TOKEN_TTL_HOURS", "8760", 8760),
    ("TENER_INTERVIEW_ADMIN_TOKEN", "a", "a"),
    ("TENER_INTERVIEW_TRUSTED_PROXIES", "127.0.0.1", (ip_network("127.0.0.1"),)),
    ("TENER_INTERVIEW_TRUSTED_PROXIES", " 10.0.0.0/8,::1  fd00::/8,", tuple(map(ip_network, _PROXIES))),
    ("TENER_INTERVIEW_CLIENT_KEY", "k" * 24, "k" * 24),
    ("TENER_INTERVIEW_CLIENT_KEY", "q83v//W+JCrze8SNFZ4kKvN7xI=", "q83v//W+JCrze8SNFZ4kKvN7xI="),
    ("TENER_INTERVIEW_CLIENT_KEY", "it's-a-key_of~24;,:@!$&()*", "it's-a-key_of~24;,:@!$&()*"),
    ("TENER_INTERVIEW_TRANSCRIPTION_SCORING_CRITERIA_PATH", "c.json", Path("c.json")),
    ("TENER_INTERVIEW_TOTAL_SCORE_FORMULA_PATH", "f.json", Path("f.json")),
    ("TENER_INTERVIEW_QUESTION_LIBRARY_PATH", "q/library.json", Path("q/library.json")),
    ("TENER_INTERVIEW_AUTO_PLAN", "true", True),
    ("TENER_INTERVIEW_TRANSCRIPTION_WAIT_HOURS", "0", 0),
    ("TENER_INTERVIEW_SYNC_SECONDS", "0", 0),
    ("TENER_INTERVIEW_RETENTION_DAYS", "365", 365),
    ("TENER_INTERVIEW_ALLOW_SYNTHETIC_EMAIL", "FALSE", False),
    ("TENER_INTERVIEW_ALLOW_SYNTHETIC_EMAIL", "on", True),
    ("TENER_INTERVIEW_SYNTHETIC_EMAIL_DOMAIN", "No-Reply.Example", "no-reply.example"),
    ("TENER_INTERVIEW_WEBHOOK_URL", "http://main.internal:80/hook?key=a%20b", "http://main.internal:80/hook?key=a%20b"),
    ("TENER_INTERVIEW_WEBHOOK_SECRET", WEBHOOK_SECRET, WEBHOOK_SECRET),
    ("TENER_INTERVIEW_WEBHOOK_SECRET", f"{WEBHOOK_SECRET}, {WEBHOOK_SECRET}", f"{WEBHOOK_SECRET},{WEBHOOK_SECRET}"),
    ("TENER_INTERVIEW_WEBHOOK_PRIVATE_HOSTS", "Main.internal., 10.0.0.5", ("main.internal", "10.0.0.5")),
    ("TENER_INTERVIEW_SERVER_THREADS", "8", 8),
    ("TENER_INTERVIEW_LOG_FORMAT", "json", "json"),
]

_NO_URL = ["example.com", "ftp://example.com", "http://", "http://a b", "http://u:p@h", "http://h/?", "http://h/#",
           "http://h?a=b", "http://h:99999", "http://h:0", "http://[::1", "javascript:alert(1)", "http://é.example",
           "http://nonexistent..", "http://.", "http://-a.example", f"http://{'a' * 64}.example", "http://%31.example",
           "http://256.1.1.1", "http://1.2.3.4.5"]
_NO_BASE = ["https://h.example/hr", "https://h.example/hr/", "http://h:8090/a/b", "https://h.example/./", "https://h//x"]
_NO_SECONDS = ["0", "0.0", "-1", "3601", "1e3", "nan", "inf", "5s", "1,5", "٣"]
_NO_AMOUNT = ["-1", "$3", "1,5", "1e3", "nan", "0.1234567", "free"]
_NO_SECRET = ["two words", "tab\tin-the-middle-of-it", "naïve-and-long-enough"]
_NO_ADDRESS = ["jobs", "jobs@", "@acme.example", "jobs@acme", "Acme <jobs>", "a@b.example, c@d.example",
               "Acme\r\nBcc: x@y.example <jobs@acme.example>", "jobs@acme.example\nx", "jo bs@acme.example", "<>"]
_NO_PATH = ["nul\0byte"]
BAD: dict[str, list[str]] = {
    "TENER_INTERVIEW_HOST": ["http://127.0.0.1", "a host", "[::1]", "ho/st", "nonexistent..", "-1", "256.1.1.1"],
    "TENER_INTERVIEW_PORT": ["0", "65536", "-1", "http", "80.0", "8_090", "٨٠", "1e3", "99999999999999999999"],
    "TENER_INTERVIEW_PROVIDER": ["Hireflix", "mock", "hireflix,demo", "demo!"],
    "TENER_HIREFLIX_API_KEY": _NO_SECRET,
    "TENER_HIREFLIX_POSITION_ID": ["two words", "x" * 201, "é"],
    "TENER_HIREFLIX_BASE_URL": _NO_URL,
    "TENER_HIREFLIX_PUBLIC_APP_BASE": _NO_URL,
    "TENER_HIREFLIX_TIMEOUT_SECONDS": _NO_SECONDS,
    "TENER_HIREFLIX_CONCURRENCY": ["0", "65", "many"],
    "TENER_HIREFLIX_WEBHOOK_SECRET": _NO_SECRET,
    "TENER_INTERVIEW_EMBEDDINGS_URL": _NO_URL,
    "TENER_INTERVIEW_EMBEDDINGS_MODEL": ["x" * 101, "two\nlines"],
    "TENER_INTERVIEW_EMBEDDINGS_API_KEY": _NO_SECRET,
    "TENER_INTERVIEW_JUDGE_URL": _NO_URL,
    "TENER_INTERVIEW_JUDGE_MODEL": ["x" * 101, "two\nlines"],
    "TENER_INTERVIEW_JUDGE_API_KEY": _NO_SECRET,
    "TENER_INTERVIEW_JUDGE_ROUNDS": ["0", "10", "three", "2.5"],
    "TENER_INTERVIEW_JUDGE_TIMEOUT_SECONDS": _NO_SECONDS,
    "TENER_INTERVIEW_JUDGE_CONCURRENCY": ["0", "17", "all"],
    "TENER_INTERVIEW_JUDGE_DAILY_REQUESTS": ["0", "-1", "10000001", "no"],
    "TENER_INTERVIEW_JUDGE_INPUT_PRICE": _NO_AMOUNT,
    "TENER_INTERVIEW_JUDGE_OUTPUT_PRICE": _NO_AMOUNT,
    "TENER_INTERVIEW_JUDGE_DAILY_COST": _NO_AMOUNT,
    "TENER_INTERVIEW_SOURCE_DB_PATH": _NO_PATH,
    "TENER_INTERVIEW_SOURCE_API_BASE": _NO_URL,
    "TENER_INTERVIEW_SOURCE_API_TIMEOUT_SECONDS": _NO_SECONDS,
    "TENER_INTERVIEW_SOURCE_API_TOKEN": _NO_SECRET,
    "TENER_INTERVIEW_DB_PATH": _NO_PATH,
    URL: NO_DATABASE_URLS,
    "TENER_INTERVIEW_DATABASE_PASSWORD": ["two\nlines", "x" * 1001, "nul\0byte"],
    "TENER_INTERVIEW_DATABASE_POOL_SIZE": ["1", "101", "ten"],
    "TENER_INTERVIEW_DATABASE_TIMEOUT_SECONDS": _NO_SECONDS,
    "RENDER_EXTERNAL_URL": [*_NO_URL, *_NO_BASE],
    "TENER_INTERVIEW_PUBLIC_BASE_URL": [*_NO_URL, *_NO_BASE],
    "TENER_INTERVIEW_COMPANY_NAME": ["x" * 101, "two\nlines", "turned \u202e round"],
    "TENER_INTERVIEW_CONTACT": ["x" * 101, "two\nlines", "turned \u202e round"],
    "TENER_INTERVIEW_LANDING_PAGE": ["maybe", "2", "ja"],
    SMTP: ["mail.example", "http://mail.example", "smtp://", "smtp://u@mail.example", "smtp://u:p:q@mail.example",
           "smtp://u:p@q@mail.example", "smtp://u:p/q@mail.example", "smtps://mail.example:0", "smtp://m:99999",
           "smtps://mail.example?tls=off", "smtp://mail.example?tls=on", "smtp://u:p@mail.example?tls=off",
           "smtp://u:p%zz@mail.example", "smtp://mail example", "smtp://u:p@mail.example/path", "smtp://mail..example"],
    "TENER_INTERVIEW_MAIL_FROM": _NO_ADDRESS,
    "TENER_INTERVIEW_MAIL_REPLY_TO": _NO_ADDRESS,
    "TENER_INTERVIEW_MAIL_DAILY_LIMIT": ["-1", "many", "1000001"],
    "TENER_INTERVIEW_TIME_ZONE": ["Mars/Olympus", "CEST+2", "../UTC", "/etc/passwd", "Europe/"],
    "TENER_INTERVIEW_TOKEN_SECRET": ["x" * 15, *_NO_SECRET],
    "TENER_INTERVIEW_TOKEN_SECRET_PREVIOUS": ["x" * 15, *_NO_SECRET],
    "TENER_INTERVIEW_TOKEN_TTL_HOURS": ["0", "8761", "72h", "1.5"],
    "TENER_INTERVIEW_ADMIN_TOKEN": _NO_SECRET,
    "TENER_INTERVIEW_TRUSTED_PROXIES": ["localhost", "10.0.0.0/33", "10.0.0.5/8", "0.0.0.0/0", "::/0", "10.1", "*"],
    "TENER_INTERVIEW_CLIENT_KEY": [
        "k" * 23, "two words of a long client key", "per%2Fcent-in-a-client-key", "question?mark-in-a-client-key",
        "hash#mark-in-a-client-key", "dots/../in-a-long-client-key", "./dot-at-its-beginning-client",
        "naïve-and-much-longer-key",
    ],
    "TENER_INTERVIEW_TRANSCRIPTION_SCORING_CRITERIA_PATH": _NO_PATH,
    "TENER_INTERVIEW_TOTAL_SCORE_FORMULA_PATH": _NO_PATH,
    "TENER_INTERVIEW_QUESTION_LIBRARY_PATH": _NO_PATH,
    "TENER_INTERVIEW_AUTO_PLAN": ["maybe", "2"],
    "TENER_INTERVIEW_TRANSCRIPTION_WAIT_HOURS": ["-1", "8761", "a day"],
    "TENER_INTERVIEW_SYNC_SECONDS": ["-1", "86401", "often"],
    "TENER_INTERVIEW_RETENTION_DAYS": ["-1", "36501", "forever"],
    "TENER_INTERVIEW_ALLOW_SYNTHETIC_EMAIL": ["maybe", "2", "truee"],
    "TENER_INTERVIEW_WEBHOOK_URL": [url for url in _NO_URL if not url.endswith(("/?", "?a=b"))],
    "TENER_INTERVIEW_WEBHOOK_SECRET": [
        "hunter2", "whsec_", "whsec_%%%", WEBHOOK_SECRET[6:], "whsec_c2hvcnQ=", f"{WEBHOOK_SECRET},x",
        f"whsec_{'A' * 92}",
    ],
    "TENER_INTERVIEW_WEBHOOK_PRIVATE_HOSTS": [
        "http://main.internal", "main.internal/x", "a host*", "user@host", "a..b",
    ],
    "TENER_INTERVIEW_SERVER_THREADS": ["0", "1001", "many"],
    "TENER_INTERVIEW_LOG_FORMAT": ["logfmt", "JSON"],
    "TENER_INTERVIEW_SYNTHETIC_EMAIL_DOMAIN": ["localhost", "a@b.example", ".example", "a..b", "x." + "y" * 190, "é"],
}
_BAD_ROWS = [(variable, value) for variable, values in BAD.items() for value in values]

#: What another setting needs beside it.
_COMPANY = {"TENER_HIREFLIX_API_KEY": "key", "TENER_HIREFLIX_POSITION_ID": "position"}


def errors_of(environ: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        load(environ)
    return refused.value.faults


def test_the_test_values_cover_every_settings_variable() -> None:
    variables = {declaration.variable for declaration in DECLARATIONS.values()}
    assert {row[0] for row in GOOD} ^ variables == set(), "add accepted values to GOOD"
    assert set(BAD) ^ variables == set(), "add refused values to BAD"


def test_every_setting_is_read() -> None:
    package = "\n".join(path.read_text("utf-8") for path in (PROJECT / "src").rglob("*.py"))
    unread = [name for name in DECLARATIONS if not re.search(rf"\.{name}\b|\"{name}\"", package)]
    assert unread == [], "nothing in the service uses these settings"


@for_each(("variable", "text", "value"), GOOD)
def test_a_valid_value_of_each_setting_is_accepted(variable: str, text: str, value: object) -> None:
    assert getattr(load({**_COMPANY, **BESIDE.get(variable, {}), variable: text}), FIELDS[variable]) == value


@for_each(("variable", "text"), _BAD_ROWS)
def test_an_invalid_value_of_each_setting_is_refused_with_its_name(variable: str, text: str) -> None:
    (fault,) = errors_of({**_COMPANY, **BESIDE.get(variable, {}), variable: text})
    assert fault.startswith(f"{variable}: must be ")


@for_each("other", [name for name in SECRETS if name not in ("TENER_INTERVIEW_CLIENT_KEY", *SECRET_VALUES)])
def test_the_client_key_must_differ_from_other_secrets(other: str) -> None:
    secret = "one-secret-for-both-of-them"
    (fault,) = errors_of({**_COMPANY, **BESIDE.get(other, {}), "TENER_INTERVIEW_CLIENT_KEY": secret, other: secret})
    assert fault == f"TENER_INTERVIEW_CLIENT_KEY: must not be the same as {other}"


def test_without_settings_the_service_is_a_demo_on_loopback() -> None:
    settings = load({})
    assert (settings.host, settings.port, settings.provider) == ("127.0.0.1", 8090, "demo")
    assert settings.public_base_url == "http://127.0.0.1:8090"
    assert (settings.token_ttl_hours, settings.sync_seconds, settings.transcription_wait_hours) == (72, 0, 24)


@for_each("empty", ["", "  ", "\n"])
def test_an_empty_variable_counts_as_unset(empty: str) -> None:
    assert load(dict.fromkeys((declaration.variable for declaration in DECLARATIONS.values()), empty)) == load({})


def test_the_hireflix_api_key_is_the_only_setting_needed_for_hireflix() -> None:
    settings = load({"TENER_HIREFLIX_API_KEY": "key"})
    assert (settings.provider, settings.hireflix_position_id, settings.auto_plan) == ("hireflix", None, False)
    (fault,) = errors_of({"TENER_INTERVIEW_PROVIDER": "hireflix"})
    assert fault.startswith("TENER_HIREFLIX_API_KEY: missing: ")


@for_each(("environ", "missing"), [
    ({"URL": "http://127.0.0.1:9/v1"}, ["MODEL"]), ({"MODEL": "small"}, ["URL"]), ({"API_KEY": "key"}, ["URL"]),
    ({"INPUT_PRICE": "1"}, ["OUTPUT_PRICE"]), ({"OUTPUT_PRICE": "1"}, ["INPUT_PRICE"]),
    ({"DAILY_COST": "1"}, ["INPUT_PRICE", "OUTPUT_PRICE"]), ({"DAILY_COST": "1", "INPUT_PRICE": "0"}, ["OUTPUT_PRICE"]),
])
def test_the_judge_needs_an_address_a_model_and_both_prices(environ: dict[str, str], missing: list[str]) -> None:
    faults = errors_of({f"TENER_INTERVIEW_JUDGE_{name}": value for name, value in environ.items()})
    named = [fault.partition(": missing")[0] for fault in faults]
    assert named == [f"TENER_INTERVIEW_JUDGE_{name}" for name in missing]


def test_with_hireflix_the_background_sync_is_on_by_default() -> None:
    assert load(_COMPANY).sync_seconds == 120


@for_each(
    ("environ", "base"),
    [
        ({"TENER_INTERVIEW_HOST": "::1", "TENER_INTERVIEW_PORT": "9"}, "http://[::1]:9"),
        ({"RENDER_EXTERNAL_URL": "https://r.example"}, "https://r.example"),
        ({"RENDER_EXTERNAL_URL": "https://r.example", "TENER_INTERVIEW_PUBLIC_BASE_URL": "https://p.example"},
         "https://p.example"),
    ],
)
def test_the_base_url_of_entry_links_follows_the_settings(environ: dict[str, str], base: str) -> None:
    assert load(environ).public_base_url == base


@for_each("host", ["0.0.0.0", "::", "192.168.1.5", "tener.example", "127.0.0.1.example"])
def test_a_public_address_needs_both_secrets(host: str) -> None:
    faults = errors_of({"TENER_INTERVIEW_HOST": host})
    named = {fault.partition(": missing")[0] for fault in faults}
    assert named == {"TENER_INTERVIEW_ADMIN_TOKEN", "TENER_INTERVIEW_TOKEN_SECRET"}
    secrets = {"TENER_INTERVIEW_ADMIN_TOKEN": "t" * 24, "TENER_INTERVIEW_TOKEN_SECRET": "s" * 16}
    assert load({"TENER_INTERVIEW_HOST": host, **secrets}).host == host
    for token in ("t", "t" * 23, "Tr0ub4dor&3"):
        (fault,) = errors_of({"TENER_INTERVIEW_HOST": host, **secrets, "TENER_INTERVIEW_ADMIN_TOKEN": token})
        assert fault.startswith("TENER_INTERVIEW_ADMIN_TOKEN: must be at least 24 characters long")
        assert token not in fault.split()


def test_the_suggested_command_creates_a_valid_admin_token() -> None:
    (fault,) = [item for item in errors_of({"TENER_INTERVIEW_HOST": "0.0.0.0"}) if "ADMIN_TOKEN" in item]
    command = re.findall(r"python3 -c '.*'", fault)[0]
    made = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60, check=True).stdout.strip()
    for other in (made[:22], made[:23]):
        assert "python3 -c" in errors_of({"TENER_INTERVIEW_CLIENT_KEY": other})[0]
    secrets = {"TENER_INTERVIEW_TOKEN_SECRET": "s" * 16, "TENER_INTERVIEW_CLIENT_KEY": f"k{made}"}
    assert load({"TENER_INTERVIEW_HOST": "::", "TENER_INTERVIEW_ADMIN_TOKEN": made, **secrets}).admin_token == made


def test_all_errors_in_settings_are_reported_at_once() -> None:
    faults = errors_of({variable: values[0] for variable, values in BAD.items()})
    variables = [declaration.variable for declaration in DECLARATIONS.values()]
    assert [fault.partition(":")[0] for fault in faults] == variables, "BAD is in the order of settings.py"


@for_each("variable", SECRETS)
def test_a_secret_is_read_from_a_file(variable: str, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    secret = SECRET_VALUES.get(variable, "a-secret-of-enough-length")
    file.write_text(f"{secret}\n", "utf-8")
    settings = load({**_COMPANY, **BESIDE.get(variable, {}), variable: "", f"{variable}_FILE": str(file)})
    assert getattr(settings, FIELDS[variable]) == DECLARATIONS[FIELDS[variable]].parse(secret)


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "cannot read"), (b"", "is empty"), (b" \n", "is empty"), (b"\xff\xfe", "is not text"), (b"x y", "must be")],
)
def test_an_invalid_secret_file_is_refused(content: bytes | None, message: str, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    (fault,) = errors_of({"TENER_INTERVIEW_ADMIN_TOKEN_FILE": str(file)})
    assert fault.startswith("TENER_INTERVIEW_ADMIN_TOKEN")
    assert message in fault


@pytest.mark.parametrize("kind", ["device", "pipe"])
def test_a_secret_file_without_an_end_is_refused(kind: str, tmp_path: Path) -> None:
    (fault,) = errors_of({"TENER_INTERVIEW_ADMIN_TOKEN_FILE": str(special_file(kind, tmp_path))})
    assert fault.endswith("not a regular file")


def test_a_secret_and_its_file_together_are_refused(tmp_path: Path) -> None:
    (fault,) = errors_of(
        {"TENER_INTERVIEW_ADMIN_TOKEN": "token", "TENER_INTERVIEW_ADMIN_TOKEN_FILE": str(tmp_path / "absent")}
    )
    assert "not both" in fault


def test_only_secrets_are_read_from_files() -> None:
    assert load({"TENER_INTERVIEW_PORT_FILE": "/nowhere"}) == load({})


@for_each("variable", SECRETS)
def test_no_secret_is_shown(variable: str) -> None:
    beside = {**_COMPANY, **BESIDE.get(variable, {})}
    faults = errors_of({**beside, variable: "hunter2\thunter2"})
    settings = load({**beside, variable: SECRET_VALUES.get(variable, "hunter2-hunter2-hunter2-hunter2")})
    value = getattr(settings, FIELDS[variable])
    shown = [repr(settings), *([] if isinstance(value, str) else [repr(value), str(value)])]
    assert "hunter2" not in "".join([*faults, *shown])


def test_the_password_of_a_database_url_is_not_shown() -> None:
    (fault,) = errors_of({"TENER_INTERVIEW_SYNTHETIC_EMAIL_DOMAIN": "jane@example.com"})
    assert "jane" not in fault


# The PostgreSQL database


def test_a_sqlite_path_and_a_database_url_together_are_refused(tmp_path: Path) -> None:
    environ = {URL: "postgresql://db/interviews", **BESIDE[URL]}
    (fault,) = errors_of({**environ, "TENER_INTERVIEW_DB_PATH": str(tmp_path / "never.sqlite3")})
    assert fault.startswith(f"{URL}: set either it or TENER_INTERVIEW_DB_PATH, not both")
    assert str(load({**environ, "TENER_INTERVIEW_DB_PATH": " "}).database_url) == environ[URL]


@for_each("url", ["postgresql://u:hunter2@h/db", "postgresql://u@h/db?password=hunter2"])
def test_two_database_passwords_are_refused(url: str) -> None:
    (fault,) = errors_of({URL: url, **BESIDE[URL], "TENER_INTERVIEW_DATABASE_PASSWORD": "hunter3"})
    assert "set either that or TENER_INTERVIEW_DATABASE_PASSWORD" in fault
    assert "hunter" not in fault


def test_a_database_password_without_a_database_url_is_refused() -> None:
    (fault,) = errors_of({"TENER_INTERVIEW_DATABASE_PASSWORD": "hunter2"})
    assert fault.startswith(f"{URL}: missing: ")


@for_each("host", ["127.0.0.1", "::1", "localhost"])
def test_with_postgres_the_token_secret_must_be_set(host: str) -> None:
    (fault,) = errors_of({URL: "postgresql://h/db", "TENER_INTERVIEW_HOST": host})
    assert fault.startswith("TENER_INTERVIEW_TOKEN_SECRET: missing: ")
    (fault,) = errors_of({
        URL: "postgresql://h/db", "TENER_INTERVIEW_HOST": "0.0.0.0", "TENER_INTERVIEW_ADMIN_TOKEN": "a" * 24,
    })
    assert fault.startswith("TENER_INTERVIEW_TOKEN_SECRET: missing: ")


@pytest.mark.parametrize("missing", ["psycopg", "psycopg_pool"])
def test_a_postgres_url_without_the_driver_installed_is_refused(
    missing: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    message = refusal({URL: "postgresql://u:hunter2@h/db", **BESIDE[URL]}, capsys)
    assert f"\n  {URL}: PostgreSQL needs packages that are not installed here; install them:" in message
    assert "pip install 'tener-interview[postgres]'" in message
    assert "hunter2" not in message
    assert load({}).database_url is None


def test_help_lists_every_settings_variable(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"], {}) == 0
    listed = capsys.readouterr().out
    variables = [declaration.variable for declaration in DECLARATIONS.values()]
    assert [variable for variable in variables if f"  {variable}\n" not in listed] == []
    assert main(["--serve"], {}) == 2


# What stops the start


def refusal(environ: dict[str, str], capsys: pytest.CaptureFixture[str]) -> str:
    """What a start that is refused says on stderr."""
    assert main([], environ) == 2
    message = capsys.readouterr()
    assert message.out == ""
    assert "Traceback" not in message.err
    return message.err


def test_a_refused_start_exits_with_2_and_no_traceback(tmp_path: Path) -> None:
    environ = clean_environ(
        PYTHONPATH="src", TENER_INTERVIEW_HOST="0.0.0.0", TENER_INTERVIEW_PORT="http",
        TENER_INTERVIEW_DB_PATH=str(tmp_path / "never.db"), TENER_INTERVIEW_ADMIN_TOKEN="hunter2 hunter2",
    )
    ended = subprocess.run(START, cwd=PROJECT, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    for variable in ("TENER_INTERVIEW_PORT", "TENER_INTERVIEW_ADMIN_TOKEN", "TENER_INTERVIEW_TOKEN_SECRET"):
        assert f"\n  {variable}: " in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "hunter2" not in ended.stderr
    assert not (tmp_path / "never.db").exists()


def test_a_command_without_standard_streams_does_its_work(tmp_path: Path) -> None:
    environ = clean_environ(PYTHONPATH="src", TENER_INTERVIEW_DB_PATH=str(tmp_path / "new.db"))
    without_streams = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", *START, "plan", "draft", "1"]
    assert subprocess.run(without_streams, cwd=PROJECT, env=environ, timeout=60, check=False).returncode == 0
    assert (tmp_path / "new.db").exists()


def test_errors_in_settings_and_config_files_are_reported_together(
    environ: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    formula = tmp_path / "formula.json"
    formula.write_text(json.dumps({"version": "1", "weights": {"technical": -1, "soft_skills": 1, "culture_fit": 1}}))
    message = refusal({
        **environ,
        "TENER_INTERVIEW_PORT": "http",
        "TENER_INTERVIEW_TOTAL_SCORE_FORMULA_PATH": str(formula),
        "TENER_INTERVIEW_TRANSCRIPTION_SCORING_CRITERIA_PATH": str(tmp_path / "absent.json"),
    }, capsys)
    assert "TENER_INTERVIEW_PORT: must be " in message
    assert f"TENER_INTERVIEW_TOTAL_SCORE_FORMULA_PATH: {formula}: $.weights.technical" in message
    absent = tmp_path / "absent.json"
    assert f"TENER_INTERVIEW_TRANSCRIPTION_SCORING_CRITERIA_PATH: {absent}: cannot be read" in message


def test_a_port_in_use_is_named(environ: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        message = refusal({**environ, "TENER_INTERVIEW_PORT": str(port)}, capsys)
    assert f"TENER_INTERVIEW_PORT: cannot listen on 127.0.0.1:{port}: " in message


@for_each("host", ["no-such-host.invalid", "192.0.2.1"])
def test_a_host_to_listen_on_that_is_not_this_computer_is_named(
    environ: dict[str, str], capsys: pytest.CaptureFixture[str], host: str
) -> None:
    changed = {"TENER_INTERVIEW_HOST": host, "TENER_INTERVIEW_ADMIN_TOKEN": "a" * 24}
    changed["TENER_INTERVIEW_TOKEN_SECRET"] = "s" * 24
    message = refusal({**environ, **changed}, capsys)
    assert f"TENER_INTERVIEW_HOST: cannot listen on {host}:8090: " in message
    assert "use an address of this computer" in message


def foreign_database(folder: Path) -> Path:
    """A database of another program."""
    path = folder / "foreign.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE accounts (name TEXT)")
        db.commit()
    return path


def foreign_database_after_a_crash(folder: Path) -> Path:
    """One in WAL mode whose last writes are still in its log."""
    path = folder / "crashed.db"
    with closing(sqlite3.connect(folder / "alive.db", isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE accounts (name TEXT)")
        for suffix in ("", "-wal"):
            path.with_name(path.name + suffix).write_bytes((folder / f"alive.db{suffix}").read_bytes())
    return path


def no_database(folder: Path) -> Path:
    path = folder / "letter.txt"
    path.write_text("Dear Sir or Madam, this is not a database. " * 20)
    return path


def newer_database(folder: Path) -> Path:
    """One of our own from a later version."""
    path = foreign_database(folder)
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA application_id = {0x546E4976}")
        db.execute("PRAGMA user_version = 999")
    return path


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (foreign_database, "was written by another program"),
        (foreign_database_after_a_crash, "was written by another program"),
        (newer_database, "newer version"),
        (no_database, "not a database"),
    ],
)
def test_a_database_of_another_program_is_refused_at_the_start_and_unchanged(
    make: Callable[[Path], Path], message: str, environ: dict[str, str], tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = make(tmp_path)
    log = path.with_name(f"{path.name}-wal")
    before = path.read_bytes(), log.exists() and log.read_bytes()
    text = refusal({**environ, "TENER_INTERVIEW_DB_PATH": str(path)}, capsys)
    assert re.search(rf"\n  TENER_INTERVIEW_DB_PATH: .*{path}.* {message}", text)
    assert (path.read_bytes(), log.exists() and log.read_bytes()) == before


def test_demo_and_real_interviews_share_no_database(
    make_app: MakeApp, environ: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    demo = make_app()
    start(Client(demo))
    demo.close()
    message = refusal({**environ, **_COMPANY}, capsys)
    assert "TENER_INTERVIEW_DB_PATH: " in message
    assert "demo provider" in message


def test_every_setting_is_declared_at_its_field() -> None:
    assert list(DECLARATIONS) == list(Settings.__dataclass_fields__)
    assert all(declaration.help for declaration in DECLARATIONS.values())
