"""The tables of a transaction, which are made when they are first used."""

from __future__ import annotations

from typing import Any

from tener_interview.store.tables.transaction import Transaction

NOTHING: Any = None


def test_every_table_of_a_transaction_has_its_declared_class() -> None:
    tx = Transaction(NOTHING, NOTHING)
    declared = Transaction.__annotations__
    assert len(declared) > 40
    assert {name: type(getattr(tx, name)).__name__ for name in declared} == declared


def test_each_transaction_creates_each_table_object_once() -> None:
    tx, other = Transaction(NOTHING, NOTHING), Transaction(NOTHING, NOTHING)
    for name in ("events", "outbox", "audit", "sessions"):
        assert getattr(tx, name) is getattr(tx, name)
        assert getattr(tx, name) is not getattr(other, name)


def test_a_transaction_without_events_creates_no_event_table_object() -> None:
    tx = Transaction(NOTHING, NOTHING)
    assert list(tx.added_events) == []
    tx.write_audit_entries()
    assert "events" not in vars(tx)
    assert "audit" not in vars(tx)
