"""A pretend Hireflix, to try the whole flow without an account. Nothing leaves the machine."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

from ...errors import Problem
from ...system.clock import Clock
from ..protocol import AlreadyInvited, Interview, InterviewAnswer, Invitee, Position, PositionDraft, Question, Stage
from .answers import DemoPosition, DemoQuestion, default_position, transcripts

MAX_ANSWER_CHARS = 5000

#: The pretend candidate answers when an interview is asked about for this time.
ANSWERED_AT_POLL = 2

_HASH_DRAWS = 20


@dataclass(frozen=True)
class DemoInterview:
    """An interview as the pretend Hireflix keeps it; one transcript for each question, empty where unanswered."""

    invitation_id: str
    hash: str
    position_id: str
    email: str
    external_id: str
    first_name: str
    created_at_ms: int
    polls: int
    finished_at_ms: int | None
    transcripts: tuple[str, ...]


#: What a pretend candidate answers to an interview that was asked about; None while there is no answer yet.
Pretend = Callable[[DemoInterview], tuple[str, ...] | None]


class DemoInterviewStore(Protocol):
    """Where the pretend Hireflix keeps what it has to remember."""

    def add(self, interview: DemoInterview) -> bool:
        """Keep it. False, and nothing kept, when its e-mail (without case) or external id is taken in its position."""

    def by_hash(self, hash: str) -> DemoInterview | None:  # noqa: A002 - the word Hireflix uses
        """The interview of a candidate's page."""

    def find(self, position_id: str, email: str, external_id: str) -> DemoInterview | None:
        """The interview in this position with this external id, else with this e-mail (without case)."""

    def ask(self, invitation_ids: Sequence[str], pretend: Pretend, at_ms: int) -> dict[str, DemoInterview]:
        """Count that these interviews were asked about, unless they are finished, and finish those that `pretend` has
        answers for, all or none of it. By id as they are then, without those that are not known."""

    def finish(self, invitation_id: str, transcripts: tuple[str, ...], at_ms: int) -> bool:
        """Keep the answers of an unfinished interview. False, and nothing changed, for any other."""

    def add_position(self, position_id: str, name: str, questions_json: str) -> None:
        """Keep a position."""

    def positions(self) -> list[tuple[str, str, str]]:
        """(position_id, name, questions_json) of all positions kept, oldest first."""


@dataclass(frozen=True)
class DemoPage:
    """What the candidate sees at an interview's address."""

    name: str
    position_name: str
    questions: tuple[DemoQuestion, ...]
    finished: bool
    position_id: str = ""
    #: Whose interview it is, in the words of whoever invited.
    external_id: str = ""


