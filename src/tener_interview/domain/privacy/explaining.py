"""What a candidate may read about her own score."""

from __future__ import annotations

from ...lazy_dataclass import dataclass
from ...scorecards.result import QuestionScore
from ...store.ports import Transaction
from ...store.session import Session
from ...transcripts.captions import plain_transcript
from ..headlines import total_uses_answer_overrides, with_overrides
from ..results import latest_result
from ..reviews.overrides import current_with_names
from ..reviews.totals import HUMAN, OVERRIDE
from ..sessions.status import Status


@dataclass(frozen=True)
class Explanation:
    """A score in parts, without ids and without anything about other candidates."""

    @dataclass(frozen=True)
    class Answer:
        """One question, its score if there is one, why, and what was transcribed."""

        title: str
        score: float | None
        #: English sentences; what was looked for and not found, where nothing was found. None for a score that a person
        #: set: what the program found is no reason for it.
        reasons: tuple[str, ...]
        transcript: str
        #: Whether a person set the score in place of the program's.
        set_by_person: bool = False

    #: The total that everybody sees.
    total: float
    #: Whether people set it.
    set_by_people: bool
    #: Whether it follows from scores of answers that a person set.
    follows_from_people: bool
    answers: tuple[Answer, ...]
    #: The candidate's statements on the score.
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
    overrides = current_with_names(tx, session.session_id) if session.overrides else {}
    scores = {name: row.score for name, row in overrides.items() if row.score is not None}
    follows = total_uses_answer_overrides(session, scores)
    return Explanation(
        session.total_score,
        session.total_source in (OVERRIDE, HUMAN) and not follows,
        follows,
        tuple(
            Explanation.Answer(
                question.title, question.score,
                () if question.question_id in scores else question.reasons or _not_found_problem(question),
                plain_transcript(question.transcript or ""), question.question_id in scores,
            )
            for question in with_overrides(latest.result.question_scores, scores)
        ),
        tuple(note.text for note in tx.correction_notes.of_session(session.session_id)),
    )


def _not_found_problem(question: QuestionScore) -> tuple[str, ...]:
    return tuple(missing["text"] for missing in question.details.get("missing", ()))
