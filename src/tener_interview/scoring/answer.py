"""score_answer: the score of one answer, from tokens, ignored words, evidence and content, weights, explanation."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import field
from typing import Any

from ..arithmetic import interpolate, relative_weights, round_half_up
from ..criteria.criteria import Rule
from ..criteria.reading import StemmedCriteria, stem_criteria
from ..languages.language import Cue, Language, load_languages
from ..languages.tags import primary
from ..languages.tokens import NO_MEANING, TokenizedText, tokenize
from ..languages.word_order import word_disorder
from ..languages.words import KNOWN_FRACTION, language_of_text, split_words, spoken_language
from ..lazy_dataclass import dataclass
from ..transcripts.transcript import Transcript
from . import ignored_words, weights
from .content import AnswerIndex, ContentScore, score_content
from .evidence import (
    ACTIONS,
    EVENTS,
    KINDS,
    PARTICULARS,
    STORY_KINDS,
    EvidenceSpan,
    Story,
    figures,
    find_evidence,
    sum_weights,
)
from .explanation import Statement, explain
from .vectors import Vectors

SCORED = "scored"
#: The transcript contains nothing to score.
NOT_SCORABLE = "not_scorable"
OFF_TOPIC, LANGUAGE_MISMATCH, POOR_TRANSCRIPT = "off_topic", "language_mismatch", "poor_transcript"
DISALLOWED, UNKNOWN_LANGUAGE, CUT = "disallowed_wording", "content_only", "cut_for_judging"
SHORT, WORD_ORDER, NOT_COMPARABLE = "short_answer", "word_order", "nothing_to_compare"


@dataclass(frozen=True)
class AnswerScore:
    """The score of one answer and its reasons; the first fields are those of QuestionScore."""

    score: float | None
    status: str
    reasons: tuple[str, ...]
    flags: tuple[str, ...]
    details: dict[str, Any]
    #: 0..1: how well the transcript supports the score.
    confidence: float = 1.0
    #: Kinds and keys of the evidence, to recognise the same story in another answer.
    story: Story = field(default=Story(), compare=False)
    #: The stem of each counted noun, and its figure as a quote.
    figures: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    statements: tuple[Statement, ...] = field(default=(), compare=False)


def score_answer(
    rule: Rule, transcript: Transcript, language: str | None = None, *, rivals: Sequence[Rule] = (),
    vectors: Vectors | None = None, already_told: Callable[[Story], Story] = lambda _: Story(),
) -> AnswerScore:
    """Score an answer that has a text. Accepts any text; the same input always gets the same score.

    `language` is the language of the interview, `rivals` are the rules of the other questions, `vectors` those of an
    embeddings server for sentences and key points, and `already_told` returns the evidence of a story that
    another answer has told. `details` holds `parts` by name, each with `reached` (0..1), `weight` (adding up to 1) and
    `points` (adding up to the score, to the last decimal), `evidence`, verbatim quotes with character offsets, and
    `missing`, what was not found; if the answer cannot be scored, it holds `reason_code` instead.
    """
    text = (transcript.text or "")[: weights.MAX_SCORED_CHARS]
    words = split_words(text)
    expected = (rule.language if rule.expected else None) or language_of_text(transcript.title) or primary(language)
    named = primary(language) or primary(transcript.language)
    code, share = spoken_language([word for word, _, _, _ in words], expected, named)
    tokens = tokenize(text, load_languages().get(code), words)
    foreign = bool(rule.expected and expected) and expected != code
    criteria = stem_criteria(rule.expected, transcript.title, code)
    ignored = ignored_words.find_ignored_words(tokens, criteria)
    spans = find_evidence(tokens, ignored.by_word)
    story = Story((span.kind, span.key) for span in spans if span.kind in STORY_KINDS)
    reason = _unscorable_reason(tokens, criteria, spans, ignored, foreign, share)
    if before := Story() if reason else already_told(story):
        spans = [span for span in spans if (span.kind, span.key) not in before]
        reason = _unscorable_reason(tokens, criteria, spans, ignored, foreign, share)
    details: dict[str, Any] = {
        "engine_version": weights.ENGINE_VERSION, "language": code or None,
        "word_count": len(tokens), "language_tag": transcript.language,  # needed to score the stored transcript again
    }
    if reason:
        flags, details["reason_code"] = () if reason == "unknown_language" else ignored.flags, reason
        return AnswerScore(None, NOT_SCORABLE, (_REASONS[reason],), flags, details, 0.0, before and story)
    disorder = word_disorder(tokens, ignored.by_word)
    factor = interpolate(weights.DISORDER, disorder) * weights.RETRACTION_FACTOR ** min(2, len(ignored.retractions))
    reached = {kind: factor * reach for kind, reach in _evidence_reached(spans, tokens.language).items()}
    evidence = math.fsum(weights.EVIDENCE_SHARES[kind] * reached[kind] for kind in KINDS)
    content = ContentScore()
    if has_content := rule.expected and not foreign:
        index = AnswerIndex(tokens, ignored.by_word, criteria.synonyms)
        content = score_content(rule.expected, criteria, index, _narrative(tokens, spans), evidence, vectors or {})
        reached["content"] = factor * content.reached * (weights.LIST_FACTOR if ignored.list_share > 1 / 2 else 1.0)
    shares = _shares(rule, bool(has_content), tokens.language)
    parts = {
        part: {"reached": round_half_up(reached[part], 3), "weight": round_half_up(weight, 3),
               "points": round_half_up(100 * weight * min(1.0, reached[part]), 1)} for part, weight in shares.items()
    }
    strange = len(tokens) >= 2 * weights.LONG_RUN and share < KNOWN_FRACTION / 2 and tokens.language.known
    doubts = _names_of_set_flags({
        POOR_TRANSCRIPT: strange or disorder >= weights.DISORDER[0][0] / 2,
        SHORT: len(tokens) < weights.LONG_RUN or len(tokens) - len(tokens.places(NO_MEANING)) < weights.SHORT_RUN,
        UNKNOWN_LANGUAGE: not tokens.language.known, LANGUAGE_MISMATCH: foreign,
        NOT_COMPARABLE: not criteria.comparable, CUT: len(transcript.text or "") > weights.MAX_SCORED_CHARS,
    })
    confidence = round_half_up(weights.DOUBT_FACTOR ** len(doubts), 2)
    notes = _names_of_set_flags({
        WORD_ORDER: disorder > weights.DISORDER[0][0],
        OFF_TOPIC: _fits_rival(tokens, criteria, rivals, code),
        DISALLOWED: any(pattern.search(text) for pattern in rule.disallowed),
    })
    statements = explain(
        tokens, spans, content if has_content else None, ignored.retractions, evidence=PARTICULARS in parts,
        whole=not any(ignored.by_word), comparable=criteria.comparable, other_language=expected if foreign else None,
    )
    details |= {
        "parts": parts,
        "evidence": [quote for statement in statements if statement.found for quote in statement.quotes],
        "missing": [{"part": line.part, "text": line.text} for line in statements if not line.found],
        "matched_keywords": [name for name, span in (*content.required, *content.optional) if span],
        "missing_keywords": [name for name, span in content.required if not span],
        "missing_optional_keywords": [name for name, span in content.optional if not span],
        "missing_key_points": [name for name, span in content.key_points if not span],
        "embeddings": bool(vectors), "confidence": confidence,
    }
    score = round_half_up(min(100.0, math.fsum(part["points"] for part in parts.values())), 1)
    reasons = tuple(line.text for line in statements if line.found) or (_REASONS["no_quote" if score else "nothing"],)
    return AnswerScore(score, SCORED, reasons, (*ignored.flags, *doubts, *notes), details, confidence, story,
                       tuple(figures(tokens, spans)), statements)


_REASONS = {
    "no_quote": "No sentence stands out to quote; the parts of the score show where the points come from.",
    "nothing": "We did not find anything that counts towards the score.",
    "no_words": "The transcript has no words, so there is nothing to score. Please watch the answer.",
    "no_answer": "The candidate says they have no answer.",
    "too_little": "The transcript has too few words to score. Please watch the answer.",
    "unknown_language": "The transcript is in a language we do not support or recognise. Please watch the answer.",
}


def _unscorable_reason(
    tokens: TokenizedText, criteria: StemmedCriteria, spans: Sequence[EvidenceSpan],
    ignored: ignored_words.IgnoredWords, foreign: bool, share: float,
) -> str | None:
    """Return why the answer cannot be scored, a key of `_REASONS`, or None if it can."""
    vocabulary = criteria.vocabulary
    if not tokens.words and not any(map(str.isalnum, tokens.text)):
        return "no_words"
    if not any(span.kind in STORY_KINDS and span.weight >= weights.WEAKER for span in spans):
        meant = {stem for stem, cue in zip(tokens.stems, tokens.cues, strict=True) if not cue & NO_MEANING}
        meant.difference_update(criteria.question.stems)
        if tokens.find(Cue.NO_ANSWER) and len(meant) <= 2 * weights.SHORT_RUN:
            return "no_answer"
        if len(meant) < 2 and not meant & vocabulary:
            return "too_little"
    if not tokens.language.known:
        unread = not spans and (foreign or not vocabulary)
    else:
        unread = len(tokens) > 2 * weights.LONG_RUN and share < KNOWN_FRACTION and vocabulary.isdisjoint(tokens.stems)
        # Marks separate the terms of a list and the names in code; a story has fewer of them in any language.
        if unread and ignored.list_share > 1 / 2:
            unread = len(ignored_words.MARKS.findall(tokens.text)) <= weights.LIST_MARKS_PER_WORD * len(tokens)
    return "unknown_language" if unread else None


def _evidence_reached(spans: Sequence[EvidenceSpan], language: Language) -> dict[str, float]:
    """Return how far each part of the evidence is reached, 0..1. The first spans count most.

    Figures, dates and names count only as far as actions and events do.
    """
    amount = sum_weights(spans)
    if language.known:
        amount[PARTICULARS] = min(amount[PARTICULARS], amount[ACTIONS] + amount[EVENTS])
    return {kind: 1 - math.exp(-amount[kind] / enough) for kind, enough in weights.EVIDENCE_AMOUNTS.items()}


def _narrative(tokens: TokenizedText, spans: Sequence[EvidenceSpan]) -> set[int]:
    """Return the words near an action, figure, date or name; in a language without data, all words."""
    if not tokens.language.known:
        return set(range(len(tokens)))
    anchors = (span.first for span in spans if span.kind in (PARTICULARS, ACTIONS) and span.weight >= weights.WEAKER)
    return set().union(*(tokens.near(place, 2 * weights.REACH_WORDS, 2 * weights.REACH_WORDS) for place in anchors))


def _shares(rule: Rule, has_content: bool, language: Language) -> dict[str, float]:
    """Return the share of each part in the score. A part without criteria or weight leaves its share to the others."""
    kind = "references" if rule.expected.references else "key_points" if rule.expected.key_points else "keywords"
    by_kind = weights.CONTENT_SHARES[kind], 1 - weights.CONTENT_SHARES[kind]
    content, evidence = (rule.weights.content, rule.weights.evidence) if rule.weights else by_kind
    if not language.known:
        content, evidence = float(has_content), float(not has_content)
    shares = relative_weights({"content": content if has_content else 0.0, "evidence": evidence}) or {"evidence": 1.0}
    whole = math.fsum(shares.values())
    # Figures and names are recognised in any language, the other kinds only in languages with data.
    kinds = weights.EVIDENCE_SHARES if language.known else {PARTICULARS: 1.0}
    parts = {"content": shares["content"] / whole} if "content" in shares else {}
    if "evidence" in shares:
        parts |= {kind: share * shares["evidence"] / whole for kind, share in kinds.items()}
    return parts


def _fits_rival(tokens: TokenizedText, criteria: StemmedCriteria, rivals: Sequence[Rule], code: str) -> bool:
    """Return whether the answer fits another question far better. Without a vocabulary of its own: False."""
    if not criteria.vocabulary:
        return False
    spoken, own = set(tokens.stems), len(criteria.vocabulary & set(tokens.stems))
    others = (stem_criteria(rule.expected, "", code).vocabulary - criteria.vocabulary for rule in rivals)
    return max((len(other & spoken) for other in others), default=0) >= max(weights.ADJACENT_WORDS, 2 * own + 1)


def _names_of_set_flags(flags: dict[str, bool]) -> tuple[str, ...]:
    return tuple(flag for flag, raised in flags.items() if raised)
