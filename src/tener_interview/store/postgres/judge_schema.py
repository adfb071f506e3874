"""The tables of the language model's opinions, and the judge's total beside the others."""

from __future__ import annotations

JUDGE_SCHEMA = """
CREATE TABLE opinions (
    session_id TEXT NOT NULL REFERENCES interview_sessions (session_id),
    result_version BIGINT NOT NULL,
    question_id TEXT NOT NULL,
    round BIGINT NOT NULL,
    content TEXT NOT NULL,
    model TEXT NOT NULL,
    input_tokens BIGINT NOT NULL,
    output_tokens BIGINT NOT NULL,
    cost DOUBLE PRECISION,
    asked_at BIGINT NOT NULL,
    PRIMARY KEY (session_id, result_version, question_id, round)
);
CREATE TABLE judge_usage (
    day BIGINT PRIMARY KEY,
    requests BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    void BIGINT NOT NULL,
    input_tokens BIGINT NOT NULL,
    output_tokens BIGINT NOT NULL,
    cost DOUBLE PRECISION NOT NULL
);
ALTER TABLE interview_sessions
    ADD COLUMN judge_total DOUBLE PRECISION,
    ADD COLUMN judge_spread DOUBLE PRECISION,
    ADD COLUMN judged_version BIGINT;
"""
