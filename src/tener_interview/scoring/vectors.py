"""Vectors: key points found by their meaning, with embeddings that the caller provides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ..arithmetic import cosine
from ..languages.tokens import TokenizedText
from . import weights

#: Vectors of texts, as an embeddings server gives them.
Vectors = Mapping[str, Sequence[float]]
#: Gives the vectors of texts; those that are not known are left out.
Embed = Callable[[Sequence[str]], Vectors]


def embed_nothing(_texts: Sequence[str]) -> Vectors:
    """What stands in where there is no server of embeddings."""
    return {}


def closest_sentence(
    point: str, tokens: TokenizedText, ignored: Sequence[bool], vectors: Vectors
) -> tuple[int, int] | None:
    """The sentence of an answer that means a key point; None where none comes close."""
    if point not in vectors:
        return None
    near = [
        (cosine(vectors[point], vectors[text]), (first, last))
        for text, first, last in sentences(tokens) if text in vectors and not any(ignored[first : last + 1])
    ]
    nearness, span = max(near, default=(0.0, (0, 0)))
    return span if nearness >= weights.SAME_MEANING else None


def sentences(tokens: TokenizedText) -> list[tuple[str, int, int]]:
    """The sentences of an answer, with their first and last word."""
    return [(tokens.quote(first, end - 1), first, end - 1) for first, end in dict.fromkeys(tokens.bounds)]
