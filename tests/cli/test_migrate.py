"""`migrate --from`: the copy has every row of the file, whatever was in it and however often the copying was killed."""

from __future__ import annotations

import json
import shutil
import signal
import struct
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from cli.conftest import Command, CommandResult
from fakes.application import make_application
from fakes.client import Client
from fakes.databases import open_store, plain_connection
from fakes.forked_service import ForkedService
from fakes.process import altered
from fakes.process import environ as service_environ
from fakes.running_service import PROJECT, clean_environ
from fakes.stored import add_session, new_store, opened
from for_each import for_each
from tener_interview.store.erasure_log import Erasure
from tener_interview.store.maintenance import StoreRefused
from tener_interview.store.sqlite.database import Store

COPY = "tener_interview.store.postgres.copy_target"
#: A database of an earlier version, with rows in every table it had.
EARLIER = PROJECT / "tests/store/sqlite/fixtures/schema_8.sql"
#: Names and texts that databases, drivers and JSON have their difficulties with.
TEXTS = (
    "Jane Doe", "Zoë 山田 🙂", "O'Neil; DROP TABLE \"x\"", "back\\slash \t tab", "a\0b", "\\N", "ﬁ", "%s ? $1 {}",
    "'", "Ünï\u0301cödé", "NULL", "{\"a\": 1}",
)  # fmt: skip

Migrate = Callable[[Path], CommandResult]


@pytest.fixture
def target(environ: dict[str, str], empty_postgres: str) -> dict[str, str]:
    """A service whose database is empty, on PostgreSQL."""
    return {
        **{name: value for name, value in environ.items() if name != "TENER_INTERVIEW_DB_PATH"},
        "TENER_INTERVIEW_DATABASE_URL": empty_postgres,
    }


