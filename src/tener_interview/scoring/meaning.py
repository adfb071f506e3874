"""Meaning: what vectors of texts tell of an interview. Where they come from is none of the scorer's business."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ..criteria.criteria import Criteria
from ..languages.language import Language
from ..transcripts.transcript import Transcript
from . import weights
from .content import Vectors, cosine, sentences
from .tokens import tokens

#: Gives the vectors of texts; those that are not known are left out.
Embed = Callable[[Sequence[str]], Mapping[str, Sequence[float]]]


def no_vectors(_texts: Sequence[str]) -> Vectors:
    """What stands in where there is no server of embeddings."""
    return {}


def texts(criteria: Criteria, transcripts: Sequence[Transcript]) -> list[str]:
    """The texts whose vectors are of use: questions and answers, and the sentences of those with key points."""
    wanted: list[str] = []
    for each in transcripts:
        if each.text and each.has_text:
            wanted += [each.title, each.text]
            if points := criteria.rule_for(each.title).asked.key_points:
                wanted += [*points, *(said for said, _, _ in sentences(tokens(each.text, Language(""))))]
    return list(dict.fromkeys(wanted))


def elsewhere(transcript: Transcript, titles: Sequence[str], vectors: Vectors) -> bool:
    """Whether an answer means another of these questions far more than its own."""
    own, said = vectors.get(transcript.title), vectors.get(transcript.text or "")
    if own is None or said is None:
        return False
    others = [cosine(vectors[title], said) for title in titles if title != transcript.title and title in vectors]
    return bool(others) and max(others) > cosine(own, said) + weights.ELSEWHERE
