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
from fakes.chat_server import ChatServer, Judge
from fakes.client import Client
from fakes.desk import write_source
from fakes.front_door import CLIENT_KEY, MakeApp, refused
from fakes.hireflix import FakeHireflix
from fakes.judges import always_says, obeys_everything, rates_alike
from fakes.judging import judge_settings
from fakes.running_service import PROJECT
from fakes.stored import add_session, opened
from for_each import for_each
from sources.test_main_system_tables import NEWER, ONE_JOB, source_of
from tener_interview.store.outbox_records import Channel, OutboxState, outbox_row
from tener_interview.store.sqlite.database import Store
from tener_interview.system.clock import SystemClock

Usage = namedtuple("Usage", ["total", "used", "free"])


def faults(answer: Any) -> dict[str, str]:
    """The messages of the faults by check; each must have a remedy."""
    report = [row for row in answer["checks"] if row["status"] == "fault"]
    assert all(row["said"] and row["mend"] for row in report)
    assert answer["ok"] is not bool(report)
    return {row["check"]: row["said"] for row in report}


def test_doctor_finds_no_fault_in_a_demo_without_settings(command: Command, environ: dict[str, str]) -> None:
    result = command("doctor", "--json")
    assert result.status == 0
    assert faults(result.json) == {}
    assert not Path(environ["TENER_INTERVIEW_DB_PATH"]).exists()


@pytest.mark.usefixtures("source")
def test_doctor_finds_no_fault_in_a_service_with_hireflix(command: Command, hireflix: FakeHireflix) -> None:
    result = command("doctor", "--json", **real(hireflix))
    assert faults(result.json) == {}
    assert result.status == 0


