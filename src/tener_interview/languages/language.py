"""Language: the scorer's knowledge of a language, read from its file in data/."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from ..lazy_dataclass import dataclass
from .folding import fold, without_accents

_FOLDER = Path(__file__).with_name("data")


class Cue:
    """What a word or phrase is a sign of, as bits: a word may have several cues.

    Cues that are asked for at every word have bits below 30, with which Python calculates faster.
    """

    DETERMINER = 1 << 0
    PREPOSITION = 1 << 1
    SUBJECT = 1 << 2
    AUXILIARY = 1 << 3
    CONJUNCTION = 1 << 4
    FUNCTION = 1 << 5
    NEGATOR = 1 << 6
    #: Who speaks, as the subject of a verb: "I", "we".
    SELF = 1 << 7
    #: "Have" and the like; only after it, a participle says that something happened.
    HAVE = 1 << 8
    #: A verb in the past tense, a participle, and a verb with an ending for "I" or "we".
    PAST = 1 << 9
    PARTICIPLE = 1 << 10
    OWN_VERB = 1 << 11
    #: Verbs after "I" that are no action: to be, to think, to be able.
    NOT_AN_ACTION = 1 << 12
    #: "Usually", "would": a habit or hypothesis stands near it.
    HABIT = 1 << 13
    #: "Like" after "would": a wish, and no hypothesis.
    WISH = 1 << 47
    NUMBER = 1 << 14
    DATE = 1 << 15
    #: "Since then", "in the end": an outcome stands near it.
    OUTCOME = 1 << 30
    #: "After that", "the next day": something happened next.
    AFTERWARDS = 1 << 31
    #: "Since": an outcome, if a date follows.
    SINCE = 1 << 18
    REASON = 1 << 33
    FILLER = 1 << 21
    NO_ANSWER = 1 << 35
    INSTRUCTION = 1 << 36
    RETRACTION = 1 << 39
    NEVER = 1 << 40
    #: A form of both past and present: it counts, but is not quoted.
    AMBIGUOUS_TENSE = 1 << 25
    #: "To", before a verb that did not happen; "was", before something that somebody else did.
    INFINITIVE = 1 << 26
    PASSIVE = 1 << 27
    #: "Finished", "shipped": if negated, they retract a story.
    COMPLETION = 1 << 45
    #: Descriptions of a state: "was", "had".
    STATE = 1 << 29
    #: "That", "who": somebody or something else is the subject of what follows.
    RELATIVE = 1 << 16
    #: Age, family, faith: mentioning them must make no difference.
    PERSONAL = 1 << 17
    #: "My name", "I was born": personal facts follow.
    PERSONAL_FACT = 1 << 32
    #: "Said", "thinks", "wanted": reported speech follows, not something that happened.
    REPORTING = 1 << 19
    #: A noun that names a quality rather than a thing.
    ABSTRACT = 1 << 20
    #: "My colleague", "the firm": others who may have done it instead.
    OTHERS = 1 << 34
    #: "Only", "just": near "I", they play down the speaker's part.
    ONLY = 1 << 22
    #: "Actually", "to be fair": a correction follows.
    CORRECTION = 1 << 37
    #: "That was", "it was": the person who really did it follows.
    IT_WAS = 1 << 38
    #: "Past" in "ten past twelve", and "one", which is a number only next to another.
    NUMBER_JOIN = 1 << 23
    ONE = 1 << 24
    #: "Two or three", "a hundred percent": not a figure to check.
    NOT_A_FIGURE = 1 << 41
    #: "Mrs": a name follows.
    NAME_TITLE = 1 << 42
    #: "What is", "explain": the question asks for knowledge, not for experience.
    ASKS_KNOWLEDGE = 1 << 43
    #: "Your": the question asks for experience after all.
    ASKS_EXPERIENCE = 1 << 44
    #: "How", and "would": the question asks how something is done, and what somebody would do.
    ASKS_HOW = 1 << 54
    ASKS_IF = 1 << 55
    #: What somebody would do, where an ending says so: "avisaría".
    CONDITIONAL = 1 << 56
    #: May stand after a preposition or an article although words of its kind seldom do: "com ela", "o meu", "j'en ai".
    MAY_FOLLOW = 1 << 46
    #: A form of a common verb that does not say when: "call", "appeler".
    PLAIN_VERB = 1 << 48
    #: Such a form that says "I" in some languages: "busco".
    OWN_FORM = 1 << 52
    #: An object before its verb that may be an article as well: "la busco", "je les porte".
    CLITIC = 1 << 53
    #: "He", "she": one person did something.
    PERSON = 1 << 49
    #: "Last week", "ago": it happened once.
    ONCE = 1 << 50
    #: "If", "every": it may happen at any time.
    ANY_TIME = 1 << 51
    #: A place, a firm or a tool that many know, in whatever letters.
    KNOWN_NAME = 1 << 28


#: Words with one of these cues are function words as well.
_FUNCTION_CUES = (
    Cue.DETERMINER | Cue.PREPOSITION | Cue.SUBJECT | Cue.AUXILIARY | Cue.CONJUNCTION | Cue.NEGATOR | Cue.RELATIVE
    | Cue.SELF | Cue.HAVE | Cue.SINCE | Cue.INFINITIVE
)
#: The lists of a language file, each named as its cue in lower case, and the cues of their entries; the words of an
#: entry are joined by "_".
LISTS: dict[str, int] = {
    name.lower(): cue | Cue.FUNCTION if cue & _FUNCTION_CUES else cue
    for name, cue in vars(Cue).items() if name.isupper()
}
_TEXTS = {
    *LISTS, "name", "elisions", "past_endings", "past_not", "participle_endings", "participle_pattern",
    "own_verb_endings", "own_form_endings", "own_verb_not", "own_verb_before", "conditional_endings",
    "names_like_verbs", "number_parts", "abstract_endings", "abstract_not", "synonyms", "present_endings",
}
#: Every other member of a language file and its type.
_OTHERS: dict[str, type] = {
    "contractions": dict, "irregular": dict, "spelling": list, "stemming": list, "undouble": bool, "compounds": bool,
    "subject_first": bool,
}

#: Words whose stem and cues are cached; a limit, so that invented words cannot fill the memory.
READINGS_KEPT = 50_000

#: Endings, their replacements, and the minimum length of the rest of the word; longest first.
Endings = tuple[tuple[str, str, int], ...]


class WordCache(dict[str, tuple[str, int]]):
    """A cache of words with their stems and cues, each computed on first use."""

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
    """A language. Without data it has no name and no cues, and each word is its own stem."""

    code: str
    name: str = ""
    exact: Mapping[str, int] = field(default_factory=dict)
    #: Phrases and their cues by their first two words, longest first.
    phrases: Mapping[tuple[str, str], tuple[tuple[tuple[str, ...], int], ...]] = field(default_factory=dict)
    contractions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: Short words written together with the next one by an apostrophe, as in "l'équipe".
    elisions: frozenset[str] = frozenset()
    #: Irregular forms, and the word that each is a form of.
    irregular: Mapping[str, str] = field(default_factory=dict)
    stemming: tuple[Endings, ...] = ()
    undouble: bool = False
    #: Whether the language has compounds, so that a keyword may be part of a longer word.
    compounds: bool = False
    #: Whether a verb must directly follow its subject.
    subject_first: bool = False
    #: Endings of verbs in the present for "I" or "we"; an empty one accepts any word after "I".
    present_endings: tuple[str, ...] = ("",)
    #: Cues of words after a verb in the past that begins a sentence without "I" ("Shut the gas").
    own_verb_before: int = 0
    #: Words that may stand for each other, joined by "|".
    alike: tuple[str, ...] = ()
    #: Endings of words: the cue of those words, letters before the ending, the endings, and exceptions.
    endings: tuple[tuple[int, int, tuple[str, ...], frozenset[str]], ...] = ()
    #: Patterns of whole words, and the cues of those words.
    patterns: tuple[tuple[re.Pattern[str], int], ...] = ()

    @property
    def known(self) -> bool:
        return bool(self.exact)

    def read(self, word: str) -> tuple[str, int]:
        """Return the stem of a folded word, and its cues (a sum of `Cue`)."""
        return self.word_cache[word]

    @cached_property
    def synonyms(self) -> Mapping[str, tuple[str, ...]]:
        """For each stem, the stems of its synonyms, any of which satisfies a criterion with the word.

        They keep the order of the file, because the first that the answer contains decides which words are quoted.
        """
        groups = [tuple(map(self.stem, group.split("|"))) for group in self.alike]
        alike: dict[str, tuple[str, ...]] = {}
        for group in groups:
            alike |= {stem: tuple(dict.fromkeys((*group, *alike.get(stem, ())))) for stem in group}
        return alike

    @cached_property
    def phrase_starts(self) -> frozenset[str]:
        """The first words of phrases."""
        return frozenset(first for first, _ in self.phrases)

    @cached_property
    def word_cache(self) -> WordCache:
        """The cached stems and cues."""
        return WordCache(lambda word: (stem := self.stem(word), self._cue(word, stem)))

    @cached_property
    def noun_endings(self) -> tuple[str, ...]:
        """The endings of nouns that name a quality; the same make nouns of verbs: "improvement", "delivery"."""
        return tuple(ending for cue, _, endings, _ in self.endings if cue == Cue.ABSTRACT for ending in endings)

    @cached_property
    def not_verbs(self) -> frozenset[str]:
        """Names and nouns that end like a form of a verb."""
        return frozenset().union(*(but for _, _, _, but in self.endings))

    @cached_property
    def verb_stems(self) -> frozenset[str]:
        """The stems of common verbs, without accents."""
        return frozenset(without_accents(self.stem(word)) for word, cue in self.exact.items() if cue & Cue.PLAIN_VERB)

    def stem(self, word: str) -> str:
        """Return the part of a folded word that all its forms share; a number is its own stem."""
        word = self.irregular.get(word, word)
        if word[0].isdigit():
            return word
        for endings in self.stemming:
            for ending, replacement, min_length in endings:
                if word.endswith(ending) and len(word) - len(ending) >= min_length:
                    word = word[: len(word) - len(ending)] + replacement
                    break
            if self.undouble and len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeioulsz":
                word = word[:-1]
        return word

    def _cue(self, word: str, stem: str) -> int:
        if word[0].isdigit():
            return Cue.NUMBER
        cues = self.exact.get(word, 0)
        if cues & Cue.FUNCTION:
            return cues
        plain = stem if stem.isascii() else without_accents(stem)
        if plain in self.verb_stems and not word.endswith(self.noun_endings) and word not in self.not_verbs:
            cues |= Cue.PLAIN_VERB
        for cue, letters, endings, but in self.endings:
            if word.endswith(endings) and word not in but and any(
                word.endswith(ending) and len(word) - len(ending) >= letters for ending in endings
            ):
                cues |= cue
        if not cues & Cue.PLAIN_VERB:
            cues &= ~Cue.OWN_FORM
        for pattern, cue in self.patterns:
            if not cues & cue and pattern.fullmatch(word):
                cues |= cue
        return cues


@dataclass(frozen=True)
class Languages:
    """All languages with data, by primary subtag (`en`)."""

    by_code: Mapping[str, Language]
    #: Common words, and the codes of the languages that have them.
    common: Mapping[str, tuple[str, ...]]

    def get(self, code: str) -> Language:
        """Return the language, or one without data."""
        return self.by_code.get(code) or Language(code)

    def name(self, code: str) -> str:
        """Return the language's name in English."""
        return self.by_code[code].name if code in self.by_code else f"\u201c{code}\u201d"


