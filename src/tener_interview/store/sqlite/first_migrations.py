"""The first steps that made the schema, up to the one with shares; later ones are in `migrations.py`."""

from __future__ import annotations

import sqlite3

#: Marks a file as this service's own (`PRAGMA application_id`): "TnIv".
APPLICATION_ID = 0x546E4976


def first_tables(db: sqlite3.Connection) -> None:
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute("""
        CREATE TABLE interview_sessions (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            session_id TEXT NOT NULL UNIQUE,
            job_id INTEGER NOT NULL,
            candidate_id INTEGER NOT NULL,
            candidate_name TEXT NOT NULL,
            candidate_email TEXT NOT NULL,
            conversation_id INTEGER,
            language TEXT,
            status TEXT NOT NULL CHECK (status IN
                ('created', 'invited', 'in_progress', 'completed', 'scored', 'expired', 'canceled', 'failed')),
            is_current INTEGER NOT NULL DEFAULT 1 CHECK (is_current IN (0, 1)),
            provider TEXT NOT NULL,
            position_id TEXT NOT NULL,
            invitation_id TEXT,
            candidate_url TEXT,
            link_serial INTEGER NOT NULL DEFAULT 1,
            link_expires_at INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            invited_at INTEGER,
            started_at INTEGER,
            completed_at INTEGER,
            scored_at INTEGER,
            updated_at INTEGER NOT NULL,
            last_sync_at INTEGER,
            awaiting_transcription INTEGER NOT NULL DEFAULT 0 CHECK (awaiting_transcription IN (0, 1)),
            last_error_code TEXT,
            last_error_message TEXT,
            last_error_at INTEGER,
            result_version INTEGER,
            technical_score REAL,
            soft_skills_score REAL,
            culture_fit_score REAL,
            total_score REAL,
            score_confidence REAL,
            pass_recommendation TEXT,
            video_urls TEXT,
            video_urls_at INTEGER
        ) STRICT""")
    db.execute("""
        CREATE UNIQUE INDEX one_current_session_per_candidate
        ON interview_sessions (job_id, candidate_id) WHERE is_current = 1""")
    db.execute("""
        CREATE INDEX leaderboard_order ON interview_sessions
            (job_id, (technical_score IS NULL) + (soft_skills_score IS NULL), total_score DESC, candidate_id)
        WHERE is_current = 1""")
    db.execute("CREATE INDEX sessions_of_a_job ON interview_sessions (job_id, seq)")
    db.execute("CREATE INDEX sessions_of_a_candidate ON interview_sessions (candidate_id, seq)")
    db.execute("CREATE INDEX sessions_by_status ON interview_sessions (status, last_sync_at)")
    db.execute("CREATE INDEX sessions_by_invitation ON interview_sessions (invitation_id)")
    db.execute("""
        CREATE TABLE interview_results (
            session_id TEXT NOT NULL REFERENCES interview_sessions (session_id),
            version INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            content TEXT NOT NULL,
            PRIMARY KEY (session_id, version)
        ) STRICT""")
    db.execute("""
        CREATE TABLE interview_events (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            session_id TEXT NOT NULL REFERENCES interview_sessions (session_id),
            event TEXT NOT NULL,
            source TEXT NOT NULL CHECK (source IN
                ('system', 'candidate', 'provider', 'webhook', 'sync', 'recruiter')),
            at INTEGER NOT NULL,
            details TEXT NOT NULL
        ) STRICT""")
    db.execute("CREATE INDEX events_of_a_session ON interview_events (session_id, seq)")
    db.execute("""
        CREATE TABLE idempotency_keys (
            scope TEXT NOT NULL,
            key TEXT NOT NULL,
            fingerprint TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('running', 'done')),
            lease_until INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            status INTEGER,
            body TEXT,
            PRIMARY KEY (scope, key)
        ) STRICT""")
    db.execute("CREATE INDEX idempotency_by_age ON idempotency_keys (created_at)")
    db.execute("""
        CREATE TABLE job_step_progress (
            job_id INTEGER NOT NULL,
            step TEXT NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('running', 'success', 'partial', 'error')),
            done INTEGER NOT NULL,
            total INTEGER NOT NULL,
            output TEXT,
            updated_at INTEGER NOT NULL,
            PRIMARY KEY (job_id, step)
        ) STRICT""")
    db.execute("""
        CREATE TABLE job_positions (
            job_id INTEGER PRIMARY KEY,
            position_id TEXT NOT NULL,
            position_name TEXT NOT NULL,
            updated_at INTEGER NOT NULL
        ) STRICT""")
    db.execute("""
        CREATE TABLE webhook_events (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            invitation_id TEXT NOT NULL,
            stage TEXT NOT NULL,
            event TEXT NOT NULL,
            received_at INTEGER NOT NULL,
            handled_at INTEGER,
            outcome TEXT,
            UNIQUE (invitation_id, stage)
        ) STRICT""")
    db.execute("""
        CREATE TABLE demo_interviews (
            invitation_id TEXT PRIMARY KEY,
            hash TEXT NOT NULL UNIQUE,
            position_id TEXT NOT NULL,
            email TEXT NOT NULL COLLATE NOCASE,
            external_id TEXT NOT NULL,
            first_name TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            polls INTEGER NOT NULL,
            finished_at INTEGER,
            transcripts TEXT NOT NULL,
            UNIQUE (position_id, email),
            UNIQUE (position_id, external_id)
        ) STRICT""")
    db.execute("""
        CREATE TABLE demo_positions (
            position_id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            questions TEXT NOT NULL
        ) STRICT""")


