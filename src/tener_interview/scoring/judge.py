"""judge: what one answer is worth. The only place that has an opinion on answers; everything around it counts.

The seam for a second scorer: whatever takes (rule, transcript, language) and returns a Judgement can stand beside it.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

from . import integrity
from .arithmetic import Curve, on_curve, relative, rounded
from .content import Covered, cover
from .criteria import Rule
from .evidence import EXPLAINED, TOLD, tally, weigh
from .integrity import Judgeable
from .language import Cue, Language, load_languages, primary
from .manner import general_worth
from .part import PARTS, Part, Quote
from .result import NOT_SCORABLE, SCORED
from .speech import OTHER_SCRIPT, Speech, hear, plain_words, spoken_language, tokens
from .structure import meant_words, told_well
from .subject import Index, telling_stems
from .transcript import Transcript
from .words import has_letters

#: Counts up whenever the same transcript may score otherwise.
ENGINE_VERSION = "6"
#: Hours of speech. Bounds the time that one answer can take.
MAX_JUDGED_CHARS = 200_000
#: Fewer different words with a meaning say nothing that could be judged.
MIN_MEANT_WORDS = 8

#: The parts that count less in an answer of which little is on the subject, and by how much.
_GATED = ("evidence", "structure")
_GATE: Curve = ((0.0, 0.35), (0.5, 1.0))
_GATE_BY_QUESTION: Curve = ((0.85, 0.97), (1.0, 1.0))
#: How far the naming of keywords counts, by the evidence that comes with it: anybody can name them.
_SHOWN: Curve = ((0.05, 0.2), (0.6, 1.0))
#: What is left of an answer by the share of binding words that stand where nobody puts them.
_ORDER: Curve = ((0.15, 1.0), (0.22, 0.7), (0.3, 0.45), (0.45, 0.15))
_POOR_ORDER = 0.06
#: Above this, that keywords count a little less is no news.
_WORTH_SAYING = 0.8
#: What an answer that is little but a list of the rule's own words can come to.
_LIST_LEFT = 0.15
_LIST_REST = 0.4
_FAMILIAR, _STRANGE = 0.45, 0.3
_QUOTES_KEPT = 16


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


@dataclass(frozen=True)
class _Heard:
    """An answer made ready to be judged."""

    speech: Speech
    words: list[str]
    question: tuple[str, ...]
    share: float
    spoken: str
    #: The language that the answer should be in; empty where nothing tells.
    expected: str


def judge(rule: Rule, transcript: Transcript, language: str | None = None) -> Judgement:
    """Judge an answer that has a text; any text at all, and the same way every time.

    `language` is the one the interview is held in. `details` of a scored answer: `parts`, by name, each with `reached`
    (0..1), `weight` (its share, they add up to 1) and `points` (they add up to the score, to the last decimal);
    `evidence`, verbatim quotes with their character offsets, each naming the part it supports; `missing`, what the
    answer lacks, by part, in words; the matched and missing keywords and key points; `language`, `confidence`, word
    counts. In place of them, an answer that cannot be scored has `reason_code`.
    """
    text = (transcript.text or "")[:MAX_JUDGED_CHARS]
    heard = _listen(rule, transcript, text, language)
    speech = heard.speech
    rule = rule.read_as(speech.language.code)
    question = frozenset(heard.question)
    vocabulary = rule.vocabulary
    listing = any(integrity.enumerates(each.text) for each in rule.references)
    sifted = integrity.judgeable(speech, heard.question, rule.keyword_stems, told=not listing)
    flags, reasons = list(sifted.flags), list(sifted.reasons)
    details: dict[str, Any] = {
        "engine_version": ENGINE_VERSION, "language": heard.spoken or None,
        # What the provider says; scoring the stored transcript again needs it.
        "language_tag": transcript.language, "word_count": len(speech),
    }
    meant, before = meant_words(speech, sifted.ignored), meant_words(speech, [False] * len(speech))
    details["meaningful_words"] = meant
    refusal = _refusal(rule, heard, question, text, meant, before)
    listed = integrity.KEYWORD_LIST in sifted.flags and meant < max(MIN_MEANT_WORDS, _LIST_REST * before)
    if listed and (refusal is None or refusal.code == "too_little"):
        refusal, sifted = None, Judgeable([False] * len(speech), sifted.flags, sifted.reasons)
        meant = meant_words(speech, sifted.ignored)
    story = not rule.references
    if refusal is None:
        found = tally(speech, sifted.ignored, general_worth(transcript.title, speech.language.code) if story else 1.0)
        evidence = weigh(found, TOLD if story else EXPLAINED, speech)
        bare = speech.language.known and story
        around = found.around(speech.stems, sifted.ignored, rule.keyword_stems) if bare else ()
        index = Index(speech, sifted.ignored, around)
        shown = on_curve(_SHOWN, evidence.reached) if bare else 1.0
        covered = cover(rule.required, rule.optional, rule.key_points, rule.references, speech, index, shown)
        relevance, on_topic = _relevance(rule, speech, index, question, covered)
        if not on_topic:
            flags.append(integrity.OFF_TOPIC)
            reasons.append("Speaks of something else than the question and its criteria.")
            if relevance.reached == 0 and not covered.matched and not rule.references:
                refusal = Refusal("off_topic", "Nothing in the answer belongs to the question: nothing to score.")
    if refusal is not None:
        details["reason_code"] = refusal.code
        raised = [*flags, *([refusal.flag] if refusal.flag and refusal.flag not in flags else [])]
        return Judgement(None, NOT_SCORABLE, (refusal.said, *reasons), tuple(raised), details, 0.0)
    if shown < _WORTH_SAYING and (rule.required or rule.optional):
        reasons.append("Naming topics counts less because little is shown with them.")
    gate = on_curve(_GATE if vocabulary else _GATE_BY_QUESTION, relevance.reached)
    structure = told_well(found, speech, meant, rule.standard.rubric, story=story)
    disorder = integrity.disorder(speech, sifted.ignored)
    order = on_curve(_ORDER, disorder)
    kept = order * (_LIST_LEFT if listed else 1.0)
    if order < 1:
        flags.append(integrity.WORD_ORDER)
        reasons.append("The words do not stand in the order of speech; listen to the recording.")
    parts = {
        each.name: replace(each, reached=each.reached * kept * (gate if each.name in _GATED else 1.0))
        for each in (covered.part, evidence, relevance, structure)
    }
    if gate < 1:
        reasons.append("Evidence counts less because little of the answer is on the subject.")
    weights = _shares(rule, speech.language)
    points = {name: rounded(100 * weight * min(1.0, parts[name].reached), 1) for name, weight in weights.items()}
    confidence = _confidence(rule, heard, disorder, text, transcript, flags, reasons, language)
    judged = [parts[name] for name in weights]
    details |= {
        "parts": {
            name: {
                "reached": rounded(parts[name].reached, 3), "weight": rounded(weight, 3), "points": points[name],
            }
            for name, weight in weights.items()
        },
        "evidence": [_shown(quote, speech) for part in judged for quote in part.quotes][:_QUOTES_KEPT],
        "missing": [{"part": part.name, "text": said} for part in judged for said in part.missing],
        "matched_keywords": list(covered.matched),
        "missing_keywords": list(covered.missing_required),
        "missing_optional_keywords": list(covered.missing_optional),
        "missing_key_points": list(covered.missing_points),
        "confidence": confidence,
    }
    return Judgement(
        score=rounded(min(100.0, math.fsum(points.values())), 1),
        status=SCORED,
        reasons=(*(reason for part in judged for reason in part.reasons), *reasons),
        flags=tuple(dict.fromkeys(flags)),
        details=details,
        confidence=confidence,
    )


@dataclass(frozen=True)
class Refusal:
    """Why there is nothing to judge: better no score than a wrong one."""

    code: str
    said: str
    flag: str | None = None


def _listen(rule: Rule, transcript: Transcript, text: str, interview: str | None) -> _Heard:
    """Find out which language is spoken, and hear the answer in it."""
    languages = load_languages()
    heard = tokens(text)
    words = [word for _, word, _, _ in heard]
    spoken, share = spoken_language(words, languages)
    # Without anything to look for, criteria of another language are no hindrance.
    written_in = rule.language if rule.has_content else None
    expected = written_in or title_language(transcript.title) or primary(interview)
    heard_as = languages.get(spoken or expected or primary(transcript.language) or "en")
    speech = hear(text, heard_as, heard)
    question = question_stems(transcript.title, heard_as.code)
    return _Heard(speech, words, question, share, spoken, expected)


@lru_cache(maxsize=4_096)
def question_stems(title: str, code: str) -> tuple[str, ...]:
    """The stems of a question, in order."""
    return tuple(hear(title, load_languages().get(code)).stems)


@lru_cache(maxsize=4_096)
def title_language(title: str) -> str:
    """The language of a question; empty where it is too short to tell."""
    words = plain_words(title, Language(""))
    code, share = spoken_language(words, load_languages())
    if code == OTHER_SCRIPT:
        return code
    return code if len(words) >= 3 and share >= _SURE_TITLE else ""


_SURE_TITLE = 0.25


def _refusal(
    rule: Rule, heard: _Heard, question: Collection[str], text: str, meant: int, before: int
) -> Refusal | None:
    speech, by_reference = heard.speech, bool(rule.references)
    if not has_letters(text) or not len(speech):
        return Refusal("no_words", "The transcript has no words in it, so there is nothing to score; listen to it.")
    expected = heard.expected
    languages = load_languages()
    sure = len(heard.words) >= _TELLS_LANGUAGE and heard.share >= _SURE_LANGUAGE
    sure = sure or (heard.spoken == OTHER_SCRIPT and expected in languages.by_code)
    if expected and heard.spoken and heard.spoken != expected and sure:
        said = (
            f"The answer is in {languages.name(heard.spoken)}, the criteria are in {languages.name(expected)}:"
            " it cannot be scored with them."
        )
        return Refusal("wrong_language", said, integrity.LANGUAGE_MISMATCH)
    if not speech.language.known and not rule.has_content:
        said = f"Nothing is known of {languages.name(speech.language.code)}, and no criteria name topics to look for."
        return Refusal("unknown_language", said)
    novel = {
        stem for place, stem in enumerate(speech.stems) if speech.is_content(place) and stem not in question
    }
    if speech.language.known and len(speech) >= 4:
        known = integrity.familiar(speech, rule.vocabulary, question)
        strange = heard.share < _HARDLY_BOUND and known < _FAMILIAR
        if strange or known < _STRANGE:
            return Refusal("not_language", "The transcript does not read as language; listen to the recording.")
    figures = any(cue & _NUMBER for cue in speech.cues)
    # Beside a model answer a figure may be all of it.
    meant += len({stem for stem, cue in zip(speech.stems, speech.cues, strict=True) if cue & _NUMBER}) * by_reference
    echoes = before >= _ECHO_LEAST and len(novel) < max(5, 0.35 * before) and before - len(novel) >= 0.5 * before
    if echoes and (not by_reference or not (novel or figures)):
        return Refusal("question_read_back", "The answer only says the question again.", integrity.PARROTING)
    if meant < rule.least_meant_words:
        counted = "1 word with a meaning" if meant == 1 else f"{meant} words with a meaning"
        return Refusal("too_little", f"The transcript has only {counted}, too few to score; listen to the recording.")
    refused = any(cue & _REFUSES for _, _, cue in speech.phrases)
    if refused and meant < _REFUSAL_WORDS:
        return Refusal("no_answer", "The candidate says that there is no answer to give.")
    return None


_EVERYDAY = int(Cue.FUNCTION | Cue.COMMON | Cue.NUMBER)
_REFUSES, _NUMBER, _FUNCTION = int(Cue.REFUSAL), int(Cue.NUMBER), int(Cue.FUNCTION)
_REFUSAL_WORDS = 14
_TELLS_LANGUAGE, _SURE_LANGUAGE, _HARDLY_BOUND, _ECHO_LEAST = 6, 0.2, 0.2, 3


def _relevance(
    rule: Rule, speech: Speech, index: Index, question: frozenset[str], covered: Covered
) -> tuple[Part, bool]:
    """How much of the answer is on the subject, and whether it is on the subject at all."""
    asked = {stem for stem in telling_stems(speech) & question if stem in index.places}
    named = [stem for stem in index.places if stem in rule.vocabulary and stem not in asked]
    quotes = tuple(
        Quote("relevance", speech.words[places[0]], *speech.quote(places[0], places[0]))
        for places in sorted(index.places[stem] for stem in {*named, *asked})[:2]
    )
    if math.fsum(rule.vocabulary.values()) < _TELLING_VOCABULARY:
        general = {stem for stem in question if stem in index.places} - asked
        general = {stem for stem in general if not speech.language.cue(stem) & _FUNCTION}
        reached = _UNTOLD + (1 - _UNTOLD) * min(1.0, (len(asked) + 0.5 * len(general)) / _WANTED_OF_QUESTION)
        told = "No criteria tell what the answer should be about; judged by the words of the question."
        return Part("relevance", reached, (told,), quotes), True
    hits = len(asked) + math.fsum(rule.vocabulary[stem] for stem in named)
    if hits < _WANTED_HITS:
        wanted = {*rule.vocabulary, *(stem for stem in question if not speech.language.cue(stem) & _EVERYDAY)}
        hits = max(hits, min(_WANTED_HITS / 2, hits + _KIN * len(index.kin(wanted))))
    reached = min(1.0, hits / _WANTED_HITS)
    rival = max((sum(stem in index.places for stem in other) for other in rule.rivals), default=0)
    elsewhere = rival >= _RIVAL_LEAST and rival > 2 * hits
    known = on_curve(_TELLS, math.fsum(rule.vocabulary.values()))
    absent = hits < _ON_TOPIC_HITS * known
    on_topic = not (elsewhere or absent) or covered.part.reached >= _PLENTY
    if on_topic or not elsewhere:
        # Few words of the subject are known: that none of them is said tells little.
        reached = max(reached, known * reached + (1 - known) * _BENEFIT)
    told = f"{len(asked) + len(named)} of its words belong to the question or its criteria."
    return Part("relevance", reached, (told,), quotes), on_topic


_TELLING_VOCABULARY = 2
_WANTED_HITS, _ON_TOPIC_HITS = 3.0, 1.0
#: The words of a question alone are a poor test of what belongs to it: no answer loses much by them.
_UNTOLD, _WANTED_OF_QUESTION = 0.85, 2.0
_RIVAL_LEAST, _PLENTY = 4, 0.6
#: How far the words of a rule tell what belongs to it, by how many they are.
_TELLS: Curve = ((2.0, 0.4), (8.0, 1.0))
_BENEFIT = 0.75
#: What a word akin to one that is looked for counts beside that word itself.
_KIN = 0.5


def _shares(rule: Rule, language: Language) -> dict[str, float]:
    """Each part's share of the score. One without weight, or with nothing to look for, leaves it to the others."""
    weights: dict[str, float] = asdict(rule.standard.weights)
    if not rule.has_content:
        left = weights.pop("content")
        # What cannot be compared with anything must be shown all the more.
        weights["evidence"] += left if weights["evidence"] else 0.0
    elif not language.known:
        weights = {"content": 1.0}
    elif weights["content"] and not rule.own_weights:
        # What is right, where something tells, counts more than how it is shown.
        rate = _LENT_TO_REFERENCE if rule.references else _LENT_TO_POINTS if rule.key_points else {}
        lent = {name: weights[name] * share for name, share in rate.items()}
        weights |= {name: weights[name] - each for name, each in lent.items()}
        weights["content"] += math.fsum(lent.values())
    shares = relative(weights) or dict.fromkeys(weights, 1.0)
    whole = math.fsum(shares.values())
    return {name: shares[name] / whole for name in PARTS if name in shares}


