"""The questions of the demo provider and the answers of its demo candidates, from `answers.json` and
`plan_answers.json`."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from ...lazy_dataclass import dataclass
from ...regex import regex
from .source import DemoSource

_ANSWERS = Path(__file__).with_name("answers.json")
#: Answers to the questions of the demo jobs' plans and drafts, in the form of the topics.
_PLAN_ANSWERS = Path(__file__).with_name("plan_answers.json")

#: On average one answer in this many is a level better than the candidate's usual one, and one a level worse.
_LEVEL_CHANGE_EVERY = 6
_SENTENCE_ENDS = regex(r"(?<=[.?!]) ")
_MIN_SENTENCES_TO_OMIT_ONE = 5
#: The made-up address of a candidate without one, as `domain/candidates/names.py` makes it.
_SYNTHETIC_EMAIL = regex(r"candidate-(\d{1,15})-")
_MAX_CANDIDATES = 1000


@dataclass(frozen=True)
class DemoQuestion:
    """A question of a position."""

    question_id: str
    title: str
    description: str | None
    time_limit_s: int | None = None
    thinking_time_s: int | None = None


@dataclass(frozen=True)
class DemoPosition:
    """A position with its questions in order."""

    position_id: str
    name: str
    questions: tuple[DemoQuestion, ...]


@dataclass(frozen=True)
class _Level:
    """A level of quality, and the share of candidates who usually answer so. `framed` answers get an opening and an
    ending."""

    name: str
    weight: int
    framed: bool


@dataclass(frozen=True)
class _Topic:
    """What questions are about, with answers by the name of their level. It is found by the `words` of a question, or,
    for a question of a demo job's plan or draft, by its very `title`."""

    name: str
    answers: Mapping[str, Sequence[str]]
    words: Sequence[str] = ()
    title: str | None = None
    #: The demo jobs whose plan or draft asks this.
    job_ids: Sequence[int] = ()


@dataclass(frozen=True)
class _SpecialAnswer:
    """What one candidate answers to a `question` (its id or its topic): a text, or the answer of another candidate."""

    email: str
    question: str
    text: str | None = None
    like: str | None = None


@dataclass(frozen=True)
class _DemoAnswers:
    """The content of both files. Topics of plans are found by the title of their question."""

    position: DemoPosition
    levels: Sequence[_Level]
    openings: Sequence[str]
    endings: Sequence[str]
    special: Sequence[_SpecialAnswer]
    topics: Sequence[_Topic]
    plan_topics: Mapping[str | None, _Topic]


@cache
def _read_answers() -> _DemoAnswers:
    general, of_plans = (json.loads(file.read_text("utf-8")) for file in (_ANSWERS, _PLAN_ANSWERS))
    position = general["position"]
    questions = (DemoQuestion(item["id"], item["title"], item["description"]) for item in position["questions"])
    return _DemoAnswers(
        DemoPosition(position["id"], position["name"], tuple(questions)),
        tuple(_Level(**level) for level in general["levels"]),
        general["openings"],
        general["endings"],
        tuple(_SpecialAnswer(**answer) for answer in general["special"]),
        tuple(_Topic(**topic) for topic in general["topics"]),
        {topic["title"]: _Topic(**topic) for topic in of_plans["topics"]},
    )


def default_position() -> DemoPosition:
    """The position that always exists."""
    return _read_answers().position


def transcripts(email: str, questions: Sequence[DemoQuestion]) -> tuple[str, ...]:
    """The answers of the candidate with this address: the same at every call, and mostly of one level of quality.

    A few candidates of the catalogue give special answers to some questions, or none, so that a demo shows every flag.
    """
    usual = _usual_answers(email, questions)
    special = {answer.question: answer for answer in _read_answers().special if answer.email == email.strip().lower()}
    return tuple(
        _special_answer(answers[0], answer, index, questions)
        if (answers := [special[key] for key in (question.question_id, _topic(question).name) if key in special])
        else answer
        for index, (question, answer) in enumerate(zip(questions, usual, strict=True))
    )


def _special_answer(special: _SpecialAnswer, usual: str, index: int, questions: Sequence[DemoQuestion]) -> str:
    """The special text, or another candidate's answer with a word of this candidate's before it."""
    if special.like is None:
        return special.text or ""
    return f"{usual.split()[0]} {_usual_answers(special.like, questions)[index]}"


