"""What jobs are recognised by: skills, roles, seniority, topics and fields of work, read from the data files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ..lazy_dataclass import dataclass
from .job_text import Phrase, split_phrase

_FOLDER = Path(__file__).parent
#: Before a spelling of a skill that is an everyday word, too.
_EVERYDAY = "~"


@dataclass(frozen=True)
class KnownSkill:
    """A skill and its spellings."""

    name: str
    #: `tool` is something one works with and that can have faults, `practice` something one can do, and `aid` so common
    #: that no question is about it.
    kind: str
    roles: tuple[str, ...]
    #: Each with the words it is looked up by.
    spellings: tuple[tuple[str, Phrase], ...]
    #: Everyday words that count only as names: `Go`.
    names: tuple[str, ...]


@dataclass(frozen=True)
class Topic:
    """What a job may ask for beside skills, with the questions of the library that are about just that."""

    competency: str
    questions: tuple[str, ...]
    phrases: tuple[Phrase, ...]


@dataclass(frozen=True)
class Domain:
    """A field of work, by its name in each language."""

    names: Mapping[str, str]
    phrases: tuple[Phrase, ...]


@dataclass(frozen=True)
class SeniorityWords:
    """Phrases that show a seniority in a job's title and in its text."""

    title: tuple[Phrase, ...]
    text: tuple[Phrase, ...]


@dataclass(frozen=True)
class JobWords:
    """The file `job_words.json`."""

    roles: Mapping[str, tuple[Phrase, ...]]
    seniorities: Mapping[str, SeniorityWords]
    #: The competencies that are usual for a role, most usual first.
    usual_competencies: Mapping[str, tuple[str, ...]]
    topics: tuple[Topic, ...]
    #: The noun of an English verb: "inspecting" of "inspect".
    gerunds: Mapping[str, str]


@cache
def known_skills() -> tuple[KnownSkill, ...]:
    """Return the skills of `skills.json`."""
    return tuple(
        _skill(written, group) for group in _read("skills.json")["groups"] for written in group["skills"]
    )


@cache
def domains() -> tuple[Domain, ...]:
    """Return the fields of work of `domains.json`."""
    return tuple(Domain(entry["names"], _phrases(entry["words"])) for entry in _read("domains.json")["domains"])


@cache
def job_words() -> JobWords:
    """Return the words of `job_words.json`."""
    data = _read("job_words.json")
    return JobWords(
        roles={role: _phrases(words) for role, words in data["roles"].items()},
        seniorities={
            seniority: SeniorityWords(_phrases(words["title"]), _phrases(words["text"]))
            for seniority, words in data["seniorities"].items()
        },
        gerunds=data["gerunds"],
        usual_competencies={role: tuple(usual) for role, usual in data["usual_competencies"].items()},
        topics=tuple(
            Topic(topic["competency"], tuple(topic["questions"]), _phrases(topic["words"])) for topic in data["topics"]
        ),
    )


def _skill(written: list[str], group: Mapping[str, Any]) -> KnownSkill:
    names = tuple(spelling.removeprefix(_EVERYDAY) for spelling in written if spelling.startswith(_EVERYDAY))
    spellings = tuple((spelling, split_phrase(spelling)) for spelling in written if not spelling.startswith(_EVERYDAY))
    return KnownSkill(written[0].removeprefix(_EVERYDAY), group["kind"], tuple(group["roles"]), spellings, names)


def _phrases(words: Iterable[str]) -> tuple[Phrase, ...]:
    return tuple(map(split_phrase, words))


def _read(name: str) -> Any:
    return json.loads((_FOLDER / name).read_text("utf-8"))