class DemoProvider:
    """The Provider that pretends.

    Whoever opens `{page_base_url}/demo/interview/{hash}` may type answers. If nobody does, the pretend candidate
    answers at the second `read` of the interview, at once with `force`. `token_hex` gives so many random bytes as hex.
    """

    name = "demo"
    batch_size = 25
    concurrency = 1

    def __init__(
        self, shelf: DemoInterviewStore, clock: Clock, token_hex: Callable[[int], str], page_base_url: str
    ) -> None:
        self._shelf = shelf
        self._clock = clock
        self._token_hex = token_hex
        self._page_base_url = page_base_url.rstrip("/")
        self.default_position_id = default_position().position_id

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
        if not self._shelf.add(interview):
            raise AlreadyInvited
        return self._view(interview, position)

    def find(self, position_id: str, *, email: str, external_id: str) -> Interview | None:
        found = self._shelf.find(position_id, email, external_id)
        return None if found is None else self._view(found, self._position(found.position_id))

    def read(self, invitation_ids: Sequence[str], *, force: bool = False) -> Mapping[str, Interview | None | Problem]:
        wanted = list(dict.fromkeys(invitation_ids))

        def pretend(interview: DemoInterview) -> tuple[str, ...] | None:
            position = positions.get(interview.position_id)
            if position is None or not (force or interview.polls >= ANSWERED_AT_POLL):
                return None
            return transcripts(interview.email, position.questions)

        try:
            positions = self._positions()
            found = self._shelf.ask(wanted, pretend, self._clock.now_ms())
        except Problem as problem:
            return dict.fromkeys(wanted, problem)
        return {each: self._told(found.get(each), positions) for each in wanted}

    def positions(self) -> list[Position]:
        return [Position(position.position_id, position.name) for position in self._positions().values()]

    def position(
        self, position_id: str, *, timed: bool = False  # noqa: ARG002 - typed answers take any time
    ) -> Position | None:
        found = self._positions().get(position_id)
        if found is None:
            return None
        questions = tuple(Question(each.title, each.description) for each in found.questions)
        return Position(found.position_id, found.name, questions=questions)

    def create_position(self, draft: PositionDraft) -> Position:
        questions = [DemoQuestion(self._token_hex(12), one.title, one.description) for one in draft.questions]
        position_id = self._token_hex(12)
        self._shelf.add_position(position_id, draft.name, json.dumps([asdict(one) for one in questions]))
        return Position(position_id, draft.name)

    def available(self) -> bool:
        return True

    def page(self, hash: str) -> DemoPage | None:  # noqa: A002 - the word Hireflix uses
        """What to show at an interview's address; None for an address that leads nowhere."""
        interview = self._shelf.by_hash(hash)
        if interview is None:
            return None
        position = self._position(interview.position_id)
        finished = interview.finished_at_ms is not None
        return DemoPage(
            interview.first_name, position.name, position.questions, finished, interview.position_id,
            interview.external_id,
        )

    def submit(self, hash: str, answers: Mapping[str, str]) -> bool:  # noqa: A002 - the word Hireflix uses
        """Finish an interview with typed answers by question id; False when it is finished already.

        Raises `VALIDATION_FAILED` when every answer is empty or one is longer than MAX_ANSWER_CHARS, and
        `INTERVIEW_SESSION_NOT_FOUND` for an address that leads nowhere.
        """
        interview = self._shelf.by_hash(hash)
        if interview is None:
            raise Problem("INTERVIEW_SESSION_NOT_FOUND", "There is no interview at this address.")
        if interview.finished_at_ms is not None:
            return False
        typed = _typed(self._position(interview.position_id), answers)
        return self._shelf.finish(interview.invitation_id, typed, self._clock.now_ms())

    def _told(
        self, interview: DemoInterview | None, positions: Mapping[str, DemoPosition]
    ) -> Interview | None | Problem:
        if interview is None:
            return None
        position = positions.get(interview.position_id)
        return _unknown_position(interview.position_id) if position is None else self._view(interview, position)

    def _view(self, interview: DemoInterview, position: DemoPosition) -> Interview:
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
            for position_id, name, questions in self._shelf.positions()
        )
        return {position.position_id: position for position in (default_position(), *created)}

    def _position(self, position_id: str) -> DemoPosition:
        own = position_id == self.default_position_id
        position = default_position() if own else self._positions().get(position_id)
        if position is None:
            raise _unknown_position(position_id)
        return position

    def _free_hash(self) -> str:
        """Eight characters as at Hireflix: few enough that two interviews may draw the same."""
        for _ in range(_HASH_DRAWS):
            drawn = self._token_hex(4)
            if self._shelf.by_hash(drawn) is None:
                return drawn
        raise Problem("INTERVIEW_PROVIDER_UNAVAILABLE", "The demo provider found no free address. Try again.")


def _unknown_position(position_id: str) -> Problem:
    return Problem(
        "INTERVIEW_PROVIDER_REJECTED",
        f"The demo provider has no position {position_id}. Choose one of GET /api/admin/positions.",
        {"provider_error": {"type": "PositionNotFoundError", "position_id": position_id}},
    )


def _answers(questions: Sequence[DemoQuestion], interview: DemoInterview) -> tuple[InterviewAnswer, ...]:
    said = interview.transcripts or ("",) * len(questions)
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
        for question, transcript in zip(questions, said, strict=True)
    )


def _typed(position: DemoPosition, answers: Mapping[str, str]) -> tuple[str, ...]:
    """One text for each question. Raises VALIDATION_FAILED."""
    typed = tuple(_clean(answers.get(question.question_id, "")) for question in position.questions)
    if not any(typed):
        raise Problem("VALIDATION_FAILED", "Please answer at least one question.", {"answer": None})
    for number, text in enumerate(typed, 1):
        if len(text) > MAX_ANSWER_CHARS:
            fault = f"Answer {number} is longer than {MAX_ANSWER_CHARS} characters."
            raise Problem("VALIDATION_FAILED", fault, {"answer": number})
    return typed


def _clean(text: str) -> str:
    """As typed, but with plain line ends (a browser sends CRLF), and nothing that UTF-8 or SQLite cannot hold."""
    plain = text.replace("\r\n", "\n").replace("\0", "")
    return plain.encode("utf-8", "replace").decode("utf-8").strip()
