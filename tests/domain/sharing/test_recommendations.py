"""Readers of a shared shortlist recommend candidates, if the link allows it."""

from __future__ import annotations

from typing import Any

from fakes.client import Reply
from fakes.desk import Desk
from fakes.front_door import cookie_of, faulty_fields, refused
from tener_interview.domain.privacy.erase import erase_candidate
from tener_interview.domain.sharing.recommendations import MAX_AUTHORS, MAX_PER_MINUTE

EVIL = "<img src=x onerror=alert(1)> Ünal \u202fO'Neil; =HYPERLINK(1)"


def shared(desk: Desk, *candidate_ids: int, **more: Any) -> tuple[str, str]:
    """The id of a share of scored candidates, and the address of its API."""
    for candidate_id in candidate_ids:
        desk.scored(candidate_id)
    body = {"candidate_ids": candidate_ids, "allow_answers": True, **more}
    share = desk.client.post("/api/jobs/1/shares", body).json
    return share["share_id"], "/api/shared/" + str(share["url"]).rpartition("/")[2]


def recommend(desk: Desk, api: str, number: int = 1, cookie: str = "", headers: Any = None, **opinion: Any) -> Reply:
    body = {"author_name": "Kim Lee", "recommendation": "yes", "note": "Calm.", **opinion}
    more = {**({"Cookie": cookie} if cookie else {}), **(headers or {})}
    return desk.client.request("PUT", f"{api}/candidates/{number}/recommendation", body=body, headers=more)


def read_by_recruiter(desk: Desk, query: str = "") -> list[Any]:
    items: list[Any] = desk.client.get(f"/api/jobs/1/recommendations{query}").json["items"]
    return items


def test_a_reader_recommends_and_changes_it_in_the_same_browser(desk: Desk) -> None:
    share_id, api = shared(desk, 1, 2)
    totals = {item["candidate_id"]: item["summary"]["total_score"] for item in desk.sessions()}
    first = recommend(desk, api, 1, author_name=EVIL, note=EVIL)
    assert first.status == 200
    cookie = cookie_of(first)
    assert {"HttpOnly", "SameSite=Strict", "Path=/api/shared"} <= set(first.headers["set-cookie"].split("; "))
    refused(recommend(desk, api, 1, cookie, recommendation="no"), "TOO_MANY_ATTEMPTS")
    assert recommend(desk, api, 1, cookie, author_name=EVIL, note=EVIL).json == first.json
    desk.clock.advance(hours=1)
    changed = recommend(desk, api, 1, cookie, recommendation="strong_no", note="")
    assert "set-cookie" not in changed.headers
    assert recommend(desk, api, 1, author_name="Somebody else").status == 200
    mine = desk.client.get(api, Cookie=cookie).json
    assert [item["my_recommendation"] and item["my_recommendation"]["recommendation"] for item in mine["items"]] in (
        ["strong_no", None], [None, "strong_no"],
    )
    strangers = desk.client.get(api).json["items"]
    assert [item["my_recommendation"] for item in strangers] == [None, None]
    items = read_by_recruiter(desk)
    assert {(item["author_name"], item["recommendation"], item["share_id"]) for item in items} == {
        ("Kim Lee", "strong_no", share_id), ("Somebody else", "yes", share_id),
    }
    (number_one,) = {item["candidate_id"] for item in items}
    assert len(read_by_recruiter(desk, f"?candidate_id={number_one}")) == 2
    # An outside opinion enters no score and decides nothing.
    after = {item["candidate_id"]: item["summary"]["total_score"] for item in desk.sessions()}
    assert after == totals
    assert {item["decision"] for item in desk.sessions()} == {None}
    taken = desk.client.request("DELETE", f"{api}/candidates/1/recommendation", headers={"Cookie": cookie})
    assert taken.status == 200
    (left,) = read_by_recruiter(desk)
    gone = desk.client.request("DELETE", f"/api/shares/{share_id}/recommendations/{left['recommendation_id']}")
    assert gone.status == 200
    assert read_by_recruiter(desk) == []
    entries = desk.client.get("/api/audit-log?action=share.recommendation_removed").json["items"]
    assert [(entry["actor_kind"], entry["details"]) for entry in reversed(entries)] == [
        ("share", {"recommendation": "strong_no"}), ("local", {"recommendation": "yes"}),
    ]


def test_invalid_recommendations_are_refused(desk: Desk) -> None:
    _, closed = shared(desk, 1, allow_answers=False)
    refused(recommend(desk, closed), "ANSWERS_NOT_ALLOWED")
    assert desk.client.get(closed).json["allow_answers"] is False
    share_id, api = shared(desk, 2)
    refused(recommend(desk, api, headers={"Sec-Fetch-Site": "cross-site"}), "CROSS_SITE_REQUEST")
    refused(recommend(desk, api, headers={"Origin": "https://evil.example"}), "CROSS_SITE_REQUEST")
    refused(recommend(desk, api, 9), "CANDIDATE_NOT_FOUND")
    refused(recommend(desk, api + "x" * 9), "SHARE_LINK_INVALID")
    wrong: tuple[tuple[str, Any], ...] = (
        ("author_name", " "), ("author_name", "x" * 101), ("author_name", "a\0"), ("recommendation", "maybe"),
        ("note", "x" * 1001), ("note", "\u202eabc"), ("author_name", None),
    )
    for field, value in wrong:
        assert faulty_fields(recommend(desk, api, **{field: value})) == {field}
    refused(recommend(desk, api, note="x" * 20_000), "BODY_TOO_LARGE")
    assert recommend(desk, api).status == 200
    desk.client.post(f"/api/shares/{share_id}/revoke")
    refused(recommend(desk, api), "SHARE_LINK_REVOKED")
    assert len(read_by_recruiter(desk)) == 1


def test_the_number_and_rate_of_recommendations_are_limited(desk: Desk) -> None:
    _, api = shared(desk, 1, 2, 3)
    for number in (1, 2):
        for _ in range(MAX_AUTHORS // 2 if number == 1 else MAX_AUTHORS - MAX_AUTHORS // 2):
            assert recommend(desk, api, number).status == 200
    refused(recommend(desk, api, 3), "TOO_MANY_RECOMMENDATIONS")
    _, fast = shared(desk, 4, 5, 6, 7)
    statuses: list[int] = []
    for _ in range(MAX_PER_MINUTE // 4 + 1):
        cookie = ""
        for number in (1, 2, 3, 4):
            reply = recommend(desk, fast, number, cookie)
            statuses.append(reply.status)
            cookie = cookie or (cookie_of(reply) if reply.status == 200 else "")
    assert statuses == [200] * MAX_PER_MINUTE + [429] * 4
    desk.clock.advance(hours=1)
    assert recommend(desk, fast, 1).status == 200


def test_erasing_a_candidate_removes_recommendations(desk: Desk) -> None:
    _, api = shared(desk, 1, 2)
    for number in (1, 2):
        recommend(desk, api, number, note="Knows Genève well")
    assert "Genève" in desk.client.get("/api/candidates/1/export").text
    erase_candidate(desk.service, 1)
    assert {item["candidate_id"] for item in read_by_recruiter(desk)} == {2}
    assert "Genève" not in desk.client.get("/api/candidates/1/export").text
