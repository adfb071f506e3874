"""Positions: listing, creating, giving a job one of its own, and making sure that a job can invite."""

from __future__ import annotations

import re
from typing import Any

import pytest

from fakes import hireflix_faults as faults
from fakes.client import Client, Reply
from fakes.desk import Desk
from fakes.front_door import faulty_fields, refused
from fakes.hireflix import FakeHireflix
from for_each import for_each

POSITIONS = "/api/admin/positions"
QUESTION = {"title": "Why?", "description": "Say why.", "timeLimit": {"minutes": 2, "seconds": 30}}


def prepare(desk: Desk, job_id: int = 1) -> Reply:
    return desk.client.post(f"/api/admin/jobs/{job_id}/assessment/prepare", {})


def assign(desk: Desk, position_id: Any, job_id: int = 1) -> Reply:
    return desk.client.request("PUT", f"/api/admin/jobs/{job_id}/position", body={"position_id": position_id})


def unassign(desk: Desk, job_id: int = 1) -> Reply:
    return desk.client.request("DELETE", f"/api/admin/jobs/{job_id}/position")


def test_all_positions_are_listed_archived_ones_marked(desk: Desk, fake: FakeHireflix) -> None:
    other = fake.account.add_position("Data engineer", [{"title": "Why?"}])
    fake.archive_position(other)
    assert desk.client.get(POSITIONS).json == {"items": [
        {"position_id": fake.position_id, "name": "Backend engineer", "archived": False, "default": True},
        {"position_id": other, "name": "Data engineer", "archived": True, "default": False},
    ]}


@pytest.mark.parametrize("more", [{}, {"description": "For good people."}])
def test_a_position_is_created_with_its_questions(desk: Desk, fake: FakeHireflix, more: dict[str, str]) -> None:
    body = {"name": "Data engineer", "questions": [QUESTION, {"title": "How?"}], **more}
    reply = desk.client.post(POSITIONS, body)
    assert reply.status == 201
    position_id = reply.json["position_id"]
    assert reply.json == {"position_id": position_id, "name": "Data engineer", "archived": False, "default": False}
    first, second = fake.account.positions[position_id].questions
    assert (first["title"], first["description"], first["timeLimit"]) == (*QUESTION.values(),)
    assert second["title"] == "How?"
    assert assign(desk, position_id).status == 200


@for_each(
    ("changes", "field"),
    [
        ({"name": ""}, "name"), ({"name": None}, "name"), ({"name": "x" * 51}, "name"),
        ({"questions": []}, "questions"), ({"questions": [{}]}, "questions"), ({"questions": "Why?"}, "questions"),
        ({"questions": [QUESTION] * 51}, "questions"),
        ({"questions": [{"title": "Why?", "timeLimit": {"minutes": 61, "seconds": 0}}]}, "questions"),
        ({"questions": [{"title": "Why?", "timeLimit": {"minutes": 1, "seconds": 60}}]}, "questions"),
        ({"questions": [{"title": "Why?", "timeLimit": 90}]}, "questions"),
    ],
)
def test_an_invalid_position_is_refused_without_asking_hireflix(
    desk: Desk, fake: FakeHireflix, changes: dict[str, Any], field: str
) -> None:
    assert faulty_fields(desk.client.post(POSITIONS, {"name": "x", "questions": [QUESTION], **changes})) == {field}
    assert fake.requests == []


def test_a_job_without_a_position_of_its_own_uses_the_default_position(desk: Desk, fake: FakeHireflix) -> None:
    default = {"job_id": 1, "position_id": fake.position_id, "position_name": "Backend engineer"}
    own = fake.account.add_position("Data engineer", [{"title": "Why?"}])
    ready = prepare(desk).json
    assert ready.pop("generation_hash") == prepare(desk).json["generation_hash"]
    assert ready == {
        **default, "status": "ready", "provider": "hireflix", "assessment_id": fake.position_id,
        "assessment_name": "Backend engineer", "created_now": False,
    }
    assert assign(desk, own).json == {"job_id": 1, "position_id": own, "position_name": "Data engineer"}
    assert prepare(desk).json["position_id"] == own
    assert prepare(desk, 2).json["position_id"] == fake.position_id
    assert unassign(desk).json == default
    assert unassign(desk).json == default
    assert prepare(desk).json["position_id"] == fake.position_id


