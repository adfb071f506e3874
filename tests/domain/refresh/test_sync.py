"""The background sync: whom it reads when, who may run it, what it puts right, and that it stops when told to."""

from __future__ import annotations

import threading
from collections.abc import Sized
from functools import partial
from typing import Any

import pytest

from fakes import hireflix_faults as faults
from fakes.desk import Desk, MakeDesk
from fakes.hireflix import FakeHireflix
from fakes.waiting import eventually
from tener_interview.domain.refresh import background_sync as module
from tener_interview.domain.refresh import refresh
from tener_interview.domain.refresh.apply_snapshot import RefreshOutcome
from tener_interview.domain.refresh.background_sync import LEASE, LEASE_MS, BackgroundSync
from tener_interview.domain.refresh.refresh_schedule import next_refresh_at
from tener_interview.system.clock import HOUR_MS, SystemClock

MINUTE_MS = HOUR_MS // 60
EVERY_S = 120


def read_ids(fake: FakeHireflix) -> list[list[str]]:
    """The interviews that each request read, in the order of asking."""
    return [list(request["variables"].values()) for request in fake.requests if "interview" in request["fields"]]


# Whom it reads when ---------------------------------------------------------------------------------------------------


def test_the_longest_unread_sessions_are_synced_first(
    desk: Desk, fake: FakeHireflix, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = [desk.started(number) for number in range(1, 6)]
    for index in (3, 1):
        desk.clock.advance(seconds=1)
        desk.refresh(sessions[index])
    desk.clock.advance(hours=1)
    monkeypatch.setattr(module, "ROUND_SESSIONS", 4)
    fake.requests.clear()
    assert desk.sync.run_round().read == 4  # type: ignore[union-attr]
    wanted = [desk.read_session(sessions[index])["invitation_id"] for index in (0, 2, 4, 3)]
    assert read_ids(fake) == [wanted]


def test_sessions_with_a_webhook_event_are_synced_first(
    desk: Desk, fake: FakeHireflix, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = [desk.started(number) for number in range(1, 4)]
    desk.refresh(sessions[2])
    with desk.service.store.write() as tx:
        tx.sessions.update_if(sessions[2], {}, urgent=1, next_sync_at=0)
    desk.clock.advance(hours=1)
    monkeypatch.setattr(module, "ROUND_SESSIONS", 1)
    fake.requests.clear()
    desk.sync.run_round()
    assert read_ids(fake) == [[desk.read_session(sessions[2])["invitation_id"]]]
    assert desk.row(sessions[2]).urgent == 0


def test_one_sync_round_reads_and_scores_all_due_sessions(desk: Desk) -> None:
    sessions = [desk.started(number) for number in range(1, 31)]
    for session_id in sessions[:10]:
        desk.finish(session_id)
    desk.fake.account.broken.add(desk.interview(sessions[20]).interview_id)
    desk.clock.advance(hours=0.1)
    done = desk.sync.run_round()
    assert done is not None
    assert (done.read, done.changed, done.failed) == (30, 10, 1)
    assert [desk.status(session) for session in sessions[:10]] == ["scored"] * 10
    assert desk.events(sessions[0])[-1]["source"] == "sync"


@pytest.mark.parametrize(
    ("still_hours", "pause_minutes"),
    [(0, 2), (1, 2), (1.6, 2), (24, 30), (7 * 24, 210), (12 * 24, 360), (365 * 24, 360), (-5, 2)],
)
def test_the_sync_interval_of_a_session_grows_while_its_status_stays(
    desk: Desk, still_hours: float, pause_minutes: int
) -> None:
    session = desk.row(desk.started())
    now_ms = session.updated_at + round(still_hours * HOUR_MS)
    assert next_refresh_at(session, now_ms, EVERY_S) == now_ms + pause_minutes * MINUTE_MS


def test_a_pending_session_is_synced_less_and_less_often(desk: Desk) -> None:
    session_id = desk.started(ttl_hours=8760)
    reads = [0] * 8
    began_ms = desk.clock.now_ms()
    while (day := (desk.clock.now_ms() - began_ms) // (24 * HOUR_MS)) < len(reads):
        desk.clock.advance(seconds=(desk.row(session_id).next_sync_at - desk.clock.now_ms()) / 1000)
        desk.sync.run_round()
        reads[day] += 1
    assert reads == sorted(reads, reverse=True)
    assert reads[0] > 100
    assert reads[-1] < 10


@pytest.mark.parametrize("move", ["candidate opens", "fresh link", "finish is seen"])
def test_a_session_whose_status_just_changed_is_synced_soon(desk: Desk, move: str) -> None:
    session_id = desk.started(ttl_hours=8760)
    desk.clock.advance(hours=24 * 7)
    desk.sync.run_round()
    assert desk.row(session_id).next_sync_at - desk.clock.now_ms() == 210 * MINUTE_MS
    if move == "candidate opens":
        desk.open(session_id)
    elif move == "fresh link":
        desk.client.post(f"/api/interviews/sessions/{session_id}/link", {"ttl_hours": 72})
    else:
        desk.finish(session_id, [None] * 4)
        desk.refresh(session_id)
    assert desk.row(session_id).next_sync_at - desk.clock.now_ms() <= EVERY_S * 1000


def test_a_renewed_session_is_synced_soon(desk: Desk) -> None:
    session_id = desk.started(ttl_hours=1)
    desk.clock.advance(hours=24 * 7)
    desk.sync.run_round()
    assert desk.status(session_id) == "expired"
    desk.clock.advance(hours=24 * 7)
    desk.sync.run_round()
    desk.start()
    assert desk.row(session_id).next_sync_at - desk.clock.now_ms() <= EVERY_S * 1000


def test_an_urgent_session_that_cannot_be_read_is_retried_and_stays_urgent(desk: Desk, fake: FakeHireflix) -> None:
    session_id = desk.started(ttl_hours=8760)
    desk.clock.advance(hours=24 * 7)
    with desk.service.store.write() as tx:
        tx.sessions.update_if(session_id, {}, urgent=1, next_sync_at=0)
    fake.fail_always(faults.status(503))
    done = desk.sync.run_round()
    assert done is not None
    assert (done.read, done.failed) == (1, 1)
    row = desk.row(session_id)
    assert (row.urgent, row.last_error and row.last_error.code) == (True, "INTERVIEW_PROVIDER_UNAVAILABLE")
    assert 0 < row.next_sync_at - desk.clock.now_ms() <= EVERY_S * 1000


@pytest.mark.parametrize("ended", ["scored", "canceled", "failed", "superseded"])
def test_sessions_in_a_final_state_are_not_refreshed(desk: Desk, fake: FakeHireflix, ended: str) -> None:
    session_id = desk.scored() if ended == "scored" else desk.started()
    if ended in ("canceled", "superseded"):
        desk.cancel(session_id)
    if ended == "superseded":
        desk.cancel(desk.started())
    if ended == "failed":
        fake.delete(desk.interview(session_id).interview_id)
        desk.refresh(session_id)
    desk.clock.advance(hours=100)
    fake.requests.clear()
    done = desk.sync.run_round()
    assert done is not None
    assert (done.read, fake.requests) == (0, [])


def test_an_expired_session_is_still_synced(desk: Desk) -> None:
    session_id = desk.started(ttl_hours=1)
    desk.clock.advance(hours=2)
    desk.sync.run_round()
    assert desk.status(session_id) == "expired"
    desk.finish(session_id)
    desk.clock.advance(hours=6)
    desk.sync.run_round()
    assert desk.status(session_id) == "scored"


def test_without_an_interval_the_sync_reads_only_sessions_with_a_webhook_event(make_desk: MakeDesk) -> None:
    desk = make_desk(TENER_INTERVIEW_SYNC_SECONDS="0")
    first, second = desk.started(1), desk.started(2)
    desk.clock.advance(hours=24)
    assert desk.sync.run_round().read == 0  # type: ignore[union-attr]
    with desk.service.store.write() as tx:
        tx.sessions.update_if(second, {}, urgent=1)
    desk.finish(first)
    desk.finish(second)
    assert desk.sync.run_round().read == 1  # type: ignore[union-attr]
    assert (desk.status(first), desk.status(second)) == ("invited", "scored")


def test_after_an_hour_of_outage_every_session_is_synced(desk: Desk, fake: FakeHireflix) -> None:
    sessions = [desk.started(number) for number in range(1, 51)]
    for session_id in sessions:
        desk.finish(session_id)
    with fake.down():
        for _ in range(30):
            desk.clock.advance(seconds=EVERY_S)
            desk.sync.run_round()
        assert {desk.status(session) for session in sessions} == {"invited"}
    for _ in range(2):  # the first round finds out that Hireflix is back
        desk.clock.advance(seconds=EVERY_S)
        desk.sync.run_round()
    assert {desk.status(session) for session in sessions} == {"scored"}


# Who may run it -------------------------------------------------------------------------------------------------------


def sync_of_another_process(desk: Desk, owner: str) -> BackgroundSync:
    """The sync of another process."""
    return BackgroundSync(desk.service, EVERY_S, owner, 0)


def test_only_one_process_syncs_until_its_lease_expires(desk: Desk) -> None:
    first, second = sync_of_another_process(desk, "first"), sync_of_another_process(desk, "second")
    assert first.run_round() is not None
    assert second.run_round() is None
    assert (first.state().holds_lease, second.state().holds_lease) == (True, False)
    desk.clock.advance(seconds=LEASE_MS / 1000 - 1)
    assert second.run_round() is None
    assert first.run_round() is not None, "the holder extends it"
    desk.clock.advance(seconds=LEASE_MS / 1000)
    assert second.run_round() is not None
    assert first.run_round() is None


def test_a_stopping_sync_releases_its_lease(desk: Desk) -> None:
    first, second = sync_of_another_process(desk, "first"), sync_of_another_process(desk, "second")
    first.run_round()
    second.stop()
    assert second.run_round() is None, "stopping gives back only what one holds"
    first.stop()
    assert second.run_round() is not None


def test_the_sync_lease_is_extended_during_a_long_round(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(1, 4):
        desk.started(number)
    desk.clock.advance(hours=1)
    rival = sync_of_another_process(desk, "rival")
    tried: list[Any] = []

    def slow_read(_service: Any, sessions: Any, **_how: Any) -> Any:
        for session in sessions:
            desk.clock.advance(seconds=LEASE_MS / 1000 * 0.6)
            yield session, RefreshOutcome(session, updated=False)
            tried.append(rival.run_round())

    monkeypatch.setattr(refresh, "refresh_sessions", slow_read)
    mine = desk.sync.run_round()
    assert mine is not None
    assert mine.read == 3
    assert tried == [None, None, None]


def test_a_sync_round_ends_when_its_lease_is_lost(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(1, 4):
        desk.started(number)
    desk.clock.advance(hours=1)

    def stuck_read(_service: Any, sessions: Any, **_how: Any) -> Any:
        for session in sessions:
            desk.clock.advance(seconds=LEASE_MS / 1000 + 1)
            with desk.service.store.write() as tx:
                now_ms = desk.clock.now_ms()
                tx.leases.acquire(LEASE, "rival", now_ms=now_ms, until=now_ms + LEASE_MS)
            yield session, RefreshOutcome(session, updated=False)

    monkeypatch.setattr(refresh, "refresh_sessions", stuck_read)
    done = desk.sync.run_round()
    assert done is not None
    assert done.read == 1
    assert desk.sync.state().holds_lease is False


# The thread -----------------------------------------------------------------------------------------------------------


def has(items: Sized, count: int) -> bool:
    return len(items) == count


def test_exceptions_do_not_stop_the_background_sync(make_desk: MakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = make_desk(TENER_INTERVIEW_SYNC_SECONDS="0")
    rounds = []

    def bad_round(*_: float) -> None:
        rounds.append(1)
        raise (RuntimeError, ValueError)[len(rounds) % 2]("oops")

    monkeypatch.setattr(desk.sync, "run_round", bad_round)
    monkeypatch.setattr(desk.sync, "recover", bad_round)
    desk.app.start()
    for expected in (1, 2, 3, 4):
        eventually(partial(has, rounds, expected))
        eventually(lambda: desk.client.get("/api").json["sync"]["last_fault"] == "INTERNAL_ERROR")
        desk.sync.wake()
    monkeypatch.undo()
    desk.sync.wake()
    eventually(lambda: desk.client.get("/api").json["sync"]["last_round"] is not None)
    assert desk.client.get("/api").json["sync"]["last_fault"] is None


def test_the_background_sync_runs_by_itself_and_shows_its_state(make_desk: MakeDesk) -> None:
    desk = make_desk(SystemClock(), TENER_INTERVIEW_SYNC_SECONDS="1")
    session_id = desk.started()
    desk.finish(session_id)
    assert desk.client.get("/api").json["sync"] == {
        "every_seconds": 1, "enabled": True, "holds_lease": False, "last_round": None, "last_fault": None,
    }
    desk.app.start()
    eventually(lambda: desk.status(session_id) == "scored")
    eventually(lambda: desk.sync.state().last)
    assert desk.sync.state().holds_lease is True


@pytest.mark.parametrize("is_held", [False, True])
def test_the_background_sync_stops_while_waiting_for_hireflix(
    make_desk: MakeDesk, fake: FakeHireflix, is_held: bool
) -> None:
    desk = make_desk(TENER_INTERVIEW_SYNC_SECONDS="0")
    session_id = desk.started()
    with desk.service.store.write() as tx:
        tx.sessions.update_if(session_id, {}, urgent=1, next_sync_at=0)
    if is_held:
        fake.fail_next(faults.held(), on="interview")
    desk.app.start()
    desk.sync.wake()
    eventually(lambda: fake.count("interview") == 1)
    desk.close()
    assert fake.in_flight == is_held
    fake.heal()
    if not is_held:
        assert "background-sync" not in {item.name for item in threading.enumerate()}
