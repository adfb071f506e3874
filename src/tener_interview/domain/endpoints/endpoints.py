"""Endpoints: add, change, test and remove the addresses that get events, and send missed events again."""

from __future__ import annotations

import base64
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from ...actor import acting
from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...store.endpoint_records import ENVIRONMENT_ENDPOINT, Endpoint
from ...store.outbox_records import OutboxState
from ...system.clock import HOUR_MS
from .events import EVENT_TYPES, test_event_row
from .payloads import STANDARD

if TYPE_CHECKING:
    from ...store.outbox_records import OutboxRow
    from ...store.ports import Transaction
    from ..service import Service

MAX_ENDPOINTS = 20
#: The reason for an endpoint that a person disabled.
DISABLED_BY_PERSON = "Somebody disabled it."

#: A delivery's state in the API -> the states of the outbox.
DELIVERY_STATES: Mapping[str, tuple[OutboxState, ...]] = {
    "waiting": (OutboxState.QUEUED, OutboxState.CLAIMED, OutboxState.HANDING_OVER),
    "delivered": (OutboxState.DELIVERED,),
    "parked": (OutboxState.PARKED,),
    "canceled": (OutboxState.CANCELED,),
}


@dataclass(frozen=True)
class EndpointChanges:
    """What to change of an endpoint; None for what stays."""

    name: str | None = None
    url: str | None = None
    events: tuple[str, ...] | None = None
    with_contact: bool | None = None
    disabled: bool | None = None


def create(
    service: Service, *, name: str, url: str, format_: str, events: tuple[str, ...], with_contact: bool
) -> Endpoint:
    """Add an endpoint; its secret is shown only now. Raises `VALIDATION_FAILED` and `TOO_MANY_ENDPOINTS`."""
    _check_url(service, url)
    now_ms = service.clock.now_ms()
    endpoint = Endpoint(
        endpoint_id=f"ep_{service.token_hex(16)}", name=name, url=url, format=format_,
        events=_in_declared_order(events),
        with_contact=with_contact, secret=_new_secret(service) if format_ == STANDARD else None, previous_secret=None,
        previous_secret_until=None, disabled_at=None, disabled_reason=None, created_at=now_ms, changed_at=now_ms,
    )
    with service.store.write() as tx:
        if len(tx.endpoints.all()) >= MAX_ENDPOINTS:
            raise Problem("TOO_MANY_ENDPOINTS", f"The limit of {MAX_ENDPOINTS} endpoints is reached. Remove one first.")
        tx.endpoints.add(endpoint)
        _record(tx, "endpoint.created", endpoint.endpoint_id, now_ms, {"format": format_, "with_contact": with_contact})
    return endpoint


def change(service: Service, endpoint_id: str, changes: EndpointChanges) -> Endpoint:
    """Change an endpoint. Disabling it cancels unsent events; it does not get those of the meantime later.

    Raises `ENDPOINT_NOT_FOUND`, `ENDPOINT_IN_ENVIRONMENT` and `VALIDATION_FAILED`.
    """
    if changes.url is not None:
        _refuse_environment(endpoint_id, "its address")
        _check_url(service, changes.url)
    now_ms = service.clock.now_ms()
    given: dict[str, Any] = {
        "name": changes.name, "url": changes.url, "with_contact": changes.with_contact,
        "events": None if changes.events is None else _in_declared_order(changes.events),
    }
    with service.store.write() as tx:
        before = find(tx, endpoint_id)
        after = before._replace(**{name: value for name, value in given.items() if value is not None})
        if changes.disabled is not None and changes.disabled is not (before.disabled_at is not None):
            after = after._replace(
                disabled_at=now_ms if changes.disabled else None,
                disabled_reason=DISABLED_BY_PERSON if changes.disabled else None,
            )
        if after == before:
            return before
        after = after._replace(changed_at=now_ms)
        _store(tx, after)
        if after.disabled_at is not None:
            tx.outbox.cancel_of_receiver(endpoint_id, now_ms)
        fields = [name for name in ("name", "url", "events", "with_contact", "disabled_at")
                  if getattr(after, name) != getattr(before, name)]
        details = {"fields": fields, "disabled": after.disabled_at is not None}
        _record(tx, "endpoint.changed", endpoint_id, now_ms, details)
    return after