def language_codes() -> list[str]:
    """Return the codes of the languages that answers are scored in, without reading their files."""
    return sorted(path.stem for path in _FOLDER.glob("*.json"))


@cache
def load_languages() -> Languages:
    """Read every file in data/, once per process. Raises ValueError for an invalid file."""
    documents = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(_FOLDER.glob("*.json"))}
    # Orders to a machine and names of tools and places come in English in any language, and "no idea" is too short to
    # identify its language.
    english = documents["en"]
    everywhere = {
        "instruction": english["instruction"], "known_name": english["known_name"],
        "no_answer": " ".join(document.get("no_answer", "") for document in documents.values()),
    }
    languages = {code: parse_language(code, document, everywhere) for code, document in documents.items()}
    common: dict[str, tuple[str, ...]] = {}
    for code, language in languages.items():
        for word, cue in language.exact.items():
            if cue & Cue.FUNCTION:
                common[word] = (*common.get(word, ()), code)
    return Languages(languages, common)


def parse_language(code: str, data: Mapping[str, Any], everywhere: Mapping[str, str]) -> Language:
    """Build a language from its file. Raises ValueError that names every unknown member and every wrong type."""
    invalid = [
        name for name, value in data.items() if not isinstance(value, str if name in _TEXTS else _OTHERS.get(name, ()))
    ]
    if invalid or "name" not in data:
        names = ', '.join(invalid or ['name'])
        raise ValueError(f"languages/data/{code}.json: {names}: unknown, missing or of the wrong type")
    exact: dict[str, int] = {}
    phrases: dict[tuple[str, str], list[tuple[tuple[str, ...], int]]] = {}
    for name, cue in LISTS.items():
        for entry in fold_phrase(f"{data.get(name, '')} {everywhere.get(name, '')}").split():
            if "_" in entry:
                first, second, *_ = words = tuple(entry.split("_"))
                phrases.setdefault((first, second), []).append((words, cue))
            else:
                exact[entry] = exact.get(entry, 0) | cue
    for names, cues in (("past_not", Cue.PAST | Cue.PARTICIPLE), ("own_verb_not", Cue.OWN_VERB)):
        for word in _plain_words(data, names):
            exact[word] = exact.get(word, 0) & ~cues | Cue.NOT_AN_ACTION
    return Language(
        code,
        data["name"],
        exact=exact,
        phrases={pair: tuple(sorted(longer, key=lambda phrase: -len(phrase[0]))) for pair, longer in phrases.items()},
        contractions={word: tuple(parts.split()) for word, parts in data.get("contractions", {}).items()},
        elisions=frozenset(data.get("elisions", "").split()),
        irregular={fold_phrase(form): fold_phrase(word) for word, forms in data.get("irregular", {}).items()
                   for form in forms.split()},
        stemming=tuple(map(_endings, ([(*pair, 1) for pair in data.get("spelling", ())], *data.get("stemming", ())))),
        undouble=data.get("undouble", False),
        compounds=data.get("compounds", False),
        subject_first=data.get("subject_first", False),
        present_endings=tuple(data.get("present_endings", "").split()) or ("",),
        own_verb_before=sum(LISTS[name] & ~Cue.FUNCTION for name in data.get("own_verb_before", "").split()),
        alike=_plain_words(data, "synonyms"),
        endings=tuple(_endings_of_cues(data)),
        patterns=tuple(_patterns(data)),
    )


