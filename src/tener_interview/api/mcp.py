"""Assistants: tools for them by the Model Context Protocol."""

from __future__ import annotations

from dataclasses import replace

from .. import __version__
from ..actor import acting
from ..mcp.server import AssistantServer
from ..web.request import Request
from ..web.response import Response
from .assistants.call import ToolCall
from .assistants.tools import INSTRUCTIONS, TOOLS
from .assistants.untrusted import NOTICE
from .web_service import WebService


def answer_assistant(service: WebService, request: Request) -> Response:
    """POST /mcp: one message of an assistant, or an early revision's batch; docs/assistants.md.

    Raises `CROSS_SITE_REQUEST` for a page of another site, whatever token it has.
    """
    service.guard.refuse_cross_site(request)
    request.actor = replace(request.actor, by_assistant=True)
    acting.set(request.actor)
    server = AssistantServer(
        "tener-interview", "Tener Interview", __version__, INSTRUCTIONS, NOTICE, TOOLS, service.assistant_calls
    )
    return server.respond(request, lambda: ToolCall(service, request, service.token_hex(6)))
