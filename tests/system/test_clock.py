"""Times as other programs write them."""

from __future__ import annotations

import pytest

from tener_interview.system.clock import iso_utc, parse_time_ms

NINE = "2026-03-13T09:00:00.000Z"


@pytest.mark.parametrize(
    ("written", "meant"),
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
def test_a_time_is_read_whoever_wrote_it_and_without_a_zone_it_is_utc(written: object, meant: str) -> None:
    assert iso_utc(parse_time_ms(written)) == meant


@pytest.mark.parametrize(
    "written",
    [
        None, "", "soon", "2026-02-30 09:00:00", "13.03.2026", True, float("nan"), float("inf"), -5, 0, 10**30,
        "99999", [],
    ],
)
def test_what_is_no_time_is_none(written: object) -> None:
    assert parse_time_ms(written) is None
