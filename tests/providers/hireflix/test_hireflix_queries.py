"""Every query is allowed by the schema, and the fake refuses what is not."""

from __future__ import annotations

import json
from typing import Any

from graphql import build_schema, parse, validate

from fakes.hireflix import FakeHireflix
from fakes.hireflix_engine import SDL
from for_each import for_each
from tener_interview.outbound import request as outbound
from tener_interview.providers.hireflix import queries

QUERIES = {name: text for name, text in vars(queries).items() if isinstance(text, str) and name.isupper()}


@for_each(
    "text", [*(text for name, text in QUERIES.items() if name[0] != "_"), *map(queries.read_interviews, (1, 2, 25))]
)
def test_every_query_is_valid_for_the_schema(text: str) -> None:
    assert validate(build_schema(SDL.read_text("utf-8")), parse(text)) == []


def test_graphql_messages_without_aliases_are_invalid() -> None:
    """Without the aliases the invite is refused, so the test above would notice."""
    bare = queries.INVITE
    for alias in queries.MESSAGE_ALIASES:
        assert f"{alias}: message" in bare
        bare = bare.replace(f"{alias}: message", "message")
    assert validate(build_schema(SDL.read_text("utf-8")), parse(bare)) != []


def post(fake: FakeHireflix, content: Any, *, path: str = "", **headers: str) -> tuple[int, Any]:
    answer = outbound.send(
        "POST",
        fake.url + path,
        headers={"x-api-key": fake.api_key, "Content-Type": "application/json", **headers},
        body=content if isinstance(content, bytes) else json.dumps(content).encode(),
        timeout_s=5,
    )
    return answer.status, json.loads(answer.body) if answer.headers["content-type"] == "application/json" else None


@for_each(
    "content",
    [
        b"{",
        b"[]",
        {},
        {"query": "{"},
        {"query": "{ nope }"},
        {"query": "query($i: ID!) { interview(id: $i) { id } }", "variables": {"i": "a"}},
        {"query": "query($i: String!) { interview(id: $i) { id } }"},
        {"query": "query($i: String!) { interview(id: $i) { id } }", "variables": {"i": 5}},
    ],
)
def test_the_hireflix_fake_refuses_requests_that_are_invalid_for_the_schema(content: Any) -> None:
    with FakeHireflix() as fake:
        status, answer = post(fake, content)
        assert status == 400
        assert answer["errors"]


def test_the_hireflix_fake_checks_its_api_key_and_url() -> None:
    with FakeHireflix() as fake:
        content = {"query": "{ positions { id } }"}
        assert post(fake, content)[0] == 200
        assert post(fake, content, **{"x-api-key": "wrong"})[0] == 401
        assert post(fake, content, path="/nowhere")[0] == 404
        assert post(fake, content, **{"Content-Type": "text/plain"})[0] == 415
        assert [request["status"] for request in fake.requests] == [200, 401]


def test_the_hireflix_fake_enforces_the_rules_of_an_account() -> None:
    invite = "mutation($input: InviteCandidateToInterviewInput!) { inviteCandidateToInterview(input: $input) {"
    invite += " __typename ... on InterviewType { id candidate { email firstName } } } }"
    with FakeHireflix() as fake:

        def kind(**changes: Any) -> str:
            person = {"email": " Ana@example.test ", "firstName": " Ana ", **changes.pop("candidate", {})}
            wanted = {"positionId": fake.position_id, "candidate": person, **changes}
            result = post(fake, {"query": invite, "variables": {"input": wanted}})[1]
            return str(result["data"]["inviteCandidateToInterview"]["__typename"])

        assert kind(candidate={"firstName": "  "}) == "ValidationError"
        assert kind(candidate={"phone": "555 123"}) == "ValidationError"
        assert kind() == "InterviewType"
        assert (fake.interviews[0].email, fake.interviews[0].first_name) == ("Ana@example.test", "Ana")
        assert kind(candidate={"email": "ANA@EXAMPLE.TEST"}) == "InterviewAlreadyExistsInPositionError"
        other = fake.account.add_position("Other", [{"title": "Why?"}])
        assert kind(positionId=other) == "InterviewType"
        fake.archive_position(other)
        assert kind(positionId=other) == "PositionNotReadyToAcceptInvitesError"


def test_lists_of_the_hireflix_fake_end_with_an_empty_page_and_always_have_a_cursor() -> None:
    query = """query($p: String!, $c: String) { position(id: $p) { interviewList(input: {
        pagination: {limit: 2, lastCursor: $c, direction: FORWARD}, sort: [{field: createdAt, direction: DESC}]
    }) { results { id } lastCursor } } }"""
    with FakeHireflix() as fake:
        made = [fake.invite_elsewhere(f"c{number}@example.test") for number in range(3)]
        seen: list[list[str]] = []
        cursor = None
        for _ in range(3):
            variables = {"p": fake.position_id, "c": cursor}
            page = post(fake, {"query": query, "variables": variables})[1]["data"]["position"]["interviewList"]
            seen.append([row["id"] for row in page["results"]])
            cursor = page["lastCursor"]
            assert cursor
    assert seen == [[made[2], made[1]], [made[0]], []]
