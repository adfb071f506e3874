"""The invitation by e-mail that a start or a step asks for together with the interview link."""

from __future__ import annotations

from typing import Annotated, TypedDict

from ..actor import Role
from ..domain.messages.invitations import InvitationMessage, InvitationOutcome, require_mail_server
from ..domain.messages.recipient_states import STATES
from ..domain.service import Service
from ..errors import Problem
from ..lazy_dataclass import dataclass
from ..store.message_records import INVITATION
from ..system.clock import iso_utc
from ..web.request import Request
from ..web.schema import Example
from ..web.shape import OneOf, optional
from .message_texts import EDITED_TEXTS, EDITED_TEXTS_MEANING, EditedText, edited_texts
from .shapes import At


@dataclass(frozen=True)
class InvitationMessageBody:
    """The invitation by e-mail, queued together with the link."""

    texts: tuple[EditedText, ...] = optional(EDITED_TEXTS, (), f"{EDITED_TEXTS_MEANING}; not with the client key")


INVITATION_MESSAGE_MEANING = (
    "also send the invitation by e-mail, queued in the same transaction as the link; nobody whose invitation was sent"
    " before gets another one, however often the request is repeated"
)


class InvitationMessageJson(TypedDict):
    """The invitation by e-mail that was asked for with the link."""

    queued_at: Annotated[At | None, "When it was queued, by this request or an earlier one; null if it was not."]
    state: Annotated[str, OneOf(STATES), "`ready` for one that was queued, otherwise why not.", Example("ready")]
    why: Annotated[str | None, "Why not, as a sentence.", Example(None)]


def invitation_message(
    service: Service, request: Request, requested: InvitationMessageBody | None
) -> InvitationMessage | None:
    """The invitation that a request asks for. Raises `MAIL_NOT_SET_UP`, and `VALIDATION_FAILED` also for texts of the
    main system: its key travels in addresses, and whoever finds one must not write to people in the company's name."""
    if requested is None:
        return None
    require_mail_server(service)
    if requested.texts and request.actor.role is Role.MAIN_SYSTEM:
        fault = "must be left out by the main system: the service's templates are sent"
        raise Problem("VALIDATION_FAILED", f"texts {fault}.", {"fields": {"invitation_message.texts": fault}})
    return InvitationMessage(edited_texts(INVITATION, requested.texts, within="invitation_message."))


def invitation_message_json(outcome: InvitationOutcome | None) -> InvitationMessageJson | None:
    if outcome is None:
        return None
    return {"queued_at": iso_utc(outcome.queued_at), "state": outcome.state, "why": outcome.why}
