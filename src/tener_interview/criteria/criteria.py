"""Criteria: what a good answer to each question holds.

Read from config/interview_transcription_scoring_criteria.json.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ..languages.folding import fold, words
from ..languages.tags import primary
from ..languages.words import language_of_text
from .dimension import DIMENSIONS
from .files import content_hash, load
from .node import Node, shown


@dataclass(frozen=True)
class ExpectedContent:
    """What a rule looks for, as it is written in the file. Keywords and key points are tuples of the ways to say them,
    the first their name."""

    required: tuple[tuple[str, ...], ...] = ()
    optional: tuple[tuple[str, ...], ...] = ()
    key_points: tuple[tuple[str, ...], ...] = ()
    references: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.required or self.optional or self.key_points or self.references)


@dataclass(frozen=True)
class Weights:
    """How much content and evidence count; only their proportion matters, at least one is above 0."""

    content: float
    evidence: float


@dataclass(frozen=True)
class Rule:
    """How the answers to one kind of question are judged."""

    #: None: the rule of all questions that no rule of the file fits.
    id: str | None
    #: None: the words of each question decide.
    dimension: str | None
    #: Folded; a question is of this kind if its title holds any of them.
    title_contains: tuple[str, ...]
    expected: ExpectedContent
    #: None: what is asked for decides.
    weights: Weights | None
    #: Searched in the text as it was said, without regard to case.
    disallowed: tuple[re.Pattern[str], ...] = ()
    #: The language all this is written in (`en`), where the file says so.
    declared: str | None = None

    @cached_property
    def language(self) -> str | None:
        """The language that the rule is written in; None where nothing tells."""
        asked = self.expected
        ways = (each for said in (*asked.required, *asked.optional, *asked.key_points) for each in said)
        texts = (*self.title_contains, *asked.references, *ways)
        return self.declared or language_of_text(" ".join(texts)) or None


@dataclass(frozen=True)
class Criteria:
    """The whole file."""

    version: str
    question_rules: tuple[Rule, ...]
    fallback: Rule
    #: Of all that was read of the file, see `files.content_hash`.
    content_hash: str

    def rule_for(self, title: str) -> Rule:
        """The first rule one of whose phrases is in the title, else the one that knows the defaults only."""
        folded = _spaced(title)
        fitting = (rule for rule in self.question_rules if any(phrase in folded for phrase in rule.title_contains))
        return next(fitting, self.fallback)

    def rivals_of(self, rule: Rule) -> tuple[Rule, ...]:
        """The rules of other questions that ask for something."""
        return tuple(other for other in self.question_rules if other.expected and other is not rule)


def load_criteria(path: Path) -> Criteria:
    """Read the criteria file. Unknown keys are ignored, missing optional ones take the defaults.

    Raises ConfigError with every fault and its JSON path.
    """
    return load(path, _criteria)


def make_rule(asked: ExpectedContent) -> Rule:
    """A rule that no file holds."""
    return Rule(None, None, (), asked, None)


def _criteria(root: Node) -> Criteria:
    root = root.object()
    defaults = root.member("defaults").object()
    weighed = _weights(defaults.member("weights"))
    disallowed = _disallowed(defaults.member("disallowed_patterns"))
    nodes = [item.required().object() for item in root.member("question_rules").items()]
    _refuse_same_ids(nodes)
    declared = primary(root.member("language").text()) or None
    return Criteria(
        version=root.member("version").version(),
        question_rules=tuple(_rule(node, weighed, disallowed, declared) for node in nodes),
        fallback=Rule(None, None, (), ExpectedContent(), weighed, disallowed, declared),
        content_hash=content_hash(root),
    )


def _refuse_same_ids(nodes: list[Node]) -> None:
    first: dict[str, Node] = {}
    for node in nodes:
        name = node.member("id").value
        if isinstance(name, str) and first.setdefault(name.strip(), node) is not node:
            node.member("id").fault(f"must be unique ({shown(name)} is the id of {first[name.strip()].path} too)")


def _rule(node: Node, base: Weights | None, disallowed: tuple[re.Pattern[str], ...], declared: str | None) -> Rule:
    dimension, own = node.member("dimension"), node.member("disallowed_patterns")
    asked = ExpectedContent(
        _synonyms(node.member("required_keywords")),
        _synonyms(node.member("optional_keywords")),
        _synonyms(node.member("key_points")),
        node.member("reference_answers").texts(),
    )
    written = asked.key_points or asked.references
    shared = None if written and base and base.content else base
    return Rule(
        id=node.member("id").required().text(),
        dimension=dimension.choice(DIMENSIONS, DIMENSIONS[0]) if dimension.given else None,
        title_contains=_phrases(node.member("match").required().object().member("title_contains")),
        expected=asked,
        weights=_weights(node.member("weights")) or shared,
        disallowed=_disallowed(own) if own.given else disallowed,
        declared=primary(node.member("language").text()) or declared,
    )


def _phrases(node: Node) -> tuple[str, ...]:
    phrases = (node.text(),) if isinstance(node.value, str) else node.required().texts()
    if node.value == []:
        node.fault("must hold at least one phrase, or the rule fits no question")
    return tuple(_spaced(phrase) for phrase in phrases if phrase)


def _spaced(title: str) -> str:
    """A title, or a phrase looked for in one, as the two are compared."""
    return " ".join(fold(title).split())


def _synonyms(node: Node) -> tuple[tuple[str, ...], ...]:
    keywords = []
    for item in node.items():
        phrases = item.texts() if isinstance(item.value, list) else (item.required().text(),)
        if item.value == []:
            item.fault("must hold at least one synonym")
        for phrase in phrases:
            if phrase and not words(fold(phrase)):
                item.fault(f"must have a letter or a digit (it is {shown(phrase)})")
        keywords.append(tuple(phrase for phrase in phrases if phrase and words(fold(phrase))))
    return tuple(filter(None, keywords))


#: How much of an older file's weight for keywords is content: to name one is easily done.
_KEYWORD_IS_CONTENT = 0.3
#: The names of weights, those of older files included, and how much of each is content; the rest is evidence.
_WEIGHTS = {
    "content": 1.0, "evidence": 0.0, "relevance": 0.0, "structure": 0.0,
    "keyword": _KEYWORD_IS_CONTENT, "length": 0.0, "clarity": 0.0,
}


def _weights(node: Node) -> Weights | None:
    """The weights that an object names, by the names of today or of older files; None where it names none."""
    given = {name: node.object().member(name) for name in _WEIGHTS}
    faults_before = len(node.faults)
    named = {name: each.number(0.0) for name, each in given.items() if each.given}
    if not named:
        return None
    content = sum(_WEIGHTS[name] * weight for name, weight in named.items())
    if len(node.faults) == faults_before and not any(named.values()):
        node.fault("must have at least one weight above 0")
    return Weights(content, sum(named.values()) - content)


def _disallowed(node: Node) -> tuple[re.Pattern[str], ...]:
    compiled = (_regex(item) for item in node.items() if item.required().text())
    return tuple(pattern for pattern in compiled if pattern is not None)


def _regex(node: Node) -> re.Pattern[str] | None:
    try:
        with warnings.catch_warnings():
            # Python warns of syntax it may read otherwise one day; today it has one meaning.
            warnings.simplefilter("ignore")
            return re.compile(node.value, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as fault:
        node.fault(f"must be a regular expression ({fault}: it is {shown(node.value)})")
        return None
