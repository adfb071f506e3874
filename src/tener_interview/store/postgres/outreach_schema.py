"""The third step of the schema on PostgreSQL: the tables of what leaves the service by itself."""

from __future__ import annotations

from .endpoint_schema import ENDPOINT_SCHEMA
from .judge_schema import JUDGE_SCHEMA
from .message_schema import MESSAGE_SCHEMA
from .notification_schema import NOTIFICATION_SCHEMA
from .outbox_schema import OUTBOX_SCHEMA

_INDEX = """
CREATE INDEX sessions_needing_review ON interview_sessions (job_id)
    WHERE is_current AND review_reason IS NOT NULL;
"""

OUTREACH_SCHEMA = "".join((
    OUTBOX_SCHEMA, ENDPOINT_SCHEMA, NOTIFICATION_SCHEMA, MESSAGE_SCHEMA, JUDGE_SCHEMA, _INDEX,
))
