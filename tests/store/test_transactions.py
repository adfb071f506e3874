"""A transaction is whole or not at all, a reader sees one moment and writes nothing, on each database."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from fakes.databases import every_byte, open_store
from fakes.stored import add_session
from fakes.waiting import join
from tener_interview.errors import Problem
from tener_interview.store.erasure_log import Erasure
from tener_interview.store.ports import Store


@pytest.fixture
def store(environ: dict[str, str]) -> Iterator[Store]:
    store = open_store(environ)
    yield store
    store.close()


def sessions(store: Store) -> int:
    with store.read() as tx:
        return tx.sessions.count_not_erased()


@pytest.mark.parametrize("fault", [ValueError, KeyboardInterrupt, Problem("VALIDATION_FAILED", "no")])
def test_an_interrupted_transaction_is_rolled_back(store: Store, fault: type[BaseException] | BaseException) -> None:
    def failing_write() -> None:
        with store.write() as tx:
            tx.events.add(add_session(tx, 1), "created", "system", 1)
            raise fault

    with pytest.raises(fault if isinstance(fault, type) else type(fault)):
        failing_write()
    assert sessions(store) == 0
    with store.write() as tx:
        add_session(tx, 1)
    assert sessions(store) == 1


def test_a_failed_statement_rolls_back_the_whole_transaction(store: Store) -> None:
    def failing_write() -> None:
        with store.write() as tx:
            add_session(tx, 1)
            tx.events.add("iv_nobody", "created", "system", 1)

    with pytest.raises(Problem, match="STORE_UNAVAILABLE"):
        failing_write()
    assert sessions(store) == 0


def test_a_read_transaction_cannot_write(store: Store) -> None:
    with pytest.raises(Problem, match="STORE_UNAVAILABLE"), store.read() as tx:
        add_session(tx, 1)
    assert sessions(store) == 0


def test_writes_of_many_threads_are_all_stored(store: Store) -> None:
    def write(first: int) -> None:
        for number in range(first, first + 20):
            with store.write() as tx:
                tx.events.add(add_session(tx, number), "created", "system", number)

    threads = [threading.Thread(target=write, args=(100 * place,)) for place in range(1, 9)]
    for thread in threads:
        thread.start()
    join(*threads)
    assert sessions(store) == 160


def test_transactions_on_a_closed_store_raise(store: Store) -> None:
    store.close()
    for transaction in (store.read, store.write):
        with pytest.raises(Problem, match="closed"), transaction():
            pass
    store.close()


def test_texts_are_unchanged_by_storing(store: Store) -> None:
    texts = ["山田 🙂", "it's \"quoted\"", "back\\slash", "%s {} ? $1", "tab\t and line\n", "null", "'; DROP TABLE x"]
    with store.write() as tx:
        for number, text in enumerate(texts, start=1):
            session_id = add_session(tx, number, candidate_name=text, video_urls={text: text}, review_reason=text)
            tx.events.add(session_id, "created", "system", 1, text=text)
    with store.read() as tx:
        for number, text in enumerate(texts, start=1):
            (session,) = tx.sessions.of_candidate(number)
            assert (session.candidate_name, session.video_urls, session.review_reason) == (text, {text: text}, text)
            assert [event.details for event in tx.events.of_session(session.session_id)] == [{"text": text}]


def test_erased_data_are_gone_after_the_last_reader_closes(store: Store, environ: dict[str, str]) -> None:
    name = "Somebody Unmistakable"
    with store.write() as tx:
        session_id = add_session(tx, 1, candidate_name=name)
        # What earlier tests left at the end of a table is cut off, for which a server waits five seconds for readers.
        tx.pending_scrub.request()
    assert store.scrub()
    reading = open_store(environ)
    with reading.read() as tx:
        assert tx.sessions.count_not_erased() == 1
        with store.write() as writer:
            writer.sessions.update_if(session_id, {}, candidate_name="", candidate_email="")
            writer.pending_scrub.request()
        assert not store.scrub()
    assert store.scrub()
    assert store.scrub(at_once=True)
    assert name.encode() not in every_byte(environ)
    reading.close()


def test_the_erasure_log_finds_erased_sessions_and_interviews_by_id(store: Store) -> None:
    with store.write() as tx:
        store.erasure_log.append(Erasure(5, ("iv_1", "iv_2"), (), 7), tx)
    store.erasure_log.merge([Erasure(5, ("iv_1", "iv_2"), (), 7), Erasure(3, ("iv_0",), ("0" * 32,))])
    assert [entry.at_ms for entry in store.erasure_log.entries()] == [3, 5]
    assert store.erasure_log.contains("iv_2", "")
    assert not store.erasure_log.contains("iv_3", "unknown")
    assert not store.erasure_log.contains(None, "unknown")
