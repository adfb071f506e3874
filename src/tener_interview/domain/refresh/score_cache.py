"""Computes scores of interviews before the database is locked for writing them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...criteria.criteria import Criteria
from ...criteria.formula import Formula
from ...providers.protocol import InterviewAnswer
from ...scorecards.embeddings import texts_to_embed
from ...scorecards.result import Result
from ...scoring.vectors import Embed, embed_nothing
from ...scoring_worker import ScoredInterview, Scorer, Vectors, score_in_process, without_caption_markup
from ...transcripts.duplicates import Shingles, shingles
from ...transcripts.transcript import Transcript

#: The transcripts of an interview and its language.
Interview = tuple[tuple[Transcript, ...], str | None]

#: Limit of cached vector components; each takes about 32 bytes.
_MAX_CACHED_NUMBERS = 1_000_000


class ScoreCache:
    """Caches scores, so that an interview scored before a transaction costs nothing inside it.

    `many` scores one interview of a batch, possibly in another process. An interview whose transcripts changed in the
    meantime is scored again.
    """

    def __init__(
        self, criteria: Criteria, formula: Formula, embed: Embed = embed_nothing, many: Scorer = score_in_process
    ) -> None:
        self._criteria = criteria
        self._formula = formula
        self._embed = embed
        self._many = many
        self.vectors: dict[str, Sequence[float]] = {}
        self._known: dict[Interview, Result] = {}
        self._shingles: dict[str, Shingles] = {}

    def shingles(self, text: str) -> Shingles:
        """Return the shingles by which an answer is compared with others."""
        if text not in self._shingles:
            self._shingles[text] = shingles(text)
        return self._shingles[text]

    def precompute(self, interviews: Iterable[Interview]) -> None:
        """Score interviews outside of any transaction; only this method calls the embedding server."""
        unknown = [interview for interview in dict.fromkeys(interviews) if interview not in self._known]
        scorer = self._many if len(unknown) > 1 else score_in_process
        for transcripts, language in unknown:
            vectors = self._vectors_of(transcripts)
            if sum(map(len, self.vectors.values())) > _MAX_CACHED_NUMBERS:
                self.vectors = {}
            self.vectors.update(vectors)
            self._keep((transcripts, language), scorer(self._criteria, self._formula, transcripts, language, vectors))

    def of(self, answers: Sequence[InterviewAnswer], language: str | None) -> Result:
        """Return the result of an interview's answers."""
        return self.score_transcripts(transcripts_of(answers), language)

    def score_transcripts(self, transcripts: tuple[Transcript, ...], language: str | None) -> Result:
        """Return the result of transcripts as they are stored."""
        if (transcripts, language) not in self._known:
            result = score_in_process(self._criteria, self._formula, transcripts, language, self.vectors)
            self._keep((transcripts, language), result)
        return self._known[transcripts, language]

    def _keep(self, interview: Interview, scored: ScoredInterview) -> None:
        self._known[interview] = scored.result
        self._shingles.update(scored.shingles)

    def _vectors_of(self, transcripts: tuple[Transcript, ...]) -> Vectors:
        return (
            {}
            if self._embed is embed_nothing
            else self._embed(texts_to_embed(self._criteria, without_caption_markup(transcripts)))
        )


def transcripts_of(answers: Sequence[InterviewAnswer]) -> tuple[Transcript, ...]:
    """Return the transcripts of answers as the scorer takes them."""
    return tuple(
        Transcript(
            question_index=index,
            question_id=answer.question_id,
            title=answer.title,
            answered=answer.answered,
            text=answer.transcript,
            language=answer.language,
        )
        for index, answer in enumerate(answers)
    )
