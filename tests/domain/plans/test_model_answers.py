"""A recruiter makes a candidate's answer a model answer; an erasure takes it out of everything."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fakes.client import Reply
from fakes.desk import Desk
from fakes.front_door import SESSIONS, refused
from fakes.plans import OTHER_QUESTION, QUESTION, plan_body
from tener_interview.domain.privacy.erase import erase_old

PLAN = "/api/jobs/1/plan"
NAME = "Ada Lovelace"
GOOD = (
    "I am Ada Lovelace. Last spring our checkout failed for one in fifty customers. I read the logs and the traces for"
    " two days, found the root cause in a connection pool that was exhausted, raised its limit, and added an alert."
    " Failures fell from 2 percent to zero within a day."
)
LIKE_IT = (
    "In May our search failed. With the logs and traces of two days I found a pool of connections that was exhausted,"
    " so I raised the limit and added an alert on it; failures fell to zero."
)
OTHER = "In 2021 I wrote a guide of twelve pages for our new colleagues, and questions fell by half."


@pytest.fixture
def planned(desk: Desk) -> Desk:
    """A desk whose job has a published plan."""
    assert desk.client.request("PUT", PLAN, body=plan_body()).status == 200
    assert desk.client.post(f"{PLAN}/publish").status == 200
    return desk


def scored(desk: Desk, candidate_id: int, *answers: str | None, name: str = "Somebody Else") -> str:
    session_id = desk.started(candidate_id, candidate_name=name)
    desk.finish(session_id, answers, answered=[answer is not None for answer in answers])
    desk.refresh(session_id)
    return session_id


def question_of(desk: Desk, session_id: str, number: int = 0) -> Any:
    return desk.scorecard(session_id)["transcription_scoring"]["question_scores"][number]


def path(desk: Desk, session_id: str, number: int = 0) -> str:
    return f"{SESSIONS}/{session_id}/answers/{question_of(desk, session_id, number)['question_id']}/model"


def make(desk: Desk, session_id: str, *, preview: bool = False) -> Reply:
    return desk.client.post(path(desk, session_id), {"preview": preview})


def remove(desk: Desk, session_id: str) -> Any:
    return desk.client.request("DELETE", path(desk, session_id)).json


def references(desk: Desk, job_id: int = 1) -> list[str]:
    found: list[str] = desk.client.get(f"/api/jobs/{job_id}/plan").json["draft"]["questions"][0]["reference_answers"]
    return found


def everything(desk: Desk) -> str:
    """All that the API still knows of plans and people."""
    paths = (PLAN, f"{PLAN}/versions", "/api/jobs/2/plan", f"{SESSIONS}?limit=500", "/api/candidates/1/export")
    return "\n".join(desk.client.get(each).text for each in paths)


def test_an_answer_is_previewed_with_masked_names_before_it_becomes_a_model_answer(planned: Desk) -> None:
    desk = planned
    first = scored(desk, 1, GOOD, OTHER, name=NAME)
    second = scored(desk, 2, LIKE_IT, OTHER)
    shown = make(desk, first, preview=True).json
    assert (shown["masked"], shown["model_answers"], shown["saved"]) == (True, 1, False)
    assert "Lovelace" not in shown["text"]
    assert "connection pool" in shown["text"]
    assert shown["after"] >= shown["before"]
    (change,) = shown["changes"]
    assert (change["candidate_id"], change["session_id"]) == (2, second)
    assert change["before"] != change["after"]
    assert references(desk) == []
    assert question_of(desk, first)["model_answer"] is False
    made = make(desk, first).json
    assert made == {**shown, "saved": True}
    assert references(desk) == [shown["text"]]
    assert question_of(desk, first)["model_answer"] is True
    assert desk.client.get(PLAN).json["state"] == "changed"
    # Twice is once; nothing is scored by it before it is published and somebody asks.
    assert make(desk, first).json["model_answers"] == 1
    assert references(desk) == [shown["text"]]
    assert question_of(desk, second)["score"] == change["before"]
    assert desk.client.post(f"{PLAN}/publish").json["version"] == 2
    desk.client.post("/api/admin/jobs/1/rescore", {"plan_version": 2})
    assert question_of(desk, second)["score"] == change["after"]


def test_a_model_answer_can_be_removed(planned: Desk) -> None:
    desk = planned
    first = scored(desk, 1, GOOD, OTHER, name=NAME)
    assert remove(desk, first) == {"removed": False}
    make(desk, first)
    assert remove(desk, first) == {"removed": True}
    assert references(desk) == []
    assert desk.client.get(PLAN).json["state"] == "published"
    assert question_of(desk, first)["model_answer"] is False
    assert make(desk, first).json["saved"]


def test_erasing_a_candidate_removes_the_model_answer_from_drafts_versions_and_copies(planned: Desk) -> None:
    desk = planned
    first = scored(desk, 1, GOOD, OTHER, name=NAME)
    second = scored(desk, 2, LIKE_IT, OTHER)
    text = make(desk, first).json["text"]
    desk.client.post(f"{PLAN}/publish")
    # Copied to another job, shortened, and edited on in the first.
    plan = desk.client.get(PLAN).json
    shortened = text[: len(text) * 2 // 3]
    copy = {**plan["draft"], "questions": [{**QUESTION, "reference_answers": [shortened]}, OTHER_QUESTION]}
    desk.client.request("PUT", "/api/jobs/2/plan", body=copy)
    own = "What a recruiter wrote by herself about how a fault in production ought to be found."
    edited = {**plan["draft"], "questions": [{**QUESTION, "reference_answers": [text, own]}, OTHER_QUESTION]}
    etag = desk.client.request("PUT", PLAN, body=edited, headers={"If-Match": "*"}).headers["etag"]
    assert "connection pool" in everything(desk)
    exported = desk.client.get("/api/candidates/1/export").json["sessions"][0]
    assert [row["text"] for row in exported["model_answers"]] == [text]
    score = question_of(desk, second)["score"]
    assert desk.client.request("DELETE", "/api/candidates/1").status == 200
    assert "connection pool" not in everything(desk)
    assert references(desk) == [own]
    assert references(desk, 2) == []
    assert desk.client.get(f"{PLAN}/versions").json["items"][0]["version"] == 2
    # Who was editing is told, and does not put it back; what others were given stays.
    stale = desk.client.request("PUT", PLAN, body=edited, headers={"If-Match": etag})
    refused(stale, "PLAN_CHANGED")
    assert question_of(desk, second)["score"] == score
    row = desk.row(first)
    assert (row.competency_scores, row.scored_plan_version) == ({}, None)
    refused(desk.client.post(f"{SESSIONS}/{first}/answers/q/model", {}), "PLAN_NOT_FOUND")


def test_retention_removes_the_model_answer_of_an_old_session(planned: Desk) -> None:
    desk = planned
    first = scored(desk, 1, GOOD, OTHER, name=NAME)
    make(desk, first)
    desk.clock.advance(hours=24 * 400)
    now_ms = desk.clock.now_ms()
    with desk.service.store.write() as tx:
        assert erase_old(desk.service, tx, now_ms - 1, now_ms, limit=10) == 1
    assert references(desk) == []


@pytest.mark.parametrize("body", [{"preview": "yes"}, {"preview": 1}, {"preview": []}])
def test_an_invalid_model_answer_request_is_refused(planned: Desk, body: Any) -> None:
    first = scored(planned, 1, GOOD, OTHER)
    refused(planned.client.post(path(planned, first), body), "VALIDATION_FAILED")


def test_unsuitable_model_answers_are_refused(planned: Desk) -> None:
    desk = planned
    first = scored(desk, 1, GOOD, None)
    refused(desk.client.post(f"{SESSIONS}/{first}/answers/none/model", {}), "PLAN_NOT_FOUND")
    refused(desk.client.post(f"{SESSIONS}/iv_0/answers/none/model", {}), "INTERVIEW_SESSION_NOT_FOUND")
    refused(desk.client.post(path(desk, first, 1), {}), "INTERVIEW_NOTHING_TO_SCORE")
    # A question that the draft no longer has.
    address = path(desk, first)
    desk.client.request("PUT", PLAN, body=plan_body(questions=[OTHER_QUESTION]), headers={"If-Match": "*"})
    refused(desk.client.post(address, {}), "PLAN_NOT_FOUND")
    # A question that is full.
    full = [f"Answer number {number} of a recruiter." for number in range(10)]
    body = plan_body(questions=[{**QUESTION, "reference_answers": full}, OTHER_QUESTION])
    desk.client.request("PUT", PLAN, body=body, headers={"If-Match": "*"})
    assert refused(desk.client.post(address, {}), "VALIDATION_FAILED")["fields"].keys() == {"question_id"}
    assert json.dumps(full[3]) in desk.client.get(PLAN).text


def test_an_answer_that_was_not_scored_by_a_plan_is_refused(desk: Desk) -> None:
    old = desk.scored(7)
    refused(make(desk, old), "PLAN_NOT_FOUND")
    desk.client.request("PUT", PLAN, body=plan_body())
    refused(make(desk, old, preview=True), "PLAN_NOT_FOUND")
