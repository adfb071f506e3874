"""The events that a transaction adds, for whoever tells others, and what became of a webhook. No SQL here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

#: The outcome of a webhook event about an interview that no session has.
UNKNOWN_INTERVIEW = "unknown interview"


class AddedEvent(NamedTuple):
    """An event of a session that a transaction adds. `seq` counts all events."""

    seq: int
    session_id: str
    event: str
    source: str
    at_ms: int
    details: Mapping[str, Any]
