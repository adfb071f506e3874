"""Computes scores of interviews before the database is locked for writing them."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ...criteria.criteria import Criteria
from ...errors import Problem
from ...providers.protocol import InterviewAnswer
from ...scorecards.embeddings import texts_to_embed
from ...scorecards.result import Result
from ...scoring.vectors import Embed, Vectors, embed_nothing
from ...store.session import Session
from ...system import logs
from ...transcripts.duplicates import Shingles, shingles
from ...transcripts.transcript import Transcript
from ..plans.session_rules import SessionPlanVersions, SessionRules
from ..service import Service
from .scoring_worker import score_in_this_process, without_caption_markup

if TYPE_CHECKING:
    from .scoring_worker import Scorer


class ScorableInterview(NamedTuple):
    """The transcripts of an interview, its language, and the versions of the plan that it is scored by."""

    transcripts: tuple[Transcript, ...]
    language: str | None
    plan: SessionPlanVersions | None = None


class ScoringFailed(Problem):
    """The scorer has a fault with this interview, which the log has. Its transcripts can be scored once that is mended.
    """

    def __init__(self) -> None:
        super().__init__("INTERNAL_ERROR", "This interview could not be scored. The log has the fault.")


#: Limit of cached vector components; each takes about 32 bytes.
_MAX_CACHED_NUMBERS = 1_000_000


class ScoreCache:
    """Results of interviews that were scored before a transaction, to be taken inside it.

    `worker_scorer` scores each interview of a batch, possibly in another process.
    """

    def __init__(
        self, rules: SessionRules, embed: Embed = embed_nothing, worker_scorer: Scorer = score_in_this_process
    ) -> None:
        self.rules = rules
        self._embed = embed
        self._worker_scorer = worker_scorer
        self.vectors: dict[str, Sequence[float]] = {}
        #: None for an interview that could not be scored.
        self._results: dict[ScorableInterview, Result | None] = {}
        self._shingles: dict[str, Shingles] = {}

    def shingles(self, text: str) -> Shingles:
        """Return the shingles (hashes of word sequences) of an answer, by which near duplicates are found."""
        if text not in self._shingles:
            self._shingles[text] = shingles(text)
        return self._shingles[text]

    def precompute(self, interviews: Iterable[ScorableInterview]) -> None:
        """Score interviews into the cache, outside of any transaction; only this method calls the embedding server."""
        missing = [interview for interview in dict.fromkeys(interviews) if interview not in self._results]
        scorer = self._worker_scorer if len(missing) > 1 else score_in_this_process
        for interview in missing:
            vectors = self._vectors_of(self.rules.for_versions(interview.plan)[0], interview.transcripts)
            if sum(map(len, self.vectors.values())) > _MAX_CACHED_NUMBERS:
                self.vectors = {}
            self.vectors.update(vectors)
            self._score(interview, vectors, scorer)

    def result_of(self, interview: ScorableInterview) -> Result:
        """Return the precomputed result, or score the interview now because transcripts or rules have changed since.

        Raises ScoringFailed.
        """
        if interview not in self._results:
            self._score(interview, self.vectors, score_in_this_process)
        result = self._results[interview]
        if result is None:
            raise ScoringFailed
        return result

    def _score(self, interview: ScorableInterview, vectors: Vectors, scorer: Scorer) -> None:
        """Score an interview into the cache. A fault of the scorer with one must not stop the others."""
        criteria, formula = self.rules.for_versions(interview.plan)
        try:
            scored = scorer(criteria, formula, interview.transcripts, interview.language, vectors)
        except Exception as fault:
            logs.log_event("scoring_failed", logging.ERROR, fault)
            self._results[interview] = None
        else:
            self._results[interview] = scored.result
            self._shingles.update(scored.shingles)

    def _vectors_of(self, criteria: Criteria, transcripts: tuple[Transcript, ...]) -> Vectors:
        return (
            {}
            if self._embed is embed_nothing
            else self._embed(texts_to_embed(criteria, without_caption_markup(transcripts)))
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


def load_rules(service: Service, sessions: Sequence[Session], scores: ScoreCache) -> None:
    """Read the versions of plans that these sessions are scored by, if there are any."""
    if any(map(scores.rules.plan_versions_of, sessions)):
        with service.store.read() as tx:
            scores.rules.load(tx, sessions)
