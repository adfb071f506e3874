"""`score`: JSON lines in, JSON lines out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fakes.running_service import PROJECT
from fakes.waiting import PATIENCE_S

TOLD = "I called forty people on Monday and we moved the boxes to Leeds. Since then nobody has complained."


def scored(*lines: Any, arguments: tuple[str, ...] = ()) -> tuple[int, list[Any], str]:
    """The exit status, the answers, and what was said beside them."""
    stdin = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
    done = subprocess.run(
        [sys.executable, "-m", "tener_interview", "score", *arguments], input=stdin, capture_output=True, text=True,
        timeout=PATIENCE_S, check=False, cwd=PROJECT, env={"PYTHONPATH": str(PROJECT / "src")},
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_each_input_line_gets_a_score_or_an_error_in_order() -> None:
    status, responses, _ = scored(
        {"id": "a", "question": "A hard week?", "answer": TOLD, "language": "en"},
        {"id": 2, "question": "A hard week?", "answer": "No."},
        "{", "[]", {"id": 3, "question": "q", "answer": 5},
        {"id": 4, "question": "q", "answer": TOLD, "key_points": "x"},
        {"id": 5, "question": "q", "answer": TOLD, "required_keywords": ["?!"]},
        {"id": 6, "question": "q", "answer": "\ud800 " + TOLD},
    )
    assert status == 1
    assert [line.get("id", line.get("line")) for line in responses] == ["a", 2, 3, 4, 3, 4, 5, 6]
    assert [line["error"] for line in responses[3:7]] == [
        "must be an object", "answer must be a text", "key_points must be a list",
        "required_keywords must hold texts with a letter or a digit",
    ]
    response, refused = responses[:2]
    assert set(response) == {
        "id", "score", "status", "confidence", "flags", "parts", "found", "not_found", "reasons",
    }
    assert response["score"] == pytest.approx(sum(part["points"] for part in response["parts"].values()), abs=0.05)
    assert "I called forty people on Monday" in [quote for line in response["found"] for quote in line["quotes"]]
    assert any(line["part"] == "outcome" for line in response["found"])
    assert len(response["reasons"]) == len(response["found"]) + len(response["not_found"]) <= 5
    assert (refused["score"], refused["status"], refused["confidence"]) == (None, "not_scorable", 0.0)


def test_a_line_is_scored_by_its_own_criteria_or_those_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "criteria.json"
    rule = {"id": "week", "match": {"title_contains": "week"}, "required_keywords": [["boxes", "crates"], "forklift"]}
    path.write_text(json.dumps({"version": "1", "question_rules": [rule]}), "utf-8")
    question = {"question": "A hard week?", "answer": TOLD}
    status, responses, _ = scored(
        question, {**question, "key_points": ["Moves the boxes"]}, {**question, "reference_answers": [TOLD]},
        {**question, "required_keywords": [["parcel", "boxes"]], "optional_keywords": ["Leeds"]},
        arguments=("--criteria", str(path)),
    )
    assert status == 0
    by_file, by_point, by_reference, by_word = responses
    assert by_file["not_found"][0]["text"] == "We did not find these keywords or their synonyms: forklift."
    assert by_point["found"][0]["text"] == "On “Moves the boxes”: “moved the boxes to Leeds”."
    assert (by_reference["score"], list(by_reference["parts"])) == (100.0, ["content"])
    assert by_word["parts"]["content"]["reached"] > 0.5


def test_the_score_command_refuses_invalid_criteria_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "criteria.json"
    path.write_text('{"version": 1, "question_rules": {}}', "utf-8")
    status, responses, stderr = scored({"question": "q", "answer": TOLD}, arguments=("--criteria", str(path)))
    assert (status, responses) == (2, [])
    assert "$.question_rules: must be a list" in stderr


def test_an_invalid_line_is_an_error_with_its_id_and_in_the_exit_status() -> None:
    request = {"question": "A hard week?", "answer": TOLD}
    lines: tuple[Any, ...] = (
        {}, {"id": "b"}, {"id": "c", "question": "A hard week?"}, {"id": "d", "answer": TOLD},
        {"id": "e", "question": "A hard week?", "answer": None}, '{"id": 1e999, "question": "q", "answer": "x"}',
        '{"id": NaN, "question": "q", "answer": "x"}', '{"id": -Infinity}',
    )
    status, responses, _ = scored(*lines)
    assert (status, len(responses)) == (1, len(lines))
    assert all("error" in line for line in responses)
    assert [line.get("id") for line in responses] == [None, "b", "c", "d", "e", None, None, None]
    unreadable = ("[" * 100_000, f'{{"id": {"9" * 5000}}}', '{"id": "a", "id": "b", "question": "q", "answer": "x"}')
    said = [response["error"] for response in scored(*unreadable)[1]]
    assert said == ["it is nested too deeply", "it holds a number with too many digits", "a field is given twice"]
    for mark in ("\ufeff", "\ufeff\n"):
        status, responses, _ = scored(mark + json.dumps({"id": 1.5, **request}))
        assert (status, responses[0]["id"]) == (0, 1.5)
