"""The interview plan of a job through the API: its draft, what is refused of it, and trying an answer."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from fakes.client import Client
from fakes.plans import QUESTION, plan_body

PLAN = "/api/jobs/1/plan"


def put(client: Client, body: Any, etag: str = '"r0"', **headers: str) -> Any:
    return client.request("PUT", PLAN, body=body, headers={"If-Match": etag, **headers})


def test_a_draft_is_saved_and_read_back_as_it_was(client: Client) -> None:
    empty = client.get(PLAN)
    assert (empty.json["state"], empty.json["draft"], empty.headers["etag"]) == ("none", None, '"r0"')
    saved = put(client, plan_body())
    assert saved.status == 200
    assert saved.headers["etag"] == '"r1"'
    assert saved.json["state"] == "draft"
    assert saved.json["problems"] == []
    assert saved.json["candidate_minutes"] == 5.5
    assert saved.json["draft"] == plan_body()
    assert client.get(PLAN).json == saved.json
    assert client.get("/api/jobs/2/plan").json["state"] == "none"
    # The same again changes nothing, and so does sending back what was answered.
    assert put(client, saved.json["draft"], '"r1"').headers["etag"] == '"r1"'


def test_two_people_who_edit_are_told_of_each_other(client: Client) -> None:
    first = put(client, plan_body())
    mine = put(client, plan_body(name="Mine"), first.headers["etag"])
    theirs = put(client, plan_body(name="Theirs"), first.headers["etag"])
    assert (mine.status, theirs.status, theirs.json["code"]) == (200, 412, "PLAN_CHANGED")
    assert theirs.json["details"] == {"etag": mine.headers["etag"], "saved_at": mine.json["saved_at"]}
    assert client.get(PLAN).json["draft"]["name"] == "Mine"
    assert put(client, plan_body(name="Theirs"), theirs.json["details"]["etag"]).status == 200


@pytest.mark.parametrize(
    "etag",
    ['"r1"', 'W/"r0"', "r0", '"r00000000000000000000000000001"', '"x"', '"r-1"', '"r0', "*", ",", '"r9", W/"r0"'],
)
def test_a_tag_that_is_not_that_of_the_draft_saves_nothing(client: Client, etag: str) -> None:
    refused = put(client, plan_body(), etag)
    assert (refused.status, refused.json["code"]) == (412, "PLAN_CHANGED")
    assert refused.json["details"] == {"etag": '"r0"', "saved_at": None}
    assert client.get(PLAN).json["state"] == "none"


@pytest.mark.parametrize("etag", ['"r1"', '"r7","r1"', ' "r7" , "r1" ', "*"])
def test_one_of_several_tags_is_enough(client: Client, etag: str) -> None:
    put(client, plan_body())
    assert put(client, plan_body(name="Other"), etag).headers["etag"] == '"r2"'


def test_without_a_tag_nothing_is_saved(client: Client) -> None:
    for headers in ({}, {"If-Match": ""}, {"If-Match": "  "}):
        refused = client.request("PUT", PLAN, body=plan_body(), headers=headers)
        assert (refused.status, refused.json["code"]) == (428, "PRECONDITION_REQUIRED")
    assert client.get(PLAN).json["state"] == "none"


def changed(path: str, value: Any) -> dict[str, Any]:
    """The plan with another value at a path."""
    body = deepcopy(plan_body())
    place: Any = body
    *steps, last = path.replace("[", ".[").split(".")
    for step in steps:
        place = place[int(step.strip("[]"))] if step.startswith("[") else place[step]
    if last.startswith("["):
        place[int(last.strip("[]"))] = value
    else:
        place[last] = value
    return body


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("nmae", "x"), ("name", "x" * 51), ("name", 5), ("name", "a\0b"), ("language", "klingonisch"),
        ("bands.strong_yes", 101), ("bands.no", 1), ("bands", []), ("competencies", {}),
        ("competencies[0].id", "Technical"), ("competencies[0].weight", -1), ("competencies[0].weight", 1e300),
        ("competencies[0].weight", "40"), ("competencies[1].id", "technical"), ("competencies[0].dimension", "other"),
        ("questions", "none"), ("questions[0]", None), ("questions[0].id", None), ("questions[1].id", "debugging"),
        ("questions[0].id", "../x"), ("questions[0].title", "x" * 501), ("questions[0].title", ["x"]),
        ("questions[0].time_limit_s", 1801), ("questions[0].time_limit_s", 1.5), ("questions[0].time_limit_s", True),
        ("questions[0].thinking_time_s", -1), ("questions[0].key_points", ["one"]),
        ("questions[0].key_points", [["a"] * 13]), ("questions[0].anchors", {"2": "x"}),
        ("questions[0].anchors", {"5": "x" * 501}), ("questions[0].anchors", []), ("questions[0].dealbreaker", "yes"),
        ("questions[0].reference_answers", ["x" * 5001]), ("questions[0].reference_answers", ["x"] * 11),
        ("questions[0].extra", 1), ("questions", [{"id": f"q{number}"} for number in range(21)]),
        ("questions[0].required_keywords", [[{}]]),
    ],
)
def test_what_no_plan_can_be_is_refused_by_its_path(client: Client, path: str, value: Any) -> None:
    refused = put(client, changed(path, value))
    assert (refused.status, refused.json["code"]) == (400, "VALIDATION_FAILED")
    named = list(refused.json["details"]["fields"])
    assert len(named) == 1
    assert named[0].startswith(path)
    assert client.get(PLAN).json["state"] == "none"


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("name", "", "name"), ("competencies", [], "competencies"), ("questions", [], "questions"),
        ("competencies[0].name", "", "competencies[0].name"), ("competencies[0].weight", 0, "competencies[0].weight"),
        ("questions[0].title", "  ", "questions[0].title"), ("questions[1].weight", 0, "questions[1].weight"),
        ("questions[0].competency", "none", "questions[0].competency"),
        ("questions[0].time_limit_s", 14, "questions[0].time_limit_s"), ("bands.yes", 80, "bands"),
        ("questions[1].title", QUESTION["title"].upper(), "questions[1].title"),
        ("questions[0].key_points", [["…"]], "questions[0].key_points[0]"),
    ],
)
def test_an_incomplete_draft_is_saved_and_says_what_it_lacks(
    client: Client, path: str, value: Any, problem: str
) -> None:
    saved = put(client, changed(path, value))
    assert saved.status == 200
    assert problem in [each["path"] for each in saved.json["problems"]]
    assert all(each["message"].endswith(".") for each in saved.json["problems"])


def test_an_empty_object_is_an_empty_draft(client: Client) -> None:
    saved = put(client, {}).json
    assert saved["draft"]["questions"] == []
    assert saved["candidate_minutes"] is None
    assert [each["path"] for each in saved["problems"]] == ["name", "competencies", "questions"]


def test_huge_and_deep_bodies_are_refused(client: Client) -> None:
    deep = b'{"questions": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    assert put(client, deep).status == 400
    assert put(client, b'{"name": "' + b"x" * 5_000_000 + b'"}').status == 413
    many = {f"key {number}": number for number in range(10_000)}
    assert len(put(client, many).json["details"]["fields"]) == 10


ANSWER = (
    "Last spring our checkout failed for one in fifty customers. I read the logs, found the root cause in a connection"
    " pool that was exhausted, and I raised it and added an alert. Failures fell from 2 percent to zero within a day."
)


def test_an_answer_is_tried_by_the_question_as_it_is_edited(client: Client) -> None:
    tried = client.post(f"{PLAN}/try", {"question": QUESTION, "answer": ANSWER}).json
    assert tried["status"] == "scored"
    assert tried["score"] > 30
    assert any("root cause" in quote for found in tried["found"] for quote in found["quotes"])
    assert [each["found"] for each in tried["key_points"]] == [True, True]
    other = {**QUESTION, "key_points": [["rehearsed the rollback", "rollback drill"]], "required_keywords": [["Kafka"]]}
    missing = client.post(f"{PLAN}/try", {"question": other, "answer": ANSWER}).json
    assert missing["score"] < tried["score"]
    assert missing["key_points"] == [{"name": "rehearsed the rollback", "found": False, "quote": None}]
    assert missing["missing_keywords"] == ["Kafka"]
    assert any("rehearsed the rollback" in each["text"] for each in missing["not_found"])
    silent = client.post(f"{PLAN}/try", {"question": QUESTION, "answer": "?!"}).json
    assert (silent["score"], silent["status"], silent["key_points"][0]["found"]) == (None, "not_scorable", False)
    assert client.get(PLAN).json["state"] == "none"


@pytest.mark.parametrize(
    "body",
    [{}, {"question": QUESTION}, {"question": {}, "answer": "x"}, {"question": QUESTION, "answer": ""},
     {"question": QUESTION, "answer": 7}, {"question": [], "answer": "x"},
     {"question": QUESTION, "answer": "x" * 20_001}, {"question": {**QUESTION, "wieght": 2}, "answer": "x"}],
)
def test_what_cannot_be_tried_is_refused(client: Client, body: Any) -> None:
    assert client.post(f"{PLAN}/try", body).json["code"] == "VALIDATION_FAILED"
