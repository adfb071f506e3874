"""Importing from the previous service: every session once, and reasons for those that cannot be imported."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from cli.conftest import Command, real
from fakes.client import Client
from fakes.desk import ANSWERS
from fakes.front_door import SESSIONS, START, MakeApp, refused
from fakes.hireflix import FakeHireflix
from fakes.legacy_database import OldDatabase
from fakes.running_service import PROJECT, clean_environ
from fakes.special_files import special_file
from fakes.stored import add_session, dump, integrity, opened
from fakes.waiting import PATIENCE_S
from tener_interview.store.maintenance import StoreRefused
from tener_interview.store.sqlite.database import Store
from tener_interview.store.sqlite.legacy_database import open_legacy_database

KEPT = "iv_" + "a" * 32
SCORECARD = {"transcription_scoring": {"question_scores": [
    {"question_id": "q1", "title": "How do you test an API?", "score": 80, "dimension": "technical",
     "transcript": "I write the test first, then the handler, and measure the coverage of every branch."},
    {"title": "How do you disagree in a team?", "score": None, "transcript": None},
]}}
SCORES = {"technical_score": 81.25, "soft_skills_score": 70, "culture_fit_score": None, "total_score": "77.4",
          "score_confidence": 0.8, "pass_recommendation": "YES"}


@pytest.fixture
def old(tmp_path: Path) -> OldDatabase:
    return OldDatabase(tmp_path / "old database.sqlite3")


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name.startswith("old")}


def by_former_id(answer: Any) -> dict[str, Any]:
    return {item["former_id"]: item for item in answer["items"]}


def test_every_session_of_the_previous_service_is_imported_and_continues(
    command: Command, environ: dict[str, str], make_app: MakeApp, old: OldDatabase, hireflix: FakeHireflix,
    tmp_path: Path,
) -> None:
    invited, finished = hireflix.invite_elsewhere("p42@example.com"), hireflix.invite_elsewhere("p43@example.com")
    lost = hireflix.invite_elsewhere("p47@example.com")
    uuid = str(UUID(int=7))
    position = {"provider_assessment_id": hireflix.position_id}
    old.session(KEPT, 42, "invited", provider_invitation_id=invited, entry_token_hash="h", conversation_id=7,
                language="en", **position)
    old.session(uuid, "43", "in_progress", provider_invitation_id=finished, started_at="2026-01-10T10:00:00Z",
                **position)
    old.session("44", 44, "SCORED", completed_at="2026-01-12 08:00:00", scored_at="2026-01-12T09:00:00", **position)
    old.session("s-45", 45, "expired", candidate_name=None, **position)
    old.session("s-46", 46, "cancelled", provider_invitation_id="gone", **position)
    old.session("s-47", 47, "created", **position)
    old.session("s-48", 48, "no such word", completed_at="2026-01-12 08:00:00", **position)
    old.add("interview_results", result_id="r1", session_id="44", created_at="2026-01-12 09:00:00", **{
        **SCORES, "total_score": 60}, normalized_json="{broken")
    old.add("interview_results", result_id="r2", session_id="44", created_at="2026-01-13 09:00:00", **SCORES,
            normalized_json=SCORECARD)
    old.add("interview_events", event_id="e2", session_id="44", event_type="interview.scored", source="provider",
            payload={"attempt": 2, "entry_token": "secret", "email": "x@example.com"}, created_at="2026-01-12 09:00:00")
    old.add("interview_events", event_id="e1", session_id="44", event_type="session_created", source="api",
            created_at="2026-01-10 09:00:00")
    before = files(tmp_path)

    dry = command("import", str(old.path), "--dry-run", "--json", **real(hireflix))
    assert (dry.status, dry.json["taken"], dry.json["events"]) == (0, 7, 2)
    assert not Path(environ["TENER_INTERVIEW_DB_PATH"]).exists()
    done = command("import", str(old.path), "--json", **real(hireflix))
    assert done.status == 0, done.err
    assert {name: done.json[name] for name in ("taken", "known", "conflict", "refused")} == {
        "taken": 7, "known": 0, "conflict": 0, "refused": 0,
    }
    assert done.json["not_read"]["tables"] == {"job_interview_assessments": 1}
    assert "entry_token_hash" in done.json["not_read"]["columns"]["interview_sessions"]
    assert files(tmp_path) == before, "the previous service's file was changed"
    items = by_former_id(done.json)
    assert {item: items[item]["status"] for item in items} == {
        KEPT: "invited", uuid: "in_progress", "44": "scored", "s-45": "created", "s-46": "canceled", "s-47": "created",
        "s-48": "completed",
    }
    assert items[KEPT]["session_id"] == KEPT

    client = Client(make_app(**real(hireflix)))
    session = client.get(f"{SESSIONS}/{KEPT}").json
    assert (session["candidate_name"], session["conversation_id"], session["language"]) == ("Person 42", 7, "en")
    assert session["created_at"] == "2026-01-10T09:00:00.000Z"
    assert session["entry_url"] == items[KEPT]["entry_url"]
    # By the id that the main system has kept.
    assert client.get(f"{SESSIONS}/{uuid}").json["session_id"] == items[uuid]["session_id"]
    hireflix.finish(finished, ANSWERS)
    assert client.post(f"{SESSIONS}/{uuid}/refresh", {}).json["status"] == "scored"
    assert client.post(f"{SESSIONS}/{KEPT}/refresh", {}).json["status"] == "invited"
    scorecard = client.get(f"{SESSIONS}/44/scorecard").json["scorecard"]
    assert (scorecard["total_score"], scorecard["technical_score"], scorecard["result_version"]) == (77.4, 81.2, 2)
    assert scorecard["pass_recommendation"] == "yes"
    scoring = scorecard["transcription_scoring"]
    assert (scoring["engine_version"], scoring["criteria_version"]) == ("predecessor", "predecessor")
    assert [score["dimension"] for score in scoring["question_scores"]] == ["technical", "soft_skills"]
    versions = client.get(f"{SESSIONS}/44/results").json["items"]
    assert [(version["result_version"], version["total_score"]) for version in versions] == [(2, 77.4), (1, 60.0)]
    events = client.get(f"{SESSIONS}/44/events").json["items"]
    assert [(event["event"], event["at"]) for event in events[:2]] == [
        ("session_created", "2026-01-10T09:00:00.000Z"), ("interview_scored", "2026-01-12T09:00:00.000Z"),
    ]
    assert events[1]["details"] == {"attempt": 2}
    assert (events[2]["event"], events[2]["details"]["former_id"]) == ("taken_over", "44")
    best = client.get("/api/jobs/1/interview-leaderboard").json["items"]
    assert {44, 43} <= {item["candidate_id"] for item in best if item["total_score"] is not None}

    # Whoever has an interview at Hireflix is not invited once more.
    invites = hireflix.invites
    adopted = client.post(START, {"job_id": 1, "candidate_id": 47}).json
    assert (client.get(f"{SESSIONS}/s-47").json["invitation_id"], hireflix.invites) == (lost, invites)
    assert adopted["entry_url"]

    again = command("import", str(old.path), "--json", **real(hireflix))
    assert (again.status, again.json["taken"], again.json["known"]) == (0, 0, 7)
    assert by_former_id(again.json)[KEPT]["entry_url"] == items[KEPT]["entry_url"]
    output = command("import", str(old.path), **real(hireflix)).out
    assert items[KEPT]["entry_url"] in output
    assert "table job_interview_assessments (1 rows)" in output
    assert "Start them here" in output
    assert "expired" in output, "of whom it is not known where the interview is"


def test_conflicting_and_invalid_rows_are_listed_and_not_imported(
    command: Command, environ: dict[str, str], old: OldDatabase
) -> None:
    store = Store(Path(environ["TENER_INTERVIEW_DB_PATH"]))
    with store.write() as tx:
        here = add_session(tx, 42, status="invited")
        add_session(tx, 50, status="scored", erased_at=1_790_000_000_000, is_current=0)
    store.close()
    old.session("a", 42, "invited", provider="hireflix_mock")
    old.session("b", 43, "completed", provider="hireflix")
    old.session("c", "JD-7", "invited", provider=None)
    old.session("d", 44, "invited", provider=None, job_id="x")
    old.session("", 45, "invited", provider=None)
    old.session("e", 50, "scored", provider=None)
    old.session("f", 51, "scored", provider="demo")
    before = dump(Path(environ["TENER_INTERVIEW_DB_PATH"]))
    result = command("import", str(old.path), "--dry-run", "--json")
    assert result.status == 1
    assert dump(Path(environ["TENER_INTERVIEW_DB_PATH"])) == before
    items = {item["former_id"] or "": item for item in result.json["items"]}
    assert {name: item["action"] for name, item in items.items()} == {
        "a": "conflict", "b": "refused", "c": "refused", "d": "refused", "": "refused", "e": "refused", "f": "taken",
    }
    assert here in items["a"]["why"]
    assert "demo" in items["b"]["why"]
    assert "JD-7" in items["c"]["why"]
    assert "job_id" in items["d"]["why"]
    assert "erased" in items["e"]["why"]
    done = command("import", str(old.path))
    assert done.status == 1
    assert "1 session imported" in done.out
    assert "JD-7" in done.out
    with opened(Path(environ["TENER_INTERVIEW_DB_PATH"])) as db:
        row = db.execute("SELECT status FROM interview_sessions WHERE session_id = ?", (here,)).fetchone()
        assert row == ("invited",)
        # Without a score that makes sense it waits for one, and has none.
        (status,) = db.execute("SELECT status FROM interview_sessions WHERE candidate_id = 51").fetchone()
    assert status == "completed"


FEW_COLUMNS = """
CREATE TABLE interview_sessions (id TEXT, jd_id TEXT, candidate_id TEXT, state TEXT, meta TEXT, total_score REAL,
    technical_score REAL);
