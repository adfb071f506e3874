"""Builds the domain's Service from the settings, for the server and for commands."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from . import settings as environment
from .criteria.criteria import load_criteria
from .criteria.files import ConfigError
from .criteria.formula import load_formula
from .domain.messages.mail import MailConfig
from .domain.privacy.erasure_log import erase_listed
from .domain.read_cache import ReadCache
from .domain.scoring_rules import ScoringRules
from .domain.service import InterviewPolicy, Service, score_here
from .lazy_import import lazy_function, load, make_lazy
from .link_tokens import OPT_OUT_LINK, SHARE_LINK, LinkSigner, derive_key, load_or_create_secret, read_secret
from .mail.demo import DemoMailServer
from .outbound.monitor import UpstreamMonitor
from .scoring.vectors import embed_nothing
from .settings import SettingsError, is_loopback
from .special_files import is_missing
from .store.audit_chain import UNSEALED, AuditKeys
from .store.maintenance import StoreRefused
from .store.opening import open_store
from .system.metrics import Metrics

if TYPE_CHECKING:
    from .criteria.criteria import Criteria
    from .criteria.formula import Formula
    from .domain.judge.judge import Judge
    from .domain.refresh.scoring_worker import Scorer
    from .outbound.smtp import SmtpServer
    from .providers.hireflix import HireflixProvider
    from .providers.protocol import Provider, ProviderEventReader, WebhookSettings
    from .scoring.vectors import Embed
    from .settings import Settings
    from .sources.protocol import Source
    from .store.ports import Store
    from .system.clock import Clock

Config = TypeVar("Config")

#: Scoring goes on without vectors rather than wait longer.
EMBEDDINGS_TIMEOUT_S = 10.0
GENERATED_SECRET = Path("runtime/token_secret")


def build_service(
    settings: Settings, clock: Clock, metrics: Metrics | None = None, *, beside_server: bool = False,
    worker_scorer: Scorer = score_here,
) -> Service:
    """The domain's Service with the store opened; the caller closes the store.

    `metrics` count calls to other systems. `beside_server`: a command, which may run while a server uses the database.
    Raises SettingsError with all errors in config files, and StoreRefused for an unusable database.
    """
    rules = _rules(settings)
    library = make_lazy("plans.library.QuestionLibrary", settings.question_library_path)
    secret = _secret(settings)
    store = open_store(settings, clock, beside_server=beside_server, audit_keys=audit_keys(settings))
    try:
        _refuse_mixed_data(store, settings)
        # Only now, because from its first transaction on the clock follows the database's.
        monitor = UpstreamMonitor(metrics, clock) if metrics else unmonitored(clock)
        erase_listed(store, clock.now_ms())
        store.on_session_events = lazy_function("domain.endpoints.events.queue_events")
        return Service(
            store=store,
            provider=build_provider(settings, store, clock, monitor),
            source=build_source(settings, clock, monitor),
            clock=clock,
            links=LinkSigner(secret, settings.token_secret_previous),
            share_links=LinkSigner(secret, settings.token_secret_previous, SHARE_LINK),
            mail=_mail(settings, secret),
            rules=rules,
            library=library,
            drafter=make_lazy("plans.library_drafter.LibraryDrafter", library),
            policy=_policy(settings),
            token_hex=secrets.token_hex,
            has_admin_token=settings.admin_token is not None,
            trusted_clock=monitor.time,
            reads=ReadCache(store, clock),
            embed=_embed(settings, monitor),
            worker_scorer=worker_scorer,
            judge=build_judge(settings, monitor),
            endpoint_fault=partial(_endpoint_fault, settings),
        )
    except BaseException:
        store.close()
        raise


def _embed(settings: Settings, monitor: UpstreamMonitor) -> Embed:
    """The embeddings client, imported only if configured."""
    if settings.embeddings_url is None:
        return embed_nothing
    from .outbound.embeddings import MAX_RESPONSE_BYTES, Embeddings
    from .outbound.request import send

    return Embeddings(
        monitor.instrument("embeddings", partial(send, max_bytes=MAX_RESPONSE_BYTES)), settings.embeddings_url,
        model=settings.embeddings_model, api_key=settings.embeddings_api_key, timeout_s=EMBEDDINGS_TIMEOUT_S,
    )


def _mail(settings: Settings, secret: str) -> MailConfig:
    """How e-mail leaves. In demo mode it is shown in the dashboard and sent nowhere, whatever the settings say."""
    is_demo = settings.provider == "demo"
    sender = {"sender": settings.mail_from} if settings.mail_from else {}
    return MailConfig(
        opt_out_links=LinkSigner(secret, settings.token_secret_previous, OPT_OUT_LINK),
        server=DemoMailServer() if is_demo else build_smtp_server(settings),
        reply_to=settings.mail_reply_to,
        daily_limit=settings.mail_daily_limit,
        company_name=settings.company_name,
        contact=settings.contact,
        time_zone=settings.time_zone,
        is_demo=is_demo,
        **sender,
    )


def build_smtp_server(settings: Settings) -> SmtpServer | None:
    """The SMTP server, imported only if configured."""
    if settings.smtp_url is None:
        return None
    from .outbound.smtp import SmtpServer

    host = urlsplit(settings.public_base_url).hostname or ""
    return SmtpServer(settings.smtp_url, host if "." in host and not is_loopback(host) else "[127.0.0.1]")


def build_judge(settings: Settings, monitor: UpstreamMonitor) -> Judge | None:
    """The language model that gives a second opinion, imported only if configured."""
    if settings.judge_url is None or settings.judge_model is None:
        return None
    from .domain.judge.judge import Judge, Prices
    from .outbound.chat_completions import MAX_RESPONSE_BYTES, ChatCompletions
    from .outbound.request import send

    chat = ChatCompletions(
        monitor.instrument("judge", partial(send, max_bytes=MAX_RESPONSE_BYTES)), settings.judge_url,
        model=settings.judge_model, api_key=settings.judge_api_key, timeout_s=settings.judge_timeout_s,
    )
    prices = None
    if settings.judge_input_price is not None and settings.judge_output_price is not None:
        prices = Prices(settings.judge_input_price, settings.judge_output_price)
    return Judge(chat, settings.judge_rounds, settings.judge_daily_requests, settings.judge_daily_cost, prices)


def unmonitored(clock: Clock) -> UpstreamMonitor:
    """A monitor whose metrics nobody reads."""
    return UpstreamMonitor(Metrics(), clock)


def _rules(settings: Settings) -> ScoringRules:
    try:
        return ScoringRules(partial(_load_config, settings))
    except ConfigError as error:
        raise SettingsError(error.faults) from None


def _load_config(settings: Settings) -> tuple[Criteria, Formula]:
    """Load both config files. Raises ConfigError with the errors of both."""
    faults: list[str] = []
    criteria = _load_file(load_criteria, settings, "scoring_criteria_path", faults)
    formula = _load_file(load_formula, settings, "total_score_formula_path", faults)
    if criteria is None or formula is None:
        raise ConfigError(faults)
    return criteria, formula


def config_faults(settings: Settings | None) -> list[str]:
    """The errors in the config files, to be reported together with those in the settings."""
    try:
        if settings is not None:
            _load_config(settings)
    except ConfigError as error:
        return error.faults
    return []


def library_faults(settings: Settings) -> list[str]:
    """The errors in the question library, in whatever language; drafting refuses one that has any."""
    library = load("plans.library.QuestionLibrary")(settings.question_library_path)
    faults: list[str] = []
    for code in library.languages:
        try:
            library.questions(code)
        except ConfigError as error:
            faults += [fault for fault in error.faults if fault not in faults]
    return faults


def _load_file(load: Callable[[Path], Config], settings: Settings, name: str, faults: list[str]) -> Config | None:
    """The config file that a setting names; None if it is unusable, and its errors are added to `faults`."""
    try:
        return load(getattr(settings, name))
    except ConfigError as error:
        variable = environment.DECLARATIONS[name].variable
        faults += [f"{variable}: {fault}" for fault in error.faults]
        return None


def audit_keys(settings: Settings) -> AuditKeys:
    """The keys that seal the audit log. Raises SettingsError when no secret is set and none can be kept."""
    secrets_ = (_secret(settings), settings.token_secret_previous)
    return AuditKeys(tuple(derive_key(secret, "audit-log v1") for secret in secrets_ if secret is not None))


def known_audit_keys(settings: Settings) -> AuditKeys:
    """The same for work that must not create a secret: without one nothing was sealed yet."""
    return audit_keys(settings) if settings.token_secret or GENERATED_SECRET.exists() else UNSEALED


def is_secret_generated(settings: Settings) -> bool:
    """Whether links are signed with a secret that the service generates; that is allowed on loopback only."""
    return settings.token_secret is None and is_loopback(settings.host)


def generated_secret_fault(settings: Settings) -> str | None:
    """Why a secret that is not set can be neither read nor generated; None if it can. Nothing is written."""
    try:
        if not is_secret_generated(settings):
            return None
        if not is_missing(GENERATED_SECRET):
            read_secret(GENERATED_SECRET)
            return None
    except (OSError, ValueError) as fault:
        return str(fault)
    folder = next(item for item in GENERATED_SECRET.absolute().parents if item.exists())
    return None if os.access(folder, os.W_OK | os.X_OK) else f"this user may not write in {folder}"


def _secret(settings: Settings) -> str:
    return settings.token_secret or _generated_secret()


def _generated_secret() -> str:
    try:
        return load_or_create_secret(GENERATED_SECRET)
    except (OSError, ValueError) as fault:
        raise SettingsError([f"TENER_INTERVIEW_TOKEN_SECRET: not set, and no secret can be kept: {fault}"]) from None


def _refuse_mixed_data(store: Store, settings: Settings) -> None:
    """Refuse a database of another provider: demo interviews and real ones could not be distinguished later."""
    with store.read() as tx:
        other_providers = tx.session_providers.names() - {settings.provider}
    if other_providers:
        raise StoreRefused(
            f"{store.location} holds sessions of the {min(other_providers)} provider, and this service is set up for"
            f" {settings.provider}. Use a separate database for each."
        )


def build_provider(settings: Settings, store: Store, clock: Clock, monitor: UpstreamMonitor) -> Provider:
    """The interview provider. Imported only if used: the real one needs TLS and urllib, a third of the start time."""
    if settings.provider == "demo":
        from .providers.demo.provider import DemoProvider
        from .providers.demo.stored_interviews import StoredDemoInterviews

        return DemoProvider(StoredDemoInterviews(store), clock, secrets.token_hex, settings.public_base_url)
    return build_hireflix_provider(settings, clock, monitor)


@contextmanager
def open_provider(settings: Settings, clock: Clock) -> Iterator[Provider]:
    """The provider without the rest of the service; only the demo provider opens a database, since it stores interviews
    there.

    Raises SettingsError and StoreRefused.
    """
    if settings.provider == "hireflix":
        yield build_hireflix_provider(settings, clock, unmonitored(clock))
        return
    service = build_service(settings, clock, beside_server=True)
    try:
        yield service.provider
    finally:
        service.store.close()


def build_hireflix_webhook_settings(settings: Settings, clock: Clock) -> WebhookSettings:
    """The webhooks of the account at Hireflix."""
    return build_hireflix_provider(settings, clock, unmonitored(clock))


def build_hireflix_provider(settings: Settings, clock: Clock, monitor: UpstreamMonitor) -> HireflixProvider:
    """The real provider, which needs no store."""
    from random import random

    from .outbound.request import send
    from .providers.hireflix import MAX_RESPONSE_BYTES, GraphQLClient, HireflixProvider

    client = GraphQLClient(
        send=monitor.instrument("hireflix", partial(send, max_bytes=MAX_RESPONSE_BYTES)),
        clock=clock,
        random=random,
        base_url=settings.hireflix_base_url,
        api_key=settings.hireflix_api_key or "",
        timeout_s=settings.hireflix_timeout_s,
        concurrency=settings.hireflix_concurrency,
    )
    return HireflixProvider(
        client,
        default_position_id=settings.hireflix_position_id or "",
        public_app_base=settings.hireflix_public_app_base,
    )


def _endpoint_fault(settings: Settings, url: str) -> str | None:
    from .outbound.endpoint_client import address_error

    return address_error(url, settings.webhook_private_hosts or ())


def provider_event_reader(settings: Settings) -> ProviderEventReader | None:
    if settings.provider != "hireflix" or settings.hireflix_webhook_secret is None:
        return None
    from .providers.hireflix.events import HireflixEventReader

    return HireflixEventReader(settings.hireflix_webhook_secret)


def build_source(settings: Settings, clock: Clock, monitor: UpstreamMonitor) -> Source:
    """The main system's API if it is set, else its file; the demo catalogue only if the provider is the demo as well.
    """
    if settings.source_api_base is not None:
        from .outbound.request import send
        from .sources.api import MAX_SHORT_BYTES, ApiSource

        return ApiSource(
            monitor.instrument("source", send), settings.source_api_base, settings.source_api_token,
            settings.source_api_timeout_s, clock,
            send_short=monitor.instrument("source", partial(send, max_bytes=MAX_SHORT_BYTES)),
        )
    if settings.provider == "demo" and is_missing(settings.source_db_path):
        from .providers.demo.source import DemoSource

        return DemoSource()
    from .sources.sqlite import SqliteSource

    return SqliteSource(settings.source_db_path)


def _policy(settings: Settings) -> InterviewPolicy:
    return InterviewPolicy(
        public_base_url=settings.public_base_url,
        link_ttl_hours=settings.token_ttl_hours,
        transcription_wait_hours=settings.transcription_wait_hours,
        allow_synthetic_email=settings.allow_synthetic_email,
        synthetic_email_domain=settings.synthetic_email_domain,
        sync_seconds=settings.sync_seconds,
        auto_plan=settings.auto_plan,
    )
