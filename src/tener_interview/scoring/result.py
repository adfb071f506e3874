"""Result: what one scoring of an interview came to, question by question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

SCORED = "scored"
#: Answered, but the provider has not transcribed it.
MISSING_TRANSCRIPTION = "missing_transcription"
UNANSWERED = "unanswered"
#: There is a transcript, but nothing in it that could be judged.
NOT_SCORABLE = "not_scorable"


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
    #: Codes for a program; what they stand for is said in the reasons.
    flags: tuple[str, ...]
    #: JSON values; see `judge.judge`.
    details: dict[str, Any]
    transcript: str | None

    def to_json(self) -> dict[str, Any]:
        """As the scorecard shows it."""
        return {
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


@dataclass(frozen=True)
class Result:
    """One scoring of an interview. Scores are 0..100 to one decimal; None where nothing could be scored."""

    technical_score: float | None
    soft_skills_score: float | None
    culture_fit_score: float | None
    total_score: float | None
    #: 0..1: how much of what the formula asks for was there to be scored, and how far the transcripts bear it.
    score_confidence: float
    #: `strong_yes`, `yes`, `mixed` or `no`; None without a total.
    pass_recommendation: str | None
    criteria_version: str
    criteria_hash: str
    formula_version: str
    formula_hash: str
    engine_version: str
    total_questions: int
    scored_questions: int
    missing_transcriptions: int
    question_scores: tuple[QuestionScore, ...]
    #: Where the interview is strong, where thin, and where a person must look, in a sentence.
    summary: str
