"""What tells one criteria file, or one formula, from another: what it says, whatever version it calls itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from for_each import for_each
from tener_interview.criteria.criteria import load_criteria
from tener_interview.criteria.formula import load_formula

CRITERIA: dict[str, Any] = {
    "version": "7",
    "defaults": {"weights": {"content": 1, "evidence": 0.5}, "filler_words": ["um"]},
    "question_rules": [
        {"id": "a", "match": {"title_contains": ["design"]}, "required_keywords": [["cache", "store"], "index"]},
        {"id": "b", "dimension": "soft_skills", "match": {"title_contains": "team"}, "key_points": ["Listens first."]},
    ],
}
FORMULA: dict[str, Any] = {
    "version": "1", "weights": {"technical": 5, "soft_skills": 3, "culture_fit": 2},
    "recommendation_thresholds": {"strong_yes": 90},
}


def hashes(tmp_path: Path, criteria: Any = CRITERIA, formula: Any = FORMULA, **form: Any) -> tuple[str, str]:
    """Of both files, written as JSON with these options, or as they are where they are text."""
    found = []
    for name, document, load in (("criteria", criteria, load_criteria), ("formula", formula, load_formula)):
        text = document if isinstance(document, str) else json.dumps(document, **form)
        path = tmp_path / f"{name}.json"
        path.write_text(text, "utf-8")
        loaded: Any = load(path)
        found.append(loaded.content_hash)
    return found[0], found[1]


def edited(document: Any, edit: Callable[[Any], object]) -> Any:
    copy = json.loads(json.dumps(document))
    edit(copy)
    return copy


@pytest.mark.parametrize("form", [
    {"indent": 4}, {"sort_keys": True}, {"separators": (" ,\n ", " :\t")}, {"ensure_ascii": False},
])
def test_formatting_does_not_change_the_criteria_hash(tmp_path: Path, form: dict[str, Any]) -> None:
    assert hashes(tmp_path, **form) == hashes(tmp_path)
    mark = "\ufeff"
    assert hashes(tmp_path, mark + json.dumps(CRITERIA), mark + json.dumps(FORMULA)) == hashes(tmp_path)


@for_each("edit", [
    lambda it: it.update({"_comment": "Why this is so.", "//": ["x"]}),
    lambda it: it["question_rules"][1].update(note="Asked by Ann.", author={"name": "Ann"}),
    lambda it: it["defaults"].update(rubric=None),
    lambda it: it["defaults"].update(rubric={"min_words": 3}, filler_words=["um"]),
    lambda it: it["defaults"]["weights"].update(content=1.0),
    lambda it: it["defaults"].update({"description": "For everybody."}),
])
def test_ignored_fields_do_not_change_the_criteria_hash(tmp_path: Path, edit: Callable[[Any], object]) -> None:
    assert hashes(tmp_path, edited(CRITERIA, edit)) == hashes(tmp_path)


@for_each("edit", [
    lambda it: it["defaults"]["weights"].update(content=2),
    lambda it: it["question_rules"].reverse(),
    lambda it: it["question_rules"][0]["required_keywords"][0].append("shelf"),
    lambda it: it["question_rules"][1].update(key_points=["Listens last."]),
    lambda it: it["question_rules"][1].pop("dimension"),
    lambda it: it.update(version="8"),
])
def test_an_edited_criteria_file_of_the_same_version_has_another_hash(
    tmp_path: Path, edit: Callable[[Any], object]
) -> None:
    before, after = hashes(tmp_path), hashes(tmp_path, edited(CRITERIA, edit))
    assert before[0] != after[0]
    assert before[1] == after[1]


@pytest.mark.parametrize("edit", [
    lambda it: it["weights"].update(technical=6),
    lambda it: it.update(missing_dimensions_strategy="strict"),
    lambda it: it["recommendation_thresholds"].update(strong_yes=91),
])
def test_an_edited_formula_changes_only_the_formula_hash(tmp_path: Path, edit: Callable[[Any], object]) -> None:
    before, after = hashes(tmp_path), hashes(tmp_path, formula=edited(FORMULA, edit))
    assert before[0] == after[0]
    assert before[1] != after[1]
