"""Result: the scores of one interview, question by question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from ..lazy_dataclass import dataclass
from ..scoring.answer import NOT_SCORABLE as NOT_SCORABLE
from ..scoring.answer import SCORED as SCORED
from ..scoring.answer_details import AnswerDetails as AnswerDetails
from .versions import ScoringVersions as ScoringVersions

#: Answered, but the provider has not transcribed it.
MISSING_TRANSCRIPTION = "missing_transcription"
UNANSWERED = "unanswered"


@dataclass(frozen=True)
class QuestionScore:
    """One question. `score` is 0..100 to one decimal, and None in every status but `scored`: never a silent 0."""

    question_index: int
    question_id: str
    title: str
    #: `technical`, `soft_skills` or `culture_fit`.
    dimension: str
    rule_id: str | None
    score: float | None
    status: str
    #: Sentences for a recruiter.
    reasons: tuple[str, ...]
    #: Codes for programs; the reasons explain them in words.
    flags: tuple[str, ...]
    details: AnswerDetails
    transcript: str | None
    #: The competency that it counts for, and its weight beside the other questions of it. None: the dimension.
    competency: str | None = None
    weight: float = 1.0
    #: Whether a weak answer is to be pointed out.
    dealbreaker: bool = False
    #: The stored JSON that this was read from, in its order and with fields that only an older engine knows.
    stored: Mapping[str, Any] | None = field(default=None, compare=False, repr=False)

    def to_json(self) -> dict[str, Any]:
        """As the scorecard shows it: with the fields that were stored, or all of them if none were."""
        values: dict[str, Any] = {
            "question_index": self.question_index,
            "question_id": self.question_id,
            "title": self.title,
            "dimension": self.dimension,
            "rule_id": self.rule_id,
            "score": self.score,
            "status": self.status,
            "reasons": list(self.reasons),
            "flags": list(self.flags),
            "details": self.details,
            "transcript": self.transcript,
        }
        if self.competency is not None:
            values |= {"competency": self.competency, "weight": self.weight, "dealbreaker": self.dealbreaker}
        return values if self.stored is None else {name: values.get(name, self.stored[name]) for name in self.stored}


@dataclass(frozen=True)
class Result:
    """One scoring of an interview. Scores are 0..100 to one decimal; None where nothing could be scored."""

    technical_score: float | None
    soft_skills_score: float | None
    culture_fit_score: float | None
    total_score: float | None
    #: 0..1: how much of what the formula asks for was there to be scored, and how far the transcripts bear it. None
    #: only in a result of another service.
    score_confidence: float | None
    #: `strong_yes`, `yes`, `mixed` or `no`; None without a total.
    pass_recommendation: str | None
    criteria_version: str
    criteria_hash: str | None
    formula_version: str
    formula_hash: str | None
    engine_version: str
    total_questions: int
    scored_questions: int
    missing_transcriptions: int
    question_scores: tuple[QuestionScore, ...]
    #: Which answers are strong, which are weak, and which a person should check, in a sentence; empty in a result of an
    #: older engine.
    summary: str
    #: By competency of the plan, or by dimension without one.
    competency_scores: Mapping[str, float | None] = field(default_factory=dict)
    plan_version: int | None = None

    @property
    def versions(self) -> ScoringVersions:
        return ScoringVersions(
            self.criteria_version, self.criteria_hash, self.formula_version, self.formula_hash, self.engine_version,
            self.plan_version,
        )
