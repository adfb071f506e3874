"""Two writers at the same moment, each with a connection of its own: every decision is made once.

The first one decides and has not committed yet when the second one decides the same.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from fakes.client import Client
from fakes.databases import open_store, plain_connection
from fakes.front_door import MakeApp, start
from fakes.stored import add_session
from fakes.waiting import join
from tener_interview.domain.privacy.erase import erase_candidate
from tener_interview.store.ports import Store, Transaction
from tener_interview.store.records import DemoInterview, JobPosition

#: How long the second writer has to come as far as it can before the first one commits.
HEAD_START_S = 0.15
#: Where there is one writer at a time, the second one comes no further than to wait for the first one.
_SQLITE_HEAD_START_S = 0.02
_WAITING_FOR_LOCKS = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
NOW_MS = 1_770_000_000_000
SESSION = f"iv_{1:032x}"
OTHER = f"iv_{2:032x}"

Decide = Callable[[Transaction], Any]


@dataclass(frozen=True)
class Overlap:
    """A decision, and what the first and the second of two writers get."""

    decide: Decide
    first: Any
    second: Any


def claim(tx: Transaction) -> bool:
    return tx.idempotency.claim("POST /", "k", "f", now_ms=NOW_MS, lease_until=NOW_MS + 1000) is not None


def demo_interview(tx: Transaction) -> bool:
    return tx.demo.add(DemoInterview("i", "h", "p", "Jane@Example.com", "iv_1", "Jane", NOW_MS, 0, None, ()))


def session_of(candidate_id: int) -> Decide:
    columns = {
        "job_id": 1, "candidate_id": candidate_id, "candidate_name": "Jane", "candidate_email": "jane@example.com",
        "status": "created", "provider": "demo", "position_id": "p", "link_expires_at": NOW_MS, "created_at": NOW_MS,
        "updated_at": NOW_MS,
    }
    numbers = iter(range(10, 20))
    return lambda tx: tx.sessions.add(session_id=f"iv_{next(numbers):032x}", **columns)


def read_then_invite(tx: Transaction) -> bool:
    """Decided in Python, from what was read in the same transaction."""
    session = tx.sessions.require(SESSION)
    return session.status == "created" and tx.sessions.update_if(SESSION, {}, status="invited")


def take_interview(candidate_id: str) -> Decide:
    def take(tx: Transaction) -> bool:
        tx.locks.interview("interview")
        free = not tx.sessions.by_invitation("interview")
        return free and tx.sessions.update_if(candidate_id, {}, invitation_id="interview")

    return take


def take_address(tx: Transaction) -> bool:
    tx.locks.address("position", "Shared@example.com")
    return tx.sessions.find_other_by_email("position", "shared@example.com", other_than=0) is None and (
        tx.sessions.update_if(SESSION, {}, candidate_email="SHARED@example.com")
    )


def add_to_step(tx: Transaction) -> int:
    """Reads and replaces a list."""
    tx.locks.step(1, "interview")
    progress = tx.steps.get(1, "interview")
    assert progress is not None
    items = [*(progress.output or {}).get("items", []), "another"]
    tx.steps.put_output(1, "interview", json.dumps({"items": items}))
    return len(items)


OVERLAPS = {
    "a current session": Overlap(session_of(7), True, False),
    "a status": Overlap(
        lambda tx: tx.sessions.update_if(SESSION, {"status": "created"}, status="invited"), True, False
    ),
    "a status that was read": Overlap(read_then_invite, True, False),
    "a version of a result": Overlap(lambda tx: tx.results.add(SESSION, "{}", NOW_MS), 1, 2),
    "an idempotency key": Overlap(claim, True, False),
    "a webhook event": Overlap(lambda tx: tx.provider_events.add("i", "finished", "e", NOW_MS, "known"), True, False),
    "a demo interview": Overlap(demo_interview, True, False),
    "a link": Overlap(lambda tx: tx.sessions.mark_link_returned(OTHER), True, False),
    "the opening of a share": Overlap(lambda tx: tx.shares.count_visit("sh_1", NOW_MS), True, True),
    "a revocation": Overlap(lambda tx: tx.shares.revoke("sh_1", NOW_MS), True, False),
    "a draft of a plan": Overlap(lambda tx: tx.plans.save_draft(1, "{}", NOW_MS, revision=0), True, False),
    "a revision of a plan": Overlap(lambda tx: tx.plans.save_draft(2, "{}", NOW_MS, revision=1), True, False),
    "a position of a plan": Overlap(lambda tx: tx.plans.claim_position(1, "hash", "name", NOW_MS), True, False),
    "a poll of a demo interview": Overlap(lambda tx: tx.demo.count_poll("polled"), 1, 2),
    "an assigned position": Overlap(lambda tx: tx.positions.put(JobPosition(1, "p", "n"), NOW_MS), None, None),
    "whose interview it is": Overlap(take_interview(SESSION), True, False),
    "whose address it is": Overlap(take_address, True, False),
    "the answer of a step": Overlap(add_to_step, 1, 2),
    "an erasure that waits": Overlap(lambda tx: tx.pending_scrub.request(), None, None),
}


@pytest.fixture
def stores(environ: dict[str, str]) -> Iterator[tuple[Store, Store]]:
    """The same database, opened by two processes, with a row to decide about in every table."""
    one, other = open_store(environ), open_store(environ)
    with one.write() as tx:
        add_session(tx, 1)
        add_session(tx, 2, status="invited", start_unanswered=True)
        tx.shares.add("sh_1", 1, [1], title=None, allow_answers=False, initials_only=False, created_at=1, expires_at=2)
        tx.plans.save_draft(2, "{}", NOW_MS, revision=0)
        tx.demo.add(DemoInterview("polled", "x", "p", "p@example.com", "iv_9", "P", NOW_MS, 0, None, ()))
    with plain_connection(environ) as db:
        db.execute(
            "INSERT INTO job_step_progress (job_id, step, status, done, total, updated_at)"
            " VALUES (1, 'interview', 'running', 0, 1, 1)"
        )
    yield one, other
    one.close()
    other.close()


def give_head_start(writer: threading.Thread, environ: dict[str, str]) -> None:
    """Start the second writer, and wait until it has ended or waits for the first one."""
    writer.start()
    if "TENER_INTERVIEW_DB_PATH" in environ:
        writer.join(_SQLITE_HEAD_START_S)
        return
    until_s = time.monotonic() + HEAD_START_S
    with plain_connection(environ) as db:
        while writer.is_alive() and time.monotonic() < until_s and not db.execute(_WAITING_FOR_LOCKS).fetchall()[0][0]:
            writer.join(0.005)


@pytest.mark.parametrize("name", OVERLAPS)
def test_conditional_updates_succeed_in_only_one_of_two_transactions(
    stores: tuple[Store, Store], environ: dict[str, str], name: str
) -> None:
    overlap = OVERLAPS[name]
    second: list[Any] = []

    def decide_too() -> None:
        with stores[1].write() as tx:
            second.append(overlap.decide(tx))

    thread = threading.Thread(target=decide_too)
    with stores[0].write() as tx:
        first = overlap.decide(tx)
        give_head_start(thread, environ)
    join(thread)
    assert [first, *second] == [overlap.first, overlap.second]


def test_concurrent_openings_of_a_share_are_all_counted(stores: tuple[Store, Store]) -> None:
    def visit(store: Store) -> None:
        for _ in range(10):
            with store.write() as tx:
                tx.shares.count_visit("sh_1", NOW_MS)

    threads = [threading.Thread(target=visit, args=(store,)) for store in (*stores, *stores)]
    for thread in threads:
        thread.start()
    join(*threads)
    with stores[0].read() as tx:
        share = tx.shares.get("sh_1")
        assert share is not None
        assert share.opened_count == 40


def test_a_read_transaction_sees_one_snapshot(stores: tuple[Store, Store]) -> None:
    with stores[0].read() as tx:
        before = tx.sessions.count_not_erased()
        with stores[1].write() as other:
            add_session(other, 3)
            other.sessions.update_if(SESSION, {}, status="invited")
        assert tx.sessions.count_not_erased() == before
        session = tx.sessions.get(SESSION)
        assert session is not None
        assert session.status == "created"
    with stores[0].read() as tx:
        assert tx.sessions.count_not_erased() == before + 1


def test_a_response_stored_during_an_erasure_is_erased_too(make_app: MakeApp, environ: dict[str, str]) -> None:
    """Whichever comes first, nothing about the person is left."""
    app = make_app()
    session_id = str(start(Client(app), 42)["session_id"])
    other = open_store(environ)
    service: Any = app.service
    thread = threading.Thread(target=erase_candidate, args=(service, 42))
    with other.write() as tx:
        tx.idempotency.claim("POST /", "k", "f", now_ms=NOW_MS, lease_until=NOW_MS + 1000)
        tx.idempotency.finish("POST /", "k", 200, json.dumps({"session_id": session_id, "name": "Jane"}))
        give_head_start(thread, environ)
    join(thread)
    with other.read() as tx:
        session = tx.sessions.get(session_id)
        assert session is not None
        assert session.erased_at is not None
        assert tx.idempotency.responses_mentioning(session_id) == []
    other.close()
