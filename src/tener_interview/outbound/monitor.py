"""Watching over requests to other systems: how long each took, what became of it, and for whose request it was made."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..system import logs
from ..system.clock import Clock, TrustedClock
from ..system.metrics import Metrics

if TYPE_CHECKING:
    from .request import Send, UpstreamResponse

#: A class of statuses in a word.
_OUTCOMES = {2: "ok", 3: "redirected", 4: "refused", 5: "failed"}


class UpstreamMonitor:
    """Makes a Send into one that is counted, timed and, where it failed, logged."""

    def __init__(self, metrics: Metrics, clock: Clock) -> None:
        self._metrics = metrics
        self._clock = clock
        #: Told by every answer what time it is elsewhere.
        self.time = TrustedClock(clock)

    def instrument(self, upstream: str, send: Send) -> Send:
        """`upstream` is the name it is counted under."""

        def watched(
            method: str, url: str, *, headers: Mapping[str, str], body: bytes | None, timeout_s: float
        ) -> UpstreamResponse:
            began_s = self._clock.monotonic_s()
            outcome = "unreachable"
            try:
                answer = send(method, url, headers=headers, body=body, timeout_s=timeout_s)
                self.time.record_date(upstream, answer.headers.get("date"))
                outcome = "busy" if answer.status == 429 else _OUTCOMES.get(answer.status // 100, "failed")
            except Exception as fault:
                outcome = "timed_out" if getattr(fault, "timed_out", False) else outcome
                raise
            finally:
                self._note(upstream, outcome, self._clock.monotonic_s() - began_s)
            return answer

        return watched

    def _note(self, upstream: str, outcome: str, took_s: float) -> None:
        self._metrics.upstream.add(upstream, outcome)
        self._metrics.upstream_durations.observe(took_s, upstream)
        tally = logs.current.get()
        if tally is not None:
            tally.upstream_ms.append(took_s * 1000)
        if outcome != "ok":
            logs.log_event("upstream_failed", logging.WARNING, upstream=upstream, outcome=outcome, ms=took_s * 1000)
