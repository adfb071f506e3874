"""Model answers: a recruiter makes a candidate's answer a reference answer of the plan, with the name masked.

It joins the draft; a later version scores by it. Later answers are scored by their mean likeness to the references.
"""

from __future__ import annotations

from ...errors import Problem
from ...languages.folding import UNSHOWABLE_EXCEPT_LINES
from ...lazy_dataclass import dataclass
from ...plans.plan import MAX_REFERENCE_CHARS, MAX_REFERENCES, Plan, PlanQuestion, read_plan, write_plan
from ...plans.plan_scoring import rule_of
from ...scoring.answer import score_answer
from ...store.plan_records import ModelAnswerRow
from ...store.ports import Transaction
from ...store.session import Session
from ...transcripts.captions import plain_transcript
from ...transcripts.transcript import Transcript
from ..audit.recording import record_action
from ..results import QuestionScore, latest_result
from ..service import Service, require_session
from ..sharing.masking import mask_name
from .references import remove_from_draft, with_reference

#: How many other candidates are scored to show what a model answer changes.
MAX_COMPARED = 100


@dataclass(frozen=True)
class ChangedScore:
    """How the answer of another candidate to the same question would be scored with the model answer."""

    session_id: str
    candidate_id: int
    candidate_name: str
    before: float | None
    after: float | None


@dataclass(frozen=True)
class ModelAnswerEffect:
    """An answer as it would join the draft, and what it changes. `references` counts the question's references with it.
    """

    session: Session
    question: PlanQuestion
    text: str
    masked: bool
    references: int
    #: The score of the answer itself, by the draft as it is and with the answer in it.
    before: float | None
    after: float | None
    changes: tuple[ChangedScore, ...]
    saved: bool


@dataclass(frozen=True)
class _ChosenAnswer:
    session: Session
    answer: QuestionScore
    question: PlanQuestion
    draft: Plan
    revision: int


def make_model_answer(service: Service, session_id: str, question_id: str, *, preview: bool) -> ModelAnswerEffect:
    """Make an answer a reference of the draft's question, or with `preview` only tell what that would change.

    Raises `INTERVIEW_SESSION_NOT_FOUND`, `PLAN_NOT_FOUND` if the answer was not scored by the plan or the draft no
    longer has the question, `INTERVIEW_NOTHING_TO_SCORE` for an answer without a transcript, and `VALIDATION_FAILED`
    if the question has as many references as it can.
    """
    with service.store.read() as tx:
        chosen = _choose_answer(tx, session_id, question_id)
        others = _other_answers(tx, chosen)
    spoken = plain_transcript(chosen.answer.transcript or "").strip()
    text = _clean_text(mask_name(spoken, chosen.session.candidate_name))
    if not text:
        raise Problem("INTERVIEW_NOTHING_TO_SCORE", "There is no transcript of this answer to learn from.")
    plan = with_reference(chosen.draft, chosen.question.id, text)
    question = plan.question(chosen.question.id) or chosen.question
    if len(question.reference_answers) > MAX_REFERENCES:
        fault = f"has {MAX_REFERENCES} reference answers already; take one out of the plan first"
        raise Problem("VALIDATION_FAILED", f"The question {fault}.", {"fields": {"question_id": fault}})
    score_before, score_after = (_Scorer(service, draft, chosen.question.id) for draft in (chosen.draft, plan))
    changes = [
        ChangedScore(
            session.session_id, session.candidate_id, session.candidate_name, score_before(answer), score_after(answer)
        )
        for session, answer in others
    ]
    if not preview:
        _save(service, chosen, plan, text)
    return ModelAnswerEffect(
        session=chosen.session,
        question=question,
        text=text,
        masked=text != spoken,
        references=len(question.reference_answers),
        before=score_before(chosen.answer),
        after=score_after(chosen.answer),
        changes=tuple(change for change in changes if change.before != change.after),
        saved=not preview,
    )


