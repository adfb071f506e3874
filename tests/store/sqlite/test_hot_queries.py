"""The long lists: few statements, each by an index, with the columns that are shown; as the whole service asks."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from fakes.client import Client
from fakes.front_door import SESSIONS, start
from fakes.stored import add_session
from tener_interview.store.sqlite.database import Store
from tener_interview.web.application import Application

CANDIDATES = 1000
#: What lists have no use for, and what weighs most in a row.
HEAVY = ("video_urls", "candidate_url", "candidate_email")

LISTS = {
    "leaderboard": ("/api/jobs/1/interview-leaderboard", ["leaderboard_order"]),
    "sessions of a job": (f"{SESSIONS}?job_id=1", ["sessions_of_a_job"]),
    "sessions of a candidate": (f"{SESSIONS}?candidate_id=10003", ["sessions_of_a_candidate"]),
    # Who is invited, what those are called whom the source does not know, and the sessions of the page.
    "candidates with sessions": (
        "/api/admin/jobs/1/candidates",
        ["sessions_by_state", "one_current_session_per_candidate", "one_current_session_per_candidate"],
    ),
}


@pytest.fixture
def app(make_app: Any) -> Application:
    made: Application = make_app()
    client = Client(made)
    candidates = [each["candidate_id"] for each in client.get("/api/admin/jobs/1/candidates").json["items"]]
    for candidate_id in candidates:
        start(client, candidate_id)
    with store_of(made).write() as tx:
        for number in range(10_000, 10_000 + CANDIDATES):
            add_session(
                tx, number, job_id=1 if number % 2 else 2, status="scored", technical_score=number % 101 / 1.0,
                total_score=number % 97 / 1.0,
            )
    return made


def store_of(app: Application) -> Store:
    store: Store = app._site.store
    return store


@contextmanager
def overheard(store: Store) -> Iterator[list[str]]:
    """Every statement that is read by, except the frame of a transaction."""
    said: list[str] = []
    with store.read():
        pass
    connection: sqlite3.Connection = store._readers[-1]
    connection.set_trace_callback(
        lambda statement: None if statement in ("BEGIN", "ROLLBACK") else said.append(statement)
    )
    try:
        yield said
    finally:
        connection.set_trace_callback(None)


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("analyzed", [False, True], ids=["as it was made", "with statistics"])
def test_every_statement_of_a_list_is_an_indexed_one(name: str, analyzed: bool, app: Application) -> None:
    url, indexes = LISTS[name]
    store = store_of(app)
    if analyzed:
        store._writer.execute("ANALYZE")
    with overheard(store) as said:
        answer = Client(app).get(url).json
    assert len(answer["items"]) > 0
    for statement, index in zip(said, indexes, strict=True):
        assert not [column for column in HEAVY if column in statement]
        plan = "; ".join(row["detail"] for row in store._writer.execute(f"EXPLAIN QUERY PLAN {statement}"))
        assert f"INDEX {index}" in plan
        assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize("name", LISTS)
def test_a_longer_list_asks_no_more(name: str, app: Application) -> None:
    url, indexes = LISTS[name]
    with overheard(store_of(app)) as said:
        few = Client(app).get(f"{url}{'&' if '?' in url else '?'}limit=1").json["items"]
        many = Client(app).get(url).json["items"]
    assert len(few) <= len(many)
    assert len(said) == 2 * len(indexes)


def test_the_candidates_of_a_large_job_are_looked_up_at_once(make_app: Any) -> None:
    store = store_of(make_app())
    with store.write() as tx:
        for number in range(1, 2001):
            add_session(tx, number)
    with overheard(store) as said, store.read() as tx:
        assert len(tx.sessions.summaries_by_candidate(1, range(1, 2001))) == 2000
    assert len(said) == 1
