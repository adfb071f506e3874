"""Criteria: what a good answer to each question holds.

Read from config/interview_transcription_scoring_criteria.json.
"""

from __future__ import annotations

import math
import re
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from .checks import Node, shown
from .config import content_hash, load
from .dimension import DIMENSIONS
from .language import Cue, Language, load_languages, primary
from .speech import OTHER_SCRIPT, hear, plain_words, spoken_language
from .subject import Keyword, Point, keyword, point, telling
from .words import fold, phrases_pattern, words

#: No interview answer is longer: a hundred hours of speech.
_MAX_WORDS = 1_000_000


@dataclass(frozen=True)
class Weights:
    """How much each part of the judgement counts; only their proportions matter, at least one is above 0."""

    content: float
    evidence: float
    relevance: float
    structure: float


@dataclass(frozen=True)
class Rubric:
    """Lengths of an answer in words, min <= ideal <= max."""

    min_words: int
    ideal_words: int
    max_words: int


@dataclass(frozen=True)
class Standard:
    """What every answer is held to, whatever it is about."""

    weights: Weights
    rubric: Rubric
    #: Searched in the text as it was said, without regard to case.
    disallowed: tuple[re.Pattern[str], ...]
    #: Finds the filler words of a folded text.
    fillers: re.Pattern[str]


@dataclass(frozen=True)
class Rule:
    """How the answers to one kind of question are judged."""

    #: None: the rule of all questions that no rule of the file fits.
    id: str | None
    #: None: the words of each question decide.
    dimension: str | None
    #: Folded; a question is of this kind if its title holds any of them.
    title_contains: tuple[str, ...]
    required: tuple[Keyword, ...]
    optional: tuple[Keyword, ...]
    standard: Standard
    #: Sentences that a strong answer covers, and answers that are good ones.
    key_points: tuple[Point, ...] = ()
    references: tuple[Point, ...] = ()
    #: The language all this is written in (`en`); None where nothing tells.
    language: str | None = None
    #: Whether the rule itself says what its parts weigh; then nothing is shifted between them.
    own_weights: bool = False
    #: Stems that tell what an answer is about and how much each tells, and the stems of all keywords.
    vocabulary: Mapping[str, float] = field(default_factory=dict)
    keyword_stems: frozenset[str] = frozenset()
    #: What the other rules' answers are about and this one's are not.
    rivals: tuple[frozenset[str], ...] = ()
    #: The same rule read as each language, by its code, where its own words do not tell which it is.
    readings: Mapping[str, Rule] = field(default_factory=dict, compare=False, repr=False)

    def read_as(self, code: str) -> Rule:
        """The rule for an answer in a language: stems are alike only in one and the same."""
        return self.readings.get(code, self)

    @property
    def has_content(self) -> bool:
        return bool(self.required or self.optional or self.key_points or self.references)

    @property
    def least_meant_words(self) -> int:
        """Different words with a meaning without which nothing can be judged; beside a model answer two may do."""
        return _MIN_MEANT_BY_REFERENCE if self.references else _MIN_MEANT_WORDS


@dataclass(frozen=True)
class Criteria:
    """The whole file, its patterns compiled once."""

    version: str
    question_rules: tuple[Rule, ...]
    fallback: Rule
    #: Of all that was read of the file, see `config.content_hash`.
    content_hash: str

    def rule_for(self, title: str) -> Rule:
        """The first rule one of whose phrases is in the title, else the one that knows the defaults only."""
        folded = _spaced(title)
        fitting = (rule for rule in self.question_rules if any(phrase in folded for phrase in rule.title_contains))
        return next(fitting, self.fallback)


_MIN_MEANT_WORDS = 8
_MIN_MEANT_BY_REFERENCE = 2
PART_WEIGHTS = ("content", "evidence", "relevance", "structure")
#: What the weights of older files were for, and where it is judged now. Each row adds up to 1.
OLD_WEIGHTS: dict[str, dict[str, float]] = {
    "keyword": {"content": 0.3, "evidence": 0.55, "relevance": 0.15},
    "length": {"evidence": 0.6, "structure": 0.4},
    "clarity": {"evidence": 0.65, "structure": 0.35},
}
_OLD_DEFAULTS = {"keyword": 0.6, "length": 0.25, "clarity": 0.15}
#: What a file that leaves its `defaults` out is read with.
_DEFAULTS = Standard(Weights(0.2, 0.55, 0.1, 0.15), Rubric(30, 90, 320), (), phrases_pattern(()))


