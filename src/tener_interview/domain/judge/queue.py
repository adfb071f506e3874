"""The judge's queue: every scored result waits in the outbox until it is judged, in the background.

A judge that is slow, unreachable or over its daily limit delays nothing else: its rows wait.
"""

from __future__ import annotations

from collections.abc import Callable

from ...actor import Actor
from ...chat import ChatFailed
from ...scorecards.result import Result
from ...store.outbox_records import Channel, OutboxRow, outbox_row
from ...store.ports import Transaction
from ...store.session import Session
from ..outbox.delivery import Delivery, Outcome
from ..service import Service
from .judge import Judge, next_day_ms
from .judging import LimitReached, ask_once, finish_judging, open_judging

#: How long to ask nothing after a failed request: other results would wait for the same server.
PAUSE_S = 30.0
#: After this long another result gets its turn; the missing requests follow later.
TIME_PER_RESULT_S = 45.0
#: How many results one request queues at most.
MAX_QUEUED = 500

_RESULT_REPLACED = "not the result that counts any more"


def queue_result(tx: Transaction, session: Session, result: Result, version: int, now_ms: int) -> None:
    """Queue a new result in the transaction that stores it, in place of an earlier one that still waits."""
    if not any(question.transcript for question in result.question_scores):
        return
    tx.outbox.cancel_of_session(session.session_id, [Channel.JUDGE], now_ms)
    tx.outbox.add(_row(session.session_id, version, now_ms))


def _row(session_id: str, version: int, now_ms: int) -> OutboxRow:
    return outbox_row(
        Channel.JUDGE, f"judge:{session_id}:{version}", {"result_version": version}, now_ms, session_id=session_id
    )


def queue_unjudged(service: Service, actor: Actor, job_id: int, *, limit: int) -> int:
    """Queue the results of a job that are not judged yet, also those that were given up; return how many."""
    now_ms = service.clock.now_ms()
    queued = 0
    with service.store.write() as tx:
        unjudged = tx.opinions.unjudged(job_id, limit=limit)
        unscored = tx.consents.missing([session_id for session_id, _ in unjudged])
        for session_id, version in unjudged:
            row = _row(session_id, version, now_ms)
            if session_id not in unscored:
                queued += tx.outbox.add(row) or tx.outbox.send_again(row.outbox_id, now_ms)
        if queued:
            details = {"queued": queued}
            tx.audit.append(actor, "judge.asked", "job", job_id, at_ms=now_ms, job_id=job_id, details=details)
    return queued


class JudgeSender:
    """Judges queued results; several threads may use it."""

    def __init__(self, service: Service, judge: Judge) -> None:
        self._service = service
        self._judge = judge
        self._paused_until_s = 0.0

    def deliver(self, row: OutboxRow, confirm_send: Callable[[], bool]) -> Delivery:
        """Send the missing requests about a result; once all are answered, store the opinions' score."""
        version = row.content.get("result_version")
        if row.session_id is None or not isinstance(version, int):
            return Delivery(Outcome.CANCELED, _RESULT_REPLACED)
        if (pause_s := self._paused_until_s - self._service.clock.monotonic_s()) > 0:
            return Delivery(Outcome.DEFERRED, retry_after_ms=round(pause_s * 1000))
        return self._judge_result(row.session_id, version, confirm_send)

    def _judge_result(self, session_id: str, version: int, confirm_send: Callable[[], bool]) -> Delivery:
        service, judge = self._service, self._judge
        judging = open_judging(service, judge, session_id, version)
        if judging is None or not judging.answers or not confirm_send():
            return Delivery(Outcome.CANCELED, _RESULT_REPLACED)
        began_s = service.clock.monotonic_s()
        for question_id, number in judging.missing:
            if service.clock.monotonic_s() - began_s > TIME_PER_RESULT_S:
                return Delivery(Outcome.DEFERRED, "goes on")
            try:
                if not ask_once(service, judge, judging, question_id, number):
                    return Delivery(Outcome.CANCELED, _RESULT_REPLACED)
            except LimitReached:
                now_ms = service.clock.now_ms()
                return Delivery(Outcome.DEFERRED, "the limit of the day is reached", next_day_ms(now_ms) - now_ms)
            except ChatFailed as failed:
                wait_s = failed.retry_after_s or PAUSE_S
                self._paused_until_s = service.clock.monotonic_s() + wait_s
                return Delivery(Outcome.RETRY, failed.reason, round(wait_s * 1000))
        if not finish_judging(service, judging):
            return Delivery(Outcome.CANCELED, _RESULT_REPLACED)
        return Delivery(Outcome.DELIVERED)
