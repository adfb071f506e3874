"""Statements of seldom used commands, whose own tests have a database file: they do the same on each database."""

from __future__ import annotations

from contextlib import closing

from fakes.databases import open_store
from fakes.stored import add_session


def test_seldom_used_statements_do_the_same(environ: dict[str, str]) -> None:
    with closing(open_store(environ)) as store:
        with store.write() as tx:
            session_id = add_session(tx, 42)
            tx.legacy_ids.add("an id of before", session_id)
            assert tx.legacy_ids.session_id("an id of before") == session_id
            assert not tx.shares.replay_revocation("nobody's", 1_770_000_000_000, 2)
            assert not tx.plans.forget_position(1, "a hash", "nobody's")
            assert tx.model_answers.of_question(1, "nobody's") == []
            waits = [tx.wrong_tokens.record("an address", now_ms=now_ms, limit=2) for now_ms in (1, 2, 11)]
            assert waits == [0, 0, 59_990]
            assert tx.wrong_tokens.record("an address", now_ms=60_001, limit=2) == 0
        with store.read() as tx:
            assert tx.legacy_ids.session_id("an id of before") == session_id
