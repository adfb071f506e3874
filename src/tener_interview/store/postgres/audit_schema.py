"""The tables of the audit log: it refuses to be changed, and its end is sealed."""

from __future__ import annotations

#: The function that refuses changes; it moves with the tables when a backup replaces them.
REFUSES_CHANGES = "audit_log_refuses_changes"

AUDIT_SCHEMA = """
CREATE TABLE audit_log (
    number BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT,
    origin TEXT,
    action TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT,
    job_id BIGINT,
    details TEXT NOT NULL,
    key_id TEXT NOT NULL,
    hash TEXT NOT NULL,
    seal TEXT NOT NULL
);
CREATE INDEX audit_by_subject ON audit_log (subject_kind, subject_id, number);
CREATE FUNCTION audit_log_refuses_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'entries of the audit log are never changed' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER audit_log_refuses_changes BEFORE UPDATE OR DELETE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION audit_log_refuses_changes();
CREATE TRIGGER audit_log_refuses_truncate BEFORE TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION audit_log_refuses_changes();
CREATE TABLE audit_head (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    number BIGINT NOT NULL,
    hash TEXT NOT NULL,
    seal TEXT NOT NULL
);
INSERT INTO audit_head (id, number, hash, seal) VALUES (1, 0, '', '');
"""
