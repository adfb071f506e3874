"""Metrics in Prometheus text format: of this process, and of the store that it shares with others."""

from __future__ import annotations

import sys

from .. import __version__
from ..domain.refresh.refresh_schedule import longest_pause_ms
from ..domain.sessions.states import ENDED, Status
from ..errors import Problem
from ..system.metrics import CONTENT_TYPE, gauge
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Response
from .site import Site

_LIVE = tuple(each.value for each in Status if each not in ENDED)


@contract(media=("text/plain",))
def get_metrics(site: Site, _request: Request) -> Response:
    """GET /metrics

    Prometheus text format 0.0.4. Requests and upstream calls are counted by this process and since it began: another
    process has its own. Sessions and the store are the same whoever is asked.
    """
    parts = [site.metrics.text(), _process(site), _sync(site), _store(site)]
    return Response(200, "".join(parts).encode("utf-8"), {"Content-Type": CONTENT_TYPE})


def _process(site: Site) -> str:
    python = ".".join(map(str, sys.version_info[:3]))
    return "".join((
        gauge("build_info", "Always 1; the labels say what runs.", {(__version__, python): 1}, ("version", "python")),
        gauge("process_start_time_seconds", "When the process began, since 1970.", {(): site.started_at_ms / 1000}),
        gauge("process_uptime_seconds", "How long it has run.", {(): site.clock.monotonic_s() - site.started_s}),
        gauge("clock_ahead_seconds", "How far the clock is ahead of the time counted since the start, or of what other"
              " systems say.", {(): site.trusted_clock.ahead_ms() / 1000}),
        gauge("process_resident_memory_bytes", "What it takes of the memory now.", _memory_bytes()),
        gauge("upstream_available", "0 while requests to the interview provider are held back because the last ones"
              " all failed.", {(site.provider.name,): int(site.provider.available())}, ("upstream",)),
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


def _sync(site: Site) -> str:
    state = site.sync.state()
    parts = [
        gauge("sync_enabled", "1 where background sync runs by itself.", {(): int(state.every_s > 0)}),
        gauge("sync_holds_lease", "1 in the process whose turn it is to sync.", {(): int(state.holds_lease)}),
        gauge("sync_fault", "1 while the last round was cut short.", {(): int(state.fault is not None)}),
    ]
    if state.last is not None:
        age_s = site.clock.monotonic_s() - state.last.at_s
        last = state.last
        outcomes: dict[tuple[str, ...], float] = {
            ("changed",): last.changed, ("failed",): last.failed, ("read",): last.read,
        }
        parts += [
            gauge("sync_last_round_age_seconds", "Since this process last began a round.", {(): age_s}),
            gauge("sync_last_round_sessions", "What that round did.", outcomes, ("outcome",)),
        ]
    return "".join(parts)


def _store(site: Site) -> str:
    """Return the metrics of the store, or only `store_up 0` if it cannot be read."""
    try:
        with site.store.read() as tx:
            counts = tx.sessions.count_by_status()
            to_review = tx.sessions.count_needing_review()
            since_ms = tx.sessions.oldest_sync_ms(_LIVE)
            scrub_owed = tx.pending_scrub.count()
            held = tx.retention.current_hold().sessions
            ahead = tx.future_timestamps.count(
                site.clock.now_ms(), longest_pause_ms=longest_pause_ms(site.policy.sync_seconds)
            )
        size_bytes = site.store.size_bytes()
    except (Problem, OSError):
        return gauge("store_up", "1 while the database can be read.", {(): 0})
    age_s = 0.0 if since_ms is None else max(0, site.clock.now_ms() - since_ms) / 1000
    return "".join((
        gauge("store_up", "1 while the database can be read.", {(): 1}),
        gauge("sessions", "Sessions by state.", {(each.value,): counts.get(each, 0) for each in Status}, ("status",)),
        gauge("sessions_needing_review", "Current sessions that are over and have no total: a person has to look.",
              {(): to_review}),
        gauge("oldest_unsynced_session_age_seconds", "How long the session that can still change and was not read for"
              " longest has waited; 0 without any.", {(): age_s}),
        gauge("scrub_owed", "Erasures of which something may still be readable in the bytes of the files.",
              {(): scrub_owed}),
        gauge("retention_held_sessions", "Sessions past their time that are not erased: the clock is in doubt, or so"
              " many wait for a person's word.", {(): held}),
        gauge("times_ahead", "Times that the clock wrote while it was ahead; they count as run out.",
              {(name,): count for name, count in ahead.items()}, ("of",)),
        gauge("store_size_bytes", "The database and its write-ahead log.", {(): size_bytes}),
    ))
