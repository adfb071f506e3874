"""Nothing of an erased person is in any byte of the files; what is still owed of that is on record, and paid."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from fakes.application import make_application
from fakes.client import Client
from fakes.desk import Desk, held_back_invite, in_background
from fakes.front_door import START
from fakes.statements import Statements
from fakes.stored import add_session, new_store, opened
from fakes.waiting import PATIENCE_S, eventually, join
from tener_interview.domain.privacy.erase import erase_candidate
from tener_interview.store.backup_files import find_abandoned_drafts
from tener_interview.store.sqlite import scrubbing
from tener_interview.store.sqlite.backup import back_up
from tener_interview.store.sqlite.database import Store

NAME = "Zenobia Quillfeather"
CHECKPOINT = "PRAGMA wal_checkpoint(TRUNCATE)"


@pytest.fixture
def path(environ: dict[str, str]) -> Path:
    return Path(environ["TENER_INTERVIEW_DB_PATH"])


def raw(*paths: Path) -> bytes:
    """The bytes of databases and of what lies beside them."""
    return b"".join(item.read_bytes() for path in paths for item in path.parent.glob(f"{path.name}*"))


def pending_scrubs(path: Path) -> int:
    with opened(path) as db:
        return int(db.execute("SELECT erasures FROM scrub_debt").fetchone()[0])


@pytest.fixture
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tries follow each other soon, for tests where the reader stays until all of them have failed."""
    monkeypatch.setattr(scrubbing, "PAUSE_S", 0.01)


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Meanwhile a reader of the database has an open transaction, which keeps its write-ahead log in use."""
    with opened(path) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM interview_sessions").fetchone()
        yield reader


@pytest.fixture
def app(environ: dict[str, str]) -> Iterator[Any]:
    app = make_application(environ)
    yield app
    app.close()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_page_splits_in_the_database_file_leave_no_erased_data(app: Any, path: Path, tmp_path: Path, seed: int) -> None:
    """Rows that grow and shrink at random are moved between pages, and parts of them stay where they were."""
    dice = random.Random(seed)
    store: Store = app.service.store
    people = range(1, 501)
    with store.write() as tx:
        for number in people:
            name = f"{NAME} the {number}th"
            session_id = add_session(tx, number, candidate_name=name, flags="x" * dice.randint(0, 900))
            tx.results.add(session_id, json.dumps({"said": f"{NAME} {number} {'word ' * dice.randint(1, 400)}"}), 1)
    with store.write() as tx:
        for _ in range(1500):
            session_id = f"iv_{dice.choice(people):032x}"
            assert tx.sessions.update_if(session_id, {}, flags="y" * dice.randint(0, 1800))
    scrub, store.scrub = store.scrub, lambda **_: False  # type: ignore[method-assign]
    for number in people:
        erase_candidate(app.service, number)
    store.scrub = scrub  # type: ignore[method-assign]
    assert pending_scrubs(path) == 500
    copy = tmp_path / "while-owed.sqlite3"
    back_up(path, copy)
    assert store.scrub()
    assert NAME.encode() not in raw(path)
    assert NAME.encode() not in raw(copy)


@pytest.mark.usefixtures("_short_pauses")
def test_the_scrub_is_retried_after_an_open_reader_closes(app: Any, path: Path) -> None:
    client = Client(app)
    client.post(START, {"job_id": 1, "candidate_id": 42, "candidate_name": NAME})
    with reading(path) as reader:
        assert client.request("DELETE", "/api/candidates/42").json["scrubbed"] is False
        assert b"tener_interview_scrub_owed 1" in client.get("/metrics").body
        assert NAME.encode() in raw(path)
        reader.execute("COMMIT")
    app.start()
    eventually(lambda: NAME.encode() not in raw(path))
    eventually(lambda: pending_scrubs(path) == 0)
    assert b"tener_interview_scrub_owed 0" in client.get("/metrics").body


@pytest.mark.usefixtures("_short_pauses")
def test_the_file_is_not_rewritten_repeatedly_while_a_reader_keeps_the_log(app: Any, path: Path) -> None:
    client, store = Client(app), app.service.store
    for number in range(1, 30):
        client.post(START, {"job_id": 1, "candidate_id": number, "candidate_name": NAME})
    with reading(path):
        client.request("DELETE", "/api/candidates/1")
        before = store.size_bytes()
        assert [store.scrub() for _ in range(5)] == [False] * 5
        assert store.size_bytes() == before
    assert store.scrub()
    assert pending_scrubs(path) == 0


@pytest.mark.usefixtures("_short_pauses")
def test_many_deletes_wait_only_once_for_a_reader_of_the_log(
    statements: Statements, app: Any, path: Path
) -> None:
    """Whoever writes waits with them: forty deletes kept candidates' links from being opened for a minute."""
    client, store = Client(app), app.service.store
    for number in range(1, 7):
        client.post(START, {"job_id": 1, "candidate_id": number, "candidate_name": NAME})
    with statements.recorded() as executed, reading(path):
        for number in range(1, 7):
            assert client.request("DELETE", f"/api/candidates/{number}").json["scrubbed"] is False
    assert executed.count("VACUUM") == 1
    assert executed.count(CHECKPOINT) < 20, "the first waits for it, and no other"
    assert pending_scrubs(path) == 6
    assert store.scrub()
    assert NAME.encode() not in raw(path)


