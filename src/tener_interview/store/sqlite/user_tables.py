"""The tables of users: who they are, how they sign in, and which jobs they review."""

from __future__ import annotations

import sqlite3


def create_user_tables(db: sqlite3.Connection) -> None:
    """Users, their one-time links, recovery codes and tokens; logins know whose they are."""
    db.execute("""
        CREATE TABLE users (
            user_id TEXT PRIMARY KEY,
            email TEXT NOT NULL,
            email_key TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            role TEXT NOT NULL CHECK (role IN ('admin', 'recruiter', 'reviewer')),
            password_hash TEXT,
            password_changed_at INTEGER,
            created_at INTEGER NOT NULL,
            disabled_at INTEGER,
            removed_at INTEGER,
            codes_secret TEXT,
            codes_enabled_at INTEGER,
            codes_last_step INTEGER NOT NULL DEFAULT 0
        ) STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE user_links (
            link_hash TEXT PRIMARY KEY,
            user_id TEXT NOT NULL UNIQUE REFERENCES users (user_id),
            kind TEXT NOT NULL CHECK (kind IN ('invitation', 'reset')),
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE recovery_codes (
            user_id TEXT NOT NULL REFERENCES users (user_id),
            code_hash TEXT NOT NULL,
            PRIMARY KEY (user_id, code_hash)
        ) STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE api_tokens (
            token_id TEXT PRIMARY KEY,
            token_hash TEXT NOT NULL UNIQUE,
            user_id TEXT REFERENCES users (user_id),
            name TEXT NOT NULL,
            role TEXT NOT NULL CHECK (role IN ('admin', 'recruiter', 'reviewer', 'machine')),
            read_only INTEGER NOT NULL CHECK (read_only IN (0, 1)),
            created_at INTEGER NOT NULL,
            created_by TEXT,
            expires_at INTEGER,
            last_used_at INTEGER,
            revoked_at INTEGER
        ) STRICT, WITHOUT ROWID""")
    db.execute("CREATE INDEX api_tokens_of_a_user ON api_tokens (user_id, created_at)")
    db.execute("""
        CREATE TABLE job_reviewers (
            job_id INTEGER NOT NULL,
            user_id TEXT NOT NULL REFERENCES users (user_id),
            assigned_at INTEGER NOT NULL,
            assigned_by TEXT,
            PRIMARY KEY (job_id, user_id)
        ) STRICT, WITHOUT ROWID""")
    db.execute("CREATE INDEX jobs_of_a_reviewer ON job_reviewers (user_id, job_id)")
    db.execute("ALTER TABLE logins ADD COLUMN user_id TEXT REFERENCES users (user_id)")
    db.execute("ALTER TABLE logins ADD COLUMN created_at INTEGER NOT NULL DEFAULT 0")
    db.execute("ALTER TABLE logins ADD COLUMN last_seen_at INTEGER NOT NULL DEFAULT 0")
    db.execute("ALTER TABLE logins ADD COLUMN browser TEXT NOT NULL DEFAULT ''")
    db.execute("CREATE INDEX logins_of_a_user ON logins (user_id)")
