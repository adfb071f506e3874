"""judge: what one answer is worth. One pipeline: tokens, mask, content and evidence, weights, explanation."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ..arithmetic import on_curve, relative, rounded
from ..criteria.criteria import Rule
from ..languages.language import Cue, Language, load_languages
from ..languages.tags import primary
from ..languages.words import KNOWN_SHARE, SURE_SHARE, detect_language, folded_words, split_words
from ..transcripts.transcript import Transcript
from . import evidence, mask, weights
from .content import Covered, Index, Reading, Vectors, about, cover, read
from .explanation import Statement, explain
from .result import NOT_SCORABLE, SCORED
from .tokens import EMPTY, Tokens, tokens
from .weights import ENGINE_VERSION as ENGINE_VERSION

OFF_TOPIC, LANGUAGE_MISMATCH, POOR_TRANSCRIPT = "off_topic", "language_mismatch", "poor_transcript"
DISALLOWED, UNKNOWN_LANGUAGE, CUT = "disallowed_wording", "content_only", "cut_for_judging"
SHORT = "short_answer"
#: What a score of evidence is made of, each kind's share of it.
_SHARES: Mapping[str, float] = weights.EVIDENCE


@dataclass(frozen=True)
class Judgement:
    """What is said of one answer; the fields are those of QuestionScore."""

    score: float | None
    status: str
    reasons: tuple[str, ...]
    flags: tuple[str, ...]
    details: dict[str, Any]
    #: 0..1: how far the transcript bears the score.
    confidence: float = 1.0
    #: Kinds and keys of what was told, by which the same story is known in another answer.
    told: frozenset[tuple[str, str]] = field(default=frozenset(), compare=False)
    #: What each figure counts, by the stem of its noun, as it was said.
    figures: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    statements: tuple[Statement, ...] = field(default=(), compare=False)


def judge(
    rule: Rule, transcript: Transcript, language: str | None = None, *, rivals: Sequence[Rule] = (),
    vectors: Vectors | None = None, told: Collection[tuple[str, str]] = (),
) -> Judgement:
    """Judge an answer that has a text; any text at all, and the same way every time.

    `language` is the one the interview is held in, `rivals` the rules of other questions, `vectors` of the texts that
    `meaning.texts` names, where there is an embeddings server, and `told` what another answer told already. `details`
    of a scored answer: `parts`, by name, each with `reached` (0..1), `weight` (they add up to 1) and `points` (they add
    up to the score, to the last decimal); `evidence`, verbatim quotes with their character offsets; `missing`, what was
    looked for and not found. In place of them, an answer that cannot be scored has `reason_code`.
    """
    text = (transcript.text or "")[: weights.LONGEST]
    words = split_words(text)
    spoken, expected, share = _language(rule, transcript, [word.folded for word in words], language)
    said = tokens(text, load_languages().get(spoken), words)
    foreign = bool(rule.asked and expected) and expected != spoken
    question = _stems(transcript.title, spoken)
    reading = read(rule.asked, transcript.title, spoken)
    masked = mask.mask(
        said, question, reading.keywords, lists=not reading.lists, echo=not reading.references
    )
    details: dict[str, Any] = {
        "engine_version": ENGINE_VERSION, "language": spoken or None,
        # What the provider says; scoring the stored transcript again needs it.
        "language_tag": transcript.language, "word_count": len(said),
    }
    found = evidence.signs(said, masked.ignored, told)
    if refusal := _refusal(said, reading, found, foreign, set(question)):
        code, why = refusal
        flagged = () if code == "unknown_language" else masked.flags
        return Judgement(None, NOT_SCORABLE, (why,), flagged, {**details, "reason_code": code}, 0.0)
    flags = [*masked.flags]
    disorder = mask.disorder(said, masked.ignored)
    kept = on_curve(weights.ORDER, disorder)
    if kept < 1:
        flags.append(mask.WORD_ORDER)
    kept *= weights.TAKEN_BACK ** min(2, len(masked.taken_back))
    reached = {kind: kept * evidence.reached(found, kind) for kind in evidence.KINDS}
    shown = math.fsum(_SHARES[kind] * reached[kind] for kind in _SHARES)
    asked = rule.asked and not foreign
    covered = Covered(0.0)
    if asked:
        index = Index(said, masked.ignored)
        told_with = min(1.0, shown / weights.ALL) if said.language.known and not rule.asked.references else 1.0
        covered = cover(rule.asked, reading, index, told_with, shown, vectors or {})
        listed = weights.LIST_LEFT if masked.listed > 1 / 2 else 1.0
        reached["content"] = kept * listed * covered.reached
    shares = _shares(rule, bool(asked), said.language)
    parts = {name: reached[name] for name in shares}
    points = {name: rounded(100 * share * min(1.0, parts[name]), 1) for name, share in shares.items()}
    if foreign:
        flags.append(LANGUAGE_MISMATCH)
    if _elsewhere(said, reading, rivals, spoken):
        flags.append(OFF_TOPIC)
    confidence = _confidence(rule, transcript, said, share, disorder, foreign, flags)
    statements = explain(
        said, found, covered if asked else None, masked.taken_back, flags,
        language=expected, evidence=evidence.PARTICULARS in shares, whole=not any(masked.ignored),
    )
    details |= {
        "parts": {
            name: {"reached": rounded(parts[name], 3), "weight": rounded(shares[name], 3), "points": points[name]}
            for name in shares
        },
        "evidence": [quote for each in statements if each.found for quote in each.quotes],
        "missing": [{"part": each.part, "text": each.text} for each in statements if not each.found],
        "matched_keywords": [name for name, hit in (*covered.required, *covered.optional) if hit],
        "missing_keywords": [name for name, hit in covered.required if not hit],
        "missing_optional_keywords": [name for name, hit in covered.optional if not hit],
        "missing_key_points": [name for name, hit in covered.points if not hit],
        "embeddings": bool(vectors),
        "confidence": confidence,
    }
    return Judgement(
        score=rounded(min(100.0, math.fsum(points.values())), 1),
        status=SCORED,
        reasons=tuple(each.text for each in statements if each.found),
        flags=tuple(dict.fromkeys(flags)),
        details=details,
        confidence=confidence,
        told=frozenset((sign.kind, sign.key) for sign in found if sign.kind in evidence.TELLING),
        figures=tuple(evidence.figures(said, found)),
        statements=statements,
    )


def _language(rule: Rule, transcript: Transcript, words: list[str], interview: str | None) -> tuple[str, str, float]:
    """The language that is spoken, the one that the answer should be in (empty where nothing tells), and the share of
    the spoken language's common words. A language without data is taken as it is named."""
    languages = load_languages()
    expected = (rule.language if rule.asked else None) or _title_language(transcript.title) or primary(interview)
    spoken, share = detect_language(words, languages, expected)
    named = primary(interview) or primary(transcript.language)
    if named and not languages.get(named).known and share < 2 * SURE_SHARE:
        return named, expected, share
    if share < (KNOWN_SHARE if len(words) >= weights.SEVERAL else 2 * SURE_SHARE):
        return expected or primary(transcript.language) or "en", expected, share
    # Languages of one family share words: another one than expected has to be plain.
    other = share >= SURE_SHARE or not expected
    return spoken if other or spoken == expected else expected, expected, share


