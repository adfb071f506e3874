"""Time as a parameter: everything that asks what time it is, or waits, is handed a Clock."""

from __future__ import annotations

import math
import re
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

HOUR_MS = 3_600_000

#: As numbers, times before this are in seconds (the year 5138) and others in milliseconds (after 3 March 1973).
_FIRST_AS_MS = 100_000_000_000
#: The end of the year 9999, in milliseconds.
_LAST_MS = 253_402_300_799_999


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


class TrustedClock:
    """What time it surely is already: the earliest of what the clock, the seconds counted since a time that was known,
    and other systems say.

    A clock that jumps ahead, or is ahead, does not take it along. It may lag behind, after a machine has slept for one;
    what is done by it is then done later.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began_ms = clock.now_ms() - round(clock.monotonic_s() * 1000)
        #: By other system, when the monotonic clock began; None for one that does not say what time it is.
        self._told: dict[str, int | None] = {}

    def record_date(self, upstream: str, date: str | None) -> None:
        """Take the `Date` of an answer (RFC 9110 section 6.6.1), a whole second that may be over."""
        told_ms = None if date is None else parse_time_ms(date)
        began_ms = None if told_ms is None else told_ms + 999 - round(self._clock.monotonic_s() * 1000)
        self._told[upstream] = began_ms

    def has_date_of(self, upstream: str) -> bool:
        """Whether another system has answered, whether or not it says what time it is."""
        return upstream in self._told

    def now_ms(self) -> int:
        told = [each for each in list(self._told.values()) if each is not None]
        by_count_ms = min([self._began_ms, *told]) + round(self._clock.monotonic_s() * 1000)
        return min(self._clock.now_ms(), by_count_ms)

    def ahead_ms(self) -> int:
        """How far the clock is ahead of that, never below 0; the part of a second that a `Date` leaves out aside."""
        return max(0, self._clock.now_ms() - self.now_ms())


def iso_utc(at_ms: int | None) -> str | None:
    """Milliseconds since 1970 as ISO 8601 in UTC (`2026-01-31T09:30:00.000Z`), None for None."""
    if at_ms is None:
        return None
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_time_ms(written: object) -> int | None:
    """A time as other programs write it, in milliseconds since 1970; None for what is not one.

    ISO 8601 with `T` or a space, with or without a fraction; one without a zone is UTC, as SQLite's own times are. Also
    a number of seconds or milliseconds since 1970, its digits, and the form of HTTP and e-mail headers (RFC 5322).
    """
    if isinstance(written, str):
        return _written_ms(written.strip())
    if isinstance(written, bool) or not isinstance(written, (int, float)) or not math.isfinite(written):
        return None
    at_ms = round(written if abs(written) >= _FIRST_AS_MS else written * 1000)
    return at_ms if 0 < at_ms <= _LAST_MS else None


def _written_ms(text: str) -> int | None:
    if re.fullmatch(r"[0-9]{9,17}(\.[0-9]+)?", text, re.ASCII):
        return parse_time_ms(float(text))
    # Python reads neither a word for the zone nor a space before it.
    plain = re.sub(r"\s*(?:UTC|GMT|Z)$", "Z", text, flags=re.IGNORECASE)
    plain = re.sub(r"\s+([+-][0-9:]{2,8})$", r"\1", plain)
    for read, form in ((datetime.fromisoformat, plain), (parsedate_to_datetime, text)):
        try:
            found = read(form)
            at_ms = round((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * 1000)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return at_ms if 0 < at_ms <= _LAST_MS else None
    return None
