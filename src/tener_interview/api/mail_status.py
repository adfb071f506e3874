"""Whether and how e-mail leaves, and the switch that pauses it."""

from __future__ import annotations

from typing import Annotated, TypedDict

from ..domain.messages.sending import set_paused
from ..domain.service import Service
from ..lazy_dataclass import dataclass
from ..store.message_records import MailState
from ..store.outbox_records import Channel
from ..system.clock import iso_utc
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.schema import Example
from ..web.shape import Boolean, read, required
from .shapes import At


@dataclass(frozen=True)
class MailBody:
    paused: bool = required(Boolean(), "whether no e-mail leaves")


class MailStatusJson(TypedDict):
    """Whether and how e-mail leaves."""

    server: Annotated[str | None, "The SMTP server without user and password; null if none is set.",
                      Example("mail.example.com:587 (STARTTLS)")]
    sender: Annotated[str | None, Example("Acme Hiring <jobs@acme.example>")]
    demo: Annotated[bool, "In demo mode messages are shown here and sent nowhere."]
    paused: bool
    paused_at: At | None
    sent_today: int
    daily_limit: int
    states: Annotated[dict[str, int], "The number of messages by state.", Example({"delivered": 12, "queued": 1})]


@contract()
def get_mail_status(service: Service, _request: Request) -> Json[MailStatusJson]:
    """GET /api/messages/status"""
    return json_response(_mail_status_json(service))


@contract(body=MailBody)
def change_mail_status(service: Service, request: Request) -> Json[MailStatusJson]:
    """PATCH /api/messages/status

    Pauses all e-mail, or lets it go on. What is queued waits.
    """
    set_paused(service, read(MailBody, request.json).paused)
    return json_response(_mail_status_json(service))


def left_today(service: Service) -> int:
    """Return how many more e-mails may leave today."""
    with service.store.read() as tx:
        return max(0, service.mail.daily_limit - _sent_today(service, tx.mail_switch.get()))


def _mail_status_json(service: Service) -> MailStatusJson:
    mail = service.mail
    with service.store.read() as tx:
        switch, counts = tx.mail_switch.get(), tx.outbox.count()
    return {
        "server": mail.server.display_name if mail.server else None,
        "sender": str(mail.sender) if mail.server and not mail.is_demo else None, "demo": mail.is_demo,
        "paused": switch.paused, "paused_at": iso_utc(switch.paused_at),
        "sent_today": _sent_today(service, switch), "daily_limit": mail.daily_limit,
        "states": {state: count for (channel, state), count in sorted(counts.items()) if channel == Channel.MAIL},
    }


def _sent_today(service: Service, switch: MailState) -> int:
    return switch.sent if switch.day == service.mail.day_of(service.clock.now_ms()) else 0
