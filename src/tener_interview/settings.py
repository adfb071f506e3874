"""Every environment variable of the service, declared once.

Each field of Settings declares its variable, how to parse it, its default and its help. Loading, validation, `--help`
and the README's table are generated from that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import tzinfo
from pathlib import Path
from typing import Any

from .database_url import DatabaseUrl, database_password, database_url
from .lazy_dataclass import dataclass
from .mail.addresses import MailAddress, parse_address
from .mail.smtp_url import SmtpUrl, smtp_url
from .setting_declaration import Declaration, read_variable, setting
from .setting_rules import POSTGRES_EXTRA as POSTGRES_EXTRA
from .setting_rules import broken_rules
from .setting_values import (
    Network,
    address_secret,
    amount,
    base_url,
    boolean,
    email_domain,
    host_name,
    host_names,
    http_url,
    identifier,
    integer,
    log_style,
    networks,
    path,
    plain_text,
    provider_name,
    seconds,
    secret_text,
    signing_secret,
    webhook_secrets,
    webhook_url,
    zone,
)
from .setting_values import is_loopback as is_loopback


class SettingsError(Exception):
    """The environment or a config file is unusable; `faults` lists all errors, one sentence each.

    `settings` has the valid values, and defaults for the others.
    """

    def __init__(self, faults: list[str], settings: Settings | None = None) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults
        self.settings = settings


def _default_provider(values: Mapping[str, Any]) -> str:
    return "hireflix" if values["hireflix_api_key"] else "demo"


def _default_base_url(values: Mapping[str, Any]) -> str:
    host = values["host"]
    return values["render_external_url"] or f"http://{f'[{host}]' if ':' in host else host}:{values['port']}"


def _default_sync(values: Mapping[str, Any]) -> int:
    return 120 if values["provider"] == "hireflix" else 0


@dataclass(frozen=True)
class Settings:
    """The validated settings of this process."""

    host: str = setting("TENER_INTERVIEW_HOST", host_name, "127.0.0.1", "address to listen on")
    port: int = setting("TENER_INTERVIEW_PORT", integer(1, 65535), "8090", "port to listen on")
    hireflix_api_key: str | None = setting(
        "TENER_HIREFLIX_API_KEY", secret_text, None,
        "API key of the Hireflix account; required for hireflix", secret=True,
    )
    hireflix_position_id: str | None = setting(
        "TENER_HIREFLIX_POSITION_ID", identifier, None,
        "Hireflix position for jobs without a published plan and without a position of their own",
    )
    provider: str = setting(
        "TENER_INTERVIEW_PROVIDER", provider_name, _default_provider,
        "hireflix, or demo for a pretend Hireflix (hireflix_mock is accepted for demo)",
        default_text="hireflix if an API key is set, otherwise demo",
    )
    hireflix_base_url: str = setting(
        "TENER_HIREFLIX_BASE_URL", http_url, "https://api.hireflix.com/me", "Hireflix's GraphQL endpoint"
    )
    hireflix_public_app_base: str = setting(
        "TENER_HIREFLIX_PUBLIC_APP_BASE", http_url, "https://app.hireflix.com",
        "where candidates answer, if Hireflix sends an interview without an address",
    )
    hireflix_timeout_s: float = setting(
        "TENER_HIREFLIX_TIMEOUT_SECONDS", seconds, "30", "time limit for one request to Hireflix"
    )
    hireflix_concurrency: int = setting(
        "TENER_HIREFLIX_CONCURRENCY", integer(1, 64), "4", "maximum number of simultaneous requests to Hireflix"
    )
    hireflix_webhook_secret: str | None = setting(
        "TENER_HIREFLIX_WEBHOOK_SECRET", secret_text, None,
        "verifies webhooks; without it they get 404", secret=True,
    )
    embeddings_url: str | None = setting(
        "TENER_INTERVIEW_EMBEDDINGS_URL", http_url, None,
        "an OpenAI-compatible `/v1/embeddings`; finds key points in other words and answers to another question",
    )
    embeddings_model: str = setting(
        "TENER_INTERVIEW_EMBEDDINGS_MODEL", plain_text, "all-MiniLM-L6-v2", "model of the embeddings server"
    )
    embeddings_api_key: str | None = setting(
        "TENER_INTERVIEW_EMBEDDINGS_API_KEY", secret_text, None,
        "API key for the embeddings server, sent as a bearer token", secret=True,
    )
    judge_url: str | None = setting(
        "TENER_INTERVIEW_JUDGE_URL", http_url, None,
        "a server with OpenAI's chat completions, such as http://127.0.0.1:11434/v1: its model gives a second opinion"
        " on every answer; off if not set",
    )
    judge_model: str | None = setting("TENER_INTERVIEW_JUDGE_MODEL", plain_text, None, "the model to ask there")
    judge_api_key: str | None = setting(
        "TENER_INTERVIEW_JUDGE_API_KEY", secret_text, None, "API key for that server, sent as a bearer token",
        secret=True,
    )
    judge_rounds: int = setting(
        "TENER_INTERVIEW_JUDGE_ROUNDS", integer(1, 9), "3", "how often each answer is judged; the median counts"
    )
    judge_timeout_s: float = setting(
        "TENER_INTERVIEW_JUDGE_TIMEOUT_SECONDS", seconds, "60", "time limit for one request to the model"
    )
    judge_concurrency: int = setting(
        "TENER_INTERVIEW_JUDGE_CONCURRENCY", integer(1, 16), "2", "maximum number of simultaneous requests to the model"
    )
    judge_daily_requests: int = setting(
        "TENER_INTERVIEW_JUDGE_DAILY_REQUESTS", integer(1, 10_000_000), "2000",
        "maximum number of requests to the model a day (UTC); the rest waits for the next day",
    )
    judge_input_price: float | None = setting(
        "TENER_INTERVIEW_JUDGE_INPUT_PRICE", amount, None,
        "price of a million tokens that the model reads, in any currency; with both prices the cost is counted",
    )
    judge_output_price: float | None = setting(
        "TENER_INTERVIEW_JUDGE_OUTPUT_PRICE", amount, None, "price of a million tokens that the model writes"
    )
    judge_daily_cost: float | None = setting(
        "TENER_INTERVIEW_JUDGE_DAILY_COST", amount, None,
        "what the model may cost a day (UTC), in the currency of the prices; without it, only the requests are limited",
    )
    source_db_path: Path = setting(
        "TENER_INTERVIEW_SOURCE_DB_PATH", path, "./runtime/tener_v1.sqlite3",
        "the main system's SQLite file with jobs and candidates; only read, never written",
    )
    source_api_base: str | None = setting(
        "TENER_INTERVIEW_SOURCE_API_BASE", http_url, None,
        "the main system's API; if set, jobs and candidates come from it and not from the file",
    )
    source_api_timeout_s: float = setting(
        "TENER_INTERVIEW_SOURCE_API_TIMEOUT_SECONDS", seconds, "20",
        "time limit for one request to the main system's API",
    )
    source_api_token: str | None = setting(
        "TENER_INTERVIEW_SOURCE_API_TOKEN", secret_text, None,
        "token for the main system's API, sent as Authorization: Bearer", secret=True,
    )
    db_path: Path = setting(
        "TENER_INTERVIEW_DB_PATH", path, "./runtime/tener_interview.sqlite3",
        "this service's own SQLite file, if there is no PostgreSQL database",
    )
    database_url: DatabaseUrl | None = setting(
        "TENER_INTERVIEW_DATABASE_URL", database_url, None,
        "PostgreSQL database in place of the SQLite file, for any number of instances:"
        f" postgresql://user:password@host:5432/database, with any parameter of libpq; needs {POSTGRES_EXTRA}",
        secret=True,
    )
    database_password: str | None = setting(
        "TENER_INTERVIEW_DATABASE_PASSWORD", database_password, None,
        "password for the PostgreSQL database, if its URL has none; nothing in it has to be escaped", secret=True,
    )
    database_pool_size: int = setting(
        "TENER_INTERVIEW_DATABASE_POOL_SIZE", integer(2, 100), "10",
        "maximum number of connections of this process to the PostgreSQL database",
    )
    database_timeout_s: float = setting(
        "TENER_INTERVIEW_DATABASE_TIMEOUT_SECONDS", seconds, "1.5",
        "time limit for a PostgreSQL connection, lock or statement; then the request gets 503",
    )
    render_external_url: str | None = setting(
        "RENDER_EXTERNAL_URL", base_url, None, "set by Render; the public base URL if none is set"
    )
    public_base_url: str = setting(
        "TENER_INTERVIEW_PUBLIC_BASE_URL", base_url, _default_base_url, "base URL of interview links, without a path",
        default_text="RENDER_EXTERNAL_URL, otherwise http://{host}:{port}",
    )
    company_name: str | None = setting(
        "TENER_INTERVIEW_COMPANY_NAME", plain_text, None,
        "the hiring company, shown to candidates and on shared shortlists; without it, the company the source names"
    )
    contact: str | None = setting(
        "TENER_INTERVIEW_CONTACT", plain_text, None,
        "whom candidates can ask, such as a name with an e-mail address; without it, the recruiter who sent the link",
    )
    landing_page: bool = setting(
        "TENER_INTERVIEW_LANDING_PAGE", boolean, "false",
        "show candidates a page about the interview first; only its button then begins the interview",
    )
    smtp_url: SmtpUrl | None = setting(
        "TENER_INTERVIEW_SMTP_URL", smtp_url, None,
        "the SMTP server for messages to candidates: smtps://user:password@host, or smtp:// for STARTTLS; without it"
        " messages are sent by hand", secret=True,
    )
    mail_from: MailAddress | None = setting(
        "TENER_INTERVIEW_MAIL_FROM", parse_address, None,
        "sender of messages, such as Acme Hiring <jobs@acme.example>; required with an SMTP server",
    )
    mail_reply_to: MailAddress | None = setting(
        "TENER_INTERVIEW_MAIL_REPLY_TO", parse_address, None, "where answers to messages go, if not to the sender"
    )
    mail_daily_limit: int = setting(
        "TENER_INTERVIEW_MAIL_DAILY_LIMIT", integer(0, 1_000_000), "500", "the most messages sent on one day"
    )
    time_zone: tzinfo = setting(
        "TENER_INTERVIEW_TIME_ZONE", zone, "UTC",
        "the company's time zone, such as Europe/Berlin: no reminders at night, and times in messages, for candidates"
        " whose own zone is not known",
    )
    token_secret: str | None = setting(
        "TENER_INTERVIEW_TOKEN_SECRET", signing_secret, None,
        "signs interview links; at least 16 characters; required on any address except loopback",
        secret=True, default_text="generated into runtime/ on loopback",
    )
    token_secret_previous: str | None = setting(
        "TENER_INTERVIEW_TOKEN_SECRET_PREVIOUS", signing_secret, None,
        "the previous secret, to verify old links while the secret is being changed", secret=True,
    )
    token_ttl_hours: int = setting("TENER_INTERVIEW_TOKEN_TTL_HOURS", integer(1, 8760), "72", "lifetime of a link")
    admin_token: str | None = setting(
        "TENER_INTERVIEW_ADMIN_TOKEN", secret_text, None,
        "token with which recruiters sign in, with access to everything; required on any address except loopback,"
        " with at least 24 characters", secret=True,
    )
    trusted_proxies: tuple[Network, ...] | None = setting(
        "TENER_INTERVIEW_TRUSTED_PROXIES", networks, None,
        "addresses and ranges of the proxies in front of the service; the client's address is then taken from their"
        " X-Forwarded-For or Forwarded, and wrong tokens are counted by it",
    )
    client_key: str | None = setting(
        "TENER_INTERVIEW_CLIENT_KEY", address_secret, None,
        "opens /k/{client_key} for the main system, which cannot send a header; at least 24 characters; off if not set",
        secret=True,
    )
    scoring_criteria_path: Path = setting(
        "TENER_INTERVIEW_TRANSCRIPTION_SCORING_CRITERIA_PATH", path,
        "config/interview_transcription_scoring_criteria.json", "criteria for a good answer to each question",
    )
    total_score_formula_path: Path = setting(
        "TENER_INTERVIEW_TOTAL_SCORE_FORMULA_PATH", path, "config/interview_total_score_formula.json",
        "formula that turns dimensions into a total and a recommendation",
    )
    question_library_path: Path = setting(
        "TENER_INTERVIEW_QUESTION_LIBRARY_PATH", path, "config/question_library.json",
        "questions for interview plans; their translations are in the folder of the same name",
    )
    auto_plan: bool = setting(
        "TENER_INTERVIEW_AUTO_PLAN", boolean, "false",
        "publish a job's drafted plan when the main system prepares the job, or at its first start without a position",
    )
    transcription_wait_hours: int = setting(
        "TENER_INTERVIEW_TRANSCRIPTION_WAIT_HOURS", integer(0, 8760), "24",
        "how long after the interview to wait for missing transcripts before scoring without them",
    )
    sync_seconds: int = setting(
        "TENER_INTERVIEW_SYNC_SECONDS", integer(0, 86400), _default_sync,
        "time between background syncs; 0 turns them off", default_text="120 with hireflix, 0 with demo",
    )
    retention_days: int = setting(
        "TENER_INTERVIEW_RETENTION_DAYS", integer(0, 36_500), "0",
        "erase people from sessions that have not changed for this many days; 0 keeps them",
    )
    allow_synthetic_email: bool = setting(
        "TENER_INTERVIEW_ALLOW_SYNTHETIC_EMAIL", boolean, "true",
        "invite candidates without an e-mail address under a made-up one",
    )
    synthetic_email_domain: str = setting(
        "TENER_INTERVIEW_SYNTHETIC_EMAIL_DOMAIN", email_domain, "interview.local", "domain of made-up e-mail addresses"
    )
    webhook_url: str | None = setting(
        "TENER_INTERVIEW_WEBHOOK_URL", webhook_url, None,
        "address of the main system that gets an event for whatever happens to a session; it may be a private one",
        secret=True,
    )
    webhook_secret: str | None = setting(
        "TENER_INTERVIEW_WEBHOOK_SECRET", webhook_secrets, None,
        "signs these events: whsec_ and the base64 of 24 to 64 bytes; two with a comma between, the new one first,"
        " while it is changed", secret=True,
    )
    webhook_private_hosts: tuple[str, ...] | None = setting(
        "TENER_INTERVIEW_WEBHOOK_PRIVATE_HOSTS", host_names, None,
        "names of hosts that other endpoints may have although they are not on the public internet",
    )
    server_threads: int = setting(
        "TENER_INTERVIEW_SERVER_THREADS", integer(1, 1000), "32",
        "number of threads, if gunicorn or waitress serves; at most seven eighths may wait for other systems",
    )
    log_format: str = setting(
        "TENER_INTERVIEW_LOG_FORMAT", log_style, "auto",
        "human or json, one line per request and event; auto means human on a terminal and json elsewhere",
    )


DECLARATIONS: dict[str, Declaration] = {item.name: item.metadata["declaration"] for item in fields(Settings)}


def load(environ: Mapping[str, str]) -> Settings:
    """Read the settings from the environment. Raises SettingsError with all errors at once."""
    faults: list[str] = []
    faulty: set[str] = set()
    values: dict[str, Any] = {}
    for name, declaration in DECLARATIONS.items():
        try:
            text = read_variable(environ, declaration)
            if text is not None:
                values[name] = declaration.parse(text)
                continue
        except ValueError as fault:
            value = environ.get(declaration.variable, "")
            received = "" if declaration.secret or "@" in value else f" (it is {value!r:.80})"
            faults.append(f"{declaration.variable}: {fault}{received}")
            faulty.add(name)
        default = declaration.default
        values[name] = default(values) if callable(default) else None if default is None else declaration.parse(default)
    faults += [fault for name, fault in broken_rules(values, environ, DECLARATIONS) if name not in faulty]
    settings = Settings(**values)
    if faults:
        raise SettingsError(faults, settings)
    return settings


def help_table() -> str:
    """The settings as help text."""
    rows = []
    for declaration in DECLARATIONS.values():
        default = f" [default: {declaration.default_text}]" if declaration.default_text else ""
        file_hint = f" (or {declaration.variable}_FILE: a file that holds it)" if declaration.secret else ""
        rows.append(f"  {declaration.variable}\n      {declaration.help}{default}{file_hint}")
    return "\n".join(rows)
