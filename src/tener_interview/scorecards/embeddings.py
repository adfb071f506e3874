"""Embeddings of an interview: the texts to embed, and whether an answer fits another question better."""

from __future__ import annotations

from collections.abc import Sequence

from ..arithmetic import cosine
from ..criteria.criteria import Criteria, Rule
from ..languages.language import Language
from ..languages.tokens import tokenize
from ..scoring import weights
from ..scoring.vectors import Vectors, sentences
from ..transcripts.transcript import Transcript


def texts_to_embed(criteria: Criteria, transcripts: Sequence[Transcript]) -> list[str]:
    """The texts whose vectors are of use: questions and answers, and the sentences of those with key points."""
    rules = criteria.rules_for([(transcript.question_id, transcript.title) for transcript in transcripts])
    pairs = zip(rules, transcripts, strict=True)
    return list(dict.fromkeys(text for rule, transcript in pairs for text in texts_of_answer(rule, transcript)))


def texts_of_answer(rule: Rule, transcript: Transcript) -> list[str]:
    """The texts of one answer: its question and itself, and with key points these and its sentences."""
    if not transcript.text or not transcript.has_text:
        return []
    texts = [transcript.title, transcript.text]
    if points := rule.expected.key_points:
        found = sentences(tokenize(transcript.text, Language("")))
        texts += [*(wordings[0] for wordings in points), *(text for text, _, _ in found)]
    return texts


def fits_another_question(transcript: Transcript, titles: Sequence[str], vectors: Vectors) -> bool:
    """Whether an answer means another of these questions far more than its own."""
    own, answer = vectors.get(transcript.title), vectors.get(transcript.text or "")
    if own is None or answer is None:
        return False
    others = [cosine(vectors[title], answer) for title in titles if title != transcript.title and title in vectors]
    return bool(others) and max(others) > cosine(own, answer) + weights.OTHER_QUESTION_COSINE
