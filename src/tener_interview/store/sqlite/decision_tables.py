"""The tables of decisions about candidates and of what readers of shared shortlists recommend, made by a step of
`migrations`."""

from __future__ import annotations

import sqlite3


def create_decision_tables(db: sqlite3.Connection) -> None:
    """The decision that counts is in the session, its history in `decisions`."""
    db.execute("ALTER TABLE interview_sessions ADD COLUMN decision TEXT")
    db.execute("ALTER TABLE interview_sessions ADD COLUMN decided_at INTEGER")
    db.execute("ALTER TABLE interview_sessions ADD COLUMN decision_revision INTEGER NOT NULL DEFAULT 0")
    db.execute("""
        CREATE TABLE decisions (
            session_id TEXT NOT NULL REFERENCES interview_sessions (session_id),
            revision INTEGER NOT NULL,
            decision TEXT,
            undoes INTEGER,
            reason_id TEXT,
            reason TEXT,
            note TEXT,
            decided_at INTEGER NOT NULL,
            actor_kind TEXT NOT NULL,
            actor_id TEXT,
            actor_name TEXT NOT NULL,
            PRIMARY KEY (session_id, revision)
        ) STRICT, WITHOUT ROWID""")
    db.execute("CREATE INDEX decisions_by_reason ON decisions (reason_id)")
    db.execute("""
        CREATE TABLE decision_reasons (
            reason_id TEXT PRIMARY KEY,
            decision TEXT NOT NULL,
            label TEXT NOT NULL,
            place INTEGER NOT NULL,
            is_active INTEGER NOT NULL CHECK (is_active IN (0, 1))
        ) STRICT, WITHOUT ROWID""")
    db.execute("""
        ALTER TABLE shares ADD COLUMN allow_answers INTEGER NOT NULL DEFAULT 0 CHECK (allow_answers IN (0, 1))""")
    db.execute("""
        CREATE TABLE share_recommendations (
            recommendation_id TEXT PRIMARY KEY,
            share_id TEXT NOT NULL REFERENCES shares (share_id) ON DELETE CASCADE,
            candidate_id INTEGER NOT NULL,
            author_hash TEXT NOT NULL,
            author_name TEXT NOT NULL,
            recommendation TEXT NOT NULL,
            note TEXT,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            UNIQUE (share_id, candidate_id, author_hash)
        ) STRICT, WITHOUT ROWID""")
    db.execute("CREATE INDEX recommendations_of_a_candidate ON share_recommendations (candidate_id)")
