"""The schema, as the numbered steps that made it.

`PRAGMA user_version` says how many have run. Each step and its number are committed together, so a process killed in
the middle of one leaves the file as it was. Steps are never edited once released: a change is a new step.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from ...languages.spelling import fold_text, spellings
from .first_migrations import (
    APPLICATION_ID as APPLICATION_ID,
)
from .first_migrations import (
    first_tables,
    near_duplicates_and_flags,
    shares_and_titles,
    status_index_and_failures,
    sync_erasure_and_logins,
)
from .outreach_tables import create_outreach_tables
from .people_tables import create_people_tables
from .plan_tables import create_plan_tables


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


def _names_and_truth_values(db: sqlite3.Connection) -> None:
    """What names are searched and sorted by, stored; indexes whose conditions read as those of the shared SQL; wrong
    tokens that all processes count together; the interview plans."""
    create_plan_tables(db)
    db.execute("ALTER TABLE interview_sessions ADD COLUMN candidate_sort_name TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE interview_sessions ADD COLUMN candidate_spellings TEXT NOT NULL DEFAULT ''")
    db.create_function("folded", 1, fold_text, deterministic=True)
    db.create_function("spellings", 1, spellings, deterministic=True)
    db.execute("""
        UPDATE interview_sessions
        SET candidate_sort_name = folded(candidate_name), candidate_spellings = spellings(candidate_name)""")
    for index in ("one_current_session_per_candidate", "sessions_due", "sessions_by_state", "leaderboard_order"):
        db.execute(f"DROP INDEX {index}")
    db.execute("""
        CREATE UNIQUE INDEX one_current_session_per_candidate
        ON interview_sessions (job_id, candidate_id) WHERE is_current = TRUE""")
    db.execute("""
        CREATE INDEX sessions_due ON interview_sessions (urgent DESC, last_sync_at, seq)
        WHERE is_current = TRUE AND status IN ('created', 'invited', 'in_progress', 'completed', 'expired')""")
    db.execute("""
        CREATE INDEX sessions_by_state ON interview_sessions (job_id, listed_as, candidate_id, link_expires_at)
        WHERE is_current = TRUE""")
    db.execute("""
        CREATE INDEX leaderboard_order ON interview_sessions (
            job_id,
            CASE WHEN total_score IS NOT NULL THEN -coalesce(ranking_group, 0) ELSE 1 END,
            CASE
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
    db.execute("""
        CREATE TABLE wrong_tokens (
            address_hash TEXT PRIMARY KEY,
            tokens INTEGER NOT NULL,
            since INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID""")


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    first_tables, sync_erasure_and_logins, near_duplicates_and_flags, shares_and_titles, status_index_and_failures,
    _shared_interviews_and_legacy_ids, _names_and_truth_values, create_people_tables, create_outreach_tables,
)
