"""Whom to remind today by hand."""

from __future__ import annotations

from typing import Annotated, TypedDict

from ..domain.messages.composing import real_address
from ..domain.messages.recipient_states import STATES
from ..domain.messages.reminders import DueReminder, compose_due, to_remind_today
from ..domain.service import Service
from ..lazy_dataclass import dataclass
from ..system.clock import iso_utc
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.schema import Example
from ..web.shape import Integer, OneOf, optional, read
from .message_texts import TEXT_EXAMPLE, Kind, MessageTextJson
from .shapes import At


@dataclass(frozen=True)
class DueQuery:
    job_id: int | None = optional(Integer(low=1, from_text=True), description="default: all jobs")


class DueJson(TypedDict):
    """Somebody to remind now."""

    job_id: int
    candidate_id: int
    candidate_name: str
    session_id: str
    kind: Kind
    state: Annotated[str, OneOf(STATES), Example("ready")]
    why: Annotated[str | None, Example(None)]
    address: Annotated[str | None, Example("jane.doe@example.com")]
    expires_at: At
    reminders_sent: int
    message: Annotated[MessageTextJson, Example(TEXT_EXAMPLE)]


class DueRemindersJson(TypedDict):
    """Whom to remind today by hand, those first whose links end first."""

    can_send: bool
    items: list[DueJson]


@contract(query=DueQuery)
def list_due(service: Service, request: Request) -> Json[DueRemindersJson]:
    """GET /api/messages/due

    Whom a person should remind now: everybody who is due by the rules of the job, except those whom the service reminds
    by itself.
    """
    query = read(DueQuery, request.query)
    due = to_remind_today(service, query.job_id)
    items = []
    for item, (template, message) in zip(due, compose_due(service, due), strict=True):
        address = real_address(service, item.session)
        items.append(_due_json(item, address.address if address else None, {
            "language": template.language, "subject": message.subject, "text": message.text,
        }))
    return json_response({"can_send": service.mail.can_send, "items": items})


def _due_json(item: DueReminder, address: str | None, message: MessageTextJson) -> DueJson:
    session = item.session
    return {
        "job_id": session.job_id, "candidate_id": session.candidate_id, "candidate_name": session.candidate_name,
        "session_id": session.session_id, "kind": item.kind, "state": item.state, "why": item.why, "address": address,
        "expires_at": iso_utc(session.link.expires_at) or "", "reminders_sent": item.sent.reminders,
        "message": message,
    }
