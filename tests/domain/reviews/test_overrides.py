"""A person's number in place of the machine's: overrides, ended reviews, and jobs that are ranked by people."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.client import Reply
from fakes.desk import Desk, MakeDesk
from fakes.front_door import SESSIONS, refused
from fakes.reviews import rate
from fakes.users import signed_in

RESCORE = "/api/admin/jobs/1/rescore"


def override(
    desk: Desk, session_id: str, score: float, reason: str = "It heard it wrong.", question: str = ""
) -> Reply:
    place = f"questions/{question}/override" if question else "override"
    return desk.client.request("PUT", f"{SESSIONS}/{session_id}/{place}", body={"score": score, "reason": reason})


def restore(desk: Desk, session_id: str, question: str = "") -> Reply:
    place = f"questions/{question}/override" if question else "override"
    return desk.client.request("DELETE", f"{SESSIONS}/{session_id}/{place}")


def leaderboard_items(desk: Desk) -> list[Any]:
    items: list[Any] = desk.client.get("/api/jobs/1/interview-leaderboard").json["items"]
    return items


def without_transcripts(desk: Desk, candidate_id: int) -> str:
    """The id of a session that needs review."""
    session_id = desk.started(candidate_id)
    desk.finish(session_id, [None, None, None, None])
    desk.clock.advance(hours=100)
    desk.refresh(session_id)
    assert desk.read_session(session_id)["needs_review"]
    return session_id


def test_an_override_sets_the_rank_is_visible_and_can_be_removed(desk: Desk) -> None:
    session_id, rival = desk.scored(42), desk.scored(43)
    machine = desk.read_session(session_id)["summary"]["total_score"]
    refused(override(desk, session_id, 101), "VALIDATION_FAILED")
    refused(override(desk, session_id, 90, " "), "VALIDATION_FAILED")
    done = override(desk, session_id, 88.06)
    assert (done.json["total_score"], done.json["total_source"]) == (88.1, "override")
    session, card = desk.read_session(session_id), desk.scorecard(session_id)
    assert (session["summary"]["total_score"], session["machine_total"]) == (88.1, machine)
    assert (card["total_score"], card["pass_recommendation"], card["total_score_low"]) == (88.1, "strong_yes", None)
    whole = desk.client.get(f"{SESSIONS}/{session_id}/scorecard").json["override"]
    assert (whole["score"], whole["reason"], whole["machine_score"]) == (88.1, "It heard it wrong.", machine)
    first, second = leaderboard_items(desk)
    assert (first["session_id"], first["overrides"], first["total_score_low"]) == (session_id, 1, None)
    assert (second["session_id"], second["total_source"]) == (rival, "machine")
    assert override(desk, session_id, 10, "Watched it again.").json["total_score"] == 10.0
    assert [row["session_id"] for row in leaderboard_items(desk)] == [rival, session_id]
    back = restore(desk, session_id).json
    assert (back["total_score"], back["total_source"]) == (machine, "machine")
    assert [item["score"] for item in back["items"]] == [88.1, 10.0, None]
    assert restore(desk, session_id).json == back
    assert desk.event_names(session_id)[-3:] == ["total_changed"] * 3


def test_the_override_of_a_question_replaces_its_score_in_the_total(desk: Desk) -> None:
    session_id = desk.scored()
    questions = desk.scorecard(session_id)["transcription_scoring"]["question_scores"]
    machine = desk.read_session(session_id)["machine_total"]
    refused(override(desk, session_id, 50, question="nowhere"), "QUESTION_NOT_FOUND")
    raised = override(desk, session_id, 100, question=questions[0]["question_id"]).json
    assert machine < raised["total_score"] < 100
    shown = desk.scorecard(session_id)["transcription_scoring"]["question_scores"]
    assert [(q["score"], q["override"] and q["override"]["score"]) for q in shown[:2]] == [
        (questions[0]["score"], 100.0), (questions[1]["score"], None),
    ]
    assert override(desk, session_id, 5).json["total_score"] == 5.0
    assert restore(desk, session_id).json["total_score"] == raised["total_score"]
    assert restore(desk, session_id, questions[0]["question_id"]).json["total_score"] == machine


def test_rescoring_changes_only_the_machine_total(desk: Desk) -> None:
    session_id = desk.scored()
    override(desk, session_id, 91)
    plain = desk.scored(43)
    with desk.app.service.store.write() as tx:
        # As if another engine had scored them.
        for each in (session_id, plain):
            latest = tx.results.latest(each)
            assert latest
            tx.results.add(each, latest.content.replace('"engine_version": "', '"engine_version": "0'), 1)
            tx.sessions.update_if(each, {}, machine_total=1.0)
    for dry_run in (True, False):
        items = {item["session_id"]: item for item in desk.client.post(RESCORE, {"dry_run": dry_run}).json["items"]}
        assert items[session_id]["total_source"] == "override"
        assert "An override ranks this interview with 91" in items[session_id]["hidden_by"]
        assert (items[plain]["hidden_by"], items[plain]["total_source"]) == (None, "machine")
    session = desk.read_session(session_id)
    assert (session["summary"]["total_score"], session["status"]) == (91.0, "scored")
    assert session["machine_total"] == desk.read_session(plain)["machine_total"] > 1.0


def test_a_human_rating_ends_needs_review_for_good(desk: Desk) -> None:
    session_id = without_transcripts(desk, 42)
    desk.scored(43)
    waiting = desk.started(44)
    desk.finish(waiting, [None, None, None, None])
    desk.refresh(waiting)
    refused(override(desk, waiting, 50), "INTERVIEW_NOT_SCORED")
    reviewer = signed_in(desk.app, "reviewer", job_ids=[1])
    # Nobody knows the questions of an interview without transcripts and without a plan.
    assert reviewer.get(f"/api/reviews/{session_id}").json["questions"] == []
    fields = refused(rate(reviewer, session_id, 5), "REVIEW_INCOMPLETE")["fields"]
    assert set(fields) == {"overall_rating"}
    assert rate(reviewer, session_id, 5, overall_rating=5).status == 200
    # Transcripts may still come.
    assert rate(reviewer, waiting, 5, overall_rating=4).status == 200
    assert desk.read_session(waiting)["status"] == "completed"
    session = desk.read_session(session_id)
    assert (session["status"], session["summary"]["total_score"], session["total_source"]) == ("scored", 90.0, "human")
    assert (session["needs_review"], session["machine_total"]) == (False, None)
    card = desk.scorecard(session_id)
    assert (card["total_score"], card["transcription_scoring"]["question_scores"]) == (90.0, [])
    assert leaderboard_items(desk)[0]["session_id"] == session_id
    # The transcripts come after all, and the machine scores them: the person's number stays.
    desk.refresh(session_id, force=True)
    assert desk.read_session(session_id)["status"] == "scored"
    desk.clock.advance(hours=100)
    desk.refresh(waiting)
    session = desk.read_session(waiting)
    assert (session["status"], session["summary"]["total_score"]) == ("scored", 75.0)
    # An override stands before it, and when it is taken back, the rating counts again.
    assert override(desk, session_id, 20).json["total_score"] == 20.0
    assert restore(desk, session_id).json["total_score"] == 90.0


def test_an_override_ends_needs_review_until_it_is_removed(desk: Desk) -> None:
    session_id = without_transcripts(desk, 42)
    reason = desk.read_session(session_id)["review_reason"]
    assert override(desk, session_id, 64).json["status"] == "scored"
    desk.refresh(session_id, force=True)
    assert (desk.read_session(session_id)["status"], desk.read_session(session_id)["review_reason"]) == ("scored", None)
    assert restore(desk, session_id).json["status"] == "completed"
    session = desk.read_session(session_id)
    assert (session["needs_review"], session["review_reason"]) == (True, reason)
    assert session["summary"]["total_score"] is None
    assert leaderboard_items(desk)[0]["group"] == "needs_review"


@pytest.mark.parametrize("rating", [1, 5])
def test_a_job_can_be_ranked_by_human_totals(desk: Desk, rating: int) -> None:
    rated, other = desk.scored(42), desk.scored(43)
    assert rate(desk.client, rated, rating).status == 200
    machine = desk.read_session(rated)["machine_total"]
    assert desk.read_session(rated)["summary"]["total_score"] == machine
    settings = "/api/jobs/1/settings"
    refused(desk.client.request("PATCH", settings, body={"ranked_by": "dice"}), "VALIDATION_FAILED")
    assert desk.client.request("PATCH", settings, body={"ranked_by": "human"}).json["ranked_by"] == "human"
    session = desk.read_session(rated)
    assert (session["summary"]["total_score"], session["total_source"]) == ({1: 30.0, 5: 90.0}[rating], "human")
    assert desk.read_session(other)["total_source"] == "machine"
    assert [row["session_id"] for row in leaderboard_items(desk)] == ([rated, other] if rating == 5 else [other, rated])
    assert rate(desk.client, other, 3).json["machine"]["total_score"] == 60.0
    assert desk.client.request("PATCH", settings, body={"ranked_by": "machine"}).status == 200
    assert desk.read_session(rated)["summary"]["total_score"] == machine
    assert desk.client.get(settings).json["blind_review"]


def test_erasing_a_candidate_removes_reviews_and_overrides(make_desk: MakeDesk) -> None:
    desk = make_desk()
    session_id = desk.scored()
    rate(desk.client, session_id, 4, reason="Secret words.")
    override(desk, session_id, 77, "More secret words.")
    held = desk.client.get("/api/candidates/42/export").text
    assert "Secret words." in held
    assert "More secret words." in held
    assert desk.client.request("DELETE", "/api/candidates/42").status == 200
    with desk.app.service.store.read() as tx:
        assert tx.reviews.of_session(session_id) == tx.reviews.versions(session_id) == []
        assert tx.overrides.history(session_id) == []
    session = desk.read_session(session_id)
    assert (session["human_total"], session["human_reviews"], session["total_source"]) == (None, 0, None)
    refused(override(desk, session_id, 50), "CANDIDATE_ERASED")
