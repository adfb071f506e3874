"""A PostgreSQL that fails under running instances: 503 in time, `/health` stays up, and it comes back."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from fakes.client import Reply
from fakes.forked_service import ForkedService
from fakes.front_door import SESSIONS, START
from fakes.instances import demo_instance
from fakes.network import Network
from fakes.postgres import PASSWORD, ROLE, OwnServer, PostgresServer
from fakes.process import ServiceProcess
from fakes.waiting import PATIENCE_S, eventually
from for_each import for_each

DATABASE, SMALL = "interviews", "small"
#: What a request may take while the database does not answer: many times what the service waits for it, and less than
#: it takes until the system notices that nobody is there any more.
CLIENT_TIMEOUT_S = 20.0
#: How often connections are broken: one that is just being made is not there at the first look, and would outlast it.
LOOKS = 5


@dataclass(frozen=True)
class Deployed:
    """A service, its database, and the network between them."""

    service: ServiceProcess
    server: OwnServer
    network: Network


@dataclass(frozen=True)
class Outage:
    """A way to fail. `read_only`: what is stored can still be read."""

    begin: Callable[[Deployed], object]
    end: Callable[[Deployed], object]
    read_only: bool = False


def administer(statement: str) -> Callable[[Deployed], None]:
    """Run a statement as the superuser, with all connections of the service broken afterwards."""

    def run(deployed: Deployed) -> None:
        with deployed.server.admin() as db:
            db.execute(statement)
            for _ in range(LOOKS):
                db.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", (ROLE,))
                time.sleep(0.05)

    return run


OUTAGES = {
    "a crash": Outage(lambda it: it.server.stop("immediate"), lambda it: it.server.start()),
    "a computer that hangs": Outage(lambda it: it.server.pause(), lambda it: it.server.resume()),
    "a network that is cut": Outage(lambda it: it.network.cut(), lambda it: it.network.mend()),
    "a network that loses everything": Outage(lambda it: it.network.lose(), lambda it: it.network.mend()),
    "no more connections": Outage(
        administer(f"ALTER DATABASE {DATABASE} CONNECTION LIMIT 0"),
        administer(f"ALTER DATABASE {DATABASE} CONNECTION LIMIT -1"),
    ),
    "a standby that became the server": Outage(
        administer(f"ALTER DATABASE {DATABASE} SET default_transaction_read_only = on"),
        administer(f"ALTER DATABASE {DATABASE} RESET default_transaction_read_only"),
        read_only=True,
    ),
    "a server that is read-only from now on": Outage(
        lambda it: set_on_server(it.server, "ALTER SYSTEM SET default_transaction_read_only = on"),
        lambda it: set_on_server(it.server, "ALTER SYSTEM RESET default_transaction_read_only"),
        read_only=True,
    ),
}


def set_on_server(server: OwnServer, statement: str) -> None:
    """Change a setting of a running server, under connections that stay."""
    with server.admin() as db:
        db.execute("SET default_transaction_read_only = off")
        db.execute(statement)
        db.execute("SELECT pg_reload_conf()")
    time.sleep(0.2)


@pytest.fixture(scope="module")
def server(postgres: PostgresServer) -> Iterator[OwnServer]:
    from fakes.postgres import started_server

    with started_server(postgres.binaries, postgres) as server:
        server.create_database(DATABASE)
        yield server


@pytest.fixture
def deployed(server: OwnServer, tmp_path: Path) -> Iterator[Deployed]:
    with Network(server.port) as network:
        settings = demo_instance(
            tmp_path, server.url(DATABASE, port=network.port), TENER_INTERVIEW_DATABASE_TIMEOUT_SECONDS="0.5"
        )
        with ForkedService(settings) as service:
            service.start()
            yield Deployed(service, server, network)
            assert "Traceback" not in service.log
            assert PASSWORD not in service.log


def ask(service: ServiceProcess, method: str, path: str, body: object = None) -> Reply:
    """One request of a client that gives up before a hanging database would. Raises Died then."""
    with service.connected(CLIENT_TIMEOUT_S) as line:
        return line.call(method, path, body=body)


def start(service: ServiceProcess, candidate_id: int) -> Reply:
    return ask(service, "POST", START, {"job_id": 1, "candidate_id": candidate_id, "candidate_name": "Jane Doe"})


@for_each("name", OUTAGES)
def test_during_a_database_outage_requests_fail_quickly_and_work_afterwards(deployed: Deployed, name: str) -> None:
    outage, service = OUTAGES[name], deployed.service
    first = 1000 * (1 + list(OUTAGES).index(name))
    # On a busy computer the database may take longer than the service waits for it here.
    eventually(lambda: start(service, first).status in (200, 201))
    link = start(service, first).json["entry_url"].removeprefix("http://interviews.example.com")
    writes = [partial(start, service, first + number) for number in range(1, 7)]
    reads = [partial(ask, service, "GET", path) for path in (SESSIONS, link, "/api/jobs/1/funnel")] * 3
    # More at once than there are connections.
    with ThreadPoolExecutor(len(writes) + len(reads)) as pool:
        list(pool.map(lambda call: call(), reads))  # connections for all of them
        outage.begin(deployed)
        try:
            for _ in range(2):
                answered = list(pool.map(lambda call: call(), [*writes, *reads]))
                assert service.get("/health").status == 200
                refused = answered[: len(writes)] if outage.read_only else answered
                assert {reply.status for reply in refused} == {503}, [reply.text for reply in refused]
                assert {reply.json["code"] for reply in refused if "json" in reply.headers["content-type"]} == {
                    "STORE_UNAVAILABLE"
                }
                assert {reply.status for reply in answered} <= {200, 302, 503}
                assert not [reply.text for reply in answered if re.search(f"{PASSWORD}|{ROLE}:", reply.text)]
            metrics = service.get("/metrics")
            assert metrics.status == 200
            assert ("store_up 0" in metrics.text) != outage.read_only
        finally:
            outage.end(deployed)
        eventually(lambda: start(service, first + 1).status == 201)
        eventually(lambda: {call().status for call in reads} <= {200, 302, 303})
        eventually(lambda: {reply.status for reply in pool.map(lambda call: call(), writes)} <= {200, 201})
    listed = service.get(f"{SESSIONS}?limit=500").json["items"]
    of_this = [each["candidate_id"] for each in listed if first <= each["candidate_id"] < first + 1000]
    assert sorted(of_this) == list(range(first, first + 7))


@contextmanager
def small_disk(server: OwnServer) -> Iterator[Path]:
    """A disk of a few megabytes with a database of the same name as its tablespace."""
    disk = server.folder / SMALL
    disk.mkdir()
    subprocess.run(("mount", "-t", "tmpfs", "-o", "size=40m,mode=0777", "tmpfs", disk), check=True)
    try:
        inside = disk / "tablespace"
        inside.mkdir()
        os.chown(inside, server.folder.stat().st_uid, server.folder.stat().st_gid)
        with server.admin() as db:
            db.execute(f"CREATE TABLESPACE {SMALL} LOCATION '{inside}'")
            db.execute(f"CREATE DATABASE {SMALL} OWNER {ROLE} TABLESPACE {SMALL}")
        with server.admin(SMALL) as db:
            db.execute(f"ALTER SCHEMA public OWNER TO {ROLE}")
        yield disk
    finally:
        server.drop_database(SMALL)
        with server.admin() as db:
            db.execute(f"DROP TABLESPACE IF EXISTS {SMALL}")
        subprocess.run(("umount", disk), check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_full_database_disk_refuses_starts_and_keeps_stored_data(server: OwnServer, tmp_path: Path) -> None:
    with small_disk(server) as disk, ForkedService(demo_instance(tmp_path, server.url(SMALL))) as service:
        service.start()
        assert start(service, 1).status == 201
        filler = disk / "filler"
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(b"x" * 4096)
        refused: list[Reply] = []
        for number in count(2):
            reply = start(service, number)
            assert number < 100, "the disk was not full"
            refused += [reply] * (reply.status != 201)
            if len(refused) == 5:
                break
        assert {(reply.status, reply.json["code"]) for reply in refused} == {(503, "STORE_UNAVAILABLE")}
        assert "full" in refused[0].json["error"]
        assert service.get("/health").status == service.get(SESSIONS).status == 200
        filler.unlink()
        eventually(lambda: start(service, number).status in (200, 201))
        assert {start(service, earlier).status for earlier in range(1, number)} <= {200, 201}
        assert len(service.get(f"{SESSIONS}?limit=500").json["items"]) == number


def test_the_service_start_waits_for_a_database_that_is_not_available_yet(server: OwnServer, tmp_path: Path) -> None:
    with Network(server.port) as network, ForkedService(
        demo_instance(tmp_path, server.url(DATABASE, port=network.port))
    ) as service:
        network.cut()
        with ThreadPoolExecutor(1) as pool:
            started = pool.submit(service.start)
            eventually(lambda: network.refused >= 3)
            assert not started.done()
            network.mend()
            started.result(PATIENCE_S)
        assert service.get(SESSIONS).status == 200


@pytest.mark.parametrize(("change", "reason"), [
    ("tener:QXwrongXQ@", "password authentication failed"),
    ("nobody:QXwrongXQ@", "password authentication failed"),
    ("nowhere", "does not exist"),
    ("sslmode=bogus", "sslmode"),
    ("sslmode=require", "SSL"),
    ("frobnicate=1", "frobnicate"),
])
def test_the_service_does_not_start_with_an_unusable_database(
    server: OwnServer, tmp_path: Path, change: str, reason: str
) -> None:
    url = f"{server.url(DATABASE)}?{change}" if "=" in change else re.sub("[^/]+$", change, server.url(DATABASE))
    if "@" in change:
        url = f"postgresql://{change}127.0.0.1:{server.port}/{DATABASE}"
    with ForkedService(demo_instance(tmp_path, url)) as service:
        service.launch()
        assert service.wait() == 2
        assert "Tener Interview cannot start:\n  TENER_INTERVIEW_DATABASE_URL: " in service.log
        assert reason in service.log
        assert not re.search(f"QXwrongXQ|{re.escape(PASSWORD)}|Traceback", service.log)
