"""Criteria: what a good answer to each question holds.

Read from config/interview_transcription_scoring_criteria.json.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from pathlib import Path

from .checks import Node, shown
from .config import load
from .dimension import DIMENSIONS
from .words import fold, phrases_pattern, words

#: No interview answer is longer: a hundred hours of speech.
_MAX_WORDS = 1_000_000


@dataclass(frozen=True)
class Weights:
    """How much each part of the judgement counts; only their proportions matter, at least one is above 0."""

    keyword: float
    length: float
    clarity: float


@dataclass(frozen=True)
class Rubric:
    """Lengths of an answer in words, min <= ideal <= max."""

    min_words: int
    ideal_words: int
    max_words: int


@dataclass(frozen=True)
class Keyword:
    """Something an answer should speak of: its name, and a pattern of all its synonyms for a folded text."""

    name: str
    pattern: re.Pattern[str]


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


@dataclass(frozen=True)
class Criteria:
    """The whole file, its patterns compiled once."""

    version: str
    question_rules: tuple[Rule, ...]
    fallback: Rule

    def rule_for(self, title: str) -> Rule:
        """The first rule one of whose phrases is in the title, else the one that knows the defaults only."""
        folded = _spaced(title)
        fitting = (rule for rule in self.question_rules if any(phrase in folded for phrase in rule.title_contains))
        return next(fitting, self.fallback)


#: What a file that leaves its `defaults` out is read with.
_DEFAULTS = Standard(Weights(0.6, 0.25, 0.15), Rubric(30, 90, 320), (), phrases_pattern(()))


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
    return Criteria(
        version=root.member("version").version(),
        question_rules=tuple(_rule(node, defaults) for node in nodes),
        fallback=Rule(None, None, (), (), (), defaults),
    )


def _refuse_same_ids(nodes: list[Node]) -> None:
    first: dict[str, Node] = {}
    for node in nodes:
        name = node.member("id").value
        if isinstance(name, str) and first.setdefault(name.strip(), node) is not node:
            node.member("id").fault(f"must be unique ({shown(name)} is the id of {first[name.strip()].path} too)")


def _rule(node: Node, defaults: Standard) -> Rule:
    dimension = node.member("dimension")
    return Rule(
        id=node.member("id").required().text(),
        dimension=dimension.choice(DIMENSIONS, DIMENSIONS[0]) if dimension.given else None,
        title_contains=_phrases(node.member("match").required().object().member("title_contains")),
        required=_keywords(node.member("required_keywords")),
        optional=_keywords(node.member("optional_keywords")),
        standard=_standard(node, defaults),
    )


def _phrases(node: Node) -> tuple[str, ...]:
    phrases = (node.text(),) if isinstance(node.value, str) else node.required().texts()
    if node.value == []:
        node.fault("must hold at least one phrase, or the rule fits no question")
    return tuple(_spaced(phrase) for phrase in phrases if phrase)


def _spaced(title: str) -> str:
    """A title, or a phrase looked for in one, as the two are compared."""
    return " ".join(fold(title).split())


def _keywords(node: Node) -> tuple[Keyword, ...]:
    keywords = []
    for item in node.items():
        synonyms = item.texts() if isinstance(item.value, list) else (item.required().text(),)
        if item.value == []:
            item.fault("must hold at least one synonym")
        if good := _wordy(item, synonyms):
            keywords.append(Keyword(good[0], phrases_pattern(good)))
    return tuple(keywords)


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
    if not node.given:
        return base
    given = node.object()
    faults_before = len(node.faults)
    weights = Weights(
        keyword=given.member("keyword").number(base.keyword),
        length=given.member("length").number(base.length),
        clarity=given.member("clarity").number(base.clarity),
    )
    if len(node.faults) == faults_before and not any((weights.keyword, weights.length, weights.clarity)):
        node.fault("must have at least one weight above 0")
    return weights


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
