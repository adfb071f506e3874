"""Answer details: how the score of an answer came about, as stored and shown."""

from __future__ import annotations

from enum import StrEnum
from typing import TypedDict


class UnscorableReason(StrEnum):
    """Why an answer with a text cannot be scored."""

    NO_WORDS = "no_words"
    #: The candidate says they have no answer.
    NO_ANSWER = "no_answer"
    TOO_LITTLE = "too_little"
    UNKNOWN_LANGUAGE = "unknown_language"


class ScorePart(TypedDict):
    """A part of a score: how far it was reached (0..1), its weight (all add up to 1) and the points it gave."""

    reached: float
    weight: float
    points: float


class Quote(TypedDict):
    """Words of the transcript that a reason rests on, with the offsets of their characters."""

    part: str
    about: str
    quote: str
    start: int
    end: int


class MissingEvidence(TypedDict):
    """Evidence that was looked for and not found, as a sentence."""

    part: str
    text: str


class AnswerDetails(TypedDict, total=False):
    """How the score of an answer came about, as JSON. An answer without a text has none.

    What an older engine stored under other keys stays in it.
    """

    engine_version: str
    #: The language that the answer was scored in; None where none was recognized.
    language: str | None
    word_count: int
    #: The language that the provider named; scoring the stored transcript again needs it.
    language_tag: str | None
    #: An UnscorableReason, or one of an older engine. An answer that has it has none of the fields below.
    reason_code: str
    parts: dict[str, ScorePart]
    evidence: list[Quote]
    missing: list[MissingEvidence]
    matched_keywords: list[str]
    missing_keywords: list[str]
    missing_optional_keywords: list[str]
    missing_key_points: list[str]
    #: Whether vectors of an embeddings server were used.
    embeddings: bool
    #: 0..1: how far the transcript supports the score.
    confidence: float
    #: The candidates with nearly the same answer. It is never stored: it changes while the score does not.
    near_duplicate_of: list[int]
