"""What the pretend Hireflix asks, and what its pretend candidates answer; both are data in `answers.json`."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_DATA = Path(__file__).with_name("answers.json")

#: Of so many answers, one on average is a level better than the candidate's usual one, and one a level worse.
_MIXING = 6
_SENTENCE_ENDS = re.compile(r"(?<=[.?!]) ")
_SENTENCES_TO_SPARE = 5


@dataclass(frozen=True)
class DemoQuestion:
    """A question of a position."""

    question_id: str
    title: str
    description: str | None


@dataclass(frozen=True)
class DemoPosition:
    """A position with its questions in asking order."""

    position_id: str
    name: str
    questions: tuple[DemoQuestion, ...]


def default_position() -> DemoPosition:
    """The position that is always there."""
    held = _data()["position"]
    questions = (DemoQuestion(one["id"], one["title"], one["description"]) for one in held["questions"])
    return DemoPosition(held["id"], held["name"], tuple(questions))


def transcripts(email: str, questions: Sequence[DemoQuestion]) -> tuple[str, ...]:
    """What the candidate with this address answers: the same at every call, mostly at one level of quality.

    A few candidates of the catalogue say something special somewhere, so that a demo shows every flag.
    """
    usual = _usual(email, questions)
    special = {one["question"]: one for one in _data()["special"] if one["email"] == email.strip().lower()}
    return tuple(
        _said(special[question.question_id], answer, at, questions) if question.question_id in special else answer
        for at, (question, answer) in enumerate(zip(questions, usual, strict=True))
    )


def _said(special: Mapping[str, str], usual: str, at: int, questions: Sequence[DemoQuestion]) -> str:
    """The special text, or what somebody else answers, with a word of one's own before it."""
    if "text" in special:
        return special["text"]
    return f"{usual.split()[0]} {_usual(special['like'], questions)[at]}"


def _usual(email: str, questions: Sequence[DemoQuestion]) -> list[str]:
    levels = _data()["levels"]
    lots = [at for at, level in enumerate(levels) for _ in range(level["weight"])]
    usual = lots[_draw(email, "level") % len(lots)]
    used: Counter[str] = Counter()
    answers = []
    for at, question in enumerate(questions):
        topic = _topic(question)
        shift = {0: -1, 1: 1}.get(_draw(email, f"mixing {at}") % _MIXING, 0)
        level = levels[min(max(usual + shift, 0), len(levels) - 1)]
        pool = topic["answers"][level["name"]]
        # Two questions on one topic get different answers while there are any.
        told = pool[(_draw(email, topic["name"]) + used[topic["name"]]) % len(pool)]
        answers.append(_framed(told, email, at) if level["framed"] else told)
        used[topic["name"]] += 1
    return answers


def _framed(told: str, email: str, at: int) -> str:
    """The answer between an opening and an ending, and without one of its sentences where there are enough.

    Many tell the same story, but hardly two in the same words.
    """
    openings, endings = _data()["openings"], _data()["endings"]
    opening = openings[_draw(email, f"opening {at}") % len(openings)]
    ending = endings[_draw(email, f"ending {at}") % len(endings)]
    sentences = _SENTENCE_ENDS.split(told)
    if len(sentences) >= _SENTENCES_TO_SPARE:
        # Neither the first, with which the story begins, nor the last, with which it ends.
        del sentences[1 + _draw(email, f"left out {at}") % (len(sentences) - 2)]
    return " ".join((opening, *sentences, ending))


def _topic(question: DemoQuestion) -> dict[str, Any]:
    """The topic most of whose words are in the question, the title counting double; without any, the general one."""
    title, description = _words(question.title), _words(question.description or "")
    topics: list[dict[str, Any]] = _data()["topics"]

    def hits(topic: dict[str, Any]) -> int:
        words = set(topic["words"])
        return 2 * len(words & title) + len(words & description)

    best = max(topics, key=hits)
    return best if hits(best) else next(topic for topic in topics if not topic["words"])


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.lower()))


def _draw(email: str, purpose: str) -> int:
    """A number that looks random and is always the same for one candidate and purpose."""
    return int.from_bytes(hashlib.sha256(f"{email.strip().lower()}\n{purpose}".encode()).digest()[:6])


@cache
def _data() -> dict[str, Any]:
    held: dict[str, Any] = json.loads(_DATA.read_text("utf-8"))
    return held
