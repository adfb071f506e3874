"""The headline and the breakdown of a scorecard, in every state of an interview and whoever gave its total."""

from __future__ import annotations

from typing import Any

from fakes.desk import ANSWERS, Desk
from fakes.front_door import SESSIONS, faulty_fields
from fakes.reviews import rate


def read(desk: Desk, session_id: str, query: str = "") -> Any:
    return desk.client.get(f"{SESSIONS}/{session_id}/scorecard{query}").json


def put_override(desk: Desk, session_id: str, score: float, question_id: str = "") -> None:
    place = f"questions/{question_id}/override" if question_id else "override"
    body = {"score": score, "reason": "Heard wrong."}
    assert desk.client.request("PUT", f"{SESSIONS}/{session_id}/{place}", body=body).status == 200


def assert_adds_up(answer: Any, total: float | None) -> None:
    """Whoever reads the breakdown comes to this total, from the scores that are shown."""
    breakdown, questions = answer["breakdown"], answer["scorecard"]["transcription_scoring"]["question_scores"]
    assert breakdown["total"] == total
    assert round(sum(part["points"] for part in breakdown["competencies"]), 1) == total
    for part in breakdown["competencies"]:
        assert round(sum(item["points"] for item in part["answers"]), 1) == (part["score"] or 0.0)
        for item in part["answers"]:
            question = questions[item["place"]]
            assert item["score"] == (question["override"] or question)["score"]


def test_a_scorecard_without_a_total_gives_the_reason(desk: Desk) -> None:
    invited = desk.started(42)
    assert read(desk, invited)["headline"] == "Not answered yet: the link has not been opened."
    desk.open(invited)
    assert read(desk, invited)["headline"] == "Not finished yet: the candidate has opened the link."
    canceled = desk.started(43)
    desk.cancel(canceled)
    assert read(desk, canceled)["headline"] == "Ended without a score: the interview was canceled."
    waiting = desk.started(44)
    desk.finish(waiting, [ANSWERS[0], None, None, None])
    desk.refresh(waiting)
    assert read(desk, waiting)["headline"] == "No score yet: some answers wait for their transcripts."
    expired = desk.started(45)
    desk.clock.advance(hours=1000)
    headline = "Ended without a score: the link expired before the candidate began."
    assert read(desk, expired)["headline"] == headline
    assert read(desk, expired, "?language=de")["headline"].startswith("Ohne Ergebnis beendet: der Link lief ab")
    left_to_people = desk.started(46)
    desk.finish(left_to_people, [None] * len(ANSWERS))
    desk.clock.advance(hours=100)
    desk.refresh(left_to_people)
    assert read(desk, left_to_people)["headline"] == "No score: a person has to look at the answers."
    assert faulty_fields(desk.client.get(f"{SESSIONS}/{expired}/scorecard?language=xx")) == {"language"}


def test_the_breakdown_adds_up_to_the_total_after_overrides_and_reviews(desk: Desk) -> None:
    session_id = desk.scored(42)
    machine = read(desk, session_id)
    total = machine["machine_total"]
    assert_adds_up(machine, total)
    own_range = (machine["machine_total_low"], machine["machine_total_high"])
    assert own_range == (machine["scorecard"]["total_score_low"], machine["scorecard"]["total_score_high"])
    assert own_range[0] < total < own_range[1]
    questions = machine["scorecard"]["transcription_scoring"]["question_scores"]
    assert all(question["topic"] and question["strength"] for question in questions)
    assert "system design" in {question["topic"] for question in questions}

    put_override(desk, session_id, 95.0, questions[0]["question_id"])
    changed = read(desk, session_id)
    assert changed["headline"].endswith(
        f"A person changed the score of one answer: the total is {changed['scorecard']['total_score']:.1f};"
        f" the machine gave {total:.1f}."
    )
    assert changed["headline"].startswith(f"Strong on {questions[0]['topic']}; ")
    assert changed["scorecard"]["transcription_scoring"]["question_scores"][0]["strength"] == "strong"
    assert_adds_up(changed, changed["scorecard"]["total_score"])
    assert changed["scorecard"]["total_score"] != total
    assert (changed["machine_total_low"], changed["machine_total_high"]) == own_range
    assert changed["scorecard"]["total_score_low"] is None

    put_override(desk, session_id, 41.5)
    whole = read(desk, session_id)
    assert whole["headline"] == f"A person set the total to 41.5; the machine gave {total:.1f}."
    assert whole["breakdown"]["next_recommendation"] == {
        "recommendation": "mixed", "minimum": 50.0, "points_missing": 8.5,
    }
    assert whole["breakdown"]["total"] == total, "an override of the whole is no part of the sum"

    desk.client.request("PATCH", "/api/jobs/1/settings", body={"ranked_by": "human"})
    rate(desk.client, session_id, 3)
    assert read(desk, session_id)["headline"] == f"One review gives 60.0; the machine gave {total:.1f}."
    earlier = read(desk, session_id, "?result_version=1")
    assert "A person" not in earlier["headline"]
    assert_adds_up({**earlier, "scorecard": machine["scorecard"]}, total)


def test_the_weight_of_an_unscored_answer_goes_to_the_others(desk: Desk) -> None:
    session_id = desk.started(42)
    desk.finish(session_id, [*ANSWERS[:-1], "I have no answer to that, sorry."])
    desk.refresh(session_id)
    answer = read(desk, session_id)
    assert answer["headline"].endswith(f"1 of {len(ANSWERS)} questions has no score.")
    assert_adds_up(answer, answer["machine_total"])
    unscored = [part for part in answer["breakdown"]["competencies"] if part["score"] is None]
    assert all(part["share"] == part["points"] == 0 for part in unscored)
