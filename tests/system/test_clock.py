"""Times as other programs write them."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from for_each import for_each
from tener_interview.system.clock import SystemClock, iso_utc, local_time, parse_time_ms

NINE = "2026-03-13T09:00:00.000Z"


@for_each(
    ("value", "expected"),
    [
        ("2026-03-13 09:00:00", NINE), ("2026-03-13T09:00:00", NINE), ("2026-03-13T09:00:00Z", NINE),
        (" 2026-03-13 09:00 ", NINE), ("2026-03-13 09:00:00.123456", "2026-03-13T09:00:00.123Z"),
        ("2026-03-13 09:00:00.1234567Z", "2026-03-13T09:00:00.123Z"), ("2026-03-13 09:00:00+00", NINE),
        ("2026-03-13T11:00:00+02:00", NINE), ("2026-03-13 14:30:00 +0530", NINE), ("2026-03-13 09:00:00 UTC", NINE),
        ("2026-03-13t09:00:00z", NINE), ("Fri, 13 Mar 2026 09:00:00 GMT", NINE),
        ("2026-03-13", "2026-03-13T00:00:00.000Z"),
        (1773392400, NINE), (1773392400.25, "2026-03-13T09:00:00.250Z"), (1773392400000, NINE), ("1773392400", NINE),
        ("1773392400000", NINE),
    ],
)
def test_times_in_common_formats_are_parsed_and_without_zone_are_utc(value: object, expected: str) -> None:
    assert iso_utc(parse_time_ms(value)) == expected


@for_each(
    "value",
    [
        None, "", "soon", "2026-02-30 09:00:00", "13.03.2026", True, float("nan"), float("inf"), -5, 0, 10**30,
        "99999", [],
    ],
)
def test_a_value_that_is_not_a_time_parses_to_none(value: object) -> None:
    assert parse_time_ms(value) is None


@for_each(("at_ms", "shown"), [
    (-1, "1970-01-01T00:00:00.000Z"), (-(2**62), "1970-01-01T00:00:00.000Z"), (0, "1970-01-01T00:00:00.000Z"),
    (253_402_300_799_999, "9999-12-31T23:59:59"), (253_402_300_800_000, "9999-12-31T23:59:59"),
    (2**62, "9999-12-31T23:59:59"),
])
def test_a_time_that_no_calendar_has_is_shown_as_the_nearest(at_ms: int, shown: str) -> None:
    assert (iso_utc(at_ms) or "").startswith(shown)
    for zone in ("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"):
        local_time(at_ms, ZoneInfo(zone)).astimezone(UTC)


@for_each(("differs_ms", "took_ms", "follows"), [
    (3_600_000, 2, True), (-3_600_000, 2, True), (600, 0, True), (-600, 100, True), (90_000, 1_500, True),
    (0, 0, False), (200, 0, False), (-200, 5, False), (-1_400, 1_500, False), (-90_000, 120_000, False),
])
def test_another_clock_is_followed_only_if_it_certainly_differs(
    differs_ms: int, took_ms: int, follows: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that was long on its way says less."""
    now_ms = 1_770_000_000_000
    monkeypatch.setattr("time.time_ns", lambda: now_ms * 1_000_000)
    clock = SystemClock()
    clock.follow(now_ms + differs_ms, now_ms - took_ms)
    assert abs(clock.now_ms() - (now_ms + differs_ms)) <= took_ms + 250
    assert (clock.now_ms() != now_ms) == follows
    clock.follow(clock.now_ms() + 10, clock.now_ms() - 10)
    assert (clock.now_ms() != now_ms) == follows, "it does not move for little"
