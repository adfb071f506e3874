"""What each person has seen, how what needs a person is found, and whether a job's results go back to the provider."""

from __future__ import annotations

from ..attention_indexes import ATTENTION_INDEXES

NOTIFICATION_SCHEMA = """
CREATE TABLE notification_settings (
    person_id TEXT PRIMARY KEY,
    seen_at BIGINT NOT NULL,
    digest_hour BIGINT,
    digest_zone TEXT,
    digest_at BIGINT
);
ALTER TABLE job_settings ADD COLUMN provider_updates BOOLEAN NOT NULL DEFAULT FALSE;
""" + "".join(f"{index};\n" for index in ATTENTION_INDEXES)