@lru_cache(maxsize=4_096)
def _title_language(title: str) -> str:
    words = folded_words(title, Language(""))
    code, share = detect_language(words, load_languages())
    return code if len(words) > 2 and share >= SURE_SHARE else ""


@lru_cache(maxsize=4_096)
def _stems(title: str, code: str) -> tuple[str, ...]:
    """The stems of a question, in order."""
    return tuple(tokens(title, load_languages().get(code)).stems)


_UNKNOWN = int(Cue.UNKNOWN)


def _common_share(said: Tokens) -> float:
    """How many of the words are common ones of the language that the answer was read in."""
    common, code = load_languages().common, said.language.code
    return sum(code in common.get(word, ()) for word in said.words) / len(said.words)


def _refusal(
    said: Tokens, reading: Reading, found: Sequence[evidence.Sign], foreign: bool, question: Collection[str]
) -> tuple[str, str] | None:
    """Why there is nothing to judge: nothing is said, only that there is no answer, or nothing that can be read."""
    meant = {stem for stem, cue in zip(said.stems, said.cues, strict=True) if not cue & EMPTY} - set(question)
    if not any(map(str.isalnum, said.text)):
        return "no_words", "The transcript has no words in it, so there is nothing to score; listen to it."
    told = any(sign.kind in evidence.TELLING and sign.worth >= weights.LESSER for sign in found)
    if any(cue & _UNKNOWN for _, _, cue in said.phrases) and not told and len(meant) <= 2 * weights.FEW:
        return "no_answer", "The candidate says that there is no answer to give."
    if len(meant) < 2 and not told and not meant & reading.vocabulary:
        return "too_little", "Next to nothing is said in the transcript, so there is nothing to score; listen to it."
    if said.language.known:
        unlike = len(said) > 2 * weights.SEVERAL and not reading.vocabulary and _common_share(said) < KNOWN_SHARE
    else:
        unlike = not found and (foreign or not reading.vocabulary)
    if unlike:
        return "unknown_language", "The transcript is in a language that is not known here, or in none; listen to it."
    return None


