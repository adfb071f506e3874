"""The schema, as the numbered steps that made it.

`PRAGMA user_version` says how many have run. Each step and its number are committed together, so a process killed in
the middle of one leaves the file as it was. Steps are never edited once released: a change is a new step.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

#: Marks a file as this service's own (`PRAGMA application_id`): "TnIv".
APPLICATION_ID = 0x546E4976


def _first_tables(db: sqlite3.Connection) -> None:
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


def _sync_erasure_and_logins(db: sqlite3.Connection) -> None:
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


def _near_duplicates_and_flags(db: sqlite3.Connection) -> None:
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


def _shares_and_titles(db: sqlite3.Connection) -> None:
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


def _status_index_and_failures(db: sqlite3.Connection) -> None:
    """An index to find a job's candidates by status; the failures of a running step."""
    db.execute("ALTER TABLE job_step_progress ADD COLUMN failed INTEGER NOT NULL DEFAULT 0")
    db.execute("""
        CREATE INDEX sessions_by_state ON interview_sessions (job_id, status, candidate_id, link_expires_at)
        WHERE is_current = 1""")


def _shared_interviews_and_legacy_ids(db: sqlite3.Connection) -> None:
    """Interviews that count for two jobs, hiring companies, ids of imported sessions in the previous service; a link's
    signed expiry; pending scrubs; a total score whenever anything is scored, and a review when nothing can be."""
    db.execute("ALTER TABLE interview_sessions ADD COLUMN shared_with_job INTEGER")
    db.execute("""
        UPDATE interview_sessions SET shared_with_job = (
            SELECT earlier.job_id FROM interview_sessions AS earlier
            WHERE earlier.invitation_id = interview_sessions.invitation_id AND earlier.seq < interview_sessions.seq
                AND earlier.job_id <> interview_sessions.job_id
            ORDER BY earlier.seq LIMIT 1)
        WHERE invitation_id IS NOT NULL""")
    db.execute("ALTER TABLE job_titles ADD COLUMN company TEXT")
    db.execute("""
        CREATE TABLE former_session_ids (
            former_id TEXT PRIMARY KEY,
            session_id TEXT NOT NULL REFERENCES interview_sessions (session_id)
        ) STRICT, WITHOUT ROWID""")
    db.execute("ALTER TABLE interview_sessions ADD COLUMN link_signed_expires_at INTEGER NOT NULL DEFAULT 0")
    db.execute("ALTER TABLE interview_sessions ADD COLUMN opened_at INTEGER")
    db.execute("ALTER TABLE interview_sessions ADD COLUMN begun_at INTEGER")
    db.execute("UPDATE interview_sessions SET link_signed_expires_at = link_expires_at, opened_at = started_at")
    db.execute("""
        CREATE TABLE scrub_debt (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            erasures INTEGER NOT NULL
        ) STRICT""")
    # In files of earlier versions, what page splits left of erased people may still be there.
    db.execute("""
        INSERT INTO scrub_debt (erasures)
        SELECT EXISTS (SELECT 1 FROM interview_sessions WHERE erased_at IS NOT NULL)""")
    db.execute("""
        CREATE TABLE retention_held (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            sessions INTEGER NOT NULL,
            why TEXT
        ) STRICT""")
    db.execute("INSERT INTO retention_held (sessions) VALUES (0)")
    db.execute("CREATE INDEX notices_by_outcome ON webhook_events (outcome, seq)")
    _unlisted_sessions(db)
    _needs_review(db)


