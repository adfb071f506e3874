"""POST /api/admin/jobs/{job_id}/rescore, and near duplicates: what a recruiter sees of stored transcripts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fakes.clock import FakeClock
from fakes.databases import plain_connection
from fakes.desk import ANSWERS, Desk
from fakes.failing_scorer import scorer_fails_on
from fakes.front_door import SESSIONS
from fakes.hireflix import FakeHireflix

VARIABLE = "TENER_INTERVIEW_TRANSCRIPTION_SCORING_CRITERIA_PATH"



@pytest.fixture
def fake(fake: FakeHireflix, clock: FakeClock) -> FakeHireflix:
    fake.account.now_ms = clock.now_ms
    return fake


@pytest.fixture
def desk(environ: dict[str, str], fake: FakeHireflix, clock: FakeClock, criteria: Path) -> Iterator[Desk]:
    hireflix = {
        "TENER_INTERVIEW_PROVIDER": "hireflix",
        "TENER_HIREFLIX_API_KEY": fake.api_key,
        "TENER_HIREFLIX_POSITION_ID": fake.position_id,
        "TENER_HIREFLIX_BASE_URL": fake.url,
        VARIABLE: str(criteria),
    }
    desk = Desk({**environ, **hireflix}, fake, clock, None)
    yield desk
    desk.close()


def rescore(desk: Desk, **body: Any) -> Any:
    reply = desk.client.post("/api/admin/jobs/1/rescore", body)
    assert reply.status == 200, reply.text
    return reply.json


def card(desk: Desk, session_id: str) -> Any:
    return desk.client.get(f"{SESSIONS}/{session_id}/scorecard").json["scorecard"]


def change(criteria: Path, version: str, **defaults: Any) -> None:
    document = json.loads(criteria.read_text("utf-8"))
    document["version"] = version
    document["defaults"].update(defaults)
    criteria.write_text(json.dumps(document), "utf-8")


def test_rescoring_by_unchanged_criteria_changes_nothing(desk: Desk) -> None:
    session_id = desk.scored()
    before = card(desk, session_id)
    answer = rescore(desk)
    assert (answer["total_sessions"], answer["rescored"], answer["unchanged"]) == (1, 0, 1)
    assert answer["items"][0]["action"] == "unchanged"
    assert card(desk, session_id) == before


def test_rescoring_by_changed_criteria_adds_a_result_version_with_old_and_new_total(
    desk: Desk, fake: FakeHireflix, criteria: Path
) -> None:
    session_id = desk.scored()
    before = card(desk, session_id)
    asked = len(fake.requests)
    change(criteria, "changed", weights={"content": 1, "evidence": 0, "relevance": 0, "structure": 0})
    answer = rescore(desk)
    assert len(fake.requests) == asked, "Hireflix was asked"
    (item,) = answer["items"]
    assert answer["criteria_version"] == "changed"
    assert (answer["rescored"], item["action"], item["session_id"]) == (1, "rescored", session_id)
    assert item["before"]["result_version"] == 1
    assert item["before"]["total_score"] == before["total_score"]
    assert item["after"]["result_version"] == 2
    assert item["after"]["criteria_version"] == "changed"
    after = card(desk, session_id)
    assert (after["result_version"], after["total_score"]) == (2, item["after"]["total_score"])
    assert after["transcription_scoring"]["criteria_version"] == "changed"
    assert item["total_score_change"] == pytest.approx(after["total_score"] - before["total_score"], abs=0.05)
    events = desk.client.get(f"{SESSIONS}/{session_id}/events").json["items"]
    assert (events[-1]["event"], events[-1]["source"]) == ("rescored", "recruiter")
    assert events[-1]["details"]["result_version"] == 2
    assert rescore(desk)["unchanged"] == 1


def test_the_scorecard_of_an_earlier_result_can_be_read(desk: Desk, criteria: Path) -> None:
    session_id = desk.scored()
    first = card(desk, session_id)
    change(criteria, "changed", weights={"content": 1, "evidence": 0, "relevance": 0, "structure": 0})
    rescore(desk)
    path = f"{SESSIONS}/{session_id}/scorecard"
    assert desk.client.get(f"{path}?result_version=1").json["scorecard"] == {**first, "outdated": True}
    assert desk.client.get(f"{path}?result_version=2").json["scorecard"] == card(desk, session_id) != first
    reply = desk.client.get(f"{path}?result_version=3")
    assert (reply.status, reply.json["code"]) == (404, "RESULT_NOT_FOUND")
    assert f"GET {SESSIONS}/{{session_id}}/results" in reply.json["error"]
    assert desk.client.get(f"{path}?result_version=0").json["code"] == "VALIDATION_FAILED"


def test_a_dry_run_of_rescoring_reports_changes_and_stores_none(desk: Desk, criteria: Path) -> None:
    session_id = desk.scored()
    before = card(desk, session_id)
    change(criteria, "tried", weights={"content": 1, "evidence": 0, "relevance": 0, "structure": 0})
    answer = rescore(desk, dry_run=True)
    assert (answer["changed"], answer["rescored"], answer["items"][0]["action"]) == (1, 0, "would_change")
    assert card(desk, session_id) == before
    assert desk.client.get("/api").json["config"]["criteria_version"] != "tried"


@pytest.mark.parametrize("dry_run", [True, False])
def test_an_interview_that_the_scorer_fails_on_keeps_its_result_and_stops_no_other(
    desk: Desk, criteria: Path, monkeypatch: pytest.MonkeyPatch, dry_run: bool
) -> None:
    sessions = {candidate: desk.scored(candidate) for candidate in range(1, 9)}
    bad = desk.started(9)
    desk.finish(bad, ["This is what the scorer fails on, and I say it with many words."] * 4)
    desk.refresh(bad)
    before = card(desk, bad)
    change(criteria, "changed", weights={"content": 1, "evidence": 0, "relevance": 0, "structure": 0})
    with scorer_fails_on("scorer fails", monkeypatch):
        answer = rescore(desk, dry_run=dry_run)
    assert {name: answer[name] for name in ("total_sessions", "rescored", "changed", "unchanged", "errors")} == {
        "total_sessions": 9, "rescored": 0 if dry_run else 8, "changed": 8, "unchanged": 0, "errors": 1,
    }
    items = {item["session_id"]: item for item in answer["items"]}
    assert {items[session_id]["action"] for session_id in sessions.values()} == {
        "would_change" if dry_run else "rescored"
    }
    assert (items[bad]["action"], items[bad]["error"]["code"]) == ("error", "INTERNAL_ERROR")
    assert (items[bad]["before"]["total_score"], items[bad]["after"]["total_score"]) == (before["total_score"],) * 2
    assert card(desk, bad) == {**before, "outdated": not dry_run}
    assert rescore(desk)["errors"] == 0


def test_changed_criteria_change_no_result_until_rescoring(desk: Desk, criteria: Path) -> None:
    session_id = desk.scored()
    before = card(desk, session_id)
    change(criteria, "changed", weights={"content": 1, "evidence": 0, "relevance": 0, "structure": 0})
    assert desk.refresh(session_id).json["updated"] is False
    assert desk.refresh_job(force=False)["skipped_terminal"] == 1
    assert card(desk, session_id) == before


def test_rescoring_by_an_invalid_criteria_file_is_refused_and_changes_nothing(desk: Desk, criteria: Path) -> None:
    session_id = desk.scored()
    before = card(desk, session_id)
    criteria.write_text('{"version": "2", "defaults": {"weights": {"keyword": -1}}}', "utf-8")
    reply = desk.client.post("/api/admin/jobs/1/rescore", {})
    assert (reply.status, reply.json["code"]) == (422, "CRITERIA_INVALID")
    assert any("$.defaults.weights.keyword" in fault for fault in reply.json["details"]["faults"])
    assert card(desk, session_id) == before


def test_an_edited_criteria_file_with_the_same_version_outdates_results(desk: Desk, criteria: Path) -> None:
    session_id = desk.scored()
    before = card(desk, session_id)
    named = desk.client.get("/api").json["config"]
    assert (before["transcription_scoring"]["criteria_hash"], before["formula_hash"], before["outdated"]) == (
        named["criteria_hash"], named["formula_hash"], False,
    )
    version = before["transcription_scoring"]["criteria_version"]
    change(criteria, version, disallowed_patterns=["well"])
    tried = rescore(desk, dry_run=True)
    assert (tried["changed"], tried["criteria_version"]) == (1, version)
    assert tried["criteria_hash"] != named["criteria_hash"]
    assert card(desk, session_id)["outdated"] is False, "nothing else is in force yet"
    other = desk.scored(43)
    done = rescore(desk, session_id=session_id)
    assert [item["session_id"] for item in done["items"]] == [session_id]
    rows = {item["session_id"]: item["outdated"] for item in desk.client.get("/api/jobs/1/interview-leaderboard").json[
        "items"
    ]}
    assert rows == {session_id: False, other: True}
    assert (card(desk, session_id)["outdated"], card(desk, other)["outdated"]) == (False, True)
    latest, first = desk.client.get(f"{SESSIONS}/{session_id}/results").json["items"]
    assert (latest["criteria_hash"], first["criteria_hash"]) == (done["criteria_hash"], named["criteria_hash"])
    assert (latest["outdated"], first["outdated"], latest["criteria_version"]) == (False, True, version)
    event = desk.client.get(f"{SESSIONS}/{session_id}/events").json["items"][-1]
    assert (event["event"], event["details"]["criteria_hash"]) == ("rescored", done["criteria_hash"])
    assert event["details"]["formula_hash"] == done["formula_hash"]


def test_formatting_changes_of_the_criteria_file_do_not_outdate_results(desk: Desk, criteria: Path) -> None:
    desk.scored()
    document = json.loads(criteria.read_text("utf-8"))
    criteria.write_text(json.dumps({"_comment": "Kept by hand.", **document}, indent=8, sort_keys=True), "utf-8")
    assert rescore(desk)["changed"] == 0


def test_a_result_without_hashes_is_compared_by_criteria_version(desk: Desk, criteria: Path) -> None:
    session_id = desk.scored()
    (content,) = desk.results(session_id)
    old = {name: value for name, value in content.items() if not name.endswith("_hash")}
    with plain_connection(desk.environ) as db:
        db.execute("UPDATE interview_results SET content = ?", (json.dumps(old),))
    shown = card(desk, session_id)
    assert (shown["transcription_scoring"]["criteria_hash"], shown["formula_hash"], shown["outdated"]) == (
        None, None, False,
    )
    assert rescore(desk)["changed"] == 0
    change(criteria, "another")
    assert rescore(desk)["changed"] == 1
    assert card(desk, session_id)["transcription_scoring"]["criteria_hash"] is not None


@pytest.mark.parametrize("session_id", ["iv_nobody", "", "of another job"])
def test_rescoring_one_session_leaves_others_and_refuses_unknown_ones(desk: Desk, session_id: str) -> None:
    mine, others = desk.scored(), desk.scored(43, 2)
    wanted = others if session_id == "of another job" else session_id
    reply = desk.client.post("/api/admin/jobs/1/rescore", {"session_id": wanted})
    if session_id:
        assert (reply.status, reply.json["code"]) == (404, "INTERVIEW_SESSION_NOT_FOUND")
    else:
        assert [item["session_id"] for item in reply.json["items"]] == [mine]


def ranked_flags(desk: Desk) -> list[list[str]]:
    return [item["flags"] for item in desk.client.get("/api/jobs/1/interview-leaderboard").json["items"]]


def test_near_duplicate_answers_are_flagged_on_both_sessions_and_keep_their_score(desk: Desk) -> None:
    first = desk.scored(41)
    alone = card(desk, first)
    second = desk.started(42)
    desk.finish(second, [f"Well. {answer}" for answer in ANSWERS])
    desk.refresh(second)
    cards = {41: card(desk, first), 42: card(desk, second)}
    for own, other in ((41, 42), (42, 41)):
        for question in cards[own]["transcription_scoring"]["question_scores"]:
            assert "near_duplicate" in question["flags"]
            assert question["details"]["near_duplicate_of"] == [other]
    assert cards[41]["total_score"] == alone["total_score"]
    assert cards[41]["result_version"] == 1
    assert all("near_duplicate" in flag for flag in ranked_flags(desk))
    desk.client.request("DELETE", "/api/candidates/42")
    flags = [score["flags"] for score in card(desk, first)["transcription_scoring"]["question_scores"]]
    assert not any("near_duplicate" in flag for flag in flags)
    assert not any("near_duplicate" in flag for flag in ranked_flags(desk))


def test_each_of_many_near_duplicates_names_some_of_the_others(desk: Desk) -> None:
    sessions = {candidate: desk.started(candidate) for candidate in range(40, 50)}
    for candidate, session_id in sessions.items():
        desk.finish(session_id, [f"Candidate {candidate}. {answer}" for answer in ANSWERS])
        desk.refresh(session_id)
    for candidate, session_id in sessions.items():
        for question in card(desk, session_id)["transcription_scoring"]["question_scores"]:
            alike = question["details"]["near_duplicate_of"]
            assert candidate not in alike
            assert len(alike) >= 5
            assert question["flags"].count("near_duplicate") == 1


def test_a_near_duplicate_that_changed_is_no_longer_flagged(desk: Desk) -> None:
    first, second = desk.scored(41), desk.scored(42)
    assert all("near_duplicate" in flag for flag in ranked_flags(desk))
    desk.finish(second, [
        f"In project {number} I interviewed nine planners, wrote down what slowed them, and rebuilt the import with "
        f"two colleagues because the old one lost rows; since then the nightly run takes {number} minutes, not ninety."
        for number in range(len(ANSWERS))
    ])
    desk.refresh(second, force=True)
    for session_id in (first, second):
        for question in card(desk, session_id)["transcription_scoring"]["question_scores"]:
            assert "near_duplicate" not in question["flags"]
    assert not any("near_duplicate" in flag for flag in ranked_flags(desk))


def test_different_answers_and_answers_of_other_jobs_are_not_near_duplicates(desk: Desk) -> None:
    first = desk.scored(41)
    desk.scored(42, 2)
    third = desk.started(43)
    desk.finish(third, [
        f"In project {number} I interviewed nine planners, wrote down what slowed them, and rebuilt the import with "
        f"two colleagues because the old one lost rows; since then the nightly run takes {number} minutes, not ninety."
        for number in range(4)
    ])
    desk.refresh(third)
    for question in card(desk, first)["transcription_scoring"]["question_scores"]:
        assert "near_duplicate" not in question["flags"]


def test_the_scorecard_names_engine_and_criteria_and_quotes_the_transcript(desk: Desk) -> None:
    scoring = card(desk, desk.scored())["transcription_scoring"]
    assert scoring["engine_version"]
    for question in scoring["question_scores"]:
        if question["score"] is None:
            continue
        points = sum(part["points"] for part in question["details"]["parts"].values())
        assert question["score"] == pytest.approx(points, abs=0.05)
        for item in question["details"]["evidence"]:
            assert question["transcript"][item["start"] : item["end"]] == item["quote"]
