"""What a candidate may read about her own score."""

from __future__ import annotations

from dataclasses import dataclass

from ...store.ports import Transaction
from ...store.session import Session
from ...transcripts.captions import plain_transcript
from ..results import latest_result
from ..sessions.states import Status


@dataclass(frozen=True)
class Explanation:
    """A score in parts, without ids and without anything about other candidates."""

    @dataclass(frozen=True)
    class Answer:
        """One question, its score if there is one, why, and what was transcribed."""

        title: str
        score: float | None
        reasons: tuple[str, ...]
        transcript: str

    total: float
    answers: tuple[Answer, ...]
    #: What the candidate said of the score.
    notes: tuple[str, ...]


def explain(tx: Transaction, session: Session) -> Explanation | None:
    """The explanation; None unless the job's settings allow it and the session is scored."""
    if session.status is not Status.SCORED or session.total_score is None or session.erased_at is not None:
        return None
    if not tx.job_settings.get(session.job_id).explain_scores:
        return None
    latest = latest_result(tx, session.session_id)
    if latest is None or latest.result.total_score is None:
        return None
    return Explanation(
        latest.result.total_score,
        tuple(
            Explanation.Answer(
                question.title, question.score, question.reasons, plain_transcript(question.transcript or "")
            )
            for question in latest.result.question_scores
        ),
        tuple(note.text for note in tx.correction_notes.of_session(session.session_id)),
    )
