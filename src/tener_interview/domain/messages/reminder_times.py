"""When a candidate is reminded: after how long, how often, and never at night. Pure functions of times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

from ...store.message_records import LINK_ENDING, REMINDER, MessageRules, SessionMessages
from ...system.clock import DAY_MS, HOUR_MS, local_time

#: Nobody is reminded by hand of what was written to them within this time, unless a person insists.
RECENT_MESSAGE_MS = 12 * HOUR_MS
#: Automatic messages are sent between these hours of the candidate's time zone.
FIRST_HOUR, LAST_HOUR = 8, 21
#: With less time than this to the end, the reminder comes the evening before.
_SHORT_NOTICE_MS = 2 * HOUR_MS


def is_night(at_ms: int, zone: tzinfo) -> bool:
    return not FIRST_HOUR <= local_time(at_ms, zone).hour < LAST_HOUR


def next_morning_ms(at_ms: int, zone: tzinfo) -> int:
    """The next morning at FIRST_HOUR; for a time before it, that of the same date."""
    at = local_time(at_ms, zone)
    date = at.date() if at.hour < FIRST_HOUR else at.date() + timedelta(days=1)
    return _to_ms(datetime(date.year, date.month, date.day, FIRST_HOUR, tzinfo=zone))


def next_midnight_ms(at_ms: int, zone: tzinfo) -> int:
    date = local_time(at_ms, zone).date() + timedelta(days=1)
    return _to_ms(datetime(date.year, date.month, date.day, tzinfo=zone))


def reminder_due(
    rules: MessageRules, sent: SessionMessages, *, invited_at: int, expires_at: int, now_ms: int, zone: tzinfo
) -> str | None:
    """Which reminder is due now: `reminder`, `link_ending`, or none.

    One of the allowed reminders is reserved for shortly before the link ends. It is sent again only after the link was
    extended.
    """
    remaining = rules.most_reminders - sent.reminders
    if remaining <= 0 or expires_at <= now_ms:
        return None
    ending_ms = rules.remind_before_end_hours * HOUR_MS
    last_ending = sent.last_at.get(LINK_ENDING)
    ending_sent = last_ending is not None and last_ending >= expires_at - ending_ms - DAY_MS
    if ending_ms and not ending_sent:
        if now_ms >= _outside_night(expires_at - ending_ms, expires_at, zone):
            return LINK_ENDING
        remaining -= 1
    last_at = max([invited_at, *sent.last_at.values()])
    is_due = now_ms - last_at >= rules.remind_after_days * DAY_MS
    return REMINDER if remaining > 0 and is_due and not ending_sent else None


def _outside_night(at_ms: int, end_ms: int, zone: tzinfo) -> int:
    """The same time, or if that is at night, the next morning, or the evening before if the morning is too late."""
    if not is_night(at_ms, zone):
        return at_ms
    morning = next_morning_ms(at_ms, zone)
    if morning + _SHORT_NOTICE_MS <= end_ms:
        return morning
    evening = local_time(morning, zone) - timedelta(days=1)
    return _to_ms(evening.replace(hour=LAST_HOUR - 1))


def _to_ms(at: datetime) -> int:
    return round(at.astimezone(UTC).timestamp() * 1000)
