"""Queues updates for the interview provider, in the transaction of their cause, for jobs that have them switched on.

A row names the field to sync; the sender reads the current value. So late and repeated rows do no harm, and their order
does not matter.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from ...store.outbox_records import Channel, outbox_row

if TYPE_CHECKING:
    from ...store.ports import Transaction
    from ...store.session import Session


class SyncedField(StrEnum):
    """What of an interview is updated at the provider."""

    #: Its placement: shortlisted, discarded or to evaluate, as people decided here.
    DECISION = "decision"
    #: Its score: the mean of the reviews.
    SCORE = "score"
    #: A comment with the link to the scorecard, once.
    LINK = "link"


def queue_decision(tx: Transaction, session: Session, revision: int, decision_before: str | None, now_ms: int) -> None:
    """Queue the placement of an interview after a decision, or after one was undone."""
    _queue(tx, session, SyncedField.DECISION, str(revision), now_ms, before=decision_before)


def queue_score(tx: Transaction, session: Session, review_key: str, now_ms: int) -> None:
    """Queue the score of an interview after a submitted review; `review_key` identifies it."""
    _queue(tx, session, SyncedField.SCORE, review_key, now_ms)


def _queue(
    tx: Transaction, session: Session, field_to_sync: SyncedField, cause: str, now_ms: int, *, before: str | None = None
) -> None:
    if not accepts_updates(session) or not tx.job_settings.get(session.job_id).provider_updates:
        return
    for field_name, unique in ((field_to_sync, cause), (SyncedField.LINK, "once")):
        content = {"part": field_name.value, **({"before": before} if field_name is SyncedField.DECISION else {})}
        tx.outbox.add(outbox_row(
            Channel.PROVIDER, f"provider:{session.session_id}:{field_name}:{unique}", content, now_ms,
            session_id=session.session_id, order_key=f"provider:{session.invitation_id}", receiver=session.provider,
        ))


def accepts_updates(session: Session) -> bool:
    """Return whether updates go to the provider for this session. An interview that counts for two jobs gets those of
    the job that it was created for."""
    return session.invitation_id is not None and session.shared_with_job is None
