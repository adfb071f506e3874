"""Long lists take few statements, use an index for every one, and read only the columns that they show."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.client import Client
from fakes.front_door import SESSIONS, start
from fakes.statements import Statements, query_plan, table_statements
from fakes.stored import add_session, opened
from for_each import for_each
from tener_interview.store.sqlite.database import Store
from tener_interview.web.application import Application

CANDIDATES = 1000
#: What lists have no use for, and what weighs most in a row.
HEAVY = ("video_urls", "candidate_url", "candidate_email")
#: How SQLite names the index of `session_id`.
SESSIONS_BY_ID = "INDEX sqlite_autoindex_interview_sessions_1"

LISTS = {
    # The sessions of the page, which of them lack consent, the latest version of the job's plan, and when the next link
    # expires.
    "leaderboard": (
        "/api/jobs/1/interview-leaderboard",
        ["INDEX leaderboard_order", SESSIONS_BY_ID, "PRIMARY KEY (job_id=?)", "INDEX sessions_by_state"],
    ),
    "sessions of a job": (f"{SESSIONS}?job_id=1", ["INDEX sessions_of_a_job"]),
    "sessions of a candidate": (f"{SESSIONS}?candidate_id=10003", ["INDEX sessions_of_a_candidate"]),
    # Who is invited and until when that holds, what those are called whom the source does not know, the sessions of the
    # page, which of them lack consent, who wants no messages, and until when the page holds.
    "candidates with sessions": (
        "/api/admin/jobs/1/candidates",
        [
            "INDEX sessions_by_state", "INDEX sessions_by_state", "INDEX one_current_session_per_candidate",
            "INDEX one_current_session_per_candidate", SESSIONS_BY_ID, "INTEGER PRIMARY KEY (rowid=?)",
            "INDEX sessions_by_state",
        ],
    ),
}


@pytest.fixture
def app(statements: Statements, make_app: Any) -> Application:  # noqa: ARG001 - they are heard from its start
    made: Application = make_app()
    client = Client(made)
    candidates = [item["candidate_id"] for item in client.get("/api/admin/jobs/1/candidates").json["items"]]
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
    store: Store = app.service.store
    return store


@for_each("name", LISTS)
@pytest.mark.parametrize("analyzed", [False, True], ids=["as it was made", "with statistics"])
def test_every_statement_of_the_lists_uses_an_index(
    name: str, analyzed: bool, app: Application, statements: Statements
) -> None:
    url, indexes = LISTS[name]
    path = store_of(app).path
    if analyzed:
        with opened(path) as db:
            db.execute("ANALYZE")
    with statements.recorded() as run:
        answer = Client(app).get(url).json
    assert len(answer["items"]) > 0
    for statement, index in zip(table_statements(run), indexes, strict=True):
        assert not [column for column in HEAVY if column in statement]
        plan = query_plan(path, statement)
        assert index in plan
        assert "TEMP B-TREE" not in plan


@for_each("name", LISTS)
def test_a_longer_list_takes_no_more_statements(name: str, app: Application, statements: Statements) -> None:
    url, indexes = LISTS[name]
    with statements.recorded() as said_for_few:
        few = Client(app).get(f"{url}{'&' if '?' in url else '?'}limit=1").json["items"]
    with statements.recorded() as said_for_many:
        many = Client(app).get(url).json["items"]
    assert len(few) <= len(many)
    assert len(table_statements(said_for_many)) <= len(table_statements(said_for_few)) <= len(indexes)


def test_the_candidates_of_a_large_job_are_read_in_one_statement(statements: Statements, make_app: Any) -> None:
    store = store_of(make_app())
    with store.write() as tx:
        for number in range(1, 2001):
            add_session(tx, number)
    with statements.recorded() as run, store.read() as tx:
        assert len(tx.sessions.summaries_by_candidate(1, range(1, 2001))) == 2000
    assert len(table_statements(run)) == 1
