"""The tables of the candidates' rights."""

from __future__ import annotations

CONSENT_SCHEMA = """
CREATE TABLE notices (
    job_id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    texts TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    PRIMARY KEY (job_id, version)
);
CREATE TABLE consents (
    session_id TEXT PRIMARY KEY,
    given BOOLEAN NOT NULL,
    how TEXT NOT NULL,
    at BIGINT NOT NULL,
    notice_version BIGINT,
    language TEXT,
    text_hash TEXT,
    note TEXT
);
CREATE TABLE correction_notes (
    note_id TEXT PRIMARY KEY,
    session_id TEXT NOT NULL,
    text TEXT NOT NULL,
    added_at BIGINT NOT NULL
);
CREATE INDEX correction_notes_by_session ON correction_notes (session_id);
"""
