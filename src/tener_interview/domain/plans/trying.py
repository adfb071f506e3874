"""Try an answer: score a text by a question of a plan, and store nothing."""

from __future__ import annotations

from dataclasses import replace

from ...plans.plan import Plan, PlanQuestion
from ...plans.plan_scoring import rule_of
from ...scorecards.embeddings import texts_of_answer
from ...scoring.answer import AnswerScore, score_answer
from ...transcripts.captions import plain_transcript
from ...transcripts.transcript import Transcript
from ..service import Service
from .drafts import find_plan


def try_answer(
    service: Service, job_id: int, question: PlanQuestion, answer: str, language: str | None = None
) -> AnswerScore:
    """What an answer to this question, as it is being edited, would be worth beside the others of the job's draft."""
    plan = find_plan(service, job_id).draft or Plan(name="")
    plan = replace(plan, language=language or plan.language)
    disallowed = service.rules.criteria.fallback.disallowed
    rule = rule_of(question, plan, disallowed)
    rivals = tuple(
        rival for other in plan.questions
        if other.id != question.id and (rival := rule_of(other, plan, disallowed)).expected
    )
    transcript = Transcript(0, question.id, question.title, answered=True, text=plain_transcript(answer))
    vectors = service.embed(texts_of_answer(rule, transcript))
    return score_answer(rule, transcript, language or rule.declared_language, rivals=rivals, vectors=vectors)
