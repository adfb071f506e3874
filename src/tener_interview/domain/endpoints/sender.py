"""Sends events from the outbox to endpoints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from ...actor import acting
from ...store.endpoint_records import ENVIRONMENT_ENDPOINT
from ...system.clock import parse_time_ms
from ..outbox.delivery import Delivery, Outcome
from .events import ERASED
from .payloads import SLACK, render_payload

if TYPE_CHECKING:
    from ...store.endpoint_records import Endpoint
    from ...store.outbox_records import OutboxRow
    from ..service import Service
    from .environment import EnvironmentEndpoint

GONE = 410
#: After these the receiver's other events wait as well.
_PAUSING_STATUSES = (429, 502, 503, 504)


class PostResponse(Protocol):
    """The response to an event."""

    @property
    def status(self) -> int | None:
        """None without a response."""

    @property
    def text(self) -> str:
        """The receiver's text, or why there is no response."""

    @property
    def retry_after(self) -> str | None:
        """The header of that name."""


class PostEvent(Protocol):
    """Posts an event to an endpoint. Raises nothing."""

    def __call__(
        self, url: str, body: bytes, *, message_id: str, at_s: int, secrets: Sequence[str], trusts_host: bool
    ) -> PostResponse:
        """`secrets` sign it, if there are any. `trusts_host` allows a private address."""


class EndpointSender:
    """Sends events to endpoints."""

    def __init__(self, service: Service, post: PostEvent, environment: EnvironmentEndpoint | None) -> None:
        self._service = service
        self._post = post
        self._environment = environment

    def deliver(self, row: OutboxRow, confirm_send: Callable[[], bool]) -> Delivery:
        """Send an event to its endpoint, unless it was removed or disabled meanwhile."""
        now_ms = self._service.clock.now_ms()
        with self._service.store.read() as tx:
            endpoint = tx.endpoints.get(row.receiver or "")
            session_id = row.content.get("data", {}).get("session_id")
            wants_contact = endpoint is not None and endpoint.with_contact and session_id is not None
            contact = tx.sessions.get(session_id) if wants_contact else None
        if endpoint is None or endpoint.disabled_at is not None or not confirm_send():
            return Delivery(Outcome.CANCELED)
        response = self._post(
            self._url_of(endpoint),
            render_payload(row.content, endpoint.format, self._service.policy.scorecard_url, contact),
            message_id=row.content["id"], at_s=now_ms // 1000, secrets=self._secrets_of(endpoint, now_ms),
            trusts_host=endpoint.endpoint_id == ENVIRONMENT_ENDPOINT,
        )
        if response.status == GONE:
            disable_gone(self._service, endpoint.endpoint_id)
        # The response to an erasure event may name the erased person.
        return _delivery(response, now_ms, keeps_text=row.content["type"] != ERASED)

    def _url_of(self, endpoint: Endpoint) -> str:
        is_of_environment = endpoint.endpoint_id == ENVIRONMENT_ENDPOINT
        return self._environment.url if is_of_environment and self._environment else endpoint.url

    def _secrets_of(self, endpoint: Endpoint, now_ms: int) -> tuple[str, ...]:
        if endpoint.format == SLACK:
            return ()
        if endpoint.endpoint_id == ENVIRONMENT_ENDPOINT:
            return self._environment.secrets if self._environment else ()
        is_valid = (endpoint.previous_secret_until or 0) > now_ms
        return tuple(secret for secret in (endpoint.secret, endpoint.previous_secret if is_valid else None) if secret)


def disable_gone(service: Service, endpoint_id: str) -> None:
    """Disable an endpoint that responded with 410 Gone, as the Standard Webhooks specification asks."""
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        if tx.endpoints.disable(endpoint_id, "It answered 410 Gone.", now_ms):
            tx.outbox.cancel_of_receiver(endpoint_id, now_ms)
            tx.audit.append(
                acting.get(), "endpoint.changed", "endpoint", endpoint_id, at_ms=now_ms,
                details={"disabled": True, "status": GONE},
            )


def _delivery(response: PostResponse, now_ms: int, *, keeps_text: bool) -> Delivery:
    if response.status is None:
        return Delivery(Outcome.RETRY, response.text, pauses_receiver=True)
    explanation = f"{response.status} {response.text}".strip() if keeps_text else str(response.status)
    if 200 <= response.status < 300:
        return Delivery(Outcome.DELIVERED, explanation)
    if response.status == GONE:
        return Delivery(Outcome.PARK, explanation)
    return Delivery(
        Outcome.RETRY, explanation, retry_after_ms(response.retry_after, now_ms),
        pauses_receiver=response.status in _PAUSING_STATUSES,
    )


def retry_after_ms(header: str | None, now_ms: int) -> int | None:
    """The wait that a `Retry-After` asks for, in seconds or until a date (RFC 9110 section 10.2.3)."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return int(text[:9]) * 1000
    at_ms = parse_time_ms(text) if "," in text else None
    return None if at_ms is None else max(0, at_ms - now_ms)

