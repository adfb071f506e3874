"""A scorer that fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tener_interview.domain.refresh.scoring_worker import ScoringWorker, score_in_this_process
from tener_interview.scorecards import interview


@contextmanager
def scorer_fails_on(words: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make the scorer raise for every interview with these words in an answer. Scoring runs in this process meanwhile.
    """
    score_interview = interview.score_interview

    def fail_on_one(criteria: Any, formula: Any, transcripts: Any, *more: Any) -> Any:
        if any(words in (transcript.text or "") for transcript in transcripts):
            raise ZeroDivisionError
        return score_interview(criteria, formula, transcripts, *more)

    with monkeypatch.context() as patches:
        patches.setattr(interview, "score_interview", fail_on_one)
        patches.setattr(ScoringWorker, "score", lambda _worker, *work: score_in_this_process(*work))
        yield
