"""Interviews are scored by the version of the plan that the candidate was invited with."""

from __future__ import annotations

import csv
from typing import Any

import pytest

from fakes.desk import Desk
from fakes.plans import OTHER_QUESTION, QUESTION, plan_body

PLAN = "/api/jobs/1/plan"
BOARD = "/api/jobs/1/interview-leaderboard"
GOOD = (
    "Last spring our checkout failed for one in fifty customers. I read the logs and the traces for two days, found the"
    " root cause in a connection pool that was exhausted, raised its limit, and added an alert. Failures fell from 2"
    " percent to zero within a day."
)
OWNED = (
    "Nobody looked after our onboarding, so in March I saw the need and wrote a guide of twelve pages. I asked five new"
    " colleagues, changed it twice, and carried it through until every team used it. Questions fell by half."
)
VAGUE = "I always try to do good work and I think that communication is very important for me in any kind of job."


def publish(desk: Desk, **changes: Any) -> Any:
    etag = desk.client.get(PLAN).headers["etag"]
    saved = desk.client.request("PUT", PLAN, body=plan_body(**changes), headers={"If-Match": etag})
    assert saved.status == 200, saved.text
    published = desk.client.post(f"{PLAN}/publish")
    assert published.status == 200, published.text
    return published.json


def scored(desk: Desk, candidate_id: int, *answers: str | None) -> str:
    """The session of a candidate with these answers, None for a question without one."""
    session_id = desk.started(candidate_id)
    desk.finish(session_id, answers, answered=[answer is not None for answer in answers])
    assert desk.refresh(session_id).status == 200
    return session_id


def leaderboard(desk: Desk) -> Any:
    return desk.client.get(f"{BOARD}?limit=50").json


def rescore(desk: Desk, **body: Any) -> Any:
    return desk.client.post("/api/admin/jobs/1/rescore", body).json


def test_answers_are_scored_by_the_criteria_of_the_plan(desk: Desk) -> None:
    publish(desk)
    session_id = scored(desk, 1, GOOD, OWNED)
    card = desk.scorecard(session_id)
    technical, owned = card["transcription_scoring"]["question_scores"]
    assert (technical["rule_id"], technical["competency"], technical["dimension"]) == (
        "debugging", "technical", "technical",
    )
    assert (owned["rule_id"], owned["competency"], owned["dimension"]) == ("ownership", "ownership", "soft_skills")
    assert technical["details"]["missing_key_points"] == []
    assert card["competency_scores"] == {"technical": technical["score"], "ownership": owned["score"]}
    assert (card["technical_score"], card["soft_skills_score"], card["culture_fit_score"]) == (
        technical["score"], owned["score"], None,
    )
    assert card["total_score"] == round(0.6 * technical["score"] + 0.4 * owned["score"], 1)
    assert card["scored_plan_version"] == 1
    assert card["transcription_scoring"]["criteria_version"] == "plan 1"
    assert card["outdated"] is False
    session = desk.read_session(session_id)
    assert session["competency_scores"] == card["competency_scores"]
    (row,) = leaderboard(desk)["items"]
    assert (row["plan_version"], row["scored_plan_version"]) == (1, 1)
    assert row["competency_scores"] == card["competency_scores"]
    assert leaderboard(desk)["competencies"] == [
        {"id": "technical", "name": "Technical skills", "weight": 60},
        {"id": "ownership", "name": "Ownership", "weight": 40},
    ]
    # Everything again, and nothing is another result.
    assert desk.refresh(session_id, force=True).json["updated"] is False
    assert rescore(desk)["changed"] == 0


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"bands": {"strong_yes": 3, "yes": 2, "mixed": 1}}, lambda row: row["pass_recommendation"] == "strong_yes"),
        ({"bands": {"strong_yes": 100, "yes": 99.9, "mixed": 99.8}}, lambda row: row["pass_recommendation"] == "no"),
        (
            {"competencies": [
                {"id": "technical", "name": "T", "weight": 1, "dimension": None},
                {"id": "ownership", "name": "O", "weight": 1e-6, "dimension": None},
            ]},
            # The id of a dimension feeds it; the other competency has no field, and next to no weight.
            lambda row: row["soft_skills_score"] is None
            and row["total_score"] == row["technical_score"] == row["competency_scores"]["technical"],
        ),
        (
            {"competencies": [
                {"id": "technical", "name": "T", "weight": 30, "dimension": "technical"},
                {"id": "ownership", "name": "O", "weight": 10, "dimension": "technical"},
                {"id": "values", "name": "No question", "weight": 500, "dimension": "culture_fit"},
            ]},
            lambda row: row["technical_score"] == row["total_score"] and row["competency_scores"].keys()
            == {"technical", "ownership"} and row["score_confidence"] == 1.0,
        ),
    ],
)
def test_totals_use_the_weights_bands_and_dimensions_of_the_plan(desk: Desk, changes: Any, check: Any) -> None:
    publish(desk, **changes)
    scored(desk, 1, GOOD, OWNED)
    (row,) = leaderboard(desk)["items"]
    assert check(row), row