def load_criteria(path: Path) -> Criteria:
    """Read the criteria file. Unknown keys are ignored, missing optional ones take the defaults.

    Raises ConfigError with every fault and its JSON path.
    """
    return load(path, _criteria)


def _criteria(root: Node) -> Criteria:
    root = root.object()
    defaults = _standard(root.member("defaults").object(), _DEFAULTS)
    nodes = [item.required().object() for item in root.member("question_rules").items()]
    _refuse_same_ids(nodes)
    declared = _language_code(root.member("language"))
    rules = [_rule(node, defaults, declared, _UNTOLD) for node in nodes]
    read: dict[str, list[Rule]] = {}
    if any(rule.language is None for rule in rules) and not root.faults:
        codes = (code for code in load_languages().by_code if code != _UNTOLD)
        read = {code: [_rule(node, defaults, declared, code) for node in nodes] for code in codes}
    return Criteria(
        version=root.member("version").version(),
        question_rules=tuple(
            replace(_beside(rule, rules), readings=_readings(place, read) if rule.language is None else {})
            for place, rule in enumerate(rules)
        ),
        fallback=Rule(None, None, (), (), (), defaults, language=declared),
        content_hash=content_hash(root),
    )


def _readings(place: int, read: Mapping[str, Sequence[Rule]]) -> dict[str, Rule]:
    """One rule as it reads in each language, beside the others as they read in it."""
    return {code: _beside(rules[place], rules) for code, rules in read.items()}


def _beside(rule: Rule, rules: Sequence[Rule]) -> Rule:
    """The rule with what sets the others apart from it: an answer full of that is an answer to another question."""
    shared = Counter(stem for other in rules for stem in other.vocabulary)
    rivals = (
        frozenset(stem for stem in other.vocabulary if stem not in rule.vocabulary and shared[stem] == 1)
        for other in rules if other is not rule
    )
    return replace(rule, rivals=tuple(each for each in rivals if each))


def _refuse_same_ids(nodes: list[Node]) -> None:
    first: dict[str, Node] = {}
    for node in nodes:
        name = node.member("id").value
        if isinstance(name, str) and first.setdefault(name.strip(), node) is not node:
            node.member("id").fault(f"must be unique ({shown(name)} is the id of {first[name.strip()].path} too)")


def _rule(node: Node, defaults: Standard, declared: str | None, untold: str) -> Rule:
    """A rule; where nothing tells its language it is read as `untold`."""
    dimension, name = node.member("dimension"), node.member("id").required().text()
    of = dimension.choice(DIMENSIONS, DIMENSIONS[0]) if dimension.given else None
    titles = _phrases(node.member("match").required().object().member("title_contains"))
    required, optional = _synonyms(node.member("required_keywords")), _synonyms(node.member("optional_keywords"))
    key_points, references = node.member("key_points").texts(), node.member("reference_answers").texts()
    code = _language_code(node.member("language")) or declared
    keywords = [each for said in (*required, *optional) for each in said]
    code = code or _told_language([*titles, *key_points, *references, *keywords])
    language = load_languages().get(code or untold)
    asked = frozenset(stem for title in titles for stem in hear(title, language).stems)
    rule = Rule(
        id=name,
        dimension=of,
        title_contains=titles,
        required=tuple(keyword(said, language) for said in required),
        optional=tuple(keyword(said, language) for said in optional),
        standard=_standard(node, defaults),
        key_points=tuple(point(text, language) for text in key_points),
        references=tuple(point(text, language, asked) for text in references),
        language=code,
        own_weights=_names_parts(node.member("weights")),
    )
    keyword_stems = frozenset(
        stem for each in (*rule.required, *rule.optional) for form in each.forms for stem in form
        if not language.read(stem)[1] & _BINDING
    )
    points = frozenset(stem for each in (*rule.key_points, *rule.references) for stem in each.weights)
    return replace(rule, vocabulary=telling(keyword_stems, points, language), keyword_stems=keyword_stems)


_BINDING = int(Cue.FUNCTION | Cue.CLAUSE_START | Cue.NUMBER)
#: A rule in which no word tells its language is read as this one, unless the answer is in another.
_UNTOLD = "en"


def _language_code(node: Node) -> str | None:
    return primary(node.text()) or None


def _told_language(texts: Sequence[str]) -> str | None:
    """The language of what a rule says, by its common words or its script; None where they are too few to tell."""
    words = [word for text in texts for word in plain_words(text, Language(""))]
    code, share = spoken_language(words, load_languages()) if words else ("", 0.0)
    if code == OTHER_SCRIPT:
        return code
    return code if code and len(words) >= _TELLS and share >= _RECOGNISED else None


