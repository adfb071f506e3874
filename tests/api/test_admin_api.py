"""The recruiter's desk: jobs, candidates, refreshing a whole job, and positions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fakes.client import Client
from fakes.front_door import SESSIONS, MakeApp, faulty_fields, refused, score, start, stored
from tener_interview.errors import Problem
from tener_interview.providers.demo.provider import DemoProvider

JOBS = "/api/admin/jobs"
REFRESH = f"{JOBS}/1/sessions/refresh"
POSITIONS = "/api/admin/positions"
JOB_KEYS = {
    "id", "title", "jd_text", "location", "preferred_languages", "seniority", "created_at", "states", "company",
    "must_have_skills", "nice_to_have_skills", "questionable_skills", "paused", "pause_reason", "archived",
    "needs_review",
}
CANDIDATE_KEYS = {
    "candidate_id", "candidate_name", "match_score", "match_status", "headline", "location", "languages", "skills",
    "years_experience", "linkedin_id", "session",
}
REFRESH_KEYS = {
    "job_id", "force", "total_sessions", "refreshed", "skipped_terminal", "needs_review", "scored", "failed", "errors",
    "items",
}
REFRESHED_KEYS = {"session_id", "previous_status", "status", "action", "error"}
DRAFT = {
    "name": "Platform engineer",
    "description": "Two questions.\nTake your time.",
    "questions": [
        {"title": "What did you build?", "description": "Anything.", "timeLimit": {"minutes": 2, "seconds": 30}},
        {"title": "Why?"},
    ],
}


# Jobs and candidates


def test_jobs_are_listed_newest_first(client: Client) -> None:
    answer = client.get(JOBS).json
    assert set(answer) == {"items", "source"}
    assert set(answer["source"]) >= {"kind", "location"}
    assert len(answer["items"]) >= 3
    assert all(set(item) == JOB_KEYS for item in answer["items"])
    times = [item["created_at"] for item in answer["items"]]
    assert times == sorted(times, reverse=True)
    assert len(client.get(f"{JOBS}?limit=1").json["items"]) == 1


def test_candidates_are_listed_best_first_with_their_sessions(client: Client) -> None:
    session = start(client, 43)
    result = score(client, session["session_id"])["result"]
    answer = client.get(f"{JOBS}/1/candidates").json
    assert set(answer) == {"job_id", "items", "total", "offset", "source"}
    assert all(set(item) >= CANDIDATE_KEYS for item in answer["items"])
    scores = [item["match_score"] for item in answer["items"]]
    assert scores == sorted(scores, reverse=True)
    with_session = {item["candidate_id"]: item["session"] for item in answer["items"] if item["session"]}
    assert set(with_session) == {43}
    assert set(with_session[43]) >= {"session_id", "status", "entry_url", "total_score"}
    assert with_session[43]["session_id"] == session["session_id"]
    assert with_session[43]["total_score"] == result["total_score"]
    assert len(client.get(f"{JOBS}/1/candidates?limit=2").json["items"]) == 2


def test_the_candidates_of_an_unknown_job_are_404(client: Client) -> None:
    refused(client.get(f"{JOBS}/999/candidates"), "JOB_NOT_FOUND")


@pytest.mark.parametrize("path", [JOBS, f"{JOBS}/1/candidates"])
def test_a_broken_source_is_an_error_and_not_an_empty_list(
    path: str, make_app: MakeApp, environ: dict[str, str]
) -> None:
    Path(environ["TENER_INTERVIEW_SOURCE_DB_PATH"]).write_text("This is not a database. " * 50)
    client = Client(make_app())
    reply = client.get(path)
    details = refused(reply, "SOURCE_UNAVAILABLE")
    assert details["source"] == "sqlite"
    assert "TENER_INTERVIEW_SOURCE_DB_PATH" in reply.json["error"]


def test_limits_and_job_ids_out_of_range_are_refused(client: Client) -> None:
    for path in (JOBS, f"{JOBS}/1/candidates"):
        for limit in ("0", "-1", "10001", "all", "1.0"):
            assert faulty_fields(client.get(f"{path}?limit={limit}")) == {"limit"}
    for job_id in ("0", "-1", "x", "1.0", str(2**63), "%D9%A1"):
        for method, path in (("GET", "candidates"), ("POST", "sessions/refresh"), ("POST", "assessment/prepare"),
                             ("PUT", "position"), ("DELETE", "position")):
            reply = client.request(method, f"{JOBS}/{job_id}/{path}", body={"position_id": "demo-general"})
            assert faulty_fields(reply) == {"job_id"}


# Refreshing a whole job


def test_a_whole_job_is_refreshed(client: Client) -> None:
    scored, canceled = start(client, 42), start(client, 43)
    score(client, scored["session_id"])
    client.post(f"{SESSIONS}/{canceled['session_id']}/cancel")
    fresh = start(client, 44)
    start(client, 45, job_id=2)
    first = client.post(REFRESH, {}).json
    assert set(first) == REFRESH_KEYS
    assert all(set(item) >= REFRESHED_KEYS for item in first["items"])
    counts = {name: first[name] for name in REFRESH_KEYS - {"items"}}
    assert counts == {"job_id": 1, "force": False, "total_sessions": 3, "refreshed": 1, "skipped_terminal": 2,
                      "needs_review": 0, "scored": 0, "failed": 0, "errors": 0}
    items = {item["session_id"]: item for item in first["items"]}
    assert items[fresh["session_id"]]["action"] == "refreshed"
    assert items[scored["session_id"]]["action"] == items[canceled["session_id"]]["action"] == "skipped"
    second = client.post(REFRESH).json
    (moved,) = (item for item in second["items"] if item["action"] == "refreshed")
    assert (moved["previous_status"], moved["status"], second["scored"]) == ("invited", "scored", 1)


def test_force_makes_the_pretend_candidates_answer_at_once(client: Client) -> None:
    for candidate_id in range(1, 8):
        start(client, candidate_id)
    answer = client.post(REFRESH, {"force": True, "limit": 300}).json
    assert (answer["force"], answer["total_sessions"], answer["refreshed"], answer["scored"]) == (True, 7, 7, 7)


def test_a_limited_refresh_takes_the_longest_unread_sessions(client: Client) -> None:
    ids = [start(client, candidate_id)["session_id"] for candidate_id in (1, 2, 3)]
    looked = [client.post(REFRESH, {"limit": 1}).json["items"][0]["session_id"] for _ in range(3)]
    assert looked == ids


def test_one_failing_interview_does_not_stop_the_others(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = start(client, 42), start(client, 43)
    read = DemoProvider.read
    invitation_id = bad["provider"]["invitation_id"]

    def broken(self: DemoProvider, asked: list[str], *, answer_at_once: bool) -> Any:
        fault = Problem("INTERVIEW_PROVIDER_TIMEOUT", "It did not answer.")
        found = read(self, [item for item in asked if item != invitation_id], answer_at_once=answer_at_once)
        return {item: found.get(item, fault) for item in asked}

    monkeypatch.setattr(DemoProvider, "read", broken)
    answer = client.post(REFRESH, {"force": True}).json
    assert (answer["refreshed"], answer["errors"], answer["scored"]) == (1, 1, 1)
    items = {item["session_id"]: item for item in answer["items"]}
    assert items[bad["session_id"]] == {
        **items[bad["session_id"]], "action": "error", "previous_status": "invited", "status": "invited",
        "error": {"code": "INTERVIEW_PROVIDER_TIMEOUT", "message": "It did not answer."},
    }
    assert items[good["session_id"]]["error"] is None
    refused(client.post(f"{SESSIONS}/{bad['session_id']}/refresh"), "INTERVIEW_PROVIDER_TIMEOUT")
    shown = client.get(f"{SESSIONS}/{bad['session_id']}").json
    assert (shown["status"], set(shown["last_error"])) == ("invited", {"code", "message", "at"})
    assert shown["last_error"]["code"] == "INTERVIEW_PROVIDER_TIMEOUT"
    monkeypatch.undo()
    assert client.post(REFRESH, {"force": True}).json["scored"] == 2
    assert client.get(f"{SESSIONS}/{bad['session_id']}").json["last_error"] is None


def test_refreshing_a_job_without_sessions_returns_an_empty_result(client: Client) -> None:
    answer = client.post(f"{JOBS}/999/sessions/refresh").json
    assert (answer["total_sessions"], answer["items"]) == (0, [])


def test_an_invalid_refresh_request_does_not_read_from_hireflix(client: Client, environ: dict[str, str]) -> None:
    start(client)
    before = stored(environ)
    values: tuple[object, ...] = (1, 0, "yes", "1", "truee", "null", ["true"], [], {})
    for value in values:
        assert faulty_fields(client.post(REFRESH, {"force": value})) == {"force"}
    for limit in (0, -1, 10_001, 1.0, "5", True):
        assert faulty_fields(client.post(REFRESH, {"limit": limit})) == {"limit"}
    assert stored(environ) == before
    for text, meant in (("false", False), (" False ", False), ("true", True), ("TRUE", True)):
        assert client.post(REFRESH, {"force": text}).json["force"] is meant, text


# Positions


def test_a_position_is_created_listed_and_assigned_to_a_job(client: Client) -> None:
    made = client.post(POSITIONS, DRAFT)
    assert made.status == 201
    assert set(made.json) == {"position_id", "name", "archived", "default"}
    assert (made.json["name"], made.json["archived"], made.json["default"]) == ("Platform engineer", False, False)
    listed = client.get(POSITIONS).json
    assert set(listed) == {"items"}
    assert [item["default"] for item in listed["items"]] == [True, False]
    assert listed["items"][1] == made.json
    position_id = made.json["position_id"]
    given = client.request("PUT", f"{JOBS}/1/position", body={"position_id": position_id})
    expected = {"job_id": 1, "position_id": position_id, "position_name": "Platform engineer"}
    assert (given.status, given.json) == (200, expected)
    prepared = client.post(f"{JOBS}/1/assessment/prepare")
    assert prepared.status == 200
    assert {**prepared.json, **expected, "status": "ready"} == prepared.json
    assert start(client)["provider"]["assessment_id"] == position_id
    assert start(client, job_id=2)["provider"]["assessment_id"] != position_id


def test_a_job_goes_back_to_the_default_position(client: Client) -> None:
    default = client.post(f"{JOBS}/1/assessment/prepare").json["position_id"]
    made = client.post(POSITIONS, DRAFT).json["position_id"]
    client.request("PUT", f"{JOBS}/1/position", body={"position_id": made})
    for _ in range(2):
        back = client.request("DELETE", f"{JOBS}/1/position")
        assert (back.status, back.json["position_id"]) == (200, default)


def test_the_questions_of_the_assigned_position_are_scored(client: Client) -> None:
    made = client.post(POSITIONS, DRAFT).json["position_id"]
    client.request("PUT", f"{JOBS}/1/position", body={"position_id": made})
    result = score(client, start(client)["session_id"])["result"]
    assert [item["title"] for item in result["question_scores"]] == ["What did you build?", "Why?"]


def test_an_unknown_position_cannot_be_assigned_to_a_job(client: Client, environ: dict[str, str]) -> None:
    before = stored(environ)
    for body in ({"position_id": "absent"}, {"position_id": ""}, {"position_id": 5}, {"position_id": "a\0b"}, {}):
        assert faulty_fields(client.request("PUT", f"{JOBS}/1/position", body=body)) == {"position_id"}
    assert stored(environ) == before


QUESTION: dict[str, Any] = {"title": "Why?"}
HOSTILE: dict[str, tuple[Any, ...]] = {
    "name": (None, "", "  ", 5, "x" * 51, "a\0b", "a\nb", "a\u202eb"),
    "description": (5, ["x"], "x" * 5001, "a\0b"),
    "questions": (
        None, [], {}, "Why?", [None], ["Why?"], [{}], [{"title": ""}], [{"title": 5}], [{"title": "x" * 501}],
        [{"title": "a\0b"}], [QUESTION] * 51, [{**QUESTION, "description": 5}], [{**QUESTION, "timeLimit": 5}],
        [{**QUESTION, "timeLimit": {}}], [{**QUESTION, "timeLimit": {"minutes": 1}}],
        [{**QUESTION, "timeLimit": {"minutes": -1, "seconds": 0}}],
        [QUESTION, {**QUESTION, "timeLimit": {"minutes": 0, "seconds": 0}}],
        [{**QUESTION, "timeLimit": {"minutes": 1, "seconds": 60}}],
        [{**QUESTION, "timeLimit": {"minutes": 1.5, "seconds": 0}}],
    ),
}


@pytest.mark.parametrize("field", HOSTILE)
def test_an_invalid_position_is_not_created(field: str, client: Client, environ: dict[str, str]) -> None:
    before = stored(environ)
    for value in HOSTILE[field]:
        assert faulty_fields(client.post(POSITIONS, {**DRAFT, field: value})) == {field}, repr(value)
    assert stored(environ) == before


def test_candidates_are_found_by_words_and_by_state_page_by_page(client: Client) -> None:
    invited = start(client, 43)
    listed = f"{JOBS}/1/candidates"
    everybody = client.get(listed).json
    assert everybody["total"] == len(everybody["items"])
    second = client.get(f"{listed}?limit=2&offset=2").json
    assert second["items"] == everybody["items"][2:4]
    assert second["total"] == everybody["total"]
    assert [item["candidate_name"] for item in client.get(f"{listed}?q=DOE%20jane").json["items"]] == ["Jane Doe"]
    found = client.get(f"{listed}?state=invited").json
    assert [item["session"]["session_id"] for item in found["items"]] == [invited["session_id"]]
    assert client.get(f"{listed}?state=none").json["total"] == everybody["total"] - 1
    assert faulty_fields(client.get(f"{listed}?state=happy&offset=x")) == {"state", "offset"}


def test_jobs_say_how_many_sessions_are_in_each_state(client: Client) -> None:
    start(client, 43)
    states = {item["id"]: item["states"] for item in client.get(JOBS).json["items"]}
    assert states[1] == {"invited": 1}
    assert not any(state for job, state in states.items() if job != 1)
