"""Statements that other tests run with a database file or with few rows: they do the same on each database."""

from __future__ import annotations

from contextlib import closing

from fakes.databases import open_store
from fakes.stored import add_session


def test_seldom_used_statements_work_on_both_databases(environ: dict[str, str]) -> None:
    with closing(open_store(environ)) as store:
        with store.write() as tx:
            session_id = add_session(tx, 42)
            tx.legacy_ids.add("an id of before", session_id)
            assert tx.legacy_ids.session_id("an id of before") == session_id
            assert not tx.shares.replay_revocation("nobody's", 1_770_000_000_000, 2)
            assert not tx.plans.forget_position(1, "a hash", "nobody's")
            waits = [tx.wrong_tokens.record("an address", now_ms=now_ms, limit=2) for now_ms in (1, 2, 11)]
            assert waits == [0, 0, 59_990]
            assert tx.wrong_tokens.record("an address", now_ms=60_001, limit=2) == 0
        with store.read() as tx:
            assert tx.legacy_ids.session_id("an id of before") == session_id


def test_the_latest_results_of_many_sessions_are_read_at_once(environ: dict[str, str]) -> None:
    with closing(open_store(environ)) as store:
        with store.write() as tx:
            once, twice, never = (add_session(tx, candidate_id) for candidate_id in (42, 43, 44))
            for session_id, content in ((once, '{"a": 1}'), (twice, '{"a": 1}'), (twice, '{"a": 2}')):
                tx.results.add(session_id, content, 1_770_000_000_000)
        with store.read() as tx:
            latest = tx.results.latest_of([once, twice, never])
            assert sorted((row.session_id, row.version, row.content) for row in latest) == sorted([
                (once, 1, '{"a": 1}'), (twice, 2, '{"a": 2}'),
            ])
            assert tx.results.latest_of([]) == []


def test_near_duplicate_marks_of_more_than_100_answers_are_stored(environ: dict[str, str]) -> None:
    questions = [f"q{number}" for number in range(101)]
    with closing(open_store(environ)) as store:
        with store.write() as tx:
            one, other = add_session(tx, 42), add_session(tx, 43)
            for session_id, kept in ((one, questions), (other, questions[:1])):
                answers = {name: (name.encode(), tuple(range(at * 20, at * 20 + 12))) for at, name in enumerate(kept)}
                ids = tx.near_duplicates.store_answers(session_id, answers)
                assert sorted(ids) == sorted(kept)
            tx.near_duplicates.record((ids["q0"], answer) for answer in range(ids["q0"] - 101, ids["q0"]))
            tx.near_duplicates.record([])
        with store.read() as tx:
            for at in (0, 41, 42, 100):
                signature = range(at * 20, at * 20 + 12)
                (alike,) = tx.near_duplicates.find_similar(43, [signature], min_shared=12, limit=9)
                assert [(each.session_id, each.shingles) for each in alike] == [(one, f"q{at}".encode())]
            assert tx.near_duplicates.sessions_with_any([one, other]) == {one, other}
            assert len(tx.near_duplicates.candidates_by_question(one)) == 101
            assert tx.near_duplicates.similar_sessions(other) == {one}
