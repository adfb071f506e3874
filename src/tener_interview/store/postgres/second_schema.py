"""The second step of the schema on PostgreSQL: the tables of people who decide beside the machine."""

from __future__ import annotations

from .audit_schema import AUDIT_SCHEMA
from .consent_schema import CONSENT_SCHEMA
from .decision_schema import DECISION_SCHEMA
from .review_schema import REVIEW_SCHEMA
from .user_schema import USER_SCHEMA

_JOB_SETTINGS = """
CREATE TABLE job_settings (
    job_id BIGINT PRIMARY KEY,
    blind_review BOOLEAN NOT NULL DEFAULT TRUE,
    ranked_by TEXT NOT NULL DEFAULT 'machine',
    consent_required BOOLEAN NOT NULL DEFAULT FALSE,
    explain_scores BOOLEAN NOT NULL DEFAULT FALSE,
    updated_at BIGINT NOT NULL
);
"""

SECOND_SCHEMA = "".join((_JOB_SETTINGS, REVIEW_SCHEMA, AUDIT_SCHEMA, CONSENT_SCHEMA, USER_SCHEMA, DECISION_SCHEMA))
