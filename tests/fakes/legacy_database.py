"""A database as the previous service may have left it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

#: One layout of those that are to be understood; columns that a test does not name are null.
SCHEMA = """
CREATE TABLE interview_sessions (session_id TEXT PRIMARY KEY, job_id INTEGER NOT NULL, candidate_id INTEGER NOT NULL,
    candidate_name TEXT, candidate_email TEXT, conversation_id INTEGER, provider TEXT, provider_assessment_id TEXT,
    provider_invitation_id TEXT, provider_candidate_id TEXT, status TEXT NOT NULL, language TEXT, entry_token_hash TEXT,
    entry_token_expires_at TEXT, provider_url TEXT, started_at TEXT, completed_at TEXT, scored_at TEXT,
    last_sync_at TEXT, last_error_code TEXT, created_at TEXT, updated_at TEXT);
CREATE TABLE interview_results (result_id TEXT PRIMARY KEY, session_id TEXT, provider_result_id TEXT,
    technical_score REAL, soft_skills_score REAL, culture_fit_score REAL, total_score REAL, score_confidence REAL,
    pass_recommendation TEXT, normalized_json TEXT, created_at TEXT);
CREATE TABLE interview_events (event_id TEXT PRIMARY KEY, session_id TEXT, event_type TEXT, source TEXT, payload TEXT,
    created_at TEXT);
CREATE TABLE job_interview_assessments (job_id INTEGER, assessment_id TEXT);
INSERT INTO job_interview_assessments VALUES (1, 'x');
"""


class OldDatabase:
    """Adds rows to its tables, with the named columns."""

    def __init__(self, path: Path, schema: str = SCHEMA) -> None:
        self.path = path
        with closing(sqlite3.connect(path)) as db:
            db.executescript(schema)

    def add(self, table: str, **columns: Any) -> None:
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        values = [json.dumps(column) if isinstance(column, (dict, list)) else column for column in columns.values()]
        with closing(sqlite3.connect(self.path)) as db, db:
            db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)

    def session(self, session_id: str, candidate_id: Any, status: str, **more: Any) -> None:
        columns = {
            "job_id": 1, "candidate_name": f"Person {candidate_id}", "candidate_email": f"p{candidate_id}@example.com",
            "provider": "hireflix", "created_at": "2026-01-10 09:00:00", "updated_at": "2026-01-11T09:00:00+00:00",
        }
        self.add("interview_sessions", **{
            **columns, "session_id": session_id, "candidate_id": candidate_id, "status": status, **more,
        })