def _usual_answers(email: str, questions: Sequence[DemoQuestion]) -> list[str]:
    levels = _read_answers().levels
    weighted_levels = [index for index, level in enumerate(levels) for _ in range(level.weight)]
    usual_level = weighted_levels[_draw(email, "level") % len(weighted_levels)]
    topics = [_topic(question) for question in questions]
    job_id = _most_common_job(topics)
    uses_of_topic: Counter[str] = Counter()
    answers = []
    for index, topic in enumerate(topics):
        answer_by_rank = _answer_by_rank(email, job_id, topic, index) if topic.job_ids else None
        if answer_by_rank is not None:
            answers.append(answer_by_rank)
            continue
        level_change = {0: -1, 1: 1}.get(_draw(email, f"mixing {index}") % _LEVEL_CHANGE_EVERY, 0)
        level = levels[min(max(usual_level + level_change, 0), len(levels) - 1)]
        pool = topic.answers[level.name]
        # Two questions on one topic get different answers as long as there are enough.
        text = pool[(_draw(email, topic.name) + uses_of_topic[topic.name]) % len(pool)]
        answers.append(_add_opening_and_ending(text, email, index) if level.framed else text)
        uses_of_topic[topic.name] += 1
    return answers


def _most_common_job(topics: Sequence[_Topic]) -> int | None:
    """The demo job that asks most of these; None if no demo job asks any."""
    jobs = Counter(job_id for topic in topics for job_id in topic.job_ids)
    return max(jobs, key=jobs.__getitem__, default=None)


def _answer_by_rank(email: str, job_id: int | None, topic: _Topic, index: int) -> str | None:
    """The answer of a candidate of this demo job to a question of a plan or draft; None for anybody else.

    The candidates of a job are of different quality and tell different stories, as far as there are enough.
    """
    candidates = () if job_id is None else _ranked_people(job_id)
    synthetic = _SYNTHETIC_EMAIL.match(email.strip().lower())
    person = int(synthetic[1]) if synthetic else email.strip().lower()
    rank = next((rank for rank, names in enumerate(candidates) if person in names), None)
    if rank is None:
        return None
    # Neighbours change places at some questions, so that nobody is always better than another.
    neighbour = (rank ^ 1) if index % 2 else ((rank - 1) ^ 1) + 1
    if 0 <= neighbour < len(candidates) and _draw(str(rank + neighbour), topic.name) % 2:
        rank = neighbour
    stories = [(level, text) for level in _read_answers().levels for text in topic.answers[level.name]]
    level, text = stories[rank * len(stories) // len(candidates)]
    return _add_opening_and_ending(text, email, index) if level.framed else text


@cache
def _ranked_people(job_id: int) -> tuple[tuple[int | str, ...], ...]:
    """The id and the e-mail address, if there is one, of each candidate of a demo job, those who answer best first."""
    candidates = DemoSource().candidates(job_id, _MAX_CANDIDATES)
    people = sorted(candidates, key=lambda person: _draw(str(person.candidate_id), f"rank {job_id}"))
    return tuple(
        (person.candidate_id, person.email.lower()) if person.email else (person.candidate_id,) for person in people
    )


def _add_opening_and_ending(text: str, email: str, index: int) -> str:
    """The answer between an opening and an ending, without one of its sentences if it has enough.

    Many candidates give the same answer, but hardly two in the same words.
    """
    openings, endings = _read_answers().openings, _read_answers().endings
    opening = openings[_draw(email, f"opening {index}") % len(openings)]
    ending = endings[_draw(email, f"ending {index}") % len(endings)]
    sentences = _SENTENCE_ENDS.split(text)
    if len(sentences) >= _MIN_SENTENCES_TO_OMIT_ONE:
        # Keep the first and the last sentence, the beginning and the end of the story.
        del sentences[1 + _draw(email, f"left out {index}") % (len(sentences) - 2)]
    return " ".join((opening, *sentences, ending))


def _topic(question: DemoQuestion) -> _Topic:
    """The topic of this very title; else the one with the most words in the question, those in the title counting
    double; the general one without any."""
    of_plan = _read_answers().plan_topics.get(question.title)
    if of_plan is not None:
        return of_plan
    title, description = _words(question.title), _words(question.description or "")
    topics = _read_answers().topics

    def count_matching_words(topic: _Topic) -> int:
        words = set(topic.words)
        return 2 * len(words & title) + len(words & description)

    best = max(topics, key=count_matching_words)
    return best if count_matching_words(best) else next(topic for topic in topics if not topic.words)


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.lower()))


def _draw(email: str, purpose: str) -> int:
    """A number that looks random but is always the same for a candidate and purpose."""
    return int.from_bytes(hashlib.sha256(f"{email.strip().lower()}\n{purpose}".encode()).digest()[:6])
