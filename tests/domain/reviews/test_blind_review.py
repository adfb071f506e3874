"""A reviewer sees finished interviews of assigned jobs, no contact data, and nobody's scores before submitting."""

from __future__ import annotations

import json
from typing import Any

from fakes.desk import Desk, MakeDesk
from fakes.front_door import SESSIONS, refused
from fakes.reviews import REVIEWS, rate
from fakes.users import signed_in

#: What would tell a reviewer what the machine or others make of an interview.
REVEALING = (
    "score", "flag", "confidence", "summary", "recommendation", "outdated", "rank", "standing", "human", "result",
    "needs_review", "reason_code", "evidence", "spread", "status", "override", "version",
)
OWN = {"recommendation", "version", "review_total"}


def names_in(value: Any) -> set[str]:
    """All names of fields with a value, anywhere in a JSON value."""
    if isinstance(value, dict):
        return {name for name, inner in value.items() if inner is not None}.union(*map(names_in, value.values()), set())
    return set().union(*map(names_in, value)) if isinstance(value, list) else set()


def test_a_blind_reviewer_sees_nothing_before_submitting(make_desk: MakeDesk) -> None:
    desk = make_desk()
    first, second = desk.scored(42, candidate_email="jane@example.com"), desk.scored(43)
    # One that the machine could not score, which nothing may tell apart from the others either.
    third = desk.started(44)
    desk.finish(third, [None, None, None, None])
    desk.clock.advance(hours=100)
    desk.refresh(third)
    assert desk.read_session(third)["needs_review"]
    other = desk.scored(45, job_id=2)
    unfinished = desk.started(46)
    reviewer, colleague = (signed_in(desk.app, "reviewer", job_ids=[1]) for _ in range(2))
    assert rate(colleague, first, 2).status == 200
    assert desk.client.request(
        "PUT", f"{SESSIONS}/{second}/override", body={"score": 99, "reason": "Wrong."}
    ).status == 200

    work = reviewer.get(REVIEWS).json
    assert [item["session_id"] for item in work["items"]] == [first, second, third]
    assert [(job["job_id"], job["to_do"]) for job in work["jobs"]] == [(1, 3)]
    for session_id in (first, second):
        opened = reviewer.get(f"{REVIEWS}/{session_id}")
        assert opened.json["blind"]
        assert (opened.json["machine"], opened.json["others"]) == (None, None)
        revealed = {name for name in names_in(opened.json) if any(word in name for word in REVEALING)}
        assert revealed <= OWN, revealed
        assert "jane@example.com" not in opened.text
        assert "/i/" not in opened.text
    # The same fields, whatever the machine and others make of it.
    assert len({json.dumps(sorted(names_in(reviewer.get(f"{REVIEWS}/{each}").json))) for each in (first, second)}) == 1
    draft = reviewer.request("PUT", f"{REVIEWS}/{first}", body={"revision": 0, "reason": "So far."})
    assert draft.json["machine"] is None
    assert draft.json["others"] is None
    for hidden in (other, unfinished, f"iv_{'0' * 32}"):
        address = f"{REVIEWS}/{hidden}"
        # In the same words, so that nobody can try which interviews there are.
        assert "for you to review" in reviewer.get(address).json["error"]
        refused(reviewer.get(address), "INTERVIEW_SESSION_NOT_FOUND")
        refused(reviewer.request("PUT", address, body={"revision": 0}), "INTERVIEW_SESSION_NOT_FOUND")
    for address in (f"{SESSIONS}/{first}", f"{SESSIONS}/{first}/reviews", f"{SESSIONS}/{first}/scorecard",
                    f"{SESSIONS}/{first}/override", "/api/jobs/1/interview-leaderboard", "/api/jobs/1/settings"):
        refused(reviewer.get(address), "FORBIDDEN")

    done = rate(reviewer, first, 4).json
    assert not done["blind"]
    assert done["machine"]["human_total"] == 60.0
    assert done["machine"]["recommendation"] == "no"
    assert [review["review_total"] for review in done["others"]] == [45.0]
    assert rate(reviewer, first, 5).json["machine"]["human_total"] == 67.5
    assert not reviewer.get(f"{REVIEWS}/{first}").json["blind"]
    assert reviewer.get(f"{REVIEWS}/{second}").json["blind"]
    reviews = desk.client.get(f"{SESSIONS}/{first}/reviews").json["items"]
    blind = sorted([version["blind"] for version in review["versions"]] for review in reviews)
    assert blind == [[True], [True, False]]


