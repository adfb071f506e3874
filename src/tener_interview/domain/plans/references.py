"""The reference answers in a job's plan that came from candidates: take one out of the draft, or out of everything."""

from __future__ import annotations

from dataclasses import replace

from ...plans.plan import Plan, read_plan, write_plan
from ...store.plan_records import ModelAnswerRow
from ...store.ports import Transaction
from ...transcripts.duplicates import have_in_common, shingles

#: So much of the shorter of two texts is in the other, if one was made of the other.
_COPIED_SHARE = 0.5


def with_reference(plan: Plan, question_id: str, text: str) -> Plan:
    """The plan with one more reference answer of a question."""
    return replace(plan, questions=tuple(
        replace(question, reference_answers=(*question.reference_answers, text))
        if question.id == question_id and text not in question.reference_answers else question
        for question in plan.questions
    ))


def without_reference(plan: Plan, text: str) -> Plan:
    """The plan without this reference answer, to whichever question it was copied, and however it was shortened."""
    own = shingles(text)

    def is_copied(reference: str) -> bool:
        return reference == text or have_in_common(own, shingles(reference), _COPIED_SHARE)

    return replace(plan, questions=tuple(
        replace(question, reference_answers=tuple([
            answer for answer in question.reference_answers if not is_copied(answer)
        ]))
        for question in plan.questions
    ))


def remove_from_draft(tx: Transaction, row: ModelAnswerRow, at_ms: int) -> None:
    """Remove a model answer from the draft, as a change of which an editor of the draft is warned."""
    draft = tx.plans.draft(row.job_id)
    if draft is None:
        return
    plan = read_plan(draft.content)
    if (cleaned := without_reference(plan, row.text)) != plan:
        tx.plans.save_draft(row.job_id, write_plan(cleaned), at_ms, revision=draft.revision)


def erase_model_answers(tx: Transaction, session_id: str, at_ms: int) -> None:
    """Take the model answers of a session out of all drafts and all versions of plans."""
    for row in tx.model_answers.of_session(session_id):
        # A plan may have been copied to another job, by a file or by hand.
        for job_id in tx.plans.job_ids():
            tx.plans.lock_draft(job_id)
            remove_from_draft(tx, row._replace(job_id=job_id), at_ms)
            for version in tx.plans.versions(job_id):
                plan = read_plan(version.content)
                if (cleaned := without_reference(plan, row.text)) != plan:
                    tx.plans.replace_content(job_id, version.version, write_plan(cleaned))
        tx.model_answers.remove(row.session_id, row.question_id)
