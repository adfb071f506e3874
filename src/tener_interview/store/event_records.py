"""Values about the events of sessions and the processing of webhooks that the store keeps and returns. No SQL here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

#: Who causes an event of a session: a recruiter or the main system (`recruiter`), the candidate, the provider or its
#: webhook, the background sync, or this service (`system`). The column and the API call it `source`.
EventCause = Literal["system", "candidate", "provider", "webhook", "sync", "recruiter"]

#: The outcome of a webhook event about an interview that no session has.
UNKNOWN_INTERVIEW = "unknown interview"


class AddedEvent(NamedTuple):
    """An event of a session that a transaction adds. `seq` counts all events."""

    seq: int
    session_id: str
    event: str
    caused_by: EventCause
    at_ms: int
    details: Mapping[str, Any]
