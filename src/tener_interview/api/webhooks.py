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
    """What Hireflix sends; only its event and the interview's id and status in `data` are looked at."""

    event: str | None = optional(Text(max_chars=200))


class AcceptedJson(TypedDict):
    """It is acted on after the answer, and on what the provider says when asked."""

    status: str


@contract(body=WebhookBody, statuses=(202,), raises=("ROUTE_NOT_FOUND",))
def receive(site: Site, request: Request) -> Json[AcceptedJson]:
    """POST /api/webhooks/hireflix: verified on the raw bytes, answered at once, acted on after."""
    if site.webhook_reader is None:
        raise Problem("ROUTE_NOT_FOUND", "Webhooks are not set up here.")
    notice = site.webhook_reader.read(request.body, request.header("x-hireflix-signature"))
    if notice is not None and handle_webhook(site, notice):
        site.sync.wake()
    return json_response({"status": "accepted"}, 202)
