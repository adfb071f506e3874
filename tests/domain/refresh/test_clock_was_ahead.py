"""A clock that was ahead and was put right: what it planned for the future counts as run out, and that is told."""

from __future__ import annotations

import pytest

from domain.test_metrics import figure, figures
from fakes.client import Client
from fakes.clock import FakeClock
from fakes.databases import plain_connection
from fakes.desk import ANSWERS, Desk, MakeDesk
from fakes.front_door import ADMIN_TOKEN, SESSIONS, START, MakeApp, locked_client
from fakes.hireflix import FakeHireflix
from tener_interview.domain.refresh.background_sync import LEASE, BackgroundSync
from tener_interview.store.tables import idempotency, leases, logins
from tener_interview.web import auth
from tener_interview.web import idempotency as keys

YEAR_H = 366 * 24
AHEAD = pytest.mark.parametrize("hours", [YEAR_H, 30, 7 * YEAR_H])


def test_lease_limits_exceed_real_leases_and_pauses() -> None:
    assert leases.MAX_LEASE_MS > 2 * 15_000
    assert logins.MAX_LOGIN_MS > auth.COOKIE_TTL_S * 1000
    assert idempotency.MAX_LEASE_MS > 2 * keys.LEASE_MS


@AHEAD
def test_the_sync_continues_at_once_after_the_clock_was_ahead(make_desk: MakeDesk, hours: float) -> None:
    """The lease is of a process that is gone, the next look of the session is a year from now."""
    desk = make_desk()
    session_id = desk.started()
    desk.clock.jump(hours=hours)
    assert BackgroundSync(desk.service, 120, "gone", 0).run_round() is not None
    desk.clock.jump(hours=-hours)
    desk.finish(session_id)
    metrics = figures(desk.client)
    assert figure(metrics, "times_ahead", of="leases") == 1
    assert figure(metrics, "times_ahead", of="syncs") == 1
    desk.clock.advance(seconds=1)
    done = desk.sync.run_round()
    assert done is not None
    assert done.read == 1
    assert desk.status(session_id) == "scored"
    metrics = figures(desk.client)
    assert figure(metrics, "times_ahead", of="leases") == figure(metrics, "times_ahead", of="syncs") == 0


@pytest.mark.parametrize("years", [-58, 7973, 7974, 9000])
def test_an_interview_goes_on_while_the_clock_is_out_of_the_calendar_and_afterwards(
    make_desk: MakeDesk, years: int
) -> None:
    """Its link then ends before 1970 or after 9999."""
    desk = make_desk()
    desk.clock.jump(hours=years * 365.2425 * 24)
    session_id = desk.started(ttl_hours=8760)
    assert desk.open(session_id).status == 302
    desk.finish(session_id)
    assert desk.refresh(session_id).json["status"] == "scored"
    for _ in range(2):
        for path in (
            SESSIONS, f"{SESSIONS}/{session_id}/events", "/api/jobs/1/interview-leaderboard", "/api/jobs/1/funnel",
            "/api/audit-log", "/api/messages/status", "/api/agreement", "/api/candidates/42/data-sheet",
        ):
            assert desk.client.get(path).status == 200, path
        desk.clock.jump(hours=-years * 365.2425 * 24)
    assert desk.read_session(session_id)["status"] == "scored"


@AHEAD
def test_transcripts_that_come_after_the_clock_was_ahead_are_scored(make_desk: MakeDesk, hours: float) -> None:
    """Meanwhile they seemed years late."""
    desk = make_desk()
    session_id = desk.started()
    desk.finish(session_id, [None] * len(ANSWERS))
    desk.sync.run_round()
    desk.clock.jump(hours=hours)
    desk.sync.run_round()
    assert desk.read_session(session_id)["needs_review"]
    desk.clock.jump(hours=-hours)
    desk.finish(session_id)
    desk.clock.advance(hours=1)
    desk.sync.run_round()
    assert desk.status(session_id) == "scored"


def test_a_held_lease_is_not_lost_if_clocks_differ_a_little(desk: Desk) -> None:
    with desk.service.store.write() as tx:
        now_ms = desk.clock.now_ms()
        for ahead_ms in (1, 15_000, 16_500, 40_000):
            assert tx.leases.acquire(LEASE, "one", now_ms=now_ms, until=now_ms + ahead_ms)
            assert not tx.leases.acquire(LEASE, "two", now_ms=now_ms, until=now_ms + 15_000)
        assert tx.leases.acquire(LEASE, "one", now_ms=now_ms, until=now_ms + 61_000)
        assert tx.leases.acquire(LEASE, "two", now_ms=now_ms, until=now_ms + 15_000)


