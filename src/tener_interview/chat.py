"""Chat: one question to a language model and its reply, whichever server it runs on; and reading a reply as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Protocol

from .lazy_dataclass import dataclass
from .regex import regex

#: What a reasoning model thinks aloud before its reply, and the fence that chat models put around JSON.
_THOUGHTS = regex(r"\A\s*<think>.*?</think>", re.DOTALL | re.IGNORECASE)
_FENCED = regex(r"\A\s*```(?:json)?\s*\n(.*)\n\s*```\s*\Z", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True)
class ChatRequest:
    """A question to a language model. `schema` is the JSON Schema of the reply; `system` says the same in words, for
    servers that do not know schemas. `temperature` is 0 for the likeliest reply."""

    system: str
    user: str
    schema_name: str
    schema: Mapping[str, Any]
    max_tokens: int
    temperature: float = 0.0
    seed: int | None = None


@dataclass(frozen=True)
class ChatReply:
    """The text of a reply, the model that gave it, and the tokens that were read and written. `complete` is False where
    the model refused, or was cut off at `max_tokens`."""

    text: str
    model: str
    input_tokens: int
    output_tokens: int
    complete: bool = True


class ChatFailed(Exception):
    """No reply. `reason` is for a person; `retry_after_s` is when the server wants to be asked again, if it says so."""

    def __init__(self, reason: str, retry_after_s: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after_s = retry_after_s


class Chat(Protocol):
    """A language model on some server."""

    @property
    def model(self) -> str: ...

    def __call__(self, request: ChatRequest) -> ChatReply:
        """Ask once, within one deadline. Raises ChatFailed."""


def read_json_object(text: str) -> dict[str, Any]:
    """Read a reply that is one JSON object and nothing else, apart from thoughts before it and a fence around it.

    Raises ValueError for anything else, for a name that occurs twice, and for numbers and characters that are none.
    """
    without_thoughts = _THOUGHTS.sub("", text, count=1)
    fenced = _FENCED.match(without_thoughts)
    try:
        value = json.loads(
            fenced[1] if fenced else without_thoughts, object_pairs_hook=_object, parse_constant=_refuse_constant
        )
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    # Half of a surrogate pair can be escaped in JSON, but neither stored nor sent.
    json.dumps(value, ensure_ascii=False).encode()
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) != len(pairs):
        raise ValueError("a name occurs twice")
    return names


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")
