"""Time as a parameter: whatever needs the time, or waits, is given a Clock.

A machine's clock may run fast and be corrected later. Times that it wrote meanwhile are then in the future; readers
count them as past, so that nothing waits for them.
"""

from __future__ import annotations

import math
import re
import time
from datetime import UTC, datetime, tzinfo
from typing import Protocol

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

#: Numbers below this are seconds (until the year 5138), others milliseconds (after 3 March 1973).
_MIN_MS_NUMBER = 100_000_000_000
#: The end of the year 9999, in milliseconds.
_MAX_MS = 253_402_300_799_999


class Clock(Protocol):
    """The time functions that the service needs."""

    def now_ms(self) -> int:
        """Wall-clock time in milliseconds since 1970-01-01 UTC."""

    def monotonic_s(self) -> float:
        """Seconds on a clock that never goes back; only differences mean anything."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


#: Clocks that differ by less are taken for the same.
_SMALL_DIFFERENCE_MS = 250


class SystemClock:
    """The machine's clock, or that of a database which several machines share."""

    def __init__(self) -> None:
        self._ahead_ms = 0

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000 + self._ahead_ms

    def follow(self, other_ms: int, asked_at_ms: int) -> None:
        """Agree with another clock from now on. It said `other_ms` some time after `asked_at_ms` by this clock.

        Only a difference that the way of the response does not explain counts, so that busy computers do not jump.
        """
        least_ms, most_ms = other_ms - self.now_ms(), other_ms - asked_at_ms
        if least_ms > _SMALL_DIFFERENCE_MS or most_ms < -_SMALL_DIFFERENCE_MS:
            self._ahead_ms += (least_ms + most_ms) // 2

    def monotonic_s(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class TrustedClock:
    """The earliest of what the wall clock, the monotonic clock since the start, and the `Date` headers of other systems
    say.

    So a wall clock that is ahead, or jumps ahead, does not make anything expire too early. TrustedClock may lag after
    the machine has slept; what depends on it then happens later.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._epoch_ms = clock.now_ms() - round(clock.monotonic_s() * 1000)
        #: By other system: its wall-clock time when the monotonic clock was 0; None for one that sends no Date.
        self._upstream_epoch_ms: dict[str, int | None] = {}

    def record_date(self, upstream: str, date: str | None) -> None:
        """Record the `Date` header of a response (RFC 9110 section 6.6.1), which omits the fraction of a second."""
        date_ms = None if date is None else parse_time_ms(date)
        epoch_ms = None if date_ms is None else date_ms + 999 - round(self._clock.monotonic_s() * 1000)
        self._upstream_epoch_ms[upstream] = epoch_ms

    def has_date_of(self, upstream: str) -> bool:
        """Whether another system has responded, with or without a Date."""
        return upstream in self._upstream_epoch_ms

    def now_ms(self) -> int:
        upstream_ms = [epoch_ms for epoch_ms in list(self._upstream_epoch_ms.values()) if epoch_ms is not None]
        counted_ms = min([self._epoch_ms, *upstream_ms]) + round(self._clock.monotonic_s() * 1000)
        return min(self._clock.now_ms(), counted_ms)

    def ahead_ms(self) -> int:
        """How far the wall clock is ahead of this one, never below 0. The second that a `Date` rounds off does not
        count."""
        return max(0, self._clock.now_ms() - self.now_ms())


def iso_utc(at_ms: int | None) -> str | None:
    """Milliseconds since 1970 as ISO 8601 in UTC (`2026-01-31T09:30:00.000Z`); None for None.

    A time that a wrong clock wrote, before 1970 or after 9999, becomes the nearest that is neither.
    """
    if at_ms is None:
        return None
    if not 0 <= at_ms <= _MAX_MS:
        at_ms = 0 if at_ms < 0 else _MAX_MS
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def local_time(at_ms: int, zone: tzinfo) -> datetime:
    """Milliseconds since 1970 as the time in a zone, which may be a day away from UTC; bounded as by `iso_utc`."""
    return datetime.fromtimestamp(min(max(at_ms, 0), _MAX_MS - 2 * DAY_MS) / 1000, zone)


def parse_time_ms(value: object) -> int | None:
    """A time as other programs write it, in milliseconds since 1970; None if it is not a time.

    Accepts ISO 8601 with `T` or a space, with or without a fraction, in UTC if it has no zone (as SQLite writes times);
    a number of seconds or milliseconds since 1970, also as text; and the format of HTTP and e-mail headers (RFC 5322).
    """
    if isinstance(value, str):
        return _parse_text_ms(value.strip())
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    at_ms = round(value if abs(value) >= _MIN_MS_NUMBER else value * 1000)
    return at_ms if 0 < at_ms <= _MAX_MS else None


def _parse_text_ms(text: str) -> int | None:
    if re.fullmatch(r"[0-9]{9,17}(\.[0-9]+)?", text, re.ASCII):
        return parse_time_ms(float(text))
    # fromisoformat accepts neither a zone name nor a space before the offset.
    normalized = re.sub(r"\s*(?:UTC|GMT|Z)$", "Z", text, flags=re.IGNORECASE)
    normalized = re.sub(r"\s+([+-][0-9:]{2,8})$", r"\1", normalized)
    for parse, text_form in ((datetime.fromisoformat, normalized), (_parse_header_time, text)):
        try:
            parsed = parse(text_form)
            at_ms = round((parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp() * 1000)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return at_ms if 0 < at_ms <= _MAX_MS else None
    return None


def _parse_header_time(text: str) -> datetime:
    """Imported only where one comes, because `email` is large."""
    from email.utils import parsedate_to_datetime

    return parsedate_to_datetime(text)
