"""Scores of interviews, worked out before the database is locked for writing them."""

from __future__ import annotations

from collections.abc import Sequence

from ..providers.protocol import Answer
from ..scoring.criteria import Criteria
from ..scoring.formula import Formula
from ..scoring.result import Result
from ..scoring.score import score_interview
from ..scoring.transcript import Transcript


class Scores:
    """Scores interviews and remembers how: what was scored outside of a transaction costs nothing inside it.

    What turns out to be something else by then, because a transcript came in meanwhile, is scored anew.
    """

    def __init__(self, criteria: Criteria, formula: Formula) -> None:
        self._criteria = criteria
        self._formula = formula
        self._known: dict[tuple[str | None, tuple[Transcript, ...]], Result] = {}

    def of(self, answers: Sequence[Answer], language: str | None) -> Result:
        """The result of an interview held in a language."""
        said = tuple(
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
        known = self._known.get((language, said))
        if known is None:
            known = self._known[language, said] = score_interview(self._criteria, self._formula, said, language)
        return known