#: The share of the other parts' weights that goes to content.
_LENT_TO_REFERENCE = {"evidence": 0.95, "relevance": 0.95, "structure": 0.95}
_LENT_TO_POINTS = {"evidence": 0.25}


def _shown(quote: Quote, speech: Speech) -> dict[str, Any]:
    return {
        "part": quote.part, "about": quote.about, "quote": speech.text[quote.start : quote.end],
        "start": quote.start, "end": quote.end,
    }


def _confidence(
    rule: Rule, heard: _Heard, disorder: float, text: str, transcript: Transcript, flags: list[str],
    reasons: list[str], language: str | None,
) -> float:
    """How far the transcript bears a score, with what a recruiter should know before trusting it."""
    confidence = 1.0
    if disorder > _POOR_ORDER:
        confidence *= 0.7
        flags.append(integrity.POOR_TRANSCRIPT)
        reasons.append("Signs of a poor transcript: words stand where no speaker would put them.")
    if not heard.speech.language.known:
        confidence *= 0.6
        flags.append("content_only")
        reasons.append("Nothing is known of this language: only the content was judged, word by word.")
    if not rule.has_content:
        flags.append("no_content_criteria")
        reasons.append("No criteria name topics for this question: only how it shows what it claims was judged.")
    if len(transcript.text or "") > MAX_JUDGED_CHARS:
        confidence *= 0.8
        flags.append("cut_for_judging")
        reasons.append(f"Judged by its first {MAX_JUDGED_CHARS:,} characters.")
    if any(pattern.search(text) for pattern in rule.standard.disallowed):
        flags.append("disallowed_wording")
        reasons.append("Holds wording that the criteria disallow.")
    tagged, expected = primary(transcript.language), primary(language)
    if tagged and expected and tagged != expected:
        flags.append(integrity.LANGUAGE_MISMATCH)
        said = f"The answer is in \u201c{tagged}\u201d, the interview in \u201c{expected}\u201d: check the score."
        reasons.append(said)
    return rounded(confidence, 2)
