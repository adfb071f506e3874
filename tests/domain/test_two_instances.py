"""Two instances that do everything at once on one database: nobody is refused, and nothing is lost or double."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from fakes.client import Reply
from fakes.databases import plain_connection
from fakes.desk import ANSWERS, Desk, MakeDesk
from fakes.front_door import SESSIONS, STEP
from fakes.hireflix import FakeHireflix
from tener_interview.system.clock import SystemClock

PEOPLE = 12
#: Everybody says the same, so that each answer is a near duplicate of all others.
SAME = [ANSWERS[0]] * len(ANSWERS)


def all_at_once(*works: Callable[[], Reply]) -> list[Reply]:
    with ThreadPoolExecutor(len(works)) as pool:
        return [each.result(120) for each in [pool.submit(work) for work in works]]


def refused(replies: list[Reply]) -> list[str]:
    return [reply.text for reply in replies if reply.status >= 400]


def test_concurrent_work_on_two_instances_leaves_consistent_data(
    make_desk: MakeDesk, fake: FakeHireflix, criteria: Path
) -> None:
    settings = {
        "TENER_HIREFLIX_TIMEOUT_SECONDS": "30", "TENER_INTERVIEW_TRANSCRIPTION_SCORING_CRITERIA_PATH": criteria,
    }
    one, other = (make_desk(SystemClock(), **settings) for _ in range(2))
    people = list(range(1, PEOPLE + 1))
    emails = {number: f"person{number}@example.com" for number in people}

    def start(desk: Desk, number: int) -> Reply:
        return desk.try_start(number, candidate_email=emails[number], unlisted=True)

    def step(desk: Desk) -> Reply:
        return desk.client.post(STEP, {"job_id": 1, "candidate_ids": people})

    starts = [lambda desk=desk, number=number: start(desk, number) for number in people for desk in (one, other)]
    assert refused(all_at_once(*starts)) == []
    assert (len(one.sessions()), fake.invites, len(fake.interviews)) == (PEOPLE, PEOPLE, PEOPLE)
    for session in one.sessions():
        one.finish(session["session_id"], SAME)

    def refresh(desk: Desk) -> Reply:
        return desk.client.post("/api/admin/jobs/1/sessions/refresh", {"force": True})

    def refresh_one(desk: Desk, session_id: str) -> Reply:
        return desk.client.post(f"{SESSIONS}/{session_id}/refresh", {"force": True})

    def rescore(desk: Desk) -> Reply:
        return desk.client.post("/api/admin/jobs/1/rescore", {})

    sessions = [session["session_id"] for session in one.sessions()]
    single = [lambda desk=desk, each=each: refresh_one(desk, each) for each in sessions[:4] for desk in (one, other)]
    replies = all_at_once(
        lambda: refresh(one), lambda: refresh(other), lambda: step(one), lambda: step(other), *single
    )
    assert refused(replies) == []
    assert errors_of(replies) == []
    assert Counter(session["status"] for session in one.sessions()) == {"scored": PEOPLE}
    assert versions(one) == {1: PEOPLE}
    assert scored_events(one) == PEOPLE

    criteria.write_text(json.dumps({**json.loads(criteria.read_text("utf-8")), "version": "another"}), "utf-8")
    erase = [lambda desk=desk: desk.client.request("DELETE", "/api/candidates/3") for desk in (one, other)]
    share = [lambda: one.client.post("/api/jobs/1/shares", {"candidate_ids": [1, 2]})] * 4
    replies = all_at_once(
        lambda: rescore(one), lambda: rescore(other), lambda: refresh(other), *erase, *share,
        lambda: one.client.request("DELETE", "/api/candidates/4"), lambda: step(other),
    )
    assert refused(replies) == []
    assert errors_of(replies) == []
    # Scored with the new rules once, whoever did it; of who was erased nothing is left.
    assert versions(one) == {2: PEOPLE - 2}
    for number in (3, 4):
        assert emails[number] not in json.dumps(one.client.get(f"/api/candidates/{number}/export").json)


def errors_of(replies: list[Reply]) -> list[Any]:
    """What single sessions of a batch were refused for."""
    items = [item for reply in replies if reply.status < 400 for item in reply.json.get("items", [])]
    return [item["error"] for item in items if item.get("error")]


def versions(desk: Desk) -> dict[int, int]:
    """How many sessions have how many results."""
    with plain_connection(desk.environ) as db:
        rows = db.execute("SELECT count(*) FROM interview_results GROUP BY session_id").fetchall()
    return Counter(row[0] for row in rows)


def scored_events(desk: Desk) -> int:
    with plain_connection(desk.environ) as db:
        row = db.execute("SELECT count(*) FROM interview_events WHERE event = 'scored'").fetchone()
    return int(row[0])
