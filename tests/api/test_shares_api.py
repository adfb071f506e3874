"""Shares: a shortlist behind a link, for as long as the recruiter wants, and nothing else behind it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fakes.client import Client
from fakes.clock import FakeClock
from fakes.front_door import (
    HTML,
    MakeApp,
    answer_questions,
    faulty_fields,
    locked_client,
    refused,
    score,
    start,
    stored,
)
from fakes.statements import Statements, table_statements
from for_each import for_each
from tener_interview.domain.privacy.erase import erase_old
from tener_interview.link_tokens import SHARE_LINK, LinkSigner, SignedLink
from tener_interview.store.tables.shares import Shares
from tener_interview.system.clock import HOUR_MS

SHARES = "/api/jobs/1/shares"
NAME = "Zenobia Quillfeather"
SAID = "I am Zenobia, zenobia quillfeather in full; write to zenobiaquillfeather@example.com about the slow endpoint."


def token_of(share: Any) -> str:
    return str(share["url"]).rpartition("/s/")[2]


def scored(client: Client, candidate_id: int, name: str) -> Any:
    session = start(client, candidate_id, candidate_name=name, candidate_email=f"c{candidate_id}@secret.example")
    return score(client, session["session_id"])


@pytest.fixture
def jane(client: Client) -> Client:
    """A client of a service where Jane Doe, candidate 42, is scored."""
    scored(client, 42, "Jane Doe")
    return client


def shared(client: Client, *candidate_ids: int, **more: Any) -> Any:
    reply = client.post(SHARES, {**({"candidate_ids": candidate_ids} if candidate_ids else {"top": 5}), **more})
    assert reply.status == 201, reply.text
    return reply.json


def spoken(client: Client, name: str, answer_text: str) -> Any:
    """A scored session whose candidate typed the answers."""
    session = start(client, 42, candidate_name=name, candidate_email="zenobia@secret.example")
    answer_questions(client, client.get(session["entry_url"]).headers["location"], answer_text)
    return score(client, session["session_id"])


def everything(client: Client, share: Any) -> str:
    """All that a holder of the link can read: page, list and every scorecard."""
    token = token_of(share)
    page = client.request("GET", share["url"], headers=HTML)
    listed = client.get(f"/api/shared/{token}")
    cards = [client.get(f"/api/shared/{token}/candidates/{item['number']}") for item in listed.json["items"]]
    assert [item.status for item in (page, listed, *cards)] == [200] * (2 + len(cards))
    return "\n".join(item.text for item in (page, listed, *cards))


# Making one -----------------------------------------------------------------------------------------------------------


def test_a_shortlist_is_read_without_an_account(make_app: MakeApp, clock: FakeClock) -> None:
    recruiter = locked_client(make_app, {"Authorization": "Bearer an-admin-token-for-tests"})
    for candidate_id, name in ((42, "Jane Doe"), (43, "John Roe"), (44, "Ann Poe")):
        scored(recruiter, candidate_id, name)
    share = shared(recruiter, 42, 44, expires_in_hours=24, title="For Tuesday")
    assert (share["status"], share["opened_count"], share["last_opened_at"]) == ("active", 0, None)
    assert share["expires_at"] == "2026-02-03T02:40:00.000Z"
    assert {candidate["candidate_name"] for candidate in share["candidates"]} == {"Jane Doe", "Ann Poe"}

    manager = Client(recruiter.app)
    page = manager.request("GET", share["url"], headers=HTML)
    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert page.headers["cache-control"] == "no-store"
    shortlist = manager.get(f"/api/shared/{token_of(share)}").json
    assert (shortlist["title"], shortlist["demo"], shortlist["company"]) == ("For Tuesday", True, None)
    assert shortlist["job_title"] == "Senior Backend Engineer (Python)"
    assert [item["rank"] for item in shortlist["items"]] == [1, 2]
    assert {item["candidate_name"] for item in shortlist["items"]} == {"Jane Doe", "Ann Poe"}
    totals = [item["total_score"] for item in shortlist["items"]]
    assert totals == sorted(totals, reverse=True)
    first, second = shortlist["items"]
    assert first["total_score_low"] <= first["total_score"] <= first["total_score_high"]
    assert first["tied_with_previous"] is False
    assert second["tied_with_previous"] is (second["total_score_high"] >= first["total_score_low"])
    # Groups, names of competencies and the sentence about an interview are those of the recruiter's own pages.
    together = first["total_score_low"] <= second["total_score_high"]
    assert [item["close_group"] for item in shortlist["items"]] == ([1, 1] if together else [None, None])
    board = recruiter.get("/api/jobs/1/interview-leaderboard").json
    assert shortlist["competencies"] == board.get("competencies", [])
    for language in ("en", "de", "es"):
        shown = manager.get(f"/api/shared/{token_of(share)}?language={language}").json["items"]
        own = {row["candidate_name"]: row["session_id"] for row in board["items"]}
        for item in shown:
            path = f"/api/interviews/sessions/{own[item['candidate_name']]}/scorecard?language={language}"
            assert item["headline"] == recruiter.get(path).json["headline"]
    card = manager.get(f"/api/shared/{token_of(share)}/candidates/{first['number']}").json
    assert (card["candidate_name"], card["total_score"]) == (first["candidate_name"], first["total_score"])
    questions = card["scorecard"]["transcription_scoring"]["question_scores"]
    assert any(question["details"].get("evidence") for question in questions)
    clock.advance(hours=1)
    manager.get(share["url"])
    (listed,) = recruiter.get(SHARES).json["items"]
    assert (listed["opened_count"], listed["last_opened_at"]) == (2, "2026-02-02T03:40:00.000Z")


def test_a_long_shortlist_is_read_with_as_many_statements_as_a_short_one(
    statements: Statements, client: Client
) -> None:
    for candidate_id in range(1, 9):
        scored(client, candidate_id, f"Candidate {candidate_id}")
    counts = []
    for top in (2, 6):
        path = f"/api/shared/{token_of(shared(client, top=top))}"
        with statements.recorded() as run:
            items = client.get(path).json["items"]
        assert len([item for item in items if item["headline"]]) == top
        counts.append(len(table_statements(run)))
    assert counts[0] == counts[1]


def test_the_top_candidates_can_be_shared_by_their_number(client: Client) -> None:
    for candidate_id in range(1, 9):
        scored(client, candidate_id, f"Candidate {candidate_id}")
    start(client, 9)
    ranking = client.get("/api/jobs/1/interview-leaderboard").json["items"]
    best = [item["candidate_id"] for item in ranking if item["total_score"] is not None]
    assert 3 < len(best) < len(ranking)
    assert [candidate["candidate_id"] for candidate in shared(client, top=3)["candidates"]] == best[:3]
    assert [candidate["candidate_id"] for candidate in shared(client, top=50)["candidates"]] == best


def test_sharing_the_top_candidates_before_anybody_is_scored_is_refused(client: Client) -> None:
    start(client)
    refused(client.post(SHARES, {"top": 5}), "NOTHING_TO_SHARE")
    assert client.get(SHARES).json == {"job_id": 1, "items": []}


@for_each(
    ("body", "field"),
    [
        ({}, "candidate_ids"),
        ({"top": 1, "candidate_ids": [42]}, "candidate_ids"),
        ({"candidate_ids": [42, 7]}, "candidate_ids"),
        ({"candidate_ids": []}, "candidate_ids"),
        ({"candidate_ids": list(range(1, 52))}, "candidate_ids"),
        ({"candidate_ids": [0]}, "candidate_ids"),
        ({"top": 0}, "top"),
        ({"top": 51}, "top"),
        ({"top": 1, "expires_in_hours": 0}, "expires_in_hours"),
        ({"top": 1, "expires_in_hours": 8761}, "expires_in_hours"),
        ({"top": 1, "initials_only": 1}, "initials_only"),
        ({"top": 1, "title": "x" * 121}, "title"),
        ({"top": 1, "title": "a\u202eb"}, "title"),
        ({"top": 1, "initials_only": True, "title": "Why jane is best"}, "title"),
    ],
)
def test_invalid_share_requests_are_refused_and_change_nothing(
    body: dict[str, Any], field: str, jane: Client, environ: dict[str, str]
) -> None:
    before = stored(environ)
    assert faulty_fields(jane.post(SHARES, body)) == {field}
    assert stored(environ) == before


def test_one_idempotency_key_creates_one_share_and_stores_no_link_signature(
    client: Client, environ: dict[str, str]
) -> None:
    scored(client, 42, "Jane Doe")
    first, again = (client.post(SHARES, {"top": 1}, Idempotency_Key="k") for _ in range(2))
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json == first.json
    assert len(client.get(SHARES).json["items"]) == 1
    assert client.get(first.json["url"]).status == 200
    assert token_of(first.json)[:40] not in "\n".join(stored(environ))


# How it ends ----------------------------------------------------------------------------------------------------------


def answers_to(client: Client, token: str) -> list[Any]:
    """Every address behind a link, for programs, and the page for a person."""
    return [
        *(client.get(text.format(token)) for text in ("/s/{}", "/api/shared/{}", "/api/shared/{}/candidates/1")),
    ]


def test_a_share_expires_at_its_exact_second(client: Client, clock: FakeClock) -> None:
    scored(client, 42, "Jane Doe")
    share = shared(client, 42, expires_in_hours=2)
    clock.advance(hours=2, seconds=-1)
    assert client.get(share["url"]).status == 200
    clock.advance(seconds=1)
    for reply in answers_to(client, token_of(share)):
        refused(reply, "SHARE_LINK_EXPIRED")
    assert client.request("HEAD", share["url"]).status == 410
    (listed,) = client.get(SHARES).json["items"]
    assert (listed["status"], listed["url"], listed["opened_count"]) == ("expired", None, 1)


def test_a_revoked_share_is_closed_at_once_and_forever(client: Client) -> None:
    scored(client, 42, "Jane Doe")
    share, other = shared(client, 42), shared(client, 42)
    revoked = client.post(f"/api/shares/{share['share_id']}/revoke").json
    assert (revoked["status"], revoked["url"]) == ("revoked", None)
    assert client.post(f"/api/shares/{share['share_id']}/revoke").json == revoked
    for reply in answers_to(client, token_of(share)):
        refused(reply, "SHARE_LINK_REVOKED")
    assert client.get(other["url"]).status == 200
    refused(client.post("/api/shares/sh_0/revoke"), "SHARE_NOT_FOUND")


@pytest.mark.parametrize("ending", ["expired", "revoked", "altered"])
def test_browsers_get_an_html_page_for_closed_and_invalid_share_links(
    ending: str, client: Client, clock: FakeClock
) -> None:
    scored(client, 42, "Jane Doe")
    share = shared(client, 42, expires_in_hours=1)
    if ending == "revoked":
        client.post(f"/api/shares/{share['share_id']}/revoke")
    clock.advance(hours=1 if ending == "expired" else 0)
    reply = client.request("GET", share["url"] + ("x" if ending == "altered" else ""), headers=HTML)
    assert reply.status == (404 if ending == "altered" else 410)
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert "the recruiter" in reply.text or "copied whole" in reply.text
    assert "Jane" not in reply.text


def test_a_share_revoked_while_it_is_opened_is_not_shown(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    scored(client, 42, "Jane Doe")
    share = shared(client, 42)
    count = Shares.count_visit

    def revoked_first(self: Shares, share_id: str, at_ms: int) -> bool:
        self.revoke(share_id, at_ms)
        return count(self, share_id, at_ms)

    monkeypatch.setattr(Shares, "count_visit", revoked_first)
    refused(client.get(share["url"]), "SHARE_LINK_REVOKED")


# Who gets in, and how far ---------------------------------------------------------------------------------------------


@for_each(
    "alter",
    [
        lambda token: token[:-1],
        lambda token: token + "A",
        lambda token: ("B" if token[0] == "A" else "A") + token[1:],
        lambda token: token[:50] + ("B" if token[50] == "A" else "A") + token[51:],
        lambda token: f"~{token[40:]}",
        lambda token: token.swapcase(),
        lambda _token: "A" * 76,
        lambda _token: "%ff%fe",
        lambda _token: "A" * 5000,
    ],
)  # fmt: skip
def test_an_altered_share_token_is_404(alter: Any, jane: Client, environ: dict[str, str]) -> None:
    token = token_of(shared(jane, 42))
    before = stored(environ)
    for reply in answers_to(jane, alter(token)):
        refused(reply, "SHARE_LINK_INVALID")
    assert stored(environ) == before


@for_each("around", ["{}.", "%3C{}%3E", "{}/", "{}%0A", "{}%E2%80%8B", "_{}_", "{})%20thanks"])
def test_a_share_link_with_characters_added_by_mail_or_chat_still_works(around: str, jane: Client) -> None:
    token = token_of(shared(jane, 42))
    pasted = around.replace("{}", token)
    led = jane.get(f"/s/{pasted}")
    assert (led.status, led.headers["location"]) == (302, f"/s/{token}")
    assert jane.get(led.headers["location"]).status == 200


def test_entry_tokens_open_no_share_and_share_tokens_no_interview(client: Client, environ: dict[str, str]) -> None:
    entry = start(client)["entry_url"].rpartition("/i/")[2]
    scored(client, 43, "Jane Doe")
    share = token_of(shared(client, 43))
    for reply in answers_to(client, entry):
        refused(reply, "SHARE_LINK_INVALID")
    refused(client.get(f"/i/{share}"), "INTERVIEW_TOKEN_INVALID")
    signer = LinkSigner(environ["TENER_INTERVIEW_TOKEN_SECRET"], kind=SHARE_LINK)
    refused(client.get(f"/s/{signer.sign(SignedLink('sh_' + '0' * 32, 1, 4_000_000_000_000))}"), "SHARE_LINK_INVALID")


def test_a_share_token_gives_no_access_to_recruiter_routes(make_app: MakeApp) -> None:
    recruiter = locked_client(make_app, {"Authorization": "Bearer an-admin-token-for-tests"})
    scored(recruiter, 42, "Jane Doe")
    token = token_of(shared(recruiter, 42))
    for way in ({"Authorization": f"Bearer {token}"}, {"Cookie": f"tener_interview_login={token}"}):
        stranger = Client(recruiter.app, way)
        refused(stranger.get(SHARES), "UNAUTHORIZED")
        refused(stranger.get("/api/jobs/1/interview-leaderboard"), "UNAUTHORIZED")
        refused(stranger.post(SHARES, {"top": 1}), "UNAUTHORIZED")


def test_only_shared_candidates_can_be_read(client: Client) -> None:
    for candidate_id in (42, 43):
        scored(client, candidate_id, f"Person {candidate_id}")
    token = token_of(shared(client, 42))
    assert client.get(f"/api/shared/{token}/candidates/1").status == 200
    for number in ("2", "42", "43"):
        refused(client.get(f"/api/shared/{token}/candidates/{number}"), "CANDIDATE_NOT_FOUND")


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("HEAD", {}),
        ("GET", {"User-Agent": "LinkedInBot/1.0"}),
        ("GET", {"User-Agent": "Slackbot-LinkExpanding 1.0", **HTML}),
        ("GET", {"Sec-Purpose": "prefetch", **HTML}),
    ],
)
def test_a_preview_of_a_share_link_does_not_count_as_opening(
    method: str, headers: dict[str, str], client: Client, environ: dict[str, str]
) -> None:
    scored(client, 42, "Jane Doe")
    share = shared(client, 42)
    before = stored(environ)
    reply = client.request(method, share["url"], headers=headers)
    assert reply.status == 200
    assert "Jane" not in reply.text
    assert stored(environ) == before


# What it tells --------------------------------------------------------------------------------------------------------


def test_a_share_contains_no_links_ids_or_profiles_of_candidates(client: Client) -> None:
    session_id = spoken(client, NAME, SAID)["session_id"]
    share = shared(client, 42)
    response = everything(client, share)
    session = client.get(f"/api/interviews/sessions/{session_id}").json
    assert NAME in response
    for secret in ("secret.example", session_id, session["invitation_id"], "candidate_id", "linkedin", "/i/", "/demo/"):
        assert secret not in response


def test_a_share_with_initials_masks_names_everywhere(client: Client) -> None:
    spoken(client, NAME, SAID)
    share = shared(client, 42, initials_only=True)
    response = everything(client, share)
    assert "Z. Q." in response
    assert "I am Z······, z······ q··········· in full; write to z··················@example.com" in response
    for part in NAME.split():
        assert part.lower() not in response.lower()
    shared_names = [candidate["candidate_name"] for candidate in share["candidates"]]
    assert shared_names == [NAME], "the recruiter sees the whole names"


def test_quotes_keep_their_positions_in_a_transcript_with_masked_names(client: Client) -> None:
    answer_text = "I, Zenobia, measured the slow endpoint with a profiler, and we at Quillfeather cut latency by 40 %."
    spoken(client, NAME, answer_text)
    token = token_of(shared(client, 42, initials_only=True))
    card = client.get(f"/api/shared/{token}/candidates/1").json["scorecard"]
    found = [
        (question["transcript"][item["start"] : item["end"]], item["quote"])
        for question in card["transcription_scoring"]["question_scores"]
        for item in question["details"].get("evidence", [])
    ]
    assert found
    assert all(cut == quote for cut, quote in found)


def test_html_in_shared_names_and_titles_is_escaped(client: Client) -> None:
    hostile = "<script>alert(1)</script>\"'$name"
    scored(client, 42, hostile)
    share = shared(client, 42, title=hostile)
    page = client.request("GET", share["url"], headers=HTML)
    assert "<script>alert" not in page.text
    assert client.get(f"/api/shared/{token_of(share)}").json["title"] == hostile


def test_a_share_flags_a_near_duplicate_without_naming_the_other_candidate(client: Client) -> None:
    sentences = (f"I measured step {number} and compared the result with the plan we had." for number in range(12))
    answer_text = " ".join(sentences)
    spoken(client, "Jane Doe", answer_text)
    session = start(client, 4343, candidate_name="John Roe")
    answer_questions(client, client.get(session["entry_url"]).headers["location"], answer_text)
    score(client, session["session_id"])
    response = everything(client, shared(client, 42))
    assert "near_duplicate" in response
    assert "4343" not in response
    assert "John" not in response


def test_a_share_says_what_a_person_changed_and_no_score_or_reason_of_the_machine_for_it(client: Client) -> None:
    session = scored(client, 42, NAME)
    card = f"/api/interviews/sessions/{session['session_id']}"
    share = shared(client, 42)
    path = f"/api/shared/{token_of(share)}"
    first, *others = client.get(f"{card}/scorecard").json["scorecard"]["transcription_scoring"]["question_scores"]
    body = {"score": 45.0, "reason": "Said by somebody else"}
    assert client.request("PUT", f"{card}/questions/{first['question_id']}/override", body=body).status == 200
    own = client.get(f"{card}/scorecard").json
    read = client.get(f"{path}/candidates/1").json
    assert (read["total_score"], read["total_source"]) == (own["scorecard"]["total_score"], "override")
    changed, *unchanged = read["scorecard"]["transcription_scoring"]["question_scores"]
    assert (changed["score"], changed["override"]["score"], changed["strength"]) == (None, 45.0, "middling")
    assert (changed["reasons"], changed["details"]) == ([], {})
    assert changed["transcript"] == first["transcript"]
    assert [item["score"] for item in unchanged] == [item["score"] for item in others]
    # Readers learn that a person did it, and nothing of who, why, and what the machine gave.
    hidden = ("reason", "set_by", "set_by_name", "machine_score")
    assert [changed["override"][name] for name in hidden] == ["", "", "", None]
    for language, answer_text in (
        ("en", "A person changed the score of one answer."),
        ("de", "Eine Person hat die Punktzahl einer Antwort geändert."),
        ("es", "Una persona cambió la puntuación de una respuesta."),
    ):
        (item,) = client.get(f"{path}?language={language}").json["items"]
        # The sentence about the answers is that of the recruiter's own page.
        in_own_words = client.get(f"{card}/scorecard?language={language}").json["headline"]
        strengths = item["headline"].partition(answer_text)[0]
        assert strengths
        assert in_own_words.startswith(strengths)
        assert answer_text in item["headline"]
    # The scores by competency are those that the total is made of.
    counted = {part["id"]: part["score"] for part in own["breakdown"]["competencies"]}
    assert item["competency_scores"] != counted
    (row,) = client.get("/api/jobs/1/interview-leaderboard").json["items"]
    assert (item["counted_competency_scores"], row["counted_competency_scores"]) == (counted, counted)
    body = {"score": 20.5, "reason": "Said by somebody else"}
    assert client.request("PUT", f"{card}/override", body=body).status == 200
    (item,) = client.get(path).json["items"]
    assert item["headline"].startswith("A person set the total to 20.5.")
    assert item["counted_competency_scores"] is None
    assert "Said by somebody else" not in everything(client, share)


# Erasing --------------------------------------------------------------------------------------------------------------


def test_erased_people_are_removed_from_shortlists(client: Client, environ: dict[str, str]) -> None:
    scored(client, 42, NAME)
    scored(client, 43, "John Roe")
    share = client.post(SHARES, {"top": 2, "title": f"{NAME} first"}, Idempotency_Key="k").json
    held = client.get("/api/candidates/42/export").json["shares"]
    assert [item["title"] for item in held] == [f"{NAME} first"]
    client.request("DELETE", "/api/candidates/42")
    assert NAME not in "\n".join(stored(environ))
    (listed,) = client.get(SHARES).json["items"]
    assert [candidate["candidate_id"] for candidate in listed["candidates"]] == [43]
    response = client.get(f"/api/shared/{token_of(share)}").json
    assert [(item["rank"], item["candidate_name"]) for item in response["items"]] == [(1, "John Roe")]
    assert response["title"] == "Senior Backend Engineer (Python)"
    client.request("DELETE", "/api/candidates/43")
    assert client.get(f"/api/shared/{token_of(share)}").json["items"] == []
    assert "Roe" not in json.dumps(client.get(SHARES).json)


def test_candidates_erased_by_retention_are_removed_from_shortlists(make_app: MakeApp, clock: FakeClock) -> None:
    app = make_app()
    client = Client(app)
    scored(client, 42, NAME)
    clock.advance(hours=24 * 40)
    scored(client, 43, "John Roe")
    share = shared(client, 42, 43, title=NAME)
    service: Any = app.service
    with service.store.write() as tx:
        assert erase_old(service, tx, clock.now_ms() - 30 * 24 * HOUR_MS, clock.now_ms(), limit=9) == 1
    response = client.get(f"/api/shared/{token_of(share)}").text
    assert "John Roe" in response
    assert NAME not in response
