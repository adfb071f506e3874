"""The audit log on each database: its chain, its order, and its refusal to be changed."""

from __future__ import annotations

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import psycopg
import pytest

from fakes.databases import plain_connection
from fakes.stored import create_migrated_file
from tener_interview import settings
from tener_interview.actor import LOCAL, SYSTEM, Actor, ActorKind, Role
from tener_interview.store import opening
from tener_interview.store.audit_chain import AuditEntry, AuditKeys, FreeText
from tener_interview.store.ports import Store

KEYS = AuditKeys((b"k" * 32,))
ANNA = Actor(ActorKind.USER, Role.RECRUITER, "us_1", "Anna Gómez", "203.0.113.9")


def open_store(environ: dict[str, str], keys: AuditKeys = KEYS) -> Store:
    create_migrated_file(environ)
    return opening.open_store(settings.load(environ), audit_keys=keys)


def entries(store: Store) -> list[AuditEntry]:
    with store.read() as tx:
        return list(tx.audit.all(2))


def test_audit_entries_are_chained_sealed_and_cannot_be_changed(environ: dict[str, str], store_kind: str) -> None:
    store = open_store(environ)
    with store.write() as tx:
        tx.audit.append(ANNA, "share.created", "share", "sh_1", at_ms=1, job_id=7, details={
            "title": "Anna Gómez and Bob", "email": "a@b.example", "before": None, "after": [1, 2.5, "advance"],
            "typed": [FreeText("Anna"), {"en": FreeText("")}, FreeText("advance")],
        })
        tx.audit.append(SYSTEM, "session.scored", "session", "iv_1", at_ms=2)
    with suppress(RuntimeError), store.write() as tx:
        tx.audit.append(LOCAL, "session.started", "session", "iv_2", at_ms=3)
        raise RuntimeError
    with store.write() as tx:
        tx.audit.append(LOCAL, "candidate.erased", "candidate", 12, at_ms=3, details={"text": "\0 \ud83d 🙂"})
    found = entries(store)
    assert [entry.number for entry in found] == [1, 2, 3]
    previous = ""
    for entry in found:
        assert entry.computed_hash(previous) == entry.hash
        assert KEYS.is_sealed(entry)
        previous = entry.hash
    with store.read() as tx:
        head = tx.audit.head()
    assert head is not None
    assert (head.number, head.hash) == (3, previous)
    assert KEYS.is_head_sealed(head)
    for forged in ("", "é", "🙂" * 20, head.seal.upper(), f"{head.seal} "):
        assert not KEYS.is_head_sealed(head._replace(seal=forged)), forged
        assert not KEYS.is_sealed(found[0]._replace(seal=forged)), forged
    stored = json.dumps(found)
    assert not any(text in stored for text in ("Anna", "Gómez", "a@b", "203.0.113", "🙂"))
    details = json.loads(found[0].details)
    assert details["after"] == [1, 2.5, "advance"]
    assert details["title"].startswith("hash:")
    one, other, third = details["typed"]
    assert all(text.startswith("hash:") for text in (one, other["en"], third))
    store.close()
    with plain_connection(environ) as db:
        for change in ("UPDATE audit_log SET at = 9", "DELETE FROM audit_log WHERE number = 2"):
            with pytest.raises((sqlite3.IntegrityError, psycopg.errors.InsufficientPrivilege), match="never changed"):
                db.execute(change)
        if store_kind == "postgres":
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="never changed"):
                db.execute("TRUNCATE audit_log")


def test_concurrent_writers_make_one_audit_chain(environ: dict[str, str]) -> None:
    store = open_store(environ)

    def write(number: int) -> None:
        with store.write() as tx:
            for part in range(2):
                tx.audit.append(LOCAL, "session.started", "session", f"iv_{number}_{part}", at_ms=number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    found = entries(store)
    store.close()
    assert [entry.number for entry in found] == list(range(1, 81))
    assert all(entry.computed_hash(before) == entry.hash
               for entry, before in zip(found, ["", *(entry.hash for entry in found)], strict=False))
    # Those of one transaction stand together.
    assert all(found[place].subject_id == f"{found[place + 1].subject_id}"[:-1] + "0" for place in range(0, 80, 2))


def test_a_foreign_audit_head_is_recorded_in_the_log(environ: dict[str, str]) -> None:
    store = open_store(environ)
    for _ in range(2):
        with store.write() as tx:
            tx.audit.append(LOCAL, "session.started", "session", "iv_1", at_ms=1)
    store.close()
    other = open_store(environ, AuditKeys((b"n" * 32, b"k" * 32)))
    with other.write() as tx:
        tx.audit.append(LOCAL, "session.canceled", "session", "iv_1", at_ms=1)
    other.close()
    stranger = open_store(environ, AuditKeys((b"s" * 32,)))
    with stranger.write() as tx:
        tx.audit.append(LOCAL, "session.scored", "session", "iv_1", at_ms=1)
    with stranger.write() as tx:
        tx.audit.append(LOCAL, "session.rescored", "session", "iv_1", at_ms=1)
    actions = [entry.action for entry in entries(stranger)]
    stranger.close()
    assert actions == [
        "session.started", "session.started", "session.canceled", "log.unverified", "session.scored",
        "session.rescored",
    ]
