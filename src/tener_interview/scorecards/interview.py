"""score_interview: from the transcripts of an interview to its Result."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from ..arithmetic import round_half_up
from ..criteria.criteria import Criteria, Rule
from ..criteria.dimension import infer_dimension
from ..criteria.formula import Formula
from ..scoring import weights
from ..scoring.answer import AnswerScore, score_answer
from ..scoring.evidence import Story
from ..scoring.flags import Flag
from ..scoring.vectors import Vectors
from ..transcripts.transcript import Transcript
from .embeddings import fits_another_question
from .result import MISSING_TRANSCRIPTION, SCORED, UNANSWERED, QuestionScore, Result
from .summary import summary

_UNANSWERED = AnswerScore(None, UNANSWERED, ("The candidate gave no answer to this question.",), (), {})
_MISSING = AnswerScore(
    None, MISSING_TRANSCRIPTION, ("The question was answered, but there is no transcript to score.",), (), {}
)


def score_interview(
    criteria: Criteria, formula: Formula, transcripts: Sequence[Transcript], language: str | None,
    vectors: Vectors | None = None,
) -> Result:
    """Score a whole interview, its questions in the order given.

    The score of a dimension, or of a plan's competency, is the mean of its scored questions. The total is computed from
    these rounded scores, so that it can be checked by hand. `language` is the language of the interview, if known.
    Raises nothing.
    """
    answers: list[AnswerScore] = []
    titles = [transcript.title for transcript in transcripts]
    rules = criteria.rules_for([(transcript.question_id, transcript.title) for transcript in transcripts])
    for transcript, rule in zip(transcripts, rules, strict=True):
        answer = _score(criteria, rule, transcript, language, vectors, answers)
        if vectors and answer.status == SCORED and fits_another_question(transcript, titles, vectors):
            answer = replace(answer, flags=tuple(dict.fromkeys((*answer.flags, Flag.OFF_TOPIC))))
        answers.append(_with_dealbreaker_note(answer) if rule.dealbreaker else answer)
    questions = tuple(map(_question_score, transcripts, rules, answers))
    competencies = mean_by_competency(questions, formula)
    dimensions = formula.dimension_scores(competencies)
    total = formula.total(competencies)
    confidences = [answer.confidence for answer in answers if answer.status == SCORED]
    coverage = len(confidences) / len(questions) if questions else 0.0
    certainty = math.fsum(confidences) / len(confidences) if confidences else 0.0
    return Result(
        technical_score=dimensions["technical"],
        soft_skills_score=dimensions["soft_skills"],
        culture_fit_score=dimensions["culture_fit"],
        total_score=total,
        score_confidence=round_half_up(formula.covered(competencies) * coverage * certainty, 3),
        pass_recommendation=formula.recommendation(total),
        criteria_version=criteria.version,
        criteria_hash=criteria.content_hash,
        formula_version=formula.version,
        formula_hash=formula.content_hash,
        engine_version=weights.ENGINE_VERSION,
        total_questions=len(questions),
        scored_questions=len(confidences),
        missing_transcriptions=sum(question.status == MISSING_TRANSCRIPTION for question in questions),
        question_scores=questions,
        summary=summary(questions),
        competency_scores=competencies,
        plan_version=criteria.plan_version,
    )


def _score(
    criteria: Criteria, rule: Rule, transcript: Transcript, language: str | None, vectors: Vectors | None,
    earlier: Sequence[AnswerScore],
) -> AnswerScore:
    """Score an answer; a story that the candidate told for an earlier question does not count again."""
    if not transcript.has_text:
        return _MISSING if transcript.answered else _UNANSWERED
    rivals = criteria.rivals_of(rule)

    def already_told(story: Story) -> Story:
        same = _same_story(story, earlier)
        return Story() if same is None else earlier[same].story

    answer = score_answer(rule, transcript, language, rivals=rivals, vectors=vectors, already_told=already_told)
    same = _same_story(answer.story, earlier)
    return answer if same is None else _with_story_notes(answer, same + 1, earlier[same])


def _same_story(story: Story, earlier: Sequence[AnswerScore]) -> int | None:
    """Return the index of the first earlier answer that tells nearly the same story; None if none does."""
    for index, other in enumerate(earlier):
        fewer = min(len(story), len(other.story))
        if fewer >= weights.MIN_STORY_EVIDENCE and len(story & other.story) >= weights.SAME_STORY_SHARE * fewer:
            return index
    return None


def _with_story_notes(answer: AnswerScore, number: int, other: AnswerScore) -> AnswerScore:
    """Return the answer with notes that its story was told for question `number`, and which figures differ."""
    notes = [f"Tells the same story as in question {number}; it counts only once."]
    before = dict(other.figures)
    differ = [f"“{quote}” here, “{before[noun]}” in question {number}: ask which is right."
              for noun, quote in answer.figures if noun in before and before[noun].casefold() != quote.casefold()]
    flags = [*answer.flags, Flag.SAME_STORY, *([Flag.NUMBERS_DIFFER] if differ else [])]
    reasons = (*notes, *differ, *answer.reasons)[: weights.MAX_STATEMENTS]
    return replace(answer, flags=tuple(dict.fromkeys(flags)), reasons=reasons)


def _with_dealbreaker_note(answer: AnswerScore) -> AnswerScore:
    """Return the answer with a note if it is weak or there is none; its score stays as it is."""
    if answer.status == UNANSWERED:
        note = "This question is a dealbreaker, and there is no answer to it."
    elif answer.score is not None and answer.score < weights.WEAK_SCORE:
        note = "This question is a dealbreaker, and the answer is weak."
    else:
        return answer
    return replace(
        answer, flags=(Flag.DEALBREAKER, *answer.flags), reasons=(note, *answer.reasons)[: weights.MAX_STATEMENTS]
    )


def _question_score(transcript: Transcript, rule: Rule, answer: AnswerScore) -> QuestionScore:
    return QuestionScore(
        question_index=transcript.question_index,
        question_id=transcript.question_id,
        title=transcript.title,
        dimension=rule.dimension or infer_dimension(transcript.title),
        rule_id=rule.id,
        score=answer.score,
        status=answer.status,
        reasons=answer.reasons,
        flags=answer.flags,
        details=answer.details,
        transcript=transcript.text,
        competency=rule.competency,
        weight=rule.weight,
        dealbreaker=rule.dealbreaker,
    )


def mean_by_competency(questions: Sequence[QuestionScore], formula: Formula) -> dict[str, float | None]:
    """Return the score of everything that has a weight in the formula; None where no question has a score."""
    return {name: _mean(name, questions) for name in formula.weights}


def _mean(competency: str, questions: Sequence[QuestionScore]) -> float | None:
    """Return the mean of the scored questions of a competency, by their weights."""
    own = [question for question in questions if (question.competency or question.dimension) == competency]
    scored = [(question.weight, question.score) for question in own if question.score is not None]
    heaviest = max((weight for weight, _ in scored), default=0.0)
    shares = [(weight / heaviest, score) for weight, score in scored] if heaviest else []
    whole = math.fsum(share for share, _ in shares)
    return round_half_up(math.fsum(share * score for share, score in shares) / whole, 1) if whole else None
