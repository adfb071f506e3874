"""The parts put together: settings become the domain's Service, for the server and for commands alike."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

from . import settings as environment
from .criteria.criteria import Criteria, load_criteria
from .criteria.files import ConfigError
from .criteria.formula import Formula, load_formula
from .domain.privacy.erase import erase_listed
from .domain.rules import Rules
from .domain.service import Policy, Service
from .link_tokens import SHARE_LINK, LinkSigner, load_or_create_secret
from .outbound.monitor import UpstreamMonitor
from .providers.protocol import Provider, WebhookReader
from .scoring.vectors import Embed, no_vectors
from .scoring_worker import Scorer, score
from .settings import Settings, SettingsError, is_loopback
from .sources.protocol import Source
from .store.sqlite.database import Store, StoreRefused
from .system.clock import Clock
from .system.metrics import Metrics

Config = TypeVar("Config")

#: A score does without vectors rather than wait longer.
EMBEDDINGS_TIMEOUT_S = 10.0
GENERATED_SECRET = Path("runtime/token_secret")


def build_service(
    settings: Settings, clock: Clock, metrics: Metrics | None = None, *, guest: bool = False,
    score_many: Scorer = score,
) -> Service:
    """The domain's surroundings, with the store opened: whoever gets them closes it. `metrics` count what it asks of
    other systems. A guest works beside the server.

    Raises SettingsError with all that is wrong with config files, and StoreRefused for a database that cannot be used.
    """
    rules = _rules(settings)
    watch = UpstreamMonitor(metrics, clock) if metrics else unwatched(clock)
    secret = settings.token_secret or _generated_secret()
    store = Store(settings.db_path, guest=guest, clock=clock)
    try:
        _refuse_mixed_data(store, settings)
        erase_listed(store, clock.now_ms())
        return Service(
            store=store,
            provider=provider(settings, store, clock, watch),
            source=source(settings, clock, watch),
            clock=clock,
            links=LinkSigner(secret, settings.token_secret_previous),
            share_links=LinkSigner(secret, settings.token_secret_previous, SHARE_LINK),
            rules=rules,
            policy=_policy(settings),
            token_hex=secrets.token_hex,
            agreed_time=watch.time,
            embed=_embed(settings, watch),
            score_many=score_many,
        )
    except BaseException:
        store.close()
        raise


def _embed(settings: Settings, watch: UpstreamMonitor) -> Embed:
    """Imported only where it is used, as the provider is."""
    if settings.embeddings_url is None:
        return no_vectors
    from .outbound.embeddings import MAX_RESPONSE_BYTES, Embeddings
    from .outbound.request import send

    return Embeddings(
        watch.instrument("embeddings", partial(send, max_bytes=MAX_RESPONSE_BYTES)), settings.embeddings_url,
        model=settings.embeddings_model, api_key=settings.embeddings_api_key, timeout_s=EMBEDDINGS_TIMEOUT_S,
    )


def unwatched(clock: Clock) -> UpstreamMonitor:
    """For whoever has no use for figures."""
    return UpstreamMonitor(Metrics(), clock)


def _rules(settings: Settings) -> Rules:
    try:
        return Rules(partial(_load_config, settings))
    except ConfigError as refused:
        raise SettingsError(refused.faults) from None


def _load_config(settings: Settings) -> tuple[Criteria, Formula]:
    """Both config files. Raises ConfigError with all that is wrong with either."""
    faults: list[str] = []
    criteria = _loaded(load_criteria, settings, "scoring_criteria_path", faults)
    formula = _loaded(load_formula, settings, "total_score_formula_path", faults)
    if criteria is None or formula is None:
        raise ConfigError(faults)
    return criteria, formula


def config_faults(settings: Settings | None) -> list[str]:
    """What is wrong with the config files, to be told together with what is wrong with the settings."""
    try:
        if settings is not None:
            _load_config(settings)
    except ConfigError as refused:
        return refused.faults
    return []


def _loaded(load: Callable[[Path], Config], settings: Settings, name: str, faults: list[str]) -> Config | None:
    """The config file that a setting names; None for an unusable one, whose faults are added."""
    try:
        return load(getattr(settings, name))
    except ConfigError as refused:
        variable = environment.DECLARATIONS[name].variable
        faults += [f"{variable}: {fault}" for fault in refused.faults]
        return None


def secret_is_generated(settings: Settings) -> bool:
    """Whether links are signed with a secret that the service makes itself; on any address but loopback it must not."""
    return settings.token_secret is None and is_loopback(settings.host)


def _generated_secret() -> str:
    try:
        return load_or_create_secret(GENERATED_SECRET)
    except (OSError, ValueError) as fault:
        raise SettingsError([f"TENER_INTERVIEW_TOKEN_SECRET: not set, and no secret can be kept: {fault}"]) from None


def _refuse_mixed_data(store: Store, settings: Settings) -> None:
    """Pretend interviews and real ones never share a file: nobody could tell their results apart."""
    with store.read() as tx:
        others = tx.sessions.providers() - {settings.provider}
    if others:
        raise StoreRefused(
            f"{store.path} holds sessions of the {min(others)} provider, and this service is set up for"
            f" {settings.provider}. Name another file for each."
        )


def provider(settings: Settings, store: Store, clock: Clock, watch: UpstreamMonitor) -> Provider:
    """Imported only where it is used: the real one needs TLS and urllib, a third of the time to start."""
    if settings.provider == "demo":
        from .providers.demo.provider import DemoProvider
        from .providers.demo.sqlite_store import SqliteDemoInterviewStore

        return DemoProvider(SqliteDemoInterviewStore(store), clock, secrets.token_hex, settings.public_base_url)
    return hireflix(settings, clock, watch)


@contextmanager
def provider_alone(settings: Settings, clock: Clock) -> Iterator[Provider]:
    """The provider without all else: a database is opened only for a pretend one, which keeps what it has there.

    Raises SettingsError and StoreRefused.
    """
    if settings.provider == "hireflix":
        yield hireflix(settings, clock, unwatched(clock))
        return
    service = build_service(settings, clock, guest=True)
    try:
        yield service.provider
    finally:
        service.store.close()


def hireflix(settings: Settings, clock: Clock, watch: UpstreamMonitor) -> Provider:
    """The real provider, which needs no store."""
    from random import random

    from .outbound.request import send
    from .providers.hireflix import MAX_RESPONSE_BYTES, HireflixProvider

    return HireflixProvider(
        send=watch.instrument("hireflix", partial(send, max_bytes=MAX_RESPONSE_BYTES)),
        clock=clock,
        random=random,
        base_url=settings.hireflix_base_url,
        api_key=settings.hireflix_api_key or "",
        default_position_id=settings.hireflix_position_id or "",
        public_app_base=settings.hireflix_public_app_base,
        timeout_s=settings.hireflix_timeout_s,
        concurrency=settings.hireflix_concurrency,
    )


def notices(settings: Settings) -> WebhookReader | None:
    if settings.provider != "hireflix" or settings.hireflix_webhook_secret is None:
        return None
    from .providers.hireflix.webhook import HireflixWebhookReader

    return HireflixWebhookReader(settings.hireflix_webhook_secret)


def source(settings: Settings, clock: Clock, watch: UpstreamMonitor) -> Source:
    """The main system's API if it is set, else its file; the demo's catalogue only where everything is a demo."""
    if settings.source_api_base is not None:
        from .outbound.request import send
        from .sources.api import MAX_SHORT_BYTES, ApiSource

        return ApiSource(
            watch.instrument("source", send), settings.source_api_base, settings.source_api_token,
            settings.source_api_timeout_s, clock,
            send_short=watch.instrument("source", partial(send, max_bytes=MAX_SHORT_BYTES)),
        )
    if settings.provider == "demo" and not settings.source_db_path.exists():
        from .providers.demo.source import DemoSource

        return DemoSource()
    from .sources.sqlite import SqliteSource

    return SqliteSource(settings.source_db_path)


def _policy(settings: Settings) -> Policy:
    return Policy(
        public_base_url=settings.public_base_url,
        link_ttl_hours=settings.token_ttl_hours,
        transcription_wait_hours=settings.transcription_wait_hours,
        allow_synthetic_email=settings.allow_synthetic_email,
        synthetic_email_domain=settings.synthetic_email_domain,
        sync_seconds=settings.sync_seconds,
    )
