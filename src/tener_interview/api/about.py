"""What the service says of itself: whether it lives, whether it can work, and what it is."""

from __future__ import annotations

from typing import Any

from .. import __version__
from ..errors import Problem
from ..interviews.service import Service
from ..web.request import Request
from ..web.response import Response, json_response
from .site import Site


def get_health(_service: Service, _request: Request) -> Response:
    """GET /health: the process answers. Touches nothing that could be slow."""
    return json_response({"status": "ok"})


def get_ready(site: Site, _request: Request) -> Response:
    """GET /ready: store and source can be read. Raises the problem of the first that cannot.

    The provider's settings were checked at the start; whether it answers is no reason to take traffic away.
    """
    checks = {"store": _store_fault(site), "source": site.source_check.fault(), "provider": None}
    said = {name: "ok" if fault is None else fault.error for name, fault in checks.items()}
    for fault in checks.values():
        if fault is not None:
            raise Problem(fault.code, fault.error, {"checks": said})
    return json_response({"status": "ready", "checks": said})


def describe(site: Site, _request: Request) -> Response:
    """GET /api: the service, its parts and its routes."""
    return json_response({
        "service": "tener-interview",
        "version": __version__,
        "demo": site.provider.name == "demo",
        "access": "open" if site.guard.open else "token",
        "provider": {
            "name": site.provider.name,
            "default_position_id": site.provider.default_position_id,
            "concurrency": site.provider.concurrency,
            "available": site.provider.available(),
        },
        "source": _source_state(site),
        "sync": site.sync.state(),
        "webhooks": "on" if site.notices else "off",
        "config": {
            "criteria_version": site.rules.criteria.version,
            "formula_version": site.rules.formula.version,
            "engine_version": site.rules.engine_version,
            "transcription_wait_hours": site.policy.transcription_wait_hours,
            "link_ttl_hours": site.policy.link_ttl_hours,
        },
        "routes": [
            {"method": each.method, "path": each.pattern, "access": each.access.value, "summary": each.summary}
            for each in site.routes
        ],
    })


def _source_state(site: Site) -> dict[str, Any]:
    fault = site.source_check.fault()
    return {
        "kind": site.source.kind,
        "location": site.source.location,
        "status": "ok" if fault is None else "unavailable",
        "reason": None if fault is None else fault.error,
    }


def _store_fault(service: Service) -> Problem | None:
    try:
        with service.store.read() as tx:
            tx.sessions.newest_first({}, limit=1)
    except Problem as problem:
        return problem
    return None
