"""The audit log notices tampering of every kind, by somebody who can write to the database but lacks the secret."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from fakes.databases import plain_connection
from fakes.stored import create_migrated_file
from tener_interview import settings
from tener_interview.actor import LOCAL
from tener_interview.domain.audit.verifying import MAX_FINDINGS, Verification, verify
from tener_interview.store import opening
from tener_interview.store.audit_chain import AuditEntry, AuditKeys
from tener_interview.store.erasure_log import AuditAnchor
from tener_interview.store.ports import Store
from tener_interview.store.tables.dialect import Connection

KEYS = AuditKeys((b"k" * 32,))
#: How somebody who owns the tables gets rid of what refuses changes.
DISARM = {
    "sqlite": ("DROP TRIGGER audit_log_refuses_update", "DROP TRIGGER audit_log_refuses_delete"),
    "postgres": ("ALTER TABLE audit_log DISABLE TRIGGER ALL",),
}
COLUMNS = ", ".join(AuditEntry._fields)
Row = tuple[Any, ...]


def fill(store: Store, first: int, last: int, at_ms: int = 1_000) -> None:
    for number in range(first, last + 1):
        with store.write() as tx:
            tx.audit.append(
                LOCAL, "session.started", "session", f"iv_{number}", at_ms=at_ms + number, details={"n": number}
            )


def rows(db: Connection) -> list[Row]:
    return [tuple(row) for row in db.execute(f"SELECT {COLUMNS} FROM audit_log ORDER BY number").fetchall()]


def put(db: Connection, row: Row) -> None:
    db.execute(f"INSERT INTO audit_log ({COLUMNS}) VALUES ({', '.join('?' * len(row))})", row)


def forge(first: int, changed: dict[str, Any], keys: AuditKeys) -> Callable[[Connection], None]:
    """Change an entry and compute all hashes after it anew, as far as that is possible without the secret."""

    def tamper(db: Connection) -> None:
        entries = [AuditEntry(*row) for row in rows(db)]
        db.execute("DELETE FROM audit_log WHERE number >= ?", (first,))
        previous = entries[first - 2].hash if first > 1 else ""
        for entry in entries[first - 1 :]:
            altered = entry._replace(**(changed if entry.number == first else {}), key_id=keys.key_id)
            previous = altered.computed_hash(previous)
            put(db, tuple(altered._replace(hash=previous, seal=keys.seal(previous))))
        head = keys.seal_head(len(entries), previous)
        db.execute("UPDATE audit_head SET hash = ?, seal = ?", (head.hash, head.seal))

    return tamper


def swap(db: Connection) -> None:
    found = rows(db)
    db.execute("DELETE FROM audit_log WHERE number IN (4, 5)")
    put(db, (4, *found[4][1:]))
    put(db, (5, *found[3][1:]))


def insert(db: Connection) -> None:
    found = rows(db)
    db.execute("DELETE FROM audit_log WHERE number > 4")
    put(db, (5, *found[1][1:]))
    for row in found[4:]:
        put(db, (row[0] + 1, *row[1:]))


def cut_with_head(db: Connection) -> None:
    """Cut the end off, and write into the head what the last entry left says of itself."""
    kept = AuditEntry(*rows(db)[5])
    db.execute("DELETE FROM audit_log WHERE number > 6")
    db.execute("UPDATE audit_head SET number = 6, hash = ?, seal = ?", (kept.hash, kept.seal))


def cut_with_number(db: Connection) -> None:
    db.execute("DELETE FROM audit_log WHERE number > 7")
    db.execute("UPDATE audit_head SET number = 7")


def statement(sql: str, *values: Any) -> Callable[[Connection], None]:
    def tamper(db: Connection) -> None:
        db.execute(sql, values)

    return tamper


STRANGER = AuditKeys((b"s" * 32,))
OTHER_HASH = hashlib.sha256(b"x").hexdigest()
#: Each way of tampering, and what the first finding says.
TAMPERINGS: dict[str, tuple[Callable[[Connection], None], str]] = {
    **{
        f"a changed {name}": (
            statement(f"UPDATE audit_log SET {name} = ? WHERE number = 5", value), "Entry 5 was changed"
        )
        for name, value in {
            "at": 9, "actor_kind": "admin_token", "actor_id": "us_9", "origin": "hash:1", "action": "session.scored",
            "subject_kind": "share", "subject_id": "iv_9", "job_id": 3, "details": '{"n":6}', "hash": OTHER_HASH,
        }.items()
    },
    "a changed key id": (statement("UPDATE audit_log SET key_id = 'none' WHERE number = 5"), "Entry 5 was changed"),
    "a changed seal": (statement("UPDATE audit_log SET seal = ? WHERE number = 5", OTHER_HASH), "Entry 5 is forged"),
    "a deleted entry": (statement("DELETE FROM audit_log WHERE number = 4"), "Entry 4 is missing"),
    "deleted entries": (statement("DELETE FROM audit_log WHERE number IN (3, 4, 5)"), "Entries 3 to 5 are missing"),
    "a deleted beginning": (statement("DELETE FROM audit_log WHERE number < 4"), "Entries 1 to 3 are missing"),
    "a deleted end": (statement("DELETE FROM audit_log WHERE number > 7"), "Entries 8 to 9 are missing"),
    "a deleted end and its number": (
        cut_with_number, "The log ends with entry 7",
    ),
    "a deleted end and a made-up head": (cut_with_head, "The end of the log (audit_head) is forged"),
    "everything deleted": (statement("DELETE FROM audit_log"), "Entries 1 to 9 are missing"),
    "a deleted head": (statement("DELETE FROM audit_head"), "The end of the log (audit_head) was taken away"),
    "entries in another order": (swap, "Entry 4 was changed"),
    "an entry put in": (insert, "Entry 5 was changed"),
    "an entry twice": (lambda db: put(db, (10, *rows(db)[8][1:])), "Entry 10 was changed"),
    "an entry before the first": (lambda db: put(db, (0, *rows(db)[0][1:])), "Entry 0 has a number"),
    "all hashes anew without a seal": (forge(5, {"at": 9}, AuditKeys((b"",))), "Entry 5 has no seal"),
    "all hashes anew with another key": (
        forge(1, {"actor_id": "us_9"}, STRANGER), "The end of the log (audit_head) is forged",
    ),
}  # fmt: skip


@contextmanager
def opened(environ: dict[str, str], keys: AuditKeys = KEYS) -> Iterator[Store]:
    create_migrated_file(environ)
    store = opening.open_store(settings.load(environ), audit_keys=keys)
    try:
        yield store
    finally:
        store.close()


@pytest.fixture
def disarmed(environ: dict[str, str], store_kind: str) -> dict[str, str]:
    """A database with nine entries, in which nothing refuses changes any more."""
    with opened(environ) as store:
        fill(store, 1, 9)
    with plain_connection(environ) as db:
        for sql in DISARM[store_kind]:
            db.execute(sql)
    return environ


def checked(environ: dict[str, str], anchors: tuple[AuditAnchor, ...] = (), head: str | None = None,
            keys: AuditKeys = KEYS) -> Verification:
    with opened(environ, keys) as store:
        return verify(store.read, keys, anchors, head)


def test_each_kind_of_tampering_with_the_audit_log_is_found(disarmed: dict[str, str]) -> None:
    assert checked(disarmed).findings == ()
    with plain_connection(disarmed) as db:
        for what, (tamper, finding) in TAMPERINGS.items():
            before, head = rows(db), tuple(db.execute("SELECT id, number, hash, seal FROM audit_head").fetchone())
            tamper(db)
            found = checked(disarmed)
            assert found.findings, what
            assert found.findings[0].startswith(finding), (what, found.findings)
            db.execute("DELETE FROM audit_log")
            db.execute("DELETE FROM audit_head")
            for row in before:
                put(db, row)
            db.execute("INSERT INTO audit_head (id, number, hash, seal) VALUES (?, ?, ?, ?)", head)
    assert checked(disarmed).is_sound


def test_a_rolled_back_audit_log_is_detected_by_its_anchors(disarmed: dict[str, str]) -> None:
    with plain_connection(disarmed) as db:
        old, head = rows(db), tuple(db.execute("SELECT number, hash, seal FROM audit_head").fetchone())
    with opened(disarmed) as store:
        fill(store, 10, 12)
    noted = checked(disarmed).head
    anchors = (AuditAnchor(5_000, 9, head[1]), AuditAnchor(6_000, noted.number, noted.hash))
    assert checked(disarmed, anchors, noted.hash).is_sound
    with plain_connection(disarmed) as db:
        db.execute("DELETE FROM audit_log")
        for row in old:
            put(db, row)
        db.execute("UPDATE audit_head SET number = ?, hash = ?, seal = ?", head)
    assert checked(disarmed).is_sound
    (finding,) = checked(disarmed, anchors).findings
    assert "the log ended with entry 12" in finding
    (finding,) = checked(disarmed, (), noted.hash).findings
    assert finding.startswith("No entry has the hash")
    # Later entries do not hide it, nor does a restore from before the end was noted.
    with opened(disarmed) as store:
        fill(store, 10, 14, at_ms=1)
        assert not checked(disarmed, anchors).is_sound
    # A restore is an entry, and explains it.
    with opened(disarmed) as store, store.write() as tx:
        tx.audit.append(LOCAL, "database.restored", "database", at_ms=7_000)
    again = checked(disarmed, (AuditAnchor(6_500, 20, OTHER_HASH),))
    assert again.is_sound
    assert "A backup was restored: entry 15." in again.notes


def test_new_entries_do_not_make_a_forged_audit_log_valid(disarmed: dict[str, str]) -> None:
    with plain_connection(disarmed) as db:
        forge(3, {"at": 9}, STRANGER)(db)
    with opened(disarmed) as store:
        fill(store, 10, 11)
    found = checked(disarmed)
    assert [finding[:18] for finding in found.findings] == ["Entry 10 says that"]


def test_the_audit_log_is_still_verified_after_a_change_of_the_secret(environ: dict[str, str]) -> None:
    with opened(environ) as store:
        fill(store, 1, 3)
    second, third = AuditKeys((b"2" * 32, b"k" * 32)), AuditKeys((b"3" * 32, b"2" * 32))
    with opened(environ, second) as store:
        fill(store, 4, 5)
    assert checked(environ, keys=second).findings == ()
    with opened(environ, third) as store:
        fill(store, 6, 7)
    found = checked(environ, keys=third)
    assert (found.findings, found.entries) == ((), 7)
    assert found.notes[0].startswith("3 entries were sealed with a secret that the service no longer has")
    assert checked(environ, keys=STRANGER).findings


def test_a_long_audit_log_is_verified_in_pages_with_a_limit_of_findings(disarmed: dict[str, str]) -> None:
    with opened(disarmed) as store, store.write() as tx:
        for number in range(2_500):
            tx.audit.append(LOCAL, "session.started", "session", f"iv_{number}", at_ms=number)
    assert checked(disarmed).entries == 2_509
    with plain_connection(disarmed) as db:
        db.execute("UPDATE audit_log SET at = 1 WHERE number > 2000")
    found = checked(disarmed)
    assert (len(found.findings), found.more) == (MAX_FINDINGS, 509 - MAX_FINDINGS)
