"""The outbox: what leaves the service by itself, made by a step of `migrations`."""

from __future__ import annotations

import sqlite3


def create_outbox_tables(db: sqlite3.Connection) -> None:
    """A row that is not finished yet has no `finished_at`, and only one that is claimed has a `claimed_until`."""
    db.execute("""
        CREATE TABLE outbox (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            outbox_id TEXT NOT NULL UNIQUE,
            channel TEXT NOT NULL,
            unique_key TEXT NOT NULL UNIQUE,
            order_key TEXT,
            receiver TEXT,
            session_id TEXT REFERENCES interview_sessions (session_id),
            content TEXT NOT NULL,
            state TEXT NOT NULL,
            attempts INTEGER NOT NULL,
            next_attempt_at INTEGER NOT NULL,
            claimed_by TEXT,
            claimed_until INTEGER,
            created_at INTEGER NOT NULL,
            finished_at INTEGER,
            answer TEXT
        ) STRICT""")
    db.execute("CREATE INDEX outbox_due ON outbox (channel, state, next_attempt_at, seq)")
    db.execute("CREATE INDEX outbox_in_order ON outbox (order_key, seq) WHERE finished_at IS NULL")
    db.execute("CREATE INDEX outbox_claimed ON outbox (receiver) WHERE claimed_until IS NOT NULL")
    db.execute("CREATE INDEX outbox_of_a_receiver ON outbox (receiver, seq)")
    db.execute("CREATE INDEX outbox_of_a_receiver_by_state ON outbox (channel, receiver, state)")
    db.execute("CREATE INDEX outbox_of_a_session ON outbox (session_id)")
