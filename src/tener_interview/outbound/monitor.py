"""Monitors requests to other systems: their duration and outcome, and the request that caused them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..system import logs
from ..system.clock import Clock, TrustedClock
from ..system.metrics import Metrics

if TYPE_CHECKING:
    from .request import Send, UpstreamResponse

#: The first digit of an HTTP status -> the outcome in metrics.
_OUTCOMES = {2: "ok", 3: "redirected", 4: "refused", 5: "failed"}


class UpstreamMonitor:
    """Wraps a Send so that requests are counted, timed and, when they fail, logged."""

    def __init__(self, metrics: Metrics, clock: Clock) -> None:
        self._metrics = metrics
        self._clock = clock
        #: Receives the Date header of every response.
        self.time = TrustedClock(clock)

    def instrument(self, upstream: str, send: Send) -> Send:
        """Wrap `send`. `upstream` is its name in metrics and logs."""

        def instrumented_send(
            method: str, url: str, *, headers: Mapping[str, str], body: bytes | None, timeout_s: float
        ) -> UpstreamResponse:
            began_s = self._clock.monotonic_s()
            outcome = "unreachable"
            try:
                response = send(method, url, headers=headers, body=body, timeout_s=timeout_s)
                self.time.record_date(upstream, response.headers.get("date"))
                outcome = "busy" if response.status == 429 else _OUTCOMES.get(response.status // 100, "failed")
            except Exception as fault:
                outcome = "timed_out" if getattr(fault, "timed_out", False) else outcome
                raise
            finally:
                self._record(upstream, outcome, self._clock.monotonic_s() - began_s)
            return response

        return instrumented_send

    def _record(self, upstream: str, outcome: str, took_s: float) -> None:
        self._metrics.upstream.add(upstream, outcome)
        self._metrics.upstream_durations.observe(took_s, upstream)
        counters = logs.current.get()
        if counters is not None:
            counters.upstream_ms.append(took_s * 1000)
        if outcome != "ok":
            logs.log_event("upstream_failed", logging.WARNING, upstream=upstream, outcome=outcome, ms=took_s * 1000)
