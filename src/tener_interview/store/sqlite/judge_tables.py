"""The tables of the language model's opinions, made by a step of `migrations`."""

from __future__ import annotations

import sqlite3


def create_judge_tables(db: sqlite3.Connection) -> None:
    """Opinions about answers, what asking has cost by day, and the judge's total beside the others."""
    db.execute("""
        CREATE TABLE opinions (
            session_id TEXT NOT NULL REFERENCES interview_sessions (session_id),
            result_version INTEGER NOT NULL,
            question_id TEXT NOT NULL,
            round INTEGER NOT NULL,
            content TEXT NOT NULL,
            model TEXT NOT NULL,
            input_tokens INTEGER NOT NULL,
            output_tokens INTEGER NOT NULL,
            cost REAL,
            asked_at INTEGER NOT NULL,
            PRIMARY KEY (session_id, result_version, question_id, round)
        ) STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE judge_usage (
            day INTEGER PRIMARY KEY,
            requests INTEGER NOT NULL,
            failures INTEGER NOT NULL,
            void INTEGER NOT NULL,
            input_tokens INTEGER NOT NULL,
            output_tokens INTEGER NOT NULL,
            cost REAL NOT NULL
        ) STRICT""")
    for column in ("judge_total REAL", "judge_spread REAL", "judged_version INTEGER"):
        db.execute(f"ALTER TABLE interview_sessions ADD COLUMN {column}")
