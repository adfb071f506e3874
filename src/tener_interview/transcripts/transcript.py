"""Transcript: one question of an interview and what the candidate said to it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Transcript:
    """A question and its answer in words.

    `text` is None, or blank, while there is no transcript; `language` is what it was spoken in (`en-US`), if known.
    """

    question_index: int
    question_id: str
    title: str
    answered: bool
    text: str | None
    language: str | None = None

    @property
    def has_text(self) -> bool:
        return bool(self.text and self.text.strip())
