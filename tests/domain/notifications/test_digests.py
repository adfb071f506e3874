"""The daily digest: once a day at the hour of the user's clock, on days with news, whoever dies, whatever clocks do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from fakes.client import Client
from fakes.clock import FakeClock
from fakes.desk import MakeDesk
from fakes.front_door import ADMIN_TOKEN, MakeApp, refused
from fakes.mail_desk import MailDesk, text_of
from fakes.smtp import running_smtp
from fakes.stored import add_session
from fakes.users import signed_in
from for_each import for_each
from tener_interview.actor import Role
from tener_interview.domain.notifications import digests
from tener_interview.domain.notifications.digests import queue_due_digests
from tener_interview.store.job_records import JobTitle
from tener_interview.store.outbox_records import Channel, OutboxRow, outbox_row
from tener_interview.web.application import Application

HOUR = 3_600_000
DIGEST = "/api/account/digest"


@pytest.fixture
def app(make_app: MakeApp, clock: FakeClock) -> Application:
    """A service at 6:00 UTC of a day in summer."""
    go_to(clock, "2026-07-01T06:00")
    app = make_app(TENER_INTERVIEW_ADMIN_TOKEN=ADMIN_TOKEN)
    with app.service.store.write() as tx:
        tx.titles.put({1: JobTitle("Backend engineer", None)})
    return app


def go_to(clock: FakeClock, time: str) -> None:
    at_ms = int(datetime.fromisoformat(time).replace(tzinfo=UTC).timestamp() * 1000)
    clock.advance(seconds=(at_ms - clock.now_ms()) / 1000)


def add_finished_interview(app: Application, number: int, job_id: int = 1, **columns: Any) -> None:
    now = app.service.clock.now_ms()
    with app.service.store.write() as tx:
        add_session(tx, number, job_id=job_id, **{
            "status": "scored", "completed_at": now - HOUR, "total_score": 60.0, "candidate_name": "Jane Secret",
            **columns,
        })


def subscribe(client: Client, hour: int | None, zone: str | None = "UTC") -> None:
    reply = client.request("PUT", DIGEST, body={"digest_hour": hour, "digest_zone": zone})
    assert reply.status == 200, reply.text
    assert reply.json["digest_hour"] == hour


def digest_of(app: Application, client: Client, date: str) -> OutboxRow | None:
    """What a user got, or will get, on a date."""
    row = outbox_row(Channel.MAIL, f"digest:{client.user_id}:{date}", {}, 0)
    with app.service.store.read() as tx:
        found: OutboxRow | None = tx.outbox.get(row.outbox_id)
    return found


def test_a_digest_comes_once_a_day_at_the_users_local_hour(app: Application, clock: FakeClock) -> None:
    berlin, tokyo, off = (signed_in(app, Role.RECRUITER, name=name) for name in ("Ann", "Bob", "Cleo"))
    subscribe(berlin, 9, "Europe/Berlin")  # 7:00 UTC in summer
    subscribe(tokyo, 9, "Asia/Tokyo")  # 0:00 UTC: today's is over
    subscribe(off, 9)
    subscribe(off, None)
    add_finished_interview(app, 1)
    add_finished_interview(
        app, 2, review_reason="Short.", status="completed", total_score=None, updated_at=clock.now_ms()
    )
    sent: dict[int, int] = {}
    for step in range(49):
        go_to(clock, f"2026-07-{1 + (6 + step) // 24:02}T{(6 + step) % 24:02}:00")
        if step == 20:
            add_finished_interview(app, 3)
        for _ in range(2):  # a second process does the same
            if queue_due_digests(app.service):
                sent[step] = sent.get(step, 0) + 1
    # Ann at 7:00 UTC, Bob at 0:00 UTC.
    assert sent == {1: 1, 18: 1, 25: 1, 42: 1}
    first = digest_of(app, berlin, "2026-07-01")
    assert first is not None
    assert first.content["subject"] == "New today: 1 need a human look, 1 finished"
    assert "  Backend engineer: 1 (1 new)" in first.content["text"]
    assert "{base_url}/dashboard" in first.content["text"]
    assert "Jane" not in str(first.content)
    assert digest_of(app, off, "2026-07-01") is None


def test_no_digest_without_news(app: Application, clock: FakeClock) -> None:
    ann = signed_in(app, Role.RECRUITER)
    subscribe(ann, 7)
    add_finished_interview(app, 1, completed_at=clock.now_ms() - 40 * HOUR)
    clock.advance(hours=1)
    assert queue_due_digests(app.service) == 0
    assert digest_of(app, ann, "2026-07-01") is None
    clock.advance(hours=3)
    add_finished_interview(app, 2)
    assert queue_due_digests(app.service) == 0, "not twice a day"


def test_after_downtime_a_digest_covers_the_missed_days(app: Application, clock: FakeClock) -> None:
    ann = signed_in(app, Role.RECRUITER)
    subscribe(ann, 7)
    clock.advance(hours=1)
    assert queue_due_digests(app.service) == 0
    add_finished_interview(app, 1, completed_at=clock.now_ms() + HOUR)
    clock.advance(hours=77)  # and five hours late on that day
    assert queue_due_digests(app.service) == 1
    found = digest_of(app, ann, "2026-07-04")
    assert found is not None
    assert "1 finished" in found.content["subject"]


def test_changing_hour_or_zone_gives_no_second_digest_on_a_date(app: Application, clock: FakeClock) -> None:
    ann = signed_in(app, Role.RECRUITER)
    subscribe(ann, 7)
    add_finished_interview(app, 1)
    clock.advance(hours=1)
    assert queue_due_digests(app.service) == 1
    for hour, zone in ((9, "UTC"), (12, "America/New_York"), (11, "Pacific/Kiritimati")):
        subscribe(ann, hour, zone)
    subscribe(ann, 9)
    clock.advance(hours=2)
    add_finished_interview(app, 2)
    assert queue_due_digests(app.service) == 0
    clock.advance(hours=24)
    assert queue_due_digests(app.service) == 1


def test_clock_jumps_neither_repeat_nor_lose_a_digest(app: Application, clock: FakeClock) -> None:
    ann = signed_in(app, Role.RECRUITER)
    subscribe(ann, 7)
    add_finished_interview(app, 1)
    clock.advance(hours=1)
    assert queue_due_digests(app.service) == 1
    clock.jump(hours=24 * 20)
    add_finished_interview(app, 2)
    assert queue_due_digests(app.service) == 1
    clock.jump(hours=-24 * 20)
    add_finished_interview(app, 3)
    assert queue_due_digests(app.service) == 0
    clock.advance(hours=24)
    add_finished_interview(app, 4)
    assert queue_due_digests(app.service) == 1
    assert digest_of(app, ann, "2026-07-02") is not None


class Killed(BaseException):
    """Ends everything at once, as a killed process would."""


@pytest.mark.parametrize("step", ["compose_digest", "queue_user_mail"])
def test_a_digest_comes_once_if_the_process_dies_while_queueing(
    app: Application, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    ann = signed_in(app, Role.RECRUITER)
    subscribe(ann, 7)
    add_finished_interview(app, 1)
    clock.advance(hours=1)
    work = getattr(digests, step)

    def die(*arguments: Any) -> Any:
        work(*arguments)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(digests, step, die)
        with pytest.raises(Killed):
            queue_due_digests(app.service)
    assert digest_of(app, ann, "2026-07-01") is None
    assert queue_due_digests(app.service) == 1
    assert queue_due_digests(app.service) == 0


def test_reviewers_get_their_reviews_and_disabled_users_get_no_digest(
    app: Application, clock: FakeClock
) -> None:
    reviewer, removed = signed_in(app, Role.REVIEWER, job_ids=[1]), signed_in(app, Role.RECRUITER)
    for client in (reviewer, removed):
        subscribe(client, 7)
    with app.service.store.write() as tx:
        tx.users.remove(removed.user_id, clock.now_ms(), name="", without_admin=True)
    add_finished_interview(app, 1)
    add_finished_interview(app, 2, job_id=2)
    clock.advance(hours=1)
    assert queue_due_digests(app.service) == 1
    found = digest_of(app, reviewer, "2026-07-01")
    assert found is not None
    assert found.content["subject"] == "New today: 1 to review"
    assert "{base_url}/reviews" in found.content["text"]


@for_each("body", [
    {"digest_hour": 24, "digest_zone": "UTC"}, {"digest_hour": -1, "digest_zone": "UTC"}, {"digest_hour": 8},
    {"digest_hour": 8, "digest_zone": "Mars/Olympus"}, {"digest_hour": 8, "digest_zone": "../../etc/passwd"},
    {"digest_hour": "8", "digest_zone": "UTC"}, {"digest_hour": 8, "digest_zone": "Europe/Berlin\u0000"},
])
def test_a_bad_hour_or_zone_is_refused_and_changes_nothing(app: Application, body: Any) -> None:
    ann = signed_in(app, Role.RECRUITER)
    subscribe(ann, 5, "Europe/Lisbon")
    refused(ann.request("PUT", DIGEST, body=body), "VALIDATION_FAILED")
    assert ann.get(DIGEST).json | {"can_send": True} == {
        "digest_hour": 5, "digest_zone": "Europe/Lisbon", "can_send": True,
    }


def test_a_digest_arrives_by_smtp_but_not_for_disabled_users(
    make_desk: MakeDesk, clock: FakeClock
) -> None:
    go_to(clock, "2026-07-01T06:00")
    with running_smtp() as smtp:
        mail = MailDesk(make_desk, smtp, clock)
        ann, gone, tired = (
            signed_in(mail.desk.app, Role.RECRUITER, name=name) for name in ("Änn Ötztal", "Bob", "Cy")
        )
        assert ann.get(DIGEST).json["can_send"] is True
        for client in (ann, gone, tired):
            subscribe(client, 7)
        add_finished_interview(mail.desk.app, 1)
        clock.advance(hours=1)
        assert queue_due_digests(mail.service) == 3
        # Whoever wants none any more does not get the one that waits either.
        subscribe(tired, None, None)
        with mail.service.store.write() as tx:
            tx.users.remove(gone.user_id, clock.now_ms(), name="", without_admin=True)
        mail.send()
        (message,) = mail.send()
    assert message["Subject"] == "New today: 1 finished"
    assert "Änn Ötztal" in message["To"]
    text = text_of(message)
    assert text.startswith("Hello Änn Ötztal,")
    assert "https://interviews.acme.example/dashboard" in text
    assert "{base_url}" not in text
