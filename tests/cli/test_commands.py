"""Every command does what the API does, prints text or JSON, and returns the right exit status."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Command, real
from fakes.application import make_application
from fakes.client import Client
from fakes.hireflix import FakeHireflix
from fakes.special_files import special_file
from fakes.stored import integrity
from for_each import for_each
from tener_interview.api.leaderboard import LeaderboardQuery
from tener_interview.api.start import StartBody
from tener_interview.cli.commands import COMMANDS


def started(command: Command, candidate_id: int = 42) -> str:
    result = command("start", "1", str(candidate_id), "--name", "Jane Doe", "--json")
    assert result.status == 0
    session_id: str = result.json["session_id"]
    return session_id


@for_each("name", ["serve", *(item.name for item in COMMANDS)])
def test_every_command_has_help(command: Command, name: str) -> None:
    result = command(name, "--help")
    assert result.status == 0
    assert "exit status" in result.out
    assert f"  {name}" in command("--help").out


@for_each("argv", [
    ("nonsense",), ("start",), ("start", "1", "x"), ("start", "0", "1"), ("refresh",), ("backup",),
    ("refresh", "1", "--limit", "0"), ("start", "1", "1", "--email", "nobody"), ("positions", "create"),
])
def test_invalid_arguments_are_refused(command: Command, argv: tuple[str, ...]) -> None:
    result = command(*argv)
    assert (result.status, result.out) == (2, "")
    assert result.err


def test_the_commands_start_refresh_and_rank_a_candidate(command: Command) -> None:
    session_id = started(command)
    assert "/i/" in command("start", "1", "42", "--name", "Jane Doe").out
    assert command("refresh", "1", "--force", "--json").json["scored"] == 1
    assert f"{session_id}: scored" in command("refresh", "--session", session_id).out
    board = command("leaderboard", "1", "--json").json
    assert [item["session_id"] for item in board["items"]] == [session_id]
    assert "Jane Doe" in command("leaderboard", "1").out
    rows = list(csv.DictReader(io.StringIO(command("leaderboard", "1", "--format", "csv").out)))
    assert rows[0]["Candidate"] == "Jane Doe"


def test_the_leaderboard_command_matches_the_api(command: Command, environ: dict[str, str]) -> None:
    for candidate_id in range(1, 9):
        started(command, candidate_id)
    command("refresh", "1", "--force", "--limit", "6")
    app = make_application(environ)
    for options, query in (
        ((), ""), (("--limit", "3"), "?limit=3"), (("--limit", "3", "--offset", "2"), "?limit=3&offset=2"),
        (("--sort", "candidate_name", "--order", "desc"), "?sort=candidate_name&order=desc"),
        (("--status", "invited"), "?status=invited"), (("--flag", "any"), "?flag=any"), (("--q", "jane"), "?q=jane"),
        (("--min-coverage-percent", "50"), "?min_coverage_percent=50"),
    ):
        expected = Client(app).get(f"/api/jobs/1/interview-leaderboard{query}").json
        assert command("leaderboard", "1", *options, "--json").json == expected
    sheet = Client(app).get("/api/jobs/1/interview-leaderboard?format=csv&rows=4").text
    assert command("leaderboard", "1", "--format", "csv", "--rows", "4").out == sheet
    app.close()
    heading, *lines = command("leaderboard", "1").out.splitlines()
    assert ("total range" in heading, "recommendation" in heading, "flags" in heading) == (True, True, True)
    assert len(lines) == 8
    assert re.search(r"\d to \d", lines[0])
    for arguments in (["2"], ["1", "--q", "nobody at all"], ["1", "--group", "needs_review"]):
        assert command("leaderboard", *arguments).out.startswith("No candidate has")
    help_text = command("leaderboard", "--help").out
    assert "\t" not in help_text
    assert all(f"--{field.name.replace('_', '-')}" in help_text for field in fields(LeaderboardQuery))


@for_each("options", [
    ("--limit", "0"), ("--limit", "501"), ("--sort", "luck"), ("--min-coverage-percent", "101"), ("--flag", "A B"),
])
def test_invalid_leaderboard_options_are_refused(command: Command, options: tuple[str, ...]) -> None:
    started(command)
    assert command("leaderboard", "1", *options).status == 2


def test_reading_commands_create_no_database(command: Command, environ: dict[str, str]) -> None:
    result = command("leaderboard", "1")
    assert result.status == 1
    assert "no database" in result.err
    assert not Path(environ["TENER_INTERVIEW_DB_PATH"]).exists()


def test_positions_are_listed_and_created(command: Command, hireflix: FakeHireflix, tmp_path: Path) -> None:
    positions = command("positions", "list", "--json", **real(hireflix)).json["items"]
    assert [position["position_id"] for position in positions if position["default"]] == [hireflix.position_id]
    made = command(
        "positions", "create", "--name", "Nurses", "--question", "A hard shift?", "--minutes", "2", "--json",
        **real(hireflix),
    ).json
    (tmp_path / "position.json").write_text(json.dumps({"name": "Cooks", "questions": [
        {"title": "A full house?", "timeLimit": {"minutes": 1, "seconds": 30}},
    ]}), "utf-8")
    assert command("positions", "create", "--file", str(tmp_path / "position.json"), **real(hireflix)).status == 0
    names = command("positions", "list", **real(hireflix)).out
    assert made["position_id"] in names
    assert "Cooks" in names


@pytest.mark.parametrize("others", [
    {}, {"TENER_HIREFLIX_POSITION_ID": "not one of theirs"}, {"TENER_INTERVIEW_PORT": "x"},
    {"TENER_INTERVIEW_HOST": "0.0.0.0", "TENER_INTERVIEW_DB_PATH": "/dev/null/no"},
    {"TENER_INTERVIEW_TOTAL_SCORE_FORMULA_PATH": "no/such.json"},
])
def test_the_positions_command_needs_only_the_api_key(
    command: Command, hireflix: FakeHireflix, environ: dict[str, str], others: dict[str, str]
) -> None:
    started(command)
    before = Path(environ["TENER_INTERVIEW_DB_PATH"]).read_bytes()
    account = {"TENER_HIREFLIX_API_KEY": hireflix.api_key, "TENER_HIREFLIX_BASE_URL": hireflix.url, **others}
    made = command("positions", "create", "--name", "Nurses", "--question", "A hard shift?", "--json", **account)
    assert made.status == 0, made.err
    assert made.json["position_id"] in command("positions", "list", **account).out
    assert Path(environ["TENER_INTERVIEW_DB_PATH"]).read_bytes() == before


def test_the_start_command_takes_the_fields_of_the_api(command: Command) -> None:
    result = command(
        "start", "1", "42", "--name", "Jane Doe", "--email", "jane@example.com", "--conversation-id", "7", "--language",
        "pt-BR", "--ttl-hours", "5", "--use-earlier-interview", "--unlisted", "--json",
    )
    assert result.status == 0
    (session,) = json.loads(command("export", "1").out)["sessions"]
    assert (session["candidate_email"], session["conversation_id"]) == ("jane@example.com", 7)
    assert session["language"] == "pt-BR"
    assert session["link_expires_at"] - session["created_at"] <= 5 * 3_600_000
    options = command("start", "--help").out
    assert all(f"--{field.name.replace('_', '-')}" in options for field in fields(StartBody) if "_id" not in field.name
               and not field.name.startswith("candidate_"))


@for_each(("name", "value"), [
    ("--ttl-hours", "0"), ("--ttl-hours", "8761"), ("--conversation-id", "c-1"), ("--language", "???"),
])
def test_the_start_command_reports_adjusted_values(command: Command, name: str, value: str) -> None:
    result = command("start", "1", "42", f"{name}={value}")
    line = result.out.splitlines()[-1]
    assert (result.status, line.partition(":")[0]) == (0, name.strip("-").replace("-", "_"))
    assert value in line
    assert line.endswith(("was taken.", "was left out."))


@pytest.mark.parametrize(("name", "value"), [("--ttl-hours", "soon"), ("--ttl-hours", "1e3"), ("--email", "x")])
def test_the_start_command_refuses_the_same_values_as_the_api(command: Command, name: str, value: str) -> None:
    result = command("start", "1", "42", f"{name}={value}")
    assert (result.status, result.out) == (2, "")


def test_the_refresh_command_lists_every_session(command: Command) -> None:
    ids = [started(command, number) for number in (42, 43)]
    lines = command("refresh", "1", "--force", "--limit", "1").out.splitlines()
    assert len([line for line in lines if any(item in line for item in ids)]) == 1
    output = command("refresh", "1", "--force").out
    assert all(f"{item}  refreshed  scored" in output for item in ids)
    one = command("refresh", "--session", ids[0]).out
    assert "score confidence" in one


def test_a_refusal_by_hireflix_is_reported(command: Command, hireflix: FakeHireflix) -> None:
    result = command("positions", "list", "--json", **real(hireflix, TENER_HIREFLIX_API_KEY="wrong"))
    assert result.status == 1
    assert json.loads(result.err)["code"]
    assert "Traceback" not in result.err


def test_invalid_settings_are_named_by_commands(command: Command) -> None:
    result = command("leaderboard", "1", "--json", TENER_INTERVIEW_PORT="x")
    assert result.status == 2
    assert any("TENER_INTERVIEW_PORT" in fault for fault in json.loads(result.err)["faults"])


def test_a_backup_can_be_restored(command: Command, environ: dict[str, str], tmp_path: Path) -> None:
    started(command)
    target = tmp_path / "backup.sqlite3"
    result = command("backup", str(target), "--json")
    assert result.json["rows"]["interview_sessions"] == 1
    assert integrity(target) == "ok"
    assert target.stat().st_mode & 0o777 == 0o600
    assert command("backup", str(target)).status == 1
    assert command("backup", str(target), "--overwrite").status == 0
    started(command, 43)
    restored = command("restore", str(target), "--json").json
    assert Path(restored["kept"]).exists()
    assert len(command("leaderboard", "1", "--json").json["items"]) == 1
    assert Path(environ["TENER_INTERVIEW_DB_PATH"]).exists()


def test_restoring_an_invalid_file_changes_nothing(command: Command, environ: dict[str, str], tmp_path: Path) -> None:
    started(command)
    (tmp_path / "nonsense").write_bytes(b"not a database" * 1000)
    assert command("restore", str(tmp_path / "nonsense")).status == 1
    assert command("restore", str(tmp_path / "nothing")).status == 1
    assert len(command("leaderboard", "1", "--json").json["items"]) == 1
    assert integrity(Path(environ["TENER_INTERVIEW_DB_PATH"])) == "ok"


@for_each("argv", [("export", "1"), ("plan", "export", "1"), ("audit", "export")])
def test_an_export_onto_the_database_is_refused(command: Command, environ: dict[str, str], argv: Any) -> None:
    command("plan", "draft", "1")
    database = Path(environ["TENER_INTERVIEW_DB_PATH"])
    for suffix in ("", "-wal", ".erased"):
        refused = command(*argv, "--output", f"{database}{suffix}")
        assert (refused.status, "belongs to it" in refused.err) == (1, True)
    assert command("plan", "show", "1").status == 0


@pytest.mark.parametrize(
    "argv", [("export", "1", "--output"), ("plan", "export", "1", "--output"), ("audit", "export", "--output"),
             ("backup", "--overwrite")],
)
def test_no_output_takes_the_place_of_a_device_or_a_pipe(command: Command, tmp_path: Path, argv: Any) -> None:
    command("plan", "draft", "1")
    pipe = special_file("pipe", tmp_path)
    refused = command(*argv, str(pipe))
    assert (refused.status, "not a regular file" in refused.err) == (1, True)
    assert pipe.is_fifo()


def test_an_output_that_cannot_be_written_is_named_without_numbers_of_the_system(
    command: Command, tmp_path: Path
) -> None:
    command("plan", "draft", "1")
    refused = command("export", "1", "--output", str(tmp_path / "no folder" / "file"))
    assert refused.status == 1
    assert "no folder/file: No such file or directory." in refused.err
    assert "Errno" not in refused.err
    refused = command("export", "1", "--output", str(tmp_path))
    assert f"cannot use {tmp_path}: Is a directory." in refused.err


def test_the_export_of_a_job_has_all_its_data(command: Command) -> None:
    session_id = started(command)
    command("refresh", "1", "--force")
    held = command("export", "1").out
    content = json.loads(held)
    assert [session["session_id"] for session in content["sessions"]] == [session_id]
    assert content["sessions"][0]["results"][0]["question_scores"]
    rows = list(csv.DictReader(io.StringIO(command("export", "1", "--format", "csv").out)))
    assert {row["Session id"] for row in rows} == {session_id}
    assert len(rows) > 1


def test_the_erase_command_asks_for_confirmation(command: Command) -> None:
    session_id = started(command)
    assert command("erase", "42").status == 2
    assert json.loads(command("export", "1").out)["sessions"][0]["candidate_name"] == "Jane Doe"
    erased = {"candidate_id": 42, "erased_sessions": 1, "scrubbed": True}
    assert command("erase", "42", "--yes", "--json").json == erased
    erased = json.loads(command("export", "1").out)["sessions"][0]
    assert (erased["session_id"], erased["candidate_name"]) == (session_id, "(erased)")
    assert "1 session held is erased" in command("erase", "42", "--yes").out
    assert command("erase", "4711", "--yes").out == "candidate 4711 has no session here: there was nothing to erase\n"
