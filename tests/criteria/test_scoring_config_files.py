"""The two config files: what loads, with which defaults, and how every fault is named."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from fakes.special_files import special_file
from for_each import for_each
from tener_interview.criteria.criteria import Criteria, Weights, load_criteria
from tener_interview.criteria.dimension import DIMENSIONS
from tener_interview.criteria.files import ConfigError
from tener_interview.criteria.formula import Formula, load_formula
from tener_interview.scoring.answer import score_answer
from tener_interview.transcripts.transcript import Transcript

CONFIG = Path(__file__).parents[2] / "config"
RULE = {"id": "design", "dimension": "technical", "match": {"title_contains": ["design"]}}


def written(folder: Path, document: Any) -> Path:
    path = folder / "config.json"
    path.write_text(json.dumps(document), "utf-8")
    return path


def criteria(folder: Path, **members: Any) -> Criteria:
    return load_criteria(written(folder, {"version": "1", **members}))


def formula(folder: Path, **members: Any) -> Formula:
    return load_formula(written(folder, {"version": "1", **members}))


def test_the_shipped_formula_is_the_documented_one() -> None:
    shipped = load_formula(CONFIG / "interview_total_score_formula.json")
    assert dict(shipped.weights) == {"technical": 0.5, "soft_skills": 0.3, "culture_fit": 0.2}
    assert shipped.missing_dimensions_strategy == "renormalize"
    assert dict(shipped.recommendation_thresholds) == {"strong_yes": 80, "yes": 70, "mixed": 50}


def test_the_default_criteria_cover_every_dimension_and_require_no_keywords() -> None:
    shipped = load_criteria(CONFIG / "interview_transcription_scoring_criteria.json")
    assert {rule.dimension for rule in shipped.question_rules} == set(DIMENSIONS)
    assert not any(rule.expected for rule in shipped.question_rules)
    assert all(len(rule.title_contains) >= 5 for rule in shipped.question_rules)


def test_a_formula_needs_no_version(tmp_path: Path) -> None:
    for content in ({}, {"version": None}, {"weights": {"technical": 1, "soft_skills": 1, "culture_fit": 0}}):
        assert load_formula(written(tmp_path, content)).version == "unversioned"


@for_each(
    ("title", "rule_id"),
    [
        ("How would you design a system that sends a million notifications a day?", "system_design"),
        ("Tell us about a hard problem you had to DEBUG.", "debugging"),
        ("Describe a technical challenge you are proud of.", "technical_challenge"),
        ("Tell us about a disagreement in your team and how it ended.", "conflict"),
        ("When did you take ownership of something nobody had asked you to do?", "ownership"),
        ("Why do you want this role?", "motivation"),
        ("Which values matter to you at work?", "values"),
        ("Values and motivation", "values"),
        ("How do you stay up to date?", "learning"),
        ("How do you work with other teams?", "collaboration"),
        ("Tell  us\nabout yourself.", "background"),
        ("What is a closure?", None),
    ],
)
def test_each_shipped_rule_matches_its_own_questions(title: str, rule_id: str | None) -> None:
    shipped = load_criteria(CONFIG / "interview_transcription_scoring_criteria.json")
    assert shipped.rule_for(title).id == rule_id


def test_the_first_matching_question_rule_applies(tmp_path: Path) -> None:
    loaded = criteria(tmp_path, question_rules=[RULE, {**RULE, "id": "later"}])
    assert loaded.rule_for("DESIGN a queue").id == "design"


def test_optional_keys_of_criteria_files_have_defaults(tmp_path: Path) -> None:
    loaded = formula(tmp_path)
    assert dict(loaded.weights) == {"technical": 0.5, "soft_skills": 0.3, "culture_fit": 0.2}
    assert loaded.missing_dimensions_strategy == "renormalize"
    assert dict(loaded.recommendation_thresholds) == {"strong_yes": 80, "yes": 70, "mixed": 50}
    assert formula(tmp_path, recommendation_thresholds={"yes": 65}).recommendation(65.0) == "yes"
    bare = criteria(tmp_path, defaults=None)
    assert bare.question_rules == ()
    assert bare.fallback.weights is None


def test_unknown_keys_of_criteria_files_are_ignored_at_every_level(tmp_path: Path) -> None:
    extra = {"x_note": "for people"}
    loaded = criteria(
        tmp_path,
        **extra,
        defaults={**extra, "weights": {**extra, "keyword": 1}, "rubric": {**extra, "min_words": 5}},
        question_rules=[{**RULE, **extra, "match": {**extra, "title_contains": "one string"}}],
    )
    assert loaded.rule_for("Only one string here").id == "design"
    plain = formula(
        tmp_path,
        **extra,
        weights={**extra, "technical": 1, "soft_skills": 0, "culture_fit": 0},
        recommendation_thresholds={**extra, "strong_yes": 90},
    )
    assert plain.recommendation(89.9) == "yes"


@pytest.mark.parametrize(("given", "kept"), [("2026-02-01", "2026-02-01"), (3, "3"), (1.5, "1.5")])
def test_the_version_of_a_criteria_file_is_a_text_or_a_number(tmp_path: Path, given: Any, kept: str) -> None:
    assert load_formula(written(tmp_path, {"version": given})).version == kept
    assert load_criteria(written(tmp_path, {"version": given})).version == kept


def test_a_rule_overrides_only_its_own_keys_in_criteria_files_of_older_engines(tmp_path: Path) -> None:
    loaded = criteria(
        tmp_path,
        defaults={
            "weights": {"keyword": 0.5, "length": 0.3, "clarity": 0.2},
            "rubric": {"min_words": 10, "ideal_words": 50, "max_words": 200},
            "filler_words": ["um"],
            "disallowed_patterns": ["lorem"],
        },
        question_rules=[
            {**RULE, "weights": {"content": 0.3, "evidence": 0.4, "relevance": 0.1, "structure": 0.2}},
            {**RULE, "id": "other", "rubric": {"min_words": 40}, "filler_words": ["so"]},
        ],
    )
    own, other = loaded.question_rules
    assert own.weights
    assert (own.weights.content, round(own.weights.evidence, 9)) == (0.3, 0.7)
    assert other.weights == loaded.fallback.weights == Weights(0.15, 0.85)
    assert own.disallowed is loaded.fallback.disallowed


@pytest.mark.parametrize(
    ("asked", "content"),
    [({"required_keywords": ["a"]}, 0.4), ({"key_points": ["a b"]}, 0.5), ({"reference_answers": ["a b"]}, 1.0)],
)
def test_default_weights_depend_on_the_expected_content(
    tmp_path: Path, asked: dict[str, list[str]], content: float
) -> None:
    rule = criteria(tmp_path, question_rules=[{**RULE, **asked}]).question_rules[0]
    judged = score_answer(rule, Transcript(0, "q", "A design", True, "I cut it to b in March."))
    assert rule.weights is None
    assert judged.details["parts"]["content"]["weight"] == content


def rule_with(**members: Any) -> dict[str, Any]:
    return {"question_rules": [RULE, {**RULE, "id": "second", **members}]}


CRITERIA_FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"version": None}, "$.version: must be given"),
    ({"version": True}, "$.version: must be a text"),
    ({"defaults": []}, "$.defaults: must be an object"),
    ({"defaults": {"weights": {"keyword": "much"}}}, "$.defaults.weights.keyword: must be a number from 0 up"),
    ({"defaults": {"weights": {"length": -1}}}, "$.defaults.weights.length: must be a number from 0 up"),
    ({"defaults": {"weights": {"length": True}}}, "$.defaults.weights.length: must be a number from 0 up"),
    (
        {"defaults": {"weights": {"keyword": 0, "length": 0, "clarity": 0}}},
        "$.defaults.weights: must have at least one weight above 0",
    ),
    ({"defaults": {"disallowed_patterns": "x"}}, "$.defaults.disallowed_patterns: must be a list"),
    ({"defaults": {"disallowed_patterns": ["ok", "(oh"]}}, "$.defaults.disallowed_patterns[1]: must be a regular"),
    ({"defaults": {"disallowed_patterns": [None]}}, "$.defaults.disallowed_patterns[0]: must be given"),
    ({"question_rules": {}}, "$.question_rules: must be a list"),
    ({"question_rules": ["rule"]}, "$.question_rules[0]: must be an object"),
    (rule_with(id="design"), '$.question_rules[1].id: must be unique ("design" is the id of $.question_rules[0] too)'),
    (rule_with(id=None), "$.question_rules[1].id: must be given"),
    (rule_with(id=" "), "$.question_rules[1].id: must be a text"),
    (rule_with(dimension="charm"), "$.question_rules[1].dimension: must be one of technical, soft_skills, culture_fit"),
    (rule_with(match=None), "$.question_rules[1].match: must be given"),
    (rule_with(match={}), "$.question_rules[1].match.title_contains: must be given"),
    (rule_with(match={"title_contains": []}), "$.question_rules[1].match.title_contains: must hold at least one"),
    (rule_with(match={"title_contains": ["a", ""]}), "$.question_rules[1].match.title_contains[1]: must be a text"),
    (rule_with(match={"title_contains": ""}), "$.question_rules[1].match.title_contains: must be a text"),
    (rule_with(required_keywords="a"), "$.question_rules[1].required_keywords: must be a list"),
    (rule_with(required_keywords=["\ud800"]), "$.question_rules[1].required_keywords[0]: must be a text"),
    (rule_with(optional_keywords=["a", []]), "$.question_rules[1].optional_keywords[1]: must hold at least one"),
    (rule_with(optional_keywords=[["a", 1]]), "$.question_rules[1].optional_keywords[0][1]: must be a text"),
    (rule_with(weights={"keyword": -2}), "$.question_rules[1].weights.keyword: must be a number from 0 up"),
    (rule_with(weights=[1]), "$.question_rules[1].weights: must be an object (it is a list)"),
    (rule_with(reference_answers=["We did.", "..."]), "$.question_rules[1].reference_answers[1]: must have a letter"),
    (rule_with(language="Englsh"), "$.question_rules[1].language: must be a language, such as en or English"),
    ({"language": "my own"}, "$.language: must be a language, such as en or English"),
    (rule_with(disallowed_patterns=["a{99999999999}"]), "$.question_rules[1].disallowed_patterns[0]: must be a reg"),
    (rule_with(disallowed_patterns=["ok", "(a+)+$"]), "$.question_rules[1].disallowed_patterns[1]: must not be able"),
]

FORMULA_FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"version": ""}, "$.version: must be a text"),
    ({"weights": {"technical": 1}}, "$.weights.soft_skills: must be given"),
    (
        {"weights": {"technical": 0, "soft_skills": 0, "culture_fit": 0}},
        "$.weights: must have at least one weight above 0",
    ),
    (
        {"weights": {"technical": -1, "soft_skills": 1, "culture_fit": 1}},
        "$.weights.technical: must be a number from 0 up (it is -1)",
    ),
    (
        {"weights": {"technical": 10**400, "soft_skills": 1, "culture_fit": 1}},
        "$.weights.technical: must be a number from 0 up",
    ),
    ({"missing_dimensions_strategy": "guess"}, "$.missing_dimensions_strategy: must be one of renormalize, strict"),
    ({"recommendation_thresholds": {"yes": 101}}, "$.recommendation_thresholds.yes: must be a number from 0 to 100"),
    ({"recommendation_thresholds": {"yes": 90}}, "$.recommendation_thresholds: must descend"),
]


@for_each(("members", "fault"), CRITERIA_FAULTS)
def test_a_fault_in_the_criteria_is_named_by_its_json_path(tmp_path: Path, members: dict[str, Any], fault: str) -> None:
    with pytest.raises(ConfigError) as caught:
        criteria(tmp_path, **members)
    assert [fault_text for fault_text in caught.value.faults if fault in fault_text], caught.value.faults
    assert len(caught.value.faults) == 1, caught.value.faults


@for_each(("members", "fault"), FORMULA_FAULTS)
def test_a_fault_in_the_formula_is_named_by_its_json_path(tmp_path: Path, members: dict[str, Any], fault: str) -> None:
    with pytest.raises(ConfigError) as caught:
        formula(tmp_path, **members)
    assert [fault_text for fault_text in caught.value.faults if fault in fault_text], caught.value.faults


def test_all_faults_of_a_criteria_file_are_reported_at_once_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        criteria(tmp_path, defaults={"weights": {"keyword": []}}, question_rules=[{"dimension": "charm"}])
    prefix = f"{tmp_path / 'config.json'}: "
    assert [re.sub(r":.*", "", fault_text.removeprefix(prefix)) for fault_text in caught.value.faults] == [
        "$.defaults.weights.keyword",
        "$.question_rules[0].id",
        "$.question_rules[0].dimension",
        "$.question_rules[0].match",
    ]


@for_each(
    ("raw", "fault"),
    [
        (b'{"version": 1,\n  "weights": }', "config.json, line 2, column 14: is not JSON"),
        (b"", "config.json, line 1"),
        (b'{"version":\n"\xff"}', "config.json, line 2: is not UTF-8 text"),
        (b'{"version": NaN}', "config.json: is not usable JSON"),
        (b'{"version": ' + b"1" * 5000 + b"}", "config.json: is not usable JSON"),
        (b"[" * 100_000, "config.json"),
        (b'{"version": 1, "version": 2}', "the key 'version' occurs twice"),
        (b"[]", "config.json: $: must be an object (it is a list)"),
        (b"null", "config.json: $: must be given"),
        (b'{"version": 1e999}', "$.version: must be"),
    ],
    ids=["syntax", "empty", "bytes", "nan", "digits", "nesting", "twice", "list", "null", "infinite"],
)
def test_a_criteria_file_that_is_not_json_is_a_fault(tmp_path: Path, raw: bytes, fault: str) -> None:
    path = tmp_path / "config.json"
    path.write_bytes(raw)
    for load in (load_criteria, load_formula):
        with pytest.raises(ConfigError) as caught:
            load(path)
        assert any(fault in fault_text for fault_text in caught.value.faults), caught.value.faults


def test_a_missing_criteria_file_is_a_fault_that_names_it(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.json", tmp_path):
        with pytest.raises(ConfigError, match=re.escape(str(path))):
            load_formula(path)


@pytest.mark.parametrize("kind", ["device", "pipe"])
def test_a_criteria_file_without_an_end_is_a_fault(kind: str, tmp_path: Path) -> None:
    path = special_file(kind, tmp_path)
    for load in (load_criteria, load_formula):
        with pytest.raises(ConfigError, match="cannot be read: not a regular file"):
            load(path)


def test_a_byte_order_mark_in_a_criteria_file_is_ignored(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_bytes(b'\xef\xbb\xbf{"version": 1}')
    assert load_formula(path).version == "1"


@for_each(("given", "kept"), [("en", "en"), ("pt_BR", "pt"), ("English", "en"), ("Deutsch", "de"), ("xx", "xx")])
def test_the_language_of_a_rule_is_a_tag_or_a_name(tmp_path: Path, given: str, kept: str) -> None:
    assert criteria(tmp_path, language=given).fallback.language == kept
