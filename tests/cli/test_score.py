"""`score`: JSON lines in, JSON lines out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fakes.running_service import PROJECT

TOLD = "I called forty people on Monday and we moved the boxes to Leeds. Since then nobody has complained."


def scored(*lines: Any, arguments: tuple[str, ...] = ()) -> tuple[int, list[Any], str]:
    """The exit status, the answers, and what was said beside them."""
    given = "".join(f"{each if isinstance(each, str) else json.dumps(each)}\n" for each in lines)
    done = subprocess.run(
        [sys.executable, "-m", "tener_interview", "score", *arguments], input=given, capture_output=True, text=True,
        timeout=60, check=False, cwd=PROJECT, env={"PYTHONPATH": str(PROJECT / "src")},
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_each_line_gets_a_response_or_an_error_in_order() -> None:
    status, said, _ = scored(
        {"id": "a", "question": "A hard week?", "answer": TOLD, "language": "en"},
        {"id": 2, "question": "A hard week?", "answer": "No."},
        "{", "[]", {"id": 3, "question": "q", "answer": 5},
        {"id": 4, "question": "q", "answer": TOLD, "key_points": "x"},
        {"id": 5, "question": "q", "answer": TOLD, "required_keywords": ["?!"]},
        {"id": 6, "question": "q", "answer": "\ud800 " + TOLD},
    )
    assert status == 1
    assert [each.get("id", each.get("line")) for each in said] == ["a", 2, 3, 4, 3, 4, 5, 6]
    assert [each["error"] for each in said[3:7]] == [
        "must be an object", "answer must be a text", "key_points must be a list",
        "required_keywords must hold texts with a letter or a digit",
    ]
    good, refused = said[:2]
    assert set(good) == {
        "id", "score", "status", "confidence", "flags", "parts", "found", "not_found", "reasons",
    }
    assert good["score"] == pytest.approx(sum(part["points"] for part in good["parts"].values()), abs=0.05)
    assert "forty people" in [quote for each in good["found"] for quote in each["quotes"]]
    assert any(each["part"] == "outcome" for each in good["found"])
    assert len(good["reasons"]) == len(good["found"]) + len(good["not_found"]) <= 5
    assert (refused["score"], refused["status"], refused["confidence"]) == (None, "not_scorable", 0.0)


def test_a_line_is_scored_by_its_own_criteria_or_those_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "criteria.json"
    rule = {"id": "week", "match": {"title_contains": "week"}, "required_keywords": [["boxes", "crates"], "forklift"]}
    path.write_text(json.dumps({"version": "1", "question_rules": [rule]}), "utf-8")
    question = {"question": "A hard week?", "answer": TOLD}
    status, said, _ = scored(
        question, {**question, "key_points": ["Moves the boxes"]}, {**question, "reference_answers": [TOLD]},
        {**question, "required_keywords": [["parcel", "boxes"]], "optional_keywords": ["Leeds"]},
        arguments=("--criteria", str(path)),
    )
    assert status == 0
    by_file, by_point, by_reference, by_word = said
    assert by_file["not_found"][0]["text"] == "We did not find these words or their synonyms: forklift."
    assert by_point["found"][0]["text"] == "Speaks of the key point “Moves the boxes”: “moved the boxes to Leeds”."
    assert (by_reference["score"], list(by_reference["parts"])) == (100.0, ["content"])
    assert by_word["parts"]["content"]["reached"] > 0.5


def test_invalid_criteria_are_refused_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "criteria.json"
    path.write_text('{"version": 1, "question_rules": {}}', "utf-8")
    status, said, told = scored({"question": "q", "answer": TOLD}, arguments=("--criteria", str(path)))
    assert (status, said) == (2, [])
    assert "$.question_rules: must be a list" in told


def test_an_invalid_line_is_an_error_with_its_id_and_in_the_exit_status() -> None:
    told = {"question": "A hard week?", "answer": TOLD}
    lines: tuple[Any, ...] = (
        {}, {"id": "b"}, {"id": "c", "question": "A hard week?"}, {"id": "d", "answer": TOLD},
        {"id": "e", "question": "A hard week?", "answer": None}, '{"id": 1e999, "question": "q", "answer": "x"}',
        '{"id": NaN, "question": "q", "answer": "x"}', '{"id": -Infinity}',
    )
    status, said, _ = scored(*lines)
    assert (status, len(said)) == (1, len(lines))
    assert all("error" in each for each in said)
    assert [each.get("id") for each in said] == [None, "b", "c", "d", "e", None, None, None]
    for mark in ("\ufeff", "\ufeff\n"):
        status, said, _ = scored(mark + json.dumps({"id": 1.5, **told}))
        assert (status, said[0]["id"]) == (0, 1.5)
