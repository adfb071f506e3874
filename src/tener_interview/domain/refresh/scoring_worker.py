"""Scores interviews in a separate process, so that batches do not delay the service's responses.

The worker runs at a low priority. It starts with the first batch, and exits after a minute without work or as soon as
the service ends, however it ends. It gets only what it scores.
"""

from __future__ import annotations

import logging
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from select import select
from typing import TYPE_CHECKING, Any

from ...lazy_dataclass import dataclass
from ...system import logs
from ...system.locks import FairSemaphore

if TYPE_CHECKING:
    from io import BufferedRWPair

    from ...criteria.criteria import Criteria
    from ...criteria.formula import Formula
    from ...scorecards.result import Result
    from ...scoring.vectors import Vectors
    from ...transcripts.duplicates import Shingles
    from ...transcripts.transcript import Transcript

    #: Scores an interview: its transcripts, its language, and the vectors of its texts if there are any.
    Scorer = Callable[[Criteria, Formula, tuple[Transcript, ...], str | None, Vectors], "ScoredInterview"]

#: The worker yields the processor, and with it the interpreter, to the service.
NICENESS = 10
#: The worker exits after this long without work, which frees its memory.
IDLE_S = 60.0
#: Scoring an interview takes some hundredths of a second, and longer on a busy computer.
RESPONSE_TIMEOUT_S = 60.0
#: After two failed workers in a row, none is started for this long.
RETRY_AFTER_S = 60.0

#: Isolated from the environment and the current folder; only this package can be imported.
COMMAND = (
    sys.executable or "python3", "-I", "-S", "-c",
    f"import sys; sys.path.insert(0, sys.argv[1]); from {__name__} import run_worker; run_worker()",
    str(Path(__file__).parents[3]),
)


@dataclass(frozen=True)
class ScoredInterview:
    """The result of an interview, and the shingles of each answer text, for finding near duplicates."""

    result: Result
    shingles: Mapping[str, Shingles]


def score_in_this_process(
    criteria: Criteria, formula: Formula, transcripts: tuple[Transcript, ...], language: str | None, vectors: Vectors
) -> ScoredInterview:
    """Score an interview in this process, without the markup of captioning tools.

    Imports the scorer on first use: it loads the data of the languages.
    """
    from ...scorecards.interview import score_interview
    from ...transcripts.duplicates import shingles

    transcripts = without_caption_markup(transcripts)
    result = score_interview(criteria, formula, transcripts, language, vectors)
    return ScoredInterview(
        result, {transcript.text: shingles(transcript.text) for transcript in transcripts if transcript.text}
    )


def without_caption_markup(transcripts: tuple[Transcript, ...]) -> tuple[Transcript, ...]:
    """Return the transcripts without the markup that captioning tools add, as they are scored, stored and shown."""
    from ...transcripts.captions import plain_transcript

    plain = [(plain_transcript(transcript.text) or None) if transcript.text else None for transcript in transcripts]
    return tuple(
        transcript if transcript.text == text else replace(transcript, text=text)
        for transcript, text in zip(transcripts, plain, strict=True)
    )


