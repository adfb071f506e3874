"""The demo provider's store in the database: a batch is one transaction."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fakes.databases import open_store
from fakes.statements import Statements
from tener_interview.providers.demo.stored_interviews import StoredDemoInterviews
from tener_interview.store.ports import Store
from tener_interview.store.records import DemoInterview


@pytest.fixture
def store(statements: Statements, environ: dict[str, str]) -> Iterator[Store]:  # noqa: ARG001 - they are heard
    store = open_store(environ)
    yield store
    store.close()


def interview(number: int) -> DemoInterview:
    return DemoInterview(
        invitation_id=f"{number:024x}", hash=f"{number:08x}", position_id="position",
        email=f"candidate-{number}@example.com", external_id=f"iv_{number}", first_name="Jane", created_at_ms=1,
        polls=0, finished_at_ms=None, transcripts=(),
    )  # fmt: skip


def at_the_second_poll(asked: DemoInterview) -> tuple[str, ...] | None:
    return ("An answer.",) if asked.polls == 2 else None


def test_a_batch_of_demo_interviews_is_read_in_one_transaction(store: Store, statements: Statements) -> None:
    shelf = StoredDemoInterviews(store)
    ids = [interview(number).invitation_id for number in range(5)]
    for number in range(5):
        shelf.add(interview(number))
    with statements.recorded() as run:
        first = shelf.poll([*ids, "unknown"], at_the_second_poll, 10)
        second = shelf.poll(ids, at_the_second_poll, 20)
        third = shelf.poll(ids, at_the_second_poll, 30)
    assert run.count("BEGIN IMMEDIATE") == run.count("COMMIT") == 3
    assert list(first) == list(second) == list(third) == ids
    assert [(item.polls, item.finished_at_ms) for item in first.values()] == [(1, None)] * 5
    assert [(item.polls, item.finished_at_ms) for item in second.values()] == [(2, 20)] * 5
    assert third == second


def test_typed_demo_answers_are_never_replaced(store: Store) -> None:
    shelf = StoredDemoInterviews(store)
    shelf.add(interview(1))
    assert shelf.finish(interview(1).invitation_id, ("Typed.",), 5)
    for _ in range(3):
        (asked,) = shelf.poll([interview(1).invitation_id], at_the_second_poll, 10).values()
        assert (asked.transcripts, asked.finished_at_ms, asked.polls) == (("Typed.",), 5, 0)


def test_a_batch_of_demo_answers_is_stored_completely_or_not_at_all(store: Store) -> None:
    shelf = StoredDemoInterviews(store)
    for number in range(2):
        shelf.add(interview(number))

    def fail(asked: DemoInterview) -> tuple[str, ...] | None:
        if asked.email.startswith("candidate-1"):
            raise ZeroDivisionError
        return ("An answer.",)

    with pytest.raises(ZeroDivisionError):
        shelf.poll([interview(0).invitation_id, interview(1).invitation_id], fail, 10)
    assert shelf.by_hash(interview(0).hash) == interview(0)
