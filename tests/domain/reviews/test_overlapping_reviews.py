"""Reviews, overrides and settings at the same moment: nothing is lost, and every total is that of what is stored."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from fakes.desk import Desk
from fakes.front_door import SESSIONS
from fakes.reviews import REVIEWS, rate
from fakes.users import signed_in


def run_at_once(*actions: Callable[[], Any]) -> list[Any]:
    """What each action returns; all begin at the same moment."""
    gate, results = threading.Barrier(len(actions)), [None] * len(actions)

    def run(index: int, action: Callable[[], Any]) -> None:
        gate.wait()
        results[index] = action()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_concurrent_reviews_overrides_and_settings_leave_a_consistent_total(desk: Desk) -> None:
    session_id = desk.scored()
    reviewers = [signed_in(desk.app, "reviewer", job_ids=[1]) for _ in range(3)]
    path = f"{SESSIONS}/{session_id}/override"
    replies = run_at_once(
        *(partial(rate, client, session_id, rating) for client, rating in zip(reviewers, (1, 3, 5), strict=True)),
        lambda: desk.client.request("PUT", path, body={"score": 42, "reason": "Wrong."}),
        lambda: desk.client.request("PATCH", "/api/jobs/1/settings", body={"ranked_by": "human"}),
    )
    assert [reply.status for reply in replies] == [200] * 5, [reply.text for reply in replies]
    look = desk.read_session(session_id)
    assert (look["human_total"], look["human_reviews"], look["human_spread"]) == (60.0, 3, 60.0)
    assert (look["summary"]["total_score"], look["total_source"]) == (60.0, "human")
    assert desk.client.request("PATCH", "/api/jobs/1/settings", body={"ranked_by": "machine"}).status == 200
    assert desk.read_session(session_id)["summary"]["total_score"] == 42.0


def test_of_two_windows_only_one_can_submit_the_review(desk: Desk) -> None:
    session_id = desk.scored()
    reviewer = signed_in(desk.app, "reviewer", job_ids=[1])
    address = f"{REVIEWS}/{session_id}"

    def save(revision: int, reason: str) -> Callable[[], int]:
        body = {"revision": revision, "reason": reason, "recommendation": "no_decision"}
        return lambda: reviewer.request("PUT", address, body=body).status

    def submit(revision: int) -> Callable[[], int]:
        return lambda: reviewer.post(f"{address}/submit", {"revision": revision}).status

    assert sorted(run_at_once(save(0, "One."), save(0, "Two."), save(0, "Three."))) == [200, 409, 409]
    assert sorted(run_at_once(submit(1), submit(1))) == [200, 409]
    revision = reviewer.get(address).json["review"]["revision"]
    assert sorted(run_at_once(save(revision, "Later."), save(revision, "Later still."))) == [200, 409]
    three = run_at_once(submit(revision + 1), submit(revision + 1), save(revision + 1, "Too late."))
    assert sorted(three) == [200, 409, 409]
    [review] = desk.client.get(f"{SESSIONS}/{session_id}/reviews").json["items"]
    assert review["reviewer_id"] == reviewer.user_id


def test_a_review_submitted_while_its_assignment_ends_is_accepted_or_refused_whole(desk: Desk) -> None:
    session_id = desk.scored()
    for _ in range(3):
        reviewer = signed_in(desk.app, "reviewer", job_ids=[1])
        before = desk.read_session(session_id)["human_reviews"]

        def end_assignment() -> None:
            with desk.app.service.store.write() as tx:
                tx.job_reviewers.assign(1, [], assigned_by=None, now_ms=desk.clock.now_ms())

        saved = reviewer.request("PUT", f"{REVIEWS}/{session_id}", body={
            "revision": 0, "recommendation": "yes", "reason": "Good.",
            "ratings": [{"question_id": q["question_id"], "rating": 4}
                        for q in reviewer.get(f"{REVIEWS}/{session_id}").json["questions"]],
        })
        assert saved.status == 200
        submit = partial(reviewer.post, f"{REVIEWS}/{session_id}/submit", {"revision": 1})
        submitted, _ = run_at_once(submit, end_assignment)
        assert submitted.status in (200, 404)
        assert desk.read_session(session_id)["human_reviews"] == before + (submitted.status == 200)
        assert reviewer.get(f"{REVIEWS}/{session_id}").status == 404
