"""What each person has seen, and how what needs a person is found, made by a step of `migrations`."""

from __future__ import annotations

import sqlite3

from ..attention_indexes import ATTENTION_INDEXES


def create_notification_tables(db: sqlite3.Connection) -> None:
    """The settings of persons, the indexes of Today, and whether a job's results go back to the provider."""
    db.execute("""
        CREATE TABLE notification_settings (
            person_id TEXT PRIMARY KEY,
            seen_at INTEGER NOT NULL,
            digest_hour INTEGER,
            digest_zone TEXT,
            digest_at INTEGER
        ) STRICT, WITHOUT ROWID""")
    db.execute("""
        ALTER TABLE job_settings ADD COLUMN provider_updates INTEGER NOT NULL DEFAULT 0
        CHECK (provider_updates IN (0, 1))""")
    for index in ATTENTION_INDEXES:
        db.execute(index)
