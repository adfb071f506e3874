"""score_interview: from the transcripts of an interview to its Result."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from ..arithmetic import rounded
from ..criteria.criteria import Criteria, Rule
from ..criteria.dimension import DIMENSIONS, dimension_of
from ..criteria.formula import Formula
from ..transcripts.transcript import Transcript
from .content import Vectors
from .judge import ENGINE_VERSION, OFF_TOPIC, Judgement, judge
from .meaning import elsewhere
from .result import MISSING_TRANSCRIPTION, SCORED, UNANSWERED, AnswerDetails, QuestionScore, Result
from .story import noted, told_before
from .summary import summary

_UNANSWERED = Judgement(None, UNANSWERED, ("The candidate gave no answer to this question.",), (), {})
_MISSING = Judgement(
    None, MISSING_TRANSCRIPTION, ("The question was answered, but there is no transcript to score.",), (), {}
)


def score_interview(
    criteria: Criteria, formula: Formula, transcripts: Sequence[Transcript], language: str | None,
    vectors: Vectors | None = None,
) -> Result:
    """Score a whole interview, its questions in the order given.

    A dimension is the mean of its scored questions; the total is made from the dimensions as shown, so that it can be
    checked by hand. `language` is the one the interview is held in, if known. Raises nothing.
    """
    judged: list[tuple[Transcript, Rule, Judgement]] = []
    titles = [transcript.title for transcript in transcripts]
    for transcript in transcripts:
        earlier = [(number, each) for number, (_, _, each) in enumerate(judged, 1)]
        rule, judgement = _judged(criteria, transcript, language, vectors, earlier)
        if vectors and judgement.status == SCORED and elsewhere(transcript, titles, vectors):
            judgement = replace(judgement, flags=tuple(dict.fromkeys((*judgement.flags, OFF_TOPIC))))
        judged.append((transcript, rule, judgement))
    questions = tuple(_question_score(*each) for each in judged)
    dimensions = {dimension: _mean(dimension, questions) for dimension in DIMENSIONS}
    total = formula.total(dimensions)
    scored = sum(question.status == SCORED for question in questions)
    coverage = scored / len(questions) if questions else 0.0
    borne = [judgement.confidence for _, _, judgement in judged if judgement.status == SCORED]
    certainty = math.fsum(borne) / len(borne) if borne else 0.0
    return Result(
        technical_score=dimensions["technical"],
        soft_skills_score=dimensions["soft_skills"],
        culture_fit_score=dimensions["culture_fit"],
        total_score=total,
        score_confidence=rounded(formula.covered(dimensions) * coverage * certainty, 3),
        pass_recommendation=formula.recommendation(total),
        criteria_version=criteria.version,
        criteria_hash=criteria.content_hash,
        formula_version=formula.version,
        formula_hash=formula.content_hash,
        engine_version=ENGINE_VERSION,
        total_questions=len(questions),
        scored_questions=scored,
        missing_transcriptions=sum(question.status == MISSING_TRANSCRIPTION for question in questions),
        question_scores=questions,
        summary=summary(questions),
    )


def _judged(
    criteria: Criteria, transcript: Transcript, language: str | None, vectors: Vectors | None,
    earlier: Sequence[tuple[int, Judgement]],
) -> tuple[Rule, Judgement]:
    """The rule of a question and what its answer is worth; a story that was told before counts once."""
    rule = criteria.rule_for(transcript.title)
    if not transcript.has_text:
        return rule, _MISSING if transcript.answered else _UNANSWERED
    rivals = criteria.rivals_of(rule)
    judgement = judge(rule, transcript, language, rivals=rivals, vectors=vectors)
    before = told_before(judgement, earlier)
    if before is None:
        return rule, judgement
    again = judge(rule, transcript, language, rivals=rivals, vectors=vectors, told=before[1].told)
    return rule, replace(noted(again, *before), told=judgement.told)


def _question_score(transcript: Transcript, rule: Rule, judgement: Judgement) -> QuestionScore:
    return QuestionScore(
        question_index=transcript.question_index,
        question_id=transcript.question_id,
        title=transcript.title,
        dimension=rule.dimension or dimension_of(transcript.title),
        rule_id=rule.id,
        score=judgement.score,
        status=judgement.status,
        reasons=judgement.reasons,
        flags=judgement.flags,
        details=cast(AnswerDetails, judgement.details),
        transcript=transcript.text,
    )


def _mean(dimension: str, questions: Sequence[QuestionScore]) -> float | None:
    own = (question.score for question in questions if question.dimension == dimension)
    scores = [score for score in own if score is not None]
    return rounded(math.fsum(scores) / len(scores), 1) if scores else None
