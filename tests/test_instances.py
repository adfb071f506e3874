"""Instances on one PostgreSQL: each serves every link, cookie and key; a killed one, a crashed database and a cut
network lose and double nothing."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from fakes import hireflix_faults as faults
from fakes.client import Reply
from fakes.desk import ANSWERS, write_people
from fakes.forked_service import ForkedService
from fakes.front_door import ADMIN_TOKEN, SESSIONS, START, STEP
from fakes.hireflix import FakeHireflix
from fakes.instances import holders, instance, one_holder
from fakes.killing import all_sessions, assert_one_interview_each, count_all_invites
from fakes.network import Network
from fakes.pgbouncer import find_pgbouncer, pooled
from fakes.postgres import PASSWORD, OwnServer, PostgresServer, started_server
from fakes.postgres_store import TEMPLATE, ReusedDatabase, migrated_template
from fakes.process import Died, ServiceProcess, altered
from fakes.running_service import START as UNALTERED
from fakes.waiting import PATIENCE_S, eventually

PEOPLE = 12
#: Hireflix is asked for five interviews at once instead of 25.
SMALL_READS = altered("set tener_interview.providers.hireflix.provider:HireflixProvider.batch_size 5")
TOKEN = {"TENER_INTERVIEW_ADMIN_TOKEN": ADMIN_TOKEN}
RECRUITER = {"Authorization": f"Bearer {ADMIN_TOKEN}"}

#: On a busy computer a lock may take longer than the default allows, and not every test is about that.
PATIENT = {"TENER_INTERVIEW_DATABASE_TIMEOUT_SECONDS": "15"}

Pair = tuple[ServiceProcess, ServiceProcess]


@pytest.fixture
def fake() -> Iterator[FakeHireflix]:
    with FakeHireflix() as fake:
        yield fake


@pytest.fixture
def make_pair(tmp_path: Path, fake: FakeHireflix) -> Iterator[Callable[..., Pair]]:
    """Makes two services on a database; neither is started."""
    write_people(tmp_path / "source.sqlite3", PEOPLE)
    with ExitStack() as stack:
        made: list[ServiceProcess] = []

        def make(url: str, **changes: str) -> Pair:
            settings = instance(tmp_path, fake, url, **changes)
            made.extend(stack.enter_context(ForkedService(settings)) for _ in range(2))
            return made[-2], made[-1]

        yield make
        assert not [service for service in made if PASSWORD in service.log]


@pytest.fixture
def new_database(reused_postgres: ReusedDatabase) -> str:
    """The URL of a database as a first start leaves it."""
    reused_postgres.reset()
    return reused_postgres.url


def start(service: ServiceProcess, candidate_id: int, **headers: str) -> Reply:
    return service.post(START, {"job_id": 1, "candidate_id": candidate_id}, **headers)


def step(service: ServiceProcess, people: int = PEOPLE) -> Reply:
    return service.post(STEP, {"job_id": 1, "candidate_ids": list(range(1, people + 1))})


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def consistent(url: str) -> None:
    """Every session is in a state that it can go on from, and has as many results as it says."""
    with psycopg.connect(url) as db:
        rows = db.execute(
            "SELECT status, invitation_id IS NULL, result_version,"
            " (SELECT count(*) FROM interview_results WHERE interview_results.session_id = s.session_id),"
            " (SELECT count(*) FROM interview_events WHERE interview_events.session_id = s.session_id)"
            " FROM interview_sessions AS s"
        ).fetchall()
    for status, is_uninvited, version, results, events in rows:
        assert events >= 1
        assert (status == "created") == is_uninvited
        assert (status == "scored") == (version is not None)
        assert results == (version or 0)


# Any instance for anything ------------------------------------------------------------------------------------------


def test_two_instances_share_links_logins_idempotency_keys_and_throttling(
    fake: FakeHireflix, make_pair: Callable[..., Pair], new_database: str
) -> None:
    one, other = (service.start() for service in make_pair(new_database, **TOKEN))
    started = start(one, 42, Idempotency_Key="k", **RECRUITER)
    assert started.status == 201
    again = start(other, 42, Idempotency_Key="k", **RECRUITER)
    assert (again.status, again.text) == (201, started.text)
    assert again.headers["idempotent-replayed"] == "true"
    link = path_of(started.json["entry_url"])
    assert other.get(link).status == one.get(link).status == 302
    session = f"{SESSIONS}/{started.json['session_id']}"
    events = other.get(f"{session}/events", **RECRUITER).json["items"]
    assert {"created", "invited", "link_opened"} <= {event["event"] for event in events}

    form = {"Content_Type": "application/x-www-form-urlencoded"}
    signed_in = one.post("/login", f"token={ADMIN_TOKEN}".encode(), **form)
    cookie = signed_in.headers["set-cookie"].partition(";")[0]
    assert other.get(SESSIONS, Cookie=cookie).status == 200
    other.post("/logout", b"", Cookie=cookie, **form)
    assert one.get(SESSIONS, Cookie=cookie).status == 401

    share = one.post("/api/jobs/1/shares", {"candidate_ids": [42]}, **RECRUITER)
    assert share.status == 201, share.text
    assert other.get(path_of(share.json["url"])).status == 200

    fake.finish(fake.interviews[0].interview_id, ANSWERS)
    assert other.post(f"{session}/refresh", {"force": True}, **RECRUITER).json["status"] == "scored"
    assert one.get(session, **RECRUITER).json["status"] == "scored"
    one_each_of = [service.get("/api/jobs/1/interview-leaderboard", **RECRUITER).json for service in (one, other)]
    assert one_each_of[0]["items"] == one_each_of[1]["items"]

    guesses = [(one, other)[number % 2].get(SESSIONS, Authorization="Bearer guess").status for number in range(8)]
    assert guesses == [401] * 5 + [429] * 3


def test_instances_that_start_together_migrate_an_empty_database_once(
    make_pair: Callable[..., Pair], empty_postgres: str
) -> None:
    pairs = [*make_pair(empty_postgres), *make_pair(empty_postgres)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ServiceProcess.start, pairs))
    for service in pairs:
        assert service.get(SESSIONS).json["items"] == []
        assert not re.search("Traceback", service.log)


def test_an_older_instance_refuses_writes_after_a_newer_one_migrated_the_database(
    make_pair: Callable[..., Pair], new_database: str
) -> None:
    old, late = make_pair(new_database)
    old.start()
    assert start(old, 42).status == 201
    with psycopg.connect(new_database) as db:
        db.execute("UPDATE tener_interview_schema SET version = version + 1")
    refused = start(old, 43)
    assert (refused.status, refused.json["code"]) == (503, "STORE_UNAVAILABLE")
    assert "newer version" in refused.json["error"]
    assert old.get(SESSIONS).status == old.get("/health").status == 200
    late.launch()
    assert late.wait() == 2
    assert "newer version" in late.log


def test_an_instance_with_a_wrong_clock_uses_that_of_the_database(
    fake: FakeHireflix, make_pair: Callable[..., Pair], new_database: str
) -> None:
    """What it stores has the others' times, and the lease of the background sync is nobody's twice."""
    right, ahead = make_pair(new_database, TENER_INTERVIEW_SYNC_SECONDS="1")
    behind, _ = make_pair(new_database, TENER_INTERVIEW_SYNC_SECONDS="1")
    right.start()
    one_holder(right)
    for wrong, hours in ((ahead, 1.5), (behind, -1.5)):
        wrong.start(altered(f"add time:time_ns {round(hours * 3_600_000_000_000)}"))
    instances = (right, ahead, behind)
    assert {start(each, number).status for number, each in enumerate(instances, start=1)} == {201}
    with psycopg.connect(new_database) as db:
        ages = db.execute(
            "SELECT abs(extract(epoch FROM clock_timestamp()) * 1000 - created_at),"
            " link_expires_at - created_at FROM interview_sessions"
        ).fetchall()
    assert max(age_ms for age_ms, _ in ages) < 20_000
    assert max(abs(life_ms - 72 * 3_600_000) for _, life_ms in ages) < 20_000
    for wrong in (ahead, behind):
        assert "tener_interview_clock_ahead_seconds 0" in wrong.get("/metrics").text
    holder = one_holder(*instances)
    for _ in range(4):
        time.sleep(0.3)
        assert holders(*instances) == [holder]
    for interview in fake.interviews:
        fake.finish(interview.interview_id, ANSWERS)
    eventually(lambda: {each["status"] for each in behind.get(SESSIONS).json["items"]} == {"scored"})


def test_the_service_works_behind_a_pooler_in_transaction_mode(
    fake: FakeHireflix, make_pair: Callable[..., Pair], postgres: PostgresServer, new_database: str
) -> None:
    program = find_pgbouncer()
    if program is None:
        pytest.skip("PgBouncer is not installed")
    with pooled(postgres, program, pool_size=3) as pooler:
        one, other = (
            service.start() for service in make_pair(pooler.url(urlsplit(new_database).path[1:]), **PATIENT)
        )
        with ThreadPoolExecutor(12) as pool:
            replies = list(pool.map(lambda number: start((one, other)[number % 2], number), range(1, PEOPLE + 1)))
        assert {reply.status for reply in replies} == {201}, [reply.text for reply in replies if reply.status != 201]
        for interview in fake.interviews:
            fake.finish(interview.interview_id, ANSWERS)
        assert other.post("/api/admin/jobs/1/sessions/refresh").json["scored"] == PEOPLE
        assert len(one.get("/api/jobs/1/interview-leaderboard?limit=500").json["items"]) == PEOPLE
        assert_one_interview_each(one, fake, PEOPLE)
        for service in (one, other):
            service.kill()
    consistent(new_database)


# Something dies in the middle of a batch ----------------------------------------------------------------------------


def crash(server: OwnServer, _network: Network) -> None:
    server.stop("immediate")
    server.start()


def cut(_server: OwnServer, network: Network) -> None:
    network.cut()
    time.sleep(0.5)
    network.mend()


def hang(server: OwnServer, _network: Network) -> None:
    server.pause()
    time.sleep(2.5)
    server.resume()


def kill_backends(server: OwnServer, _network: Network) -> None:
    with server.admin() as db:
        db.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'tener'")


DATABASE_FAULTS = {"crash": crash, "cut": cut, "hang": hang, "ended connections": kill_backends}


def repeat_until_done(request: Callable[[], Reply]) -> Reply:
    """Repeat what may have failed until it works."""
    reply = request()
    give_up_at = time.monotonic() + PATIENCE_S
    while reply.status >= 500 and time.monotonic() < give_up_at:
        time.sleep(0.2)
        reply = request()
    return reply


@pytest.fixture(scope="module")
def server(postgres: PostgresServer) -> Iterator[OwnServer]:
    """One that may fail."""
    with started_server(postgres.binaries, postgres) as server:
        migrated_template(server, server.folder)
        yield server


@pytest.mark.parametrize("name", DATABASE_FAULTS)
def test_a_database_failure_during_a_batch_neither_loses_nor_repeats_invitations(
    fake: FakeHireflix, make_pair: Callable[..., Pair], server: OwnServer, name: str
) -> None:
    database = name.replace(" ", "_")
    url = server.create_database(database, TEMPLATE)
    with Network(server.port) as network:
        one, other = (service.start(SMALL_READS) for service in make_pair(server.url(database, port=network.port)))
        fake.latency_s = 0.03
        with ThreadPoolExecutor(8) as pool:
            batch = pool.submit(step, one)
            singles = [pool.submit(start, other, number) for number in range(PEOPLE, PEOPLE // 2, -1)]
            eventually(lambda: fake.invites >= 4)
            DATABASE_FAULTS[name](server, network)
            replies = [batch.result(PATIENCE_S), *(single.result(PATIENCE_S) for single in singles)]
        assert {reply.status for reply in replies} <= {200, 201, 207, 409, 503}, Counter(r.status for r in replies)
        fake.latency_s = 0.0
        count_all_invites(fake)
        assert repeat_until_done(lambda: step(other)).status == 200
        statuses = Counter(each["status"] for each in all_sessions(one))
        if statuses != {"invited": PEOPLE}:
            assert repeat_until_done(lambda: step(one)).status == 200
        assert Counter(each["status"] for each in all_sessions(one)) == {"invited": PEOPLE}
        assert_one_interview_each(one, fake, PEOPLE)
        assert_one_interview_each(other, fake, PEOPLE)

        for interview in fake.interviews:
            fake.finish(interview.interview_id, ANSWERS)
        fake.fail_next(faults.held(), on="interview")
        with ThreadPoolExecutor(2) as pool:
            refresh = pool.submit(one.post, "/api/admin/jobs/1/sessions/refresh")
            await_results(url, 5)
            DATABASE_FAULTS[name](server, network)
            fake.heal()
            refresh.result(PATIENCE_S)
        repeat_until_done(lambda: other.post("/api/admin/jobs/1/sessions/refresh"))
        eventually(lambda: Counter(each["status"] for each in all_sessions(other)) == {"scored": PEOPLE})
        consistent(url)
        with psycopg.connect(url) as db:
            assert db.execute("SELECT max(version), count(*) FROM interview_results").fetchone() == (1, PEOPLE)
            scored = "SELECT count(*), count(DISTINCT session_id) FROM interview_events WHERE event = 'scored'"
            assert db.execute(scored).fetchone() == (PEOPLE, PEOPLE)
        assert "Traceback" not in one.log + other.log


def await_results(url: str, number: int) -> None:
    with psycopg.connect(url, autocommit=True) as db:
        eventually(lambda: len(db.execute("SELECT FROM interview_results").fetchall()) >= number)


@pytest.mark.parametrize("alteration", [
    "kill-before tener_interview.domain.sessions.invite:mark_invited 5",
    "kill-after tener_interview.domain.jobs.batch_step:record_progress 5",
    "kill-before tener_interview.api.steps:finish_step 1",
])
def test_another_instance_continues_the_work_of_a_killed_one(
    fake: FakeHireflix, make_pair: Callable[..., Pair], new_database: str, alteration: str
) -> None:
    dying, living = make_pair(new_database, TENER_INTERVIEW_SYNC_SECONDS="1")
    dying.start(altered(alteration))
    living.start(UNALTERED)
    with ThreadPoolExecutor(6) as pool:
        batch: Future[Reply] = pool.submit(step, dying)
        singles = [pool.submit(start, living, number) for number in range(1, PEOPLE // 2)]
        assert {single.result(PATIENCE_S).status for single in singles} <= {200, 201}
        assert isinstance(batch.exception(PATIENCE_S), Died)
    assert dying.wait() == -9
    count_all_invites(fake)
    assert repeat_until_done(lambda: step(living)).status == 200
    eventually(lambda: Counter(each["status"] for each in all_sessions(living)) == {"invited": PEOPLE})
    assert_one_interview_each(living, fake, PEOPLE)
    consistent(new_database)