@pytest.mark.parametrize("keeps_it_s", [0.7, 60.0])
def test_writers_do_not_wait_while_an_erasure_waits_for_a_reader(
    statements: Statements, app: Any, path: Path, keeps_it_s: float
) -> None:
    """A reader who leaves in time is waited for, and one who does not is not waited for again."""
    client, store = Client(app), app.service.store
    for number in range(1, 4):
        client.post(START, {"job_id": 1, "candidate_id": number, "candidate_name": NAME})
    with reading(path) as reader:
        thread, done = in_background(lambda: client.request("DELETE", "/api/candidates/1"))
        began_s, writes = time.monotonic(), 0
        while thread.is_alive():
            if time.monotonic() - began_s > keeps_it_s and reader.in_transaction:
                reader.execute("COMMIT")
            with store.write() as tx:
                tx.idempotency.forget_before(0)
            writes += 1
            time.sleep(0.005)
        assert done[0].json["scrubbed"] is (keeps_it_s < 1)
        assert writes > 5, "they waited until the erasure was over"
        if keeps_it_s > 1:
            with statements.recorded() as executed:
                assert client.request("DELETE", "/api/candidates/2").json["scrubbed"] is False
            assert executed.count(CHECKPOINT) == 1


@pytest.mark.usefixtures("_short_pauses")
def test_the_next_erasure_also_runs_a_pending_scrub(app: Any, path: Path) -> None:
    client = Client(app)
    client.post(START, {"job_id": 1, "candidate_id": 42, "candidate_name": NAME})
    with reading(path):
        client.request("DELETE", "/api/candidates/42")
    assert client.request("DELETE", "/api/candidates/42").json["scrubbed"] is True
    assert NAME.encode() not in raw(path)


@pytest.mark.parametrize(("erased_at", "owes"), [(None, 0), (5, 1)])
def test_a_migrated_database_with_erased_people_needs_a_scrub(path: Path, erased_at: int | None, owes: int) -> None:
    with opened(path) as db:
        db.executescript((Path(__file__).parents[2] / "store/sqlite/fixtures/schema_5.sql").read_text("utf-8"))
        db.execute("UPDATE interview_sessions SET erased_at = ?", (erased_at,))
    Store(path).close()
    assert pending_scrubs(path) == owes


# What is stored late --------------------------------------------------------------------------------------------------


