"""Receives the provider events that Hireflix's webhook sends."""

from __future__ import annotations

from typing import TypedDict

from ..domain.refresh.background_sync import handle_provider_event
from ..errors import Problem
from ..lazy_dataclass import dataclass
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.shape import Text, optional
from .web_service import WebService


@dataclass(frozen=True)
class WebhookBody:
    """Hireflix's webhook event. Only the event and the interview's id and status in `data` are read."""

    event: str | None = optional(Text(max_chars=200))


class AcceptedJson(TypedDict):
    """The event was accepted. The service then reads the interview from the provider, after this response."""

    status: str


@contract(body=WebhookBody, statuses=(202,), raises=("ROUTE_NOT_FOUND",))
def receive(service: WebService, request: Request) -> Json[AcceptedJson]:
    """POST /api/webhooks/hireflix: verifies the signature of the raw body, and responds before it acts on the event."""
    if service.provider_event_reader is None:
        raise Problem("ROUTE_NOT_FOUND", "The webhook of Hireflix is not configured.")
    event = service.provider_event_reader.read(request.body, request.header("x-hireflix-signature"))
    if event is not None and handle_provider_event(service, event):
        service.sync.wake()
    return json_response({"status": "accepted"}, 202)
