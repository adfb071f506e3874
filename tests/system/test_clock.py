"""Times as other programs write them."""

from __future__ import annotations

import pytest

from tener_interview.system.clock import iso_utc, parse_time_ms

NINE = "2026-03-13T09:00:00.000Z"


@pytest.mark.parametrize(
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
def test_all_common_formats_are_parsed_and_times_without_zone_are_utc(value: object, expected: str) -> None:
    assert iso_utc(parse_time_ms(value)) == expected


@pytest.mark.parametrize(
    "value",
    [
        None, "", "soon", "2026-02-30 09:00:00", "13.03.2026", True, float("nan"), float("inf"), -5, 0, 10**30,
        "99999", [],
    ],
)
def test_a_value_that_is_not_a_time_is_none(value: object) -> None:
    assert parse_time_ms(value) is None
