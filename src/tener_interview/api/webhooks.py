"""Where the interview provider tells of what happened there."""

from __future__ import annotations

from ..errors import Problem
from ..interviews.notices import take_notice
from ..web.request import Request
from ..web.response import Response, json_response
from .site import Site


def receive(site: Site, request: Request) -> Response:
    """POST /api/webhooks/hireflix: verified on the raw bytes, answered at once, acted on after."""
    if site.notices is None:
        raise Problem("ROUTE_NOT_FOUND", "Webhooks are not set up here.")
    notice = site.notices.read(request.body, request.header("x-hireflix-signature"))
    if notice is not None and take_notice(site, notice):
        site.sync.wake()
    return json_response({"status": "accepted"}, 202)