def _shares(rule: Rule, asked: bool, language: Language) -> dict[str, float]:
    """Each part's share of the score. Without anything to look for, or weight of its own, a part leaves its share."""
    weighed = _content_and_evidence(rule)
    if not asked:
        weighed["content"] = 0.0
    if not language.known:
        weighed = {"content": float(asked), "evidence": float(not asked)}
    shares = relative(weighed) or {"evidence": 1.0}
    whole = math.fsum(shares.values())
    parts = {"content": shares["content"] / whole} if "content" in shares else {}
    if "evidence" in shares:
        # Figures and names need no words of a language; nothing else can be told in one that is not known.
        kinds = _SHARES if language.known else {evidence.PARTICULARS: 1.0}
        parts |= {kind: share * shares["evidence"] / whole for kind, share in kinds.items()}
    return parts


def _content_and_evidence(rule: Rule) -> dict[str, float]:
    """The weights that the file gives; else by what is asked for: beside a reference there is no story to tell."""
    if rule.weights:
        return {"content": rule.weights.content, "evidence": rule.weights.evidence}
    kind = "references" if rule.asked.references else "key_points" if rule.asked.key_points else "keywords"
    return {"content": weights.CONTENT[kind], "evidence": 1 - weights.CONTENT[kind]}


def _elsewhere(said: Tokens, reading: Reading, rivals: Sequence[Rule], code: str) -> bool:
    """Whether what another question asks for fits far better; without anything asked for, nothing tells."""
    if not reading.vocabulary:
        return False
    own = about(said, reading.vocabulary)
    others = (read(rule.asked, "", code).vocabulary - reading.vocabulary for rule in rivals if rule.asked)
    return max((about(said, other) for other in others), default=0) >= max(weights.BESIDE, 2 * own + 1)


def _confidence(
    rule: Rule, transcript: Transcript, said: Tokens, share: float, disorder: float, foreign: bool, flags: list[str]
) -> float:
    """How far the transcript bears a score; raises the flags that say why it does not."""
    confidence = 1.0
    strange = len(said) >= 2 * weights.SEVERAL and share < KNOWN_SHARE / 2 and said.language.known
    if strange or disorder >= weights.ORDER[0][0] / 2:
        flags.append(POOR_TRANSCRIPT)
        confidence *= weights.UNSURE
    if len(said) < weights.SEVERAL or sum(not cue & EMPTY for cue in said.cues) < weights.FEW:
        flags.append(SHORT)
        confidence *= weights.UNSURE
    if not said.language.known:
        flags.append(UNKNOWN_LANGUAGE)
        confidence *= weights.UNSURE
    if foreign:
        confidence *= weights.UNSURE
    if len(transcript.text or "") > weights.LONGEST:
        flags.append(CUT)
        confidence *= weights.UNSURE
    if any(pattern.search(said.text) for pattern in rule.disallowed):
        flags.append(DISALLOWED)
    return rounded(confidence, 2)
