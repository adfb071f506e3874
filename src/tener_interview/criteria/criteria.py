"""Criteria: what a good answer to each question contains.

Read from config/interview_transcription_scoring_criteria.json.
"""

from __future__ import annotations

import itertools
import re
import warnings
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from ..languages.folding import fold, words
from ..languages.tags import language_tag, primary
from ..languages.words import language_of_text
from ..lazy_dataclass import dataclass
from ..regex import regex
from .backtracking import may_search_without_end
from .dimension import DIMENSIONS
from .files import content_hash, load
from .node import Node, shown

#: How much of an answer is searched for a disallowed pattern at once, more than ten minutes of speech, and how much of
#: that again with what follows.
_SEARCHED_CHARS, _OVERLAP_CHARS = 10_000, 1_000


@dataclass(frozen=True)
class ExpectedContent:
    """The content that a rule expects, as written in the file. A keyword or key point is a tuple of its wordings; the
    first one is its name."""

    required: tuple[tuple[str, ...], ...] = ()
    optional: tuple[tuple[str, ...], ...] = ()
    key_points: tuple[tuple[str, ...], ...] = ()
    references: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.required or self.optional or self.key_points or self.references)


@dataclass(frozen=True)
class Weights:
    """How much content and evidence count. Only their proportion matters; at least one is above 0."""

    content: float
    evidence: float


@dataclass(frozen=True)
class Rule:
    """How to score the answers to one kind of question."""

    #: None in the fallback, which applies to questions that no rule of the file matches.
    id: str | None
    #: None: inferred from the words of the question.
    dimension: str | None
    #: Folded. The rule applies to questions whose title contains one of them.
    title_contains: tuple[str, ...]
    expected: ExpectedContent
    #: None: depends on the kind of expected content.
    weights: Weights | None
    #: Searched in the verbatim answer, ignoring case.
    disallowed: tuple[re.Pattern[str], ...] = ()
    #: The language of the rule (`en`), if the file declares one.
    declared_language: str | None = None
    #: What of the formula the answer counts for, and its weight beside the other answers for it. None: the dimension.
    competency: str | None = None
    weight: float = 1.0
    #: A weak answer is pointed out to people; it changes no score.
    dealbreaker: bool = False

    @cached_property
    def language(self) -> str | None:
        """The language that the rule is written in; None if it cannot be identified."""
        # Not from keywords: names of things are the same in many languages, and "die casting" looks German.
        texts = (*self.title_contains, *self.expected.references, *itertools.chain(*self.expected.key_points))
        return self.declared_language or language_of_text(" ".join(texts)) or None

    def disallows(self, answer: str) -> bool:
        """Return whether a disallowed pattern is in an answer. A long one is searched in pieces, because many a
        pattern, such as `.*word`, takes a time that grows with the square of the length."""
        begins = range(0, max(len(answer) - _OVERLAP_CHARS, 1), _SEARCHED_CHARS - _OVERLAP_CHARS)
        return any(
            pattern.search(answer, begin, begin + _SEARCHED_CHARS) for pattern in self.disallowed for begin in begins
        )


@dataclass(frozen=True)
class Criteria:
    """The content of the criteria file."""

    version: str
    question_rules: tuple[Rule, ...]
    fallback: Rule
    #: See `files.content_hash`.
    content_hash: str

    @property
    def plan_version(self) -> int | None:
        """This plan's version; None for a criteria file."""
        return None

    def rule_for(self, title: str) -> Rule:
        """Return the first rule with a phrase that the title contains, else the fallback."""
        folded = _fold_title(title)
        matching = (rule for rule in self.question_rules if any(phrase in folded for phrase in rule.title_contains))
        return next(matching, self.fallback)

    def rules_for(self, questions: Sequence[tuple[str, str]]) -> list[Rule]:
        """Return the rule of each question of an interview, by their ids and titles, in their order."""
        return [self.rule_for(title) for _, title in questions]

    def rivals_of(self, rule: Rule) -> tuple[Rule, ...]:
        """Return the rules of other questions that have expected content."""
        return tuple(other for other in self.question_rules if other.expected and other is not rule)