INSERT INTO interview_sessions VALUES ('x1', '1', '42', 'scored',
    '{"candidate_name": "Ann", "email": "ann@example.com", "created_at": 1768000000}', 88, 90);
"""
OTHER_NAMES = """
CREATE TABLE interview_sessions (uuid TEXT, job_id, candidate_id, status, first_name, last_name, created_at);
INSERT INTO interview_sessions VALUES ('U', 1.0, 42, 'In Progress', 'Ann', 'Other', '2026-01-01T00:00:00');
CREATE TABLE interview_events (interview_session_id, type, at);
INSERT INTO interview_events VALUES ('U', 'x', NULL), ('other', 'x', 1768000000);
"""
TWO_OF_ONE_CANDIDATE = """
CREATE TABLE interview_sessions (session_id, job_id, candidate_id, status, name, created_at);
INSERT INTO interview_sessions VALUES ('old', 1, 42, 'scored', 'Ann', '2026-01-01 00:00:00'),
    ('new', 1, 42, 'canceled', 'Ann', '2026-02-01 00:00:00');
CREATE TABLE interview_results (id, session_id, scorecard);
INSERT INTO interview_results VALUES (1, 'old',
    '{"summary": {"total_score": 55, "confidence": 80, "recommendation": "maybe"}}');
