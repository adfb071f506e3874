"""Sends updates to the interview provider, from the outbox.

It reads the interview first and changes only what differs, so a retry after a lost answer repeats nothing: a comment is
found by the session id in its link.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from ...arithmetic import round_half_up
from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...providers.protocol import Placement
from ..outbox.delivery import Delivery, Outcome
from ..reviews.totals import score_to_rating
from .queueing import SyncedField, accepts_updates

if TYPE_CHECKING:
    from ...providers.protocol import InterviewEvaluation
    from ...store.outbox_records import OutboxRow
    from ...store.session import Session
    from ..service import Service

#: Where a decision puts an interview. Without a decision it is to be evaluated.
PLACEMENTS: Mapping[str, Placement] = {
    "advance": Placement.SHORTLISTED,
    "hired": Placement.SHORTLISTED,
    "hold": Placement.TO_EVALUATE,
    "reject": Placement.DISCARDED,
    "withdrawn": Placement.DISCARDED,
}
_LOWEST_STARS, _HIGHEST_STARS = 0.5, 5.0

#: Failures that a retry may mend; everything else is parked for a person.
_TEMPORARY = frozenset({
    "INTERVIEW_PROVIDER_UNAVAILABLE", "INTERVIEW_PROVIDER_TIMEOUT", "INTERVIEW_PROVIDER_SUBSCRIPTION_REQUIRED",
    "SERVER_BUSY", "STORE_UNAVAILABLE",
})


@dataclass(frozen=True)
class _Change:
    """A change at the provider: how to make it, and the details for the session's history."""

    make: Callable[[], None]
    details: Mapping[str, Any]


@dataclass(frozen=True)
class _NoChange:
    """Why there is nothing to change."""

    why: str


class ProviderUpdateSender:
    """Writes decisions, scores and the scorecard link back to Hireflix."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def deliver(self, row: OutboxRow, confirm_send: Callable[[], bool]) -> Delivery:
        """Set one field of the interview to the current value here."""
        session = self._session(row)
        if session is None or session.invitation_id is None:
            return Delivery(Outcome.CANCELED, "no longer wanted")
        try:
            return self._deliver(row, session, session.invitation_id, confirm_send)
        except Problem as problem:
            if problem.code not in _TEMPORARY:
                return Delivery(Outcome.PARK, problem.code)
            is_down = not self._service.provider.available()
            return Delivery(Outcome.RETRY, problem.code, _retry_after_ms(problem), pauses_receiver=is_down)

    def _deliver(
        self, row: OutboxRow, session: Session, invitation_id: str, confirm_send: Callable[[], bool]
    ) -> Delivery:
        evaluation = self._service.provider.evaluation(invitation_id)
        if evaluation is None:
            return Delivery(Outcome.PARK, "the interview is no longer there")
        change = self._find_change(SyncedField(row.content["part"]), row, session, invitation_id, evaluation)
        if isinstance(change, _NoChange):
            return Delivery(Outcome.DELIVERED, change.why)
        if not confirm_send():
            return Delivery(Outcome.CANCELED)
        change.make()
        self._record(session, change.details)
        return Delivery(Outcome.DELIVERED, "changed")

    def _session(self, row: OutboxRow) -> Session | None:
        """The session whose interview is to be changed; None if updates are switched off, or the session is gone."""
        with self._service.store.read() as tx:
            session = tx.sessions.get(row.session_id or "")
            if session is None or session.erased_at is not None or not session.is_current:
                return None
            is_on = accepts_updates(session) and tx.job_settings.get(session.job_id).provider_updates
            return session if is_on else None

    def _find_change(
        self, field_to_sync: SyncedField, row: OutboxRow, session: Session, invitation_id: str,
        evaluation: InterviewEvaluation,
    ) -> _Change | _NoChange:
        provider = self._service.provider
        if field_to_sync is SyncedField.DECISION:
            placement = _find_placement(session, row, evaluation)
            if isinstance(placement, _NoChange):
                return placement
            move = partial(provider.set_placement, invitation_id, evaluation.placement, placement)
            return _Change(move, {"moved_to": placement.value})
        if field_to_sync is SyncedField.SCORE:
            score = hireflix_score(session.human_total)
            if evaluation.score == score:
                return _NoChange("the same score already")
            return _Change(partial(provider.rate, invitation_id, score), {"score": score})
        if any(session.session_id in comment for comment in evaluation.comments):
            return _NoChange("the comment is there already")
        return _Change(partial(provider.comment, invitation_id, self._comment(session)), {"comment": True})

    def _comment(self, session: Session) -> str:
        url = self._service.policy.scorecard_url(session.job_id, session.session_id)
        return f"Scorecard in Tener Interview: {url}"

    def _record(self, session: Session, details: Mapping[str, Any]) -> None:
        """Add the change to the session's history, unless the person was erased meanwhile."""
        with self._service.store.write() as tx:
            tx.locks.sessions([session.session_id])
            if tx.sessions.require(session.session_id).erased_at is None:
                tx.events.add(session.session_id, "provider_updated", "system", self._service.clock.now_ms(), **details)


def _find_placement(session: Session, row: OutboxRow, evaluation: InterviewEvaluation) -> Placement | _NoChange:
    """The placement to set, or why none is set."""
    if not evaluation.finished:
        # Discarding it there would withdraw the invitation here.
        return _NoChange("not finished, so not moved")
    if session.decision is None:
        # Undo only the placement that the undone decision had set.
        if evaluation.placement != PLACEMENTS.get(row.content.get("before") or ""):
            return _NoChange("people there have moved it since")
        placement = Placement.TO_EVALUATE
    else:
        placement = PLACEMENTS[session.decision]
    return _NoChange("there already") if evaluation.placement is placement else placement


def hireflix_score(total: float | None) -> float | None:
    """Return a total of reviews, 0..100, as Hireflix's score, 0.5 to 5 in steps of a half: the reviewers' own ratings,
    since a rating of 4 counts 75 here."""
    if total is None:
        return None
    return min(max(round_half_up(score_to_rating(total) * 2, 0) / 2, _LOWEST_STARS), _HIGHEST_STARS)


def _retry_after_ms(problem: Problem) -> int | None:
    seconds = problem.headers.get("Retry-After")
    return int(seconds) * 1000 if seconds and seconds.isdigit() else None