@pytest.fixture
def migrate(command: Command, target: dict[str, str]) -> Migrate:
    def run(path: Path) -> CommandResult:
        changes: Mapping[str, str | None] = {"TENER_INTERVIEW_DB_PATH": None, **target}
        return command("migrate", "--from", str(path), "--json", **changes)

    return run


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A SQLite database with rows in every table and every kind of value."""
    path = tmp_path / "old.sqlite3"
    with opened(path) as db:
        db.executescript(EARLIER.read_text("utf-8"))
    store = Store(path)
    with store.write() as tx:
        for number, text in enumerate(TEXTS, start=100):
            session_id = add_session(
                tx, number, candidate_name=text, status="scored", total_score=number / 7, technical_score=float(number),
                flags=[text, "short_answer"], urgent=bool(number % 2), video_urls={text: text},
            )
            tx.events.add(session_id, "created", "recruiter", number, note=text, half="\ud83d", large=1e22, small=-0.0)
            tx.results.add(session_id, json.dumps({"z": [text, None, True], "a": 1.0, "b": 10**15}), 2**53)
            shingles = struct.pack("<2I", number, 2**32 - 1)
            tx.near_duplicates.store_answers(session_id, {"q1": (shingles, (number, 2**40))})
        tx.plans.save_draft(1, json.dumps({"name": TEXTS[1]}), 5, revision=0)
        tx.wrong_tokens.record("hash", now_ms=7, limit=3)
    store.erasure_log.append(Erasure(9, ("iv_gone",), ("fingerprint",), 77))
    store.close()
    return path


def contents(path: Path) -> list[str]:
    with opened(path) as db:
        return list(db.iterdump())


def test_every_row_of_every_table_is_copied_to_postgres(file: Path, migrate: Migrate, target: dict[str, str]) -> None:
    before = contents(file)
    result = migrate(file)
    assert result.status == 0, result.err
    assert contents(file) == before
    with opened(file) as db:
        tables = [row[0] for row in db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )]
        counts = {name: db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}
    assert result.json["rows"] == counts
    old, new = Store(file), open_store(target)
    with old.read() as ours, new.read() as theirs:
        for number, text in enumerate(TEXTS, start=100):
            shown = text.replace("\0", "\N{REPLACEMENT CHARACTER}")
            (mine,), (other,) = (tx.sessions.of_candidate(number) for tx in (ours, theirs))
            assert other.candidate_name == shown
            assert (other.total_score, other.urgent) == (mine.total_score, mine.urgent)
            assert other.video_urls == {shown: shown}
            (event,) = theirs.events.of_session(other.session_id)
            assert event.details == {"note": shown, "half": "\N{REPLACEMENT CHARACTER}", "large": 1e22, "small": 0}
            (result_row,) = theirs.results.all(other.session_id)
            assert json.loads(result_row.content) == {"z": [shown, None, True], "a": 1.0, "b": 10**15}
            assert theirs.near_duplicates.shingles(other.session_id) == ours.near_duplicates.shingles(mine.session_id)
        boards = [[row.session_id for row in tx.rankings.top(1, limit=50)] for tx in (ours, theirs)]
        assert boards[0] == boards[1] != []
    assert Erasure(9, ("iv_gone",), ("fingerprint",), 77) in new.erasure_log.entries()
    with new.write() as tx:
        # Numbers go on where those of the file end.
        last = max(each.seq for each in tx.sessions.rows_of_job(1, after_seq=0, limit=100))
        fresh = add_session(tx, 999)
        (row,) = tx.sessions.rows_of_candidate(999)
        assert (row.session_id, row.seq) == (fresh, last + 1)
    old.close()
    new.close()


def test_a_service_continues_with_the_copied_database(command: Command, environ: dict[str, str], migrate: Migrate,
                                         target: dict[str, str]) -> None:
    session_id = command("start", "1", "42", "--name", "Jane Doe", "--json").json["session_id"]
    assert command("refresh", "1", "--force", "--json").json["scored"] == 1
    app = make_application(environ)
    before = Client(app).get("/api/jobs/1/interview-leaderboard").json
    link = Client(app).get(f"/api/interviews/sessions/{session_id}").json["entry_url"]
    app.close()
    assert migrate(Path(environ["TENER_INTERVIEW_DB_PATH"])).status == 0
    app = make_application(target)
    client = Client(app)
    assert client.get("/api/jobs/1/interview-leaderboard").json == before
    assert client.get(f"/api/interviews/sessions/{session_id}").json["entry_url"] == link
    app.close()


def killed_copy(file: Path, target: dict[str, str], place: int) -> None:
    """A copy that is killed before it writes some rows for the nth time, two in each transaction."""
    alterations = (f"set {COPY}:ROWS_PER_TRANSACTION 2", f"kill-before {COPY}:write_rows {place}")
    with ForkedService(clean_environ(**target)) as copying:
        copying.launch((*altered(*alterations), "--", "migrate", "--from", str(file)))
        assert copying.wait() == -signal.SIGKILL


@pytest.mark.parametrize("place", [1, 9])
def test_a_killed_copy_is_continued_when_repeated_and_by_no_other_file(
    place: int, file: Path, tmp_path: Path, migrate: Migrate, target: dict[str, str]
) -> None:
    killed_copy(file, target, place)
    with pytest.raises(StoreRefused, match="unfinished copy"):
        open_store(target)
    new_store(tmp_path / "other.sqlite3").close()
    refused = migrate(tmp_path / "other.sqlite3")
    assert (refused.status, "another file" in refused.err) == (1, True)
    result = migrate(file)
    assert (result.status, result.json["already_there"]) == (0, False)
    again = migrate(file)
    assert (again.status, again.json["already_there"]) == (0, True)
    assert again.json["checksums"] == result.json["checksums"]


def test_a_copy_into_a_database_that_is_not_empty_is_refused(
    file: Path, migrate: Migrate, target: dict[str, str]
) -> None:
    store = open_store(target)
    with store.write() as tx:
        add_session(tx, 1)
    store.close()
    refused = migrate(file)
    assert refused.status == 1
    assert "not empty" in refused.err
    with plain_connection(target) as db:
        assert db.execute("SELECT count(*) FROM interview_sessions").fetchone()[0] == 1


#: What is wrong with a file; the one that is found out last comes first, for a target that nobody has opened yet.
UNUSABLE = ("broken JSON", "in use", "missing", "foreign")


@for_each("what", UNUSABLE)
def test_a_file_that_cannot_be_copied_is_refused(
    what: str, file: Path, tmp_path: Path, migrate: Migrate, target: dict[str, str]
) -> None:
    path = tmp_path / f"{what}.sqlite3"
    with ExitStack() as stack:
        if what == "broken JSON":
            shutil.copy(file, path)
            with opened(path) as db:
                db.execute("UPDATE interview_events SET details = '{' WHERE seq = 1")
        elif what == "in use":
            settings = service_environ(tmp_path) | {"TENER_INTERVIEW_DB_PATH": str(path)}
            stack.enter_context(ForkedService(settings)).start()
        elif what == "foreign":
            with opened(path) as db:
                db.execute("CREATE TABLE notes (text TEXT)")
        refused = migrate(path)
    assert refused.status == 1
    assert path.name in refused.err
    store = open_store(target)
    with store.read() as tx:
        assert tx.sessions.count_not_erased() == 0
    store.close()


def test_a_copy_without_a_database_url_names_the_setting(command: Command, file: Path) -> None:
    result = command("migrate", "--from", str(file))
    assert result.status == 1
    assert "TENER_INTERVIEW_DATABASE_URL" in result.err
