"""A clock that a test moves."""

from __future__ import annotations

import threading


class FakeClock:
    """Implements the Clock protocol; `sleep` moves the time instead of waiting."""

    def __init__(self, now_ms: int = 1_770_000_000_000) -> None:
        self._lock = threading.Lock()
        self._now_ms = now_ms
        self._jumped_ms = 0
        self.slept_s: list[float] = []

    def now_ms(self) -> int:
        with self._lock:
            return self._now_ms

    def monotonic_s(self) -> float:
        with self._lock:
            return (self._now_ms - self._jumped_ms) / 1000

    def sleep(self, seconds: float) -> None:
        self.slept_s.append(seconds)
        self.advance(seconds=seconds)

    def jump(self, *, hours: float = 0, seconds: float = 0) -> None:
        """Set the clock ahead, or back, while no time passes."""
        with self._lock:
            jumped_ms = round(hours * 3_600_000 + seconds * 1000)
            self._now_ms += jumped_ms
            self._jumped_ms += jumped_ms

    def advance(self, *, hours: float = 0, seconds: float = 0) -> None:
        """Let time pass."""
        with self._lock:
            self._now_ms += round(hours * 3_600_000 + seconds * 1000)
