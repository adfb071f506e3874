"""Whether a candidate can get a message by e-mail, and why not."""

from __future__ import annotations

from ...store.message_records import REMINDERS, THANKS, Recipient, address_hash
from ...store.session import Session
from ..refresh.review_reasons import CONSENT_REFUSED
from ..service import Service
from ..sessions.status import ACTIVE, FINISHED, Status
from .composing import real_address
from .opt_outs import wants_messages

#: Whether a candidate can get a message. Only `ready` gets an e-mail.
READY, NO_ADDRESS, BOUNCED, OPTED_OUT, NOT_POSSIBLE, NO_INTERVIEW = (
    "ready", "no_address", "bounced", "opted_out", "not_possible", "no_interview"
)
STATES = (READY, NO_ADDRESS, BOUNCED, OPTED_OUT, NOT_POSSIBLE, NO_INTERVIEW)
#: Why an interview of a status has no link to send.
_NO_LINK = {
    Status.CREATED: "The invitation is not confirmed by Hireflix yet, so there is no link.",
    Status.EXPIRED: "The link expired before it was used. Invite the candidate again.",
    Status.CANCELED: "The interview was canceled, so there is no link to send.",
    Status.FAILED: "The invitation failed, so there is no link to send.",
}
#: States in which a person can still copy the text and send it by hand.
BY_HAND = (READY, NO_ADDRESS, BOUNCED)


def recipient_state(
    service: Service, session: Session, kind: str, recipient: Recipient, opted_out: set[str]
) -> tuple[str, str | None]:
    """Whether a candidate can get a message of a kind: the state, and the reason if not."""
    if session.erased_at is not None:
        return NOT_POSSIBLE, "The candidate was erased."
    if not wants_messages(recipient, session.candidate_email, opted_out):
        return OPTED_OUT, "The candidate wants no messages."
    if kind in REMINDERS and session.review_reason == CONSENT_REFUSED:
        return NOT_POSSIBLE, CONSENT_REFUSED
    if kind == THANKS and session.status not in FINISHED:
        return NOT_POSSIBLE, "The interview is not finished."
    if kind != THANKS and session.status in FINISHED:
        return NOT_POSSIBLE, "The interview is finished."
    if kind != THANKS and session.status not in ACTIVE:
        return NOT_POSSIBLE, _NO_LINK[session.status]
    if kind != THANKS and session.link.expires_at <= service.clock.now_ms():
        return NOT_POSSIBLE, "The link has expired. Extend it first."
    if real_address(service, session) is None:
        return NO_ADDRESS, "No e-mail address."
    if recipient.bounced_address == address_hash(session.candidate_email):
        return BOUNCED, f"A message to this address came back ({recipient.bounce}). Correct the address."
    return READY, None
