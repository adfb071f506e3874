"""Embeddings of an interview: the texts to embed, and whether an answer fits another question better."""

from __future__ import annotations

from collections.abc import Sequence

from ..arithmetic import cosine
from ..criteria.criteria import Criteria
from ..languages.language import Language
from ..languages.tokens import tokenize
from ..scoring import weights
from ..scoring.vectors import Vectors, sentences
from ..transcripts.transcript import Transcript


def texts_to_embed(criteria: Criteria, transcripts: Sequence[Transcript]) -> list[str]:
    """The texts whose vectors are of use: questions and answers, and the sentences of those with key points."""
    wanted: list[str] = []
    for each in transcripts:
        if each.text and each.has_text:
            wanted += [each.title, each.text]
            if points := criteria.rule_for(each.title).expected.key_points:
                found = sentences(tokenize(each.text, Language("")))
                wanted += [*(wordings[0] for wordings in points), *(text for text, _, _ in found)]
    return list(dict.fromkeys(wanted))


def fits_another_question(transcript: Transcript, titles: Sequence[str], vectors: Vectors) -> bool:
    """Whether an answer means another of these questions far more than its own."""
    own, answer = vectors.get(transcript.title), vectors.get(transcript.text or "")
    if own is None or answer is None:
        return False
    others = [cosine(vectors[title], answer) for title in titles if title != transcript.title and title in vectors]
    return bool(others) and max(others) > cosine(own, answer) + weights.OTHER_QUESTION