def sync_erasure_and_logins(db: sqlite3.Connection) -> None:
    """When to sync a session next, urgent sessions, erased persons, logins."""
    db.execute("ALTER TABLE interview_sessions ADD COLUMN next_sync_at INTEGER NOT NULL DEFAULT 0")
    db.execute("ALTER TABLE interview_sessions ADD COLUMN urgent INTEGER NOT NULL DEFAULT 0 CHECK (urgent IN (0, 1))")
    db.execute("ALTER TABLE interview_sessions ADD COLUMN erased_at INTEGER")
    db.execute("DROP INDEX sessions_by_status")
    db.execute("""
        CREATE INDEX sessions_due ON interview_sessions (urgent DESC, last_sync_at, seq)
        WHERE is_current = 1 AND status IN ('created', 'invited', 'in_progress', 'completed', 'expired')""")
    db.execute("CREATE INDEX sessions_by_age ON interview_sessions (updated_at) WHERE erased_at IS NULL")
    db.execute("""
        CREATE TABLE leases (
            name TEXT PRIMARY KEY,
            owner TEXT NOT NULL,
            until INTEGER NOT NULL
        ) STRICT""")
    db.execute("""
        CREATE TABLE logins (
            cookie_hash TEXT PRIMARY KEY,
            expires_at INTEGER NOT NULL
        ) STRICT""")


def near_duplicates_and_flags(db: sqlite3.Connection) -> None:
    """Near duplicates among the answers of different candidates; the flags and coverage that a leaderboard shows."""
    db.execute("ALTER TABLE interview_sessions ADD COLUMN flags TEXT")
    db.execute("ALTER TABLE interview_sessions ADD COLUMN scored_questions INTEGER")
    db.execute("ALTER TABLE interview_sessions ADD COLUMN total_questions INTEGER")
    db.execute("""
        CREATE TABLE answer_shingles (
            answer INTEGER PRIMARY KEY,
            session_id TEXT NOT NULL REFERENCES interview_sessions (session_id),
            question_id TEXT NOT NULL,
            shingles BLOB NOT NULL,
            UNIQUE (session_id, question_id)
        ) STRICT""")
    db.execute("""
        CREATE TABLE answer_marks (
            mark INTEGER NOT NULL,
            answer INTEGER NOT NULL REFERENCES answer_shingles (answer) ON DELETE CASCADE,
            PRIMARY KEY (mark, answer)
        ) STRICT, WITHOUT ROWID""")
    db.execute("CREATE INDEX marks_of_an_answer ON answer_marks (answer)")
    db.execute("""
        CREATE TABLE answer_twins (
            answer INTEGER NOT NULL REFERENCES answer_shingles (answer) ON DELETE CASCADE,
            twin INTEGER NOT NULL REFERENCES answer_shingles (answer) ON DELETE CASCADE,
            PRIMARY KEY (answer, twin)
        ) STRICT, WITHOUT ROWID""")
    db.execute("CREATE INDEX twins_of_an_answer ON answer_twins (twin)")


def shares_and_titles(db: sqlite3.Connection) -> None:
    """Shared shortlists, and job titles for when their source is unavailable."""
    db.execute("""
        CREATE TABLE shares (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            share_id TEXT NOT NULL UNIQUE,
            job_id INTEGER NOT NULL,
            title TEXT,
            initials_only INTEGER NOT NULL CHECK (initials_only IN (0, 1)),
            link_serial INTEGER NOT NULL DEFAULT 1,
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            revoked_at INTEGER,
            opened_count INTEGER NOT NULL DEFAULT 0,
            last_opened_at INTEGER
        ) STRICT""")
    db.execute("CREATE INDEX shares_of_a_job ON shares (job_id, seq)")
    db.execute("""
        CREATE TABLE share_candidates (
            share_id TEXT NOT NULL REFERENCES shares (share_id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            candidate_id INTEGER NOT NULL,
            PRIMARY KEY (share_id, number),
            UNIQUE (share_id, candidate_id)
        ) STRICT, WITHOUT ROWID""")
    db.execute("CREATE INDEX shares_of_a_candidate ON share_candidates (candidate_id)")
    db.execute("""
        CREATE TABLE job_titles (
            job_id INTEGER PRIMARY KEY,
            title TEXT NOT NULL
        ) STRICT""")


def status_index_and_failures(db: sqlite3.Connection) -> None:
    """An index to find a job's candidates by status; the failures of a running step."""
    db.execute("ALTER TABLE job_step_progress ADD COLUMN failed INTEGER NOT NULL DEFAULT 0")
    db.execute("""
        CREATE INDEX sessions_by_state ON interview_sessions (job_id, status, candidate_id, link_expires_at)
        WHERE is_current = 1""")
