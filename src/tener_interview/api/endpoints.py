"""Endpoints, which get signed events of what happens to sessions; what they got, and sending it again. For admins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypedDict

from ..domain.endpoints import endpoints
from ..domain.endpoints.events import EVENT_TYPES, TEST
from ..domain.endpoints.payloads import FORMATS, STANDARD
from ..domain.service import Service
from ..lazy_dataclass import dataclass
from ..store.endpoint_records import ENVIRONMENT_ENDPOINT, Endpoint
from ..store.outbox_records import Channel, OutboxRow
from ..system.clock import iso_utc
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, Response, json_response
from ..web.shape import Boolean, Integer, ListOf, OneOf, Text, optional, read, required
from .desk_pages import desk_page
from .shapes import At, limit_field
from .web_service import WebService

_NAME = Text(max_chars=100, min_chars=1)
_URL = Text(max_chars=2_000, min_chars=1)
_EVENTS = ListOf(OneOf(tuple(EVENT_TYPES)), min_items=1, max_items=len(EVENT_TYPES))
_WITH_CONTACT = "send the candidate's name and e-mail address as well; without it, an event only has numbers"
_STATES = tuple(endpoints.DELIVERY_STATES)
_MAX_DELIVERIES, _DEFAULT_DELIVERIES = 200, 50
_MAX_PREVIOUS_HOURS, _DEFAULT_PREVIOUS_HOURS = 24 * 30, 24


@dataclass(frozen=True)
class CreateEndpointBody:
    name: str = required(_NAME, "what people call it")
    url: str = required(_URL, "where events are posted to; https, and on the public internet")
    format: str = optional(
        OneOf(FORMATS), STANDARD, "`slack` for a message that incoming webhooks of Slack and its likes show"
    )
    events: tuple[str, ...] = optional(_EVENTS, tuple(EVENT_TYPES), "the types of events; all by default")
    with_contact: bool = optional(Boolean(), False, _WITH_CONTACT)


@dataclass(frozen=True)
class ChangeEndpointBody:
    name: str | None = optional(_NAME)
    url: str | None = optional(_URL)
    events: tuple[str, ...] | None = optional(_EVENTS)
    with_contact: bool | None = optional(Boolean(), description=_WITH_CONTACT)
    disabled: bool | None = optional(
        Boolean(), description="true cancels what waits; what happens meanwhile is not sent later"
    )


@dataclass(frozen=True)
class RotateSecretBody:
    previous_valid_hours: int = optional(
        Integer(low=0, high=_MAX_PREVIOUS_HOURS), _DEFAULT_PREVIOUS_HOURS, "how long the secret before signs as well"
    )


@dataclass(frozen=True)
class ReplayBody:
    delivery_ids: tuple[str, ...] | None = optional(
        ListOf(Text(100, 1), min_items=1, max_items=_MAX_DELIVERIES),
        description="which ones; without it, all that were given up",
    )


@dataclass(frozen=True)
class DeliveriesQuery:
    state: str | None = optional(OneOf(_STATES), description="only those that are so")
    before: str | None = optional(Text(100, 1), description="only those before this delivery: `next_before` of a page")
    limit: int = limit_field(_DEFAULT_DELIVERIES, _MAX_DELIVERIES)


class EndpointJson(TypedDict):
    """An endpoint. Its secret is never shown again."""

    endpoint_id: str
    name: str
    url: str
    format: Annotated[str, OneOf(FORMATS)]
    events: list[Annotated[str, OneOf(tuple(EVENT_TYPES))]]
    with_contact: Annotated[bool, "Whether events have the candidate's name and e-mail address."]
    from_environment: Annotated[bool, "Whether the environment has set it: its address and secret are only there."]
    enabled: bool
    disabled_at: At | None
    disabled_reason: str | None
    previous_secret_until: Annotated[At | None, "Until then the secret before signs as well."]
    created_at: At | None
    waiting: Annotated[int, "Events that have not arrived yet."]
    parked: Annotated[int, "Events that were given up; `replay` sends them again."]
    delivered: Annotated[int, "Events that arrived in the last 30 days."]


class EndpointWithSecretJson(EndpointJson):
    """An endpoint with its secret, which is shown only this once."""

    secret: Annotated[str | None, "Verifies its events: `whsec_` and base64. Null for a chat."]


class EndpointsJson(TypedDict):
    """All endpoints, oldest first."""

    items: list[EndpointJson]


class RemovedEndpointJson(TypedDict):
    """An endpoint that is gone."""

    endpoint_id: str
    removed: bool


class DeliveryJson(TypedDict):
    """An event for an endpoint."""

    delivery_id: str
    event_id: Annotated[
        str | None, "The header `webhook-id`: the same at every attempt, so that a repetition is noticed."
    ]
    type: Annotated[str | None, OneOf((*EVENT_TYPES, TEST)), "Null once the person is erased."]
    session_id: str | None
    state: Annotated[str, OneOf(_STATES)]
    attempts: int
    created_at: At | None
    next_attempt_at: Annotated[At | None, "When it is tried next; null if it is not waiting."]
    finished_at: At | None
    answer: Annotated[str | None, "What the endpoint said last, shortened, or why there was no answer."]
    data: Annotated[dict[str, Any], "The event's data, without name and e-mail address; empty once they are erased."]


class DeliveriesJson(TypedDict):
    """Deliveries, newest first."""

    items: list[DeliveryJson]
    next_before: Annotated[str | None, "`before` for the next page; null on the last."]


class ReplayedJson(TypedDict):
    """How many deliveries are sent again."""

    replayed: int


def webhooks_page(service: WebService, request: Request) -> Response:
    """GET /webhooks"""
    return desk_page(service, request, "webhooks.html")


@contract()
def list_endpoints(service: Service, _request: Request) -> Json[EndpointsJson]:
    """GET /api/endpoints"""
    with service.store.read() as tx:
        counts = tx.outbox.count_by_receiver(Channel.ENDPOINT)
        return json_response({"items": [_endpoint_json(endpoint, counts) for endpoint in tx.endpoints.all()]})


@contract(body=CreateEndpointBody, statuses=(201,), raises=("TOO_MANY_ENDPOINTS",))
def create_endpoint(service: Service, request: Request) -> Json[EndpointWithSecretJson]:
    """POST /api/endpoints

    The address is checked again at every attempt, by what its name stands for then.
    """
    body = read(CreateEndpointBody, request.json)
    endpoint = endpoints.create(
        service, name=body.name, url=body.url, format_=body.format, events=body.events, with_contact=body.with_contact
    )
    return json_response({**_endpoint_json(endpoint, {}), "secret": endpoint.secret}, 201)


@contract(raises=("ENDPOINT_NOT_FOUND",))
def get_endpoint(service: Service, request: Request) -> Json[EndpointJson]:
    """GET /api/endpoints/{endpoint_id}"""
    return json_response(_endpoint(service, request.params["endpoint_id"]))


@contract(body=ChangeEndpointBody, raises=("ENDPOINT_NOT_FOUND", "ENDPOINT_IN_ENVIRONMENT"))
def change_endpoint(service: Service, request: Request) -> Json[EndpointJson]:
    """PATCH /api/endpoints/{endpoint_id}"""
    body = read(ChangeEndpointBody, request.json)
    changes = endpoints.EndpointChanges(body.name, body.url, body.events, body.with_contact, body.disabled)
    endpoints.change(service, request.params["endpoint_id"], changes)
    return json_response(_endpoint(service, request.params["endpoint_id"]))


@contract(raises=("ENDPOINT_NOT_FOUND", "ENDPOINT_IN_ENVIRONMENT"))
def remove_endpoint(service: Service, request: Request) -> Json[RemovedEndpointJson]:
    """DELETE /api/endpoints/{endpoint_id}"""
    endpoints.remove(service, request.params["endpoint_id"])
    return json_response({"endpoint_id": request.params["endpoint_id"], "removed": True})


@contract(body=RotateSecretBody, raises=("ENDPOINT_NOT_FOUND", "ENDPOINT_IN_ENVIRONMENT", "ENDPOINT_UNSIGNED"))
def rotate_secret(service: Service, request: Request) -> Json[EndpointWithSecretJson]:
    """POST /api/endpoints/{endpoint_id}/secret"""
    body = read(RotateSecretBody, request.json)
    endpoint = endpoints.rotate_secret(service, request.params["endpoint_id"], body.previous_valid_hours)
    return json_response({**_endpoint(service, endpoint.endpoint_id), "secret": endpoint.secret})


@contract(statuses=(202,), raises=("ENDPOINT_NOT_FOUND", "ENDPOINT_DISABLED"))
def send_test(service: Service, request: Request) -> Json[DeliveryJson]:
    """POST /api/endpoints/{endpoint_id}/test"""
    return json_response(_delivery_json(endpoints.send_test_event(service, request.params["endpoint_id"])), 202)


@contract(query=DeliveriesQuery, raises=("ENDPOINT_NOT_FOUND",))
def list_deliveries(service: Service, request: Request) -> Json[DeliveriesJson]:
    """GET /api/endpoints/{endpoint_id}/deliveries"""
    query = read(DeliveriesQuery, request.query)
    kinds = [query.state] if query.state else _STATES
    states = [state for kind in kinds for state in endpoints.DELIVERY_STATES[kind]]
    with service.store.read() as tx:
        endpoints.find(tx, request.params["endpoint_id"])
        rows = tx.outbox.of_receiver(
            request.params["endpoint_id"], states, before=query.before, limit=query.limit + 1
        )
    page = rows[: query.limit]
    more = page[-1].outbox_id if len(rows) > query.limit else None
    return json_response({"items": [_delivery_json(row) for row in page], "next_before": more})


@contract(body=ReplayBody, raises=("ENDPOINT_NOT_FOUND", "ENDPOINT_DISABLED", "DELIVERY_NOT_FOUND"))
def replay_deliveries(service: Service, request: Request) -> Json[ReplayedJson]:
    """POST /api/endpoints/{endpoint_id}/replay"""
    body = read(ReplayBody, request.json)
    replayed = endpoints.replay(service, request.params["endpoint_id"], body.delivery_ids)
    return json_response({"replayed": replayed})


def _endpoint(service: Service, endpoint_id: str) -> EndpointJson:
    with service.store.read() as tx:
        return _endpoint_json(endpoints.find(tx, endpoint_id), tx.outbox.count_by_receiver(Channel.ENDPOINT))


def _endpoint_json(endpoint: Endpoint, counts: Mapping[tuple[str, str], int]) -> EndpointJson:
    def count(kind: str) -> int:
        return sum(counts.get((endpoint.endpoint_id, state), 0) for state in endpoints.DELIVERY_STATES[kind])

    return {
        "endpoint_id": endpoint.endpoint_id, "name": endpoint.name, "url": endpoint.url, "format": endpoint.format,
        "events": list(endpoint.events), "with_contact": endpoint.with_contact,
        "from_environment": endpoint.endpoint_id == ENVIRONMENT_ENDPOINT, "enabled": endpoint.disabled_at is None,
        "disabled_at": iso_utc(endpoint.disabled_at), "disabled_reason": endpoint.disabled_reason,
        "previous_secret_until": iso_utc(endpoint.previous_secret_until), "created_at": iso_utc(endpoint.created_at),
        "waiting": count("waiting"), "parked": count("parked"), "delivered": count("delivered"),
    }


def _delivery_json(row: OutboxRow) -> DeliveryJson:
    state = next(name for name, states in endpoints.DELIVERY_STATES.items() if row.state in states)
    data = row.content.get("data", {})
    return {
        "delivery_id": row.outbox_id, "event_id": row.content.get("id"), "type": row.content.get("type"),
        "session_id": data.get("session_id") or row.session_id, "state": state, "attempts": row.attempts,
        "created_at": iso_utc(row.created_at),
        "next_attempt_at": iso_utc(row.next_attempt_at) if state == "waiting" else None,
        "finished_at": iso_utc(row.finished_at), "answer": row.answer, "data": dict(data),
    }
