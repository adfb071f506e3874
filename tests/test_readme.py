"""The README is right: its tree matches the folders, and its commands work."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from fakes.hireflix import FakeHireflix
from fakes.running_service import PROJECT, clean_environ, demo_environ, free_port, running_service
from fakes.waiting import PATIENCE_S

README = (PROJECT / "README.md").read_text("utf-8")

#: What each curl command of the flow is answered with, in order.
FLOW_STATUSES = [
    201,  # start
    302,  # open the link
    200, 200,  # refresh, twice
    200,  # scorecard
    200, 200,  # batch step, and how far it is
    200,  # refresh the job
    200, 200,  # leaderboard, as JSON and as CSV
]

#: Has every curl also say its status, on the other stream, where the commands do not look.
SAY_STATUS = "set -eu\ncurl() { command curl --write-out '%{stderr}%{http_code}\\n' \"$@\"; }\n"


def test_the_readmes_tree_matches_the_folders() -> None:
    (drawing,) = _marked_blocks("house")
    package, *lines = drawing.splitlines()
    drawn: dict[Path, set[str]] = {(root := PROJECT / package): set()}
    for line in lines:
        name = line.split()[0]
        depth = (len(line) - len(line.lstrip())) // 2
        if depth == 0:
            assert (PROJECT / name).is_dir()
        elif depth == 1:
            drawn[root].add(name)
            room = root / name
        else:
            drawn.setdefault(room, set()).add(name)
    for folder in (root, *(path for path in root.iterdir() if path.is_dir())):
        built = {
            f"{path.name}/" if path.is_dir() else path.name
            for path in folder.iterdir()
            if (any(_kept(path)) if path.is_dir() else folder == root and path.name not in ("__init__.py", "py.typed"))
        }
        assert drawn.get(folder, set()) == built, folder


def _kept(folder: Path) -> Iterator[Path]:
    """The files below a folder, but for what Python leaves behind."""
    return (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


def test_the_readme_runs_the_tests_by_one_command_with_a_new_environment() -> None:
    (command,) = _marked_blocks("tests")
    assert "\n" not in command.strip()
    assert command.startswith("python3 -m venv .venv && ")


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_commands_of_the_readme_flow_work_as_written(tmp_path: Path) -> None:
    port = free_port()
    with running_service(demo_environ(tmp_path, port), port) as service:
        commands = "".join(_marked_blocks("flow")).replace("http://127.0.0.1:8090", service.base_url)
        ran = subprocess.run(
            ["sh", "-c", SAY_STATUS + commands], env=clean_environ(), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=PATIENCE_S, check=False,
        )
    assert [int(status) for status in ran.stderr.split()] == FLOW_STATUSES, ran.stdout
    assert ran.returncode == 0
    assert f"Location: {service.base_url}/demo/interview/" in ran.stdout
    assert '"status": "in_progress"' in ran.stdout
    assert '"pass_recommendation"' in ran.stdout
    assert re.findall(r'"rank": (\d+)', ran.stdout) == ["1", "2", "3"]
    assert len(re.findall(r"(?m)^\d+,4[234],.+,scored,", ran.stdout)) == 3


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_readme_steps_for_hireflix_work_in_a_new_shell(tmp_path: Path) -> None:
    """With nothing set but where Hireflix is; what stands as `...` there is filled in as the text says."""
    project = tmp_path / "project"
    for name in ("src", "config"):
        project.mkdir(exist_ok=True)
        (project / name).symlink_to(PROJECT / name)
    (project / "runtime").mkdir()
    port = free_port()
    with FakeHireflix() as fake:
        fresh = {"PATH": clean_environ()["PATH"], "TENER_HIREFLIX_BASE_URL": fake.url}
        account, position = (dedent(block) for block in _marked_blocks("hireflix"))
        account = account.replace("API_KEY=...", f"API_KEY={fake.api_key}")
        made = _sh(f"set -e\n{account}", fresh, project)
        assert made.returncode == 0, made.stderr
        assert fake.position_id in made.stdout
        position_id = re.findall(r"(?m)^(\w{24})  Backend engineer$", made.stdout)[-1]
        position = position.replace("POSITION_ID=...", f"POSITION_ID={position_id}")
        output = _sh(f"{account}{position}", fresh, project)
        assert "ok  position: Backend engineer" in output.stdout
        exports = re.findall(r"(?m)^export (\w+)=(\S+)$", account + position)
        environ = {**fresh, **dict(exports), "TENER_INTERVIEW_PORT": str(port)}
        with running_service(environ, port, cwd=project) as service:
            (commands,) = _marked_blocks("running")
            commands = commands.replace("http://127.0.0.1:8090", service.base_url).replace('"..."', f'"{position_id}"')
            ran = _sh(SAY_STATUS + commands, {"PATH": fresh["PATH"]}, project)
        assert [int(status) for status in ran.stderr.split()] == [200, 200, 200], ran.stdout
        assert ran.stdout.count(position_id) >= 2


def _sh(commands: str, environ: Mapping[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", commands], env=dict(environ), cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=PATIENCE_S, check=False,
    )


def _marked_blocks(name: str) -> list[str]:
    """The code blocks that a comment marks, without the indentation of a list."""
    blocks = re.findall(rf"(?ms)^ *<!-- {name} -->\n *```(?:sh)?\n(.*?)^ *```$", README)
    assert blocks, f"the README has no code block marked {name}"
    return [dedent(block) for block in blocks]
