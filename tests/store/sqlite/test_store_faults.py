"""When the file cannot be used, callers get a plain error, nothing is half written, and all works again afterwards."""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from fakes import hireflix_faults as faults
from fakes.client import Client, Reply
from fakes.forked_service import ForkedService
from fakes.front_door import SESSIONS, START, MakeApp, refused, start
from fakes.hireflix import FakeHireflix
from fakes.process import ServiceProcess, environ
from fakes.running_service import PROJECT
from fakes.statements import Statements, is_closed
from fakes.stored import add_session, integrity, new_store, opened
from fakes.waiting import PATIENCE_S, eventually, join
from tener_interview.errors import Problem
from tener_interview.store import opening
from tener_interview.store.audit_chain import AuditKeys
from tener_interview.store.maintenance import StoreRefused
from tener_interview.store.sqlite.database import Store
from tener_interview.system.clock import Clock

BUSY_S = 0.5


@pytest.fixture
def stores(statements: Statements, monkeypatch: pytest.MonkeyPatch) -> list[Store]:  # noqa: ARG001 - it comes first
    """The stores of the applications that a test makes; they do not wait long for a locked file."""
    made: list[Store] = []

    def make(path: Path, *, beside_server: bool, clock: Clock, audit_keys: AuditKeys) -> Store:
        made.append(Store(path, busy_timeout_s=BUSY_S, beside_server=beside_server, clock=clock, audit_keys=audit_keys))
        return made[-1]

    monkeypatch.setattr(opening, "SqliteStore", make)
    return made


@pytest.fixture
def desk(stores: list[Store], make_app: MakeApp) -> Client:
    """A client of a demo service with one session."""
    assert stores == []
    client = Client(make_app())
    start(client, 1)
    return client


def dump_database(path: Path) -> list[str]:
    with opened(path) as db:
        return list(db.iterdump())


# Locked -------------------------------------------------------------------------------------------------------------

LOCK = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
if sys.argv[2] == "all":
    db.execute("PRAGMA locking_mode = EXCLUSIVE")
db.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.read()
"""


@contextmanager
def locked(path: Path, whom: str = "writers") -> Iterator[None]:
    """Another program holds the file's write lock; with `all`, nobody else can even read."""
    command = [sys.executable, "-c", LOCK, str(path), whom]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        assert other.stdout.readline() == b"locked\n"
        try:
            yield
        finally:
            other.kill()


def test_on_a_locked_database_writes_are_503_and_reads_work(desk: Client, stores: list[Store]) -> None:
    (store,) = stores
    with locked(store.path):
        reply = desk.post(START, {"job_id": 1, "candidate_id": 2})
        refused(reply, "STORE_UNAVAILABLE")
        assert reply.headers["retry-after"] == "5"
        assert len(desk.get(SESSIONS).json["items"]) == 1
        assert desk.get("/health").status == 200
    assert start(desk, 2)["status"] == "invited"
    assert len(desk.get(SESSIONS).json["items"]) == 2


def test_queued_writers_behind_a_locked_database_time_out_together(
    desk: Client, stores: list[Store]
) -> None:
    (store,) = stores
    with locked(store.path), ThreadPoolExecutor(30) as pool:
        began = time.monotonic()
        bodies = [{"job_id": 1, "candidate_id": number} for number in range(2, 32)]
        replies = list(pool.map(partial(desk.post, START), bodies))
        assert time.monotonic() - began < 30 * BUSY_S
    assert {reply.status for reply in replies} == {503}
    assert {reply.json["code"] for reply in replies} == {"STORE_UNAVAILABLE"}


