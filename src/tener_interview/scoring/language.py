"""Language: what the engine has to know of a language, read from a data file of its own in languages/."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntFlag
from functools import cache
from pathlib import Path
from typing import Any

from .words import fold

_FOLDER = Path(__file__).with_name("languages")
#: Profiles of languages that are only recognised; see `Languages.others`.
_OTHERS = "others"
_ORDERS_IN = "en"


class Cue(IntFlag):
    """What a word or phrase is a sign of. One may be a sign of several things."""

    DETERMINER = 1
    PREPOSITION = 2
    SUBJECT = 4
    AUXILIARY = 8
    CONJUNCTION = 16
    FUNCTION = 32
    FILLER = 64
    NEGATOR = 128
    CLAUSE_START = 256
    FIRST_PERSON = 512
    NUMBER = 1024
    UNIT = 2048
    AIM = 4096
    CONSTRAINT = 8192
    CHECK = 16384
    SAFEGUARD = 32768
    REASON = 65536
    TRADE_OFF = 131072
    RESULT = 262144
    PEOPLE = 524288
    ACTION = 1048576
    SITUATION = 2097152
    HEDGE = 4194304
    VAGUE = 8388608
    DOWNGRADE = 16777216
    PRAISE = 33554432
    REFUSAL = 67108864
    INJECTION = 134217728
    COMMON = 268435456
    NO_NEGATION = 536870912
    #: Age, family, faith: mentioned or not, it must make no difference.
    PERSONAL = 1073741824
    #: What somebody says to know, to be good at, or to hold for important: none of it was shown by that.
    CLAIM = 2147483648


_GRAMMAR = {
    "determiners": Cue.DETERMINER | Cue.FUNCTION,
    "prepositions": Cue.PREPOSITION | Cue.FUNCTION,
    "subjects": Cue.SUBJECT | Cue.FUNCTION,
    "auxiliaries": Cue.AUXILIARY | Cue.FUNCTION,
    "conjunctions": Cue.CONJUNCTION | Cue.FUNCTION,
    "function_words": Cue.FUNCTION,
    "negators": Cue.NEGATOR | Cue.FUNCTION,
    "number_words": Cue.NUMBER,
    "clause_starts": Cue.CLAUSE_START,
    "first_person": Cue.FIRST_PERSON | Cue.FUNCTION,
    "personal": Cue.PERSONAL,
}
#: Found only as they are written: their stems are too short or too common to trust.
_EXACT = {
    **_GRAMMAR,
    "fillers": Cue.FILLER,
    "negation_exceptions": Cue.NO_NEGATION,
    "hedges": Cue.HEDGE,
    "vague": Cue.VAGUE,
    "downgrades": Cue.DOWNGRADE,
    "praise": Cue.PRAISE,
    "claims": Cue.CLAIM,
    "refusals": Cue.REFUSAL,
    "injection": Cue.INJECTION,
}
_STEMMED = {
    "units": Cue.UNIT,
    "aims": Cue.AIM,
    "constraints": Cue.CONSTRAINT,
    "checks": Cue.CHECK,
    "safeguards": Cue.SAFEGUARD,
    "reasons": Cue.REASON,
    "tradeoffs": Cue.TRADE_OFF,
    "results": Cue.RESULT,
    "people": Cue.PEOPLE,
    "actions": Cue.ACTION,
    "situation": Cue.SITUATION,
    "common": Cue.COMMON,
}

#: Endings and what takes their place, longest first; the number is how much of the word must remain.
Endings = tuple[tuple[str, str, int], ...]


@dataclass(frozen=True)
class Phrase:
    """Words in a row and what they are a sign of; `stems` or the words themselves are compared."""

    words: tuple[str, ...]
    exact: bool
    cue: Cue


@dataclass(frozen=True)
class Language:
    """One language. A language without data has no name, no cues, and words that are their own stems."""

    code: str
    name: str = ""
    exact: Mapping[str, Cue] = field(default_factory=dict)
    stemmed: Mapping[str, Cue] = field(default_factory=dict)
    #: By first word, longest first.
    phrases: Mapping[str, tuple[Phrase, ...]] = field(default_factory=dict)
    #: The first two words of each: what most places are not.
    pairs: frozenset[tuple[str, str]] = frozenset()
    contractions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: Short words written together with the next one by an apostrophe, as in "l'équipe".
    elisions: frozenset[str] = frozenset()
    #: Forms that no ending tells, and the word that each is a form of: "taught", "teach".
    irregular: Mapping[str, str] = field(default_factory=dict)
    spelling: Endings = ()
    stemming: tuple[Endings, ...] = ()
    undouble: bool = False
    #: Whether words are written together, so that a keyword may be a part of a longer word.
    compounds: bool = False
    #: How many words a negation reaches forwards, and backwards.
    negation_reach: int = 4
    negation_back: int = 0
    #: The negators that reach backwards, too.
    negators_back: frozenset[str] = frozenset()
    #: Whether a verb follows its subject at once, so that anything else after it is out of order.
    subject_first: bool = False
    #: Endings of verbs, which never follow an article or a preposition.
    finite_endings: tuple[str, ...] = ()
    #: "How", "approach": a question with one and without a past tense after it asks for what is done or would be.
    asks: frozenset[str] = frozenset()
    #: Words, and endings of words, that tell of what happened.
    happened: frozenset[str] = frozenset()
    happened_endings: tuple[str, ...] = ()
    #: Endings by which a verb says "I" or "we" by itself.
    own_endings: tuple[str, ...] = ()
    #: Whether a verb has its subject beside it, always.
    subjects_said: bool = False
    #: Endings by which a past tense is told, how near it stands to who did it, and words that only end alike.
    past_endings: tuple[str, ...] = ()
    past_reach: int = 0
    past_not: frozenset[str] = frozenset()
    _read: dict[str, tuple[str, int]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def known(self) -> bool:
        return bool(self.exact)

    def past(self, word: str) -> bool:
        """Whether a word by itself tells of what happened."""
        return word in self.happened or _ends(word, self.happened_endings)

    def own_past(self, word: str) -> bool:
        """Whether a word is what somebody did, if that somebody stands beside it."""
        return _ends(word, self.past_endings) and word not in self.past_not

    def read(self, word: str) -> tuple[str, int]:
        """The stem of a folded word, and what the word is a sign of (a sum of `Cue`)."""
        known = self._read.get(word)
        if known is None:
            known = self.stem(word), int(self._cue(word))
            if len(self._read) < _READINGS_KEPT:
                self._read[word] = known
        return known

    def cue(self, stem: str) -> int:
        """What the words of a stem are a sign of."""
        return int(self.exact.get(stem, _NO_CUE) | self.stemmed.get(stem, _NO_CUE))

    def stem(self, word: str) -> str:
        """The part of a folded word that its forms have in common; numbers are their own."""
        return self.root(self.irregular.get(word, word))

    def root(self, word: str) -> str:
        """The same by endings alone. Signs are looked up so: of "found" and "find" only one tells what was done."""
        if word[0].isdigit():
            return word
        for endings in (self.spelling, *self.stemming):
            word = _without_ending(word, endings)
            if self.undouble and len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeioulsz":
                word = word[:-1]
        return word

    def _cue(self, word: str) -> Cue:
        if word[0].isdigit():
            return Cue.NUMBER
        found = self.exact.get(word, _NO_CUE)
        return found | self.stemmed.get(word if found & Cue.FUNCTION else self.root(word), _NO_CUE)


_NO_CUE = Cue(0)
#: Shorter words end like a past tense by chance.
_PAST_LEAST = 4
#: Bounds what a stream of invented words can make a process remember.
_READINGS_KEPT = 50_000


@dataclass(frozen=True)
class Languages:
    """Every language with data, by its primary subtag (`en`)."""

    by_code: Mapping[str, Language]
    #: Common words to the codes of the languages that have them, those included that are only recognised.
    recognised: Mapping[str, tuple[str, ...]]

    def get(self, code: str) -> Language:
        """The language, or one without data."""
        return self.by_code.get(code) or Language(code)

    def name(self, code: str) -> str:
        """What a person calls it."""
        return self.by_code[code].name if code in self.by_code else f"\u201c{code}\u201d"


@cache
def load_languages() -> Languages:
    """Read every file in languages/, once in the life of the process."""
    documents = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(_FOLDER.glob("*.json"))}
    others: Mapping[str, str] = documents.pop(_OTHERS, {})
    orders = documents.get(_ORDERS_IN, {}).get("injection", "")
    languages = {code: _language(code, document, orders) for code, document in documents.items()}
    common: dict[str, list[str]] = {}
    for code, language in languages.items():
        for word, cue in language.exact.items():
            if cue & Cue.FUNCTION:
                common.setdefault(word, []).append(code)
    for code, listed in others.items():
        for word in listed.split():
            common.setdefault(fold(word), []).append(code)
    return Languages(languages, {word: tuple(codes) for word, codes in common.items()})


def _language(code: str, data: Mapping[str, Any], orders: str) -> Language:
    bare = Language(
        code,
        data["name"],
        irregular={
            _plain(form): _plain(word) for word, forms in data.get("irregular", {}).items() for form in forms.split()
        },
        spelling=_endings([*pair, 1] for pair in data.get("spelling", ())),
        stemming=tuple(_endings(step) for step in data["stemming"]),
        undouble=data.get("undouble", False),
    )
    exact: dict[str, Cue] = {}
    stemmed: dict[str, Cue] = {}
    phrases: list[Phrase] = []
    for name, cue in (*_EXACT.items(), *_STEMMED.items()):
        is_exact = name in _EXACT
        said = data.get(name, "")
        if cue is Cue.INJECTION:
            # Orders to a machine come in English in any language.
            said = f"{said} {orders}"
        for entry in said.split():
            words = tuple(_plain(word) for word in entry.split("_"))
            if len(words) > 1:
                phrases.append(Phrase(words if is_exact else tuple(map(bare.stem, words)), is_exact, cue))
                continue
            into, key = (exact, words[0]) if is_exact else (stemmed, bare.root(words[0]))
            into[key] = into.get(key, _NO_CUE) | cue
    # A stem that is a common word by itself would see it everywhere: "most" is not "mostly".
    for word, cue in exact.items():
        if cue & Cue.FUNCTION and word in stemmed and word not in _listed(data):
            del stemmed[word]
    firsts: dict[str, list[Phrase]] = {}
    for phrase in sorted(phrases, key=lambda each: (-len(each.words), each.words)):
        firsts.setdefault(phrase.words[0], []).append(phrase)
    return Language(
        code,
        data["name"],
        exact=exact,
        stemmed=stemmed,
        phrases={first: tuple(each) for first, each in firsts.items()},
        pairs=frozenset((phrase.words[0], phrase.words[1]) for phrase in phrases),
        contractions={word: tuple(said.split()) for word, said in data.get("contractions", {}).items()},
        elisions=frozenset(data.get("elisions", "").split()),
        irregular=bare.irregular,
        spelling=bare.spelling,
        stemming=bare.stemming,
        undouble=bare.undouble,
        compounds=data.get("compounds", False),
        negation_reach=data.get("negation_reach", 4),
        negation_back=data.get("negation_back", 0),
        negators_back=frozenset(data.get("negators_back", "").split()),
        subject_first=data.get("subject_first", False),
        finite_endings=tuple(data.get("finite_endings", "").split()),
        asks=frozenset(map(_plain, data.get("asks", "").split())),
        happened=frozenset(map(_plain, data.get("happened", "").split())),
        happened_endings=tuple(data.get("happened_endings", "").split()),
        own_endings=tuple(data.get("own_endings", "").split()),
        subjects_said=data.get("subjects_said", False),
        past_endings=tuple(data.get("past_endings", "").split()),
        past_reach=data.get("past_reach", 0),
        past_not=frozenset(map(_plain, data.get("past_not", "").split())),
    )


def _listed(data: Mapping[str, Any]) -> set[str]:
    return {entry for name in _STEMMED for entry in data.get(name, "").split()}


def _plain(word: str) -> str:
    return fold(word).replace("'", "").strip()


def _endings(rules: Iterable[list[Any]]) -> Endings:
    given = ((str(ending), str(instead), int(left)) for ending, instead, left in rules)
    return tuple(sorted(given, key=lambda rule: -len(rule[0])))


def _ends(word: str, past: tuple[str, ...]) -> bool:
    return len(word) >= _PAST_LEAST and word.endswith(past)


def _without_ending(word: str, endings: Endings) -> str:
    for ending, instead, left in endings:
        if word.endswith(ending) and len(word) - len(ending) >= left:
            return word[: len(word) - len(ending)] + instead
    return word


def primary(tag: str | None) -> str:
    """`en` of `en-US`, `EN_us` or `en` (the primary subtag of RFC 5646)."""
    return (tag or "").strip().replace("_", "-").split("-")[0].casefold()