def test_reviews_that_are_not_blind_show_the_machine_score_and_are_labelled(make_desk: MakeDesk) -> None:
    desk = make_desk()
    session_id = desk.scored()
    reviewer = signed_in(desk.app, "reviewer", name="Ann", job_ids=[1])
    changed = desk.client.request("PATCH", "/api/jobs/1/settings", body={"blind_review": False}).json
    assert (changed["blind_review"], changed["ranked_by"]) == (False, "machine")
    opened = reviewer.get(f"{REVIEWS}/{session_id}").json
    assert not opened["blind"]
    assert opened["machine"]["machine_total"] == desk.read_session(session_id)["machine_total"]
    assert rate(reviewer, session_id, 3).status == 200
    [review] = desk.client.get(f"{SESSIONS}/{session_id}/reviews").json["items"]
    assert (review["reviewer_name"], review["versions"][0]["blind"]) == ("Ann", False)
    # A recruiter sees everything anyway.
    assert rate(signed_in(desk.app, "recruiter"), session_id, 5).json["machine"]["human_reviews"] == 2


def test_a_reviewer_who_is_no_longer_assigned_cannot_submit(desk: Desk) -> None:
    session_id = desk.scored()
    reviewer = signed_in(desk.app, "reviewer", job_ids=[1])
    saved = reviewer.request("PUT", f"{REVIEWS}/{session_id}", body={"revision": 0, "reason": "Mine."})
    assert saved.status == 200
    with desk.app.service.store.write() as tx:
        tx.job_reviewers.assign(1, [], assigned_by=None, now_ms=desk.clock.now_ms())
    refused(reviewer.get(f"{REVIEWS}/{session_id}"), "INTERVIEW_SESSION_NOT_FOUND")
    refused(reviewer.post(f"{REVIEWS}/{session_id}/submit", {"revision": 1}), "INTERVIEW_SESSION_NOT_FOUND")
    assert reviewer.get(REVIEWS).json == {"jobs": [], "items": []}
    assert desk.client.get(f"{SESSIONS}/{session_id}/reviews").json["drafts"] == 1


def test_an_idempotency_key_never_returns_the_response_of_another_reviewer(desk: Desk) -> None:
    session_id = desk.scored()
    first, second = (signed_in(desk.app, "reviewer", job_ids=[1]) for _ in range(2))
    for reviewer in (first, second):
        marks = [
            {"question_id": question["question_id"], "rating": 2}
            for question in reviewer.get(f"{REVIEWS}/{session_id}").json["questions"]
        ]
        reviewer.request("PUT", f"{REVIEWS}/{session_id}", body={
            "revision": 0, "ratings": marks, "recommendation": "no", "reason": "As rated.",
        })
    submit = f"{REVIEWS}/{session_id}/submit"
    done = first.post(submit, {"revision": 1}, idempotency_key="submit")
    assert first.post(submit, {"revision": 1}, idempotency_key="submit").json == done.json
    # Of another body, so that it is refused, and not answered with what the first one saw.
    refused(second.post(submit, {"revision": 7}, idempotency_key="submit"), "REVIEW_CHANGED")
    assert second.get(f"{REVIEWS}/{session_id}").json["blind"]
    counted = second.post(submit, {"revision": 1}, idempotency_key="another").json
    assert counted["machine"]["human_reviews"] == 2
