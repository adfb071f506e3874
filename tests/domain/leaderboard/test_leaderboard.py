"""The leaderboard: who stands before whom, and who is not on it."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from fakes.desk import ANSWERS, Desk
from fakes.front_door import faulty_fields
from fakes.hireflix import FakeHireflix
from for_each import for_each
from tener_interview.criteria.dimension import DIMENSIONS

#: Candidate -> technical, soft skills, culture fit, total.
SCORES: dict[int, tuple[float | None, float | None, float | None, float | None]] = {
    9: (90.0, 80.0, 70.0, 83.0),
    4: (50.0, 50.0, None, 50.0),
    8: (50.0, 50.0, 50.0, 50.0),
    2: (0.0, 0.0, None, 0.0),
    1: (99.0, None, 99.0, 99.0),
    7: (None, 60.0, None, 60.0),
    6: (None, None, 100.0, 100.0),
    3: (40.0, None, None, None),
    5: (None, None, None, None),
    10: (None, None, None, None),
}


def board(desk: Desk, query: str = "", job_id: int = 1) -> list[Any]:
    items: list[Any] = desk.client.get(f"/api/jobs/{job_id}/interview-leaderboard{query}").json["items"]
    return items


#: An answer that can be scored, and shows nothing.
WEAK = (
    "Well, usually I just try some things and talk to the team about the design, and mostly it works out somehow, and "
    "in general I think everything was pretty good in the end."
)


def set_scores(desk: Desk, session_id: str, scores: tuple[float | None, ...]) -> None:
    names = ("technical_score", "soft_skills_score", "culture_fit_score", "total_score")
    with desk.service.store.write() as tx:
        tx.sessions.update_if(session_id, {}, **dict(zip(names, scores, strict=True)))


@pytest.fixture
def ranked(desk: Desk) -> Desk:
    """A desk whose job 1 has candidates in every group."""
    for candidate_id, scores in sorted(SCORES.items(), reverse=True):
        set_scores(desk, desk.started(candidate_id, candidate_name=f"Person {candidate_id}"), scores)
    return desk


def test_the_leaderboard_orders_by_number_of_scores_then_total_then_candidate_id(ranked: Desk) -> None:
    rows = board(ranked)
    assert [row["candidate_id"] for row in rows] == list(SCORES)
    assert [row["rank"] for row in rows] == [1, 2, 2, 4, 5, 6, 7, None, None, None]


def test_the_leaderboard_limit_keeps_the_highest_ranks(ranked: Desk) -> None:
    assert [item["candidate_id"] for item in board(ranked, "?limit=3")] == [9, 4, 8]
    assert len(board(ranked, "?limit=500")) == 10


@for_each("limit", ["0", "501", "-1", "x", "1.5"])
def test_an_invalid_leaderboard_limit_is_refused(desk: Desk, limit: str) -> None:
    assert faulty_fields(desk.client.get(f"/api/jobs/1/interview-leaderboard?limit={limit}")) == {"limit"}


def test_the_fields_of_a_leaderboard_row(desk: Desk) -> None:
    session_id = desk.scored(42, candidate_name="Jane Doe")
    desk.clock.advance(hours=1)
    session, card = desk.read_session(session_id), desk.scorecard(session_id)
    total = session["summary"]["total_score"]
    flags = [score["flags"] for score in card["transcription_scoring"]["question_scores"]]
    assert board(desk) == [{
        "rank": 1, "candidate_id": 42, "candidate_name": "Jane Doe", "session_id": session_id,
        "interview_status": "scored", **session["summary"], "score_confidence": card["score_confidence"],
        "counted_competency_scores": None,
        "pass_recommendation": card["pass_recommendation"], "scored_questions": 4, "total_questions": 4,
        "flags": sorted({flag for item in flags for flag in item}),
        "updated_at": session["scored_at"],
        "total_score_low": round(total - 3, 1), "total_score_high": round(total + 3, 1),
        "tied_with_previous": False, "tied_with_rank": None, "rank_shared": False, "group": "ranked",
        "needs_review": False, "review_reason": None, "outdated": False, "shared_with_job": None,
        "competency_scores": {name: session["summary"][f"{name}_score"] for name in DIMENSIONS},
        "plan_version": None, "scored_plan_version": None, "ranking_group": None,
        "decision": None, "decided_at": None, "decision_revision": 0,
        "machine_total": total, "human_total": None, "human_reviews": 0, "human_spread": None,
        "total_source": "machine", "judge_total": None, "judge_spread": None, "overrides": 0,
        "scored_without_consent": None,
    }]


def test_replaced_sessions_are_not_on_the_leaderboard(desk: Desk, fake: FakeHireflix) -> None:
    first = desk.started(42)
    desk.cancel(first)
    assert [item["interview_status"] for item in board(desk)] == ["canceled"]
    second = desk.started(42)
    assert [item["session_id"] for item in board(desk)] == [second]
    fake.delete(desk.interview(second).interview_id)
    desk.refresh(second)
    third = desk.started(42)
    assert [item["session_id"] for item in board(desk)] == [third]
    assert len(desk.sessions()) == 3


def test_each_job_has_its_own_leaderboard(desk: Desk) -> None:
    desk.started(1, 1)
    desk.started(2, 2)
    assert [[item["candidate_id"] for item in board(desk, job_id=job_id)] for job_id in (1, 2, 3)] == [[1], [2], []]


def test_a_better_answer_ranks_higher(desk: Desk) -> None:
    for candidate_id, transcripts in {1: [WEAK] * 4, 2: ANSWERS}.items():
        session_id = desk.started(candidate_id)
        desk.finish(session_id, transcripts)
        desk.refresh(session_id)
    rows = board(desk)
    assert [row["candidate_id"] for row in rows] == [2, 1]
    assert rows[0]["total_score"] > rows[1]["total_score"]


def test_the_csv_leaderboard_escapes_formulas(desk: Desk) -> None:
    desk.started(1, candidate_name="=HYPERLINK(1)")
    desk.started(2, candidate_name='Zoë "Z" Ünal, PhD')
    reply = desk.client.get("/api/jobs/1/interview-leaderboard?format=csv")
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    assert reply.headers["content-disposition"] == 'attachment; filename="interview-leaderboard-1.csv"'
    rows = list(csv.DictReader(io.StringIO(reply.body.decode("utf-8-sig"))))
    assert [row["Candidate"] for row in rows] == ["'=HYPERLINK(1)", 'Zoë "Z" Ünal, PhD']
    assert len(rows[0]) == len(board(desk)[0]) - 6, "without those of plans, the revision, counted scores"