class ScoringWorker:
    """Scores interviews in another process, one at a time, first come, first served; in this process if that fails."""

    def __init__(self, command: Sequence[str] = COMMAND, response_timeout_s: float = RESPONSE_TIMEOUT_S) -> None:
        self._command = command
        self._patience_s = response_timeout_s
        self.lock = FairSemaphore(1)
        self._process: subprocess.Popen[bytes] | None = None
        self._stream: BufferedRWPair | None = None
        #: The criteria and formula that the worker has.
        self._worker_rules: tuple[Criteria, Formula] | None = None
        self._retry_at_s = 0.0
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The process id of the worker, if it runs."""
        process = self._process
        return process.pid if process and process.poll() is None else None

    def score(
        self, criteria: Criteria, formula: Formula, transcripts: tuple[Transcript, ...], language: str | None,
        vectors: Vectors,
    ) -> ScoredInterview:
        """Score an interview like `score_in_this_process`, and raise what it raises."""
        self.lock.acquire()
        try:
            scored = self._score_in_worker((criteria, formula), (transcripts, language, vectors))
        finally:
            self.lock.release()
        return scored or score_in_this_process(criteria, formula, transcripts, language, vectors)

    def close(self) -> None:
        """Stop the worker, which holds nothing that could be lost. Later calls are scored in this process."""
        self._closed = True
        self._end()

    def _score_in_worker(self, rules: tuple[Criteria, Formula], interview: tuple[Any, ...]) -> ScoredInterview | None:
        """The worker's result, with one retry in a new worker; None if both fail."""
        for _ in range(2):
            if self._closed or time.monotonic() < self._retry_at_s:
                return None
            try:
                if self.pid is None:
                    self._start()
                return self._send_and_receive(rules, interview)
            except Exception as fault:  # a truncated pickle may raise anything
                fault_type = type(fault).__name__
                self._end()
        if not self._closed:
            logs.log_event("scoring_worker_failed", logging.WARNING, kind=fault_type, rest_s=RETRY_AFTER_S)
            self._retry_at_s = time.monotonic() + RETRY_AFTER_S
        return None

    def _send_and_receive(self, rules: tuple[Criteria, Formula], interview: tuple[Any, ...]) -> ScoredInterview | None:
        stream = self._stream
        if stream is None:
            raise EOFError
        pickle.dump((None if rules == self._worker_rules else rules, interview), stream, pickle.HIGHEST_PROTOCOL)
        stream.flush()
        scored = receive_result(stream)
        self._worker_rules = rules
        return scored

    def _start(self) -> None:
        self._end()
        parent_end, worker_end = socket.socketpair()
        parent_end.settimeout(self._patience_s)
        with parent_end, worker_end:
            # No session of its own: Linux compares priorities only within a session.
            self._process = subprocess.Popen(  # noqa: S603 - our own Python
                self._command,
                stdin=worker_end.fileno(),
                stdout=worker_end.fileno(),
                stderr=subprocess.DEVNULL,
                cwd="/",
                env={},
            )
            self._stream = parent_end.makefile("rwb")
        # Whenever the worker exits, so that it does not stay in the process table as defunct.
        threading.Thread(target=self._process.wait, name="scoring-worker", daemon=True).start()

    def _end(self) -> None:
        process, stream = self._process, self._stream
        self._process = self._stream = self._worker_rules = None
        if process is not None:
            process.kill()
            process.wait()
        if stream is not None:
            with suppress(OSError):
                stream.close()


def receive_result(stream: BufferedRWPair) -> ScoredInterview | None:
    """Receive the worker's result of one interview; None if scoring failed there."""
    scored: ScoredInterview | None = pickle.load(stream)  # noqa: S301 - from our own child
    return scored


def run_worker() -> None:
    """The worker process: score requests from standard input until there are no more."""
    os.nice(NICENESS)
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        # These stop the service, which may still need the worker; it stops the worker itself.
        signal.signal(signal_number, signal.SIG_IGN)
    requests, responses = sys.stdin.buffer, sys.stdout.buffer
    rules: tuple[Criteria, Formula] | None = None
    with suppress(EOFError, BrokenPipeError, ConnectionResetError, pickle.UnpicklingError):
        while select([requests], [], [], IDLE_S)[0]:
            new_rules, interview = pickle.load(requests)  # noqa: S301 - from our own parent
            rules = new_rules or rules
            pickle.dump(_score_or_none(rules, interview), responses, pickle.HIGHEST_PROTOCOL)
            responses.flush()


def _score_or_none(rules: tuple[Criteria, Formula] | None, interview: tuple[Any, ...]) -> ScoredInterview | None:
    """None if scoring fails: the service then scores it itself and reports the error."""
    try:
        return score_in_this_process(*rules, *interview) if rules else None
    except Exception:
        return None
