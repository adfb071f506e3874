"""Preparing a job drafts its plan, and publishes it where the settings say so; no default position is needed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from fakes import hireflix_faults as faults
from fakes.client import Reply
from fakes.desk import Desk, MakeDesk
from fakes.front_door import refused
from fakes.plans import plan_body
from recording.source_files import write_file

PLAN = "/api/jobs/1/plan"


@pytest.fixture
def jobs(environ: dict[str, str]) -> None:
    """A source with jobs."""
    write_file(Path(environ["TENER_INTERVIEW_SOURCE_DB_PATH"]))


def prepare(desk: Desk, job_id: int = 1) -> Reply:
    return desk.client.post(f"/api/admin/jobs/{job_id}/assessment/prepare", {})


def made(desk: Desk) -> list[str]:
    return [position_id for position_id in desk.fake.account.positions if position_id != desk.fake.position_id]


def plan_of(desk: Desk, job_id: int = 1) -> Any:
    return desk.client.get(f"/api/jobs/{job_id}/plan").json


@pytest.mark.usefixtures("jobs")
def test_prepare_drafts_and_does_not_publish(make_desk: MakeDesk) -> None:
    desk = make_desk()
    ready = prepare(desk).json
    assert (ready["position_id"], ready["created_now"]) == (desk.fake.position_id, False)
    plan = plan_of(desk)
    assert (plan["state"], plan["problems"]) == ("draft", [])
    assert prepare(desk).json == ready
    assert plan_of(desk) == plan
    assert made(desk) == []


@pytest.mark.usefixtures("jobs")
def test_prepare_publishes_the_plan_if_set(make_desk: MakeDesk) -> None:
    desk = make_desk(TENER_INTERVIEW_AUTO_PLAN="true")
    ready = prepare(desk).json
    plan = plan_of(desk)
    assert plan["state"] == "published"
    assert made(desk) == [ready["position_id"]]
    assert (ready["assessment_id"], ready["created_now"]) == (ready["position_id"], True)
    assert ready["generation_hash"] == plan["published"]["plan_hash"]
    assert prepare(desk).json == {**ready, "created_now": False}
    # What a person edits is not published by itself.
    desk.client.request("PUT", PLAN, body=plan_body(), headers={"If-Match": '"r1"'})
    assert prepare(desk).json["generation_hash"] == ready["generation_hash"]
    desk.client.post(f"{PLAN}/publish")
    assert prepare(desk).json["generation_hash"] != ready["generation_hash"]


@pytest.mark.usefixtures("jobs")
def test_a_job_with_a_position_of_its_own_keeps_it(make_desk: MakeDesk) -> None:
    desk = make_desk(TENER_INTERVIEW_AUTO_PLAN="true")
    own = desk.fake.account.add_position("By hand", [{"title": "Why?"}])
    desk.client.request("PUT", "/api/admin/jobs/1/position", body={"position_id": own})
    assert prepare(desk).json["position_id"] == own
    assert plan_of(desk)["state"] == "draft"
    assert made(desk) == [own]


def test_a_job_without_a_possible_draft_uses_the_default_position(make_desk: MakeDesk) -> None:
    desk = make_desk(TENER_INTERVIEW_AUTO_PLAN="true")
    assert prepare(desk).json["position_id"] == desk.fake.position_id
    assert plan_of(desk)["state"] == "none"


@pytest.mark.usefixtures("jobs")
def test_without_a_plan_and_a_default_position_the_error_says_what_to_do(make_desk: MakeDesk) -> None:
    desk = make_desk(TENER_HIREFLIX_POSITION_ID="")
    assert desk.client.get("/api").json["provider"]["default_position_id"] is None
    reply = desk.try_start(1)
    assert refused(reply, "PLAN_REQUIRED") == {"job_id": 1}
    assert "/api/jobs/1/plan/draft" in reply.json["error"]
    assert desk.recorded() == []
    assert desk.fake.invites == 0
    step = desk.step(1, 2)
    assert {item["error"]["code"] for item in step["items"]} == {"PLAN_REQUIRED"}
    refused(desk.client.request("DELETE", "/api/admin/jobs/1/position"), "PLAN_REQUIRED")
    # A draft alone is not enough; preparing says so, too.
    refused(prepare(desk), "PLAN_REQUIRED")
    assert plan_of(desk)["state"] == "draft"
    assert plan_of(desk)["position_in_use"] is None
    desk.client.post(f"{PLAN}/publish")
    assert desk.read_session(desk.started(1))["plan_version"] == 1


@pytest.mark.usefixtures("jobs")
def test_the_first_start_of_a_job_publishes_a_plan_if_set(make_desk: MakeDesk) -> None:
    desk = make_desk(TENER_HIREFLIX_POSITION_ID="", TENER_INTERVIEW_AUTO_PLAN="true")
    session_id = desk.started(1)
    (position_id,) = made(desk)
    session = desk.read_session(session_id)
    assert (session["position_id"], session["plan_version"]) == (position_id, 1)
    assert desk.fake.interviews[0].position_id == position_id
    assert {item["action"] for item in desk.step(2, 3)["items"]} == {"started"}
    assert len(made(desk)) == 1


@pytest.mark.usefixtures("jobs")
def test_concurrent_first_starts_make_one_plan(make_desk: MakeDesk) -> None:
    desk = make_desk(TENER_HIREFLIX_POSITION_ID="", TENER_INTERVIEW_AUTO_PLAN="true")
    desk.fake.latency_s = 0.05
    with ThreadPoolExecutor(5) as pool:
        sessions = list(pool.map(desk.started, range(1, 6)))
    assert len(made(desk)) == 1
    assert {desk.read_session(session_id)["plan_version"] for session_id in sessions} == {1}


@pytest.mark.usefixtures("jobs")
def test_a_first_start_that_fails_can_be_repeated(make_desk: MakeDesk) -> None:
    desk = make_desk(TENER_HIREFLIX_POSITION_ID="", TENER_INTERVIEW_AUTO_PLAN="true")
    desk.fake.fail_next(faults.carried_out_without_response(), on="createPosition")
    assert desk.try_start(1).status in (502, 504)
    assert desk.recorded() == []
    assert desk.read_session(desk.started(1))["plan_version"] == 1
    assert len(made(desk)) == 1
    refused(desk.try_start(1, job_id=999), "JOB_NOT_FOUND")
