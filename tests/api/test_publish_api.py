"""Publishing a plan through the API: its position, its versions, and who is invited with which."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from fakes.client import Client
from fakes.front_door import START
from fakes.plans import OTHER_QUESTION, QUESTION, plan_body

PLAN = "/api/jobs/1/plan"
ONE = {"job_id": 1, "candidate_id": 42, "candidate_name": "Jane Doe", "candidate_email": "jane@example.com"}


def save(client: Client, **changes: Any) -> str:
    etag = client.get(PLAN).headers["etag"]
    saved = client.request("PUT", PLAN, body=plan_body(**changes), headers={"If-Match": etag})
    assert saved.status == 200
    return saved.headers["etag"]


def positions(client: Client) -> dict[str, str]:
    return {each["position_id"]: each["name"] for each in client.get("/api/admin/positions").json["items"]}


def invited(client: Client, candidate_id: int) -> tuple[str, int | None]:
    """The position of a candidate who is started, and the version of the plan."""
    body = {**ONE, "candidate_id": candidate_id, "candidate_email": f"{candidate_id}@example.com"}
    session_id = client.post(START, body).json["session_id"]
    session = client.get(f"/api/interviews/sessions/{session_id}").json
    (listed,) = client.get(f"/api/interviews/sessions?candidate_id={candidate_id}").json["items"]
    assert listed["plan_version"] == session["plan_version"]
    return session["position_id"], session["plan_version"]


def test_candidates_are_asked_the_questions_of_the_published_plan(client: Client) -> None:
    before = positions(client)
    save(client)
    published = client.post(f"{PLAN}/publish")
    assert published.status == 200
    assert published.json["version"] == 1
    assert (published.json["unchanged"], published.json["created_position"]) == (False, True)
    (created,) = positions(client).keys() - before.keys()
    assert (created, positions(client)[created]) == (published.json["position_id"], plan_body()["name"])
    plan = client.get(PLAN).json
    assert (plan["state"], plan["position_in_use"], plan["published"]["version"]) == ("published", created, 1)
    again = client.post(f"{PLAN}/publish").json
    assert again == {**published.json, "unchanged": True, "created_position": False}
    assert positions(client).keys() - before.keys() == {created}


def test_later_candidates_get_the_new_version_and_earlier_ones_keep_theirs(client: Client) -> None:
    save(client)
    first = client.post(f"{PLAN}/publish").json
    assert invited(client, 42) == (first["position_id"], 1)
    save(client, questions=[OTHER_QUESTION])
    assert client.get(PLAN).json["state"] == "changed"
    assert invited(client, 43) == (first["position_id"], 1)
    second = client.post(f"{PLAN}/publish").json
    assert (second["version"], second["created_position"]) == (2, True)
    assert second["position_id"] != first["position_id"]
    assert invited(client, 44) == (second["position_id"], 2)
    assert invited(client, 42) == (first["position_id"], 1)
    newest, oldest = client.get(f"{PLAN}/versions").json["items"]
    assert (newest["version"], newest["sessions"], newest["plan"]["questions"]) == (2, 1, [OTHER_QUESTION])
    assert (oldest["version"], oldest["sessions"], oldest["plan"]) == (1, 2, plan_body())


@pytest.mark.parametrize(
    "changes",
    [
        {"questions": [{**QUESTION, "key_points": [["other"]]}, OTHER_QUESTION]},
        {"bands": {"strong_yes": 90, "yes": 60, "mixed": 30}},
        {"questions": [{**QUESTION, "dealbreaker": True, "weight": 5}, OTHER_QUESTION]},
    ],
)
def test_a_version_with_the_same_questions_keeps_the_position(client: Client, changes: dict[str, Any]) -> None:
    save(client)
    first = client.post(f"{PLAN}/publish").json
    save(client, **changes)
    second = client.post(f"{PLAN}/publish").json
    assert (second["version"], second["unchanged"], second["created_position"]) == (2, False, False)
    assert second["position_id"] == first["position_id"]


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Another name"},
        {"questions": [OTHER_QUESTION, QUESTION]},
        {"questions": [{**QUESTION, "time_limit_s": 60}, OTHER_QUESTION]},
        {"questions": [{**QUESTION, "description": "Otherwise."}, OTHER_QUESTION]},
    ],
)
def test_a_version_with_other_questions_gets_a_new_position_and_reverting_reuses_the_first(
    client: Client, changes: dict[str, Any]
) -> None:
    before = len(positions(client))
    save(client)
    first = client.post(f"{PLAN}/publish").json
    save(client, **changes)
    second = client.post(f"{PLAN}/publish").json
    assert second["position_id"] != first["position_id"]
    save(client)
    third = client.post(f"{PLAN}/publish").json
    assert (third["version"], third["position_id"]) == (3, first["position_id"])
    assert len(positions(client)) == before + 2


def test_two_jobs_with_the_same_plan_have_a_position_each(client: Client) -> None:
    save(client)
    client.request("PUT", "/api/jobs/2/plan", body=plan_body())
    first, second = client.post(f"{PLAN}/publish").json, client.post("/api/jobs/2/plan/publish").json
    assert first["position_id"] != second["position_id"]
    assert first["plan_hash"] == second["plan_hash"]


def test_concurrent_publications_of_a_plan_make_one_version(client: Client) -> None:
    before = len(positions(client))
    save(client)
    with ThreadPoolExecutor(6) as pool:
        published = list(pool.map(lambda _: client.post(f"{PLAN}/publish").json, range(6)))
    assert {each["version"] for each in published} == {1}
    assert sorted(each["unchanged"] for each in published) == [False, *[True] * 5]
    assert len(positions(client)) == before + 1


def test_missing_incomplete_and_changed_drafts_are_not_published(client: Client) -> None:
    nothing = client.post(f"{PLAN}/publish")
    assert (nothing.status, nothing.json["code"]) == (404, "PLAN_NOT_FOUND")
    etag = save(client, questions=[{**QUESTION, "title": ""}], name="")
    incomplete = client.post(f"{PLAN}/publish", If_Match=etag)
    assert (incomplete.status, incomplete.json["code"]) == (400, "VALIDATION_FAILED")
    assert set(incomplete.json["details"]["fields"]) == {"name", "questions[0].title"}
    save(client)
    stale = client.post(f"{PLAN}/publish", If_Match=etag)
    assert (stale.status, stale.json["code"]) == (412, "PLAN_CHANGED")
    assert client.get(f"{PLAN}/versions").json == {"items": []}
    assert client.get(PLAN).json["published"] is None


def test_a_position_changed_outside_the_plan_is_shown_and_publishing_restores_it(client: Client) -> None:
    default = next(iter(positions(client)))
    save(client)
    published = client.post(f"{PLAN}/publish").json
    assert client.request("DELETE", "/api/admin/jobs/1/position").status == 200
    assert client.get(PLAN).json["position_in_use"] == default
    assert invited(client, 42) == (default, None)
    assert client.post(f"{PLAN}/publish").json["unchanged"]
    assert client.get(PLAN).json["position_in_use"] == published["position_id"]
    assert client.get(f"{PLAN}/versions").json["items"][0]["sessions"] == 0
