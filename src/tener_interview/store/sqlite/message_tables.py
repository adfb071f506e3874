"""The tables of messages to candidates, made by a step of `migrations`."""

from __future__ import annotations

import sqlite3


def create_message_tables(db: sqlite3.Connection) -> None:
    """Templates, rules of jobs, what is known of recipients, which messages there are, and the switch of e-mail."""
    db.execute("""
        CREATE TABLE message_templates (
            company TEXT NOT NULL,
            kind TEXT NOT NULL,
            language TEXT NOT NULL,
            subject TEXT NOT NULL,
            text TEXT NOT NULL,
            updated_at INTEGER NOT NULL,
            PRIMARY KEY (company, kind, language)
        ) STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE message_rules (
            job_id INTEGER PRIMARY KEY,
            send_invitations INTEGER NOT NULL CHECK (send_invitations IN (0, 1)),
            send_reminders INTEGER NOT NULL CHECK (send_reminders IN (0, 1)),
            send_thanks INTEGER NOT NULL CHECK (send_thanks IN (0, 1)),
            remind_after_days INTEGER NOT NULL,
            remind_before_end_hours INTEGER NOT NULL,
            most_reminders INTEGER NOT NULL,
            language TEXT NOT NULL,
            updated_at INTEGER NOT NULL
        ) STRICT""")
    db.execute("""
        CREATE TABLE message_recipients (
            candidate_id INTEGER PRIMARY KEY,
            time_zone TEXT,
            opted_out_at INTEGER,
            opted_out_address TEXT,
            bounced_at INTEGER,
            bounced_address TEXT,
            bounce TEXT
        ) STRICT""")
    db.execute("CREATE INDEX recipients_opted_out ON message_recipients (opted_out_address)")
    db.execute("""
        CREATE TABLE messages (
            message_id TEXT PRIMARY KEY,
            session_id TEXT NOT NULL REFERENCES interview_sessions (session_id),
            kind TEXT NOT NULL,
            by_hand INTEGER NOT NULL CHECK (by_hand IN (0, 1)),
            automatic INTEGER NOT NULL CHECK (automatic IN (0, 1)),
            created_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID""")
    db.execute("CREATE INDEX messages_of_session ON messages (session_id, created_at)")
    db.execute("CREATE INDEX messages_newest_first ON messages (created_at)")
    db.execute("""
        CREATE TABLE mail_switch (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            paused INTEGER NOT NULL CHECK (paused IN (0, 1)),
            paused_at INTEGER,
            day TEXT NOT NULL,
            sent INTEGER NOT NULL
        ) STRICT""")
    db.execute("INSERT INTO mail_switch (id, paused, day, sent) VALUES (1, 0, '', 0)")