def test_sessions_keep_the_position_they_were_started_with(desk: Desk, fake: FakeHireflix) -> None:
    session_id = desk.started(1)
    own = fake.account.add_position("Data engineer", [{"title": "Why?"}])
    assign(desk, own)
    assert desk.read_session(session_id)["position_id"] == fake.position_id
    assert desk.refresh(session_id).json["status"] == "invited"
    assert desk.read_session(desk.started(2))["position_id"] == own


@for_each("position_id", ["65a0ffffffffffffffffffff", "archived", "", 7, None, "x" * 201])
def test_an_unusable_position_cannot_be_assigned_to_a_job(
    desk: Desk, fake: FakeHireflix, position_id: Any
) -> None:
    if position_id == "archived":
        position_id = fake.account.add_position("Old", [{"title": "Why?"}])
        fake.archive_position(position_id)
    assert faulty_fields(assign(desk, position_id)) == {"position_id"}
    assert prepare(desk).json["position_id"] == fake.position_id


def test_a_job_is_not_ready_once_its_position_is_archived(desk: Desk, fake: FakeHireflix) -> None:
    fake.archive_position()
    details = refused(prepare(desk), "INTERVIEW_PROVIDER_REJECTED")
    assert details["provider_error"] == {"type": "PositionNotUsable", "position_id": fake.position_id}


def test_the_generation_hash_changes_with_the_questions(desk: Desk, fake: FakeHireflix) -> None:
    def warnings_for(*questions: dict[str, Any], name: str = "Data engineer") -> str:
        assign(desk, fake.account.add_position(name, questions))
        answer = prepare(desk).json
        assert answer["assessment_name"] == answer["position_name"] == name
        return str(answer["generation_hash"])

    why, how = {"title": "Why?"}, {"title": "How?", "description": "In détail."}
    first = warnings_for(why, how)
    assert re.fullmatch("[0-9a-f]{64}", first)
    assert warnings_for({"title": " Why? ", "description": ""}, how, name="Another name") == first
    others = [(how, why), (why,), (why, {**how, "description": "In short."}), (why, how, how), ({"title": "为什么"},)]
    assert len({first, *(warnings_for(*other) for other in others)}) == len(others) + 1


def test_in_the_demo_the_generation_hash_changes_with_the_questions(client: Client) -> None:
    address = "/api/admin/jobs/1/assessment/prepare"
    first = client.post(address, {}).json
    assert (first["provider"], first["created_now"]) == ("demo", False)
    made = client.post(POSITIONS, {"name": "Own", "questions": [QUESTION]}).json
    client.request("PUT", "/api/admin/jobs/1/position", body={"position_id": made["position_id"]})
    assert client.post(address, {}).json["generation_hash"] != first["generation_hash"]


@pytest.mark.parametrize("work", [prepare, lambda desk: assign(desk, desk.fake.position_id), unassign,
                                  lambda desk: desk.client.get(POSITIONS)])
def test_during_an_outage_of_hireflix_position_requests_fail_and_change_nothing(
    desk: Desk, fake: FakeHireflix, work: Any
) -> None:
    fake.fail_always(faults.status(503))
    refused(work(desk), "INTERVIEW_PROVIDER_UNAVAILABLE")
    fake.heal()
    desk.clock.advance(seconds=60)
    assert prepare(desk).json["position_id"] == fake.position_id


def test_creating_a_position_is_not_retried_if_the_response_is_lost(desk: Desk, fake: FakeHireflix) -> None:
    fake.fail_next(faults.carried_out_without_response(), on="createPosition")
    refused(desk.client.post(POSITIONS, {"name": "x", "questions": [QUESTION]}), "INTERVIEW_PROVIDER_UNAVAILABLE")
    assert len(fake.account.positions) == 2