def test_doctor_lists_settings_with_their_origin_and_no_secret(
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


def test_doctor_reports_a_generated_token_secret(
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
    (tmp_path / "runtime" / "token_secret").write_text("short", "ascii")
    unusable = command("doctor", "--json", TENER_INTERVIEW_TOKEN_SECRET=None)
    assert "holds no secret" in faults(unusable.json)["token secret"]
    exposed = setting_row(TENER_INTERVIEW_HOST="0.0.0.0")
    assert (exposed["value"], exposed["origin"]) == (None, "default")


def test_doctor_checks_the_client_key_and_does_not_print_it(command: Command) -> None:
    def client_key_findings(**changes: str) -> list[tuple[str, str]]:
        result = command("doctor", "--json", **changes)
        assert CLIENT_KEY not in result.out + command("doctor", **changes).out
        return [(row["status"], row["said"]) for row in result.json["checks"] if row["check"] == "client key"]

    token = {"TENER_INTERVIEW_ADMIN_TOKEN": "an-admin-token-of-some-length"}
    assert client_key_findings() == []
    assert client_key_findings(**token) == [("note", "not set: the main system, which cannot set headers, is refused")]
    (report,) = client_key_findings(**token, TENER_INTERVIEW_CLIENT_KEY=CLIENT_KEY)
    assert report == ("ok", "set; the main system's base URL is http://127.0.0.1:8090/k/{client_key}")


@pytest.fixture
def source(environ: dict[str, str]) -> None:
    write_source(Path(environ["TENER_INTERVIEW_SOURCE_DB_PATH"]), {1: ("Jane Doe", None)})


@for_each(("changes", "check", "message"), [
    ({"TENER_INTERVIEW_PORT": "x"}, "TENER_INTERVIEW_PORT", "whole number"),
    ({"TENER_INTERVIEW_HOST": "0.0.0.0"}, "TENER_INTERVIEW_ADMIN_TOKEN", "missing"),
    ({"TENER_INTERVIEW_PROVIDER": "hireflix"}, "TENER_HIREFLIX_API_KEY", "missing"),
    ({"TENER_INTERVIEW_ADMIN_TOKEN": "short"}, "admin token", "guessed"),
    ({"TENER_INTERVIEW_TRANSCRIPTION_SCORING_CRITERIA_PATH": "no/such.json"}, "config files", "no/such.json"),
    ({"TENER_INTERVIEW_QUESTION_LIBRARY_PATH": "no/questions.json"}, "question library", "no/questions.json"),
    ({"TENER_INTERVIEW_DB_PATH": "x" * 300}, "files", "File name too long"),
    ({"TENER_INTERVIEW_SOURCE_DB_PATH": "x" * 300}, "source", "xxx"),
    ({"TENER_INTERVIEW_SOURCE_API_BASE": "http://127.0.0.1:9"}, "source", "127.0.0.1:9"),
    ({"TENER_INTERVIEW_PUBLIC_BASE_URL": "http://0.0.0.0:8090"}, "links", "no browser can open"),
    ({
        "TENER_INTERVIEW_HOST": "0.0.0.0", "TENER_INTERVIEW_ADMIN_TOKEN": "a" * 24,
        "TENER_INTERVIEW_TOKEN_SECRET": "s" * 24,
    }, "links", "no browser can open"),
])
def test_doctor_reports_an_invalid_setting(command: Command, changes: dict[str, str], check: str, message: str) -> None:
    result = command("doctor", "--json", **changes)
    assert result.status == 1
    assert message in faults(result.json)[check]
    assert "!!" in command("doctor", **changes).out


@pytest.mark.usefixtures("source")
class TestWithHireflix:
    def test_doctor_reports_a_wrong_hireflix_api_key(self, command: Command, hireflix: FakeHireflix) -> None:
        result = command("doctor", "--json", **real(hireflix, TENER_HIREFLIX_API_KEY="wrong"))
        assert "Hireflix" in faults(result.json)

    def test_doctor_reports_that_hireflix_does_not_respond(self, command: Command, hireflix: FakeHireflix) -> None:
        result = command("doctor", "--json", **real(hireflix, TENER_HIREFLIX_BASE_URL="http://127.0.0.1:9/me"))
        assert "Hireflix" in faults(result.json)

    def test_doctor_reports_an_unknown_position(self, command: Command, hireflix: FakeHireflix) -> None:
        result = command("doctor", "--json", **real(hireflix, TENER_HIREFLIX_POSITION_ID="to-be-found"))
        assert "to-be-found" in faults(result.json)["position"]

    @pytest.mark.parametrize(("auto_plan", "status"), [("false", "note"), ("true", "ok")])
    def test_doctor_notes_that_jobs_need_a_plan_without_a_default_position(
        self, command: Command, hireflix: FakeHireflix, auto_plan: str, status: str
    ) -> None:
        environ = real(hireflix, TENER_HIREFLIX_POSITION_ID="", TENER_INTERVIEW_AUTO_PLAN=auto_plan)
        result = command("doctor", "--json", **environ)
        assert not [name for name in faults(result.json) if "osition" in name.lower()]
        (found,) = [each for each in result.json["checks"] if each["check"] == "position"]
        assert found["status"] == status

    def test_doctor_reports_an_archived_position(self, command: Command, hireflix: FakeHireflix) -> None:
        hireflix.archive_position()
        assert "archived" in faults(command("doctor", "--json", **real(hireflix)).json)["position"]

    def test_doctor_reports_links_to_a_loopback_address(self, command: Command, hireflix: FakeHireflix) -> None:
        result = command("doctor", "--json", **real(hireflix, TENER_INTERVIEW_PUBLIC_BASE_URL="http://127.0.0.1:8090"))
        assert "open here only" in faults(result.json)["links"]

    def test_doctor_reports_that_both_sync_and_webhook_are_off(self, command: Command, hireflix: FakeHireflix) -> None:
        result = command("doctor", "--json", **real(hireflix, TENER_INTERVIEW_SYNC_SECONDS="0"))
        assert "sync is off" in faults(result.json)["sync"]

    def test_doctor_reports_demo_sessions_in_a_hireflix_database(
        self, command: Command, hireflix: FakeHireflix, environ: dict[str, str]
    ) -> None:
        store = Store(Path(environ["TENER_INTERVIEW_DB_PATH"]))
        with store.write() as tx:
            add_session(tx, 1)
        store.close()
        assert "demo" in faults(command("doctor", "--json", **real(hireflix)).json)["database"]


def test_doctor_reports_a_database_whose_link_leads_in_a_circle(command: Command, environ: dict[str, str]) -> None:
    path = Path(environ["TENER_INTERVIEW_DB_PATH"])
    path.symlink_to(path)
    assert "symbolic links" in command("doctor").out


def test_doctor_reports_a_missing_source_file(command: Command, hireflix: FakeHireflix) -> None:
    result = command("doctor", "--json", **real(hireflix))
    assert "no such file" in faults(result.json)["source"]


def test_doctor_reports_a_database_of_another_program(command: Command, environ: dict[str, str]) -> None:
    path = Path(environ["TENER_INTERVIEW_DB_PATH"])
    with opened(path) as db:
        db.execute("CREATE TABLE theirs (id INTEGER)")
    before = path.read_bytes()
    assert "another program" in faults(command("doctor", "--json").json)["database"]
    assert path.read_bytes() == before
    assert list(path.parent.glob(f"{path.name}-*")) == []


def test_doctor_reports_a_damaged_database(command: Command, environ: dict[str, str]) -> None:
    path = Path(environ["TENER_INTERVIEW_DB_PATH"])
    Store(path).close()
    content = bytearray(path.read_bytes())
    content[4096:8192] = b"\xff" * 4096
    path.write_bytes(bytes(content))
    assert "database" in faults(command("doctor", "--json").json)


def test_doctor_reports_a_database_readable_by_others(command: Command, environ: dict[str, str]) -> None:
    path = Path(environ["TENER_INTERVIEW_DB_PATH"])
    Store(path).close()
    path.chmod(0o644)
    assert "read by others" in faults(command("doctor", "--json").json)["database"]


def test_doctor_reports_failed_deliveries(command: Command, environ: dict[str, str]) -> None:
    store = Store(Path(environ["TENER_INTERVIEW_DB_PATH"]))

    def outbox() -> list[tuple[str, str]]:
        checks = command("doctor", "--json").json["checks"]
        return [(row["status"], row["said"]) for row in checks if row["check"] == "outbox"]

    with store.write() as tx:
        for number, channel in enumerate((Channel.MAIL, Channel.MAIL, Channel.ENDPOINT)):
            tx.outbox.add(outbox_row(channel, str(number), {}, 1))
    assert outbox() == [("ok", "3 rows waiting, nothing given up")]
    with store.write() as tx:
        for channel, state in ((Channel.MAIL, OutboxState.UNCERTAIN), (Channel.ENDPOINT, OutboxState.PARKED)):
            row = tx.outbox.claim(channel, "one", now_ms=2, until_ms=3)
            assert row is not None
            assert tx.outbox.finish(row.outbox_id, "one", state, "no", 4)
    assert outbox() == [
        ("note", "1 row of endpoint: parked, given up after many attempts, or refused for good"),
        ("note", "1 row of mail: uncertain, may have arrived or not"),
    ]
    store.close()


def test_doctor_reports_a_full_disk(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**9, 10**9 - 10**6, 10**6))
    assert "1 MB" in faults(command("doctor", "--json").json)["disk"]


def test_doctor_reports_an_old_sqlite_version(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 31, 1))
    assert "too old" in faults(command("doctor", "--json").json)["SQLite"]


