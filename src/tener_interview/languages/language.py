"""Language: what the scorer has to know of a language, read from a data file of its own in data/."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from .folding import fold

_FOLDER = Path(__file__).with_name("data")


class Cue:
    """What a word or phrase is, as bits: one may be several things."""

    DETERMINER = 1 << 0
    PREPOSITION = 1 << 1
    SUBJECT = 1 << 2
    AUXILIARY = 1 << 3
    CONJUNCTION = 1 << 4
    FUNCTION = 1 << 5
    NEGATOR = 1 << 6
    #: Who speaks, as the subject of a verb: "I", "we".
    SELF = 1 << 7
    #: "Have" and the like, without which a participle tells nothing that happened.
    HAVE = 1 << 8
    #: A verb in the past by itself, a participle, and a verb whose ending says "I" or "we".
    PAST = 1 << 9
    PARTICIPLE = 1 << 10
    OWN = 1 << 11
    #: What follows "I" and is nothing that somebody did: to be, to think, to be able.
    NO_STEP = 1 << 12
    #: "Usually", "would": what stands beside it happens always or never happened.
    HABIT = 1 << 13
    NUMBER = 1 << 14
    DATE = 1 << 15
    #: "Since then", "in the end": what came of it stands beside it.
    OUTCOME = 1 << 16
    #: "After that", "the next day": something came then, whatever it was.
    AFTERWARDS = 1 << 17
    #: "Since": what came of it, where a date follows.
    SINCE = 1 << 18
    REASON = 1 << 19
    FILLER = 1 << 20
    UNKNOWN = 1 << 21
    ORDER = 1 << 22
    TAKEN_BACK = 1 << 23
    NEVER = 1 << 24
    #: A past that is a present, too: it counts, and is not quoted.
    UNSURE = 1 << 25
    #: "To", before a verb that nobody is said to have done; "was", before one that somebody else did.
    INFINITIVE = 1 << 26
    PASSIVE = 1 << 27
    #: "Finished", "shipped": denied, they take a story back.
    COMPLETION = 1 << 28
    #: How things were: "was", "had".
    STATE = 1 << 29
    #: "That", "who": what follows is of somebody or something else.
    RELATIVE = 1 << 30
    #: Age, family, faith: mentioned or not, it must make no difference.
    PERSONAL = 1 << 31
    #: "My name", "I was born": what follows is about the speaker's person and life.
    PRIVATE = 1 << 32
    #: "Said", "thinks", "wanted": what follows is somebody's word, not something that happened.
    SAYS = 1 << 33
    #: A noun that names a quality rather than a thing.
    ABSTRACT = 1 << 34
    #: "My colleague", "the firm": who may have done it instead.
    OTHERS = 1 << 35
    #: "Only", "just": beside "I", they make one's own part small.
    ONLY = 1 << 36
    #: "Actually", "to be fair": what was said before is put right.
    CORRECTION = 1 << 37
    #: "That was", "it was": who it really was follows.
    CLEFT = 1 << 38
    #: "Past" in "ten past twelve", and "one", which is a number only beside another.
    NUMBER_JOIN = 1 << 39
    ONE = 1 << 40
    #: "Two or three", "a hundred percent": nothing can be checked by it.
    NO_FIGURE = 1 << 41
    #: "Mrs": a name follows.
    TITLE = 1 << 42
    #: "What is", "explain": the question asks what somebody knows, not what somebody did.
    KNOWLEDGE = 1 << 43
    #: "Your": the question asks about the person after all.
    YOUR = 1 << 44


#: The lists of a language file and what their entries are; the words of an entry are joined by "_".
LISTS: dict[str, int] = {
    "determiners": Cue.DETERMINER | Cue.FUNCTION,
    "prepositions": Cue.PREPOSITION | Cue.FUNCTION,
    "subjects": Cue.SUBJECT | Cue.FUNCTION,
    "auxiliaries": Cue.AUXILIARY | Cue.FUNCTION,
    "conjunctions": Cue.CONJUNCTION | Cue.FUNCTION,
    "function_words": Cue.FUNCTION,
    "negators": Cue.NEGATOR | Cue.FUNCTION,
    "relatives": Cue.RELATIVE | Cue.FUNCTION,
    "self": Cue.SELF | Cue.FUNCTION,
    "have": Cue.HAVE | Cue.FUNCTION,
    "past": Cue.PAST,
    "participles": Cue.PARTICIPLE,
    "own": Cue.OWN,
    "states": Cue.STATE,
    "no_step": Cue.NO_STEP,
    "habit": Cue.HABIT,
    "numbers": Cue.NUMBER,
    "dates": Cue.DATE,
    "outcome": Cue.OUTCOME,
    "afterwards": Cue.AFTERWARDS,
    "since": Cue.SINCE | Cue.FUNCTION,
    "reasons": Cue.REASON,
    "fillers": Cue.FILLER,
    "unknown": Cue.UNKNOWN,
    "orders": Cue.ORDER,
    "taken_back": Cue.TAKEN_BACK,
    "personal": Cue.PERSONAL,
    "private": Cue.PRIVATE,
    "says": Cue.SAYS,
    "never": Cue.NEVER,
    "unsure": Cue.UNSURE,
    "infinitive": Cue.INFINITIVE | Cue.FUNCTION,
    "passive": Cue.PASSIVE,
    "completions": Cue.COMPLETION,
    "abstract": Cue.ABSTRACT,
    "others": Cue.OTHERS,
    "only": Cue.ONLY,
    "corrections": Cue.CORRECTION,
    "clefts": Cue.CLEFT,
    "number_joins": Cue.NUMBER_JOIN,
    "ones": Cue.ONE,
    "no_figures": Cue.NO_FIGURE,
    "titles": Cue.TITLE,
    "knowledge": Cue.KNOWLEDGE,
    "your": Cue.YOUR,
}
_TEXTS = {*LISTS, "name", "elisions", "past_endings", "past_not", "participle_endings", "participle_pattern",
          "own_endings", "own_not", "number_parts", "abstract_endings", "present_endings",
          "own_verb_before"}
#: Every other member of a language file and its type.
_OTHERS: dict[str, type] = {
    "contractions": dict, "irregular": dict, "spelling": list, "stemming": list, "undouble": bool, "compounds": bool,
    "subject_first": bool,
}

#: Words whose reading is remembered, so that a stream of invented ones cannot fill the memory.
READINGS_KEPT = 50_000

#: Endings, what takes their place, and how much of the word must remain; longest first.
Endings = tuple[tuple[str, str, int], ...]


class Readings(dict[str, tuple[str, int]]):
    """Stem and cues of words, each worked out when it is first asked for."""

    def __init__(self, read: Callable[[str], tuple[str, int]]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, word: str) -> tuple[str, int]:
        reading = self._read(word)
        if len(self) < READINGS_KEPT:
            self[word] = reading
        return reading


@dataclass(frozen=True)
class Language:
    """One language. One without data has no name, no cues, and words that are their own stems."""

    code: str
    name: str = ""
    exact: Mapping[str, int] = field(default_factory=dict)
    #: Phrases by their first two words, longest first, and what they are.
    phrases: Mapping[tuple[str, str], tuple[tuple[tuple[str, ...], int], ...]] = field(default_factory=dict)
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
    #: What a verb in the past at the beginning of a sentence is followed by where "I" is left out ("Shut the gas").
    own_verb_before: int = 0
    #: Patterns of whole words, and what they are.
    patterns: tuple[tuple[re.Pattern[str], int], ...] = ()

    @property
    def known(self) -> bool:
        return bool(self.exact)

    def read(self, word: str) -> tuple[str, int]:
        """The stem of a folded word, and what the word is (a sum of `Cue`)."""
        return self.readings[word]

    @cached_property
    def readings(self) -> Readings:
        """The readings of words so far."""
        return Readings(lambda word: (self.stem(word), self._cue(word)))

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
            return Cue.NUMBER
        found = self.exact.get(word, 0)
        if found & Cue.FUNCTION:
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
    languages = {code: parse_language(code, document, everywhere) for code, document in documents.items()}
    common: dict[str, tuple[str, ...]] = {}
    for code, language in languages.items():
        for word, cue in language.exact.items():
            if cue & Cue.FUNCTION:
                common[word] = (*common.get(word, ()), code)
    return Languages(languages, common)


def parse_language(code: str, data: Mapping[str, Any], everywhere: Mapping[str, str]) -> Language:
    """A language of its file. Raises ValueError that names every member that is strange or of the wrong type."""
    strange = [
        name for name, value in data.items() if not isinstance(value, str if name in _TEXTS else _OTHERS.get(name, ()))
    ]
    if strange or "name" not in data:
        names = ', '.join(strange or ['name'])
        raise ValueError(f"languages/data/{code}.json: {names}: not a member of its right type")
    exact: dict[str, int] = {}
    phrases: dict[tuple[str, str], list[tuple[tuple[str, ...], int]]] = {}
    for name, cue in LISTS.items():
        for entry in f"{data.get(name, '')} {everywhere.get(name, '')}".split():
            first, *rest = words = tuple(plain(word) for word in entry.split("_"))
            if rest:
                phrases.setdefault((first, rest[0]), []).append((words, cue))
            else:
                exact[first] = exact.get(first, 0) | cue
    for names, cues in (("past_not", Cue.PAST | Cue.PARTICIPLE), ("own_not", Cue.OWN)):
        for word in data.get(names, "").split():
            exact[plain(word)] = exact.get(plain(word), 0) & ~cues | Cue.NO_STEP
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
        own_verb_before=sum(LISTS[name] & ~Cue.FUNCTION for name in data.get("own_verb_before", "").split()),
        patterns=tuple(_patterns(data)),
    )


def _patterns(data: Mapping[str, Any]) -> Iterable[tuple[re.Pattern[str], int]]:
    """Whole words by their endings, which are compared as words are."""
    endings = {"past_endings": (2, Cue.PAST), "participle_endings": (2, Cue.PARTICIPLE), "own_endings": (2, Cue.OWN),
               "abstract_endings": (4, Cue.ABSTRACT)}
    for name, (letters, cue) in endings.items():
        if data.get(name):
            yield re.compile(rf"\w{{{letters},}}(?:{'|'.join(map(plain, data[name].split()))})"), cue
    if data.get("participle_pattern"):
        yield re.compile(data["participle_pattern"]), Cue.PARTICIPLE
    if data.get("number_parts"):
        yield re.compile(rf"(?:{'|'.join(map(plain, data['number_parts'].split()))}){{2,}}"), Cue.NUMBER


def plain(word: str) -> str:
    """A word as it is compared."""
    return fold(word).replace("'", "").strip()


def _endings(rules: Iterable[Any]) -> Endings:
    given = ((str(ending), str(instead), int(left)) for ending, instead, left in rules)
    return tuple(sorted(given, key=lambda rule: -len(rule[0])))
