"""The log: one line for each request and each event, for a person at a terminal or as JSON for a program.

A line holds names this program made up, ids, numbers and error codes. Nothing that a person or another system wrote
gets into one: no names, addresses, tokens, transcripts or messages of exceptions.
"""

from __future__ import annotations

import json
import logging
import re
import time
import traceback
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from json.encoder import encode_basestring_ascii
from typing import IO, Any

Value = str | int | float | bool | None

LOGGER = logging.getLogger("tener_interview")

#: What goes into a line as it is; anything else is quoted, so that no value can look like two or begin a line.
_PLAIN = re.compile(r"[\w.:/{}+-]{1,200}", re.ASCII)


class RequestTimings:
    """What one request asks of others, whichever threads do the asking: the milliseconds of each call."""

    __slots__ = ("request_id", "upstream_ms")

    def __init__(self, request_id: str) -> None:
        self.request_id = request_id
        #: Appended to, never counted up: an append is one step, also for threads side by side.
        self.upstream_ms: list[float] = []


#: The tally of the request that is being answered; None outside of one.
current: ContextVar[RequestTimings | None] = ContextVar("current", default=None)


class LogEvent:
    """An event and its fields. As text it is what a person reads."""

    __slots__ = ("event", "fields")

    def __init__(self, event: str, fields: Mapping[str, Value]) -> None:
        self.event = event
        self.fields = fields

    def __str__(self) -> str:
        pairs = [f"{name}={_shown(value)}" for name, value in self.fields.items() if value is not None]
        return " ".join([self.event, *pairs])


def log_event(event: str, level: int = logging.INFO, fault: BaseException | None = None, **fields: Value) -> None:
    """Write a line. Within a request it carries the request's id; a fault adds where it arose, not what it says."""
    if LOGGER.isEnabledFor(level):
        tally = current.get()
        if tally is not None and "request_id" not in fields:
            fields["request_id"] = tally.request_id
        if fault is not None:
            fields |= {"fault": type(fault).__name__, "raised_at": _raised_at(fault)}
        # Not LOGGER.log, which would first look up who calls: no line says it, and every request writes one.
        LOGGER.handle(LOGGER.makeRecord(LOGGER.name, level, "", 0, LogEvent(event, fields), (), None))


def log_background_failure(fault: BaseException) -> None:
    """Write of work that nobody waits for any more how it failed: a Problem by its code."""
    code = getattr(fault, "code", None)
    if isinstance(code, str):
        log_event("background_failed", logging.WARNING, code=code)
    else:
        log_event("background_failed", logging.ERROR, fault)


def _raised_at(fault: BaseException) -> str:
    frames = traceback.extract_tb(fault.__traceback__)[-6:]
    return " < ".join(f"{_short(frame.filename)}:{frame.lineno}:{frame.name}" for frame in reversed(frames))


def _short(path: str) -> str:
    return "/".join(path.replace("\\", "/").split("/")[-2:])


def _shown(value: Value) -> str:
    text = f"{value:.1f}" if isinstance(value, float) else str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text)


class _Timed(logging.Formatter):
    """Works the time out once a second and writes the milliseconds after it."""

    def __init__(self) -> None:
        super().__init__()
        self._second = (0, "")

    def at(self, created_s: float) -> str:
        second = int(created_s)
        if self._second[0] != second:
            self._second = (second, time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second)))
        return f"{self._second[1]}.{int((created_s - second) * 1000):03d}Z"


class Human(_Timed):
    """`2026-01-31T09:30:00.000Z INFO request method=GET route=/health status=200`"""

    def format(self, record: logging.LogRecord) -> str:
        said = str(record.msg) if isinstance(record.msg, LogEvent) else _shown(record.getMessage())
        return f"{self.at(record.created)} {record.levelname} {said}"


#: What is most of a line, written as json.dumps does it in half the time; anything else is left to that.
_JSON: Mapping[type, Callable[[Any], str]] = {
    str: encode_basestring_ascii,
    int: repr,
    float: lambda value: repr(round(value, 1)),
}


class Json(_Timed):
    """The same as an object a line: `time`, `level`, `event`, and the fields under their names."""

    def format(self, record: logging.LogRecord) -> str:
        line = record.msg if isinstance(record.msg, LogEvent) else LogEvent("message", {"text": record.getMessage()})
        head = {"time": self.at(record.created), "level": record.levelname.lower(), "event": line.event}
        pairs = {**head, **line.fields}.items()
        written = [f'"{name}": {_JSON.get(type(value), json.dumps)(value)}' for name, value in pairs]
        return f"{{{', '.join(written)}}}"


def set_up(stream: IO[str], style: str, *, alone: bool = True) -> None:
    """Write lines to a stream; `style` is `human`, `json`, or `auto`: human where somebody sits at a terminal.

    Where nobody else logs in this process (`alone`), what no line shows is not looked up for each of them
    (https://docs.python.org/3/howto/logging.html#optimization).
    """
    if alone:
        logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    human = stream.isatty() if style == "auto" else style == "human"
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Human() if human else Json())
    LOGGER.handlers[:] = [handler]
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False