def rotate_secret(service: Service, endpoint_id: str, previous_valid_hours: int) -> Endpoint:
    """Give an endpoint a new secret, shown only now. Until the old one expires, both sign.

    Raises `ENDPOINT_NOT_FOUND`, `ENDPOINT_IN_ENVIRONMENT` and `ENDPOINT_UNSIGNED`.
    """
    _refuse_environment(endpoint_id, "its secret")
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        before = find(tx, endpoint_id)
        if before.secret is None:
            raise Problem("ENDPOINT_UNSIGNED", "Messages for a chat are not signed, so this endpoint has no secret.")
        until_ms = now_ms + previous_valid_hours * HOUR_MS
        keeps = previous_valid_hours > 0
        after = before._replace(
            secret=_new_secret(service), previous_secret=before.secret if keeps else None,
            previous_secret_until=until_ms if keeps else None, changed_at=now_ms,
        )
        _store(tx, after)
        _record(tx, "endpoint.secret_rotated", endpoint_id, now_ms, {"previous_valid_hours": previous_valid_hours})
    return after


def remove(service: Service, endpoint_id: str) -> None:
    """Remove an endpoint and cancel its unsent events. Raises `ENDPOINT_NOT_FOUND`, `ENDPOINT_IN_ENVIRONMENT`."""
    _refuse_environment(endpoint_id, "it")
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        if not tx.endpoints.remove(endpoint_id):
            raise _endpoint_not_found_problem()
        tx.outbox.cancel_of_receiver(endpoint_id, now_ms)
        tx.idempotency.forget_responses_mentioning(endpoint_id)
        _record(tx, "endpoint.deleted", endpoint_id, now_ms, {})


def send_test_event(service: Service, endpoint_id: str) -> OutboxRow:
    """Send a test event to an endpoint. Raises `ENDPOINT_NOT_FOUND` and `ENDPOINT_DISABLED`."""
    with service.store.write() as tx:
        _require_enabled(find(tx, endpoint_id))
        row = test_event_row(endpoint_id, service.token_hex(8), service.clock.now_ms())
        tx.outbox.add(row)
    return row


def replay(service: Service, endpoint_id: str, delivery_ids: Collection[str] | None) -> int:
    """Send deliveries again, or all that are parked, except those already on their way; return how many.

    Raises `ENDPOINT_NOT_FOUND`, `ENDPOINT_DISABLED` and `DELIVERY_NOT_FOUND`.
    """
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        _require_enabled(find(tx, endpoint_id))
        ids = tx.outbox.parked_of_receiver(endpoint_id) if delivery_ids is None else list(dict.fromkeys(delivery_ids))
        if delivery_ids is not None:
            for delivery_id in ids:
                row = tx.outbox.get(delivery_id)
                if row is None or row.receiver != endpoint_id:
                    raise Problem("DELIVERY_NOT_FOUND", "This endpoint has no such delivery.")
        replayed = sum(tx.outbox.send_again(delivery_id, now_ms) for delivery_id in ids)
        if replayed:
            _record(tx, "delivery.replayed", endpoint_id, now_ms, {"deliveries": replayed})
    return replayed


def find(tx: Transaction, endpoint_id: str) -> Endpoint:
    """Raises `ENDPOINT_NOT_FOUND`."""
    endpoint = tx.endpoints.get(endpoint_id)
    if endpoint is None:
        raise _endpoint_not_found_problem()
    return endpoint


def _store(tx: Transaction, endpoint: Endpoint) -> None:
    if not tx.endpoints.change(endpoint):
        raise _endpoint_not_found_problem()


def _require_enabled(endpoint: Endpoint) -> None:
    if endpoint.disabled_at is not None:
        raise Problem("ENDPOINT_DISABLED", "This endpoint is disabled. Enable it first.")


def _refuse_environment(endpoint_id: str, what: str) -> None:
    if endpoint_id == ENVIRONMENT_ENDPOINT:
        raise Problem(
            "ENDPOINT_IN_ENVIRONMENT",
            f"The settings define this endpoint. Change {what} there, in TENER_INTERVIEW_WEBHOOK_URL and _SECRET.",
        )


def _check_url(service: Service, url: str) -> None:
    if (fault := service.endpoint_fault(url)) is not None:
        raise Problem("VALIDATION_FAILED", f"url {fault}.", {"fields": {"url": fault}})


def _in_declared_order(events: Collection[str]) -> tuple[str, ...]:
    return tuple(name for name in EVENT_TYPES if name in events)


def _new_secret(service: Service) -> str:
    return f"whsec_{base64.b64encode(bytes.fromhex(service.token_hex(32))).decode()}"


def _record(tx: Transaction, action: str, endpoint_id: str, now_ms: int, details: Mapping[str, Any]) -> None:
    tx.audit.append(acting.get(), action, "endpoint", endpoint_id, at_ms=now_ms, details=details)


def _endpoint_not_found_problem() -> Problem:
    return Problem("ENDPOINT_NOT_FOUND", "Endpoint not found.")
