"""Retention when the clock is wrong: nobody is erased by it, and a person is asked where many would be."""

from __future__ import annotations

from email.utils import formatdate
from typing import Any

import pytest

from domain.test_metrics import figure, figures
from fakes.databases import plain_connection
from fakes.desk import Desk, MakeDesk
from fakes.front_door import SESSIONS
from fakes.hireflix import FakeHireflix
from fakes.stored import add_session
from tener_interview.outbound.monitor import UpstreamMonitor
from tener_interview.outbound.request import UpstreamResponse
from tener_interview.system.clock import TrustedClock
from tener_interview.system.metrics import Metrics

KEEP_30_DAYS = {"TENER_INTERVIEW_RETENTION_DAYS": "30"}
DAY_H = 24


def kept(desk: Desk) -> int:
    """How many sessions still have a person."""
    with desk.service.store.read() as tx:
        return int(tx.sessions.count_not_erased())


def age(desk: Desk, count: int, *, days: float) -> None:
    """Let nothing have moved in some sessions for so long."""
    at_ms = desk.clock.now_ms() - round(days * DAY_H * 3_600_000)
    with plain_connection(desk.environ) as db:
        db.execute(
            "UPDATE interview_sessions SET updated_at = ? WHERE seq IN (SELECT seq FROM interview_sessions LIMIT ?)",
            (at_ms, count),
        )


def filled(desk: Desk, count: int) -> None:
    with desk.service.store.write() as tx:
        for number in range(1, count + 1):
            add_session(tx, number, provider="hireflix", status="canceled", updated_at=desk.clock.now_ms())


def held(desk: Desk) -> float:
    return figure(figures(desk.client), "retention_held_sessions")


@pytest.mark.parametrize("hours", [31 * DAY_H, 366 * DAY_H, 20 * 365 * DAY_H])
def test_a_clock_that_jumps_ahead_erases_nobody(make_desk: MakeDesk, hours: float) -> None:
    desk = make_desk(**KEEP_30_DAYS)
    filled(desk, 5)
    age(desk, 1, days=31)
    desk.sync.run_round()
    assert kept(desk) == 4, "whoever is due by every clock is erased"
    desk.clock.jump(hours=hours)
    desk.sync.run_round()
    assert kept(desk) == 4
    assert held(desk) == 4
    assert figure(figures(desk.client), "clock_ahead_seconds") == pytest.approx(hours * 3600, abs=5)
    desk.clock.jump(hours=-hours)
    desk.sync.run_round()
    assert (kept(desk), held(desk)) == (4, 0)
    desk.clock.advance(hours=31 * DAY_H)
    desk.sync.run_round()
    assert kept(desk) == 0


@pytest.mark.parametrize(("hours", "move"), [
    (40 * DAY_H, "open"), (31 * DAY_H, "correct"), (20 * 366 * DAY_H, "cancel"), (400 * DAY_H, "finish"),
])
def test_sessions_changed_while_the_clock_was_behind_are_not_overdue(
    make_desk: MakeDesk, hours: float, move: str
) -> None:
    """Set back for a moment: somebody who moved then would have been erased in the next round."""
    desk = make_desk(**KEEP_30_DAYS)
    session_id, other = desk.started(1), desk.started(2)
    desk.clock.jump(hours=-hours)
    if move == "open":
        assert desk.open(session_id).status == 302
    elif move == "correct":
        desk.client.request("PATCH", f"{SESSIONS}/{session_id}", body={"candidate_name": "Somebody Else"})
    elif move == "cancel":
        desk.cancel(session_id)
    else:
        desk.finish(session_id)
        desk.refresh(session_id)
    desk.started(3)
    desk.clock.jump(hours=hours)
    desk.sync.run_round()
    assert (kept(desk), held(desk)) == (3, 0)
    desk.clock.advance(hours=29 * DAY_H)
    desk.open(other)
    desk.clock.advance(hours=2 * DAY_H)
    with desk.service.store.read() as tx:
        assert tx.sessions.count_unchanged_since(desk.clock.now_ms() - 30 * DAY_H * 3_600_000, desk.clock.now_ms()) == 2


@pytest.mark.parametrize("hours", [1, 2 * DAY_H, 29 * DAY_H])
def test_sessions_changed_by_a_clock_far_behind_are_not_erased_by_one_a_little_behind(
    make_desk: MakeDesk, hours: float
) -> None:
    """Nothing that happened by the right time is past yet."""
    desk = make_desk(**KEEP_30_DAYS)
    session_id = desk.started(1)
    desk.clock.jump(hours=-400 * DAY_H)
    desk.finish(session_id)
    desk.refresh(session_id)
    desk.clock.jump(hours=400 * DAY_H - hours)
    desk.sync.run_round()
    assert (kept(desk), held(desk)) == (1, 0)
    desk.clock.jump(hours=hours)
    desk.sync.run_round()
    assert (kept(desk), held(desk)) == (1, 0)
    desk.clock.advance(hours=61 * DAY_H)
    desk.sync.run_round()
    assert kept(desk) == 0


