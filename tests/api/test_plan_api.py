"""The interview plan of a job through the API: its draft, what is refused of it, and trying an answer."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from fakes.client import Client
from fakes.front_door import MakeApp, stored
from fakes.plans import OTHER_QUESTION, QUESTION, plan_body
from for_each import for_each

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


def test_a_draft_changed_by_somebody_else_meanwhile_is_refused_with_412(client: Client) -> None:
    first = put(client, plan_body())
    mine = put(client, plan_body(name="Mine"), first.headers["etag"])
    theirs = put(client, plan_body(name="Theirs"), first.headers["etag"])
    assert (mine.status, theirs.status, theirs.json["code"]) == (200, 412, "PLAN_CHANGED")
    assert theirs.json["details"] == {"etag": mine.headers["etag"], "saved_at": mine.json["saved_at"]}
    assert client.get(PLAN).json["draft"]["name"] == "Mine"
    assert put(client, plan_body(name="Theirs"), theirs.json["details"]["etag"]).status == 200


@for_each(
    "etag",
    ['"r1"', 'W/"r0"', "r0", '"r00000000000000000000000000001"', '"x"', '"r-1"', '"r0', "*", ",", '"r9", W/"r0"'],
)
def test_saving_a_draft_with_a_wrong_etag_is_412(client: Client, etag: str) -> None:
    refused = put(client, plan_body(), etag)
    assert (refused.status, refused.json["code"]) == (412, "PLAN_CHANGED")
    assert refused.json["details"] == {"etag": '"r0"', "saved_at": None}
    assert client.get(PLAN).json["state"] == "none"


@pytest.mark.parametrize("etag", ['"r1"', '"r7","r1"', ' "r7" , "r1" ', "*"])
def test_if_match_may_list_several_etags(client: Client, etag: str) -> None:
    put(client, plan_body())
    assert put(client, plan_body(name="Other"), etag).headers["etag"] == '"r2"'


def test_changing_a_draft_without_an_etag_is_428(client: Client) -> None:
    assert client.request("PUT", PLAN, body=plan_body()).headers["etag"] == '"r1"'
    for headers in ({}, {"If-Match": ""}, {"If-Match": "  "}):
        refused = client.request("PUT", PLAN, body=plan_body(name="Other"), headers=headers)
        assert (refused.status, refused.json["code"]) == (428, "PRECONDITION_REQUIRED")
    assert client.get(PLAN).json["draft"]["name"] == plan_body()["name"]


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


@for_each(
    ("path", "value"),
    [
        ("nmae", "x"), ("name", "x" * 51), ("name", 5), ("name", "a\0b"), ("language", "klingonisch"),
        ("bands.strong_yes", 101), ("bands.no", 1), ("bands", []), ("competencies", {}),
        ("competencies[0].id", "Technical"), ("competencies[0].weight", -1), ("competencies[0].weight", 1e300),
        ("competencies[0].weight", "40"), ("competencies[1].id", "technical"), ("competencies[0].dimension", "other"),
        ("questions", "none"), ("questions[0]", None), ("questions[1].id", "debugging"),
        ("questions[0].id", "../x"), ("questions[0].title", "x" * 501), ("questions[0].title", ["x"]),
        ("questions[0].time_limit_s", 1801), ("questions[0].time_limit_s", 1.5), ("questions[0].time_limit_s", True),
        ("questions[0].thinking_time_s", -1), ("questions[0].key_points", "one"),
        ("questions[0].key_points", [["a"] * 13]), ("questions[0].anchors", {"2": "x"}),
        ("questions[0].anchors", {"5": "x" * 501}), ("questions[0].anchors", []), ("questions[0].dealbreaker", "yes"),
        ("questions[0].reference_answers", ["x" * 5001]), ("questions[0].reference_answers", ["x"] * 11),
        ("questions[0].extra", 1), ("questions", [{"title": f"{number}"} for number in range(21)]),
        ("questions[0].required_keywords", [[{}]]),
    ],
)
def test_an_invalid_field_of_a_plan_is_refused_by_its_path(client: Client, path: str, value: Any) -> None:
    refused = put(client, changed(path, value))
    assert (refused.status, refused.json["code"]) == (400, "VALIDATION_FAILED")
    named = list(refused.json["details"]["fields"])
    assert len(named) == 1
    assert named[0].startswith(path)
    assert client.get(PLAN).json["state"] == "none"


@for_each(
    ("path", "value", "problem"),
    [
        ("name", "", "name"), ("competencies", [], "competencies"), ("questions", [], "questions"),
        ("competencies[0].name", "", "competencies[0].name"), ("competencies[0].weight", 0, "competencies[0].weight"),
        ("questions[0].title", "  ", "questions[0].title"), ("questions[1].weight", 0, "questions[1].weight"),
        ("questions[0].competency", "none", "questions[0].competency"),
        ("questions[0].time_limit_s", 14, "questions[0].time_limit_s"), ("bands.yes", 80, "bands"),
        ("questions[1].title", QUESTION["title"].upper(), "questions[1].title"),
        ("questions[0].key_points", [["…"]], "questions[0].key_points[0]"),
        ("questions[0].reference_answers", ["…"], "questions[0].reference_answers[0]"),
    ],
)
def test_an_incomplete_draft_is_saved_with_a_list_of_problems(
    client: Client, path: str, value: Any, problem: str
) -> None:
    saved = put(client, changed(path, value), client.get(PLAN).headers["etag"])
    assert saved.status == 200
    assert problem in [item["path"] for item in saved.json["problems"]]
    assert all(item["message"].endswith(".") for item in saved.json["problems"])


def test_missing_fields_of_a_draft_get_defaults(client: Client) -> None:
    title = client.get("/api/admin/jobs/1").json["title"]
    empty = put(client, {}).json
    assert empty["draft"]["name"] == title
    assert [(competency["id"], competency["weight"]) for competency in empty["draft"]["competencies"]] == [
        ("technical", 50), ("soft_skills", 30), ("culture_fit", 20),
    ]
    assert empty["draft"]["bands"] == {"strong_yes": 80, "yes": 70, "mixed": 50}
    assert empty["candidate_minutes"] is None
    assert "questions" in [problem["path"] for problem in empty["problems"]]
    titles = ["How do you debug a service?", "Tell us about a conflict in your team.", "Why do you want to join us?"]
    questions = [{"title": title, "key_points": ["one way", ["another", "way"]]} for title in titles]
    whole = put(client, {"questions": questions}, '"r1"').json
    assert whole["problems"] == []
    asked = whole["draft"]["questions"]
    assert [item["competency"] for item in asked] == ["technical", "soft_skills", "culture_fit"]
    few = client.request("PUT", "/api/jobs/2/plan", body={"questions": questions[:2]}).json["draft"]["competencies"]
    assert [item["id"] for item in few] == ["technical", "soft_skills"]
    assert len({item["id"] for item in asked}) == 3
    assert asked[0]["key_points"] == [["one way"], ["another", "way"]]
    again = put(client, {"questions": questions[::-1]}, '"r2"').json["draft"]["questions"]
    assert {item["title"]: item["id"] for item in again} == {item["title"]: item["id"] for item in asked}
    # A title that stands there twice is one question too many.
    assert put(client, {"questions": questions * 2}, '"r3"').status == 400


def test_sensitive_questions_in_a_draft_get_a_warning(client: Client) -> None:
    body = plan_body(questions=[
        {**QUESTION, "title": "Are you married?"}, {**OTHER_QUESTION, "title": "Wann wollen Sie Kinder bekommen?"},
    ])
    saved = put(client, body).json
    assert [warning["question_id"] for warning in saved["warnings"]] == ["debugging", "ownership"]
    assert saved["problems"] == []


def test_the_questions_of_a_position_are_imported_into_a_draft(client: Client) -> None:
    (position,) = client.get("/api/admin/positions").json["items"]
    proposed = client.post(f"{PLAN}/import", {"position_id": position["position_id"]}).json
    assert proposed["saved"]
    assert proposed["problems"] == []
    plan = proposed["plan"]
    assert plan["name"] == position["name"]
    assert len(plan["questions"]) >= 3
    assert client.get(PLAN).json["draft"] == plan
    assert put(client, plan, '"r1"').json["draft"] == plan
    mine = put(client, plan_body(), '"r1"').json["draft"]
    again = client.post(f"{PLAN}/import", {"position_id": position["position_id"]})
    assert (again.json["saved"], again.headers["etag"]) == (False, '"r2"')
    assert client.get(PLAN).json["draft"] == mine
    replaced = client.post(f"{PLAN}/import", {"position_id": position["position_id"], "replace": True})
    assert (replaced.json["saved"], replaced.headers["etag"]) == (True, '"r3"')
    for wrong in ("none", "", 5, None):
        assert client.post(f"{PLAN}/import", {"position_id": wrong}).json["code"] == "VALIDATION_FAILED"


def test_a_plan_is_drafted_from_the_job_description(client: Client) -> None:
    for job in client.get("/api/admin/jobs").json["items"]:
        path = f"/api/jobs/{job['id']}/plan"
        proposed = client.post(f"{path}/draft").json
        assert (proposed["saved"], proposed["problems"], proposed["warnings"]) == (True, [], [])
        plan = proposed["plan"]
        assert 5 <= len(plan["questions"]) <= 8
        assert set(proposed["reasons"]) == {question["id"] for question in plan["questions"]}
        competencies = plan["competencies"]
        assert {competency["dimension"] for competency in competencies} == {"technical", "soft_skills", "culture_fit"}
        asked_of = {question["competency"] for question in plan["questions"]}
        assert {competency["id"] for competency in competencies} == asked_of
        assert client.get(path).json["draft"] == plan
        assert client.request("PUT", path, body=plan, headers={"If-Match": '"r1"'}).json["draft"] == plan
        assert client.post(f"{path}/publish").json["version"] == 1


def test_a_generated_draft_replaces_another_only_if_requested(client: Client) -> None:
    mine = put(client, plan_body()).json["draft"]
    assert client.post(f"{PLAN}/draft", {"questions": 8}).json["saved"] is False
    assert client.get(PLAN).json["draft"] == mine
    eight = client.post(f"{PLAN}/draft", {"questions": 8, "replace": True})
    assert (eight.json["saved"], len(eight.json["plan"]["questions"]), eight.headers["etag"]) == (True, 8, '"r2"')
    for body in ({"questions": 4}, {"questions": 9}, {"questions": "6"}, {"language": "klingon"}, {"replace": 1}):
        assert client.post(f"{PLAN}/draft", body).json["code"] == "VALIDATION_FAILED"
    assert client.post("/api/jobs/999/plan/draft").json["code"] == "JOB_NOT_FOUND"


def test_the_question_library_can_be_searched(client: Client) -> None:
    everything = client.get("/api/question-library").json
    assert everything["total"] >= 20
    assert len(everything["competencies"]) == 16
    first = everything["items"][0]
    assert first["key_points"]
    assert first["anchors"]["5"]
    one = client.get(f"/api/question-library?competency={first['competency']}&role=engineering&limit=1&offset=1").json
    assert [item["competency"] for item in one["items"]] == [first["competency"]]
    assert client.get("/api/question-library?search=fault").json["total"] < everything["total"]
    assert client.get("/api/question-library?search=zzzz").json["items"] == []
    for wrong in ("role=cook", "limit=0", "language=klingon", "offset=x"):
        assert client.get(f"/api/question-library?{wrong}").json["code"] == "VALIDATION_FAILED"


def test_huge_and_deeply_nested_plans_are_refused(client: Client) -> None:
    deep = b'{"questions": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    assert put(client, deep).status == 400
    assert put(client, b'{"name": "' + b"x" * 5_000_000 + b'"}').status == 413
    many = {f"key {number}": number for number in range(10_000)}
    assert len(put(client, many).json["details"]["fields"]) == 10


def test_an_invalid_question_library_is_422_with_its_faults(make_app: MakeApp, tmp_path: Path) -> None:
    library = tmp_path / "library.json"
    library.write_text('{"version": 1, "questions": [{"id": 5}]}')
    unusable = Client(make_app(TENER_INTERVIEW_QUESTION_LIBRARY_PATH=str(library)))
    broken = unusable.get("/api/question-library")
    assert (broken.status, broken.json["code"]) == (422, "LIBRARY_INVALID")
    assert unusable.post(f"{PLAN}/draft").json["code"] == "LIBRARY_INVALID"
    assert any("$.questions[0].id" in fault for fault in broken.json["details"]["faults"])


ANSWER = (
    "Last spring our checkout failed for one in fifty customers. I read the logs, found the root cause in a connection"
    " pool that was exhausted, and I raised it and added an alert. Failures fell from 2 percent to zero within a day."
)


def test_a_sample_answer_is_scored_by_the_unsaved_question_and_not_stored(
    client: Client, environ: dict[str, str]
) -> None:
    tried = client.post(f"{PLAN}/try", {"question": QUESTION, "answer": ANSWER}, Idempotency_Key="k").json
    assert tried["status"] == "scored"
    assert tried["score"] > 30
    assert any("root cause" in quote for found in tried["found"] for quote in found["quotes"])
    assert [point["found"] for point in tried["key_points"]] == [True, True]
    other = {**QUESTION, "key_points": [["rehearsed the rollback", "rollback drill"]], "required_keywords": [["Kafka"]]}
    missing = client.post(f"{PLAN}/try", {"question": other, "answer": ANSWER}).json
    assert missing["score"] < tried["score"]
    assert missing["key_points"] == [{"name": "rehearsed the rollback", "found": False, "quote": None}]
    assert missing["missing_keywords"] == ["Kafka"]
    assert any("Kafka" in item["text"] for item in missing["not_found"])
    silent = client.post(f"{PLAN}/try", {"question": QUESTION, "answer": "?!"}).json
    assert (silent["score"], silent["status"], silent["key_points"][0]["found"]) == (None, "not_scorable", False)
    assert client.get(PLAN).json["state"] == "none"
    assert not [line for line in stored(environ) if "exhausted" in line]


@for_each(
    "body",
    [{}, {"question": QUESTION}, {"question": {"id": "../x"}, "answer": "x"}, {"question": QUESTION, "answer": ""},
     {"question": QUESTION, "answer": 7}, {"question": [], "answer": "x"},
     {"question": QUESTION, "answer": "x" * 20_001}, {"question": {**QUESTION, "wieght": 2}, "answer": "x"}],
)
def test_an_invalid_sample_answer_or_question_is_refused(client: Client, body: Any) -> None:
    assert client.post(f"{PLAN}/try", body).json["code"] == "VALIDATION_FAILED"