@AHEAD
@pytest.mark.parametrize("opened", [False, True])
def test_a_session_expired_by_a_fast_clock_is_invited_again(make_desk: MakeDesk, hours: float, *, opened: bool) -> None:
    """Seen by a sync meanwhile, for which `expired` is the end: the main system ends such an interview as failed."""
    desk = make_desk()
    session_id = desk.started()
    before = "in_progress" if opened else "invited"
    if opened:
        desk.open(session_id)
        desk.clock.advance(hours=1)
    desk.clock.jump(hours=max(hours, 80))
    desk.sync.run_round()
    assert desk.status(session_id) == "expired"
    desk.clock.jump(hours=-max(hours, 80))
    desk.sync.run_round()
    assert desk.status(session_id) == before
    assert desk.open(session_id).status == 302


@AHEAD
def test_sessions_that_wait_continue_after_the_clock_was_ahead(
    make_desk: MakeDesk, fake: FakeHireflix, hours: float
) -> None:
    desk = make_desk(TENER_INTERVIEW_TRANSCRIPTION_WAIT_HOURS="2")
    desk.clock.jump(hours=hours)
    finished = desk.started(1)
    desk.finish(finished, (None, *ANSWERS[1:]))
    desk.refresh(finished)
    fake.account.invites_left = 0
    desk.try_start(2)
    desk.clock.jump(hours=-hours)
    fake.account.invites_left = 5
    fake.requests.clear()
    desk.sync.run_round()
    assert fake.count("position") >= 1, "the start that was cut short is looked for"
    desk.clock.advance(hours=3)
    desk.sync.run_round()
    assert desk.status(finished) in ("scored", "completed")
    assert figure(figures(desk.client), "times_ahead", of="sessions") >= 1


@AHEAD
def test_no_metric_is_negative_after_the_clock_was_ahead(make_desk: MakeDesk, hours: float) -> None:
    desk = make_desk(TENER_INTERVIEW_RETENTION_DAYS="30")
    desk.clock.jump(hours=hours)
    desk.started()
    desk.sync.run_round()
    desk.clock.jump(hours=-hours)
    negative = {name: value for name, value in figures(desk.client).items() if value < 0}
    assert negative == {}
    desk.clock.jump(hours=-hours)
    assert {name: value for name, value in figures(desk.client).items() if value < 0} == {}


@AHEAD
def test_a_login_created_by_a_fast_clock_is_expired(
    make_app: MakeApp, clock: FakeClock, hours: float
) -> None:
    client = locked_client(make_app)
    clock.jump(hours=hours)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    signed_in = client.request("POST", "/login", body=f"token={ADMIN_TOKEN}".encode(), headers=form)
    cookie = signed_in.headers["set-cookie"].partition(";")[0]
    assert client.get(SESSIONS, Cookie=cookie).status == 200
    clock.jump(hours=-hours)
    assert client.get(SESSIONS, Cookie=cookie).status == 401


@AHEAD
def test_an_idempotency_key_of_a_dead_process_can_be_reused(
    client: Client, environ: dict[str, str], clock: FakeClock, hours: float
) -> None:
    body = {"job_id": 1, "candidate_id": 7}
    clock.jump(hours=hours)
    first = client.post(START, body, idempotency_key="k")
    clock.jump(hours=-hours)
    running(environ)
    again = client.post(START, body, idempotency_key="k")
    assert again.status in (200, 201)
    assert again.json["session_id"] == first.json["session_id"]


def running(environ: dict[str, str]) -> None:
    """As if the process had died before it could keep an answer."""
    with plain_connection(environ) as db:
        changed = db.execute("UPDATE idempotency_keys SET state = 'running', body = NULL, status = NULL")
        assert changed.rowcount == 1


def test_stored_responses_from_a_fast_clock_are_deleted_in_time(client: Client, clock: FakeClock) -> None:
    body = {"job_id": 1, "candidate_id": 7}
    clock.jump(hours=YEAR_H)
    client.post(START, body, idempotency_key="k")
    clock.jump(hours=-YEAR_H)
    client.post(START, {**body, "candidate_id": 8}, idempotency_key="other")
    assert "idempotent-replayed" not in client.post(START, body, idempotency_key="k").headers
