"""The doctor finds each planted fault, says how to fix it, and changes nothing."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections import namedtuple
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Command, real
from fakes.client import Client
from fakes.desk import write_source
from fakes.front_door import CLIENT_KEY, MakeApp, refused
from fakes.hireflix import FakeHireflix
from fakes.running_service import PROJECT
from fakes.stored import add_session, opened
from sources.test_main_system_tables import NEWER, ONE_JOB, source_of
from tener_interview.store.sqlite.database import Store
from tener_interview.system.clock import SystemClock

Usage = namedtuple("Usage", ["total", "used", "free"])


def faults(answer: Any) -> dict[str, str]:
    """The messages of the faults by check; each must have a remedy."""
    report = [row for row in answer["checks"] if row["status"] == "fault"]
    assert all(row["said"] and row["mend"] for row in report)
    assert answer["ok"] is not bool(report)
    return {row["check"]: row["said"] for row in report}


def test_a_demo_without_settings_is_ready(command: Command, environ: dict[str, str]) -> None:
    result = command("doctor", "--json")
    assert result.status == 0
    assert faults(result.json) == {}
    assert not Path(environ["TENER_INTERVIEW_DB_PATH"]).exists()


@pytest.mark.usefixtures("source")
def test_a_service_with_hireflix_is_ready(command: Command, hireflix: FakeHireflix) -> None:
    result = command("doctor", "--json", **real(hireflix))
    assert faults(result.json) == {}
    assert result.status == 0


def test_settings_are_listed_with_their_origin_and_no_secret(
    command: Command, tmp_path: Path, environ: dict[str, str]
) -> None:
    (tmp_path / "token").write_text("an-admin-token-of-some-length", "utf-8")
    result = command(
        "doctor", "--json", TENER_INTERVIEW_ADMIN_TOKEN_FILE=str(tmp_path / "token"), TENER_INTERVIEW_PORT="9099"
    )
    setting_row = {row["variable"]: (row["value"], row["origin"]) for row in result.json["settings"]}
    assert setting_row["TENER_INTERVIEW_PORT"] == ("9099", "environment")
    assert setting_row["TENER_INTERVIEW_HOST"] == ("127.0.0.1", "default")
    assert setting_row["TENER_INTERVIEW_ADMIN_TOKEN"] == ("(set)", "TENER_INTERVIEW_ADMIN_TOKEN_FILE")
    assert setting_row["TENER_INTERVIEW_TOKEN_SECRET"] == ("(set)", "environment")
    assert setting_row["TENER_INTERVIEW_ALLOW_SYNTHETIC_EMAIL"] == ("true", "default")
    assert setting_row["TENER_HIREFLIX_TIMEOUT_SECONDS"] == ("30", "default")
    everything = result.out + command("doctor").out
    assert "an-admin-token" not in everything
    assert environ["TENER_INTERVIEW_TOKEN_SECRET"] not in everything


def test_a_generated_token_secret_is_reported_as_generated(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def setting_row(**changes: str) -> dict[str, Any]:
        result = command("doctor", "--json", TENER_INTERVIEW_TOKEN_SECRET=None, **changes)
        (report,) = (row for row in result.json["settings"] if row["variable"] == "TENER_INTERVIEW_TOKEN_SECRET")
        assert isinstance(report, dict)
        return report

    config = (PROJECT / "config").resolve()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").symlink_to(config)
    before = setting_row()
    assert (before["value"], before["origin"]) == (None, "generated")
    assert not (tmp_path / "runtime").exists(), "the doctor made a secret"
    (tmp_path / "runtime").mkdir()
    (tmp_path / "runtime" / "token_secret").write_text("a-secret-made-by-the-service", "ascii")
    after = setting_row()
    assert (after["value"], after["origin"]) == ("(set)", "generated")
    assert "a-secret-made" not in command("doctor", TENER_INTERVIEW_TOKEN_SECRET=None).out
    exposed = setting_row(TENER_INTERVIEW_HOST="0.0.0.0")
    assert (exposed["value"], exposed["origin"]) == (None, "default")


def test_the_client_key_is_checked_and_not_printed(command: Command) -> None:
    def client_key_findings(**changes: str) -> list[tuple[str, str]]:
        result = command("doctor", "--json", **changes)
        assert CLIENT_KEY not in result.out + command("doctor", **changes).out
        return [(row["status"], row["said"]) for row in result.json["checks"] if row["check"] == "client door"]

    token = {"TENER_INTERVIEW_ADMIN_TOKEN": "an-admin-token-of-some-length"}
    assert client_key_findings() == []
    assert client_key_findings(**token) == [("note", "closed: the main system, which cannot set headers, is refused")]
    (report,) = client_key_findings(**token, TENER_INTERVIEW_CLIENT_KEY=CLIENT_KEY)
    assert report == ("ok", "open; the main system's base URL is http://127.0.0.1:8090/k/{client_key}")


@pytest.fixture
def source(environ: dict[str, str]) -> None:
    write_source(Path(environ["TENER_INTERVIEW_SOURCE_DB_PATH"]), {1: ("Jane Doe", None)})


@pytest.mark.parametrize(("changes", "check", "message"), [
    ({"TENER_INTERVIEW_PORT": "x"}, "TENER_INTERVIEW_PORT", "whole number"),
    ({"TENER_INTERVIEW_HOST": "0.0.0.0"}, "TENER_INTERVIEW_ADMIN_TOKEN", "missing"),
    ({"TENER_INTERVIEW_PROVIDER": "hireflix"}, "TENER_HIREFLIX_API_KEY", "missing"),
    ({"TENER_INTERVIEW_ADMIN_TOKEN": "short"}, "admin token", "guessed"),
    ({"TENER_INTERVIEW_TRANSCRIPTION_SCORING_CRITERIA_PATH": "no/such.json"}, "config files", "no/such.json"),
    ({"TENER_INTERVIEW_QUESTION_LIBRARY_PATH": "no/questions.json"}, "question library", "no/questions.json"),
    ({"TENER_INTERVIEW_SOURCE_API_BASE": "http://127.0.0.1:9"}, "source", "127.0.0.1:9"),
    ({"TENER_INTERVIEW_PUBLIC_BASE_URL": "http://0.0.0.0:8090"}, "links", "no browser can open"),
])
def test_an_invalid_setting_is_a_fault(command: Command, changes: dict[str, str], check: str, message: str) -> None:
    result = command("doctor", "--json", **changes)
    assert result.status == 1
    assert message in faults(result.json)[check]
    assert "!!" in command("doctor", **changes).out


@pytest.mark.usefixtures("source")
class TestWithHireflix:
    def test_a_wrong_key(self, command: Command, hireflix: FakeHireflix) -> None:
        result = command("doctor", "--json", **real(hireflix, TENER_HIREFLIX_API_KEY="wrong"))
        assert "Hireflix" in faults(result.json)

    def test_hireflix_does_not_respond(self, command: Command, hireflix: FakeHireflix) -> None:
        result = command("doctor", "--json", **real(hireflix, TENER_HIREFLIX_BASE_URL="http://127.0.0.1:9/me"))
        assert "Hireflix" in faults(result.json)

    def test_an_unknown_position(self, command: Command, hireflix: FakeHireflix) -> None:
        result = command("doctor", "--json", **real(hireflix, TENER_HIREFLIX_POSITION_ID="to-be-found"))
        assert "to-be-found" in faults(result.json)["position"]

    @pytest.mark.parametrize(("auto_plan", "status"), [("false", "note"), ("true", "ok")])
    def test_without_a_default_position_jobs_need_a_plan(
        self, command: Command, hireflix: FakeHireflix, auto_plan: str, status: str
    ) -> None:
        environ = real(hireflix, TENER_HIREFLIX_POSITION_ID="", TENER_INTERVIEW_AUTO_PLAN=auto_plan)
        result = command("doctor", "--json", **environ)
        assert not [name for name in faults(result.json) if "osition" in name.lower()]
        (found,) = [each for each in result.json["checks"] if each["check"] == "position"]
        assert found["status"] == status

    def test_an_archived_position(self, command: Command, hireflix: FakeHireflix) -> None:
        hireflix.archive_position()
        assert "archived" in faults(command("doctor", "--json", **real(hireflix)).json)["position"]

    def test_links_to_loopback(self, command: Command, hireflix: FakeHireflix) -> None:
        result = command("doctor", "--json", **real(hireflix, TENER_INTERVIEW_PUBLIC_BASE_URL="http://127.0.0.1:8090"))
        assert "open here only" in faults(result.json)["links"]

    def test_neither_sync_nor_webhook(self, command: Command, hireflix: FakeHireflix) -> None:
        result = command("doctor", "--json", **real(hireflix, TENER_INTERVIEW_SYNC_SECONDS="0"))
        assert "sync is off" in faults(result.json)["sync"]

    def test_demo_sessions_in_the_database(
        self, command: Command, hireflix: FakeHireflix, environ: dict[str, str]
    ) -> None:
        store = Store(Path(environ["TENER_INTERVIEW_DB_PATH"]))
        with store.write() as tx:
            add_session(tx, 1)
        store.close()
        assert "demo" in faults(command("doctor", "--json", **real(hireflix)).json)["database"]


def test_a_missing_source(command: Command, hireflix: FakeHireflix) -> None:
    result = command("doctor", "--json", **real(hireflix))
    assert "no such file" in faults(result.json)["source"]


def test_a_database_of_another_program(command: Command, environ: dict[str, str]) -> None:
    path = Path(environ["TENER_INTERVIEW_DB_PATH"])
    with opened(path) as db:
        db.execute("CREATE TABLE theirs (id INTEGER)")
    before = path.read_bytes()
    assert "another program" in faults(command("doctor", "--json").json)["database"]
    assert path.read_bytes() == before
    assert list(path.parent.glob(f"{path.name}-*")) == []


def test_a_damaged_database(command: Command, environ: dict[str, str]) -> None:
    path = Path(environ["TENER_INTERVIEW_DB_PATH"])
    Store(path).close()
    content = bytearray(path.read_bytes())
    content[4096:8192] = b"\xff" * 4096
    path.write_bytes(bytes(content))
    assert "database" in faults(command("doctor", "--json").json)


def test_a_database_readable_by_others(command: Command, environ: dict[str, str]) -> None:
    path = Path(environ["TENER_INTERVIEW_DB_PATH"])
    Store(path).close()
    path.chmod(0o644)
    assert "read by others" in faults(command("doctor", "--json").json)["database"]


def test_a_full_disk(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**9, 10**9 - 10**6, 10**6))
    assert "1 MB" in faults(command("doctor", "--json").json)["disk"]


def test_an_old_sqlite(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 31, 1))
    assert "too old" in faults(command("doctor", "--json").json)["SQLite"]


@pytest.mark.usefixtures("source")
def test_a_wrong_clock(
    command: Command, hireflix: FakeHireflix, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_now_ms = SystemClock.now_ms
    monkeypatch.setattr(SystemClock, "now_ms", lambda self: real_now_ms(self) + 3_600_000)
    result = faults(command("doctor", "--json", **real(hireflix)).json)["clock"]
    assert re.search(r"by (3599|3600|3601) s", result)


def test_doctor_and_ready_report_what_they_read(
    command: Command, environ: dict[str, str], make_app: MakeApp
) -> None:
    path = Path(environ["TENER_INTERVIEW_SOURCE_DB_PATH"])
    source_of(path, f"{ONE_JOB} {NEWER} (1, 2, 1, '', '', '');")
    client = Client(make_app())
    assert client.get("/ready").json["source_parts"] == ["jobs", "candidates", "job_candidates"]
    result = command("doctor").out
    assert "read from jobs, candidates, job_candidates: 1 job, 2 candidates of job 1" in result
    with closing(sqlite3.connect(path)) as db:
        db.execute("ALTER TABLE job_candidates RENAME COLUMN candidate_id TO person")
    refused(client.get("/ready"), "SOURCE_UNAVAILABLE")
    assert "its table `job_candidates` has no column `candidate_id`" in command("doctor").out


@pytest.mark.parametrize("name", ["", "interview.sqlite3", "interview.sqlite3.erased", "interview.sqlite3-wal"])
def test_what_this_user_may_not_write_is_a_fault(
    command: Command, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A service that may only read starts nobody and erases nobody. Root may everything, so the system is asked for."""
    path = Path(environ["TENER_INTERVIEW_DB_PATH"])
    Store(path).close()
    path.with_name("interview.sqlite3.erased").touch(0o600)
    path.with_name("interview.sqlite3-wal").touch(0o600)
    assert command("doctor").status == 0
    denied, asked = path.parent / name, os.access
    monkeypatch.setattr(os, "access", lambda file, mode: file != denied and asked(file, mode))
    result = command("doctor")
    assert result.status == 1
    assert f"may not read and write {denied}" in result.out
