"""The agreement of machine and reviewers, through the front door."""

from __future__ import annotations

import csv
import io
from typing import Any

from fakes.client import Client
from fakes.front_door import score, start
from tener_interview.domain.rater_agreement.figures import MIN_PAIRS
from tener_interview.store.review_records import ReviewVersion

AGREEMENT = "/api/jobs/1/agreement"


def submit(client: Client, session_id: str, reviewer: int, total: float | None, *, blind: bool = True) -> None:
    """A reviewer submits a review, as the service stores it."""
    service: Any = client.app
    with service.service.store.write() as tx:
        row = tx.reviews.get(session_id, f"us_{reviewer}")
        version = 1 if row is None else (row.version or 0) + 1
        revision = 0 if row is None else row.revision
        name = f"=Reviewer {reviewer}"
        assert tx.reviews.save(session_id, 1, f"us_{reviewer}", name, "{}", 1, revision=revision, assigned_only=False)
        review = ReviewVersion(
            session_id, f"us_{reviewer}", version, "{}", total, "strong_no", blind=blind, result_version=1,
            machine_total=None, submitted_at=version,
        )
        assert tx.reviews.submit(review, 1, revision=revision + 1, assigned_only=False)


def test_the_agreement_api_compares_human_ratings_with_machine_scores(client: Client) -> None:
    nothing = client.get(AGREEMENT).json
    assert nothing["machine"]["blind"]["pairs"] == 0
    assert nothing["machine"]["blind"]["too_few"]
    assert nothing["disagreements"] == nothing["versions"] == nothing["jobs"] == []

    sessions = [start(client, number, candidate_name=f"Candidate {number}")["session_id"] for number in range(42, 46)]
    for session_id in sessions:
        score(client, session_id)
    for number in range(5):
        for place, session_id in enumerate(sessions):
            submit(client, session_id, number, 30.0 + 10 * place + number)
    # What counts is the first version, given blind; amended ones came after seeing the score.
    submit(client, sessions[0], 0, 90.0, blind=False)
    submit(client, sessions[0], 7, 85.0, blind=False)
    submit(client, sessions[1], 8, None)

    answer = client.get(AGREEMENT).json
    blind, seen = answer["machine"]["blind"], answer["machine"]["seen"]
    assert (blind["pairs"], blind["interviews"], blind["too_few"]) == (MIN_PAIRS, 4, False)
    assert blind["spearman"] is not None
    assert blind["spearman_interval"]["low"] <= blind["spearman"] <= blind["spearman_interval"]["high"]
    assert (seen["pairs"], seen["spearman"], seen["too_few"]) == (1, None, True)
    assert answer["reviewers"]["blind"]["pairs"] == 4 * 10
    assert answer["reviewers"]["seen"]["pairs"] == 5
    assert len(answer["disagreements"]) == 10
    assert answer["disagreements"][0]["session_id"] in sessions
    assert answer["versions"][0]["interviews"] == 4
    assert client.get(AGREEMENT).json | {"computed_at": None} == answer | {"computed_at": None}

    everything = client.get("/api/agreement").json
    assert everything["machine"] == answer["machine"]
    assert [(job["job_id"], job["figures"]["pairs"]) for job in everything["jobs"]] == [(1, MIN_PAIRS)]
    assert client.get("/api/jobs/2/agreement").json["machine"]["blind"]["pairs"] == 0

    figures = list(csv.DictReader(io.StringIO(client.get(f"{AGREEMENT}?format=csv").text)))
    assert figures[0]["Pairs"] == str(MIN_PAIRS)
    assert float(figures[0]["Spearman, low"]) == blind["spearman_interval"]["low"]
    reply = client.get(f"{AGREEMENT}?format=csv&content=pairs&delimiter=;")
    pairs = list(csv.DictReader(io.StringIO(reply.text), delimiter=";"))
    assert len(pairs) == MIN_PAIRS + 1
    assert pairs[0]["Reviewer"].startswith("'=Reviewer")
    assert {row["Blind"] for row in pairs} == {"yes", "no"}
    # Whatever the band of the total.
    assert {row["Recommended"] for row in pairs} == {"strong_no"}
    assert "Candidate 42" not in reply.text
    assert "demo-agreement-pairs-1.csv" in reply.headers["content-disposition"]

    assert client.request("DELETE", "/api/candidates/42").status == 200
    assert client.get(AGREEMENT).json["machine"]["blind"]["pairs"] == MIN_PAIRS - 5