def test_a_response_stored_after_the_erasure_has_no_name(desk: Desk, path: Path) -> None:
    asked, answer = held_back_invite(desk)
    body = {"job_id": 1, "candidate_id": 42, "candidate_name": NAME, "candidate_email": "zenobia@example.com"}
    thread, done = in_background(lambda: desk.client.post(START, body, Idempotency_Key="k"))
    assert asked.wait(PATIENCE_S)
    desk.client.request("DELETE", "/api/candidates/42")
    answer.set()
    join(thread)
    assert done[0].status == 201
    with opened(path) as db:
        assert db.execute("SELECT count(*) FROM idempotency_keys").fetchone() == (0,)


def test_an_erasure_keeps_stored_responses_about_other_candidates(desk: Desk) -> None:
    desk.started(43)
    desk.client.request("DELETE", "/api/candidates/43")
    body = {"job_id": 1, "candidate_id": 42}
    first = desk.client.post(START, body, Idempotency_Key="k")
    again = desk.client.post(START, body, Idempotency_Key="k")
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json["session_id"] == first.json["session_id"]


def test_a_batch_step_that_ends_after_the_erasure_stores_no_personal_data(desk: Desk, path: Path) -> None:
    people = {42: NAME, 43: "John Roe"}
    given = [
        {"candidate_id": item, "candidate_name": name, "candidate_email": f"{item}@example.com"}
        for item, name in people.items()
    ]
    invite, both = desk.service.provider.invite, threading.Barrier(3, timeout=PATIENCE_S)

    def wait_for_both(invitee: Any) -> Any:
        made = invite(invitee)
        both.wait()
        both.wait()
        return made

    desk.service.provider.invite = wait_for_both
    step = {"job_id": 1, "candidates": given}
    thread, _ = in_background(lambda: desk.client.post("/api/steps/interview", step, Idempotency_Key="k"))
    both.wait()
    desk.client.request("DELETE", "/api/candidates/42")
    both.wait()
    join(thread)
    assert b"42@example.com" not in raw(path)
    assert NAME.encode() not in raw(path)
    assert b"John Roe" in raw(path)


def test_erasing_again_removes_data_stored_since(desk: Desk, path: Path) -> None:
    session_id = desk.started(42)
    desk.client.request("DELETE", "/api/candidates/42")
    with opened(path) as db:
        kept = f"{session_id} {NAME}"
        db.execute("INSERT INTO idempotency_keys VALUES ('s', 'k', 'f', 'done', 0, 9, 201, ?)", (kept,))
        db.execute("INSERT INTO interview_results VALUES (?, 1, 1, ?)", (session_id, NAME))
        db.execute("UPDATE interview_events SET details = ?", (json.dumps({"name": NAME}),))
    assert desk.client.request("DELETE", "/api/candidates/42").json["scrubbed"] is True
    assert NAME.encode() not in raw(path)


def test_an_erasure_that_changes_no_row_is_503(desk: Desk, path: Path) -> None:
    desk.started(42, candidate_name=NAME)
    with opened(path) as db:
        db.execute("CREATE TRIGGER t BEFORE UPDATE ON interview_sessions BEGIN SELECT RAISE(IGNORE); END")
    assert desk.client.request("DELETE", "/api/candidates/42").status == 503


# Abandoned drafts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "age_s", "goes"), [
    (".b.sqlite3.0123456789abcdef.part", 7200, True),
    (".b.sqlite3.0123456789abcdef.part-wal", 7200, True),
    (".b.sqlite3.0123456789abcdef.part", 60, False),
    (".b.sqlite3.0123456789abcdef.part", -7200, True),
    ("b.sqlite3.0123456789abcdef.part", 7200, False),
    (".b.sqlite3.somebody-elses.part", 7200, False),
])
def test_unfinished_files_of_a_killed_backup_are_removed_by_name_and_age(
    tmp_path: Path, path: Path, name: str, age_s: int, *, goes: bool
) -> None:
    new_store(path).close()
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / name).write_text("a whole copy")
    os.utime(folder / name, (time.time() - age_s,) * 2)
    assert bool(find_abandoned_drafts(folder)) is goes
    back_up(path, folder / "next.sqlite3")
    assert (folder / name).exists() is not goes
