"""The demo provider: a pretend Hireflix, to try the whole flow without an account. Nothing leaves the computer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, astuple
from typing import Protocol

from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...store.records import DemoInterview
from ...system.clock import Clock
from ..protocol import (
    AlreadyInvited,
    Interview,
    InterviewAnswer,
    InterviewEvaluation,
    Invitee,
    Placement,
    Position,
    PositionDraft,
    Question,
    Stage,
)
from .answers import DemoPosition, DemoQuestion, default_position, transcripts
from .evaluations import DemoEvaluations

MAX_ANSWER_CHARS = 5000

#: The demo candidate answers at this read of an interview.
ANSWERED_AT_POLL = 2

_HASH_TRIES = 20

#: Returns the demo candidate's answers to an interview that was just read; None while there are none yet.
ComposeAnswers = Callable[[DemoInterview], tuple[str, ...] | None]


class DemoInterviewStore(Protocol):
    """Stores the interviews and positions of the demo provider."""

    def add(self, interview: DemoInterview) -> bool:
        """Store an interview. Returns False when its e-mail (without case) or external id exists in the position."""

    def by_hash(self, hash: str) -> DemoInterview | None:  # noqa: A002 - the word Hireflix uses
        """The interview with this hash in its URL."""

    def find(self, position_id: str, email: str, external_id: str) -> DemoInterview | None:
        """The interview in this position with this external id, else with this e-mail (without case)."""

    def poll(
        self, invitation_ids: Sequence[str], compose_answers: ComposeAnswers, at_ms: int
    ) -> dict[str, DemoInterview]:
        """Count a read of these interviews unless they are finished, and finish those that `compose_answers` has
        answers for, in one transaction. Returns the known ones by id, as they are afterwards."""

    def finish(self, invitation_id: str, transcripts: tuple[str, ...], at_ms: int) -> bool:
        """Store the answers of an unfinished interview. Returns False and changes nothing for any other."""

    def add_position(self, position_id: str, name: str, questions_json: str) -> None:
        """Store a position."""

    def positions(self) -> list[tuple[str, str, str]]:
        """(position_id, name, questions_json) of all stored positions, oldest first."""


@dataclass(frozen=True)
class DemoPage:
    """The content of an interview's page."""

    name: str
    position_name: str
    questions: tuple[DemoQuestion, ...]
    finished: bool
    position_id: str = ""
    #: The external id that the interview was created with.
    external_id: str = ""


