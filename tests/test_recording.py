"""Recordings: equal for the same tree, and different wherever something changed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from fakes.running_service import PROJECT, clean_environ
from for_each import for_each
from recording.comparison import GROUPS, differences
from recording.recording import Entry, Recording
from recording.scenes import play_all, with_its_api
from tener_interview.__main__ import ROUTES


def answer(body: Any, label: str = "a scorecard", kind: str = "json", **more: Any) -> Entry:
    text = body if isinstance(body, str) else json.dumps(body)
    return Entry(label, kind, {"status": 200, "headers": {"content-length": str(len(text))}, "body": text, **more})


def reported(before: Entry, after: Entry, *but: str) -> list[str]:
    return differences(Recording((before,)), Recording((after,)), but)


def test_two_recordings_of_the_same_code_are_equal(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for item in (one, two):
        item.mkdir()
        Recording(tuple(with_its_api(PROJECT, item, commands=False).entries)).write(item / "recording")
    recording = Recording.read(one / "recording")
    assert differences(recording, Recording.read(two / "recording")) == []
    assert (one / "recording").read_bytes() == (two / "recording").read_bytes()
    assert str(tmp_path) not in str(recording)


def test_every_route_is_in_the_recording(tmp_path: Path) -> None:
    entries = play_all(PROJECT, tmp_path, commands=False)
    metrics = "".join(entry.content["body"] for entry in entries if entry.label.endswith(": metrics"))
    routes = [(route.method, route.pattern) for route in ROUTES if route.pattern != "/metrics"]
    missing = [route for route in routes if 'method="{}",route="{}"'.format(*route) not in metrics]
    assert missing == [], "request them in tests/recording/scenes.py"


@for_each(
    ("before", "after"),
    [
        (answer({"a": 1}), answer({"a": 2})),
        (answer({"a": 1}), answer({"a": 1.0})),
        (answer({"a": 1, "b": 2}), answer({"b": 2, "a": 1})),
        (answer({"a": 1}), answer('{"a":1}')),
        (answer({"a": None}), answer({})),
        (answer("one\ntwo", kind="text"), answer("one\ntwo\n", kind="text")),
        (answer({}), answer({}, status=201)),
        (answer({}), answer({}, headers={"etag": "x"})),
        (Entry("t", "table", {"rows": [{"n": 1}]}), Entry("t", "table", {"rows": [{"n": 1}, {"n": 1}]})),
    ],
)
def test_every_difference_between_recordings_is_reported(before: Entry, after: Entry) -> None:
    (paragraph,) = reported(before, after)
    assert paragraph.startswith(f"{before.label}\n  ")
    assert reported(before, before) == []


def test_entries_of_only_one_recording_are_reported() -> None:
    one, other = answer({}, "one"), answer({}, "other")
    assert differences(Recording((one, other)), Recording((other,))) == ["only before: one"]
    assert differences(Recording((other,)), Recording((one, other))) == ["only after: one"]


def test_kinds_labels_and_fields_can_be_excluded_from_the_comparison() -> None:
    card = {"items": [{"total_score": 5, "reasons": ["Good."]}]}
    other = {"items": [{"total_score": 6, "reasons": ["Better, by far."]}]}
    for but in (["json"], ["a score*"], ["items"], ["total_score", "reasons"], ["scores", "details-of-scores"]):
        assert reported(answer(card), answer(other), *but) == []
    for but in (["page"], ["another*"], ["score"], ["reasons"], ["details-of-scores"]):
        assert reported(answer(card), answer(other), *but)
    row, changed = (
        Entry("t", "table", {"rows": [{"result_json": json.dumps(item), "at": 1}]}) for item in (card, other)
    )
    assert reported(row, changed, "total_score", "reasons") == reported(row, changed, "result_json") == []
    assert "total_score" in reported(row, changed, "reasons")[0]
    assert set(GROUPS) == {"details-of-scores", "scores", "words"}


def test_neither_recording_nor_benchmarks_need_the_driver_of_postgres() -> None:
    without = "import sys; sys.modules.update(psycopg=None, psycopg_pool=None)"
    program = f"{without}; import recording.__main__, benchmarks.flows"
    environ = clean_environ(PYTHONPATH="src:tests")
    subprocess.run([sys.executable, "-c", program], cwd=PROJECT, env=environ, check=True, timeout=60)
