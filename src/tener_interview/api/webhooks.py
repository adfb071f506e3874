"""Receives webhook events from the interview provider."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from ..domain.refresh.background_sync import handle_webhook
from ..errors import Problem
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.shape import Text, optional
from .site import Site


@dataclass(frozen=True)
class WebhookBody:
    """Hireflix's webhook event. Only the event and the interview's id and status in `data` are read."""

    event: str | None = optional(Text(max_chars=200))


class AcceptedJson(TypedDict):
    """The event was accepted. The service then reads the interview from the provider, after this response."""

    status: str


@contract(body=WebhookBody, statuses=(202,), raises=("ROUTE_NOT_FOUND",))
def receive(site: Site, request: Request) -> Json[AcceptedJson]:
    """POST /api/webhooks/hireflix: verifies the signature of the raw body, and responds before it acts on the event."""
    if site.webhook_reader is None:
        raise Problem("ROUTE_NOT_FOUND", "Webhooks are not configured.")
    event = site.webhook_reader.read(request.body, request.header("x-hireflix-signature"))
    if event is not None and handle_webhook(site, event):
        site.sync.wake()
    return json_response({"status": "accepted"}, 202)