_TELLS, _RECOGNISED = 8, 0.15


def _phrases(node: Node) -> tuple[str, ...]:
    phrases = (node.text(),) if isinstance(node.value, str) else node.required().texts()
    if node.value == []:
        node.fault("must hold at least one phrase, or the rule fits no question")
    return tuple(_spaced(phrase) for phrase in phrases if phrase)


def _spaced(title: str) -> str:
    """A title, or a phrase looked for in one, as the two are compared."""
    return " ".join(fold(title).split())


def _synonyms(node: Node) -> list[tuple[str, ...]]:
    keywords = []
    for item in node.items():
        synonyms = item.texts() if isinstance(item.value, list) else (item.required().text(),)
        if item.value == []:
            item.fault("must hold at least one synonym")
        if good := _wordy(item, synonyms):
            keywords.append(good)
    return keywords


def _wordy(node: Node, phrases: tuple[str, ...]) -> tuple[str, ...]:
    """The phrases, each with a word in it that can be found in a text; blank ones are already a fault."""
    for phrase in phrases:
        if phrase and not words(fold(phrase)):
            node.fault(f"must have a letter or a digit (it is {shown(phrase)})")
    return tuple(phrase for phrase in phrases if phrase and words(fold(phrase)))


def _standard(node: Node, base: Standard) -> Standard:
    """The base with what this object says otherwise; what it does not say stays the very same object."""
    disallowed, fillers = node.member("disallowed_patterns"), node.member("filler_words")
    return Standard(
        weights=_weights(node.member("weights"), base.weights),
        rubric=_rubric(node.member("rubric"), base.rubric),
        disallowed=_disallowed(disallowed) if disallowed.given else base.disallowed,
        fillers=_fillers(fillers) if fillers.given else base.fillers,
    )


def _weights(node: Node, base: Weights) -> Weights:
    """Weights of the parts by their own names, or by those of older files; one that is not given is as in the base."""
    if not node.given:
        return base
    given = node.object()
    faults_before = len(node.faults)
    parts = asdict(base)
    if any(given.member(name).given for name in OLD_WEIGHTS):
        old = {name: given.member(name).number(_OLD_DEFAULTS[name]) for name in OLD_WEIGHTS}
        parts = {
            part: math.fsum(old[name] * shares.get(part, 0.0) for name, shares in OLD_WEIGHTS.items())
            for part in PART_WEIGHTS
        }
    parts = {name: given.member(name).number(parts[name]) for name in PART_WEIGHTS}
    if len(node.faults) == faults_before and not any(parts.values()):
        node.fault("must have at least one weight above 0")
    return Weights(**parts)


def _names_parts(node: Node) -> bool:
    return isinstance(node.value, Mapping) and any(name in node.value for name in PART_WEIGHTS)


def _rubric(node: Node, base: Rubric) -> Rubric:
    if not node.given:
        return base
    given = node.object()
    faults_before = len(node.faults)
    rubric = Rubric(
        min_words=given.member("min_words").whole(base.min_words, _MAX_WORDS),
        ideal_words=given.member("ideal_words").whole(base.ideal_words, _MAX_WORDS),
        max_words=given.member("max_words").whole(base.max_words, _MAX_WORDS),
    )
    in_order = rubric.min_words <= rubric.ideal_words <= rubric.max_words
    if len(node.faults) == faults_before and not in_order:
        node.fault(
            "must have min_words <= ideal_words <= max_words"
            f" (they are {rubric.min_words}, {rubric.ideal_words} and {rubric.max_words}, defaults included)"
        )
    return rubric


def _disallowed(node: Node) -> tuple[re.Pattern[str], ...]:
    compiled = (_regex(item) for item in node.items() if item.required().text())
    return tuple(pattern for pattern in compiled if pattern is not None)


def _fillers(node: Node) -> re.Pattern[str]:
    return phrases_pattern(phrase for item in node.items() for phrase in _wordy(item, (item.required().text(),)))


def _regex(node: Node) -> re.Pattern[str] | None:
    try:
        with warnings.catch_warnings():
            # Python warns of syntax it may read otherwise one day; today it has one meaning.
            warnings.simplefilter("ignore")
            return re.compile(node.value, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as fault:
        node.fault(f"must be a regular expression ({fault}: it is {shown(node.value)})")
        return None
