"""Reviews as reviewers write them."""

from __future__ import annotations

from typing import Any

from fakes.client import Client, Reply

REVIEWS = "/api/reviews"


def rate(client: Client, session_id: str, rating: int, *, revision: int | None = None, **more: Any) -> Reply:
    """Save and submit a review that gives every answer the same rating."""
    opened = client.get(f"{REVIEWS}/{session_id}").json
    marks = [{"question_id": q["question_id"], "rating": rating} for q in opened["questions"]]
    review = {"ratings": marks, "recommendation": "yes", "reason": "As rated.", **more}
    revision = opened["review"]["revision"] if revision is None else revision
    saved = client.request("PUT", f"{REVIEWS}/{session_id}", body={"revision": revision, **review})
    if saved.status != 200:
        return saved
    return client.post(f"{REVIEWS}/{session_id}/submit", {"revision": saved.json["review"]["revision"]})