def test_a_writer_waits_no_longer_than_it_may_where_each_attempt_takes_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A busy computer: attempts to lock that should take 20 ms take twenty times as long."""
    monkeypatch.setattr("tener_interview.store.sqlite.database.BUSY_SLICE_MS", 400)
    store = new_store(tmp_path / "interview.sqlite3", busy_timeout_s=1)
    with locked(store.path):
        began = time.monotonic()
        with pytest.raises(Problem) as refusal:
            _add(store, 1)
        assert time.monotonic() - began < 10, "fifty attempts take twenty seconds"
    assert refusal.value.code == "STORE_UNAVAILABLE"
    store.close()


def test_a_database_lock_released_in_time_only_delays_writes(tmp_path: Path) -> None:
    store = new_store(tmp_path / "interview.sqlite3", busy_timeout_s=20)
    with ThreadPoolExecutor(1) as pool:
        with locked(store.path):
            written = pool.submit(_add, store, 1)
            time.sleep(0.3)
            assert not written.done()
        written.result(PATIENCE_S)
    store.close()


def _add(store: Store, number: int, **columns: Any) -> None:
    with store.write() as tx:
        add_session(tx, number, **columns)


def test_on_an_exclusively_locked_database_reads_are_503(tmp_path: Path) -> None:
    path = tmp_path / "interview.sqlite3"
    new_store(path).close()
    with locked(path, "all"), pytest.raises(StoreRefused, match="locked"):
        Store(path, busy_timeout_s=BUSY_S)
    Store(path).close()


def test_the_service_does_not_start_on_a_locked_database(tmp_path: Path) -> None:
    path = tmp_path / "interview.sqlite3"
    new_store(path).close()
    before = path.read_bytes()
    with locked(path), pytest.raises(StoreRefused, match="locked"):
        Store(path, busy_timeout_s=BUSY_S)
    assert path.read_bytes() == before


# Full ---------------------------------------------------------------------------------------------------------------


@contextmanager
def full(store: Store, statements: Statements) -> Iterator[None]:
    """The file may not grow; what room there is inside it is used up."""
    connections = [connection for connection in statements.connections if not is_closed(connection)]
    for connection in connections:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(Problem, match="full"):
        _fill_database(store)
    try:
        yield
    finally:
        for connection in connections:
            connection.execute("PRAGMA max_page_count = 1000000000")


def _fill_database(store: Store) -> None:
    with suppress(Problem):
        for number in range(1_000_000, 2_000_000):
            _add(store, number, is_current=0, job_id=99)
    # Where no session fits any more an event still may.
    for number in range(1_000_000):
        with store.write() as tx:
            tx.events.add(f"iv_{1_000_000:032x}", "e", "system", number)


def test_on_a_full_disk_writes_are_503_and_change_nothing(
    desk: Client, stores: list[Store], statements: Statements
) -> None:
    (store,) = stores
    with full(store, statements):
        before = dump_database(store.path)
        replies = [desk.post(START, {"job_id": 1, "candidate_id": number}) for number in range(2, 6)]
        for reply in replies:
            refused(reply, "STORE_UNAVAILABLE")
        assert dump_database(store.path) == before
        assert len(desk.get(f"{SESSIONS}?job_id=1").json["items"]) == 1
    for number in range(2, 6):
        assert start(desk, number)["status"] == "invited"
    assert integrity(store.path) == "ok"


def test_a_disk_that_fills_during_an_invitation_causes_no_second_interview(
    stores: list[Store], make_app: MakeApp, statements: Statements
) -> None:
    with FakeHireflix() as fake:
        client = Client(make_app(
            TENER_HIREFLIX_API_KEY=fake.api_key,
            TENER_HIREFLIX_POSITION_ID=fake.position_id,
            TENER_HIREFLIX_BASE_URL=fake.url,
        ))
        fake.fail_next(faults.held(), on="inviteCandidateToInterview")
        with ThreadPoolExecutor(1) as pool:
            starting = pool.submit(client.post, START, {"job_id": 1, "candidate_id": 42})
            eventually(lambda: fake.invites)
            with full(stores[0], statements):
                fake.heal()
                refused(starting.result(PATIENCE_S), "STORE_UNAVAILABLE")
        assert start(client)["status"] == "invited"
        session_id = client.get(SESSIONS).json["items"][-1]["session_id"]
        assert [interview.external_id for interview in fake.interviews] == [session_id]
        assert fake.invites == 1
    assert integrity(stores[0].path) == "ok"


def test_a_disk_full_error_of_sqlite_is_reported_as_such(tmp_path: Path) -> None:
    """A real one: from some moment on the operating system lets no file of the process grow."""
    with ForkedService(environ(tmp_path)).start() as service:
        good = [_start(service, number) for number in range(1, 6)]
        room = (tmp_path / "interview.sqlite3-wal").stat().st_size
        former = resource.prlimit(service.pid, resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
        bad = [_start(service, number) for number in range(6, 9)]
        for reply in bad:
            refused(reply, "STORE_UNAVAILABLE")
        assert service.get("/health").status == 200
        kept = service.get(SESSIONS).json["items"]
        resource.prlimit(service.pid, resource.RLIMIT_FSIZE, former)
        healed = [_start(service, number) for number in range(1, 9)]
        assert [reply.status for reply in good + healed] == [201] * 5 + [200] * 5 + [201] * 3
        assert len(kept) == 5
        assert service.terminate() == 0
        assert not re.search("Traceback|raised_at", service.log)
    assert integrity(tmp_path / "interview.sqlite3") == "ok"


def _start(service: ServiceProcess, candidate_id: int) -> Reply:
    return service.post(START, {"job_id": 1, "candidate_id": candidate_id})


# Not ours to write --------------------------------------------------------------------------------------------------

#: Root is held back by no permission, so that it becomes somebody who owns nothing.
AS_NOBODY = """
import os, sys
from pathlib import Path
from tener_interview.store import opening
from tener_interview.store.maintenance import StoreRefused
from tener_interview.store.sqlite.database import Store
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
try:
    Store(Path(sys.argv[1]))