"""
OTHER_LAYOUTS = [
    (FEW_COLUMNS, ("Ann", "scored", 88.0)),
    (OTHER_NAMES, ("Ann Other", "created", None)),
    (TWO_OF_ONE_CANDIDATE, ("Ann", "scored", 55.0)),
]


@pytest.mark.parametrize(("sql", "expected"), OTHER_LAYOUTS)
def test_databases_of_the_previous_service_with_other_columns_are_imported(
    command: Command, make_app: MakeApp, tmp_path: Path, sql: str, expected: tuple[str, str, float | None]
) -> None:
    old = OldDatabase(tmp_path / "old.sqlite3", sql)
    result = command("import", str(old.path), "--json")
    assert result.status == 0, result.out
    client = Client(make_app())
    (row,) = client.get("/api/jobs/1/interview-leaderboard").json["items"] if expected[2] else [{}]
    (session,) = client.get(f"{SESSIONS}?job_id=1&status={expected[1]}").json["items"]
    assert (session["candidate_name"], session["status"], session["summary"]["total_score"]) == expected
    assert row.get("total_score") == expected[2]
    assert client.post("/api/admin/jobs/1/rescore", {}).json["changed"] == 0, "scores without answers are history"


def test_languages_and_sources_are_imported_and_empty_rows_counted(
    command: Command, make_app: MakeApp, tmp_path: Path
) -> None:
    old = OldDatabase(tmp_path / "old.sqlite3", """
        CREATE TABLE interview_sessions (session_id, job_id, candidate_id, status, language, created_at);
        INSERT INTO interview_sessions VALUES ('a', 1, 42, 'created', 'dutch', '2026-01-01'),
            ('b', 1, 43, 'created', 'Chinese (Simplified)', '2026-01-01'),
            ('c', 1, 44, 'created', 'en_US', '2026-01-01'), ('d', 1, 45, 'created', 'klingon', '2026-01-01');
        CREATE TABLE interview_events (session, event_type, source_type, created_at);
        INSERT INTO interview_events VALUES ('a', 'link.opened', 'candidate', '2026-01-02 10:00:00'),
            ('a', 'interview.finished', 'Hireflix', 1767600000),
            ('a', 'polled', 'scheduler', '2026-01-03T10:00:00+02:00'), ('a', 'resent', 'operator', '2026-01-04'),
            ('a', 'seen', 'api', '2026-01-05'),
            ('a', 'lost', 'api', 'bad time'), ('a', NULL, 'api', '2026-01-05'), (NULL, 'stray', 'api', '2026-01-05');
        CREATE TABLE interview_results (session_id, total_score, created_at);
        INSERT INTO interview_results VALUES ('a', 'n/a', '2026-01-05'), ('a', 900, '2026-01-05');
    """)
    result = command("import", str(old.path), "--json")
    assert result.status == 0, result.out
    assert result.json["events"] == 5
    assert result.json["not_read"]["columns"] == {}
    assert result.json["not_read"]["rows"] == {"interview_results": 2, "interview_events": 2}
    assert result.json["not_read"]["without_a_session"] == {"interview_results": 0, "interview_events": 1}
    output = command("import", str(old.path)).out
    assert "2 rows of interview_results without any score" in output
    assert "2 rows of interview_events without a time" in output
    client = Client(make_app())
    created = client.get(f"{SESSIONS}?status=created").json["items"]
    assert {item["candidate_id"]: item["language"] for item in created} == {
        42: "nl", 43: "zh-Hans", 44: "en-US", 45: None,
    }
    (session_id,) = [item["session_id"] for item in created if item["candidate_id"] == 42]
    events = client.get(f"{SESSIONS}/{session_id}/events").json["items"]
    assert [(event["event"], event["source"]) for event in events] == [
        ("link_opened", "candidate"), ("polled", "sync"), ("resent", "recruiter"), ("seen", "system"),
        ("interview_finished", "provider"), ("taken_over", "system"),
    ]


@pytest.mark.parametrize("undated", ["NULL", "''", "'soon'"])
def test_a_session_without_a_creation_time_is_not_the_newest(
    command: Command, make_app: MakeApp, tmp_path: Path, undated: str
) -> None:
    old = OldDatabase(tmp_path / "old.sqlite3", f"""
        CREATE TABLE interview_sessions (session_id, job_id, candidate_id, status, name, created_at);
        INSERT INTO interview_sessions VALUES ('dated', 1, 42, 'created', 'Ann', '2026-01-01 00:00:00'),
            ('undated', 1, 42, 'created', 'Bob', {undated});
    """)
    assert command("import", str(old.path)).status == 0
    client = Client(make_app())
    started = client.post("/api/interviews/sessions/start", {"job_id": 1, "candidate_id": 42}).json
    (dated,) = [item for item in command("import", str(old.path), "--json").json["items"]
                if item["former_id"] == "dated"]
    assert started["session_id"] == dated["session_id"]


def test_the_import_reads_a_write_ahead_log_without_changing_it(
    command: Command, old: OldDatabase, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(old.path, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        writer.execute("INSERT INTO interview_sessions (session_id, job_id, candidate_id, status, created_at)"
                       " VALUES ('w', 1, 42, 'scored', '2026-01-01 00:00:00')")
        before = files(tmp_path)
        assert len(before) == 3
        assert command("import", str(old.path), "--json").json["taken"] == 1
        assert files(tmp_path) == before


@pytest.mark.parametrize("content", [b"", b"not a database " * 99, None])
def test_the_import_refuses_a_database_of_another_program(
    command: Command, environ: dict[str, str], tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "old.sqlite3"
    if content is None:
        OldDatabase(path, "CREATE TABLE jobs (id);")
    else:
        path.write_bytes(content)
    result = command("import", str(path))
    assert (result.status, result.out) == (1, "")
    assert "Traceback" not in result.err
    assert command("import", str(tmp_path / "none.sqlite3")).status == 1
    assert not Path(environ["TENER_INTERVIEW_DB_PATH"]).exists()
    with closing(Store(tmp_path / "own.sqlite3")) as own:
        assert command("import", str(own.path)).status == 1


@pytest.mark.parametrize("kind", ["device", "pipe"])
def test_a_device_or_pipe_is_not_imported(kind: str, tmp_path: Path) -> None:
    with pytest.raises(StoreRefused, match="not a regular file"), open_legacy_database(special_file(kind, tmp_path)):
        raise AssertionError


def test_a_start_on_the_database_of_the_previous_service_explains_the_import(
    command: Command, environ: dict[str, str], old: OldDatabase, tmp_path: Path
) -> None:
    before = files(tmp_path)
    for words in ((), ("doctor",), ("start", "1", "42")):
        result = command(*words, TENER_INTERVIEW_DB_PATH=str(old.path))
        assert result.status == (2 if not words else 1)
        assert f"python3 -m tener_interview import '{old.path}'" in result.out + result.err
    assert files(tmp_path) == before
    assert command("import", str(old.path), TENER_INTERVIEW_DB_PATH=str(old.path)).status == 1
    assert files(tmp_path) == before
    assert environ


KILLED = """
import os, signal, sys
from tener_interview import __main__
from tener_interview.store.tables.events import Events