def test_interviews_held_while_the_clock_was_behind_from_the_start_are_not_overdue(make_desk: MakeDesk) -> None:
    """Everything was written too early, and only Hireflix knows when somebody answered."""
    desk = make_desk(**KEEP_30_DAYS)
    desk.fake.account.now_ms = desk.clock.now_ms
    desk.clock.jump(hours=-40 * DAY_H)
    sessions = [desk.started(candidate_id) for candidate_id in (1, 2)]
    written_ms = desk.clock.now_ms()
    desk.fake.account.now_ms = lambda: written_ms + 40 * DAY_H * 3_600_000
    for session_id in sessions:
        desk.finish(session_id)
        desk.refresh(session_id)
    desk.close()
    desk.clock.jump(hours=40 * DAY_H)
    late = make_desk(**KEEP_30_DAYS)
    late.sync.run_round()
    assert (kept(late), held(late)) == (2, 0)
    late.clock.advance(hours=31 * DAY_H)
    late.sync.run_round()
    assert kept(late) == 0


def test_a_clock_ahead_since_the_start_is_detected_by_dates_of_other_systems(
    make_desk: MakeDesk, fake: FakeHireflix
) -> None:
    desk = make_desk(**KEEP_30_DAYS)
    filled(desk, 5)
    now_s = desk.clock.now_ms() / 1000
    desk.close()
    desk.clock.advance(hours=40 * DAY_H)
    late = make_desk(**KEEP_30_DAYS)
    fake.says_date = formatdate(now_s, usegmt=True)
    late.sync.run_round()
    assert (kept(late), held(late)) == (5, 5)
    fake.says_date = formatdate(late.clock.now_ms() / 1000, usegmt=True)
    late.service.provider.positions()
    late.sync.run_round()
    assert kept(late) == 0


def test_retention_erases_nobody_before_the_provider_sent_a_date(
    make_desk: MakeDesk, fake: FakeHireflix
) -> None:
    desk = make_desk(**KEEP_30_DAYS)
    filled(desk, 5)
    age(desk, 5, days=31)
    with fake.down():
        desk.sync.run_round()
        assert (kept(desk), held(desk)) == (5, 5)
    desk.clock.advance(hours=1)
    desk.sync.run_round()
    assert (kept(desk), held(desk)) == (0, 0)


@pytest.mark.parametrize(
    ("sessions", "due", "erased"), [(20, 20, 20), (21, 21, 0), (300, 30, 30), (300, 31, 0), (300, 300, 0)]
)
def test_one_retention_round_erases_at_most_a_tenth_or_twenty_sessions(
    make_desk: MakeDesk, sessions: int, due: int, erased: int
) -> None:
    desk = make_desk(**KEEP_30_DAYS)
    filled(desk, sessions)
    age(desk, due, days=31)
    for _ in range(3):
        desk.sync.run_round()
    assert sessions - kept(desk) == erased
    assert held(desk) == due - erased


def test_a_clock_jump_is_corrected_by_dates_of_other_systems(desk: Desk) -> None:
    clock = desk.clock
    time = TrustedClock(clock)
    assert time.now_ms() == clock.now_ms()
    assert time.ahead_ms() == 0
    time.record_date("one", "no date at all")
    time.record_date("two", None)
    assert time.now_ms() == clock.now_ms()
    assert time.has_date_of("one")
    assert not time.has_date_of("three")
    began_ms = clock.now_ms()
    clock.jump(hours=5)
    time.record_date("one", formatdate(clock.now_ms() / 1000, usegmt=True))
    assert time.ahead_ms() == 5 * 3_600_000, "one that is ahead as well is no witness"
    time.record_date("two", formatdate(began_ms / 1000 - 60, usegmt=True))
    assert time.now_ms() == pytest.approx(began_ms - 60_000, abs=1000)
    clock.jump(hours=-50)
    assert time.now_ms() == clock.now_ms()


def test_the_date_header_of_hireflix_sets_the_trusted_time(desk: Desk) -> None:
    watch = UpstreamMonitor(Metrics(), desk.clock)
    answer = UpstreamResponse(503, {"date": formatdate(1_000_000_000, usegmt=True)}, b"")

    def send(*_args: Any, **_named: Any) -> UpstreamResponse:
        return answer

    watch.instrument("hireflix", send)("GET", "http://localhost/", headers={}, body=None, timeout_s=1)
    assert watch.time.now_ms() == pytest.approx(1_000_000_000_000, abs=1_000)
