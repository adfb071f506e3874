"""What the pretend Hireflix asks, and what its pretend candidates answer; both are data in `demo_answers.json`."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_DATA = Path(__file__).with_name("demo_answers.json")

#: Of so many answers, one on average is a level better than the candidate's usual one, and one a level worse.
_MIXING = 6


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
    """What the candidate with this address answers: the same at every call, mostly at one level of quality."""
    levels = [level["name"] for level in _data()["levels"]]
    lots = [at for at, level in enumerate(_data()["levels"]) for _ in range(level["weight"])]
    usual = lots[_draw(email, "level") % len(lots)]
    used: Counter[str] = Counter()
    answers = []
    for at, question in enumerate(questions):
        topic = _topic(question)
        shift = {0: -1, 1: 1}.get(_draw(email, f"mixing {at}") % _MIXING, 0)
        pool = topic["answers"][levels[min(max(usual + shift, 0), len(levels) - 1)]]
        # Two questions on one topic get different answers while there are any.
        answers.append(pool[(_draw(email, topic["name"]) + used[topic["name"]]) % len(pool)])
        used[topic["name"]] += 1
    return tuple(answers)


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
