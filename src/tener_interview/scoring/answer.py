"""score_answer: the score of one answer.

1. Read it in its language: its words, those that do not count, its evidence, and the criteria as stems.
2. Refuse what cannot be scored, without and with what another answer has told.
3. Measure how far each part is reached: the evidence, and the expected content if there is any to compare with.
4. Weigh the parts. They add up to the score.
5. Flag what a person should know, lower the confidence for each doubt, and explain the score with quotes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import NamedTuple

from ..arithmetic import interpolate, relative_weights, round_half_up
from ..criteria.criteria import ExpectedContent, Rule
from ..criteria.stemmed_criteria import StemmedCriteria, stem_criteria
from ..languages.language import Cue, Language, load_languages
from ..languages.tags import primary
from ..languages.tokens import NO_MEANING, TokenizedText, tokenize
from ..languages.word_order import word_disorder
from ..languages.words import KNOWN_SHARE, language_of_text, split_words, spoken_language
from ..lazy_dataclass import dataclass
from ..transcripts.transcript import Transcript
from . import weights
from .answer_details import AnswerDetails, ScorePart, UnscorableReason
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
from .flags import Flag
from .ignored_words import MARKS, MOST, IgnoredWords, find_ignored_words
from .vectors import Vectors

SCORED = "scored"
#: The transcript contains nothing to score.
NOT_SCORABLE = "not_scorable"
_MAX_RETRACTIONS = 2
_POOR_TRANSCRIPT_DISORDER = weights.DISORDER[0][0] / 2
_POOR_TRANSCRIPT_SHARE = KNOWN_SHARE / 2
#: Words from which on an answer of unknown words is noise or another language, and not merely full of names.
_ENOUGH_WORDS = 2 * weights.LONG_RUN
#: Stems of another question from which on an answer may fit it, if they are more than twice those of its own.
_MIN_RIVAL_STEMS = 3


@dataclass(frozen=True)
class AnswerScore:
    """The score of one answer and its reasons; the first fields are those of QuestionScore."""

    score: float | None
    status: str
    reasons: tuple[str, ...]
    flags: tuple[str, ...]
    details: AnswerDetails
    #: 0..1: how well the transcript supports the score.
    confidence: float = 1.0
    #: Kinds and keys of the evidence, to recognise the same story in another answer.
    story: Story = field(default=Story(), compare=False)
    #: The stem of each counted noun, and its figure as a quote.
    figures: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    statements: tuple[Statement, ...] = field(default=(), compare=False)


class _ReadAnswer(NamedTuple):
    """An answer as words of its language, with its evidence, and the criteria as stems of that language."""

    tokens: TokenizedText
    #: The share of its words that are common in its language.
    common_share: float
    #: The language of the criteria, if the answer is in another one.
    other_language: str | None
    criteria: StemmedCriteria
    ignored: IgnoredWords
    evidence: Sequence[EvidenceSpan]


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
    answer = _read_answer(rule, transcript, language)
    story = Story((span.kind, span.key) for span in answer.evidence if span.kind in STORY_KINDS)
    unscorable_reason = _unscorable_reason(answer)
    retold_evidence = Story() if unscorable_reason else already_told(story)
    if retold_evidence:
        answer = answer._replace(
            evidence=[span for span in answer.evidence if (span.kind, span.key) not in retold_evidence]
        )
        unscorable_reason = _unscorable_reason(answer)
    if unscorable_reason:
        return _without_score(answer, transcript, unscorable_reason, story if retold_evidence else Story())
    tokens, _, other_language, criteria, ignored, evidence = answer
    disorder = word_disorder(tokens, ignored.by_word)
    retractions = min(_MAX_RETRACTIONS, len(ignored.retractions))
    credit_factor = interpolate(weights.DISORDER, disorder) * weights.RETRACTION_FACTOR**retractions
    reached = {
        kind: credit_factor * share for kind, share in _evidence_reached(evidence, tokens.language).items()
    }
    content = ContentScore()
    if rule.expected and not other_language:
        content = _compare_content(rule.expected, answer, reached, vectors or {})
        list_factor = weights.LIST_FACTOR if ignored.list_share > MOST else 1.0
        reached["content"] = credit_factor * content.reached * list_factor
    parts = _parts(rule, reached, tokens.language)
    score = round_half_up(min(100.0, math.fsum(part["points"] for part in parts.values())), 1)
    doubts = _doubts(answer, transcript, disorder)
    confidence = round_half_up(weights.DOUBT_FACTOR ** len(doubts), 2)
    statements = explain(
        tokens, evidence, content, ignored.retractions, scores_evidence=PARTICULARS in parts,
        read_whole_answer=not any(ignored.by_word), comparable=criteria.comparable, other_language=other_language,
    )
    return AnswerScore(
        score,
        SCORED,
        tuple(line.text for line in statements if line.found) or (_NO_QUOTE if score else _NOTHING_FOUND,),
        (*ignored.flags, *doubts, *_notes(rule, answer, rivals, max(disorder, content.disorder))),
        _details(answer, transcript, parts, statements, content, bool(vectors), confidence),
        confidence,
        story,
        tuple(figures(tokens, evidence)),
        statements,
    )


def _read_answer(rule: Rule, transcript: Transcript, language: str | None) -> _ReadAnswer:
    text = (transcript.text or "")[: weights.MAX_SCORED_CHARS]
    words = split_words(text)
    expected = (rule.language if rule.expected else None) or language_of_text(transcript.title) or primary(language)
    declared = primary(language) or primary(transcript.language)
    code, common_share = spoken_language([word for word, _, _, _ in words], expected, declared)
    tokens = tokenize(text, load_languages().get(code), words)
    criteria = stem_criteria(rule.expected, transcript.title, code)
    ignored = find_ignored_words(tokens, criteria)
    other_language = expected if rule.expected and expected and expected != code else None
    evidence = find_evidence(tokens, ignored.by_word, criteria.asks_practice)
    return _ReadAnswer(tokens, common_share, other_language, criteria, ignored, evidence)


#: The reasons of scores that no quote supports: above 0, and 0.
_NO_QUOTE = "No sentence stands out to quote; the parts of the score show where the points come from."
_NOTHING_FOUND = "We did not find anything that counts towards the score."
_UNSCORABLE_TEXTS = {
    UnscorableReason.NO_WORDS: "The transcript has no words, so there is nothing to score. Please watch the answer.",
    UnscorableReason.NO_ANSWER: "The candidate says they have no answer.",
    UnscorableReason.TOO_LITTLE: "The transcript has too few words to score. Please watch the answer.",
    UnscorableReason.UNKNOWN_LANGUAGE:
        "The transcript is in a language we do not support or recognise. Please watch the answer.",
}


def _unscorable_reason(answer: _ReadAnswer) -> UnscorableReason | None:
    """Return why the answer cannot be scored, or None if it can."""
    tokens, common_share, other_language, criteria, ignored, evidence = answer
    vocabulary = criteria.vocabulary
    if not tokens.words and not any(map(str.isalnum, tokens.text)):
        return UnscorableReason.NO_WORDS
    if not any(span.kind in STORY_KINDS and span.weight >= weights.WEAKER for span in evidence):
        meant = {stem for stem, cue in zip(tokens.stems, tokens.cues, strict=True) if not cue & NO_MEANING}
        meant.difference_update(criteria.question.stems)
        if tokens.find(Cue.NO_ANSWER) and len(meant) <= 2 * weights.SHORT_RUN:
            return UnscorableReason.NO_ANSWER
        if len(meant) < 2 and not meant & vocabulary:
            return UnscorableReason.TOO_LITTLE
    if not tokens.language.known:
        unread = not evidence and bool(other_language or not vocabulary)
    else:
        unread = (len(tokens) > _ENOUGH_WORDS and common_share < KNOWN_SHARE
                  and vocabulary.isdisjoint(tokens.stems))
        # Marks separate the terms of a list and the names in code; a story has fewer of them in any language.
        if unread and ignored.list_share > MOST:
            unread = len(MARKS.findall(tokens.text)) <= weights.LIST_MARKS_PER_WORD * len(tokens)
    return UnscorableReason.UNKNOWN_LANGUAGE if unread else None


def _without_score(
    answer: _ReadAnswer, transcript: Transcript, reason: UnscorableReason, story: Story
) -> AnswerScore:
    # The lists of one language say nothing of words of another.
    flags = () if reason == UnscorableReason.UNKNOWN_LANGUAGE else answer.ignored.flags
    details: AnswerDetails = {**_language_and_length(answer.tokens, transcript), "reason_code": reason}
    return AnswerScore(None, NOT_SCORABLE, (_UNSCORABLE_TEXTS[reason],), flags, details, 0.0, story)


def _evidence_reached(spans: Sequence[EvidenceSpan], language: Language) -> dict[str, float]:
    """Return how far each part of the evidence is reached, 0..1. The first spans count most.

    Figures, dates and names count only as far as actions and events do.
    """
    amount = sum_weights(spans)
    if language.known:
        amount[PARTICULARS] = min(amount[PARTICULARS], amount[ACTIONS] + amount[EVENTS])
    return {kind: 1 - math.exp(-amount[kind] / enough) for kind, enough in weights.EVIDENCE_AMOUNTS.items()}


def _compare_content(
    expected: ExpectedContent, answer: _ReadAnswer, reached: Mapping[str, float], vectors: Vectors
) -> ContentScore:
    """Compare the answer with the expected content."""
    tokens, ignored, criteria = answer.tokens, answer.ignored.by_word, answer.criteria
    evidence = math.fsum(weights.EVIDENCE_SHARES[kind] * reached[kind] for kind in KINDS)
    index = AnswerIndex(tokens, ignored, criteria.synonyms)
    return score_content(expected, criteria, index, _narrative(tokens, answer.evidence), evidence, vectors)


def _narrative(tokens: TokenizedText, spans: Sequence[EvidenceSpan]) -> set[int]:
    """Return the words near an action, figure, date or name; in a language without data, all words."""
    if not tokens.language.known:
        return set(range(len(tokens)))
    anchors = (span.first for span in spans if span.kind in (PARTICULARS, ACTIONS) and span.weight >= weights.WEAKER)
    return set().union(*(tokens.near(place, 2 * weights.REACH_WORDS, 2 * weights.REACH_WORDS) for place in anchors))


def _parts(rule: Rule, reached: Mapping[str, float], language: Language) -> dict[str, ScorePart]:
    """Return how far each part is reached, its weight in the score, and its points."""
    return {
        part: {"reached": round_half_up(reached[part], 3), "weight": round_half_up(weight, 3),
               "points": round_half_up(100 * weight * min(1.0, reached[part]), 1)}
        for part, weight in _part_shares(rule, "content" in reached, language).items()
    }


def _part_shares(rule: Rule, has_content: bool, language: Language) -> dict[str, float]:
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


def _doubts(answer: _ReadAnswer, transcript: Transcript, disorder: float) -> tuple[Flag, ...]:
    """Return the flags that lower the confidence: what makes the transcript, or what it is compared with, doubtful."""
    tokens, word_count = answer.tokens, len(answer.tokens)
    doubts = {
        Flag.POOR_TRANSCRIPT: disorder >= _POOR_TRANSCRIPT_DISORDER or (
            word_count >= _ENOUGH_WORDS and answer.common_share < _POOR_TRANSCRIPT_SHARE and tokens.language.known),
        Flag.SHORT_ANSWER:
            word_count < weights.LONG_RUN or word_count - len(tokens.places(NO_MEANING)) < weights.SHORT_RUN,
        Flag.CONTENT_ONLY: not tokens.language.known,
        Flag.LANGUAGE_MISMATCH: answer.other_language,
        Flag.NOTHING_TO_COMPARE: not answer.criteria.comparable,
        Flag.CUT_FOR_JUDGING: len(transcript.text or "") > weights.MAX_SCORED_CHARS,
    }
    return tuple([flag for flag, applies in doubts.items() if applies])


def _notes(rule: Rule, answer: _ReadAnswer, rivals: Sequence[Rule], disorder: float) -> tuple[Flag, ...]:
    """Return the flags that leave the confidence as it is."""
    notes = {
        Flag.WORD_ORDER: disorder > weights.DISORDER[0][0],
        Flag.OFF_TOPIC: _fits_rival(answer.tokens, answer.criteria, rivals),
        Flag.DISALLOWED_WORDING: rule.disallows(answer.tokens.text),
    }
    return tuple([flag for flag, applies in notes.items() if applies])


def _fits_rival(tokens: TokenizedText, criteria: StemmedCriteria, rivals: Sequence[Rule]) -> bool:
    """Return whether the answer fits another question far better. Without a vocabulary of its own: False."""
    spoken, own = set(tokens.stems), len(criteria.vocabulary & set(tokens.stems))
    vocabularies = (stem_criteria(rule.expected, "", tokens.language.code).vocabulary for rule in rivals)
    most = max((len((other - criteria.vocabulary) & spoken) for other in vocabularies), default=0)
    return bool(criteria.vocabulary) and most >= _MIN_RIVAL_STEMS and most > 2 * own


def _language_and_length(tokens: TokenizedText, transcript: Transcript) -> AnswerDetails:
    return {
        "engine_version": weights.ENGINE_VERSION, "language": tokens.language.code or None,
        "word_count": len(tokens), "language_tag": transcript.language,
    }


def _details(
    answer: _ReadAnswer, transcript: Transcript, parts: dict[str, ScorePart], statements: Sequence[Statement],
    content: ContentScore, embeddings: bool, confidence: float,
) -> AnswerDetails:
    return {
        **_language_and_length(answer.tokens, transcript),
        "parts": parts,
        "evidence": [quote for statement in statements if statement.found for quote in statement.quotes],
        "missing": [{"part": line.part, "text": line.text} for line in statements if not line.found],
        "matched_keywords": [name for name, span in (*content.required, *content.optional) if span],
        "missing_keywords": [name for name, span in content.required if not span],
        "missing_optional_keywords": [name for name, span in content.optional if not span],
        "missing_key_points": [name for name, span in content.key_points if not span],
        "embeddings": embeddings,
        "confidence": confidence,
    }
