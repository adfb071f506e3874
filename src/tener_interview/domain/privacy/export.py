"""Export everything stored about a candidate or a job.

As JSON under the names of the stored columns, with `shown_status`, the status that the API returns. Times are
milliseconds since 1970, as they are stored.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from ...store.consent_records import Consent
from ...store.judge_records import OpinionRow
from ...store.ports import Transaction
from ...store.records import INTERVIEW_STEP, SessionRow
from ...store.review_records import OverrideRow, ReviewRow, ReviewVersion
from ..results import export_results
from ..service import Service

Record = dict[str, Any]

_SESSIONS_PER_READ = 200
#: Nobody gets as many.
_MESSAGES_PER_SESSION = 500


def export_candidate(service: Service, candidate_id: int) -> Record:
    """Return everything stored about a candidate."""
    with service.store.read() as tx:
        sessions = tx.sessions.rows_of_candidate(candidate_id)
        return {
            "candidate_id": candidate_id,
            "sessions": [_session_record(tx, session) for session in sessions],
            "shares": [asdict(share) for share in tx.shares.listing_candidate(candidate_id)],
            "share_recommendations": [row._asdict() for row in tx.recommendations.of_candidate(candidate_id)],
        }


@contextmanager
def export_job(service: Service, job_id: int) -> Iterator[tuple[Record, int, Iterator[Record]]]:
    """Yield the record of the job, the number of its sessions, and an iterator of their records, oldest first.

    The export is one consistent snapshot and keeps only a few sessions in memory. It blocks other reads of this process
    until it is done, so run it in a process of its own.
    """
    with service.store.read() as tx:
        position, step = tx.positions.get(job_id), tx.steps.get(job_id, INTERVIEW_STEP)
        job = {
            "job_id": job_id, "position": asdict(position) if position else None,
            "step": asdict(step) if step else None,
        }
        yield job, tx.sessions.count_of_job(job_id), _sessions(tx, job_id)


def _sessions(tx: Transaction, job_id: int) -> Iterator[Record]:
    seq = 0
    while rows := tx.sessions.rows_of_job(job_id, after_seq=seq, limit=_SESSIONS_PER_READ):
        yield from (_session_record(tx, session) for session in rows)
        seq = rows[-1].seq


def _session_record(tx: Transaction, session: SessionRow) -> Record:
    demo = tx.demo.find(session.position_id, session.candidate_email, session.session_id)
    return {
        **session._asdict(),
        "events": [asdict(event) for event in tx.events.of_session(session.session_id)],
        "results": export_results(tx, session.session_id),
        "webhook_events": tx.provider_events.of_invitation(session.invitation_id) if session.invitation_id else [],
        "demo_interview": asdict(demo) if demo else None,
        "step_items": _step_items(tx, session),
        "decisions": [row._asdict() for row in tx.decisions.of_session(session.session_id)],
        "consent": _optional(tx.consents.get(session.session_id)),
        "correction_notes": [note._asdict() for note in tx.correction_notes.of_session(session.session_id)],
        "model_answers": [row._asdict() for row in tx.model_answers.of_session(session.session_id)],
        "reviews": [_review_record(row) for row in tx.reviews.of_session(session.session_id)],
        "review_versions": [_review_record(row) for row in tx.reviews.versions(session.session_id)],
        "opinions": [_opinion_record(row) for row in tx.opinions.of_session(session.session_id)],
        "score_overrides": [_review_record(row) for row in tx.overrides.history(session.session_id)],
        "outbox": [row._asdict() for row in tx.outbox.of_session(session.session_id)],
        "messages": [message._asdict() for message in tx.messages.newest_first(
            session_id=session.session_id, limit=_MESSAGES_PER_SESSION
        )],
        "recipient": tx.recipients.get(session.candidate_id)._asdict(),
        "kept_answers": tx.idempotency.responses_mentioning(session.session_id),
    }


def _review_record(row: ReviewRow | ReviewVersion | OverrideRow) -> Record:
    """Return what somebody thinks of the candidate, without the name of whoever thinks so."""
    return {name: value for name, value in row._asdict().items() if name not in ("reviewer_name", "set_by_name")}


def _opinion_record(row: OpinionRow) -> Record:
    """Return what the language model thinks of an answer, with the content as JSON."""
    return {**row._asdict(), "content": json.loads(row.content)}


def _optional(row: Consent | None) -> Record | None:
    return None if row is None else row._asdict()


def _step_items(tx: Transaction, session: SessionRow) -> list[Record]:
    """Return the candidate's items in the output of the job's last batch step."""
    progress = tx.steps.get(session.job_id, INTERVIEW_STEP)
    items = (progress.output or {}).get("items", []) if progress else []
    return [item for item in items if item.get("candidate_id") == session.candidate_id]
