"""The types of the answers that set results side by side: of several candidates, and of one at several times."""

from __future__ import annotations

from typing import Annotated, TypedDict

from ..web.shape import OneOf
from .answers import AnswerScoreJson, At, VerdictJson, VersionsJson
from .ranking_answers import RankedJson

Standing = Annotated[str, OneOf(("highest", "close")), "close: an answer's noise does not tell it from the highest."]


class ComparedJson(RankedJson):
    """A candidate's place, and by what the latest result came about; null while there is none."""

    result: VersionsJson | None


class AnsweredJson(TypedDict):
    """What a candidate answered; null for one who was not asked. Among answers without a rival nothing stands out."""

    candidate_id: int
    standing: Standing | None
    answer: AnswerScoreJson | None


class AskedJson(TypedDict):
    """One question, known by its words, and the candidates' answers in their order."""

    title: str
    dimension: str
    answers: list[AnsweredJson]


class ComparisonJson(TypedDict):
    """Candidates in the order asked for, and every question that any of them was asked."""

    job_id: int
    items: list[ComparedJson]
    questions: list[AskedJson]


class ResultVersionJson(VerdictJson, VersionsJson):
    """One scoring of a session; later ones never overwrite it."""

    result_version: int
    created_at: At | None


class ResultsJson(TypedDict):
    """Newest first."""

    items: list[ResultVersionJson]
