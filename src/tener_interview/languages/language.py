"""Language: what the scorer has to know of a language, read from a data file of its own in data/."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntFlag, auto
from functools import cache
from pathlib import Path
from typing import Any

from .folding import fold

_FOLDER = Path(__file__).with_name("data")


class Cue(IntFlag):
    """What a word or phrase is; one may be several things."""

    DETERMINER = auto()
    PREPOSITION = auto()
    SUBJECT = auto()
    AUXILIARY = auto()
    CONJUNCTION = auto()
    FUNCTION = auto()
    NEGATOR = auto()
    #: Who speaks, as the subject of a verb: "I", "we".
    SELF = auto()
    #: "Have" and the like, without which a participle tells nothing that happened.
    HAVE = auto()
    #: A verb in the past by itself, a participle, and a verb whose ending says "I" or "we".
    PAST = auto()
    PARTICIPLE = auto()
    OWN = auto()
    #: What follows "I" and is nothing that somebody did: to be, to think, to be able.
    NO_STEP = auto()
    #: "Usually", "would": what stands beside it happens always or never happened.
    HABIT = auto()
    NUMBER = auto()
    DATE = auto()
    #: "Since then", "in the end": what came of it stands beside it.
    OUTCOME = auto()
    #: "After that", "the next day": something came then, whatever it was.
    AFTERWARDS = auto()
    #: "Since": what came of it, where a date follows.
    SINCE = auto()
    REASON = auto()
    FILLER = auto()
    UNKNOWN = auto()
    ORDER = auto()
    TAKEN_BACK = auto()
    NEVER = auto()
    #: A past that is a present, too: it counts, and is not quoted.
    UNSURE = auto()
    #: "To", before a verb that nobody is said to have done; "was", before one that somebody else did.
    INFINITIVE = auto()
    PASSIVE = auto()
    #: "Finished", "shipped": denied, they take a story back.
    COMPLETION = auto()
    #: How things were: "was", "had".
    STATE = auto()
    #: "That", "who": what follows is of somebody or something else.
    RELATIVE = auto()
    #: Age, family, faith: mentioned or not, it must make no difference.
    PERSONAL = auto()
    #: "My name", "I was born": what follows is about the speaker's person and life.
    PRIVATE = auto()
    #: "Said", "thinks", "wanted": what follows is somebody's word, not something that happened.
    SAYS = auto()
    #: A noun that names a quality rather than a thing.
    ABSTRACT = auto()


#: The lists of a language file and what their entries are; the words of an entry are joined by "_".
LISTS: dict[str, int] = {
    "determiners": int(Cue.DETERMINER | Cue.FUNCTION),
    "prepositions": int(Cue.PREPOSITION | Cue.FUNCTION),
    "subjects": int(Cue.SUBJECT | Cue.FUNCTION),
    "auxiliaries": int(Cue.AUXILIARY | Cue.FUNCTION),
    "conjunctions": int(Cue.CONJUNCTION | Cue.FUNCTION),
    "function_words": int(Cue.FUNCTION),
    "negators": int(Cue.NEGATOR | Cue.FUNCTION),
    "relatives": int(Cue.RELATIVE | Cue.FUNCTION),
    "self": int(Cue.SELF | Cue.FUNCTION),
    "have": int(Cue.HAVE | Cue.FUNCTION),
    "past": int(Cue.PAST),
    "participles": int(Cue.PARTICIPLE),
    "own": int(Cue.OWN),
    "states": int(Cue.STATE),
    "no_step": int(Cue.NO_STEP),
    "habit": int(Cue.HABIT),
    "numbers": int(Cue.NUMBER),
    "dates": int(Cue.DATE),
    "outcome": int(Cue.OUTCOME),
    "afterwards": int(Cue.AFTERWARDS),
    "since": int(Cue.SINCE | Cue.FUNCTION),
    "reasons": int(Cue.REASON),
    "fillers": int(Cue.FILLER),
    "unknown": int(Cue.UNKNOWN),
    "orders": int(Cue.ORDER),
    "taken_back": int(Cue.TAKEN_BACK),
    "personal": int(Cue.PERSONAL),
    "private": int(Cue.PRIVATE),
    "says": int(Cue.SAYS),
    "never": int(Cue.NEVER),
    "unsure": int(Cue.UNSURE),
    "infinitive": int(Cue.INFINITIVE | Cue.FUNCTION),
    "passive": int(Cue.PASSIVE),
    "completions": int(Cue.COMPLETION),
}
_FUNCTION = int(Cue.FUNCTION)
_TEXTS = {*LISTS, "name", "elisions", "past_endings", "past_not", "participle_endings", "participle_pattern",
          "own_endings", "own_not", "number_parts", "abstract_endings", "present_endings"}
#: Every other member of a language file and its type.
_OTHERS: dict[str, type] = {
    "contractions": dict, "irregular": dict, "spelling": list, "stemming": list, "undouble": bool, "compounds": bool,
    "subject_first": bool,
}

#: Words whose reading is remembered, so that a stream of invented ones cannot fill the memory.
READINGS_KEPT = 50_000

#: Endings, what takes their place, and how much of the word must remain; longest first.
Endings = tuple[tuple[str, str, int], ...]


@dataclass(frozen=True)
class Language:
    """One language. One without data has no name, no cues, and words that are their own stems."""

    code: str
    name: str = ""
    exact: Mapping[str, int] = field(default_factory=dict)
    #: Phrases by their first word, longest first, and what they are.
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], int], ...]] = field(default_factory=dict)
    contractions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: Short words written together with the next one by an apostrophe, as in "l'équipe".
    elisions: frozenset[str] = frozenset()
    #: Forms that no ending tells, and the word that each is a form of.
    irregular: Mapping[str, str] = field(default_factory=dict)
    stemming: tuple[Endings, ...] = ()
    undouble: bool = False
    #: Whether words are written together, so that a keyword may be a part of a longer word.
    compounds: bool = False
    #: Whether a verb follows its subject at once, so that anything else after it is out of order.
    subject_first: bool = False
    #: Endings by which a verb says "I" or "we" in the present; where there are none, any word after "I" may be one.
    present_endings: tuple[str, ...] = ("",)
    #: Patterns of whole words, and what they are.
    patterns: tuple[tuple[re.Pattern[str], int], ...] = ()
    _read: dict[str, tuple[str, int]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def known(self) -> bool:
        return bool(self.exact)

    def read(self, word: str) -> tuple[str, int]:
        """The stem of a folded word, and what the word is (a sum of `Cue`)."""
        known = self._read.get(word)
        if known is None:
            known = self.stem(word), self._cue(word)
            if len(self._read) < READINGS_KEPT:
                self._read[word] = known
        return known

    def stem(self, word: str) -> str:
        """The part of a folded word that its forms have in common; numbers are their own."""
        word = self.irregular.get(word, word)
        if word[0].isdigit():
            return word
        for endings in self.stemming:
            for ending, instead, left in endings:
                if word.endswith(ending) and len(word) - len(ending) >= left:
                    word = word[: len(word) - len(ending)] + instead
                    break
            if self.undouble and len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeioulsz":
                word = word[:-1]
        return word

    def _cue(self, word: str) -> int:
        if word[0].isdigit():
            return int(Cue.NUMBER)
        found = self.exact.get(word, 0)
        if found & _FUNCTION:
            return found
        return found | sum(cue for pattern, cue in self.patterns if not found & cue and pattern.fullmatch(word))


@dataclass(frozen=True)
class Languages:
    """Every language with data, by its primary subtag (`en`)."""

    by_code: Mapping[str, Language]
    #: Common words to the codes of the languages that have them.
    common: Mapping[str, tuple[str, ...]]

    def get(self, code: str) -> Language:
        """The language, or one without data."""
        return self.by_code.get(code) or Language(code)

    def name(self, code: str) -> str:
        """What a person calls it."""
        return self.by_code[code].name if code in self.by_code else f"\u201c{code}\u201d"


@cache
def load_languages() -> Languages:
    """Read every file in data/, once in the life of the process. Raises ValueError for one of another shape."""
    documents = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(_FOLDER.glob("*.json"))}
    # Orders to a machine come in English in any language, and of a short "no idea" nothing tells the language.
    unknown = " ".join(document.get("unknown", "") for document in documents.values())
    everywhere = {"orders": documents["en"]["orders"], "unknown": unknown}
    languages = {code: language_of(code, document, everywhere) for code, document in documents.items()}
    common: dict[str, tuple[str, ...]] = {}
    for code, language in languages.items():
        for word, cue in language.exact.items():
            if cue & _FUNCTION:
                common[word] = (*common.get(word, ()), code)
    return Languages(languages, common)


def language_of(code: str, data: Mapping[str, Any], everywhere: Mapping[str, str]) -> Language:
    """A language of its file. Raises ValueError that names every member that is strange or of the wrong type."""
    strange = [
        name for name, value in data.items() if not isinstance(value, str if name in _TEXTS else _OTHERS.get(name, ()))
    ]
    if strange or "name" not in data:
        names = ', '.join(strange or ['name'])
        raise ValueError(f"languages/data/{code}.json: {names}: not a member of its right type")
    exact: dict[str, int] = {}
    phrases: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    for name, cue in LISTS.items():
        for entry in f"{data.get(name, '')} {everywhere.get(name, '')}".split():
            first, *rest = words = tuple(plain(word) for word in entry.split("_"))
            if rest:
                phrases.setdefault(first, []).append((words, cue))
            else:
                exact[first] = exact.get(first, 0) | cue
    for names, cues in (("past_not", Cue.PAST | Cue.PARTICIPLE), ("own_not", Cue.OWN)):
        for word in data.get(names, "").split():
            exact[plain(word)] = exact.get(plain(word), 0) & ~int(cues) | int(Cue.NO_STEP)
    return Language(
        code,
        data["name"],
        exact=exact,
        phrases={first: tuple(sorted(each, key=lambda phrase: -len(phrase[0]))) for first, each in phrases.items()},
        contractions={word: tuple(said.split()) for word, said in data.get("contractions", {}).items()},
        elisions=frozenset(data.get("elisions", "").split()),
        irregular={plain(form): plain(word) for word, forms in data.get("irregular", {}).items()
                   for form in forms.split()},
        stemming=tuple(map(_endings, ([(*pair, 1) for pair in data.get("spelling", ())], *data.get("stemming", ())))),
        undouble=data.get("undouble", False),
        compounds=data.get("compounds", False),
        subject_first=data.get("subject_first", False),
        present_endings=tuple(data.get("present_endings", "").split()) or ("",),
        patterns=tuple(_patterns(data)),
    )


def _patterns(data: Mapping[str, Any]) -> Iterable[tuple[re.Pattern[str], int]]:
    for name, cue in (("past_endings", Cue.PAST), ("participle_endings", Cue.PARTICIPLE), ("own_endings", Cue.OWN)):
        if data.get(name):
            yield re.compile(rf"\w{{2,}}(?:{'|'.join(data[name].split())})"), int(cue)
    if data.get("abstract_endings"):
        yield re.compile(rf"\w{{4,}}(?:{'|'.join(data['abstract_endings'].split())})"), int(Cue.ABSTRACT)
    if data.get("participle_pattern"):
        yield re.compile(data["participle_pattern"]), int(Cue.PARTICIPLE)
    if data.get("number_parts"):
        yield re.compile(rf"(?:{'|'.join(data['number_parts'].split())}){{2,}}"), int(Cue.NUMBER)


def plain(word: str) -> str:
    """A word as it is compared."""
    return fold(word).replace("'", "").strip()


def _endings(rules: Iterable[Any]) -> Endings:
    given = ((str(ending), str(instead), int(left)) for ending, instead, left in rules)
    return tuple(sorted(given, key=lambda rule: -len(rule[0])))
