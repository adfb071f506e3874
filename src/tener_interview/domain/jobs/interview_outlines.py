"""The number of questions and the total time of a position, cached for pages that must not wait."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from ...errors import Problem
from ...lazy_dataclass import dataclass

if TYPE_CHECKING:
    from ...providers.protocol import Provider
    from ...system.clock import Clock

READ_TIMEOUT_S = 0.3
_REFRESH_AFTER_S = 3600.0
_RETRY_AFTER_S = 60.0


@dataclass(frozen=True)
class InterviewOutline:
    """Size of a position. `minutes` is the time to think and to answer, as the plan of a job counts it; None if a
    question has no time limit."""

    questions: int
    minutes: int | None


class InterviewOutlines:
    """Caches outlines. A background thread asks the provider, at most once an hour for each position."""

    def __init__(self, provider: Provider, clock: Clock, timeout_s: float = READ_TIMEOUT_S) -> None:
        self._provider = provider
        self._clock = clock
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._outlines: dict[str, InterviewOutline] = {}
        self._asked_s: dict[str, float] = {}

    def of(self, position_id: str) -> InterviewOutline | None:
        """Return the position's outline; None if the provider has none or does not answer in time."""
        outline = self._outlines.get(position_id)
        reader = self._start_reading(position_id, _RETRY_AFTER_S if outline is None else _REFRESH_AFTER_S)
        if outline is None and reader is not None:
            reader.join(self._timeout_s)
        return outline or self._outlines.get(position_id)

    def _start_reading(self, position_id: str, again_s: float) -> threading.Thread | None:
        """Start a read in the background, unless one started recently."""
        now_s = self._clock.monotonic_s()
        with self._lock:
            asked_s = self._asked_s.get(position_id)
            if asked_s is not None and now_s - asked_s < again_s:
                return None
            self._asked_s[position_id] = now_s
        reader = threading.Thread(target=self._read_position, args=(position_id,), name="position-outline", daemon=True)
        reader.start()
        return reader

    def _read_position(self, position_id: str) -> None:
        with suppress(Problem):
            position = self._provider.position(position_id, timed=True)
            questions = position.questions if position else None
            if questions:
                known_s = [
                    question.time_limit_s + (question.thinking_time_s or 0)
                    for question in questions if question.time_limit_s is not None
                ]
                minutes = -(-sum(known_s) // 60) if len(known_s) == len(questions) else None
                self._outlines[position_id] = InterviewOutline(len(questions), minutes)
