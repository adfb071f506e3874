"""Every table that grows by itself has a bound, on each database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fakes.databases import open_store, plain_connection
from fakes.stored import add_session
from tener_interview.store import event_records
from tener_interview.store.judge_records import JudgeUsage
from tener_interview.store.ports import Store
from tener_interview.store.tables import events, logins, opinions, provider_events

TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    "postgres": "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()",
}
#: What each table grows with. Those that grow by themselves have a test below, or one of their own.
GROWS_WITH = {
    "interview_sessions": "starts", "interview_results": "scorings of a session", "interview_events": "bounded here",
    "idempotency_keys": "48 hours, in test_idempotency", "job_step_progress": "jobs", "job_positions": "jobs",
    "webhook_events": "bounded here", "demo_interviews": "starts", "demo_positions": "a person's wish",
    "leases": "names of leases", "logins": "bounded here",
    "wrong_tokens": "the last minute, a few a second", "answer_shingles": "answers", "answer_marks": "answers",
    "answer_twins": "answers, of which so many are compared at most", "shares": "a person's wish",
    "share_candidates": "shares", "job_titles": "jobs", "former_session_ids": "sessions taken over",
    "scrub_debt": "one row", "retention_held": "one row", "job_plans": "jobs", "plan_positions": "a person's wish",
    "plan_versions": "a person's wish", "model_answers": "a person's wish", "job_settings": "jobs",
    "reviews": "a person's wish", "review_versions": "a person's wish", "score_overrides": "a person's wish",
    "users": "invitations", "user_links": "users",
    "recovery_codes": "users", "api_tokens": "a person's wish", "job_reviewers": "users",
    "audit_log": "what people do; nothing is ever removed", "audit_head": "one row",
    "decisions": "what people decide", "decision_reasons": "a company's list",
    "share_recommendations": "readers of a share, so many at most",
    "message_templates": "a person's wish", "message_rules": "jobs", "message_recipients": "candidates",
    "messages": "what a person sends, and a few reminders of each session", "mail_switch": "one row",
    "endpoints": "a person's wish, so many at most",
    "outbox": "what is sent about sessions; what ends without one is pruned, in test_outbox",
    "notification_settings": "users, and ways to be here without one",
    "opinions": "results, so many rounds for each answer", "judge_usage": "bounded here",
    "notices": "a person's wish", "consents": "sessions", "correction_notes": "a person's wish",
}


@pytest.fixture
def store(environ: dict[str, str]) -> Iterator[Store]:
    store = open_store(environ)
    yield store
    store.close()


def count(environ: dict[str, str], table: str) -> int:
    with plain_connection(environ) as db:
        return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_every_table_has_a_documented_bound(environ: dict[str, str], store_kind: str) -> None:
    open_store(environ).close()
    with plain_connection(environ) as db:
        rows = db.execute(TABLES[store_kind]).fetchall()
    own = {row[0] for row in rows} - ({"tener_interview_schema", "erasure_log"} if store_kind == "postgres" else set())
    assert own == GROWS_WITH.keys()


def test_events_of_unknown_interviews_are_pruned(store: Store, environ: dict[str, str]) -> None:
    with store.write() as tx:
        tx.provider_events.add("ours", "finished", "interview.finished", 1, "known")
        for number in range(provider_events.MAX_UNKNOWN_EVENTS + 300):
            assert tx.provider_events.add(
                f"other-{number}", "finished", "interview.finished", 1_000, event_records.UNKNOWN_INTERVIEW
            )
    assert count(environ, "webhook_events") == provider_events.MAX_UNKNOWN_EVENTS + 1
    with store.write() as tx:
        tx.provider_events.add("late", "finished", "interview.finished", 10**12, event_records.UNKNOWN_INTERVIEW)
        assert not tx.provider_events.was_received("other-1299", "finished")
        assert tx.provider_events.was_received("ours", "finished")
    assert count(environ, "webhook_events") == 2


def test_the_number_of_events_of_one_session_is_limited(store: Store) -> None:
    with store.write() as tx:
        first, other = add_session(tx, 1), add_session(tx, 2)
        tx.events.add(other, "started", "system", 1)
        for number in range(events.MAX_EVENTS_PER_SESSION + 200):
            tx.events.add(first, f"event {number}", "sync", number)
        kept = [item.event for item in tx.events.of_session(first)]
        assert len(tx.events.of_session(other)) == 1
    assert len(kept) == events.MAX_EVENTS_PER_SESSION
    assert (kept[0], kept[-1]) == ("event 0", f"event {events.MAX_EVENTS_PER_SESSION + 199}")
    assert kept[1] == "event 201"


def test_old_days_of_judge_usage_are_deleted(store: Store, environ: dict[str, str]) -> None:
    with store.write() as tx:
        for day in range(1, opinions.MAX_DAYS + 50):
            assert tx.judge_usage.reserve(day, max_requests=1, max_cost=None)
            assert not tx.judge_usage.reserve(day, max_requests=1, max_cost=None)
        tx.judge_usage.add(JudgeUsage(449, void=1, cost=2.5))
        assert tx.judge_usage.of_day(449) == JudgeUsage(449, requests=1, void=1, cost=2.5)
        assert tx.judge_usage.of_day(9_999) == JudgeUsage(9_999)
        assert not tx.judge_usage.reserve(449, max_requests=9, max_cost=2.5)
        assert tx.judge_usage.reserve(449, max_requests=9, max_cost=2.6)
    assert count(environ, "judge_usage") == opinions.MAX_DAYS + 1


def test_the_number_of_logins_is_limited_and_the_newest_stay(store: Store, environ: dict[str, str]) -> None:
    with store.write() as tx:
        for number in range(logins.MAX_LOGINS + 50):
            tx.logins.add(f"hash-{number}", now_ms=1, expires_at=1_000 + number // 100)
        assert tx.logins.find(f"hash-{logins.MAX_LOGINS + 49}", now_ms=1)
        assert not tx.logins.find("hash-0", now_ms=1)
    assert count(environ, "logins") == logins.MAX_LOGINS
