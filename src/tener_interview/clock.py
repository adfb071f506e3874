"""Time as a parameter: everything that asks what time it is, or waits, is handed a Clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol

HOUR_MS = 3_600_000


class Clock(Protocol):
    """What the service needs to know of time."""

    def now_ms(self) -> int:
        """Wall-clock time in milliseconds since 1970-01-01 UTC."""

    def monotonic_s(self) -> float:
        """Seconds on a clock that never goes back; only differences mean anything."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The machine's own time."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic_s(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def iso(at_ms: int | None) -> str | None:
    """Milliseconds since 1970 as ISO 8601 in UTC (`2026-01-31T09:30:00.000Z`), None for None."""
    if at_ms is None:
        return None
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
