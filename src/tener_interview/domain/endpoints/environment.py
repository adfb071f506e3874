"""The endpoint that the environment names, which is the main system's: it gets every event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...lazy_dataclass import dataclass
from ...store.endpoint_records import ENVIRONMENT_ENDPOINT, Endpoint
from .events import EVENT_TYPES
from .payloads import STANDARD

if TYPE_CHECKING:
    from ..service import Service


@dataclass(frozen=True)
class EnvironmentEndpoint:
    """Where it is, and its secrets, the newest first."""

    url: str
    secrets: tuple[str, ...]


def set_environment_endpoint(service: Service, environment: EnvironmentEndpoint | None) -> None:
    """Let the endpoint that the environment names get events, or none if it names none any more."""
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        if environment is None:
            if tx.endpoints.remove(ENVIRONMENT_ENDPOINT):
                tx.outbox.cancel_of_receiver(ENVIRONMENT_ENDPOINT, now_ms)
            return
        tx.endpoints.put(Endpoint(
            ENVIRONMENT_ENDPOINT, "Main system", environment.url.partition("?")[0], STANDARD, tuple(EVENT_TYPES),
            with_contact=False, secret=None, previous_secret=None, previous_secret_until=None, disabled_at=None,
            disabled_reason=None, created_at=now_ms, changed_at=now_ms,
        ))
