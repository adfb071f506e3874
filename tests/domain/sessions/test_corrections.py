"""Correcting a candidate's details: by starting again and by PATCH; what Hireflix cannot change is said."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fakes import hireflix_faults as faults
from fakes.client import Reply
from fakes.databases import everything
from fakes.desk import Desk, MakeDesk
from fakes.front_door import SESSIONS, refused
from fakes.hireflix import FakeHireflix
from for_each import for_each

INVITE = "inviteCandidateToInterview"


def patch(desk: Desk, session_id: str, **body: Any) -> Reply:
    return desk.client.request("PATCH", f"{SESSIONS}/{session_id}", body=body)


def applied(corrections: list[Any]) -> set[tuple[str, str, bool]]:
    """What became of which field where; whatever was not done says why."""
    assert all(bool(correction["why"]) is not correction["applied"] for correction in corrections)
    return {(correction["field"], correction["where"], correction["applied"]) for correction in corrections}


HERE, THERE = "service", "provider"
#: What is corrected of somebody who was invited, and what becomes of it.
DETAILS = [
    ({"candidate_name": "Jana Dvořák"}, {("candidate_name", HERE, True), ("candidate_name", THERE, False)}),
    ({"candidate_email": "jana@example.com"}, {("candidate_email", HERE, True), ("candidate_email", THERE, False)}),
    ({"language": "pt-BR"}, {("language", HERE, True)}),
    (
        {"candidate_name": "李 小龍", "language": "ru"},
        {("candidate_name", HERE, True), ("candidate_name", THERE, False), ("language", HERE, True)},
    ),
    ({"candidate_name": "Jane Doe", "candidate_email": "jane@example.com", "language": "en"}, set()),
    ({"candidate_name": "  Jane   Doe "}, set()),
]
JANE: dict[str, Any] = {"candidate_name": "Jane Doe", "candidate_email": "jane@example.com", "language": "en"}


@pytest.mark.parametrize(("wanted", "expected"), DETAILS)
@pytest.mark.parametrize("opened", [False, True])
def test_starting_again_with_other_details_corrects_the_session_and_lists_the_corrections(
    wanted: dict[str, Any], expected: set[tuple[str, str, bool]], opened: bool, desk: Desk, fake: FakeHireflix
) -> None:
    first = desk.start(**JANE)
    session_id = first["session_id"]
    if opened:
        desk.open(session_id)
    asked, events = len(fake.requests), desk.events(session_id)
    again = desk.start(**wanted)
    assert applied(again["corrections"]) == expected
    assert (again["session_id"], again["reused"], again["entry_url"]) == (session_id, True, first["entry_url"])
    assert (len(fake.requests), fake.invites) == (asked, 1)
    for name, value in {**JANE, **wanted}.items():
        assert getattr(desk.row(session_id), name) == " ".join(value.split())
    added = desk.events(session_id)[len(events):]
    assert [item["event"] for item in added] == ["details_corrected"] * bool(expected)
    assert "@" not in json.dumps(added)
    assert desk.start(**wanted)["corrections"] == []


@pytest.mark.parametrize(("wanted", "expected"), DETAILS)
def test_a_patch_of_a_session_corrects_name_email_and_language(
    wanted: dict[str, Any], expected: set[tuple[str, str, bool]], desk: Desk, fake: FakeHireflix
) -> None:
    session_id = desk.started(**JANE)
    before = desk.read_session(session_id)
    answer = patch(desk, session_id, **wanted).json
    assert applied(answer.pop("corrections")) == expected
    assert answer == desk.read_session(session_id)
    assert {**answer, **{name: before[name] for name in ("candidate_name", "language")}} == before
    assert fake.invites == 1


def test_a_link_lifetime_given_with_a_second_start_is_applied(desk: Desk) -> None:
    first = desk.start(ttl_hours=5)
    again = desk.start(ttl_hours=100)
    assert applied(again["corrections"]) == {("ttl_hours", HERE, True)}
    assert (again["expires_at"] > first["expires_at"], again["entry_url"]) == (True, first["entry_url"])


def test_a_real_email_replaces_a_made_up_one(desk: Desk, fake: FakeHireflix) -> None:
    session_id = desk.started()
    assert desk.row(session_id).candidate_email.endswith("@interview.local")
    patch(desk, session_id, candidate_email="jane@example.com")
    assert desk.row(session_id).candidate_email == "jane@example.com"
    desk.finish(session_id)
    assert (desk.refresh(session_id).json["status"], fake.invites) == ("scored", 1)


def test_another_address_for_an_adopted_interview_is_reported(desk: Desk, fake: FakeHireflix) -> None:
    fake.fail_next(faults.carried_out_without_response(), on=INVITE)
    desk.try_start(candidate_email="first@example.com")
    again = desk.start(candidate_email="second@example.com")
    assert applied(again["corrections"]) == {("candidate_email", HERE, True), ("candidate_email", THERE, False)}
    assert (desk.row(again["session_id"]).candidate_email, fake.invites) == ("second@example.com", 1)


def test_a_start_killed_before_the_invite_leaves_nothing_at_hireflix(desk: Desk, fake: FakeHireflix) -> None:
    fake.fail_next(faults.status(503), on=INVITE)
    desk.try_start(**JANE)
    session_id = desk.sessions(status="created")[0]["session_id"]
    made = patch(desk, session_id, candidate_name="Jane Roe", candidate_email="roe@example.com").json["corrections"]
    assert applied(made) == {("candidate_name", HERE, True), ("candidate_email", HERE, True)}
    desk.start()
    assert (desk.interview(session_id).email, fake.invites) == ("roe@example.com", 1)


def test_a_patch_can_clear_the_language_but_not_name_or_email(desk: Desk) -> None:
    session_id = desk.started(**JANE)
    for nothing in (None, ""):
        patch(desk, session_id, language="de")
        answer = patch(desk, session_id, language=nothing).json
        assert (answer["language"], applied(answer["corrections"])) == (None, {("language", HERE, True)})
    answer = patch(desk, session_id, candidate_name=None, candidate_email=None, language="fr").json
    assert (answer["candidate_name"], answer["language"]) == ("Jane Doe", "fr")
    assert desk.row(session_id).candidate_email == "jane@example.com"


@pytest.mark.parametrize("way", ["patch", "start"])
@pytest.mark.parametrize("spelled", ["jane@example.com", "JANE@Example.COM"])
def test_the_email_of_another_candidate_is_refused_as_a_correction(way: str, spelled: str, desk: Desk) -> None:
    desk.start(7, **JANE)
    session_id = desk.started(8, candidate_email="other@example.com")
    if way == "patch":
        reply = patch(desk, session_id, candidate_email=spelled, candidate_name="Not Taken")
        assert refused(reply, "CANDIDATE_EMAIL_IN_USE")["candidate_id"] == 7
        assert "Jane Doe" in reply.json["error"]
        assert desk.read_session(session_id)["candidate_name"] != "Not Taken"
    else:
        (made,) = desk.start(8, candidate_email=spelled)["corrections"]
        assert (made["field"], made["applied"], "candidate 7" in made["why"]) == ("candidate_email", False, True)
    assert desk.row(session_id).candidate_email == "other@example.com"
    own = desk.started(7, 2, candidate_email="jane.at.home@example.com", share_interview=False)
    assert patch(desk, own, candidate_email="jane@example.com").status == 200


@pytest.mark.parametrize("state", ["completed", "scored", "expired", "canceled", "in_progress"])
def test_a_patch_is_allowed_in_every_status_and_changes_no_status(state: str, desk: Desk) -> None:
    session_id = desk.started(ttl_hours=1, **JANE)
    if state == "in_progress":
        desk.open(session_id)
    elif state == "expired":
        desk.clock.advance(hours=2)
    elif state == "canceled":
        desk.cancel(session_id)
    else:
        desk.finish(session_id, *([] if state == "scored" else [[None] * 4]))
    desk.refresh(session_id)
    before = desk.read_session(session_id)
    assert before["status"] == state
    answer = patch(desk, session_id, candidate_name="Jane Roe", language="de").json
    assert (answer["status"], answer["summary"]) == (state, before["summary"])
    assert (answer["candidate_name"], answer["language"]) == ("Jane Roe", "de")


def test_a_patch_of_an_erased_candidate_is_refused(desk: Desk) -> None:
    session_id = desk.started(**JANE)
    desk.client.request("DELETE", "/api/candidates/42")
    refused(patch(desk, session_id, candidate_name="Jane Doe"), "CANDIDATE_ERASED")
    assert desk.read_session(session_id)["candidate_name"] == "(erased)"


@for_each(
    "body",
    [
        {}, {"name": "Jane"}, {"candidate_name": None}, {"candidate_name": ""}, {"candidate_email": "jane"},
        {"candidate_name": 7}, {"language": "not a language at all, whatever it is"}, {"candidate_name": "x" * 201},
        {"candidate_name": "\u200b\u2060"}, {"candidate_name": "Jane", "candidate_email": "@"},
        {"candidate_name": "J\u202eenaJ"}, {"language": 5},
    ],
)  # fmt: skip
def test_an_invalid_patch_changes_nothing(body: dict[str, Any], desk: Desk) -> None:
    session_id = desk.started(**JANE)
    before = everything(desk.environ)
    refused(desk.client.request("PATCH", f"{SESSIONS}/{session_id}", body=body), "VALIDATION_FAILED")
    assert everything(desk.environ) == before


def test_a_patch_checks_origin_content_type_and_idempotency_key(make_desk: MakeDesk) -> None:
    desk = make_desk()
    session_id = desk.started(**JANE)
    url = f"{SESSIONS}/{session_id}"
    body = {"candidate_name": "Mallory"}
    foreign = {"Sec-Fetch-Site": "cross-site", "Content-Type": "application/json"}
    refused(desk.client.request("PATCH", url, body=body, headers=foreign), "CROSS_SITE_REQUEST")
    text = {"Content-Type": "text/plain"}
    refused(desk.client.request("PATCH", url, body=json.dumps(body).encode(), headers=text), "UNSUPPORTED_MEDIA_TYPE")
    refused(desk.client.request("PATCH", f"{SESSIONS}/iv_{'0' * 32}", body=body), "INTERVIEW_SESSION_NOT_FOUND")
    refused(desk.client.request("PATCH", "/api/steps/interview", body={}), "METHOD_NOT_ALLOWED")
    key = {"Idempotency-Key": "once", "Content-Type": "application/json"}
    first = desk.client.request("PATCH", url, body={"language": "de"}, headers=key)
    patch(desk, session_id, language="fr")
    again = desk.client.request("PATCH", url, body={"language": "de"}, headers=key)
    assert (again.json, again.headers["idempotent-replayed"]) == (first.json, "true")
    assert desk.read_session(session_id)["language"] == "fr"
