"""Health, readiness and description of the service."""

from __future__ import annotations

from typing import Annotated, TypedDict

from .. import __version__
from ..domain.refresh.background_sync import SyncState
from ..domain.rules import current_scoring_versions
from ..domain.service import Service
from ..errors import Problem
from ..system.clock import iso_utc
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.shape import OneOf
from .shapes import At, ProviderName, ScoringVersionsJson, scoring_versions_json
from .site import Site


class HealthJson(TypedDict):
    """The process answers."""

    status: Annotated[str, OneOf(("ok",))]


class ChecksJson(TypedDict):
    """`ok`, or what is wrong, in words."""

    store: str
    source: str
    provider: str


class ReadyJson(TypedDict):
    """Everything that can be checked without waiting is good."""

    status: Annotated[str, OneOf(("ready",))]
    checks: ChecksJson
    source_parts: Annotated[list[str], "The tables or addresses that jobs and candidates are read from."]


class ProviderStateJson(TypedDict):
    """`available` is false while requests are held back because the last ones all failed."""

    name: ProviderName
    default_position_id: str
    concurrency: int
    available: bool


class SourceStateJson(TypedDict):
    """Where jobs and candidates come from, and whether they can be read."""

    kind: Annotated[str, OneOf(("sqlite", "api", "demo"))]
    location: str
    status: Annotated[str, OneOf(("ok", "unavailable"))]
    reason: str | None
    parts: Annotated[list[str], "The tables or addresses that they were last read from."]


class ConfigJson(ScoringVersionsJson):
    """What a deployment has set, and by what answers are judged."""

    transcription_wait_hours: int
    link_ttl_hours: int


class RouteJson(TypedDict):
    """One URL."""

    method: str
    path: str
    access: str
    summary: str


class SyncRoundJson(TypedDict):
    """What the last round of the background sync did."""

    at: At | None
    read: int
    changed: int
    failed: int


class SyncStateJson(TypedDict):
    """The background sync, as this process sees it; one process at a time holds the lease."""

    every_seconds: int
    enabled: bool
    holds_lease: bool
    last_round: SyncRoundJson | None
    last_fault: str | None


class AboutJson(TypedDict):
    """The service, its parts and its routes."""

    service: str
    version: str
    demo: bool
    access: Annotated[str, OneOf(("open", "token"))]
    client_door: Annotated[
        str, OneOf(("on", "off")), "Whether a client without headers can come by `/k/{client_key}`."
    ]
    provider: ProviderStateJson
    source: SourceStateJson
    sync: SyncStateJson
    webhooks: Annotated[str, OneOf(("on", "off"))]
    config: ConfigJson
    routes: list[RouteJson]


@contract()
def get_health(_service: Service, _request: Request) -> Json[HealthJson]:
    """GET /health: the process answers. Touches nothing that could be slow."""
    return json_response({"status": "ok"})


@contract(raises=("SOURCE_UNAVAILABLE",))
def get_ready(site: Site, _request: Request) -> Json[ReadyJson]:
    """GET /ready: store and source can be read, with all that is read of the latter: jobs, one of them, its candidates.
    Raises the problem of the first that cannot.

    The provider's settings were checked at the start; whether it answers is no reason to take traffic away.
    """
    store, source = _store_fault(site), site.source_health.fault()
    said: ChecksJson = {
        "store": store.error if store else "ok", "source": source.error if source else "ok", "provider": "ok",
    }
    for fault in (store, source):
        if fault is not None:
            raise Problem(fault.code, fault.error, {"checks": said})
    return json_response({"status": "ready", "checks": said, "source_parts": list(site.source_health.parts)})


@contract()
def describe(site: Site, _request: Request) -> Json[AboutJson]:
    """GET /api: the service, its parts and its routes."""
    return json_response({
        "service": "tener-interview",
        "version": __version__,
        "demo": site.provider.name == "demo",
        "access": "open" if site.guard.is_open else "token",
        "client_door": "on" if site.guard.client_key else "off",
        "provider": {
            "name": site.provider.name,
            "default_position_id": site.provider.default_position_id,
            "concurrency": site.provider.concurrency,
            "available": site.provider.available(),
        },
        "source": _source_state(site),
        "sync": _sync_state(site.sync.state()),
        "webhooks": "on" if site.webhook_reader else "off",
        "config": {
            **scoring_versions_json(current_scoring_versions(site.rules.criteria, site.rules.formula)),
            "transcription_wait_hours": site.policy.transcription_wait_hours,
            "link_ttl_hours": site.policy.link_ttl_hours,
        },
        "routes": [
            {"method": each.method, "path": each.pattern, "access": each.access.value, "summary": each.summary}
            for each in site.routes
        ],
    })


def _sync_state(state: SyncState) -> SyncStateJson:
    last = state.last
    done: SyncRoundJson | None = None
    if last is not None:
        done = {"at": iso_utc(last.at_ms), "read": last.read, "changed": last.changed, "failed": last.failed}
    return {
        "every_seconds": state.every_s,
        "enabled": state.every_s > 0,
        "holds_lease": state.holds_lease,
        "last_round": done,
        "last_fault": state.fault,
    }


def _source_state(site: Site) -> SourceStateJson:
    fault = site.source_health.fault()
    return {
        "kind": site.source.kind,
        "location": site.source.location,
        "status": "ok" if fault is None else "unavailable",
        "reason": None if fault is None else fault.error,
        "parts": list(site.source_health.parts),
    }


def _store_fault(service: Service) -> Problem | None:
    try:
        with service.store.read() as tx:
            tx.sessions.newest_first({}, limit=1)
    except Problem as problem:
        return problem
    return None
