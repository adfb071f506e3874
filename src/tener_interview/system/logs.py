"""The log: one line for each request and event, readable for a person or as JSON.

A line holds this program's own words, ids, numbers and error codes. Nothing that a person or another system wrote goes
into a line: no names, addresses, tokens, transcripts or exception messages.
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

from ..regex import regex

Value = str | int | float | bool | None

LOGGER = logging.getLogger("tener_interview")

#: Values that need no quotes. All others are quoted, so that no value can pass for two fields or begin a line.
_PLAIN = regex(r"[\w.:/{}+-]{1,200}", re.ASCII)


class RequestTimings:
    """The milliseconds of each upstream call that a request makes, from whichever thread."""

    __slots__ = ("request_id", "upstream_ms")

    def __init__(self, request_id: str) -> None:
        self.request_id = request_id
        #: Only appended to: appending is atomic, so that threads need no lock.
        self.upstream_ms: list[float] = []


#: The timings of the current request; None outside of one.
current: ContextVar[RequestTimings | None] = ContextVar("current", default=None)


class LogEvent:
    """An event and its fields. `str()` gives the human-readable form."""

    __slots__ = ("event", "fields")

    def __init__(self, event: str, fields: Mapping[str, Value]) -> None:
        self.event = event
        self.fields = fields

    def __str__(self) -> str:
        pairs = [f"{name}={_quote_if_needed(value)}" for name, value in self.fields.items() if value is not None]
        return " ".join([self.event, *pairs])


def log_event(event: str, level: int = logging.INFO, fault: BaseException | None = None, **fields: Value) -> None:
    """Log an event.

    Within a request the request's id is added. A fault adds its type and where it was raised, not its message.
    """
    if LOGGER.isEnabledFor(level):
        timings = current.get()
        if timings is not None and "request_id" not in fields:
            fields["request_id"] = timings.request_id
        if fault is not None:
            fields |= {"fault": type(fault).__name__, "raised_at": _raised_at(fault)}
        # Not LOGGER.log, which looks up the caller's frame; no line shows it, and every request logs one.
        LOGGER.handle(LOGGER.makeRecord(LOGGER.name, level, "", 0, LogEvent(event, fields), (), None))


def log_background_failure(fault: BaseException) -> None:
    """Log how work failed that nobody waits for any more; a Problem is logged by its code."""
    code = getattr(fault, "code", None)
    if isinstance(code, str):
        log_event("background_failed", logging.WARNING, code=code)
    else:
        log_event("background_failed", logging.ERROR, fault)


def _raised_at(fault: BaseException) -> str:
    frames = traceback.extract_tb(fault.__traceback__)[-6:]
    return " < ".join(f"{_short_path(frame.filename)}:{frame.lineno}:{frame.name}" for frame in reversed(frames))


def _short_path(path: str) -> str:
    return "/".join(path.replace("\\", "/").split("/")[-2:])


def _quote_if_needed(value: Value) -> str:
    text = f"{value:.1f}" if isinstance(value, float) else str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text)


class _TimedFormatter(logging.Formatter):
    """Formats the seconds once a second, and appends the milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self._second = (0, "")

    def format_time(self, created_s: float) -> str:
        second = int(created_s)
        if self._second[0] != second:
            self._second = (second, time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second)))
        return f"{self._second[1]}.{int((created_s - second) * 1000):03d}Z"


class HumanFormatter(_TimedFormatter):
    """`2026-01-31T09:30:00.000Z INFO request method=GET route=/health status=200`"""

    def format(self, record: logging.LogRecord) -> str:
        text = str(record.msg) if isinstance(record.msg, LogEvent) else _quote_if_needed(record.getMessage())
        return f"{self.format_time(record.created)} {record.levelname} {text}"


#: Fast encoders for the most frequent types: twice as fast as json.dumps, with the same output.
_ENCODERS: Mapping[type, Callable[[Any], str]] = {
    str: encode_basestring_ascii,
    int: repr,
    float: lambda value: repr(round(value, 1)),
}


class JsonFormatter(_TimedFormatter):
    """One JSON object per line: `time`, `level`, `event`, and the fields by name."""

    def format(self, record: logging.LogRecord) -> str:
        event = record.msg if isinstance(record.msg, LogEvent) else LogEvent("message", {"text": record.getMessage()})
        head = {"time": self.format_time(record.created), "level": record.levelname.lower(), "event": event.event}
        pairs = {**head, **event.fields}.items()
        members = [f'"{name}": {_ENCODERS.get(type(value), json.dumps)(value)}' for name, value in pairs]
        return f"{{{', '.join(members)}}}"


def set_up(stream: IO[str], style: str, *, only_logger: bool = True) -> None:
    """Write log lines to a stream; `style` is `human`, `json`, or `auto`: human on a terminal.

    If nothing else in this process uses logging (`only_logger`), attributes that no line shows are not collected
    (https://docs.python.org/3/howto/logging.html#optimization).
    """
    if only_logger:
        logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    human = stream.isatty() if style == "auto" else style == "human"
    handler = logging.StreamHandler(stream)
    handler.setFormatter(HumanFormatter() if human else JsonFormatter())
    LOGGER.handlers[:] = [handler]
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False
