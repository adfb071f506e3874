"""The tables of the audit log, made by a step of `migrations`."""

from __future__ import annotations

import sqlite3


def create_audit_tables(db: sqlite3.Connection) -> None:
    """The audit log, which refuses to be changed, and its sealed end."""
    db.execute("""
        CREATE TABLE audit_log (
            number INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            actor_kind TEXT NOT NULL,
            actor_id TEXT,
            origin TEXT,
            action TEXT NOT NULL,
            subject_kind TEXT NOT NULL,
            subject_id TEXT,
            job_id INTEGER,
            details TEXT NOT NULL,
            key_id TEXT NOT NULL,
            hash TEXT NOT NULL,
            seal TEXT NOT NULL
        ) STRICT""")
    db.execute("CREATE INDEX audit_by_subject ON audit_log (subject_kind, subject_id, number)")
    for change in ("UPDATE", "DELETE"):
        db.execute(f"""
            CREATE TRIGGER audit_log_refuses_{change.lower()} BEFORE {change} ON audit_log
            BEGIN SELECT RAISE(ABORT, 'entries of the audit log are never changed'); END""")
    db.execute("""
        CREATE TABLE audit_head (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            number INTEGER NOT NULL,
            hash TEXT NOT NULL,
            seal TEXT NOT NULL
        ) STRICT""")
    db.execute("INSERT INTO audit_head (id, number, hash, seal) VALUES (1, 0, '', '')")
