"""Metrics in Prometheus text format: of this process, and of the store that all processes share."""

from __future__ import annotations

import sys

from .. import __version__
from ..domain.judge.judge import day_of
from ..domain.refresh.refresh_schedule import longest_pause_ms
from ..domain.sessions.status import FINAL, Status
from ..errors import Problem
from ..system.metrics import CONTENT_TYPE, family, gauge
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Response
from .web_service import WebService

_LIVE = tuple(status.value for status in Status if status not in FINAL)


@contract(media=("text/plain",))
def get_metrics(service: WebService, _request: Request) -> Response:
    """GET /metrics

    Prometheus text format 0.0.4. Counters of requests and upstream calls cover this process since its start. Metrics of
    sessions and the store are the same in every process.
    """
    parts = [
        service.metrics.text(), _process(service), _sync(service), _store(service), _judge(service), _pool(service)
    ]
    return Response(200, "".join(parts).encode("utf-8"), {"Content-Type": CONTENT_TYPE})


def _process(service: WebService) -> str:
    python = ".".join(map(str, sys.version_info[:3]))
    return "".join((
        gauge("build_info", "Always 1; the labels are the running versions.", {(__version__, python): 1},
              ("version", "python")),
        gauge("process_start_time_seconds", "Start of the process, in seconds since 1970.",
              {(): service.started_at_ms / 1000}),
        gauge("process_uptime_seconds", "How long the process has run.",
              {(): service.clock.monotonic_s() - service.started_s}),
        gauge("clock_ahead_seconds", "How far the clock is ahead of the monotonic clock, or of the time that upstream"
              " systems report.", {(): service.trusted_clock.ahead_ms() / 1000}),
        gauge("process_resident_memory_bytes", "Resident memory of the process.", _memory_bytes()),
        gauge("upstream_available", "0 while the circuit breaker of the interview provider is open.",
              {(service.provider.name,): int(service.provider.available())}, ("upstream",)),
    ))


def _memory_bytes() -> dict[tuple[str, ...], float]:
    """Return the resident memory; empty on a system without /proc."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
            pages = int(file.read().split()[1])
    except (OSError, ValueError, IndexError):
        return {}
    from resource import getpagesize

    return {(): pages * getpagesize()}


def _sync(service: WebService) -> str:
    state = service.sync.state()
    parts = [
        gauge("sync_enabled", "1 if the background sync runs.", {(): int(state.every_s > 0)}),
        gauge("sync_holds_lease", "1 in the process that holds the lease of the background sync.",
              {(): int(state.holds_lease)}),
        gauge("sync_fault", "1 if an error ended the last round early.", {(): int(state.fault is not None)}),
    ]
    if state.last is not None:
        age_s = service.clock.monotonic_s() - state.last.at_s
        last = state.last
        outcomes: dict[tuple[str, ...], float] = {
            ("changed",): last.changed, ("failed",): last.failed, ("read",): last.read,
        }
        parts += [
            gauge("sync_last_round_age_seconds", "Time since this process last started a round.", {(): age_s}),
            gauge("sync_last_round_sessions", "Sessions of that round by outcome.", outcomes, ("outcome",)),
        ]
    return "".join(parts)


def _store(service: WebService) -> str:
    """Return the metrics of the store, or only `store_up 0` if it cannot be read."""
    try:
        with service.store.read() as tx:
            counts = tx.sessions.count_by_status()
            to_review = tx.sessions.count_needing_review()
            since_ms = tx.sessions.oldest_sync_ms(_LIVE)
            pending_scrubs = tx.pending_scrub.count()
            outbox = tx.outbox.count()
            held = tx.withheld_erasures.current().sessions
            ahead = tx.future_timestamps.count(
                service.clock.now_ms(), longest_pause_ms=longest_pause_ms(service.policy.sync_seconds)
            )
        size_bytes = service.store.size_bytes()
    except (Problem, OSError):
        return gauge("store_up", "1 if the database can be read.", {(): 0})
    age_s = 0.0 if since_ms is None else max(0, service.clock.now_ms() - since_ms) / 1000
    return "".join((
        gauge("store_up", "1 if the database can be read.", {(): 1}),
        gauge("sessions", "Sessions by state.", {(status.value,): counts.get(status, 0) for status in Status},
              ("status",)),
        gauge("sessions_needing_review", "Finished interviews without a total score, which a person has to check.",
              {(): to_review}),
        gauge("oldest_unsynced_session_age_seconds", "Longest time since a session that can still change was read from"
              " the provider; 0 without such sessions.", {(): age_s}),
        gauge("scrub_owed", "Erasures whose data may still be readable in the bytes of the files.",
              {(): pending_scrubs}),
        gauge("retention_held_sessions", "Sessions past their retention time that are not erased, because the clock is"
              " in doubt or because there are so many that a person has to confirm.", {(): held}),
        gauge("outbox_rows", "Rows of the outbox by channel and state.",
              {labels: float(count) for labels, count in outbox.items()}, ("channel", "state")),
        gauge("times_ahead", "Stored times written while the clock ran fast; they count as past.",
              {(name,): count for name, count in ahead.items()}, ("of",)),
        gauge("store_size_bytes", "Size of the database and its write-ahead log.", {(): size_bytes}),
    ))


def _judge(service: WebService) -> str:
    """Return what asking the language model has come to today, in all processes; nothing if none is set up."""
    if service.judge is None:
        return ""
    try:
        with service.store.read() as tx:
            today = tx.judge_usage.of_day(day_of(service.clock.now_ms()))
    except Problem:
        return ""
    outcomes: dict[tuple[str, ...], float] = {
        ("answered",): today.requests - today.failures - today.void, ("failed",): today.failures, ("void",): today.void,
    }
    tokens: dict[tuple[str, ...], float] = {("read",): today.input_tokens, ("written",): today.output_tokens}
    return "".join((
        gauge("judge_requests_today", "Requests to the language model since midnight UTC, by what became of them; those"
              " under way count as answered.", outcomes, ("outcome",)),
        gauge(
            "judge_requests_limit", "The most requests to the language model a day.",
            {(): service.judge.max_requests},
        ),
        gauge("judge_tokens_today", "Tokens that the language model has read and written since midnight UTC.", tokens,
              ("direction",)),
        gauge("judge_cost_today", "What that has cost, in the currency of the prices that are set.",
              {(): today.cost} if service.judge.prices else {}),
    ))


def _pool(service: WebService) -> str:
    """Return the metrics of the connections to a database server; nothing for a file."""
    pool = service.store.pool_state()
    if pool is None:
        return ""
    states: dict[tuple[str, ...], float] = {("idle",): pool.idle, ("in_use",): pool.in_use}
    return "".join((
        gauge("store_connections", "Connections of this process to the database server.", states, ("state",)),
        gauge("store_connections_limit", "The most connections that this process opens.", {(): pool.limit}),
        gauge("store_requests_waiting", "Requests that wait for a connection to the database server.",
              {(): pool.waiting}),
        *(family(timing.name, timing.kind, timing.help_text, timing.samples()) for timing in service.store.timings),
    ))
