"""`plan`: a plan goes through files, and is the same at the other end."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Command, real
from fakes.hireflix import FakeHireflix
from fakes.plans import plan_body
from fakes.special_files import special_file
from for_each import for_each


def write_json(path: Path, content: Any) -> str:
    path.write_text(json.dumps(content) if not isinstance(content, str) else content, "utf-8")
    return str(path)


def test_a_plan_is_unchanged_by_export_and_import_of_a_file(command: Command, tmp_path: Path) -> None:
    drafted = command("plan", "draft", "1", "--json")
    assert drafted.status == 0
    assert drafted.json["saved"]
    file = str(tmp_path / "plan.json")
    assert command("plan", "export", "1", "--output", file).status == 0
    assert json.loads(Path(file).read_text("utf-8")) == drafted.json["plan"]
    assert command("plan", "import", "2", file).status == 0
    assert command("plan", "export", "2").out == Path(file).read_text("utf-8") == command("plan", "export", "1").out
    # The same file again changes nothing; another one is refused unless that is wanted.
    assert command("plan", "import", "2", file).status == 0
    other = write_json(tmp_path / "other.json", plan_body())
    refused = command("plan", "import", "2", other)
    assert refused.status == 1
    assert "--replace" in refused.out
    assert command("plan", "export", "2").out == Path(file).read_text("utf-8")
    assert command("plan", "import", "2", other, "--replace").status == 0
    assert json.loads(command("plan", "export", "2").out) == plan_body()


def test_a_plan_version_is_published_shown_and_exported(command: Command, tmp_path: Path) -> None:
    command("plan", "import", "1", write_json(tmp_path / "plan.json", plan_body()))
    assert "no plan yet" in command("plan", "show", "2").out
    assert "never published" in command("plan", "show", "1").out
    published = command("plan", "publish", "1", "--json").json
    assert (published["version"], published["created_position"]) == (1, True)
    again = command("plan", "publish", "1").out
    assert "published before" in again
    assert published["position_id"] in again
    changed = write_json(tmp_path / "changed.json", plan_body(name="Another"))
    command("plan", "import", "1", changed, "--replace")
    shown = command("plan", "show", "1", "--json").json
    assert (shown["state"], shown["draft"]["name"], shown["published"]["version"]) == ("changed", "Another", 1)
    assert json.loads(command("plan", "export", "1", "--version", "1").out) == plan_body()
    assert plan_body()["questions"][0]["title"] in command("plan", "show", "1", "--version", "1").out
    for missing in ("export 1 --version 2", "show 1 --version 9", "export 2", "publish 2"):
        assert command("plan", *missing.split()).status == 1


def test_a_file_without_an_end_is_refused(command: Command) -> None:
    refused = command("plan", "import", "1", str(special_file("device", Path())))
    assert (refused.status, refused.err) == (2, "It was not done:\n  /dev/zero holds more than 4194304 bytes.\n")


@for_each(
    ("content", "named"),
    [
        ("{", "cannot be read as JSON"), ("[]", "must hold a JSON object"), ("NaN", "cannot be read as JSON"),
        ('{"nmae": "x"}', "nmae"), ({"questions": [{"title": "x" * 501}]}, "questions[0].title"),
        ({"questions": [{"id": "a"}, {"id": "a"}]}, "questions"), ("[" * 100_000, "cannot be read as JSON"),
        ('"\\ud800"', "half of a surrogate pair"), ('{"name": "A", "name": "B"}', "a field is given twice"),
    ],
)
def test_an_invalid_plan_file_is_refused(command: Command, tmp_path: Path, content: Any, named: str) -> None:
    refused = command("plan", "import", "1", write_json(tmp_path / "plan.json", content))
    assert refused.status == 2
    assert named in refused.err
    assert command("plan", "export", "1").status == 1


def test_a_plan_is_read_from_stdin_with_or_without_a_byte_order_mark(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = b"\xef\xbb\xbf" + json.dumps(plan_body()).encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
    assert command("plan", "import", "1", "-").status == 0
    assert json.loads(command("plan", "export", "1").out) == plan_body()


def test_a_position_at_hireflix_becomes_a_plan_and_is_published(command: Command, hireflix: FakeHireflix) -> None:
    environ = real(hireflix)
    imported = command("plan", "import", "1", "--position", hireflix.position_id, "--json", **environ)
    assert imported.status == 0
    assert len(imported.json["plan"]["questions"]) == 4
    assert command("plan", "import", "1", "--position", "none", **environ).status == 2
    published = command("plan", "publish", "1", "--json", **environ).json
    assert set(hireflix.account.positions) == {hireflix.position_id, published["position_id"]}


@for_each(
    "arguments",
    [("show",), ("show", "x"), ("draft", "1", "--questions", "9"), ("import", "1"), ("publish", "0"), ("nothing", "1"),
     ("import", "1", "file", "--position", "p")],
)
def test_an_invalid_plan_command_line_is_refused(command: Command, arguments: tuple[str, ...]) -> None:
    assert command("plan", *arguments).status == 2
