"""The constants that pages are given: they are the service's own, complete, and what the service does."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from fakes.client import Client
from fakes.databases import plain_connection
from fakes.front_door import SESSIONS, START, start
from for_each import for_each
from tener_interview.__main__ import STATIC_FOLDER
from tener_interview.api.page_constants import dashboard_constants, shortlist_constants
from tener_interview.api.shares import ShareJson
from tener_interview.criteria.formula import RECOMMENDATIONS
from tener_interview.domain.candidates.find_candidates import STATES
from tener_interview.domain.candidates.lists.decoding import ENCODINGS
from tener_interview.domain.sessions.status import ALLOWED, Status
from tener_interview.scoring.evidence import KINDS
from tener_interview.scoring.flags import Flag
from tener_interview.store.records import SECTIONS, SORTS
from tener_interview.transcripts.duplicates import NEAR_DUPLICATE

RULES: dict[str, Any] = json.loads(dashboard_constants())


@for_each(("name", "codes"), [
    ("statuses", list(Status)),
    ("other_states", [state for state in STATES if state not in list(Status)]),
    ("groups", SECTIONS),
    ("recommendations", RECOMMENDATIONS),
    ("score_parts", ["content", *KINDS]),
    ("sorts", ["match", "rank", *SORTS]),
    ("encodings", ENCODINGS),
    ("shares", re.findall(r"'(\w+)'", str(ShareJson.__annotations__["status"].__forward_arg__).replace('"', "'"))),
])  # fmt: skip
def test_every_code_has_a_label_and_every_label_a_code(name: str, codes: Any) -> None:
    assert sorted(RULES[name]) == sorted(codes)
    labels = [rule if isinstance(rule, str) else rule["label"] for rule in RULES[name].values()]
    assert all(labels)
    assert len(set(labels)) == len(labels)


def test_every_flag_has_a_label_of_its_own_and_an_explanation() -> None:
    assert RULES["flags"].keys() == {*Flag, NEAR_DUPLICATE}
    labels = [flag["label"] for flag in RULES["flags"].values()]
    assert len(set(labels)) == len(labels)
    for code, flag in RULES["flags"].items():
        assert 0 < len(flag["label"]) <= 25, code
        assert flag["help"].endswith("."), code


def test_statuses_groups_and_recommendations_of_the_constants_are_in_display_order() -> None:
    assert list(RULES["statuses"]) == list(Status)
    assert list(RULES["groups"]) == list(SECTIONS)
    assert list(RULES["recommendations"]) == list(RECOMMENDATIONS)


@pytest.mark.parametrize("page", ["dashboard", "shortlist"])
def test_pages_embed_the_constants_as_json_without_html_tags(page: str, client: Client) -> None:
    start(client)
    path = "/dashboard"
    if page == "shortlist":
        shared = client.post("/api/jobs/1/shares", {"candidate_ids": [42]})
        path = shared.json["url"]
    text = client.get(path).text
    (embedded,) = re.findall(r'<script id="constants" type="application/json">([^<]*)</script>', text)
    expected = {"dashboard": dashboard_constants, "shortlist": shortlist_constants}[page]()
    assert json.loads(embedded) == json.loads(expected)


def test_a_shortlist_page_gets_only_the_constants_it_needs() -> None:
    constants = json.loads(shortlist_constants())
    assert set(constants.pop("limits")) == {"recommendation"}
    assert constants == {name: RULES[name] for name in constants}
    assert not set(constants) & {"sorts", "encodings", "first_own_candidate_id"}


def in_status(client: Client, environ: dict[str, str], status: Status) -> str:
    """A new session that the database has in this status; its id."""
    session_id = str(start(client)["session_id"])
    with plain_connection(environ) as db:
        db.execute("UPDATE interview_sessions SET status = ? WHERE session_id = ?", (status, session_id))
    return session_id


@pytest.mark.parametrize("status", Status)
def test_pages_offer_only_actions_that_the_service_allows_in_a_status(
    status: Status, client: Client, environ: dict[str, str]
) -> None:
    """The service may do more than pages offer: a link that nobody has yet may be extended, too."""
    actions = RULES["statuses"][status]["actions"]
    session_id = in_status(client, environ, status)
    session = f"{SESSIONS}/{session_id}"
    extended = client.post(f"{session}/link", {}).status == 200
    assert extended == ("extend_link" in actions or status is Status.CREATED)
    session_id = in_status(client, environ, status) if client.get(session).json["status"] != status else session_id
    session = f"{SESSIONS}/{session_id}"
    listed = {item["session_id"]: item["action"]
              for item in client.post("/api/admin/jobs/1/sessions/refresh", {}).json["items"]}
    assert (listed[session_id] != "skipped") == ("refresh" in actions)
    with plain_connection(environ) as db:
        db.execute("UPDATE interview_sessions SET status = ? WHERE session_id = ?", (status, session_id))
    assert client.request("PATCH", session, body={"candidate_name": "Jane Roe"}).status == 200
    assert "correct" in actions
    canceled = client.post(f"{session}/cancel", {}).json.get("status") == "canceled" and status is not Status.CANCELED
    assert canceled == ("cancel" in actions)


@pytest.mark.parametrize("status", Status)
def test_pages_offer_a_new_start_only_where_the_service_allows_it(
    status: Status, client: Client, environ: dict[str, str]
) -> None:
    session = start(client)
    with plain_connection(environ) as db:
        db.execute("UPDATE interview_sessions SET status = ?", (status,))
    again = client.post(START, {"job_id": 1, "candidate_id": 42})
    begun = again.status in (200, 201) and not (
        again.json["reused"] and again.json["session_id"] == session["session_id"]
    )
    assert begun == (status in ALLOWED["start"])


@pytest.mark.parametrize(("request_", "field", "good", "bad"), [
    ("share", "title", "x" * RULES["limits"]["share"]["title"]["maxLength"], "x"),
    ("share", "expires_in_hours", RULES["limits"]["share"]["expires_in_hours"]["maximum"], 1),
])
def test_the_limits_in_the_constants_are_those_of_the_api(
    request_: str, field: str, good: Any, bad: Any, client: Client
) -> None:
    start(client)
    assert field in RULES["limits"][request_]
    body = {"candidate_ids": [42]}
    path = "/api/jobs/1/shares"
    assert client.post(path, {**body, field: good}).status == 201
    assert client.post(path, {**body, field: good + bad}).json["code"] == "VALIDATION_FAILED"


def test_the_limits_of_lists_and_comparisons_are_those_of_the_api(client: Client) -> None:
    limits = RULES["limits"]
    most = limits["step"]["candidate_ids"]["maxItems"]
    body = {"job_id": 1, "candidate_ids": list(range(1, most + 2))}
    assert client.post("/api/steps/interview", body).json["code"] == "VALIDATION_FAILED"
    compared = limits["comparison"]["candidate_ids"]
    for count in (compared["minItems"] - 1, compared["maxItems"] + 1):
        ids = ",".join(str(number) for number in range(1, count + 1))
        assert client.get(f"/api/jobs/1/compare?candidate_ids={ids}").json["code"] == "VALIDATION_FAILED"
    name = limits["correction"]["candidate_name"]["maxLength"]
    session = f"{SESSIONS}/{start(client)['session_id']}"
    for length, status in ((name, 200), (name + 1, 400)):
        reply = client.request("PATCH", session, body={"candidate_name": "x" * length})
        assert reply.status == status


def test_no_script_repeats_a_list_of_codes_from_the_constants() -> None:
    codes = {*Status, *RULES["flags"], *RULES["recommendations"], *RULES["groups"]}
    for script in STATIC_FOLDER.rglob("*.js"):
        for listed in re.findall(r"\[((?:\s*\"\w+\"\s*,?)+)\]", script.read_text("utf-8")):
            assert len(codes & set(re.findall(r"\w+", listed))) < 2, (script.name, listed)
