"""Endpoints, the customer's receivers of events."""

from __future__ import annotations

ENDPOINT_SCHEMA = """
CREATE TABLE endpoints (
    endpoint_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    format TEXT NOT NULL,
    events JSONB NOT NULL,
    with_contact BOOLEAN NOT NULL,
    secret TEXT,
    previous_secret TEXT,
    previous_secret_until BIGINT,
    disabled_at BIGINT,
    disabled_reason TEXT,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
"""