def _unlisted_sessions(db: sqlite3.Connection) -> None:
    """Which sessions nobody has been given the link of yet; lists leave them out, or call them `created`.

    What was listed before stays listed.
    """
    db.execute("""
        ALTER TABLE interview_sessions
        ADD COLUMN start_unanswered INTEGER NOT NULL DEFAULT 0 CHECK (start_unanswered IN (0, 1))""")
    db.execute("UPDATE interview_sessions SET start_unanswered = 1 WHERE status = 'created'")
    db.execute("""
        ALTER TABLE interview_sessions
        ADD COLUMN unlisted INTEGER GENERATED ALWAYS AS (
            status = 'created' OR start_unanswered AND opened_at IS NULL
                AND status NOT IN ('in_progress', 'completed', 'scored')) VIRTUAL""")
    db.execute("""
        ALTER TABLE interview_sessions
        ADD COLUMN listed_as TEXT GENERATED ALWAYS AS (
            CASE WHEN unlisted AND status IN ('invited', 'expired') THEN 'created' ELSE status END) VIRTUAL""")
    db.execute("DROP INDEX sessions_by_state")
    db.execute("""
        CREATE INDEX sessions_by_state ON interview_sessions (job_id, listed_as, candidate_id, link_expires_at)
        WHERE is_current = 1""")


def _needs_review(db: sqlite3.Connection) -> None:
    """A session without a total score, or one that could not be scored, needs review. What scored a result is read from
    the result. The leaderboard has a place for every session."""
    db.execute("ALTER TABLE interview_sessions ADD COLUMN review_reason TEXT")
    db.execute("ALTER TABLE interview_sessions ADD COLUMN judged_by TEXT")
    db.execute("""
        UPDATE interview_sessions SET judged_by = (
            SELECT json_object(
                'criteria_version', json_extract(content, '$.criteria_version'),
                'formula_version', json_extract(content, '$.formula_version'),
                'engine_version', coalesce(json_extract(content, '$.engine_version'), '1'))
            FROM interview_results
            WHERE session_id = interview_sessions.session_id AND version = interview_sessions.result_version
                AND json_valid(content))
        WHERE result_version IS NOT NULL""")
    db.execute("UPDATE interview_sessions SET status = 'canceled' WHERE status = 'scored' AND erased_at IS NOT NULL")
    db.execute("""
        INSERT INTO interview_events (session_id, event, source, at, details)
        SELECT session_id, 'needs_review', 'system', coalesce(scored_at, updated_at),
            json_object('from', 'scored', 'to', 'completed')
        FROM interview_sessions WHERE status = 'scored' AND total_score IS NULL ORDER BY seq""")
    db.execute("""
        UPDATE interview_sessions SET status = 'completed', scored_at = NULL,
            review_reason = 'The answers could not be scored, so there is no total.'
        WHERE status = 'scored' AND total_score IS NULL""")
    db.execute("""
        UPDATE interview_sessions SET
            review_reason = 'No answer has a transcript, so there is nothing to score.'
        WHERE status = 'completed' AND awaiting_transcription = 0
            AND last_error_code = 'INTERVIEW_NOTHING_TO_SCORE'""")
    db.execute("UPDATE interview_sessions SET pass_recommendation = NULL WHERE total_score IS NULL")
    db.execute("""
        UPDATE interview_results SET content = json_set(content, '$.pass_recommendation', NULL)
        WHERE json_valid(content) AND json_extract(content, '$.total_score') IS NULL
            AND json_extract(content, '$.pass_recommendation') IS NOT NULL""")
    db.execute("DROP INDEX leaderboard_order")
    db.execute("""
        CREATE INDEX leaderboard_order ON interview_sessions (
            job_id,
            CASE
            WHEN total_score IS NOT NULL THEN (technical_score IS NULL) + (soft_skills_score IS NULL)
            WHEN review_reason IS NOT NULL THEN 3
            WHEN status IN ('created', 'in_progress', 'completed') THEN 4
            WHEN status = 'invited' THEN 5
            ELSE 6 END,
            total_score DESC,
            CASE WHEN total_score IS NULL AND status = 'invited' THEN -link_expires_at END,
            candidate_id)
        WHERE is_current = 1 AND unlisted = 0""")


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    _first_tables, _sync_erasure_and_logins, _near_duplicates_and_flags, _shares_and_titles, _status_index_and_failures,
    _shared_interviews_and_legacy_ids,
)
