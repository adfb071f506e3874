"""Handing out everything that is held, of a candidate or of a job.

As JSON values under the names of the stored columns, and `shown_status`, the state as everybody is told it. Times are
milliseconds since 1970, as they are stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from ...store.ports import Transaction
from ...store.records import SessionRow
from ..jobs.batch_step import STEP
from ..results import export_results
from ..service import Service

Record = dict[str, Any]

_SESSIONS_AT_ONCE = 200


def export_candidate(service: Service, candidate_id: int) -> Record:
    """Everything held about a candidate."""
    with service.store.read() as tx:
        sessions = tx.sessions.rows_of_candidate(candidate_id)
        return {
            "candidate_id": candidate_id,
            "sessions": [_everything(tx, session) for session in sessions],
            "shares": [asdict(share) for share in tx.shares.listing_candidate(candidate_id)],
        }


@contextmanager
def export_job(service: Service, job_id: int) -> Iterator[tuple[Record, int, Iterator[Record]]]:
    """What is held of a job itself, how many sessions it has, and everything of each of them, oldest first.

    All of one moment, and never more than a few sessions in memory. For a process of its own: nobody else in this one
    reads meanwhile.
    """
    with service.store.read() as tx:
        own, step = tx.positions.get(job_id), tx.steps.get(job_id, STEP)
        job = {"job_id": job_id, "position": asdict(own) if own else None, "step": asdict(step) if step else None}
        yield job, tx.sessions.count_of_job(job_id), _sessions(tx, job_id)


def _sessions(tx: Transaction, job_id: int) -> Iterator[Record]:
    seq = 0
    while found := tx.sessions.rows_of_job(job_id, after_seq=seq, limit=_SESSIONS_AT_ONCE):
        yield from (_everything(tx, session) for session in found)
        seq = found[-1].seq


def _everything(tx: Transaction, session: SessionRow) -> Record:
    demo = tx.demo.find(session.position_id, session.candidate_email, session.session_id)
    return {
        **session._asdict(),
        "events": [asdict(event) for event in tx.events.of_session(session.session_id)],
        "results": export_results(tx, session.session_id),
        "webhook_events": tx.webhooks.of_invitation(session.invitation_id) if session.invitation_id else [],
        "demo_interview": asdict(demo) if demo else None,
        "step_items": _step_items(tx, session),
        "kept_answers": tx.idempotency.about(session.session_id),
    }


def _step_items(tx: Transaction, session: SessionRow) -> list[Record]:
    """What the job's last batch step answered for the candidate."""
    progress = tx.steps.get(session.job_id, STEP)
    items = (progress.output or {}).get("items", []) if progress else []
    return [item for item in items if item.get("candidate_id") == session.candidate_id]
