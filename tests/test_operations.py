"""docs/operations.md can be followed literally: units, commands, settings and figures are those there are."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from fakes.client import Client
from fakes.running_service import PROJECT
from tener_interview.cli.commands import COMMANDS
from tener_interview.settings import DECLARATIONS, load

PAGE = (PROJECT / "docs" / "operations.md").read_text("utf-8")
DOCUMENTS = {path: path.read_text("utf-8") for path in [PROJECT / "README.md", *(PROJECT / "docs").glob("*.md")]}


def files() -> dict[str, str]:
    """The files that the page would have one write: a comment names each, alone on its line."""
    found: dict[str, str] = {}
    for block in re.findall(r"(?ms)^```\w*\n(.*?)^```$", PAGE):
        parts = re.split(r"(?m)^# ((?:/etc|/usr)/\S+|Caddyfile)\n", block)
        found |= {Path(name).name: before + text for before, name, text in zip(
            [parts[0], *[""] * len(parts)], parts[1::2], parts[2::2], strict=False
        )}
    return found


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_the_units_are_good(tmp_path: Path) -> None:
    units = {name: text for name, text in files().items() if name.endswith((".service", ".timer"))}
    assert len(units) == 3
    for name, text in units.items():
        (tmp_path / name).write_text(text.replace("/usr/bin/python3", shutil.which("env") or ""), "utf-8")
    ran = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / name) for name in units)],
        capture_output=True, text=True, timeout=60, check=False,
    )
    assert (ran.returncode, [line for line in ran.stderr.splitlines() if "tener-interview" in line]) == (0, [])


def test_the_settings_of_a_machine_of_ones_own_are_whole() -> None:
    given = dict(line.split("=", 1) for line in files()["tener-interview.env"].splitlines())
    settings = load({name: f"{name:x<40}" if value == "..." else value for name, value in given.items()})
    assert settings.provider == "hireflix"
    assert settings.admin_token
    assert settings.token_secret


def test_the_command_is_good_shell() -> None:
    script = files()["tener-interview"]
    assert script.startswith("#!/bin/sh\n")
    subprocess.run(["sh", "-n"], input=script, text=True, timeout=10, check=True)


def test_litestream_copies_the_file_that_is_served() -> None:
    (copied,) = yaml.safe_load(files()["litestream.yml"])["dbs"]
    assert f"TENER_INTERVIEW_DB_PATH={copied['path']}\n" in files()["tener-interview.env"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_setting_that_is_spoken_of_exists(document: Path) -> None:
    known = {each.variable for each in DECLARATIONS.values()}
    spoken_of = set(re.findall(r"\b(?:TENER|RENDER)_[A-Z_]+\b", DOCUMENTS[document]))
    assert {name.removesuffix("_FILE") for name in spoken_of} - known == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_that_is_spoken_of_exists(document: Path) -> None:
    known = {"serve", *(each.name for each in COMMANDS)}
    run = r"^(?:PYTHONPATH=src python3 -m tener_interview|tener-interview|ExecStart.*-m tener_interview) ([a-z]+)"
    assert set(re.findall(rf"(?m){run}", DOCUMENTS[document])) <= known


def test_every_figure_to_alert_on_is_one_of_the_service(client: Client) -> None:
    spoken_of = set(re.findall(r"`(tener_interview_\w+)`", PAGE))
    told = set(re.findall(r"(?m)^# TYPE (\w+)", client.get("/metrics").body.decode()))
    assert spoken_of
    assert spoken_of - told == set()
