"""The tables of the candidates' rights, made by a step of `migrations`."""

from __future__ import annotations

import sqlite3


def create_consent_tables(db: sqlite3.Connection) -> None:
    """The versions of each job's notice, who agreed to which, and what candidates have to say about their scores."""
    db.execute("""
        CREATE TABLE notices (
            job_id INTEGER NOT NULL,
            version INTEGER NOT NULL,
            texts TEXT NOT NULL,
            published_at INTEGER NOT NULL,
            PRIMARY KEY (job_id, version)
        ) STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE consents (
            session_id TEXT PRIMARY KEY,
            given INTEGER NOT NULL CHECK (given IN (0, 1)),
            how TEXT NOT NULL,
            at INTEGER NOT NULL,
            notice_version INTEGER,
            language TEXT,
            text_hash TEXT,
            note TEXT
        ) STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE correction_notes (
            note_id TEXT PRIMARY KEY,
            session_id TEXT NOT NULL,
            text TEXT NOT NULL,
            added_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID""")
    db.execute("CREATE INDEX correction_notes_by_session ON correction_notes (session_id)")
