"""Retry repeats a request only where that is allowed, within bounds, and never earlier than requested."""

from __future__ import annotations

from contextlib import nullcontext
from itertools import pairwise

import pytest

from fakes.clock import FakeClock
from tener_interview.errors import Problem
from tener_interview.providers.retry import MAX_PAUSE_S, MAX_REPEATS, Retry

TIMEOUT_S = 30.0


class Request:
    """Fails so many times, each after so long, and then works."""

    def __init__(self, clock: FakeClock, failures: int, takes_s: float = 0.0) -> None:
        self.clock, self.failures, self.takes_s = clock, failures, takes_s
        self.sent_s: list[float] = []

    def __call__(self) -> str:
        self.sent_s.append(self.clock.monotonic_s())
        self.clock.advance(seconds=self.takes_s)
        if len(self.sent_s) <= self.failures:
            raise Problem("INTERVIEW_PROVIDER_UNAVAILABLE", "It is down.")
        return "done"


def outcome(clock: FakeClock, request: Request, asked_s: float | None = 0.0, most: int = MAX_REPEATS) -> str:
    return Retry(clock, lambda: 0.5, TIMEOUT_S).run(request, lambda _: asked_s, nullcontext, max_repeats=most)


@pytest.mark.parametrize(
    ("asked_s", "pauses_s"), [(0.0, [0.25, 0.5]), (0.4, [0.4, 0.5]), (3.0, [3.0, 3.0]), (MAX_PAUSE_S, [5.0, 5.0])]
)
def test_retry_pauses_grow_and_are_never_shorter_than_retry_after(
    clock: FakeClock, asked_s: float, pauses_s: list[float]
) -> None:
    request = Request(clock, MAX_REPEATS)
    assert outcome(clock, request, asked_s) == "done"
    assert [later - before for before, later in pairwise(request.sent_s)] == pytest.approx(pauses_s)


@pytest.mark.parametrize(
    ("takes_s", "asked_s", "most", "sent"),
    [
        (0.0, None, MAX_REPEATS, 1),  # it may have changed something
        (0.0, MAX_PAUSE_S + 0.1, MAX_REPEATS, 1),  # too long a pause to sit through
        (0.0, 0.0, 0, 1),
        (0.0, 0.0, 1, 2),
        (0.0, 0.0, MAX_REPEATS, 1 + MAX_REPEATS),
        (TIMEOUT_S, 0.0, MAX_REPEATS, 1),  # another could take as long again
        (TIMEOUT_S / 2, 0.0, MAX_REPEATS, 2),
    ],
)
def test_retrying_ends_after_the_timeout_the_maximum_or_an_unsafe_request(
    clock: FakeClock, takes_s: float, asked_s: float | None, most: int, sent: int
) -> None:
    request = Request(clock, 99, takes_s)
    with pytest.raises(Problem):
        outcome(clock, request, asked_s, most)
    assert len(request.sent_s) == sent
