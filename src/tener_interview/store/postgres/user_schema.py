"""The tables of users on PostgreSQL: who they are, how they sign in, and which jobs they review."""

from __future__ import annotations

USER_SCHEMA = """
CREATE TABLE users (
    user_id TEXT PRIMARY KEY,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('admin', 'recruiter', 'reviewer')),
    password_hash TEXT,
    password_changed_at BIGINT,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT,
    removed_at BIGINT,
    codes_secret TEXT,
    codes_enabled_at BIGINT,
    codes_last_step BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE user_links (
    link_hash TEXT PRIMARY KEY,
    user_id TEXT NOT NULL UNIQUE REFERENCES users (user_id),
    kind TEXT NOT NULL CHECK (kind IN ('invitation', 'reset')),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE recovery_codes (
    user_id TEXT NOT NULL REFERENCES users (user_id),
    code_hash TEXT NOT NULL,
    PRIMARY KEY (user_id, code_hash)
);

CREATE TABLE api_tokens (
    token_id TEXT PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,
    user_id TEXT REFERENCES users (user_id),
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('admin', 'recruiter', 'reviewer', 'machine')),
    read_only BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT,
    expires_at BIGINT,
    last_used_at BIGINT,
    revoked_at BIGINT
);
CREATE INDEX api_tokens_of_a_user ON api_tokens (user_id, created_at);

CREATE TABLE job_reviewers (
    job_id BIGINT NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (user_id),
    assigned_at BIGINT NOT NULL,
    assigned_by TEXT,
    PRIMARY KEY (job_id, user_id)
);
CREATE INDEX jobs_of_a_reviewer ON job_reviewers (user_id, job_id);

ALTER TABLE logins ADD COLUMN user_id TEXT REFERENCES users (user_id);
ALTER TABLE logins ADD COLUMN created_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE logins ADD COLUMN last_seen_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE logins ADD COLUMN browser TEXT NOT NULL DEFAULT '';
CREATE INDEX logins_of_a_user ON logins (user_id);
"""
