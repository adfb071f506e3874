"""Reads the files of the question library, strictly: an error names its JSON path."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from types import MappingProxyType

from ..criteria.dimension import DIMENSIONS
from ..criteria.node import Node, shown
from ..lazy_dataclass import dataclass
from .library_question import (
    ORIGINAL,
    PLACEHOLDERS,
    ROLES,
    SENIORITIES,
    SKILL_KINDS,
    LibraryCompetency,
    LibraryQuestion,
    QuestionText,
    placeholders_of,
)
from .plan import (
    COMPETENCY_ID,
    MAX_ANCHOR_CHARS,
    MAX_COMPETENCY_NAME_CHARS,
    MAX_DESCRIPTION_CHARS,
    MAX_KEY_POINTS,
    MAX_KEYWORDS,
    MAX_PHRASE_CHARS,
    MAX_THINKING_TIME_S,
    MAX_TIME_LIMIT_S,
    MAX_TITLE_CHARS,
    MAX_WORDINGS,
    Anchors,
    Wordings,
)

#: The members of anchors and what a plan calls them.
_ANCHORS = {"1": "weak", "3": "middling", "5": "strong"}
_TEXT_MEMBERS = (
    "title", "title_plain", "description", "key_points", "anchors", "required_keywords", "optional_keywords"
)


@dataclass(frozen=True, eq=False)
class OriginalFile:
    """The file in English; equal only to itself."""

    dimensions: Mapping[str, str]
    competencies: tuple[LibraryCompetency, ...]
    questions: tuple[LibraryQuestion, ...]


@dataclass(frozen=True)
class TranslationFile:
    """The file of another language."""

    dimensions: Mapping[str, str]
    competencies: Mapping[str, str]
    texts: Mapping[str, QuestionText]


@dataclass(frozen=True)
class TranslationReader:
    """Reads the file of another language. Equal readers read the same, so that `load` has to read a file only once."""

    code: str
    original: OriginalFile

    def __call__(self, root: Node) -> TranslationFile:
        """Read the file; faults are collected in the node."""
        return _read_translation(root, self.code, self.original)


def read_original(root: Node) -> OriginalFile:
    """Read the English file; faults are collected in the node."""
    root = _members(root, "version", "language", "dimensions", "competencies", "questions")
    root.member("version").required().whole(1, 1)
    root.member("language").required().choice((ORIGINAL,), ORIGINAL)
    dimensions = _names(root.member("dimensions"), DIMENSIONS)
    competencies = tuple(map(_competency, root.member("competencies").required().items()))
    _refuse_same_ids(root.member("competencies"))
    _refuse_same_ids(root.member("questions"))
    named = {competency.id: competency for competency in competencies}
    questions = [_question(node, named) for node in root.member("questions").required().items()]
    return OriginalFile(dimensions, competencies, tuple(question for question in questions if question is not None))


def _competency(node: Node) -> LibraryCompetency:
    node = _members(node.required(), "id", "dimension", "name")
    return LibraryCompetency(
        _id(node.member("id")),
        _text(node.member("name").required(), MAX_COMPETENCY_NAME_CHARS),
        node.member("dimension").required().choice(DIMENSIONS, DIMENSIONS[0]),
    )


def _question(node: Node, competencies: Mapping[str, LibraryCompetency]) -> LibraryQuestion | None:
    node = _members(
        node.required(), "id", "competency", "roles", "seniority", "skills", "time_limit_s", "thinking_time_s",
        *_TEXT_MEMBERS,
    )
    faults_before = len(node.faults)
    competency = node.member("competency").required().choice(competencies, "")
    question_id = _id(node.member("id"))
    roles = _choices(node.member("roles").required(), ROLES)
    seniority = _choices(node.member("seniority"), SENIORITIES) if node.member("seniority").is_present else SENIORITIES
    skill_kinds = _choices(node.member("skills"), SKILL_KINDS)
    time_limit_s = node.member("time_limit_s").required().whole(180, MAX_TIME_LIMIT_S)
    thinking = node.member("thinking_time_s")
    thinking_time_s = thinking.whole(0, MAX_THINKING_TIME_S) if thinking.is_present else None
    text = _question_text(node)
    if len(node.faults) == faults_before and bool(skill_kinds) != ("skill" in text.placeholders):
        node.member("skills").fault("must be given exactly where the title leaves open a skill")
    for mark in _ANCHORS:
        node.member("anchors").object().member(mark).required()
    if len(node.faults) > faults_before:
        return None
    return LibraryQuestion(
        question_id, competencies[competency], roles, seniority, skill_kinds, time_limit_s, thinking_time_s,
        ORIGINAL, text,
    )


def _question_text(node: Node) -> QuestionText:
    anchors = _members(node.member("anchors"), *_ANCHORS)
    title, plain = node.member("title").required(), node.member("title_plain")
    if _placeholders(plain):
        plain.fault("must be a question without placeholders")
    _placeholders(title)
    return QuestionText(
        _text(title, MAX_TITLE_CHARS),
        _text(plain, MAX_TITLE_CHARS) or None,
        _text(node.member("description"), MAX_DESCRIPTION_CHARS) or None,
        _points(node.member("key_points").required(), MAX_KEY_POINTS),
        Anchors(**{name: _text(anchors.member(mark), MAX_ANCHOR_CHARS) for mark, name in _ANCHORS.items()}),
        _points(node.member("required_keywords"), MAX_KEYWORDS),
        _points(node.member("optional_keywords"), MAX_KEYWORDS),
    )


def _read_translation(root: Node, code: str, original: OriginalFile) -> TranslationFile:
    root = _members(root, "version", "language", "dimensions", "competencies", "questions")
    root.member("version").required().whole(1, 1)
    root.member("language").required().choice((code,), code)
    originals = {question.id: question.text for question in original.questions}
    questions = _members(root.member("questions").required(), *originals)
    texts: dict[str, QuestionText] = {}
    for question_id, english in originals.items():
        node = questions.member(question_id)
        if node.is_present:
            texts[question_id] = _question_text(_members(node, *_TEXT_MEMBERS))
            _compare_with_original(node, texts[question_id], english)
    competencies = _names(root.member("competencies"), [competency.id for competency in original.competencies])
    return TranslationFile(_names(root.member("dimensions"), DIMENSIONS), competencies, texts)


def _compare_with_original(node: Node, text: QuestionText, english: QuestionText) -> None:
    """Report where a translation asks for something else: candidates are scored by the same points in any language."""
    if _placeholders(node.member("title")) != english.placeholders:
        left_open = ", ".join(sorted(english.placeholders)) or "nothing"
        node.member("title").fault(f"must leave open what the English title does ({left_open})")
    if (text.title_plain is None) != (english.title_plain is None):
        node.member("title_plain").fault("must be given exactly where there is one in English")
    if len(text.key_points) != len(english.key_points):
        node.member("key_points").fault(
            f"must be as many as in English ({len(english.key_points)}; there are {len(text.key_points)})"
        )


def _members(node: Node, *names: str) -> Node:
    """Return the node as an object, and report members other than these: an unknown member is usually a misspelling."""
    node = node.object()
    for name in node.value:
        if name not in names and not name.startswith("x_"):
            node.member(name).fault("is not known here")
    return node


def _names(node: Node, keys: Collection[str]) -> Mapping[str, str]:
    node = _members(node.required(), *keys)
    return MappingProxyType({key: _text(node.member(key).required(), MAX_COMPETENCY_NAME_CHARS) for key in keys})


def _id(node: Node) -> str:
    name = node.required().text()
    if name and not re.fullmatch(COMPETENCY_ID, name):
        node.fault(f"must be lower-case letters, digits and underscores, 40 at most (it is {shown(name)})")
    return name


def _refuse_same_ids(node: Node) -> None:
    ids = [item.object().member("id") for item in node.items()]
    for place, item in enumerate(ids):
        if item.is_present and item.value in [earlier.value for earlier in ids[:place]]:
            item.fault(f"must be unique ({shown(item.value)} is there already)")


def _choices(node: Node, choices: Collection[str]) -> tuple[str, ...]:
    chosen = tuple(item.required().choice(choices, "") for item in node.items())
    if node.value == []:
        node.fault("must hold at least one of " + ", ".join(choices))
    return chosen


def _text(node: Node, max_chars: int) -> str:
    text = node.text()
    if len(text) > max_chars:
        node.fault(f"must have at most {max_chars} characters (it has {len(text)})")
    return text


def _placeholders(node: Node) -> frozenset[str]:
    try:
        placeholders = placeholders_of(node.value) if isinstance(node.value, str) else frozenset()
    except ValueError:
        node.fault("must have both braces of each placeholder")
        return frozenset()
    for name in sorted(placeholders - set(PLACEHOLDERS)):
        node.fault(f"must not leave open {shown(name)}: known are {', '.join(PLACEHOLDERS)}")
    return placeholders


def _points(node: Node, at_most: int) -> tuple[Wordings, ...]:
    items = node.items()
    if len(items) > at_most:
        node.fault(f"must be at most {at_most} (there are {len(items)})")
    points = []
    for item in items:
        wordings = item.required().items()
        if not 1 <= len(wordings) <= MAX_WORDINGS and isinstance(item.value, list):
            item.fault(f"must be 1 to {MAX_WORDINGS} ways to say it (there are {len(wordings)})")
        points.append(tuple(_text(wording.required(), MAX_PHRASE_CHARS) for wording in wordings))
    return tuple(points)
