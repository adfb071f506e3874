"""Reviews through the front door: the work list, drafts, submissions, amendments and what they do to totals."""

from __future__ import annotations

from typing import Any

from fakes.client import Reply
from fakes.desk import Desk, MakeDesk
from fakes.front_door import SESSIONS, refused
from fakes.reviews import REVIEWS


def save(desk: Desk, session_id: str, revision: int, **review: Any) -> Reply:
    return desk.client.request("PUT", f"{REVIEWS}/{session_id}", body={"revision": revision, **review})


def submit(desk: Desk, session_id: str, revision: int) -> Reply:
    return desk.client.post(f"{REVIEWS}/{session_id}/submit", {"revision": revision})


def ratings(desk: Desk, session_id: str, *marks: int) -> list[dict[str, Any]]:
    questions = desk.client.get(f"{REVIEWS}/{session_id}").json["questions"]
    return [
        {"question_id": question["question_id"], "rating": marks[index % len(marks)]}
        for index, question in enumerate(questions)
    ]


def test_a_review_is_drafted_submitted_and_amended(make_desk: MakeDesk) -> None:
    desk = make_desk()
    session_id = desk.scored()
    opened = desk.client.get(f"{REVIEWS}/{session_id}").json
    assert opened["review"] | {"saved_at": None} == {
        "state": "to_do", "revision": 0, "version": None, "has_draft": False, "review_total": None, "saved_at": None,
        "submitted_at": None, "ratings": [], "overall_rating": None, "notes": [], "recommendation": None, "reason": "",
    }
    machine_total = opened["machine"]["machine_total"]
    first = opened["questions"][0]
    quote = first["transcript"][10:30]
    note = {"question_id": first["question_id"], "text": "Concrete.", "quote": quote, "start": 9}
    marks = ratings(desk, session_id, 5)
    draft = save(desk, session_id, 0, ratings=marks, notes=[note], recommendation="yes")
    assert draft.status == 200, draft.text
    assert draft.json["review"]["state"] == "draft"
    assert draft.json["review"]["notes"] == [{**note, "start": 10, "end": 30}]
    assert desk.read_session(session_id)["status"] == "scored"
    refused(submit(desk, session_id, 1), "REVIEW_INCOMPLETE")
    refused(save(desk, session_id, 0, ratings=marks), "REVIEW_CHANGED")
    assert save(desk, session_id, 1, ratings=marks, notes=[note], recommendation="yes", reason="Solid.").status == 200
    done = submit(desk, session_id, 2)
    assert done.status == 200, done.text
    assert done.json["review"]["review_total"] == 90.0
    assert done.json["machine"]["human_total"] == 90.0
    assert done.json["machine"]["total_score"] == machine_total
    assert done.json["machine"]["total_source"] == "machine"
    refused(submit(desk, session_id, 3), "REVIEW_CHANGED")
    amended = save(desk, session_id, 3, ratings=ratings(desk, session_id, 2), recommendation="no", reason="Watched it.")
    assert amended.json["review"]["state"] == "submitted"
    assert amended.json["review"]["has_draft"]
    assert submit(desk, session_id, 4).json["machine"]["human_total"] == 45.0
    [review] = desk.client.get(f"{SESSIONS}/{session_id}/reviews").json["items"]
    assert [version["review_total"] for version in review["versions"]] == [90.0, 45.0]
    assert review["recommendation"] == "no"


def test_a_draft_is_discarded_and_what_was_submitted_stays(desk: Desk) -> None:
    session_id = desk.scored()
    review = {"ratings": ratings(desk, session_id, 5), "recommendation": "yes", "reason": "Solid."}
    assert save(desk, session_id, 0, **review).status == 200
    assert submit(desk, session_id, 1).status == 200
    assert save(desk, session_id, 2, **review | {"recommendation": "no"}).json["review"]["has_draft"]
    refused(desk.client.post(f"{REVIEWS}/{session_id}/discard", {"revision": 2}), "REVIEW_CHANGED")
    kept = desk.client.post(f"{REVIEWS}/{session_id}/discard", {"revision": 3}).json["review"]
    assert (kept["has_draft"], kept["state"], kept["recommendation"]) == (False, "submitted", "yes")


def test_an_unfinished_interview_is_not_reviewed(desk: Desk) -> None:
    session_id = desk.started()
    refused(desk.client.get(f"{REVIEWS}/{session_id}"), "INTERVIEW_NOT_FINISHED")
    refused(save(desk, session_id, 0), "INTERVIEW_NOT_FINISHED")
    assert desk.client.get(REVIEWS).json == {"jobs": [], "items": []}