except StoreRefused as refused:
    sys.exit(f"refused: {refused}")
"""


@pytest.fixture
def common_folder() -> Iterator[Path]:
    """A folder that everybody can reach; pytest's own are for their owner only."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def open_as_nobody(path: Path) -> str:
    """The output of a process without any rights that opens the store."""
    run = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, path], cwd=PROJECT, env=environ(path.parent), capture_output=True, text=True,
        timeout=60,
    )
    assert run.returncode == 1
    return run.stderr


@pytest.mark.parametrize(
    ("file_mode", "folder_mode", "says"),
    [
        (0o444, 0o755, "attempt to write a readonly database"),
        (0o444, 0o555, "attempt to write a readonly database"),
        (0o000, 0o755, "unable to open database file"),
        (0o444, 0o000, "Permission denied"),
    ],
)
def test_a_read_only_database_file_is_refused(
    common_folder: Path, file_mode: int, folder_mode: int, says: str
) -> None:
    path = common_folder / "store" / "interview.sqlite3"
    new_store(path).close()
    before = path.read_bytes()
    path.chmod(file_mode)
    path.parent.chmod(folder_mode)
    try:
        error = open_as_nobody(path)
    finally:
        path.parent.chmod(0o755)
        path.chmod(0o644)
    assert error.startswith("refused: cannot")
    assert says in error
    assert path.read_bytes() == before


def test_a_database_in_a_read_only_folder_is_refused(common_folder: Path) -> None:
    common_folder.chmod(0o555)
    error = open_as_nobody(common_folder / "store" / "interview.sqlite3")
    assert error.startswith("refused: cannot open")
    assert "Permission denied" in error
    assert not any(common_folder.iterdir())


def test_an_unusable_database_ends_the_process_with_status_2_and_a_reason(tmp_path: Path) -> None:
    (tmp_path / "interview.sqlite3").write_text("not a database, but long enough to be looked at " * 50)
    with ForkedService(environ(tmp_path)) as service:
        service.launch()
        assert service.wait() == 2
        assert "TENER_INTERVIEW_DB_PATH: cannot open" in service.log
        assert not re.search("Traceback|raised_at", service.log)


# Gone ---------------------------------------------------------------------------------------------------------------


def test_a_deleted_database_file_gets_no_more_writes(desk: Client, stores: list[Store]) -> None:
    """They would be acknowledged and then vanish with the file."""
    (store,) = stores
    aside = store.path.with_name("aside.sqlite3")
    store.path.rename(aside)
    refused(desk.post(START, {"job_id": 1, "candidate_id": 2}), "STORE_UNAVAILABLE")
    refused(desk.get(SESSIONS), "STORE_UNAVAILABLE")
    refused(desk.get("/ready"), "STORE_UNAVAILABLE")
    assert desk.get("/health").status == 200
    assert not store.path.exists()
    aside.rename(store.path)
    assert start(desk, 2)["status"] == "invited"
    assert len(desk.get(SESSIONS).json["items"]) == 2


def test_a_replaced_database_file_is_not_mixed_with_the_old_one(desk: Client, stores: list[Store]) -> None:
    (store,) = stores
    other = store.path.with_name("other.sqlite3")
    new_store(other).close()
    other.replace(store.path)
    before = store.path.read_bytes()
    refused(desk.post(START, {"job_id": 1, "candidate_id": 2}), "STORE_UNAVAILABLE")
    refused(desk.get(SESSIONS), "STORE_UNAVAILABLE")
    assert store.path.read_bytes() == before


def test_damaged_database_pages_are_503_and_no_crash(desk: Client, stores: list[Store]) -> None:
    (store,) = stores
    for number in range(2, 300):
        _add(store, number)
    with store.write() as tx:
        tx.pending_scrub.request()
    assert store.scrub()
    size = store.path.stat().st_size
    with store.path.open("r+b") as file:
        file.seek(2 * 4096)
        file.write(os.urandom(size - 2 * 4096))
    replies = [desk.get(f"{SESSIONS}?limit=500"), desk.post(START, {"job_id": 1, "candidate_id": 1000})]
    for reply in replies:
        refused(reply, "STORE_UNAVAILABLE")
    assert desk.get("/health").status == 200


def test_a_running_read_finishes_after_the_store_is_closed_and_new_requests_are_503(
    desk: Client, stores: list[Store]
) -> None:
    (store,) = stores
    closing = threading.Thread(target=store.close)
    with store.read() as tx:
        closing.start()
        join(closing)
        assert not closing.is_alive()
        assert len(tx.sessions.newest_first({}, limit=10)) == 1
    refused(desk.get(SESSIONS), "STORE_UNAVAILABLE")
    assert integrity(store.path) == "ok"
