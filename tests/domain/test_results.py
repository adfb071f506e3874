"""Stored results: written and read in one place, and those of older engines shown and exported as they were stored."""

from __future__ import annotations

import json
from typing import Any

from fakes.desk import Desk
from for_each import for_each
from tener_interview.domain.results import read_result, read_versions, write_result, write_versions
from tener_interview.domain.scoring_rules import same_result

SCORES = {
    "technical_score": 61.0, "soft_skills_score": None, "culture_fit_score": 40.5, "total_score": 55.5,
    "score_confidence": 0.7, "pass_recommendation": "mixed",
}
QUESTION = {
    "question_index": 0, "question_id": "q1", "title": "Why?", "dimension": "technical", "rule_id": None,
    "score": 61.0, "status": "scored", "reasons": ["Says “why”."], "flags": ["short_answer"],
    "details": {"language": None, "parts": {"content": {"reached": 0.6, "weight": 1.0, "points": 61.0}}},
    "transcript": "Grüße, “dies und das” 🙂",
}
COVERAGE = {"total_questions": 2, "scored_questions": 1, "missing_transcriptions": 1}


def of_engine(*, without: tuple[str, ...] = (), **others: Any) -> dict[str, Any]:
    """What an engine stored of a question that had other fields than today's have."""
    return {**{name: value for name, value in QUESTION.items() if name not in without}, **others}


def stored_result(*questions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        **SCORES, "criteria_version": "3", "formula_version": "2", "coverage": COVERAGE,
        "question_scores": list(questions or [QUESTION]), **more,
    }


#: What engines stored of a question: today's fields in another order, fewer, others, and details nobody knows any more.
QUESTIONS_OF_ENGINES = (
    dict(reversed(QUESTION.items())),
    of_engine(without=("rule_id", "flags")),
    of_engine(relevance=0.25, verdict={"manner": ["calm", None]}),
    of_engine(without=("transcript",), details={"zeal": 1.5, "parts": {"relevance": {"points": 3}}, "language": "xx"}),
    of_engine(details={}, score=None, status="unanswered", transcript=None, reasons=[]),
)


@for_each("stored", QUESTIONS_OF_ENGINES)
def test_a_stored_question_score_is_shown_unchanged(stored: dict[str, Any]) -> None:
    (question,) = read_result(json.dumps(stored_result(stored))).question_scores
    assert json.dumps(question.to_json()) == json.dumps(stored)


@for_each("more", [
    {},
    {"criteria_hash": "c" * 64, "formula_hash": "f" * 64, "engine_version": "9", "summary": "Strong on none."},
    {"engine_version": "predecessor", "score_confidence": None},
])
def test_a_result_is_unchanged_by_reading_and_writing(more: dict[str, Any]) -> None:
    content = json.dumps(stored_result(**{"engine_version": "4", **more}), ensure_ascii=False, sort_keys=True)
    assert write_result(read_result(content)) == content


def test_a_result_with_few_fields_can_be_read() -> None:
    result = read_result("{}")
    assert (result.total_score, result.total_questions, result.question_scores, result.summary) == (None, 0, (), "")
    assert (result.versions.engine_version, result.versions.criteria_hash) == ("1", None)


def test_results_are_compared_regardless_of_field_order() -> None:
    result = read_result(json.dumps(stored_result(engine_version="5")))
    turned = read_result(json.dumps(stored_result(QUESTIONS_OF_ENGINES[0], engine_version="5")))
    hashed = read_result(json.dumps(stored_result(engine_version="5", criteria_hash="c" * 64)))
    other = read_result(json.dumps(stored_result(of_engine(score=61.1), engine_version="5")))
    assert same_result(result, turned)
    assert same_result(result, hashed)
    assert not same_result(result, other)
    assert not same_result(result, read_result(json.dumps(stored_result(engine_version="6"))))


def test_scoring_versions_are_unchanged_by_writing_and_reading() -> None:
    versions = read_result(json.dumps(stored_result())).versions
    assert read_versions(write_versions(versions)) == versions
    assert list(json.loads(write_versions(versions))) == [
        "criteria_version", "criteria_hash", "formula_version", "formula_hash", "engine_version",
    ]
    assert read_versions(None) is None


def test_scorecard_and_export_show_results_of_older_engines(desk: Desk) -> None:
    session_id = desk.scored()
    old = stored_result(*QUESTIONS_OF_ENGINES, legend="of an engine long gone")
    with desk.service.store.write() as tx:
        tx.results.add(session_id, json.dumps(old), 1)
    shown = desk.scorecard(session_id)
    assert [
        {name: question[name] for name in stored}
        for question, stored in zip(
            shown["transcription_scoring"]["question_scores"], QUESTIONS_OF_ENGINES, strict=True
        )
    ] == list(QUESTIONS_OF_ENGINES)
    assert (shown["transcription_scoring"]["summary"], shown["outdated"], shown["formula_hash"]) == (None, True, None)
    exported = desk.client.get("/api/candidates/42/export").json["sessions"][0]["results"][-1]
    assert exported == {"version": 2, "created_at": 1, **old}