add, seen = Events.add, []

def add_and_die(self, session_id, event, source, at_ms, **details):
    add(self, session_id, event, source, at_ms, **details)
    seen.append(session_id)
    if len(set(seen)) == 3:
        os.kill(os.getpid(), signal.SIGKILL)

Events.add = add_and_die
__main__.main(["import", sys.argv[1]], os.environ)
"""


def test_a_killed_import_can_be_repeated(
    command: Command, environ: dict[str, str], old: OldDatabase
) -> None:
    for number in range(1, 6):
        old.session(f"s{number}", number, "scored", provider="demo")
        old.add("interview_results", result_id=f"r{number}", session_id=f"s{number}", **SCORES)
        old.add("interview_events", event_id=f"e{number}", session_id=f"s{number}", event_type="x",
                created_at="2026-01-01 00:00:00")
    surrounding = clean_environ(PYTHONPATH=str(PROJECT / "src"), **environ)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, old.path], env=surrounding, cwd=PROJECT, capture_output=True, timeout=PATIENCE_S
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    path = Path(environ["TENER_INTERVIEW_DB_PATH"])
    assert integrity(path) == "ok"
    again = command("import", str(old.path), "--json").json
    assert (again["taken"], again["known"]) == (3, 2)
    with opened(path) as db:
        tables = ("sessions", "results")
        counts = [db.execute(f"SELECT count(*) FROM interview_{name}").fetchone()[0] for name in tables]
        events = db.execute("SELECT count(*) FROM interview_events GROUP BY session_id").fetchall()
    assert counts == [5, 5]
    assert events == [(2,)] * 5


def test_canceled_candidates_of_an_imported_job_can_start_again(
    command: Command, make_app: MakeApp, old: OldDatabase, hireflix: FakeHireflix
) -> None:
    old.session("a", 42, "canceled", provider_assessment_id=hireflix.position_id)
    old.session("b", 43, "scored", provider_assessment_id=hireflix.position_id)
    old.add("interview_results", result_id="r", session_id="b", **SCORES)
    command("import", str(old.path), **real(hireflix))
    client = Client(make_app(**real(hireflix)))
    assert client.post(START, {"job_id": 1, "candidate_id": 42}).status == 201
    refused(client.post(START, {"job_id": 1, "candidate_id": 43}), "INTERVIEW_ALREADY_FINISHED")
