"""The tables of people who decide beside the machine, made by a step of `migrations`."""

from __future__ import annotations

import sqlite3

from .audit_tables import create_audit_tables
from .consent_tables import create_consent_tables
from .decision_tables import create_decision_tables
from .review_tables import create_review_tables
from .user_tables import create_user_tables


def create_people_tables(db: sqlite3.Connection) -> None:
    """What a company decides about each job; a job without a row has the defaults."""
    db.execute("""
        CREATE TABLE job_settings (
            job_id INTEGER PRIMARY KEY,
            blind_review INTEGER NOT NULL DEFAULT 1 CHECK (blind_review IN (0, 1)),
            ranked_by TEXT NOT NULL DEFAULT 'machine',
            consent_required INTEGER NOT NULL DEFAULT 0 CHECK (consent_required IN (0, 1)),
            explain_scores INTEGER NOT NULL DEFAULT 0 CHECK (explain_scores IN (0, 1)),
            updated_at INTEGER NOT NULL
        ) STRICT""")
    create_review_tables(db)
    create_user_tables(db)
    create_decision_tables(db)
    create_consent_tables(db)
    # Last, because copies of a file have the triggers after everything else.
    create_audit_tables(db)