class DemoProvider:
    """The demo implementation of Provider.

    Anybody who opens `{page_base_url}/demo/interview/{hash}` can type answers. Otherwise the demo candidate answers at
    the second `read` of the interview, or at once with `answer_at_once`. `token_hex(n)` returns n random bytes as hex.
    """

    name = "demo"
    batch_size = 25
    concurrency = 1

    def __init__(
        self, store: DemoInterviewStore, clock: Clock, token_hex: Callable[[int], str], page_base_url: str
    ) -> None:
        self._store = store
        self._clock = clock
        self._token_hex = token_hex
        self._page_base_url = page_base_url.rstrip("/")
        self.default_position_id = default_position().position_id
        self._evaluations = DemoEvaluations()

    def invite(self, invitee: Invitee) -> Interview:
        position = self._position(invitee.position_id)
        interview = DemoInterview(
            invitation_id=self._token_hex(12),
            hash=self._free_hash(),
            position_id=invitee.position_id,
            email=invitee.email,
            external_id=invitee.external_id,
            first_name=invitee.first_name,
            created_at_ms=self._clock.now_ms(),
            polls=0,
            finished_at_ms=None,
            transcripts=(),
        )
        if not self._store.add(interview):
            raise AlreadyInvited
        return self._to_interview(interview, position)

    def find(self, position_id: str, *, email: str, external_id: str) -> Interview | None:
        interview = self._store.find(position_id, email, external_id)
        return None if interview is None else self._to_interview(interview, self._position(interview.position_id))

    def read(
        self, invitation_ids: Sequence[str], *, answer_at_once: bool = False
    ) -> Mapping[str, Interview | None | Problem]:
        ids = list(dict.fromkeys(invitation_ids))

        def compose_answers(interview: DemoInterview) -> tuple[str, ...] | None:
            position = positions.get(interview.position_id)
            if position is None or not (answer_at_once or interview.polls >= ANSWERED_AT_POLL):
                return None
            return transcripts(interview.email, position.questions)

        try:
            positions = self._positions()
            interviews = self._store.poll(ids, compose_answers, self._clock.now_ms())
        except Problem as problem:
            return dict.fromkeys(ids, problem)
        return {
            invitation_id: self._interview_or_problem(interviews.get(invitation_id), positions) for invitation_id in ids
        }

    def positions(self) -> list[Position]:
        return [Position(position.position_id, position.name) for position in self._positions().values()]

    def position(
        self, position_id: str, *, timed: bool = False  # noqa: ARG002 - they are at hand in any case
    ) -> Position | None:
        position = self._positions().get(position_id)
        if position is None:
            return None
        questions = tuple(
            Question(question.title, question.description, question.time_limit_s, question.thinking_time_s)
            for question in position.questions
        )
        return Position(position.position_id, position.name, questions=questions)

    def create_position(self, draft: PositionDraft) -> Position:
        questions = [
            DemoQuestion(self._token_hex(12), *astuple(question)) for question in draft.questions
        ]
        position_id = self._token_hex(12)
        self._store.add_position(position_id, draft.name, json.dumps([asdict(question) for question in questions]))
        return Position(position_id, draft.name)

    def evaluation(self, invitation_id: str) -> InterviewEvaluation | None:
        """What people have made of an interview. Only finished ones are asked about here."""
        return self._evaluations.get(invitation_id)

    def set_placement(
        self, invitation_id: str, before: Placement | None, after: Placement  # noqa: ARG002 - nothing to take back
    ) -> None:
        self._evaluations.set_placement(invitation_id, after)

    def rate(self, invitation_id: str, score: float | None) -> None:
        self._evaluations.rate(invitation_id, score)

    def comment(self, invitation_id: str, text: str) -> None:
        self._evaluations.comment(invitation_id, text)

    def available(self) -> bool:
        return True

    def page(self, hash: str) -> DemoPage | None:  # noqa: A002 - the word Hireflix uses
        """The page at an interview's URL; None for an unknown hash."""
        interview = self._store.by_hash(hash)
        if interview is None:
            return None
        position = self._position(interview.position_id)
        finished = interview.finished_at_ms is not None
        return DemoPage(
            interview.first_name, position.name, position.questions, finished, interview.position_id,
            interview.external_id,
        )

    def submit(self, hash: str, answers: Mapping[str, str]) -> bool:  # noqa: A002 - the word Hireflix uses
        """Finish an interview with typed answers by question id. Returns False when it is finished already.

        Raises `VALIDATION_FAILED` when all answers are empty or one is longer than MAX_ANSWER_CHARS, and
        `INTERVIEW_SESSION_NOT_FOUND` for an unknown hash.
        """
        interview = self._store.by_hash(hash)
        if interview is None:
            raise Problem("INTERVIEW_SESSION_NOT_FOUND", "There is no interview at this address.")
        if interview.finished_at_ms is not None:
            return False
        answer_texts = _clean_answers(self._position(interview.position_id), answers)
        return self._store.finish(interview.invitation_id, answer_texts, self._clock.now_ms())

    def _interview_or_problem(
        self, interview: DemoInterview | None, positions: Mapping[str, DemoPosition]
    ) -> Interview | None | Problem:
        if interview is None:
            return None
        position = positions.get(interview.position_id)
        if position is None:
            return _unknown_position_problem(interview.position_id)
        return self._to_interview(interview, position)

    def _to_interview(self, interview: DemoInterview, position: DemoPosition) -> Interview:
        return Interview(
            invitation_id=interview.invitation_id,
            stage=Stage.PENDING if interview.finished_at_ms is None else Stage.FINISHED,
            candidate_url=f"{self._page_base_url}/demo/interview/{interview.hash}",
            position_id=interview.position_id,
            external_id=interview.external_id,
            email=interview.email,
            finished_at_ms=interview.finished_at_ms,
            answers=_answers(position.questions, interview),
        )

    def _positions(self) -> dict[str, DemoPosition]:
        created = (
            DemoPosition(position_id, name, tuple(DemoQuestion(**one) for one in json.loads(questions)))
            for position_id, name, questions in self._store.positions()
        )
        return {position.position_id: position for position in (default_position(), *created)}

    def _position(self, position_id: str) -> DemoPosition:
        is_default = position_id == self.default_position_id
        position = default_position() if is_default else self._positions().get(position_id)
        if position is None:
            raise _unknown_position_problem(position_id)
        return position

    def _free_hash(self) -> str:
        """Eight characters as at Hireflix, so few that two interviews may draw the same."""
        for _ in range(_HASH_TRIES):
            drawn = self._token_hex(4)
            if self._store.by_hash(drawn) is None:
                return drawn
        raise Problem("INTERVIEW_PROVIDER_UNAVAILABLE", "The demo provider found no free address. Try again.")


def _unknown_position_problem(position_id: str) -> Problem:
    return Problem(
        "INTERVIEW_PROVIDER_REJECTED",
        f"The demo provider has no position {position_id}. Choose one of GET /api/admin/positions.",
        {"provider_error": {"type": "PositionNotFoundError", "position_id": position_id}},
    )


def _answers(questions: Sequence[DemoQuestion], interview: DemoInterview) -> tuple[InterviewAnswer, ...]:
    texts = interview.transcripts or ("",) * len(questions)
    return tuple(
        InterviewAnswer(
            question_id=question.question_id,
            title=question.title,
            description=question.description,
            answered=bool(transcript),
            answered_at_ms=interview.finished_at_ms if transcript else None,
            transcript=transcript or None,
            language="en" if transcript else None,
        )
        for question, transcript in zip(questions, texts, strict=True)
    )


def _clean_answers(position: DemoPosition, answers: Mapping[str, str]) -> tuple[str, ...]:
    """One text per question. Raises VALIDATION_FAILED."""
    texts = tuple(_clean(answers.get(question.question_id, "")) for question in position.questions)
    if not any(texts):
        raise Problem("VALIDATION_FAILED", "Please answer at least one question.", {"answer": None})
    for number, text in enumerate(texts, 1):
        if len(text) > MAX_ANSWER_CHARS:
            message = f"Answer {number} is longer than {MAX_ANSWER_CHARS} characters."
            raise Problem("VALIDATION_FAILED", message, {"answer": number})
    return texts


def _clean(text: str) -> str:
    """The text with plain line ends (a browser sends CRLF), and without anything that UTF-8 or SQLite cannot store."""
    plain = text.replace("\r\n", "\n").replace("\0", "")
    return plain.encode("utf-8", "replace").decode("utf-8").strip()
