"""Transcript: a question of an interview and the candidate's answer as text."""

from __future__ import annotations

from ..lazy_dataclass import dataclass


@dataclass(frozen=True)
class Transcript:
    """A question and the text of its answer.

    `text` is None or blank while there is no transcript. `language` is the spoken language (`en-US`), if known.
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
