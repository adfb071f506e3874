"""API responses embedded in the dashboard page, so that its scripts need not request them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from ..errors import Problem
from ..web.request import Request
from ..web.response import Response
from .account import get_account
from .funnel import get_funnel
from .jobs import list_jobs
from .page_constants import script_json
from .plans import get_plan
from .service_info import describe
from .web_service import WebService

#: How many jobs the dashboard lists.
_JOBS = 500


def preloaded_responses(service: WebService, request: Request) -> str:
    """Return the responses by address, as JSON for a script element. What fails now is left out and asked for later."""
    answers: dict[str, Any] = {}

    def add(address: str, handler: Callable[[Any, Request], Response], params: Mapping[str, str]) -> None:
        path, _, query_string = address.partition("?")
        environ = {**request.environ, "PATH_INFO": path, "QUERY_STRING": query_string}
        inner = Request(environ, request.request_id, request.max_body_bytes)
        inner.actor, inner.login, inner.params = request.actor, request.login, params
        try:
            response = handler(service, inner)
        except Problem:
            return
        answers[address] = {"etag": response.headers.get("ETag"), "body": json.loads(response.body)}

    add("/api/account", get_account, {})
    add("/api", describe, {})
    # A page does not wait for another system.
    if service.source.kind != "api":
        add(f"/api/admin/jobs?limit={_JOBS}", list_jobs, {})
    job_id = _chosen_job(request)
    if job_id is not None:
        add(f"/api/jobs/{job_id}/plan", get_plan, {"job_id": job_id})
        add(f"/api/jobs/{job_id}/funnel", get_funnel, {"job_id": job_id})
    return script_json(answers)


def _chosen_job(request: Request) -> str | None:
    """Return the job in the address, as it is written there; None without one."""
    try:
        return request.query.get("job")
    except Problem:
        return None
