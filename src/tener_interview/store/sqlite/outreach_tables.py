"""The tables of what leaves the service by itself, made by a step of `migrations`."""

from __future__ import annotations

import sqlite3

from .endpoint_tables import create_endpoint_tables
from .judge_tables import create_judge_tables
from .message_tables import create_message_tables
from .notification_tables import create_notification_tables
from .outbox_tables import create_outbox_tables


def create_outreach_tables(db: sqlite3.Connection) -> None:
    """Messages, events for other systems, and what a language model and assistants add."""
    create_outbox_tables(db)
    create_notification_tables(db)
    create_endpoint_tables(db)
    create_message_tables(db)
    create_judge_tables(db)
    db.execute("""
        CREATE INDEX sessions_needing_review ON interview_sessions (job_id)
        WHERE is_current = TRUE AND review_reason IS NOT NULL""")