def take_back(service: Service, session_id: str, question_id: str) -> bool:
    """Take a model answer out of the draft again; versions that have it keep it. Returns False if it was none."""
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        session = require_session(tx, session_id)
        plan_question_id = _find_answer(tx, session, question_id).rule_id
        tx.plans.lock_draft(session.job_id)
        rows = [row for row in tx.model_answers.of_session(session.session_id) if row.question_id == plan_question_id]
        for row in rows:
            remove_from_draft(tx, row, now_ms)
            tx.model_answers.remove(row.session_id, row.question_id)
            record_action(tx, "model_answer.removed", session, now_ms, {"question_id": row.question_id})
    return bool(rows)


def _choose_answer(tx: Transaction, session_id: str, question_id: str) -> _ChosenAnswer:
    session = require_session(tx, session_id)
    answer = _find_answer(tx, session, question_id)
    row = tx.plans.draft(session.job_id)
    draft = read_plan(row.content) if row else None
    question = draft.question(answer.rule_id or "") if draft else None
    if row is None or draft is None or question is None or session.scored_plan_version is None:
        raise Problem("PLAN_NOT_FOUND", "The draft of the job's plan does not have the question of this answer.")
    return _ChosenAnswer(session, answer, question, draft, row.revision)


def _find_answer(tx: Transaction, session: Session, question_id: str) -> QuestionScore:
    latest = latest_result(tx, session.session_id)
    answers = latest.result.question_scores if latest else ()
    answered = next((answer for answer in answers if answer.question_id == question_id), None)
    if answered is None:
        raise Problem("PLAN_NOT_FOUND", "This session has no scored answer to a question with this id.")
    return answered


def _other_answers(tx: Transaction, chosen: _ChosenAnswer) -> list[tuple[Session, QuestionScore]]:
    """The answers of other candidates to the same question, best candidates first."""
    other_answers = []
    for session_id in tx.rankings.sessions_with_result(chosen.session.job_id, limit=MAX_COMPARED):
        session, latest = tx.sessions.get(session_id), latest_result(tx, session_id)
        if session is None or latest is None or session_id == chosen.session.session_id:
            continue
        answers = latest.result.question_scores if latest.result.plan_version is not None else ()
        other_answers += [
            (session, answer) for answer in answers if answer.rule_id == chosen.question.id and answer.transcript
        ]
    return other_answers


def _clean_text(text: str) -> str:
    return UNSHOWABLE_EXCEPT_LINES.sub(" ", text).strip()[:MAX_REFERENCE_CHARS].strip()


class _Scorer:
    """Scores answers by one question of a plan, as `plan/try` does."""

    def __init__(self, service: Service, plan: Plan, question_id: str) -> None:
        disallowed = service.rules.criteria.fallback.disallowed
        rules = {question.id: rule_of(question, plan, disallowed) for question in plan.questions}
        self._rule = rules[question_id]
        self._rivals = tuple(rule for other, rule in rules.items() if other != question_id and rule.expected)

    def __call__(self, answer: QuestionScore) -> float | None:
        transcript = Transcript(
            0, answer.question_id, answer.title, answered=True, text=answer.transcript,
            language=answer.details.get("language_tag"),
        )
        return score_answer(self._rule, transcript, self._rule.declared_language, rivals=self._rivals).score


def _save(service: Service, chosen: _ChosenAnswer, plan: Plan, text: str) -> None:
    """Save the draft and where the answer came from, unless the candidate was erased or the draft edited meanwhile."""
    now_ms, session = service.clock.now_ms(), chosen.session
    with service.store.write() as tx:
        tx.locks.sessions([session.session_id])
        if require_session(tx, session.session_id).erased_at is not None:
            raise Problem("CANDIDATE_ERASED", "The candidate was erased, so there is nothing left to learn from.")
        row = ModelAnswerRow(session.session_id, chosen.question.id, session.job_id, text, now_ms)
        if not tx.model_answers.add(row):
            return
        if not tx.plans.save_draft(session.job_id, write_plan(plan), now_ms, revision=chosen.revision):
            raise Problem("PLAN_CHANGED", "Somebody has saved the plan at the same moment. Try again.")
        record_action(tx, "model_answer.added", session, now_ms, {"question_id": chosen.question.id})
