"""The tables of reviews and overrides, and the totals beside the machine's, made by a step of `migrations`."""

from __future__ import annotations

import sqlite3


def create_review_tables(db: sqlite3.Connection) -> None:
    """Reviews with all their versions, overrides with all of theirs, and the numbers that come of them."""
    db.execute("""
        CREATE TABLE reviews (
            session_id TEXT NOT NULL REFERENCES interview_sessions (session_id),
            reviewer_id TEXT NOT NULL,
            job_id INTEGER NOT NULL,
            reviewer_name TEXT NOT NULL,
            revision INTEGER NOT NULL,
            draft TEXT,
            version INTEGER,
            total REAL,
            recommendation TEXT,
            created_at INTEGER NOT NULL,
            saved_at INTEGER NOT NULL,
            submitted_at INTEGER,
            PRIMARY KEY (session_id, reviewer_id)
        ) STRICT, WITHOUT ROWID""")
    db.execute("CREATE INDEX reviews_of_a_reviewer ON reviews (reviewer_id, job_id)")
    db.execute("""
        CREATE TABLE review_versions (
            session_id TEXT NOT NULL REFERENCES interview_sessions (session_id),
            reviewer_id TEXT NOT NULL,
            version INTEGER NOT NULL,
            content TEXT NOT NULL,
            total REAL,
            recommendation TEXT NOT NULL,
            blind INTEGER NOT NULL CHECK (blind IN (0, 1)),
            result_version INTEGER,
            machine_total REAL,
            submitted_at INTEGER NOT NULL,
            PRIMARY KEY (session_id, reviewer_id, version)
        ) STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE score_overrides (
            session_id TEXT NOT NULL REFERENCES interview_sessions (session_id),
            question_id TEXT NOT NULL,
            version INTEGER NOT NULL,
            score REAL,
            reason TEXT NOT NULL,
            machine_score REAL,
            result_version INTEGER,
            set_by TEXT NOT NULL,
            set_by_name TEXT NOT NULL,
            set_at INTEGER NOT NULL,
            PRIMARY KEY (session_id, question_id, version)
        ) STRICT, WITHOUT ROWID""")
    _add_totals(db)


def _add_totals(db: sqlite3.Connection) -> None:
    """`total_score` stays the number that ranks; until now it was always the machine's."""
    for column in (
        "machine_total REAL", "override_total REAL", "overrides INTEGER NOT NULL DEFAULT 0", "human_total REAL",
        "human_reviews INTEGER NOT NULL DEFAULT 0", "human_spread REAL", "total_source TEXT",
        "ended_review_reason TEXT",
    ):
        db.execute(f"ALTER TABLE interview_sessions ADD COLUMN {column}")
    db.execute("""
        UPDATE interview_sessions SET machine_total = total_score, total_source = 'machine'
        WHERE total_score IS NOT NULL""")
    db.execute("DROP INDEX leaderboard_order")
    db.execute("""
        CREATE INDEX leaderboard_order ON interview_sessions (
            job_id,
            CASE WHEN total_score IS NOT NULL THEN -coalesce(ranking_group, 0) ELSE 1 END,
            CASE
            WHEN total_score IS NOT NULL AND total_source <> 'machine' THEN 0
            WHEN total_score IS NOT NULL THEN CASE WHEN technical_score IS NULL THEN 1 ELSE 0 END
                + CASE WHEN soft_skills_score IS NULL THEN 1 ELSE 0 END
            WHEN review_reason IS NOT NULL THEN 3
            WHEN status IN ('created', 'in_progress', 'completed') THEN 4
            WHEN status = 'invited' THEN 5
            ELSE 6 END,
            total_score DESC,
            CASE WHEN total_score IS NULL AND status = 'invited' THEN -link_expires_at END,
            candidate_id)
        WHERE is_current = TRUE AND unlisted = FALSE""")
