"""The tables of reviews and overrides, and the totals beside the machine's."""

from __future__ import annotations

REVIEW_SCHEMA = """
CREATE TABLE reviews (
    session_id TEXT NOT NULL REFERENCES interview_sessions (session_id),
    reviewer_id TEXT NOT NULL,
    job_id BIGINT NOT NULL,
    reviewer_name TEXT NOT NULL,
    revision BIGINT NOT NULL,
    draft TEXT,
    version BIGINT,
    total DOUBLE PRECISION,
    recommendation TEXT,
    created_at BIGINT NOT NULL,
    saved_at BIGINT NOT NULL,
    submitted_at BIGINT,
    PRIMARY KEY (session_id, reviewer_id)
);
CREATE INDEX reviews_of_a_reviewer ON reviews (reviewer_id, job_id);
CREATE TABLE review_versions (
    session_id TEXT NOT NULL REFERENCES interview_sessions (session_id),
    reviewer_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    content TEXT NOT NULL,
    total DOUBLE PRECISION,
    recommendation TEXT NOT NULL,
    blind BOOLEAN NOT NULL,
    result_version BIGINT,
    machine_total DOUBLE PRECISION,
    submitted_at BIGINT NOT NULL,
    PRIMARY KEY (session_id, reviewer_id, version)
);
CREATE TABLE score_overrides (
    session_id TEXT NOT NULL REFERENCES interview_sessions (session_id),
    question_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    score DOUBLE PRECISION,
    reason TEXT NOT NULL,
    machine_score DOUBLE PRECISION,
    result_version BIGINT,
    set_by TEXT NOT NULL,
    set_by_name TEXT NOT NULL,
    set_at BIGINT NOT NULL,
    PRIMARY KEY (session_id, question_id, version)
);
ALTER TABLE interview_sessions
    ADD COLUMN machine_total DOUBLE PRECISION,
    ADD COLUMN override_total DOUBLE PRECISION,
    ADD COLUMN overrides BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN human_total DOUBLE PRECISION,
    ADD COLUMN human_reviews BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN human_spread DOUBLE PRECISION,
    ADD COLUMN total_source TEXT,
    ADD COLUMN ended_review_reason TEXT;
UPDATE interview_sessions SET machine_total = total_score, total_source = 'machine' WHERE total_score IS NOT NULL;
DROP INDEX leaderboard_order;
CREATE INDEX leaderboard_order ON interview_sessions (
    job_id,
    (CASE WHEN total_score IS NOT NULL THEN -coalesce(ranking_group, 0) ELSE 1 END),
    (CASE
    WHEN total_score IS NOT NULL AND total_source <> 'machine' THEN 0
    WHEN total_score IS NOT NULL THEN CASE WHEN technical_score IS NULL THEN 1 ELSE 0 END
        + CASE WHEN soft_skills_score IS NULL THEN 1 ELSE 0 END
    WHEN review_reason IS NOT NULL THEN 3
    WHEN status IN ('created', 'in_progress', 'completed') THEN 4
    WHEN status = 'invited' THEN 5
    ELSE 6 END),
    total_score DESC NULLS LAST,
    (CASE WHEN total_score IS NULL AND status = 'invited' THEN -link_expires_at END) NULLS FIRST,
    candidate_id) WHERE is_current AND NOT unlisted;
"""
