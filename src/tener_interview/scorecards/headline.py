"""Headline: what an interview comes to, in a plain sentence of the reader's language.

The sentence is made from facts alone, and its words are in `headlines.json`, by language.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from ..arithmetic import round_half_up
from ..lazy_dataclass import dataclass
from ..scoring import weights

#: The languages that there are words for.
LANGUAGES = ("en", "de", "es")
_TEXTS = Path(__file__).with_name("headlines.json")
#: At most so many topics are named; of more, one fewer is, and the others are counted.
NAMED_TOPICS = 4
#: "All but" names at most so many.
_EXCEPTIONS = 2

STRONG, MIDDLING, THIN = "strong", "middling", "thin"


@dataclass(frozen=True)
class TopicAnswer:
    """An answer by what it is about. `score` is the one that counts: a person's, where there is one."""

    topic: str
    score: float | None
    dealbreaker: bool = False
    answered: bool = True
    #: False: none of the points that the criteria list was found.
    points_found: bool = True
    #: False: not compared with the criteria, as it is in another language.
    content_assessed: bool = True
    #: Nearly the words of another candidate's answer.
    near_duplicate: bool = False


@dataclass(frozen=True)
class TotalFacts:
    """A total and what stands beside it. `total_source` says whose it is: machine, judge, override or human.

    `overridden_answers` says how many answers have a person's score; 0 if a person set the total itself. With
    `is_shared` the reader is outside, and learns of a person's score that it is one, not what the machine gave instead.
    """

    total: float | None
    total_source: str | None
    machine_total: float | None
    reviews: int = 0
    overridden_answers: int = 0
    is_shared: bool = False


@dataclass(frozen=True)
class HeadlineFacts:
    """What the sentence is made from. `unscored_because` is a key of the texts, None for an interview with scores."""

    answers: tuple[TopicAnswer, ...] = ()
    totals: TotalFacts | None = None
    unscored_because: str | None = None


def strength(score: float | None) -> str | None:
    """Return whether a score is strong, middling or thin; None without a score."""
    if score is None:
        return None
    return STRONG if score >= weights.STRONG_SCORE else THIN if score < weights.WEAK_SCORE else MIDDLING


def headline(facts: HeadlineFacts, language: str = "en") -> str:
    """Return the sentence, and a second one for what must not be overlooked. Raises KeyError for another language."""
    words = _texts()[language]
    answers = _number_shared_topics(words, facts.answers)
    sentences = [] if facts.unscored_because is None else [words[facts.unscored_because]]
    totals = facts.totals
    if totals is not None:
        sentences += _whose_total(words, totals)
    if facts.unscored_because is None and not _is_set_by_people(totals):
        sentences[:0] = [_strengths(words, language, answers), *_unsupported(words, language, answers)]
        sentences += [*_copied(words, language, answers), *_unscored(words, answers)]
    sentences += [
        words["dealbreaker_weak" if answer.answered else "dealbreaker_unanswered"].format(topic=answer.topic)
        for answer in answers
        if answer.dealbreaker and (not answer.answered or strength(answer.score) == THIN)
    ]
    return " ".join(filter(None, sentences))


def _number_shared_topics(words: Mapping[str, str], answers: Sequence[TopicAnswer]) -> Sequence[TopicAnswer]:
    """Return the answers; topics of several answers that are not equally strong have the question's number."""
    if len({answer.topic for answer in answers}) == len(answers):
        return answers
    strengths: dict[str, set[str | None]] = {}
    for answer in answers:
        strengths.setdefault(answer.topic, set()).add(strength(answer.score))
    return [
        replace(answer, topic=words["numbered"].format(topic=answer.topic, number=number))
        if len(strengths[answer.topic]) > 1 else answer
        for number, answer in enumerate(answers, 1)
    ]


def _is_set_by_people(totals: TotalFacts | None) -> bool:
    """Return whether the total says nothing of single answers."""
    return totals is not None and totals.total_source in ("human", "override") and not totals.overridden_answers


def _whose_total(words: Mapping[str, str], totals: TotalFacts) -> list[str]:
    values = {
        "total": _number(words, totals.total), "machine": _number(words, totals.machine_total),
        "count": str(totals.overridden_answers or totals.reviews),
    }
    alone = "_alone" if totals.machine_total is None else ""
    beside = "_shared" if totals.is_shared else alone
    if totals.total_source == "override" and totals.overridden_answers:
        key = f"answer_override{beside}_{_plural(totals.overridden_answers)}"
    elif totals.total_source == "override":
        key = f"override{beside}"
    elif totals.total_source == "human":
        key = f"human{alone}_{_plural(totals.reviews)}"
    elif totals.total_source == "judge":
        key = "judge"
    else:
        return []
    return [words[key].format_map(values)]


