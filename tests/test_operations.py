"""docs/operations.md can be followed literally: its units, commands, settings and metrics exist."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from fakes.client import Client
from fakes.instances import on_postgres
from fakes.running_service import PROJECT
from fakes.waiting import PATIENCE_S
from for_each import for_each
from tener_interview.__main__ import create_app
from tener_interview.cli.commands import COMMANDS
from tener_interview.settings import DECLARATIONS, load

PAGE = (PROJECT / "docs" / "operations.md").read_text("utf-8")
DOCUMENTS = {path: path.read_text("utf-8") for path in [PROJECT / "README.md", *(PROJECT / "docs").glob("*.md")]}


def files() -> dict[str, str]:
    """The files that the page would have one write: a comment names each, alone on its line."""
    files_by_name: dict[str, str] = {}
    for block in re.findall(r"(?ms)^```\w*\n(.*?)^```$", PAGE):
        parts = re.split(r"(?m)^# ((?:/etc|/usr)/\S+|Caddyfile)\n", block)
        files_by_name |= {Path(name).name: before + text for before, name, text in zip(
            [parts[0], *[""] * len(parts)], parts[1::2], parts[2::2], strict=False
        )}
    return files_by_name


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_the_systemd_units_are_valid(tmp_path: Path) -> None:
    units = {name: text for name, text in files().items() if name.endswith((".service", ".timer"))}
    assert len(units) == 3
    for name, text in units.items():
        (tmp_path / name).write_text(text.replace("/usr/bin/python3", shutil.which("env") or ""), "utf-8")
    ran = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / name) for name in units)],
        capture_output=True, text=True, timeout=PATIENCE_S, check=False,
    )
    assert (ran.returncode, [line for line in ran.stderr.splitlines() if "tener-interview" in line]) == (0, [])


def test_the_example_settings_for_a_server_of_ones_own_are_complete() -> None:
    environ = dict(line.split("=", 1) for line in files()["tener-interview.env"].splitlines())
    settings = load({name: f"{name:x<40}" if value == "..." else value for name, value in environ.items()})
    assert settings.provider == "hireflix"
    assert settings.admin_token
    assert settings.token_secret


def test_the_shell_commands_of_the_operations_document_are_valid() -> None:
    script = files()["tener-interview"]
    assert script.startswith("#!/bin/sh\n")
    subprocess.run(["sh", "-n"], input=script, text=True, timeout=PATIENCE_S, check=True)


def test_litestream_copies_the_configured_database() -> None:
    (copied,) = yaml.safe_load(files()["litestream.yml"])["dbs"]
    assert f"TENER_INTERVIEW_DB_PATH={copied['path']}\n" in files()["tener-interview.env"]


@for_each("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_documented_setting_exists(document: Path) -> None:
    known = {declaration.variable for declaration in DECLARATIONS.values()}
    spoken_of = set(re.findall(r"\b(?:TENER(?!_TEST_)|RENDER)_[A-Z_]+\b", DOCUMENTS[document]))
    assert {name.removesuffix("_FILE") for name in spoken_of} - known == set()


@for_each("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_documented_command_exists(document: Path) -> None:
    known = {"serve", *(command.name for command in COMMANDS)}
    run = r"^(?:PYTHONPATH=src python3 -m tener_interview|tener-interview|ExecStart.*-m tener_interview) ([a-z]+)"
    assert set(re.findall(rf"(?m){run}", DOCUMENTS[document])) <= known


def test_every_metric_to_alert_on_exists(environ: dict[str, str], empty_postgres: str) -> None:
    spoken_of = set(re.findall(r"`(tener_interview_\w+)`", PAGE))
    assert spoken_of
    on_each: list[set[str]] = []
    for settings in (environ, on_postgres(environ, empty_postgres)):
        app = create_app(load(settings))
        on_each.append(set(re.findall(r"(?m)^# TYPE (\w+)", Client(app).get("/metrics").body.decode())))
        app.close()
    on_sqlite, on_server = on_each
    assert spoken_of - on_server == set()
    assert on_sqlite < on_server
    assert {name for name in on_server - on_sqlite if "_store_" not in name} == set()
