"""The event types for endpoints, and the changes of a session that cause them."""

from __future__ import annotations

from collections.abc import Callable

from ...store.event_records import AddedEvent
from ..sessions.status import Status

#: Type -> what it means.
EVENT_TYPES: dict[str, str] = {
    "session.invited": "A candidate was invited, and has an interview link.",
    "session.opened": "The candidate opened the link, or began, for the first time.",
    "session.completed": "The candidate has finished; the answers are being scored.",
    "session.scored": "The session has a total, or another total than before.",
    "session.needs_review": "The interview is finished and has no total: a person has to look.",
    "session.reviewed": "Somebody submitted a review, or changed it.",
    "session.decided": "Somebody decided about the candidate; without a decision, it was undone.",
    "session.expired": "The link ran out before the candidate began.",
    "session.erased": "Everything about the candidate was erased here. Erase it in your system too.",
}
ERASED = "session.erased"
#: The type of test events.
TEST = "endpoint.test"
#: These are sent once for each session.
_ONCE_PER_SESSION = ("session.invited", "session.opened", "session.completed", ERASED)

#: The first condition that fits decides the type.
_EVENT_CONDITIONS: tuple[tuple[str, Callable[[AddedEvent], bool]], ...] = (
    (ERASED, lambda event: event.event == "erased"),
    ("session.needs_review", lambda event: event.event == "needs_review"),
    ("session.reviewed", lambda event: event.event == "reviewed"),
    ("session.decided", lambda event: event.event in ("decided", "decision_undone")),
    ("session.scored", lambda event: event.event in ("rescored", "total_changed") or _becomes(event, Status.SCORED)),
    ("session.completed", lambda event: _becomes(event, Status.COMPLETED)),
    ("session.expired", lambda event: _becomes(event, Status.EXPIRED)),
    ("session.invited", lambda event: _becomes(event, Status.INVITED) and event.details.get("from") == Status.CREATED),
    ("session.opened", lambda event: event.event in ("link_opened", "begun") or _becomes(event, Status.IN_PROGRESS)),
)


def event_type_of(event: AddedEvent) -> str | None:
    """The type of a session's event; None for events that are not sent."""
    return next((name for name, fits in _EVENT_CONDITIONS if fits(event)), None)


def cause_of(event: AddedEvent, name: str) -> str:
    """The key of an event's cause: each cause is sent once."""
    once = f"{name}:{event.session_id}"
    return once if name in _ONCE_PER_SESSION else f"{once}:{event.seq}:{event.at_ms}"


def _becomes(event: AddedEvent, status: Status) -> bool:
    return event.details.get("to") == status