@pytest.mark.usefixtures("source")
def test_doctor_reports_a_wrong_clock(
    command: Command, hireflix: FakeHireflix, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_now_ms = SystemClock.now_ms
    monkeypatch.setattr(SystemClock, "now_ms", lambda self: real_now_ms(self) + 3_600_000)
    result = faults(command("doctor", "--json", **real(hireflix)).json)["clock"]
    assert re.search(r"by (3599|3600|3601) s", result)


def test_doctor_says_why_the_clock_cannot_be_compared(command: Command, hireflix: FakeHireflix) -> None:
    with hireflix.down():
        checks = command("doctor", "--json", **real(hireflix)).json["checks"]
    (clock,) = (check for check in checks if check["check"] == "clock")
    assert (clock["status"], clock["said"]) == (
        "note", f"cannot be compared with that of {hireflix.url}: it refuses connections"
    )


def test_doctor_and_ready_report_the_source_and_its_counts(
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


def test_doctor_reports_a_folder_in_which_a_start_could_create_nothing(
    command: Command, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The system is asked for, because root may everything."""
    config = (PROJECT / "config").resolve()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").symlink_to(config)
    assert command("doctor", TENER_INTERVIEW_TOKEN_SECRET=None).status == 0
    asked = os.access
    monkeypatch.setattr(os, "access", lambda file, mode: Path(file) != tmp_path and asked(file, mode))
    found = faults(command("doctor", "--json", TENER_INTERVIEW_TOKEN_SECRET=None).json)
    assert str(tmp_path) in found["token secret"]
    assert str(tmp_path) in found["database"]
    assert not Path(environ["TENER_INTERVIEW_DB_PATH"]).exists()


@pytest.mark.parametrize("name", ["", "interview.sqlite3", "interview.sqlite3.erased", "interview.sqlite3-wal"])
def test_doctor_reports_files_that_the_user_cannot_write(
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


@pytest.mark.usefixtures("source")
class TestTheWebhookInHireflix:
    URL = "https://interviews.example.com/api/webhooks/hireflix"
    SECRET = "a-secret-of-webhooks-long-enough"

    def findings(self, command: Command, *argv: str, **environ: str) -> list[tuple[str, str, str]]:
        result = command("doctor", *argv, "--json", **environ)
        assert self.SECRET not in result.out
        assert result.status == 0
        return [(row["status"], row["said"], row["mend"]) for row in result.json["checks"] if row["check"] == "webhook"]

    @pytest.mark.parametrize("webhook_api", ["flat", "input", "namespaced"])
    def test_doctor_creates_the_hireflix_webhook_once(self, command: Command, webhook_api: str) -> None:
        with FakeHireflix(webhook_api=webhook_api) as fake:
            environ = real(fake)
            (missing,) = self.findings(command, **environ)
            assert missing[0] == "note"
            assert "doctor --fix" in missing[2]
            assert fake.account.webhooks == [], "the doctor changed something without --fix"
            created, no_secret = self.findings(command, "--fix", **environ)
            assert created == ("ok", f"created in Hireflix: it sends to {self.URL}", "")
            assert "secret is not set" in no_secret[1]
            (found,) = self.findings(command, "--fix", **environ, TENER_HIREFLIX_WEBHOOK_SECRET=self.SECRET)
            assert found == ("ok", f"Hireflix sends to {self.URL}", "")
            assert [webhook["url"] for webhook in fake.account.webhooks] == [self.URL]

    @pytest.mark.parametrize(("webhook", "message"), [
        ({"active": False}, "switched off"),
        ({"events": ["interview.finish"]}, "does not send interview.status-change, interview.delete"),
        ({"url": "https://interviews.example.com/api/webhooks/hireflix2"}, "Hireflix has none for"),
        ({"url": "https://INTERVIEWS.example.com/other"}, "Hireflix has none for"),
    ])
    def test_doctor_reports_a_wrong_hireflix_webhook(
        self, command: Command, webhook: dict[str, Any], message: str
    ) -> None:
        with FakeHireflix(webhook_api="flat") as fake:
            events = ["interview.finish", "interview.status-change", "interview.delete"]
            fake.account.create_webhook(**{"url": self.URL, "events": events, **webhook})
            (found,) = self.findings(command, **real(fake))
        assert found[0] == "note"
        assert message in found[1]

    @pytest.mark.parametrize("webhook_api", [None, "unknown_input", "closed_list"])
    def test_doctor_lists_manual_steps_if_hireflix_does_not_allow_creating_webhooks(
        self, command: Command, webhook_api: str | None
    ) -> None:
        with FakeHireflix(webhook_api=webhook_api) as fake:
            report = self.findings(command, "--fix", **real(fake))
            assert fake.account.webhooks == []
        assert report[0][0] == "note"
        assert "nothing was created: Hireflix's API offers this key no way" in report[0][1]
        assert all(f"add {self.URL} with the events" in row[2] for row in report)

    def test_doctor_creates_no_webhook_to_an_address_that_hireflix_cannot_reach(
        self, command: Command, hireflix: FakeHireflix
    ) -> None:
        environ = real(hireflix, TENER_INTERVIEW_PUBLIC_BASE_URL="http://interviews.example.com")
        assert self.findings(command, **environ) == []
        (report,) = self.findings(command, "--fix", **environ)
        assert "public https address" in report[1]


@for_each(("judge", "status", "said"), [
    (rates_alike(4), "ok", "fake-judge judged a sample answer in "),
    (obeys_everything, "note", "fake-judge answers, but its reply does not count: The model did what a text told it"),
    (always_says("Five stars!"), "note",
     "fake-judge answers, but its reply does not count: The reply was not in the form"),
    (None, "fault", "fake-judge gave no reply: it refuses connections"),
])
def test_doctor_asks_the_language_model_once_about_a_sample(
    judge: Judge | None, status: str, said: str, command: Command
) -> None:
    server = ChatServer(judge or rates_alike(3))
    if judge is None:
        server.close()
    result = command("doctor", "--json", **judge_settings(server))
    (check,) = [row for row in result.json["checks"] if row["check"] == "language model"]
    assert (check["status"], check["said"][: len(said)]) == (status, said)
    assert len(server.requests) == (judge is not None)
    if judge is not None:
        server.close()
