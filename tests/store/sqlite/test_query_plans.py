"""Frequent queries find their rows by an index and need no sort."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from fakes.statements import Statements, query_plan, table_statements
from fakes.stored import add_session, new_store, opened
from for_each import for_each
from tener_interview.store.ports import Transaction
from tener_interview.store.sqlite.database import Store

JOBS, CANDIDATES = 5, 400


@pytest.fixture(scope="module", params=["as it was made", "with statistics"])
def watched(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Store, Statements]]:
    """Some sessions, most of one job. SQLite plans otherwise once it has gathered statistics."""
    with pytest.MonkeyPatch.context() as patched:
        statements = Statements(patched)
        store = new_store(tmp_path_factory.mktemp("plans") / "interview.sqlite3")
        with store.write() as tx:
            for number in range(1, JOBS * CANDIDATES + 1):
                session_id = add_session(
                    tx,
                    number,
                    job_id=1 if number % 2 else number % JOBS + 1,
                    status="scored" if number % 3 else "invited",
                    technical_score=number % 101 / 1.0,
                    total_score=number % 97 / 1.0,
                    invitation_id=f"{number:024x}",
                    last_sync_at=number,
                )
                tx.events.add(session_id, "created", "recruiter", number)
                tx.results.add(session_id, "{}", number)
        if request.param == "with statistics":
            with opened(store.path) as db:
                db.execute("ANALYZE")
        yield store, statements
        store.close()


def plan(watched: tuple[Store, Statements], ask: Callable[[Transaction], object]) -> str:
    """SQLite's query plan for the single statement that `ask` sends."""
    store, statements = watched
    with statements.recorded() as said, store.read() as tx:
        ask(tx)
    (statement,) = table_statements(said)
    return query_plan(store.path, statement)


HOT: dict[str, tuple[Callable[[Transaction], object], str]] = {
    "leaderboard": (lambda tx: tx.rankings.top(1, limit=50), "leaderboard_order"),
    "due": (lambda tx: tx.sessions.due_for_sync(1_000_000, 1_000, urgent_only=False, limit=500), "sessions_due"),
    "told of": (lambda tx: tx.sessions.due_for_sync(1_000_000, 1_000, urgent_only=True, limit=500), "sessions_due"),
    "newest of a job": (lambda tx: tx.sessions.newest_first({"job_id": 1}, limit=100), "sessions_of_a_job"),
    "next page": (
        lambda tx: tx.sessions.newest_first({"job_id": 1}, limit=100, before_seq=900), "sessions_of_a_job"
    ),
    "newest of a candidate": (
        lambda tx: tx.sessions.newest_first({"candidate_id": 7}, limit=100), "sessions_of_a_candidate"
    ),
    "of a candidate": (lambda tx: tx.sessions.of_candidate(7), "sessions_of_a_candidate"),
    "current": (lambda tx: tx.sessions.current(1, 7), "one_current_session_per_candidate"),
    "by id": (lambda tx: tx.sessions.get("iv_1"), "sqlite_autoindex_interview_sessions_1"),
    "by ids": (lambda tx: tx.sessions.locked(["iv_1", "iv_2"]), "sqlite_autoindex_interview_sessions_1"),
    "by invitation": (lambda tx: tx.sessions.by_invitation("00"), "sessions_by_invitation"),
    "by age": (lambda tx: tx.sessions.unchanged_since(1, 9, limit=10), "sessions_by_age"),
    "shares of a job": (lambda tx: tx.shares.of_job(1, limit=50), "shares_of_a_job"),
    "events": (lambda tx: tx.events.of_session("iv_1"), "events_of_a_session"),
    "result": (lambda tx: tx.results.latest("iv_1"), "sqlite_autoindex_interview_results_1"),
    "key": (lambda tx: tx.idempotency.get("POST /", "k"), "sqlite_autoindex_idempotency_keys_1"),
    "notices": (lambda tx: tx.provider_events.of_invitation("00"), "sqlite_autoindex_webhook_events_1"),
}


@for_each("name", HOT)
def test_frequent_queries_use_their_index(watched: tuple[Store, Statements], name: str) -> None:
    ask, index = HOT[name]
    found = plan(watched, ask)
    assert f"INDEX {index}" in found
    if name != "notices":
        assert "TEMP B-TREE" not in found


def test_the_newest_sessions_need_no_sort(watched: tuple[Store, Statements]) -> None:
    assert "TEMP B-TREE" not in plan(watched, lambda tx: tx.sessions.newest_first({}, limit=100))


def test_the_candidates_of_a_batch_are_looked_up_one_by_one(watched: tuple[Store, Statements]) -> None:
    found = plan(watched, lambda tx: tx.sessions.current_by_candidate(1, range(1, 400)))
    assert "SEARCH interview_sessions USING INDEX one_current_session_per_candidate (job_id=? AND candidate_id=?)" in (
        found
    )


def test_old_idempotency_keys_are_found_by_an_index(watched: tuple[Store, Statements]) -> None:
    found = query_plan(watched[0].path, "DELETE FROM idempotency_keys WHERE created_at < 1")
    assert "INDEX idempotency_by_age" in found


@for_each(
    "ask", [
        lambda tx: tx.near_duplicates.find_similar(7, [(1, 2, 3)], min_shared=2, limit=20),
        lambda tx: tx.near_duplicates.candidates_by_question("iv_1"),
        lambda tx: tx.near_duplicates.similar_sessions("iv_1"),
        lambda tx: tx.near_duplicates.exist_for("iv_1"),
        lambda tx: tx.near_duplicates.sessions_with_any(["iv_1", "iv_2"]),
    ],
    ids=["alike", "twins", "twin sessions", "has twins", "have twins"],
)
def test_similar_answers_are_found_by_an_index(
    watched: tuple[Store, Statements], ask: Callable[[Transaction], object]
) -> None:
    found = plan(watched, ask)
    assert "SCAN answer" not in found
    assert "SCAN interview_sessions" not in found
    assert "SCAN own" not in found
    assert "SCAN other" not in found
