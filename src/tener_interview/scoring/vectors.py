"""Vectors: find key points by their meaning, with embeddings that the caller provides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from ..arithmetic import cosine
from . import weights

if TYPE_CHECKING:
    from ..languages.tokens import TokenizedText

#: Texts and their vectors, as an embeddings server returns them.
Vectors = Mapping[str, Sequence[float]]
#: Returns the vectors of texts; texts without a vector are left out.
Embed = Callable[[Sequence[str]], Vectors]


def embed_nothing(_texts: Sequence[str]) -> Vectors:
    """Return no vectors: stands in where there is no embeddings server."""
    return {}


def closest_sentence(
    point: str, tokens: TokenizedText, ignored: Sequence[bool], vectors: Vectors
) -> tuple[int, int] | None:
    """Return the sentence of an answer closest in meaning to a key point; None if none is close enough."""
    if point not in vectors:
        return None
    near = [
        (cosine(vectors[point], vectors[text]), (first, last))
        for text, first, last in sentences(tokens) if text in vectors and not any(ignored[first : last + 1])
    ]
    nearness, span = max(near, default=(0.0, (0, 0)))
    return span if nearness >= weights.SAME_MEANING_COSINE else None


def sentences(tokens: TokenizedText) -> list[tuple[str, int, int]]:
    """Return the sentences of an answer, with their first and last word."""
    return [(tokens.quote(first, end - 1), first, end - 1) for first, end in dict.fromkeys(tokens.bounds)]
