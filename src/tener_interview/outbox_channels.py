"""The channels of the outbox: who sends what leaves the service by itself, in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .domain.endpoints.environment import EnvironmentEndpoint, set_environment_endpoint
from .domain.outbox.delivery import OutboxChannel
from .lazy_import import make_lazy
from .store.outbox_records import Channel

if TYPE_CHECKING:
    from .domain.service import Service
    from .settings import Settings

#: How many endpoints get an event at the same time.
ENDPOINT_WORKERS = 8


def outbox_channels(service: Service, settings: Settings) -> dict[Channel, OutboxChannel]:
    """Who sends what is in the outbox, by channel; each is imported with the first row it sends. Rows of a channel that
    is not set up wait."""
    environment = _environment_endpoint(settings)
    set_environment_endpoint(service, environment)
    post = make_lazy("outbound.endpoint_client.EndpointClient", settings.webhook_private_hosts or ())
    channels = {
        Channel.PROVIDER: OutboxChannel(make_lazy("domain.provider_updates.sender.ProviderUpdateSender", service)),
        Channel.ENDPOINT: OutboxChannel(
            make_lazy("domain.endpoints.sender.EndpointSender", service, post, environment), workers=ENDPOINT_WORKERS
        ),
    }
    if service.mail.server is not None:
        channels[Channel.MAIL] = OutboxChannel(
            make_lazy("domain.messages.mail_sender.MailSender", service, service.mail.server)
        )
    if service.judge is not None:
        channels[Channel.JUDGE] = OutboxChannel(
            make_lazy("domain.judge.queue.JudgeSender", service, service.judge), workers=settings.judge_concurrency
        )
    return channels


def _environment_endpoint(settings: Settings) -> EnvironmentEndpoint | None:
    if settings.webhook_url is None:
        return None
    return EnvironmentEndpoint(settings.webhook_url, tuple((settings.webhook_secret or "").split(",")))
