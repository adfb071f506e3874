"""Scoring in a process of its own: a batch takes long, and whoever wants an answer meanwhile shall not wait for it.

The worker runs at a low priority, is started when it is first wanted, and leaves when it has had nothing to do for a
while, or as soon as the service is gone, however that ended. It is given nothing but what it scores.
"""

from __future__ import annotations

import logging
import os
import pickle
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from select import select
from typing import TYPE_CHECKING, Any

from .criteria.criteria import Criteria
from .criteria.formula import Formula
from .scorecards.interview import score_interview
from .scorecards.result import Result
from .system import logs
from .system.gate import Gate
from .transcripts.captions import plain_transcript
from .transcripts.duplicates import Shingles, shingles
from .transcripts.transcript import Transcript

if TYPE_CHECKING:
    from io import BufferedRWPair

Vectors = Mapping[str, Sequence[float]]

#: What is to be had without the worker, above all the interpreter.
NICENESS = 10
#: The worker leaves after so long without work, and gives its memory back.
IDLE_S = 60.0
#: An interview takes some hundredths of a second, and longer where all processors are busy.
PATIENCE_S = 60.0
#: After two workers in a row have failed, none is tried for so long.
REST_S = 60.0

#: Isolated from the environment and from the folder it is started in; of packages, only this one is to be found.
COMMAND = (
    sys.executable or "python3", "-I", "-S", "-c",
    "import sys; sys.path.insert(0, sys.argv[1]); from tener_interview.scoring_worker import work; work()",
    str(Path(__file__).parent.parent),
)


@dataclass(frozen=True)
class Scored:
    """The result of an interview, and by what its answers are compared with those of others, by their words."""

    result: Result
    shingles: Mapping[str, Shingles]


#: Scores an interview: its transcripts, the language it is held in, and vectors of its texts where there are any.
Scorer = Callable[[Criteria, Formula, tuple[Transcript, ...], str | None, Vectors], Scored]


def score(
    criteria: Criteria, formula: Formula, said: tuple[Transcript, ...], language: str | None, vectors: Vectors
) -> Scored:
    """Score an interview in this process. What is scored is what is kept and shown: the words, without what a
    captioning tool put around them."""
    said = in_words(said)
    result = score_interview(criteria, formula, said, language, vectors)
    return Scored(result, {each.text: shingles(each.text) for each in said if each.text})


def in_words(said: tuple[Transcript, ...]) -> tuple[Transcript, ...]:
    """Transcripts without what a captioning tool put around the words."""
    return tuple(replace(each, text=(plain_transcript(each.text) or None) if each.text else None) for each in said)


class ScoringWorker:
    """Scores in another process, one interview at a time, in the order of asking; in this one where that cannot be."""

    def __init__(self, command: Sequence[str] = COMMAND, patience_s: float = PATIENCE_S) -> None:
        self._command = command
        self._patience_s = patience_s
        self.turn = Gate(1)
        self._process: subprocess.Popen[bytes] | None = None
        self._stream: BufferedRWPair | None = None
        #: By what the worker scores.
        self._told: tuple[Criteria, Formula] | None = None
        self._rests_until_s = 0.0
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The process, while there is one."""
        process = self._process
        return process.pid if process and process.poll() is None else None

    def score(
        self, criteria: Criteria, formula: Formula, said: tuple[Transcript, ...], language: str | None,
        vectors: Vectors,
    ) -> Scored:
        """What the function of this name returns, or raises."""
        self.turn.enter()
        try:
            found = self._ask((criteria, formula), (said, language, vectors))
        finally:
            self.turn.leave()
        return found or score(criteria, formula, said, language, vectors)

    def close(self) -> None:
        """End the worker; it holds nothing that could be lost. What is still asked is scored in this process."""
        self._closed = True
        self._end()

    def _ask(self, rules: tuple[Criteria, Formula], interview: tuple[Any, ...]) -> Scored | None:
        """What the worker says, or another one in its place; None where neither does."""
        for _ in range(2):
            if self._closed or time.monotonic() < self._rests_until_s:
                return None
            try:
                if self.pid is None:
                    self._start()
                return self._exchange(rules, interview)
            except Exception as fault:  # half an answer may be anything
                kind = type(fault).__name__
                self._end()
        if not self._closed:
            logs.log_event("scoring_worker_failed", logging.WARNING, kind=kind, rest_s=REST_S)
            self._rests_until_s = time.monotonic() + REST_S
        return None

    def _exchange(self, rules: tuple[Criteria, Formula], interview: tuple[Any, ...]) -> Scored | None:
        stream = self._stream
        if stream is None:
            raise EOFError
        pickle.dump((None if rules == self._told else rules, interview), stream, pickle.HIGHEST_PROTOCOL)
        stream.flush()
        found = read_result(stream)
        self._told = rules
        return found

    def _start(self) -> None:
        self._end()
        ours, theirs = socket.socketpair()
        ours.settimeout(self._patience_s)
        with ours, theirs:
            # No session of its own: Linux weighs priorities only among the processes of one.
            self._process = subprocess.Popen(  # noqa: S603 - our own Python
                self._command, stdin=theirs.fileno(), stdout=theirs.fileno(), stderr=subprocess.DEVNULL, cwd="/",
                env={},
            )
            self._stream = ours.makefile("rwb")

    def _end(self) -> None:
        process, stream = self._process, self._stream
        self._process = self._stream = self._told = None
        if process is not None:
            process.kill()
            process.wait()
        if stream is not None:
            with suppress(OSError):
                stream.close()


def read_result(stream: BufferedRWPair) -> Scored | None:
    """What the worker answers of one interview."""
    found: Scored | None = pickle.load(stream)  # noqa: S301 - from our own child
    return found


def work() -> None:
    """Be the worker: score what comes over standard input until nothing does any more."""
    os.nice(NICENESS)
    for number in (signal.SIGINT, signal.SIGTERM):
        # These tell the service to stop, which may still want something scored; it ends the worker itself.
        signal.signal(number, signal.SIG_IGN)
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    rules: tuple[Criteria, Formula] | None = None
    with suppress(EOFError, BrokenPipeError, ConnectionResetError, pickle.UnpicklingError):
        while select([asked], [], [], IDLE_S)[0]:
            new_rules, interview = pickle.load(asked)  # noqa: S301 - from our own parent
            rules = new_rules or rules
            pickle.dump(_scored(rules, interview), answers, pickle.HIGHEST_PROTOCOL)
            answers.flush()


def _scored(rules: tuple[Criteria, Formula] | None, interview: tuple[Any, ...]) -> Scored | None:
    """None for what cannot be scored: the service tries it itself, and says what is wrong."""
    try:
        return score(*rules, *interview) if rules else None
    except Exception:
        return None
