"""Interviews that are over and have no total: `completed`, with a reason, for a person to look at; never `scored`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fakes.desk import ANSWERS, Desk, MakeDesk
from fakes.front_door import SESSIONS, refused
from fakes.hireflix import FakeHireflix

BOARD = "/api/jobs/1/interview-leaderboard"
DUTCH = (
    "Ik heb samen met mijn collega's de oude dienst herschreven, omdat die te langzaam was, en daarna hebben wij"
    " gemeten dat alle aanvragen van onze klanten twee keer zo snel werden beantwoord."
)
JAPANESE = (
    "私はチームと一緒に古いサービスを書き直しました。遅すぎたからです。"
    "その後、すべての要求が二倍速く処理されることを測定しました。"
)
MIXED = "None of the answers could be scored; the scorecard says why for each of them."
NOTHING: list[str | None] = [None] * 4
FORMULA_PATH = "TENER_INTERVIEW_TOTAL_SCORE_FORMULA_PATH"


def under_review(desk: Desk, candidate_id: int = 42, spoken: str = DUTCH) -> str:
    """The id of a session whose answers cannot be scored."""
    session_id = desk.started(candidate_id)
    desk.finish(session_id, [spoken] * 4)
    answer = desk.refresh(session_id).json
    assert (answer["status"], answer["needs_review"]) == ("completed", True), answer
    return session_id


@pytest.mark.parametrize("spoken", [DUTCH, JAPANESE])
def test_an_answer_in_an_unsupported_language_is_not_flagged_as_a_keyword_list(desk: Desk, spoken: str) -> None:
    scores = desk.scorecard(under_review(desk, spoken=spoken))["transcription_scoring"]["question_scores"]
    assert {(score["score"], tuple(score["flags"])) for score in scores} == {(None, ())}


def formula(path: Path, **changes: Any) -> Path:
    path.write_text(json.dumps({"version": "1", **changes}), "utf-8")
    return path


@pytest.mark.parametrize(("spoken", "reason"), [
    ([DUTCH] * 4, "The answers are in a language we do not support or recognise, so they cannot be scored."),
    ([JAPANESE] * 4, "The answers are in a language we do not support or recognise, so they cannot be scored."),
    (["Yes.", "Okay.", "Maybe so.", "Fine."], "The answers have too few words to be scored."),
    (["...", "--", "?!", "…"], "The transcripts have no words, so there is nothing to score."),
    ([DUTCH, "Yes.", "...", JAPANESE], MIXED),
    ([DUTCH, DUTCH, DUTCH, "I do not know."], MIXED),
])
def test_a_result_without_a_total_has_no_scored_status_and_no_recommendation(
    desk: Desk, spoken: list[str], reason: str
) -> None:
    session_id = desk.started()
    desk.finish(session_id, spoken)
    reply = desk.refresh(session_id)
    assert reply.status == 200
    share = desk.client.post("/api/jobs/1/shares", {"candidate_ids": [42]}).json
    shared = desk.client.get(f"/api/shared/{share['url'].rsplit('/', 1)[1]}").json["items"][0]
    (ranked,) = desk.client.get(BOARD).json["items"]
    refreshed = desk.refresh_job(force=True)["items"][0]
    responses = {
        "refresh": reply.json, "session": desk.read_session(session_id), "list": desk.only_session(),
        "leaderboard": ranked,
        "scorecard": desk.client.get(f"{SESSIONS}/{session_id}/scorecard").json, "share": shared,
        "job refresh": refreshed, "step": desk.step(42)["items"][0],
    }
    for where, item in responses.items():
        status = item.get("status") or item.get("interview_status")
        assert (status, item["needs_review"], item["review_reason"]) == ("completed", True, reason), where
        assert item.get("pass_recommendation") is None, where
    card = desk.scorecard(session_id)
    assert (card["total_score"], card["pass_recommendation"], card["result_version"]) == (None, None, 1)
    assert [score["transcript"] for score in card["transcription_scoring"]["question_scores"]] == spoken
    assert desk.results(session_id)[0]["pass_recommendation"] is None
    assert (ranked["rank"], ranked["group"], shared["rank"], shared["group"]) == (
        None, "needs_review", None, "needs_review",
    )
    assert desk.client.get(f"{BOARD}?recommendation=mixed").json["items"] == []
    assert desk.client.get(f"{BOARD}?group=needs_review").json["items"] == [ranked]
    assert desk.read_session(session_id)["scored_at"] is None
    assert [name for name in desk.event_names(session_id) if name in ("scored", "needs_review")] == ["needs_review"]


@pytest.mark.parametrize("changes", [
    {"missing_dimensions_strategy": "strict"},
    {"weights": {"technical": 0, "soft_skills": 0, "culture_fit": 1}},
])
def test_a_formula_that_gives_no_total_is_a_reason_for_review(
    make_desk: MakeDesk, tmp_path: Path, changes: dict[str, Any]
) -> None:
    desk = make_desk(**{FORMULA_PATH: formula(tmp_path / "formula.json", **changes)})
    session_id = desk.started()
    desk.finish(session_id, [ANSWERS[0], None, None, None], answered=[True, False, False, False])
    answer = desk.refresh(session_id).json
    assert (answer["status"], answer["needs_review"]) == ("completed", True)
    assert answer["review_reason"] == "The formula gives no total from the answers that could be scored."
    assert answer["result"]["technical_score"] is not None


@pytest.mark.parametrize("way", ["refresh", "job", "step", "sync"])
def test_sessions_in_review_are_not_read_repeatedly(make_desk: MakeDesk, fake: FakeHireflix, way: str) -> None:
    desk = make_desk(TENER_INTERVIEW_SYNC_SECONDS="120")
    session_id = under_review(desk)
    before = fake.count("interview")
    for _ in range(20):
        desk.clock.advance(hours=7)
        if way == "refresh":
            assert desk.refresh(session_id).json["updated"] is False
        elif way == "job":
            assert desk.refresh_job()["skipped_terminal"] == 1
        elif way == "step":
            assert desk.step(42)["needs_review"] == 1
        else:
            desk.sync.run_round()
    assert fake.count("interview") == before
    assert len(desk.results(session_id)) == 1
    assert desk.event_names(session_id).count("needs_review") == 1


def test_a_forced_refresh_with_unchanged_answers_adds_no_result(desk: Desk, fake: FakeHireflix) -> None:
    session_id = under_review(desk)
    before, asked = desk.read_session(session_id), fake.count("interview")
    for _ in range(3):
        assert desk.refresh(session_id, force=True).json["updated"] is False
    assert fake.count("interview") == asked + 3
    assert len(desk.results(session_id)) == 1
    assert desk.read_session(session_id) == {**before, "last_sync_at": desk.read_session(session_id)["last_sync_at"]}


def test_a_forced_refresh_with_changed_answers_ends_the_review(desk: Desk) -> None:
    session_id = under_review(desk)
    desk.finish(session_id)
    assert desk.refresh(session_id).json["status"] == "completed", "nothing new was to be expected"
    answer = desk.refresh(session_id, force=True).json
    assert (answer["status"], answer["needs_review"], answer["review_reason"]) == ("scored", False, None)
    assert desk.scorecard(session_id)["result_version"] == 2
    (row,) = desk.client.get(BOARD).json["items"]
    assert (row["rank"], row["group"]) == (1, "ranked")


def test_a_webhook_event_makes_a_session_in_review_be_read_once(make_desk: MakeDesk, fake: FakeHireflix) -> None:
    desk = make_desk(TENER_INTERVIEW_SYNC_SECONDS="120")
    session_id = under_review(desk)
    desk.finish(session_id)
    with desk.service.store.write() as tx:
        tx.sessions.update_if(session_id, {}, urgent=1, next_sync_at=0)
    asked = fake.count("interview")
    desk.sync.run_round()
    assert desk.status(session_id) == "scored"
    desk.sync.run_round()
    assert fake.count("interview") == asked + 1


def test_a_result_without_a_total_is_kept_if_the_interview_is_deleted(desk: Desk, fake: FakeHireflix) -> None:
    session_id = under_review(desk)
    fake.delete(desk.interview(session_id).interview_id)
    assert desk.refresh(session_id, force=True).json["needs_review"] is True
    assert desk.scorecard(session_id)["result_version"] == 1


def test_rescoring_may_end_or_begin_a_review(make_desk: MakeDesk, tmp_path: Path) -> None:
    strict = {"missing_dimensions_strategy": "strict"}
    path = formula(tmp_path / "formula.json", **strict)
    desk = make_desk(**{FORMULA_PATH: path})
    session_id = desk.started()
    desk.finish(session_id, [ANSWERS[0], None, None, None], answered=[True, False, False, False])
    assert desk.refresh(session_id).json["needs_review"] is True
    seen = []
    for changes in ({}, strict, strict, {}):
        formula(path, **changes)
        tried = desk.client.post("/api/admin/jobs/1/rescore", {"dry_run": True}).json
        done = desk.client.post("/api/admin/jobs/1/rescore", {}).json
        assert tried["changed"] == done["changed"] == done["rescored"]
        session = desk.read_session(session_id)
        assert (session["status"] == "scored") == (session["summary"]["total_score"] is not None)
        assert (session["scored_at"] is not None) == (session["status"] == "scored") != session["needs_review"]
        seen.append((session["status"], desk.scorecard(session_id)["result_version"]))
    assert seen == [("scored", 2), ("completed", 3), ("completed", 3), ("scored", 4)]
    assert [result["pass_recommendation"] is None for result in desk.results(session_id)] == [True, False, True, False]
    back = [event for event in desk.events(session_id) if event["event"] == "needs_review"][-1]
    assert (back["source"], back["details"]["from"], back["details"]["to"]) == ("recruiter", "scored", "completed")
    assert back["details"]["total_score_before"] is not None
    figures = {step["step"]: step["count"] for step in desk.client.get("/api/jobs/1/funnel").json["steps"]}
    assert figures == {"invited": 1, "opened": 1, "finished": 1, "scored": 1}


# No transcript at all -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("answered", "hours", "reason"), [
    ([True] * 4, 25, "No answer has a transcript, so there is nothing to score."),
    ([True, False, False, False], 24 * 6, "No answer has a transcript, so there is nothing to score."),
    ([False] * 4, 0, "The candidate answered no question, so there is nothing to score."),
])
def test_a_session_without_transcripts_needs_review_after_the_wait(
    desk: Desk, answered: list[bool], hours: int, reason: str
) -> None:
    session_id = desk.started()
    desk.finish(session_id, NOTHING, answered=answered)
    if hours:
        assert desk.refresh(session_id).json["needs_review"] is False
        refused(desk.refresh(session_id, force=True), "INTERVIEW_NOTHING_TO_SCORE")
        assert desk.read_session(session_id)["needs_review"] is False, "transcripts may still come"
        desk.clock.advance(hours=hours)
    for _ in range(2):
        refused(desk.refresh(session_id), "INTERVIEW_NOTHING_TO_SCORE")
    session = desk.read_session(session_id)
    assert (session["status"], session["needs_review"], session["review_reason"]) == ("completed", True, reason)
    assert desk.client.get(BOARD).json["items"][0]["group"] == "needs_review"
    assert desk.event_names(session_id).count("needs_review") == 1
    desk.finish(session_id)
    assert desk.refresh(session_id).json["status"] == "scored"
    assert desk.read_session(session_id)["review_reason"] is None


def test_missing_transcripts_are_read_at_growing_intervals_up_to_a_limit(
    make_desk: MakeDesk, fake: FakeHireflix
) -> None:
    desk = make_desk(TENER_INTERVIEW_SYNC_SECONDS="120")
    session_id = desk.started()
    desk.finish(session_id, NOTHING)
    desk.clock.advance(hours=25)
    desk.sync.run_round()
    desk.clock.advance(hours=25)
    desk.sync.run_round()
    assert desk.read_session(session_id)["needs_review"] is True
    reads = []
    for _ in range(30):
        before = fake.count("interview")
        for _ in range(4):
            desk.clock.advance(hours=6)
            desk.sync.run_round()
            desk.client.post(f"{SESSIONS}/{session_id}/refresh", {})
        reads.append(fake.count("interview") - before)
    assert reads[1] > 0
    assert reads[-1] == 0
    desk.finish(session_id)
    assert desk.refresh(session_id, force=True).json["status"] == "scored"
