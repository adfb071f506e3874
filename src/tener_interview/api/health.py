"""Health: the first question to a service that starts, answered without what other answers need."""

from __future__ import annotations

from typing import Annotated, TypedDict

from ..domain.service import Service
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.shape import OneOf


class HealthJson(TypedDict):
    """The process is alive."""

    status: Annotated[str, OneOf(("ok",))]


@contract()
def get_health(_service: Service, _request: Request) -> Json[HealthJson]:
    """GET /health: the process is alive. Does nothing that could be slow."""
    return json_response({"status": "ok"})