def test_a_dealbreaker_is_flagged_and_changes_no_score(desk: Desk) -> None:
    publish(desk)
    plain = [scored(desk, 1, VAGUE, OWNED), scored(desk, 2, None, OWNED), scored(desk, 3, GOOD, OWNED)]
    before = [desk.scorecard(session_id) for session_id in plain]
    publish(desk, questions=[{**QUESTION, "dealbreaker": True}, OTHER_QUESTION])
    assert rescore(desk, plan_version=2)["total_sessions"] == 3
    for session_id, earlier, expects_note in zip(plain, before, (True, True, False), strict=True):
        card = desk.scorecard(session_id)
        question = card["transcription_scoring"]["question_scores"][0]
        assert question["dealbreaker"] is True
        assert ("dealbreaker" in question["flags"]) is expects_note
        assert any("dealbreaker" in reason for reason in question["reasons"]) is expects_note
        assert ("dealbreaker" in card["transcription_scoring"]["summary"]) is expects_note
        assert (card["total_score"], card["score_confidence"]) == (earlier["total_score"], earlier["score_confidence"])
    flags = {row["candidate_id"]: row["flags"] for row in leaderboard(desk)["items"]}
    assert ["dealbreaker" in flags[number] for number in (1, 2, 3)] == [True, True, False]


def test_candidates_with_other_questions_are_ranked_separately(desk: Desk) -> None:
    publish(desk)
    scored(desk, 1, GOOD, OWNED)
    scored(desk, 2, VAGUE, OWNED)
    assert leaderboard(desk)["mixed_versions"] is None
    publish(desk, questions=[OTHER_QUESTION, QUESTION])
    scored(desk, 3, OWNED, VAGUE)
    scored(desk, 4, OWNED, GOOD)
    # Not finished: it has no rank, and its version is on no board yet.
    publish(desk, questions=[QUESTION])
    desk.started(5)
    ranked = leaderboard(desk)
    assert [(row["candidate_id"], row["rank"], row["plan_version"]) for row in ranked["items"]] == [
        (4, 1, 2), (3, 2, 2), (1, 1, 1), (2, 2, 1), (5, None, 3),
    ]
    assert ranked["plan_versions"] == [1, 2]
    assert "2 with version 2, 2 with version 1" in ranked["mixed_versions"]
    assert len({row["ranking_group"] for row in ranked["items"][:4]}) == 2
    backwards = desk.client.get(f"{BOARD}?order=desc").json["items"]
    assert [row["candidate_id"] for row in backwards] == [2, 1, 3, 4, 5]
    header, best, *_ = csv.reader(desk.client.get(f"{BOARD}?format=csv").text.splitlines())
    cells = dict(zip(header, best, strict=True))
    assert (cells["Rank"], cells["Plan version"], cells["Scored by plan version"]) == ("1", "2", "2")
    assert "technical " in cells["Competency scores"]
    paged = [desk.client.get(f"{BOARD}?limit=1&offset={place}").json["items"][0] for place in range(4)]
    assert [(row["candidate_id"], row["rank"]) for row in paged] == [(4, 1), (3, 2), (1, 1), (2, 2)]
    assert not any(row["tied_with_previous"] for row in ranked["items"] if row["rank"] == 1)


