"""A Hireflix account in memory: positions, interviews and their rules. No HTTP, no GraphQL text.

The rules are those known of the real service. Where they are uncertain, the fake is strict or has a switch.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLError

MAX_NAME_CHARS = 50
MAX_EXTERNAL_ID_CHARS = 255
MAX_PAGE_SIZE = 50
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

#: Stage -> the status an interview shows. Filters speak the newer vocabulary in either case.
VOCABULARIES: Mapping[str, Mapping[str, str]] = {
    "legacy": {"pending": "pending", "to_evaluate": "completed", "shortlisted": "finalist", "discarded": "archived"},
    "new": {name: name for name in ("pending", "to_evaluate", "shortlisted", "discarded")},
}


def now_ms() -> int:
    return time.time_ns() // 1_000_000


@dataclass
class QuestionRecord:
    """A question of an interview. `transcript` is None if it was not transcribed, or not yet."""

    question_id: str
    title: str
    description: str | None = None
    answered_at_ms: int | None = None
    transcript: str | None = None


@dataclass
class InterviewRecord:
    """An interview. `stage` is pending, to_evaluate, shortlisted or discarded."""

    interview_id: str
    hash: str
    position_id: str
    email: str
    first_name: str
    last_name: str | None
    external_id: str | None
    created_at_ms: int
    questions: list[QuestionRecord]
    stage: str = "pending"
    completed_at_ms: int | None = None
    discarded_at_ms: int | None = None
    #: disableNotifications, as it was given.
    silent: bool = False
    #: Overrides the status that is shown.
    status: str | None = None
    #: What the key's user has made of it.
    score: float | None = None
    comments: list[str] = field(default_factory=list)


@dataclass
class PositionRecord:
    position_id: str
    name: str
    questions: list[dict[str, Any]]
    archived_at_ms: int | None = None
    active: bool = True


@dataclass
class Account:
    """The state. Not safe for threads by itself: the server holds its lock around every use."""

    vocabulary: str = "legacy"
    #: `active`; or, without a subscription, where an invite is told so: `member` of the union or `errors`.
    subscription: str = "active"
    #: None: no end to them.
    invites_left: int | None = None
    #: Every page carries the same cursor and the same rows, for ever.
    stuck_cursor: bool = False
    now_ms: Callable[[], int] = now_ms
    positions: dict[str, PositionRecord] = field(default_factory=dict)
    #: In order of creation.
    interviews: dict[str, InterviewRecord] = field(default_factory=dict)
    #: Interviews that cannot be read: null, with an error beside the data.
    broken: set[str] = field(default_factory=set)
    #: Interviews whose transcriptions cannot be read: null each, with an error beside the data.
    broken_transcripts: set[str] = field(default_factory=set)
    #: How many invites were carried out.
    invited: int = 0
    #: The webhooks of the account: url, events, active.
    webhooks: list[dict[str, Any]] = field(default_factory=list)
    #: Every event that a webhook would have sent because of the API, oldest first.
    events: list[dict[str, Any]] = field(default_factory=list)
    _ids: int = 0

    def new_id(self) -> str:
        self._ids += 1
        return f"65a0{self._ids:020x}"

    # What a test sets up ------------------------------------------------------------------------------------------

    def add_position(self, name: str, questions: Sequence[Mapping[str, Any]]) -> str:
        position_id = self.new_id()
        asked = [{"id": self.new_id(), **question} for question in questions]
        self.positions[position_id] = PositionRecord(position_id, name, asked)
        return position_id

    def add_interview(
        self,
        position_id: str,
        *,
        email: str,
        external_id: str | None = None,
        first_name: str = "Ana",
        last_name: str | None = None,
        silent: bool = False,
    ) -> InterviewRecord:
        interview_id = self.new_id()
        asked = self.positions[position_id].questions
        record = InterviewRecord(
            interview_id=interview_id,
            hash=_hash(self._ids),
            position_id=position_id,
            email=email,
            first_name=first_name,
            last_name=last_name,
            external_id=external_id,
            created_at_ms=self.now_ms(),
            questions=[QuestionRecord(self.new_id(), item["title"], item.get("description")) for item in asked],
            silent=silent,
        )
        self.interviews[interview_id] = record
        return record

    # What the API does: the fields of Query and Mutation ----------------------------------------------------------

    def list_positions(self) -> list[dict[str, Any]]:
        return [self._position(record) for record in self.positions.values()]

    def position(self, position_id: str) -> dict[str, Any] | None:
        record = self.positions.get(position_id)
        return None if record is None else self._position(record)

    def interview(self, interview_id: str) -> dict[str, Any] | None:
        if interview_id in self.broken:
            raise GraphQLError("Internal server error", extensions={"code": "INTERNAL_SERVER_ERROR"})
        record = self.interviews.get(interview_id)
        return None if record is None else self._interview(record)

    def invite(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        if self.subscription == "errors":
            raise GraphQLError("Accessing Mutation.inviteCandidateToInterview requires an active subscription")
        refusal = self._refusal(wanted)
        if refusal:
            return refusal
        person = wanted["candidate"]
        record = self.add_interview(
            wanted["positionId"],
            email=person["email"].strip(),
            external_id=wanted.get("externalId"),
            first_name=person["firstName"].strip(),
            last_name=(person.get("lastName") or "").strip() or None,
            silent=bool(wanted.get("disableNotifications")),
        )
        self.invited += 1
        if self.invites_left is not None:
            self.invites_left -= 1
        return self._interview(record)

    def save_position(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        if not 1 <= len(wanted["name"].strip()) <= MAX_NAME_CHARS:
            raise GraphQLError("Position name must have 1 to 50 characters", extensions={"code": "BAD_USER_INPUT"})
        if not 1 <= len(wanted["questions"]) <= 50:
            raise GraphQLError("A position has 1 to 50 questions", extensions={"code": "BAD_USER_INPUT"})
        questions = [dict(item) for item in wanted["questions"]]
        if not wanted.get("id"):
            return self._position(self.positions[self.add_position(wanted["name"].strip(), questions)])
        record = self.positions[wanted["id"]]
        record.name = wanted["name"].strip()
        record.questions = [{"id": self.new_id(), **question} for question in questions]
        return self._position(record)

    def change(self, interview_id: str, stage: str) -> dict[str, Any] | None:
        record = self.interviews.get(interview_id)
        if record is None:
            return None
        record.stage = stage
        record.discarded_at_ms = self.now_ms() if stage == "discarded" else None
        return self._interview(record)

    def move(self, interview_id: str, stage: str, *, on: bool) -> dict[str, Any] | None:
        """Move a finished interview to a stage, or out of it. One that is not finished cannot be moved: it is not known
        whether the real Hireflix allows it."""
        record = self.interviews.get(interview_id)
        if record is None:
            return None
        if record.completed_at_ms is None:
            raise GraphQLError("The interview is not finished", extensions={"code": "BAD_USER_INPUT"})
        if on or record.stage == stage:
            self.change(interview_id, stage if on else "to_evaluate")
            self._announce("interview.status-change", record)
        return self._interview(record)

    def rate(self, interview_id: str, score: float | None) -> dict[str, Any] | None:
        record = self.interviews.get(interview_id)
        if record is None:
            return None
        if score is not None and not (0.5 <= score <= 5 and (2 * score).is_integer()):
            raise GraphQLError("score must be 0.5 to 5 in steps of 0.5", extensions={"code": "BAD_USER_INPUT"})
        record.score = score
        self._announce("interview.score-updated", record)
        return self._interview(record)

    def comment(self, interview_id: str, text: str) -> dict[str, Any] | None:
        record = self.interviews.get(interview_id)
        if record is None:
            return None
        if not text.strip():
            raise GraphQLError("comment must not be empty", extensions={"code": "BAD_USER_INPUT"})
        record.comments.append(text)
        return self._interview(record)

    def create_webhook(self, **given: Any) -> dict[str, Any]:
        record = {"id": self.new_id(), "active": True, "external": None, **given}
        self.webhooks.append(record)
        return record

    # ----------------------------------------------------------------------------------------------------------------

    def _announce(self, event: str, record: InterviewRecord) -> None:
        """Record what a webhook would send: the interview without its questions."""
        shown = self._interview(record)
        left_out = ("__typename", "questions", "comments")
        data = {name: value for name, value in shown.items() if name not in left_out}
        self.events.append({"event": event, "data": data, "date": self.now_ms()})

    def _refusal(self, wanted: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the error member that answers this invitation, or None if nothing prevents it."""
        if self.subscription == "member":
            text = "Accessing Mutation.inviteCandidateToInterview requires an active subscription"
            return _member("ExceededInvitesThisPeriodError", 403, text)
        position = self.positions.get(wanted["positionId"])
        if position is None:
            return _member("PositionNotFoundError", 404, "Position not found")
        if position.archived_at_ms is not None or not position.active or not position.questions:
            return _member("PositionNotReadyToAcceptInvitesError", 400, "Position is not ready to accept invites")
        faults = _input_errors(wanted)
        if faults:
            member = _member("ValidationError", 400, f"Validation failed for {wanted['candidate']['email']}")
            return {**member, "fieldErrors": faults}
        here = [record for record in self.interviews.values() if record.position_id == position.position_id]
        if any(record.email.casefold() == wanted["candidate"]["email"].strip().casefold() for record in here):
            return _member("InterviewAlreadyExistsInPositionError", 409, "Interview already exists in this position")
        external_id = wanted.get("externalId")
        if external_id is not None and any(record.external_id == external_id for record in here):
            return _member("InterviewExternalIdAlreadyExistsInPositionError", 409, "External id already exists")
        if self.invites_left == 0:
            return _member("ExceededInvitesThisPeriodError", 403, "Invites of this period are used up")
        return None

    def _position(self, record: PositionRecord) -> dict[str, Any]:
        return {
            "id": record.position_id,
            "name": record.name,
            "active": record.active,
            "archived": record.archived_at_ms,
            "questions": record.questions,
            "interviewList": lambda _info, **arguments: self._list(record.position_id, arguments["input"]),
        }

    def _list(self, position_id: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
        page = wanted["pagination"]
        if not 1 <= page["limit"] <= MAX_PAGE_SIZE:
            raise GraphQLError(f"limit must be 1 to {MAX_PAGE_SIZE}", extensions={"code": "BAD_USER_INPUT"})
        rows = [record for record in self.interviews.values() if record.position_id == position_id]
        rows = [record for record in rows if _passes(record, wanted.get("filter") or {})]
        if (wanted["sort"][0]["direction"] == "DESC") == (page["direction"] == "FORWARD"):
            rows.reverse()
        cursor = page.get("lastCursor")
        start = 0
        if cursor and not self.stuck_cursor:
            start = next((n + 1 for n, record in enumerate(rows) if record.interview_id == cursor), len(rows))
        shown = rows[start : start + page["limit"]]
        return {
            "results": [self._interview(record) for record in shown],
            "lastCursor": "stuck" if self.stuck_cursor else shown[-1].interview_id if shown else cursor or "start",
            "count": len(shown),
            "total": len(rows),
        }

    def _interview(self, record: InterviewRecord) -> dict[str, Any]:
        name = " ".join(part for part in (record.first_name, record.last_name) if part)
        return {
            "__typename": "InterviewType",
            "id": record.interview_id,
            "hash": record.hash,
            "status": record.status or VOCABULARIES[self.vocabulary][record.stage],
            "answered": record.completed_at_ms is not None,
            "completed": record.completed_at_ms,
            "completedAt": record.completed_at_ms,
            "discardedAt": record.discarded_at_ms,
            "createdAt": record.created_at_ms,
            "updatedAt": record.created_at_ms,
            "externalId": record.external_id,
            "score": None if record.score is None else {"value": record.score, "type": "team"},
            "comments": [
                {"id": f"{record.interview_id}-{number}", "value": text, "createdAt": record.created_at_ms}
                for number, text in enumerate(record.comments)
            ],
            "url": {
                "public": f"https://app.hireflix.com/{record.hash}",
                "short": f"https://hflx.io/c/{record.hash}",
                "private": f"https://admin.hireflix.com/interviews/{record.interview_id}",
            },
            "candidate": {
                "name": name, "fullName": name, "firstName": record.first_name, "lastName": record.last_name,
                "email": record.email,
            },
            "position": {"id": record.position_id, "name": self.positions[record.position_id].name},
            "questions": [self._question(record, question) for question in record.questions],
        }

    def _question(self, record: InterviewRecord, question: QuestionRecord) -> dict[str, Any]:
        def transcription(_info: Any) -> dict[str, Any] | None:
            if record.interview_id in self.broken_transcripts:
                raise GraphQLError("Transcription service is down", extensions={"code": "INTERNAL_SERVER_ERROR"})
            return None if question.transcript is None else {"languageCode": "en", "text": question.transcript}

        media = {
            "id": question.question_id,
            "url": f"https://media.hireflix.com/answer/{question.question_id}.mp4?Policy=x&Signature=y",
            "encoded": True,
            "createdAt": question.answered_at_ms,
            "transcription": transcription,
        }
        return {
            "id": question.question_id,
            "title": question.title,
            "description": question.description,
            "answered": question.answered_at_ms,
            "answer": None if question.answered_at_ms is None else media,
        }


def _hash(number: int) -> str:
    """Return eight characters; the multiplication by an odd number keeps them different."""
    spread = number * 2_654_435_761_887 % 62**8
    digits = []
    for _ in range(8):
        spread, digit = divmod(spread, 62)
        digits.append(_BASE62[digit])
    return "".join(digits)


def _member(kind: str, code: int, message: str) -> dict[str, Any]:
    return {"__typename": kind, "code": code, "name": kind, "message": message}


def _input_errors(wanted: Mapping[str, Any]) -> list[dict[str, str]]:
    person = wanted["candidate"]
    faults = []
    for name in ("firstName", "lastName"):
        value = person.get(name)
        if value is not None and not 1 <= len(value.strip()) <= MAX_NAME_CHARS:
            faults.append({"flattenedPath": f"candidate.{name}", "message": "must have 1 to 50 characters"})
    if person.get("phone") is not None and not re.fullmatch(r"\+[0-9]{6,15}", person["phone"]):
        faults.append({"flattenedPath": "candidate.phone", "message": "must start with a country code"})
    if len(wanted.get("externalId") or "") > MAX_EXTERNAL_ID_CHARS:
        faults.append({"flattenedPath": "externalId", "message": "must have at most 255 characters"})
    return faults


def _passes(record: InterviewRecord, wanted: Mapping[str, Any]) -> bool:
    values = {"status": record.stage, "email": record.email, "lastName": record.last_name or ""}
    for name, rule in wanted.items():
        if rule and "equal" in rule and values[name] != rule["equal"]:
            return False
        if rule and "regex" in rule and not re.search(rule["regex"], values[name]):
            return False
    return True
