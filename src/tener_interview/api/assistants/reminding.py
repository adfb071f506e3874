"""The tool that reminds candidates of their interviews."""

from __future__ import annotations

from typing import Annotated, TypedDict

from ...domain.messages.recipient_states import BY_HAND, READY
from ...domain.messages.sending import MessagePreview, preview_messages, send_messages
from ...lazy_dataclass import dataclass
from ...store.message_records import REMINDER
from ...system.clock import HOUR_MS
from ...web.shape import Boolean, Integer, ListOf, OneOf, StrictShape, optional, required
from .call import ToolCall
from .untrusted import clean_name

MAX_REMINDED = 25
#: An assistant reminds a candidate once in this time, however often it is asked.
MIN_INTERVAL_MS = 20 * HOUR_MS

WOULD_SEND, SENT, SEND_BY_HAND, REMINDED, REFUSED = "would_send", "sent", "by_hand", "reminded", "refused"


@dataclass(frozen=True)
class Remind(StrictShape):
    job_id: int = required(Integer(low=1))
    candidate_ids: tuple[int, ...] = required(ListOf(Integer(low=1), 1, MAX_REMINDED), "as list_waiting names them")
    dry_run: bool = optional(
        Boolean(), True, "only return the messages; show them to the user, and send false once the user has agreed"
    )


class RemindedCandidateJson(TypedDict):
    """A candidate, what happened or would happen, and the message."""

    candidate_id: int
    candidate_name: str | None
    outcome: Annotated[
        str, OneOf((WOULD_SEND, SENT, SEND_BY_HAND, REMINDED, REFUSED)),
        "`sent`: it is in the outbox and leaves as soon as the mail server takes it; `by_hand`: the service cannot send"
        " it, so the user sends `text`; `reminded`: there was a reminder within a day",
    ]
    why: Annotated[str | None, "Why it was not sent."]
    subject: str | None
    text: Annotated[str | None, "With the candidate's personal link, to be sent to nobody else."]


class RemindedJson(TypedDict):
    """The candidates in the given order. Repeating it reminds nobody twice within a day."""

    job_id: int
    dry_run: bool
    messages: Annotated[int, "How many were sent, or would be."]
    candidates: list[RemindedCandidateJson]


def remind(call: ToolCall, arguments: Remind) -> RemindedJson:
    service, job_id = call.service, arguments.job_id
    previews = preview_messages(service, job_id, REMINDER, arguments.candidate_ids, {})
    since_ms = service.clock.now_ms() - MIN_INTERVAL_MS
    items = {item.candidate_id: _item(item, service.mail.can_send, since_ms) for item in previews}
    to_send = [number for number, item in items.items() if item["outcome"] == WOULD_SEND]
    if to_send and not arguments.dry_run:
        for outgoing in send_messages(service, job_id, REMINDER, to_send, {}, unless_since_ms=since_ms):
            item = items[outgoing.candidate_id]
            item["outcome"], item["why"] = (SENT, None) if outgoing.queued else (REFUSED, outgoing.why)
    candidates = list(items.values())
    return {
        "job_id": job_id,
        "dry_run": arguments.dry_run,
        "messages": sum(item["outcome"] in (SENT, WOULD_SEND) for item in candidates),
        "candidates": candidates,
    }


def _item(item: MessagePreview, can_send: bool, since_ms: int) -> RemindedCandidateJson:
    outcome, why, message = REFUSED, item.why, item.message
    if item.state in BY_HAND and item.last_at is not None and item.last_at > since_ms:
        outcome, why, message = REMINDED, "The candidate was reminded within a day.", None
    elif item.state == READY and can_send:
        outcome = WOULD_SEND
    elif item.state in BY_HAND:
        outcome, why = SEND_BY_HAND, why or "The service sends no e-mail. Send the text by hand, and note it there."
    return {
        "candidate_id": item.candidate_id,
        "candidate_name": clean_name(item.session.candidate_name) if item.session else None,
        "outcome": outcome,
        "why": why,
        "subject": message.subject if message else None,
        "text": message.text if message else None,
    }
