"""The tables of the interview plans, made by a step of `migrations`."""

from __future__ import annotations

import sqlite3


def create_plan_tables(db: sqlite3.Connection) -> None:
    """The interview plans of jobs: the draft, the positions made from plans, the published versions, and answers of
    candidates that became model answers. Sessions name the version they were invited with, and carry its scores."""
    db.execute("""
        CREATE TABLE job_plans (
            job_id INTEGER PRIMARY KEY,
            content TEXT NOT NULL,
            revision INTEGER NOT NULL,
            saved_at INTEGER NOT NULL
        ) STRICT""")
    db.execute("""
        CREATE TABLE plan_positions (
            job_id INTEGER NOT NULL,
            interview_hash TEXT NOT NULL,
            position_name TEXT NOT NULL,
            position_id TEXT,
            claimed_at INTEGER NOT NULL,
            PRIMARY KEY (job_id, interview_hash)
        ) STRICT, WITHOUT ROWID""")
    db.execute("CREATE UNIQUE INDEX one_plan_per_position ON plan_positions (position_id)")
    db.execute("""
        CREATE TABLE plan_versions (
            job_id INTEGER NOT NULL,
            version INTEGER NOT NULL,
            content TEXT NOT NULL,
            plan_hash TEXT NOT NULL,
            position_id TEXT NOT NULL,
            position_name TEXT NOT NULL,
            published_at INTEGER NOT NULL,
            PRIMARY KEY (job_id, version)
        ) STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE model_answers (
            session_id TEXT NOT NULL,
            question_id TEXT NOT NULL,
            job_id INTEGER NOT NULL,
            text TEXT NOT NULL,
            added_at INTEGER NOT NULL,
            PRIMARY KEY (session_id, question_id)
        ) STRICT, WITHOUT ROWID""")
    db.execute("ALTER TABLE interview_sessions ADD COLUMN plan_version INTEGER")
    db.execute("ALTER TABLE interview_sessions ADD COLUMN competency_scores TEXT")
    db.execute("ALTER TABLE interview_sessions ADD COLUMN ranking_group INTEGER")
