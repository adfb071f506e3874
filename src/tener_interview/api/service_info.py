"""Readiness and a description of the service."""

from __future__ import annotations

from typing import Annotated, TypedDict

from .. import __version__
from ..domain.refresh.background_sync import SyncState
from ..domain.scoring_rules import current_scoring_versions
from ..domain.service import Service
from ..errors import Problem
from ..system.clock import iso_utc
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.shape import OneOf
from .shapes import At, ProviderName, ScoringVersionsJson, SourceKind, scoring_versions_json
from .web_service import WebService


class ChecksJson(TypedDict):
    """`ok`, or what is wrong, as a sentence."""

    store: str
    source: str
    provider: str


class ReadyJson(TypedDict):
    """All checks have passed."""

    status: Annotated[str, OneOf(("ready",))]
    checks: ChecksJson
    source_parts: Annotated[list[str], "The tables or URLs from which jobs and candidates are read."]


class ProviderStateJson(TypedDict):
    """`available` is false while the circuit breaker is open because the last requests failed."""

    name: ProviderName
    default_position_id: Annotated[str | None, "For jobs without a plan; null if there is none."]
    concurrency: int
    available: bool


class SourceStateJson(TypedDict):
    """The source of jobs and candidates, and whether it can be read."""

    kind: SourceKind
    location: str
    status: Annotated[str, OneOf(("ok", "unavailable"))]
    reason: str | None
    parts: Annotated[list[str], "The tables or URLs from which they were last read."]


class ConfigJson(ScoringVersionsJson):
    """Public settings and the current scoring versions."""

    transcription_wait_hours: int
    link_ttl_hours: int


class RouteJson(TypedDict):
    """A route of the service."""

    method: str
    path: str
    access: str
    summary: str


class SyncRoundJson(TypedDict):
    """Result of the last round of the background sync."""

    at: At | None
    read: int
    changed: int
    failed: int


class SyncStateJson(TypedDict):
    """The background sync in this process; only one process at a time holds the lease."""

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
        str, OneOf(("on", "off")), "Whether clients that cannot send headers may use `/k/{client_key}`."
    ]
    provider: ProviderStateJson
    source: SourceStateJson
    sync: SyncStateJson
    webhooks: Annotated[str, OneOf(("on", "off"))]
    config: ConfigJson
    routes: list[RouteJson]


@contract(raises=("SOURCE_UNAVAILABLE",))
def get_ready(service: WebService, _request: Request) -> Json[ReadyJson]:
    """GET /ready: the store and the source can be read: jobs, one of the jobs, and its candidates.

    Raises the problem of the first one that cannot be read. The provider is not asked: its settings were checked at the
    start, and an outage there is no reason to take traffic away from the service.
    """
    store, source = _store_fault(service), service.source_health.fault()
    checks: ChecksJson = {
        "store": store.error if store else "ok", "source": source.error if source else "ok", "provider": "ok",
    }
    for fault in (store, source):
        if fault is not None:
            raise Problem(fault.code, fault.error, {"checks": checks})
    return json_response({"status": "ready", "checks": checks, "source_parts": list(service.source_health.parts)})


@contract()
def describe(service: WebService, _request: Request) -> Json[AboutJson]:
    """GET /api: the service, its parts and its routes."""
    return json_response({
        "service": "tener-interview",
        "version": __version__,
        "demo": service.provider.name == "demo",
        "access": "open" if service.guard.is_open else "token",
        "client_door": "on" if service.guard.client_key else "off",
        "provider": {
            "name": service.provider.name,
            "default_position_id": service.provider.default_position_id or None,
            "concurrency": service.provider.concurrency,
            "available": service.provider.available(),
        },
        "source": _source_state(service),
        "sync": _sync_state(service.sync.state()),
        "webhooks": "on" if service.provider_event_reader else "off",
        "config": {
            **scoring_versions_json(current_scoring_versions(service.rules.criteria, service.rules.formula)),
            "transcription_wait_hours": service.policy.transcription_wait_hours,
            "link_ttl_hours": service.policy.link_ttl_hours,
        },
        "routes": [
            {"method": route.method, "path": route.pattern, "access": route.access.value, "summary": route.summary}
            for route in service.routes
        ],
    })


def _sync_state(state: SyncState) -> SyncStateJson:
    last = state.last
    last_round: SyncRoundJson | None = None
    if last is not None:
        last_round = {"at": iso_utc(last.at_ms), "read": last.read, "changed": last.changed, "failed": last.failed}
    return {
        "every_seconds": state.every_s,
        "enabled": state.every_s > 0,
        "holds_lease": state.holds_lease,
        "last_round": last_round,
        "last_fault": state.fault,
    }


def _source_state(service: WebService) -> SourceStateJson:
    fault = service.source_health.fault()
    return {
        "kind": service.source.kind,
        "location": service.source.location,
        "status": "ok" if fault is None else "unavailable",
        "reason": None if fault is None else fault.error,
        "parts": list(service.source_health.parts),
    }


def _store_fault(service: Service) -> Problem | None:
    try:
        with service.store.read() as tx:
            tx.sessions.newest_first({}, limit=1)
    except Problem as problem:
        return problem
    return None
