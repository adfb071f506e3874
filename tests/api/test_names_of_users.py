"""The names of users beside what they did: those of today, and none of somebody who was removed."""

from __future__ import annotations

from fakes.client import Client
from fakes.front_door import ADMIN_TOKEN, BEARER, MakeApp, score, start, stored
from fakes.users import signed_in


def test_decisions_and_reviews_show_the_current_name_of_their_user(make_app: MakeApp, environ: dict[str, str]) -> None:
    app = make_app(TENER_INTERVIEW_ADMIN_TOKEN=ADMIN_TOKEN)
    admin = Client(app, BEARER)
    session_id = start(admin, 42)["session_id"]
    score(admin, session_id)
    people = [signed_in(app, "recruiter", name=f"Xaver {number}") for number in range(2)]
    decision = f"/api/interviews/sessions/{session_id}/decision"
    for person in people:
        review = f"/api/reviews/{session_id}"
        ratings = [{"question_id": item["question_id"], "rating": 4} for item in person.get(review).json["questions"]]
        content = {"revision": 0, "ratings": ratings, "recommendation": "yes", "reason": "Concrete."}
        saved = person.request("PUT", review, body=content).json["review"]
        assert person.post(f"{review}/submit", {"revision": saved["revision"]}).status == 200
    assert people[0].request("PUT", decision, body={"decision": "hold"}).status == 200
    late = people[1].request("PUT", decision, body={"decision": "advance", "if_revision": 0})
    assert (late.status, "meanwhile (Xaver 0)" in late.json["error"]) == (409, True)

    def names() -> set[str]:
        agreement = admin.get("/api/jobs/1/agreement").json
        return {
            *(name for pair in agreement["reviewer_pairs"] for name in pair["reviewers"]),
            *(item["reviewer_name"] for item in agreement["disagreements"]),
            *(item["decided_by"]["name"] for item in admin.get(f"{decision}s").json["items"]),
        }

    assert names() == {"Xaver 0", "Xaver 1"}
    renamed = people[0].request("PATCH", "/api/account", body={"name": "Yvonne"})
    assert (renamed.status, renamed.json["name"], renamed.json["user"]["name"]) == (200, "Yvonne", "Yvonne")
    assert names() == {"Yvonne", "Xaver 1"}
    for person in people:
        assert admin.request("DELETE", f"/api/users/{person.user_id}").status == 200
    assert len(names()) == 1
    assert "Xaver" not in "\n".join(stored(environ))