#: A language tag with a primary subtag of two or three letters.
_TAG = regex(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*")


def load_criteria(path: Path) -> Criteria:
    """Read the criteria file. Unknown keys are ignored, missing optional ones take the defaults.

    Raises ConfigError with every fault and its JSON path.
    """
    return load(path, _criteria)


def make_rule(expected: ExpectedContent) -> Rule:
    """Make a rule that is not in a file."""
    return Rule(None, None, (), expected, None)


def _criteria(root: Node) -> Criteria:
    root = root.required().object()
    defaults = root.member("defaults").object()
    weights = _weights(defaults.member("weights"))
    disallowed = _compile_disallowed(defaults.member("disallowed_patterns"))
    nodes = [item.required().object() for item in root.member("question_rules").items()]
    _refuse_same_ids(nodes)
    declared = _language(root.member("language"))
    return Criteria(
        version=root.member("version").version(),
        question_rules=tuple(_rule(node, weights, disallowed, declared) for node in nodes),
        fallback=Rule(None, None, (), ExpectedContent(), weights, disallowed, declared),
        content_hash=content_hash(root),
    )


def _refuse_same_ids(nodes: list[Node]) -> None:
    first: dict[str, Node] = {}
    for node in nodes:
        name = node.member("id").value
        if isinstance(name, str) and first.setdefault(name.strip(), node) is not node:
            node.member("id").fault(f"must be unique ({shown(name)} is the id of {first[name.strip()].path} too)")


def _rule(node: Node, base: Weights | None, disallowed: tuple[re.Pattern[str], ...], declared: str | None) -> Rule:
    dimension, own_disallowed = node.member("dimension"), node.member("disallowed_patterns")
    expected = ExpectedContent(
        _synonyms(node.member("required_keywords")),
        _synonyms(node.member("optional_keywords")),
        _synonyms(node.member("key_points")),
        _references(node.member("reference_answers")),
    )
    # Key points and references need other weights than the defaults, which are meant for keywords.
    has_texts = expected.key_points or expected.references
    inherited = None if has_texts and base and base.content else base
    return Rule(
        id=node.member("id").required().text(),
        dimension=dimension.choice(DIMENSIONS, DIMENSIONS[0]) if dimension.is_present else None,
        title_contains=_phrases(node.member("match").required().object().member("title_contains")),
        expected=expected,
        weights=_weights(node.member("weights")) or inherited,
        disallowed=_compile_disallowed(own_disallowed) if own_disallowed.is_present else disallowed,
        declared_language=_language(node.member("language")) or declared,
    )


def _phrases(node: Node) -> tuple[str, ...]:
    phrases = (node.text(),) if isinstance(node.value, str) else node.required().texts()
    if node.value == []:
        node.fault("must hold at least one phrase, or the rule fits no question")
    return tuple(_fold_title(phrase) for phrase in phrases if phrase)


def _fold_title(title: str) -> str:
    """Fold a title, or a phrase to search in titles, for comparison."""
    return " ".join(fold(title).split())


def _language(node: Node) -> str | None:
    """Read a language, given by its tag or its name, as a primary subtag."""
    text = node.text()
    code = primary(text if _TAG.fullmatch(text) else language_tag(text))
    if text and not code:
        node.fault(f"must be a language, such as en or English (it is {shown(text)})")
    return code or None


def _references(node: Node) -> tuple[str, ...]:
    for item in node.items():
        _require_words(item, item.value)
    return node.texts()


def _require_words(node: Node, text: Any) -> None:
    if isinstance(text, str) and text.strip() and not words(fold(text)):
        node.fault(f"must have a letter or a digit (it is {shown(text)})")


def _synonyms(node: Node) -> tuple[tuple[str, ...], ...]:
    keywords = []
    for item in node.items():
        phrases = item.texts() if isinstance(item.value, list) else (item.required().text(),)
        if item.value == []:
            item.fault("must hold at least one synonym")
        for phrase in phrases:
            _require_words(item, phrase)
        keywords.append(tuple(phrase for phrase in phrases if phrase and words(fold(phrase))))
    return tuple(filter(None, keywords))


#: Share of an older file's keyword weight that counts as content: it is easy to name a keyword.
_KEYWORD_IS_CONTENT = 0.3
#: The names of weights, including those of older files, and the fraction of each that is content; the rest is evidence.
_WEIGHTS = {
    "content": 1.0, "evidence": 0.0, "relevance": 0.0, "structure": 0.0,
    "keyword": _KEYWORD_IS_CONTENT, "length": 0.0, "clarity": 0.0,
}


def _weights(node: Node) -> Weights | None:
    """Read the weights of an object, by their current or older names; None if it has none."""
    given = node.object()
    members = {name: given.member(name) for name in _WEIGHTS}
    faults_before = len(node.faults)
    weights = {name: member.number(0.0) for name, member in members.items() if member.is_present}
    if not weights:
        return None
    content = sum(_WEIGHTS[name] * weight for name, weight in weights.items())
    if len(node.faults) == faults_before and not any(weights.values()):
        node.fault("must have at least one weight above 0")
    return Weights(content, sum(weights.values()) - content)


def _compile_disallowed(node: Node) -> tuple[re.Pattern[str], ...]:
    compiled = (_regex(item) for item in node.items() if item.required().text())
    return tuple(pattern for pattern in compiled if pattern is not None)


def _regex(node: Node) -> re.Pattern[str] | None:
    try:
        with warnings.catch_warnings():
            # Python warns of syntax whose meaning may change in a later version.
            warnings.simplefilter("ignore")
            pattern = re.compile(node.value, re.IGNORECASE)
            is_endless = may_search_without_end(pattern)
    except (re.error, OverflowError, RecursionError) as fault:
        node.fault(f"must be a regular expression ({fault}: it is {shown(node.value)})")
        return None
    if is_endless:
        node.fault(
            "must not be able to match a text in two ways within a repetition, because searching some answers would"
            f" not end: repeat only once what is repeated twice, such as a+ for (a+)+ (it is {shown(node.value)})"
        )
    return pattern
