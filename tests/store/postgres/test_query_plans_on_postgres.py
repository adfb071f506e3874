"""On PostgreSQL too, frequent statements find their rows by an index, and need no sort if the index has the order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import Any

import pytest

from fakes.postgres import PostgresServer
from for_each import for_each
from tener_interview.store.ports import Transaction
from tener_interview.store.postgres.connection import BoundedConnection, connect
from tener_interview.store.postgres.dialect import WRITING, translate
from tener_interview.store.records import LeaderboardFilters
from tener_interview.store.tables.dialect import Rows

#: Tables so large that reading a whole one is never the fastest way to a few of its rows.
FILL = """
INSERT INTO interview_sessions (
    session_id, job_id, candidate_id, candidate_name, candidate_sort_name, candidate_spellings, candidate_email, status,
    provider, position_id, invitation_id, link_expires_at, created_at, updated_at, last_sync_at, next_sync_at,
    technical_score, total_score, human_total, review_reason, completed_at, is_current)
SELECT 'iv_' || n, n % 200, n, 'Name ' || n, 'name ' || n, 'name ' || n, n || '@example.com',
    CASE WHEN n % 3 = 0 THEN 'invited' ELSE 'scored' END, 'demo', 'position', 'inv_' || n, 2000000000000, n, n, n, n,
    n % 101, n % 97, CASE WHEN n % 4 = 0 THEN n % 97 END, CASE WHEN n % 5 = 0 THEN 'unscorable' END, n, TRUE
