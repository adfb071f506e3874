"""Scores of interviews, worked out before the database is locked for writing them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..criteria.criteria import Criteria
from ..criteria.formula import Formula
from ..providers.protocol import Answer
from ..scoring.meaning import Embed, no_vectors, texts
from ..scoring.result import Result
from ..scoring.score import score_interview
from ..transcripts.captions import plain_transcript
from ..transcripts.duplicates import Shingles, shingles
from ..transcripts.transcript import Transcript


class Scores:
    """Scores interviews and remembers how: what was scored outside of a transaction costs nothing inside it.

    What turns out to be something else by then, because a transcript came in meanwhile, is scored anew.
    """

    def __init__(self, criteria: Criteria, formula: Formula, embed: Embed = no_vectors) -> None:
        self._criteria = criteria
        self._formula = formula
        self._embed = embed
        self._vectors: dict[str, Sequence[float]] = {}
        self._known: dict[tuple[str | None, tuple[Transcript, ...]], Result] = {}
        self._shingles: dict[str, Shingles] = {}

    def shingles(self, text: str) -> Shingles:
        """By what an answer is compared with those of others."""
        if text not in self._shingles:
            self._shingles[text] = shingles(text)
        return self._shingles[text]

    def foresee(self, said: tuple[Transcript, ...], language: str | None) -> None:
        """Score outside of any transaction: a server of embeddings is asked here, and nowhere else."""
        said = tuple(replace(each, text=_words(each.text)) for each in said)
        self._vectors |= self._embed(texts(self._criteria, said))
        self.of_transcripts(said, language)

    def of(self, answers: Sequence[Answer], language: str | None) -> Result:
        """The result of an interview held in a language."""
        return self.of_transcripts(transcripts_of(answers), language)

    def of_transcripts(self, said: tuple[Transcript, ...], language: str | None) -> Result:
        """The same, of transcripts as they are stored. What is scored is what is kept and shown of them: the words,
        without what a captioning tool put around them."""
        said = tuple(replace(each, text=_words(each.text)) for each in said)
        known = self._known.get((language, said))
        if known is None:
            known = self._known[language, said] = score_interview(
                self._criteria, self._formula, said, language, self._vectors
            )
            for each in said:
                if each.text:
                    self.shingles(each.text)
        return known


def _words(text: str | None) -> str | None:
    return plain_transcript(text) or None if text else None


def transcripts_of(answers: Sequence[Answer]) -> tuple[Transcript, ...]:
    return tuple(
        Transcript(
            question_index=index,
            question_id=each.question_id,
            title=each.title,
            answered=each.answered,
            text=each.transcript,
            language=each.language,
        )
        for index, each in enumerate(answers)
    )