def test_rescoring_by_a_newer_plan_version_must_be_requested(desk: Desk) -> None:
    publish(desk)
    session_id = scored(desk, 1, GOOD, OWNED)
    harder = {**QUESTION, "key_points": [["rehearsed the rollback"], ["told the customers"], ["wrote a report"]]}
    publish(desk, questions=[harder, OTHER_QUESTION])
    scored(desk, 2, VAGUE, OWNED.replace("guide", "book"))
    first = desk.scorecard(session_id)
    assert [row["candidate_id"] for row in leaderboard(desk)["items"]] == [2, 1]
    assert rescore(desk)["changed"] == 0
    dry = rescore(desk, plan_version=2, dry_run=True)
    changed, unchanged = sorted(dry["items"], key=lambda item: item["candidate_id"])
    assert (dry["changed"], dry["unchanged"]) == (1, 1)
    assert (changed["action"], unchanged["action"]) == ("would_change", "unchanged")
    assert changed["before"]["total_score"] == first["total_score"]
    assert changed["after"]["competency_scores"]["technical"] < changed["before"]["competency_scores"]["technical"]
    assert changed["after"]["scored_plan_version"] == 2
    assert any("version 2 of the plan" in why for why in changed["why"])
    assert desk.scorecard(session_id) == first
    done = rescore(desk, plan_version=2)
    assert done["changed"] == 1
    card = desk.scorecard(session_id)
    assert card["scored_plan_version"] == 2
    assert card["total_score"] == changed["after"]["total_score"]
    ranked = leaderboard(desk)
    assert ranked["mixed_versions"] is None
    assert [(row["rank"], row["plan_version"], row["scored_plan_version"]) for row in ranked["items"]] == [
        (1, 1, 2), (2, 2, 2),
    ]
    # It stays scored by that version, until somebody asks for another.
    assert desk.refresh(session_id, force=True).json["updated"] is False
    assert rescore(desk)["changed"] == 0
    assert rescore(desk, plan_version=1)["changed"] == 2
    assert desk.client.post("/api/admin/jobs/1/rescore", {"plan_version": 3}).json["code"] == "PLAN_NOT_FOUND"


def test_a_plan_version_without_the_asked_questions_rescores_nothing(desk: Desk) -> None:
    publish(desk)
    session_id = scored(desk, 1, GOOD, OWNED)
    before = desk.scorecard(session_id)
    publish(desk, questions=[{**QUESTION, "id": "another", "title": "What is a database index?"}])
    (item,) = rescore(desk, plan_version=2)["items"]
    assert item["action"] == "unchanged"
    assert "None of the questions" in item["why"][0]
    assert desk.scorecard(session_id) == before


@pytest.mark.parametrize("change", ["order", "title", "added", "id"])
def test_a_position_that_somebody_changes_at_hireflix_is_still_scored(desk: Desk, change: str) -> None:
    position = desk.fake.account.positions[publish(desk)["position_id"]]
    asked = list(position.questions)
    answers: tuple[str, ...] = (GOOD, OWNED)
    if change == "order":
        asked, answers = asked[::-1], (OWNED, GOOD)
    if change == "title":
        asked = [{**asked[0], "title": "Tell us of a bug."}, asked[1]]
    if change == "added":
        asked, answers = [*asked, {**asked[0], "title": "And what did the team say?"}], (GOOD, OWNED, OWNED)
    position.questions = asked
    card = desk.scorecard(scored(desk, 1, *answers))
    rules = {each["rule_id"]: each["competency"] for each in card["transcription_scoring"]["question_scores"]}
    assert rules.items() >= {"debugging": "technical", "ownership": "ownership"}.items()
    assert set(card["competency_scores"]) == {"technical", "ownership"}
    if change == "added":
        assert rules[None] == "ownership"


def test_sessions_older_than_the_plan_keep_their_criteria_and_are_ranked_separately(desk: Desk) -> None:
    old = desk.scored(7)
    card = desk.scorecard(old)
    assert card["scored_plan_version"] is None
    assert set(card["competency_scores"]) == {"technical", "soft_skills", "culture_fit"}
    assert "competencies" not in leaderboard(desk)
    publish(desk)
    scored(desk, 1, VAGUE, OWNED)
    assert desk.scorecard(old) == card
    assert [(row["candidate_id"], row["rank"]) for row in leaderboard(desk)["items"]] == [(1, 1), (7, 1)]
    assert "1 without a plan" in leaderboard(desk)["mixed_versions"]


def test_a_result_without_a_plan_is_stored_without_plan_fields(desk: Desk) -> None:
    session_id = desk.scored(7)
    (stored,) = desk.results(session_id)
    assert not {"competency_scores", "plan_version"} & set(stored)
    assert not {"competency", "weight", "dealbreaker"} & set(stored["question_scores"][0])
    card = desk.scorecard(session_id)
    question = card["transcription_scoring"]["question_scores"][0]
    assert (question["competency"], question["weight"], question["dealbreaker"]) == (question["dimension"], 1, False)
    assert rescore(desk)["changed"] == 0
    assert desk.refresh(session_id, force=True).json["updated"] is False
    assert desk.read_session(session_id)["competency_scores"] == card["competency_scores"]
