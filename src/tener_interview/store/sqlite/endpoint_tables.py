"""Endpoints, the customer's receivers of events, made by a step of `migrations`."""

from __future__ import annotations

import sqlite3


def create_endpoint_tables(db: sqlite3.Connection) -> None:
    """The secret that signs the events of an endpoint is in its row."""
    db.execute("""
        CREATE TABLE endpoints (
            endpoint_id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            url TEXT NOT NULL,
            format TEXT NOT NULL,
            events TEXT NOT NULL,
            with_contact INTEGER NOT NULL CHECK (with_contact IN (0, 1)),
            secret TEXT,
            previous_secret TEXT,
            previous_secret_until INTEGER,
            disabled_at INTEGER,
            disabled_reason TEXT,
            created_at INTEGER NOT NULL,
            changed_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID""")
