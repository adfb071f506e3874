"""A time in words names its zone without an abbreviation that stands for several."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from for_each import for_each
from tener_interview.languages.dates import date_in_words


@for_each(("zone", "ending"), [
    (UTC, "12:00 UTC"), (ZoneInfo("Asia/Jerusalem"), "15:00 UTC+3"), (ZoneInfo("Asia/Kolkata"), "17:30 UTC+5:30"),
    (ZoneInfo("Europe/Berlin"), "14:00 UTC+2"), (ZoneInfo("America/St_Johns"), "09:30 UTC-2:30"),
    (ZoneInfo("Europe/Lisbon"), "13:00 UTC+1"),
])
def test_a_time_says_how_far_it_is_from_utc(zone: tzinfo, ending: str) -> None:
    words = date_in_words(datetime(2026, 6, 5, 12, tzinfo=UTC).astimezone(zone), "en")
    assert words == f"Friday, 5 June 2026, {ending}"
