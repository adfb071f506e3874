"""Candidates of a job side by side, and the versions of a session's result."""

from __future__ import annotations

from fakes.client import Client
from fakes.front_door import SESSIONS, faulty_fields, refused, score, start

COMPARE = "/api/jobs/1/compare"


def test_comparison_returns_totals_and_questions_of_the_chosen_candidates(client: Client) -> None:
    sessions = {number: start(client, number, candidate_name=f"Candidate {number}") for number in (42, 43)}
    start(client, 44)
    for session in sessions.values():
        score(client, session["session_id"])
    answer = client.get(f"{COMPARE}?candidate_ids=43,44,42").json
    assert set(answer) == {"job_id", "competencies", "items", "questions"}
    assert [item["candidate_id"] for item in answer["items"]] == [43, 44, 42]
    board = {item["candidate_id"]: item for item in client.get("/api/jobs/1/interview-leaderboard").json["items"]}
    for item in answer["items"]:
        assert {name: item[name] for name in board[item["candidate_id"]]} == board[item["candidate_id"]]
        assert set(item) - set(board[item["candidate_id"]]) == {"result", "total_standing", "competency_standings"}
    best, lower = sorted((answer["items"][0], answer["items"][2]), key=lambda item: item["rank"])
    assert best["total_standing"] == best["competency_standings"]["technical"] == "highest"
    assert lower["total_standing"] == ("close" if lower["tied_with_rank"] == best["rank"] else None)
    assert answer["items"][1]["total_standing"] is answer["items"][1]["competency_standings"]["technical"] is None
    assert answer["items"][1]["result"] is None
    card = client.get(f"{SESSIONS}/{sessions[42]['session_id']}/scorecard").json["scorecard"]
    own = [question["answers"][2]["answer"] for question in answer["questions"]]
    assert [entry["score"] for entry in own if entry] == [
        entry["score"] for entry in card["transcription_scoring"]["question_scores"]
    ]
    assert all(question["answers"][1]["answer"] is None for question in answer["questions"])


def test_comparison_accepts_only_two_to_five_candidates_with_an_interview(client: Client) -> None:
    start(client, 42)
    for wrong in ("", "?candidate_ids=42", "?candidate_ids=1,2,3,4,5,6", "?candidate_ids=42,x", "?candidate_ids=42,0"):
        assert faulty_fields(client.get(COMPARE + wrong)) == {"candidate_ids"}
    strangers = client.get(f"{COMPARE}?candidate_ids=42,77,78")
    assert refused(strangers, "CANDIDATE_NOT_FOUND") == {"candidate_ids": [77, 78]}


def test_comparison_ignores_a_repeated_candidate_id(client: Client) -> None:
    for number in (42, 43):
        start(client, number)
    answer = client.get(f"{COMPARE}?candidate_ids=42,43,42").json
    assert [item["candidate_id"] for item in answer["items"]] == [42, 43]


def test_the_result_versions_of_a_session_are_listed(client: Client) -> None:
    session_id = start(client)["session_id"]
    path = f"{SESSIONS}/{session_id}/results"
    assert client.get(path).json == {"items": []}
    scored = score(client, session_id)["result"]
    (version,) = client.get(path).json["items"]
    assert (version["result_version"], version["total_score"]) == (1, scored["total_score"])
    assert {"created_at", "criteria_version", "formula_version", "engine_version", "coverage"} <= set(version)
    refused(client.get(f"{SESSIONS}/iv_{'0' * 32}/results"), "INTERVIEW_SESSION_NOT_FOUND")
