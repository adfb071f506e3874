"""The indexes by which interviews that need a person are found, for both databases: each holds only those of its kind.

Part of a released step of the schema: never edit them, write a new step.
"""

from __future__ import annotations

_CURRENT = "is_current = TRUE AND unlisted = FALSE AND erased_at IS NULL"
_UNDECIDED = f"{_CURRENT} AND decision IS NULL"

#: Name, columns and condition.
_INDEXES = (
    ("sessions_needing_a_look", "updated_at", f"{_UNDECIDED} AND review_reason IS NOT NULL"),
    ("sessions_finished_lately", "completed_at",
     f"{_UNDECIDED} AND status IN ('completed', 'scored') AND review_reason IS NULL"),
    ("sessions_not_answered", "link_expires_at, invited_at", f"{_CURRENT} AND listed_as IN ('invited', 'in_progress')"),
    ("sessions_rated_by_people", "updated_at", f"{_UNDECIDED} AND human_total IS NOT NULL"),
)
ATTENTION_INDEXES = tuple(
    f"CREATE INDEX {name} ON interview_sessions ({columns}, job_id) WHERE {condition}"
    for name, columns, condition in _INDEXES
)
