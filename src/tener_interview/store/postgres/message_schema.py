"""The tables of messages to candidates."""

from __future__ import annotations

MESSAGE_SCHEMA = """
CREATE TABLE message_templates (
    company TEXT NOT NULL,
    kind TEXT NOT NULL,
    language TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (company, kind, language)
);
CREATE TABLE message_rules (
    job_id BIGINT PRIMARY KEY,
    send_invitations BOOLEAN NOT NULL,
    send_reminders BOOLEAN NOT NULL,
    send_thanks BOOLEAN NOT NULL,
    remind_after_days BIGINT NOT NULL,
    remind_before_end_hours BIGINT NOT NULL,
    most_reminders BIGINT NOT NULL,
    language TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE TABLE message_recipients (
    candidate_id BIGINT PRIMARY KEY,
    time_zone TEXT,
    opted_out_at BIGINT,
    opted_out_address TEXT,
    bounced_at BIGINT,
    bounced_address TEXT,
    bounce TEXT
);
CREATE INDEX recipients_opted_out ON message_recipients (opted_out_address);
CREATE TABLE messages (
    message_id TEXT PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES interview_sessions (session_id),
    kind TEXT NOT NULL,
    by_hand BOOLEAN NOT NULL,
    automatic BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX messages_of_session ON messages (session_id, created_at);
CREATE INDEX messages_newest_first ON messages (created_at);
CREATE TABLE mail_switch (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    paused BOOLEAN NOT NULL,
    paused_at BIGINT,
    day TEXT NOT NULL,
    sent BIGINT NOT NULL
);
INSERT INTO mail_switch (id, paused, day, sent) VALUES (1, FALSE, '', 0);
"""
