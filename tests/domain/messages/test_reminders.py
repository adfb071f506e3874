"""Whom to remind, when, how often, and never at night; by itself and as a list for a person."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from fakes.mail_desk import MailDesk, text_of
from for_each import for_each
from tener_interview.domain.messages.reminder_times import reminder_due
from tener_interview.domain.messages.reminders import queue_due_reminders, to_remind_today
from tener_interview.domain.messages.sending import note_sent_by_hand
from tener_interview.domain.messages.time_zones import zone_of_place
from tener_interview.store.message_records import MessageRules, SessionMessages

BERLIN, TOKYO = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tokyo")
HOUR = 3_600_000


def ms(text: str, zone: tzinfo = UTC) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)


def sent(**last_at: str) -> SessionMessages:
    times = {kind: ms(at) for kind, at in last_at.items()}
    return SessionMessages(dict.fromkeys(times, 1), times, times)


#: When it is, what was sent before, what the rules say, and what is due: invited on the 1st, with a link until the 10th
#: at 15:00.
DUE: list[tuple[str, SessionMessages, dict[str, Any], tzinfo, str | None]] = [
    ("2026-06-01T12:00", sent(), {}, UTC, None),
    ("2026-06-03T11:59", sent(), {}, UTC, None),
    ("2026-06-03T12:00", sent(), {}, UTC, "reminder"),
    ("2026-06-03T12:00", sent(), {"remind_after_days": 3}, UTC, None),
    # One is kept for the end.
    ("2026-06-07T12:00", sent(reminder="2026-06-03T12:00"), {}, UTC, None),
    ("2026-06-05T12:00", sent(reminder="2026-06-03T12:00"), {"most_reminders": 3}, UTC, "reminder"),
    ("2026-06-07T12:00", sent(reminder="2026-06-03T12:00"), {"remind_before_end_hours": 0}, UTC, "reminder"),
    ("2026-06-09T15:00", sent(reminder="2026-06-03T12:00"), {}, UTC, "link_ending"),
    ("2026-06-09T14:59", sent(reminder="2026-06-03T12:00"), {}, UTC, None),
    ("2026-06-09T18:00", sent(link_ending="2026-06-09T15:00"), {"most_reminders": 5}, UTC, None),
    # The link was extended after the last reminder of its end.
    ("2026-06-09T15:00", sent(link_ending="2026-06-05T15:00"), {}, UTC, "link_ending"),
    ("2026-06-10T15:00", sent(), {}, UTC, None),
    ("2026-06-09T15:00", sent(), {"most_reminders": 0}, UTC, None),
    ("2026-06-09T16:00", sent(invitation="2026-06-08T15:00"), {"remind_before_end_hours": 0}, UTC, None),
    # 24 hours before 15:00 UTC is midnight in Tokyo: the next morning is 23:00 UTC.
    ("2026-06-09T16:00", sent(reminder="2026-06-03T12:00"), {}, TOKYO, None),
    ("2026-06-09T23:00", sent(reminder="2026-06-03T12:00"), {}, TOKYO, "link_ending"),
    # 10 hours before the end is 5:00 UTC, 7:00 in Berlin: the morning is early enough.
    ("2026-06-10T05:30", sent(reminder="2026-06-03T12:00"), {"remind_before_end_hours": 10}, BERLIN, None),
    ("2026-06-10T06:00", sent(reminder="2026-06-03T12:00"), {"remind_before_end_hours": 10}, BERLIN, "link_ending"),
]


@for_each(("now", "before", "changes", "zone", "expected"), DUE)
def test_reminders_are_due_by_schedule(
    now: str, before: SessionMessages, changes: dict[str, Any], zone: tzinfo, expected: str | None
) -> None:
    assert reminder_due(
        MessageRules(**changes), before, invited_at=ms("2026-06-01T12:00"), expires_at=ms("2026-06-10T15:00"),
        now_ms=ms(now), zone=zone,
    ) == expected


def test_a_link_that_ends_in_the_early_morning_is_reminded_of_the_evening_before() -> None:
    rules = MessageRules(remind_before_end_hours=3)

    def due(now: str) -> str | None:
        return reminder_due(
            rules, sent(reminder="2026-06-08T12:00"), invited_at=ms("2026-06-08T12:00"),
            expires_at=ms("2026-06-10T05:00", BERLIN), now_ms=ms(now, BERLIN), zone=BERLIN,
        )

    assert (due("2026-06-09T19:59"), due("2026-06-09T20:00")) == (None, "link_ending")


@for_each(("place", "zone"), [
    ("Berlin, Germany", "Europe/Berlin"), ("Remote (Lisbon)", "Europe/Lisbon"), ("Bengaluru", "Asia/Kolkata"),
    ("São Paulo, Brasil", "America/Sao_Paulo"), ("New York, NY, USA", "America/New_York"),
    ("Österreich", "Europe/Vienna"),
    ("Paris, Texas, USA", None), ("Wien / München", None), ("Springfield", None), ("", None), (None, None),
    ("Birmingham", None), ("USA", None), ("../../etc/passwd", None),
])
def test_the_time_zone_of_a_job_is_read_from_its_place(place: str | None, zone: str | None) -> None:
    assert zone_of_place(place) == zone


def pass_time(mail: MailDesk, hours: int) -> list[str]:
    """Let hours pass, with a look at the schedule every four; the subjects of what has arrived by then."""
    for _ in range(0, hours, 4):
        mail.clock.advance(hours=4)
        queue_due_reminders(mail.service)
        mail.send()
    return [str(message["Subject"]) for message in mail.smtp.messages]


def test_reminders_are_sent_by_day_and_end_once_the_candidate_answers(mail: MailDesk) -> None:
    """In Auckland it is 21:40 when Berlin has breakfast."""
    quiet = mail.invited(1, "quiet@example.com", job_id=2, ttl_hours=168)
    session_id = mail.invited(2, "jane@example.com", ttl_hours=168, time_zone="Pacific/Auckland")
    assert pass_time(mail, 100) == []
    mail.rules(send_reminders=True)
    queue_due_reminders(mail.service)
    assert mail.messages(session_id) == []
    mail.clock.advance(hours=12)
    for _ in range(3):
        queue_due_reminders(mail.service)
    (reminder,) = mail.send()
    assert reminder["Auto-Submitted"] == "auto-generated"
    assert "UTC+13" in text_of(reminder)
    mail.desk.finish(session_id)
    mail.desk.refresh(session_id)
    assert len(pass_time(mail, 60)) == 1
    assert mail.messages(quiet) == []


def test_reminders_are_limited_and_the_last_comes_before_the_link_ends(mail: MailDesk) -> None:
    mail.rules(send_reminders=True, remind_after_days=1, most_reminders=3)
    mail.invited(ttl_hours=240)
    reminder, ending = "Reminder: your video interview for our open position", "Your interview link runs out soon"
    assert pass_time(mail, 245) == [reminder, reminder, ending]


def test_a_delayed_reminder_is_not_sent_at_night(mail: MailDesk) -> None:
    mail.rules(send_reminders=True)
    session_id = mail.invited(ttl_hours=168)
    mail.clock.advance(hours=48)
    mail.smtp.faults = {"RCPT": "450 4.2.0 later"}
    queue_due_reminders(mail.service)
    mail.send()
    assert mail.state(session_id)[0] == "queued"
    mail.smtp.faults = {}
    mail.clock.advance(hours=13)
    mail.send()
    assert mail.state(session_id) == ("queued", "it is night there")
    mail.clock.advance(hours=11)
    assert len(mail.send()) == 1


def test_refused_reminders_are_not_queued_again(mail: MailDesk) -> None:
    mail.rules(send_reminders=True, remind_before_end_hours=0)
    session_id = mail.invited(ttl_hours=720)
    mail.smtp.faults = {"END": "554 5.7.1 spam"}
    pass_time(mail, 60)
    assert [item.state for item in mail.messages(session_id)] == ["parked"]


def test_due_reminders_are_listed_for_a_person(mail: MailDesk) -> None:
    """Everybody who is due, but for those whom the service reminds by itself, and those who want nothing."""
    by_hand = mail.invited(1, None, ttl_hours=168)
    by_mail = mail.invited(2, "b@example.com", ttl_hours=168)
    elsewhere = mail.invited(3, "c@example.com", ttl_hours=168, job_id=2)
    mail.clock.advance(hours=49)
    assert [item.session.session_id for item in to_remind_today(mail.service, 1)] == sorted(
        (by_hand, by_mail), key=lambda session_id: (mail.desk.read_session(session_id)["expires_at"], session_id)
    )
    mail.rules(send_reminders=True)
    listed = {item.session.session_id: item.state for item in to_remind_today(mail.service, None)}
    assert listed == {by_hand: "no_address", elsewhere: "ready"}
    note_sent_by_hand(mail.service, 1, "reminder", 1)
    assert [item.session.session_id for item in to_remind_today(mail.service, None)] == [elsewhere]
    assert (mail.messages(by_hand)[0].by_hand, mail.messages(by_hand)[0].state) == (True, None)
