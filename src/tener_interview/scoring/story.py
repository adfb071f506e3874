"""Story: the same story told for two questions, and numbers in it that differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from . import weights
from .judge import Judgement

SAME_STORY, NUMBERS_DIFFER = "same_story", "numbers_differ"


def told_before(judgement: Judgement, earlier: Sequence[tuple[int, Judgement]]) -> tuple[int, Judgement] | None:
    """The number, from 1, and the judgement of an earlier answer that tells most of the same; None: none does."""
    for number, other in earlier:
        fewer = min(len(judgement.told), len(other.told))
        if fewer >= weights.STORY and len(judgement.told & other.told) >= weights.SAME * fewer:
            return number, other
    return None


def noted(judgement: Judgement, number: int, other: Judgement) -> Judgement:
    """A judgement with what is to be said of a story that was told for an earlier question already."""
    said = [f"Tells the same story as question {number}; what was told there does not count again."]
    flags = [SAME_STORY]
    before = dict(other.figures)
    for noun, quote in judgement.figures:
        if noun in before and before[noun].casefold() != quote.casefold():
            said.append(f"“{quote}” here, “{before[noun]}” for question {number}: ask which it was.")
            flags = [SAME_STORY, NUMBERS_DIFFER]
    reasons = (*said, *judgement.reasons)[: weights.STATEMENTS]
    return replace(judgement, flags=tuple(dict.fromkeys((*judgement.flags, *flags))), reasons=reasons)
