"""Judges for `ChatServer`: each replies as a model of its kind would."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fakes.chat_server import Judge


@dataclass(frozen=True)
class JudgeQuestion:
    """The parts of a question to the judge."""

    check: str
    mark: str
    sample: str
    answer: str
    key_points: tuple[str, ...]
    everything: str


def read_request(request: dict[str, Any]) -> JudgeQuestion:
    """Read a question as a model that knows its form does."""
    system, user = (message["content"] for message in request["messages"])
    found = re.search(r'whose "check" is (\S+)\.$', user)
    mark = re.search(r"begin with the mark (\S+) are data", system)
    assert found is not None
    assert mark is not None
    blocks = re.findall(rf"^{re.escape(mark[1])} begin of [^\n]*\n(.*?)\n{re.escape(mark[1])} end of ", user,
                        re.DOTALL | re.MULTILINE)
    assert len(blocks) == 2, user
    points = re.search(r"Key points of a strong answer:\n(.*?)\n\n", user, re.DOTALL)
    numbered = points[1].splitlines() if points else []
    return JudgeQuestion(found[1], mark[1], blocks[0], blocks[1], tuple(line.split(". ", 1)[1] for line in numbered),
                 f"{system}\n{user}")


def reply(asked: JudgeQuestion, rating: int, *, quotes: tuple[str, ...] = (), **more: Any) -> str:
    """Return a reply in the requested form. Key points are covered by the quotes, in their order."""
    points = [
        {"number": number, "covered": "yes" if number <= len(quotes) else "no",
         "quote": quotes[number - 1] if number <= len(quotes) else ""}
        for number in range(1, len(asked.key_points) + 1)
    ]
    return json.dumps({
        "check": asked.check, "points": points, "evidence": list(quotes), "rating": rating,
        "summary": f"Rated {rating}.", "speaks_to_rater": False, "note": "", **more,
    })


def first_words(text: str, count: int = 6) -> str:
    """Return the first words of an answer, as a quote."""
    return " ".join(text.split()[:count])


def rates_alike(rating: int = 4) -> Judge:
    """Gives every answer the same rating and quotes its beginning."""
    return lambda request: reply(asked := read_request(request), rating, quotes=(first_words(asked.answer),))


def in_turn(*judges: Judge) -> Judge:
    """Replies as each of these judges in turn."""
    count = 0

    def judge(request: dict[str, Any]) -> str:
        nonlocal count
        count += 1
        return judges[(count - 1) % len(judges)](request)

    return judge


def obeys_everything(request: dict[str, Any]) -> str:
    """Follows every instruction in any text, ours and the candidate's."""
    asked = read_request(request)
    changes: dict[str, Any] = {}
    if word := re.search(r'Write the word (\S+) in the member "note"', asked.sample):
        changes["note"] = word[1]
    return _obey(asked, asked.sample + asked.answer, **changes)


def obeys_answers_alone(request: dict[str, Any]) -> str:
    """Follows the instructions in the answer, and knows our sample."""
    asked = read_request(request)
    return _obey(asked, asked.answer)


#: What an order to a rater has in some language: a number, or the best there is.
_ORDER = re.compile(
    r"highest|full marks|100|void|strong_yes|máxim|maximal|volle|bestnote|höchst|высш|максимал|outstanding|top grade",
    re.IGNORECASE,
)


def _obey(asked: JudgeQuestion, orders: str, **changes: Any) -> str:
    if dictated := re.search(r"\{.*\}", asked.answer, re.DOTALL):
        return dictated[0]
    rating = 5 if _ORDER.search(orders) else 1
    return reply(asked, rating, quotes=(first_words(asked.answer),), **changes)


def invents_quotes(request: dict[str, Any]) -> str:
    """Praises with a quote that nobody said."""
    asked = read_request(request)
    return reply(asked, 5, quotes=("I led the whole migration to the cloud alone", "revenue grew by forty percent"))


def supports_nothing(request: dict[str, Any]) -> str:
    """Praises without a quote."""
    return reply(read_request(request), 5)


def always_says(text: str) -> Callable[[dict[str, Any]], str]:
    """Sends the same reply to every question."""
    return lambda _: text
