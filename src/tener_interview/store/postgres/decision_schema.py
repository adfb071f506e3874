"""The tables of decisions about candidates, and of what readers of shared shortlists recommend."""

from __future__ import annotations

DECISION_SCHEMA = """
ALTER TABLE interview_sessions
    ADD COLUMN decision TEXT,
    ADD COLUMN decided_at BIGINT,
    ADD COLUMN decision_revision BIGINT NOT NULL DEFAULT 0;
CREATE TABLE decisions (
    session_id TEXT NOT NULL REFERENCES interview_sessions (session_id),
    revision BIGINT NOT NULL,
    decision TEXT,
    undoes BIGINT,
    reason_id TEXT,
    reason TEXT,
    note TEXT,
    decided_at BIGINT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT,
    actor_name TEXT NOT NULL,
    PRIMARY KEY (session_id, revision)
);
CREATE INDEX decisions_by_reason ON decisions (reason_id);
CREATE TABLE decision_reasons (
    reason_id TEXT PRIMARY KEY,
    decision TEXT NOT NULL,
    label TEXT NOT NULL,
    place BIGINT NOT NULL,
    is_active BOOLEAN NOT NULL
);
ALTER TABLE shares ADD COLUMN allow_answers BOOLEAN NOT NULL DEFAULT FALSE;
CREATE TABLE share_recommendations (
    recommendation_id TEXT PRIMARY KEY,
    share_id TEXT NOT NULL REFERENCES shares (share_id) ON DELETE CASCADE,
    candidate_id BIGINT NOT NULL,
    author_hash TEXT NOT NULL,
    author_name TEXT NOT NULL,
    recommendation TEXT NOT NULL,
    note TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (share_id, candidate_id, author_hash)
);
CREATE INDEX recommendations_of_a_candidate ON share_recommendations (candidate_id);
"""