FROM generate_series(1, 20000) AS n;
INSERT INTO interview_events (session_id, event, source, at, details)
SELECT 'iv_' || n, 'created', 'system', n, '{}' FROM generate_series(1, 20000) AS n;
INSERT INTO interview_results (session_id, version, created_at, content)
SELECT 'iv_' || n, 1, n, '{}' FROM generate_series(1, 20000) AS n;
INSERT INTO idempotency_keys (scope, key, fingerprint, state, lease_until, created_at)
SELECT 'POST /', 'k' || n, 'f', 'done', n, n FROM generate_series(1, 20000) AS n;
INSERT INTO webhook_events (invitation_id, stage, event, received_at, outcome)
SELECT 'inv_' || n, 'finished', 'e', n, 'known' FROM generate_series(1, 20000) AS n;
INSERT INTO shares (share_id, job_id, initials_only, created_at, expires_at)
SELECT 'sh_' || n, n % 200, FALSE, n, n FROM generate_series(1, 5000) AS n;
INSERT INTO share_candidates (share_id, number, candidate_id)
SELECT 'sh_' || n, 1, n FROM generate_series(1, 5000) AS n;
INSERT INTO users (user_id, email, email_key, name, role, created_at)
SELECT 'us_' || n, 'e' || n, 'e' || n, 'n', 'reviewer', n FROM generate_series(1, 5000) AS n;
INSERT INTO logins (cookie_hash, expires_at, user_id)
SELECT 'c' || n, n, 'us_' || n FROM generate_series(1, 5000) AS n;
INSERT INTO api_tokens (token_id, token_hash, user_id, name, role, read_only, created_at)
SELECT 'at_' || n, 'h' || n, 'us_' || n, 'n', 'reviewer', FALSE, n FROM generate_series(1, 5000) AS n;
INSERT INTO job_reviewers (job_id, user_id, assigned_at)
SELECT n % 200, 'us_' || n, n FROM generate_series(1, 5000) AS n;
INSERT INTO answer_shingles (session_id, question_id, shingles)
SELECT 'iv_' || n, 'q', '' FROM generate_series(1, 20000) AS n;
INSERT INTO answer_marks (mark, answer) SELECT n % 5000, n FROM generate_series(1, 20000) AS n;
INSERT INTO answer_twins (answer, twin) SELECT n, n + 1 FROM generate_series(1, 5000) AS n;
INSERT INTO plan_versions (job_id, version, content, plan_hash, position_id, position_name, published_at)
SELECT n, 1, '{}', 'h', 'p' || n, 'n', n FROM generate_series(1, 5000) AS n;
ANALYZE;
"""


class ExplainingConnection:
    """Explains every statement before running it."""

    def __init__(self, db: BoundedConnection) -> None:
        self._db = db
        self.plans: list[str] = []

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Rows:
        translated = translate(sql)
        given = (*values, 1_770_000_000_000) if translated.takes_now_ms else values
        rows = self._db.execute(f"EXPLAIN {translated.sql}", given).fetchall()
        self.plans.append("\n".join(row[0] for row in rows))
        return self._db.execute(translated.sql, given)

    def executemany(self, sql: str, rows: Any, /) -> object:
        for row in rows:
            self.execute(sql, row)
        return None


@pytest.fixture(scope="module")
def filled(postgres: PostgresServer, migrated_postgres: str) -> Iterator[BoundedConnection]:
    name = "query_plans"
    postgres.drop_database(name)
    with closing(connect(postgres.create_database(name, migrated_postgres))) as db:
        db.execute(FILL.encode())
        yield db
    postgres.drop_database(name)


ONE = "iv_77"
#: What is asked -> the index that answers it, and whether it also has the order.
HOT: dict[str, tuple[Callable[[Transaction], object], str]] = {
    "leaderboard": (lambda tx: tx.rankings.top(1, limit=50), "leaderboard_order"),
    "totals": (lambda tx: tx.rankings.count_totals(1), "leaderboard_order|sessions_by_state|sessions_of_a_job"),
    "filtered": (
        lambda tx: tx.rankings.page(
            1, LeaderboardFilters(words=("7",)), sort=None, descending=False, limit=50, offset=0
        ), "leaderboard_order|sessions_by_state|sessions_of_a_job",
    ),
    "due": (lambda tx: tx.sessions.due_for_sync(1_000_000, 1_000, urgent_only=False, limit=500), "sessions_due"),
    "urgent": (lambda tx: tx.sessions.due_for_sync(1_000_000, 1_000, urgent_only=True, limit=500), "sessions_due"),
    "newest": (lambda tx: tx.sessions.newest_first({}, limit=100), "interview_sessions_pkey"),
    "newest of a job": (lambda tx: tx.sessions.newest_first({"job_id": 1}, limit=100), "sessions_of_a_job"),
    "next page": (
        lambda tx: tx.sessions.newest_first({"job_id": 1}, limit=100, before_seq=900), "sessions_of_a_job"
    ),
    "newest of a candidate": (
        lambda tx: tx.sessions.newest_first({"candidate_id": 7}, limit=100), "sessions_of_a_candidate"
    ),
    "of a candidate": (lambda tx: tx.sessions.of_candidate(7), "sessions_of_a_candidate"),
    "current": (lambda tx: tx.sessions.current(1, 7), "one_current_session_per_candidate|sessions_of_a_candidate"),
    "current of many": (
        lambda tx: tx.sessions.current_by_candidate(1, range(1, 100)),
        "one_current_session_per_candidate|sessions_of_a_candidate|sessions_by_state",
    ),
    "by id": (lambda tx: tx.sessions.get(ONE), "interview_sessions_session_id_key"),
    "by invitation": (lambda tx: tx.sessions.by_invitation("inv_7"), "sessions_by_invitation"),
    "by address": (
        lambda tx: tx.sessions.find_other_by_email("position", "7@EXAMPLE.com", other_than=1), "sessions_by_email"
    ),
    "by age": (lambda tx: tx.sessions.unchanged_since(10, 20_000, limit=10), "sessions_by_age"),
    "conditional update": (
        lambda tx: tx.sessions.update_if(ONE, {"status": "scored", "flags": None}, updated_at=5),
        "interview_sessions_session_id_key",
    ),
    "locked": (lambda tx: tx.locks.sessions([ONE, "iv_78"]), "interview_sessions_session_id_key"),
    "locked and read": (lambda tx: tx.sessions.locked([ONE, "iv_78"]), "interview_sessions_session_id_key"),
    "events": (lambda tx: tx.events.of_session(ONE), "events_of_a_session"),
    "one more event": (lambda tx: tx.events.add(ONE, "e", "system", 1), "events_of_a_session"),
    "result": (lambda tx: tx.results.latest(ONE), "interview_results_pkey"),
    "one more result": (lambda tx: tx.results.add(ONE, "{}", 1), "interview_results_pkey"),
    "key": (lambda tx: tx.idempotency.get("POST /", "k7"), "idempotency_keys_pkey"),
    "response": (lambda tx: tx.idempotency.finish("POST /", "k7", 200, f"{ONE}"), "idempotency_keys_pkey"),
    "old keys": (lambda tx: tx.idempotency.forget_before(5), "idempotency_by_age"),
    "notices": (lambda tx: tx.provider_events.of_invitation("inv_7"), "webhook_events_invitation_id_stage_key"),
    "API token": (lambda tx: tx.api_tokens.find("h7", now_ms=1), "api_tokens_token_hash_key"),
    "reviewer of a job": (lambda tx: tx.job_reviewers.is_assigned(7, "us_7"), "job_reviewers_pkey|jobs_of_a_reviewer"),
    "jobs of a reviewer": (lambda tx: tx.job_reviewers.jobs_of("us_7"), "jobs_of_a_reviewer"),
    "login": (lambda tx: tx.logins.find("c7", now_ms=1), "logins_pkey"),
    "share": (lambda tx: tx.shares.get("sh_7"), "shares_share_id_key"),
    "shares of a job": (lambda tx: tx.shares.of_job(7, limit=50), "shares_of_a_job"),
    "opened share": (lambda tx: tx.shares.count_visit("sh_7", 1), "shares_share_id_key"),
    "shares of a candidate": (lambda tx: tx.shares.listing_candidate(7), "shares_of_a_candidate"),
    "similar answers": (
        lambda tx: tx.near_duplicates.find_similar(7, [(1, 2, 3)], min_shared=2, limit=20), "answer_marks_pkey"
    ),
    "twins": (lambda tx: tx.near_duplicates.candidates_by_question(ONE), "answer_shingles_session_id_question_id_key"),
    "twin sessions": (lambda tx: tx.near_duplicates.similar_sessions(ONE), "answer_twins_pkey"),
    "has twins": (lambda tx: tx.near_duplicates.exist_for(ONE), "answer_twins_pkey"),
    "plan": (lambda tx: tx.plans.latest(7), "plan_versions_pkey"),
}  # fmt: skip
#: The order of these is not an index's, or there are few rows to sort.
SORTED = {
    "totals", "filtered", "newest of a job", "next page", "newest of a candidate", "of a candidate", "by invitation",
    "by address", "locked", "notices", "similar answers", "twins", "shares of a candidate", "shares of a job", "plan",
    "events", "one more event",
}  # fmt: skip


@for_each("name", HOT)
def test_frequent_statements_use_their_index_on_postgres(filled: BoundedConnection, name: str) -> None:
    ask, indexes = HOT[name]
    explaining = ExplainingConnection(filled)
    with filled.transaction(force_rollback=True):
        ask(Transaction(explaining, WRITING))
    plans = "\n".join(explaining.plans)
    assert any(index in plans for index in indexes.split("|")), plans
    assert "Seq Scan on " not in plans, plans
    if name not in SORTED:
        assert "Sort" not in plans, plans