def _endings_of_cues(data: Mapping[str, Any]) -> Iterable[tuple[int, int, tuple[str, ...], frozenset[str]]]:
    """What words are by their endings: the cue, how many letters come before, the endings, and words that are not."""
    for name, letters, cue in (("past", 2, Cue.PAST), ("participle", 2, Cue.PARTICIPLE), ("own_verb", 2, Cue.OWN_VERB),
                               ("own_form", 2, Cue.OWN_FORM), ("conditional", 2, Cue.CONDITIONAL),
                               ("abstract", 4, Cue.ABSTRACT)):
        if endings := _plain_words(data, f"{name}_endings"):
            # "Mohammed" ends like a verb. Other exceptions of verbs are lists of their own: they take no step.
            but = frozenset(_plain_words(data, "abstract_not" if cue == Cue.ABSTRACT else "names_like_verbs"))
            yield cue, letters, endings, but


def _patterns(data: Mapping[str, Any]) -> Iterable[tuple[re.Pattern[str], int]]:
    """Yield patterns of whole words, and the cues of those words."""
    if data.get("participle_pattern"):
        yield re.compile(data["participle_pattern"]), Cue.PARTICIPLE
    if data.get("number_parts"):
        yield re.compile(f"(?:{'|'.join(_plain_words(data, 'number_parts'))}){{2,}}"), Cue.NUMBER


def _plain_words(data: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(fold_phrase(data.get(name, "")).split())


def fold_phrase(word: str) -> str:
    """Fold a word, or words, for comparison, without apostrophes."""
    return fold(word).replace("'", "").strip()


def _endings(rules: Iterable[Any]) -> Endings:
    typed = ((str(ending), str(replacement), int(min_length)) for ending, replacement, min_length in rules)
    return tuple(sorted(typed, key=lambda rule: -len(rule[0])))