def _strengths(words: Mapping[str, str], language: str, answers: Sequence[TopicAnswer]) -> str:
    """Return which topics are strong and which thin, the furthest from the middle first.

    Answers that may not be praised have a sentence of their own, unless they are thin.
    """
    judged = [answer for answer in answers if not _has_own_sentence(answer)]
    if answers and not judged:
        return ""
    topics = _topics(judged)
    strong = sorted((topic for topic in topics if strength(topic[1]) == STRONG), key=lambda topic: -topic[1])
    thin = sorted((topic for topic in topics if strength(topic[1]) == THIN), key=lambda topic: topic[1])
    if not topics:
        return words["no_total"]
    if not strong and not thin:
        return words["middling" if len(judged) == len(answers) else "middling_others"]
    others = [name for name, score, _ in topics if strength(score) == MIDDLING]
    all_judged = len(judged) == len(answers)
    all_scored = all_judged and all(answer.score is not None for answer in answers)
    if all_scored and len(topics) == max(len(strong), len(thin)):
        return words["strong_all" if strong else "thin_all"]
    rest = max(len(strong), len(thin))
    if all_scored and len(topics) - len(others) == rest > _EXCEPTIONS + 1 > len(others):
        key = "strong_all_but" if strong else "thin_all_but"
        return words[key].format(others=_join_names(words, language, others))
    plural = _plural(sum(count for _, _, count in thin))
    key = "_and_".join([*(["strong"] if strong else []), *([f"thin_{plural}"] if thin else [])])
    if not all_scored and not (strong and thin):
        key = "strong_only" if strong else f"thin_{plural}_only"
    return words[key].format(
        strong=_join_names(words, language, [name for name, _, _ in strong]),
        thin=_join_names(words, language, [name for name, _, _ in thin]),
    )


def _has_own_sentence(answer: TopicAnswer) -> bool:
    if answer.score is None or not answer.content_assessed:
        return answer.score is not None
    return not answer.points_found and strength(answer.score) != THIN


def _lacks_points(answer: TopicAnswer) -> bool:
    return answer.score is not None and answer.content_assessed and not answer.points_found


def _unsupported(words: Mapping[str, str], language: str, answers: Sequence[TopicAnswer]) -> list[str]:
    """Return which answers lack every point of the criteria, and which were not compared with them.

    Thin answers without a point are named if others are: otherwise they would seem to have some.
    """
    own = [answer for answer in answers if _has_own_sentence(answer)]
    without_points = [answer for answer in answers if _lacks_points(answer)]
    sentences = []
    for key, of_kind in (
        ("no_points", without_points if any(answer in own for answer in without_points) else []),
        ("not_assessed", [answer for answer in own if not answer.content_assessed]),
    ):
        if key == "no_points" and len(of_kind) == len(answers) > 1:
            sentences.append(words["no_points_all"])
        elif of_kind:
            topics = _join_names(words, language, list(dict.fromkeys(answer.topic for answer in of_kind)))
            text = words[f"{key}_{_plural(len(of_kind))}"]
            sentences.append(text.format(topics=topics, count=len(answers) - len(of_kind), whole=len(answers)))
    return sentences


def _copied(words: Mapping[str, str], language: str, answers: Sequence[TopicAnswer]) -> list[str]:
    """Return which strong answers are nearly another candidate's: their praise may be the other's."""
    copied = [answer for answer in answers if answer.near_duplicate and strength(answer.score) == STRONG]
    topics = _join_names(words, language, list(dict.fromkeys(answer.topic for answer in copied)))
    return [words[f"near_duplicate_{_plural(len(copied))}"].format(topics=topics)] if copied else []


def _topics(answers: Sequence[TopicAnswer]) -> list[tuple[str, float, int]]:
    """Return each topic with a score: the mean of its answers of the same strength, and how many these are.

    A mean of a strong and a thin answer would hide both.
    """
    scored = [(answer.topic, strength(answer.score) or "", answer.score) for answer in answers
              if answer.score is not None]
    topics = []
    for (topic, _), same in groupby(sorted(scored), key=itemgetter(0, 1)):
        scores = [score for _, _, score in same]
        topics.append((topic, round_half_up(sum(scores) / len(scores), 1), len(scores)))
    return topics


def _unscored(words: Mapping[str, str], answers: Sequence[TopicAnswer]) -> list[str]:
    count = sum(answer.score is None for answer in answers)
    if count in (0, len(answers)):
        return []
    return [words[f"unscored_{_plural(count)}"].format(count=count, whole=len(answers))]


def _join_names(words: Mapping[str, str], language: str, names: Sequence[str]) -> str:
    if not names:
        return ""
    if len(names) > NAMED_TOPICS:
        named = NAMED_TOPICS - 1
        return words["and_more"].format(names=", ".join(names[:named]), count=len(names) - named)
    if len(names) == 1:
        return names[0]
    joined = words["and"].format(most=", ".join(names[:-1]), last=names[-1])
    # Spanish says "e" before the sound of an "i".
    before_i = language == "es" and names[-1].casefold().startswith(("i", "hi"))
    return joined.removesuffix(f" y {names[-1]}") + f" e {names[-1]}" if before_i else joined


def _plural(count: int) -> str:
    return "one" if count == 1 else "many"


def _number(words: Mapping[str, str], value: float | None) -> str:
    return "" if value is None else f"{value:.1f}".replace(".", words["decimal"])


@cache
def _texts() -> dict[str, dict[str, str]]:
    texts: dict[str, dict[str, str]] = json.loads(_TEXTS.read_text("utf-8"))
    return texts
