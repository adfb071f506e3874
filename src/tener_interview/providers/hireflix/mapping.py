"""Hireflix's JSON as the service's own values.

Statuses, times and addresses are normalised here. Everything is read field by field: an object, a list or an id that
is not there raises a Fault, and a smaller thing of the wrong type counts as not given.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import urlsplit

from ...errors import Problem
from ..protocol import AlreadyInvited, Interview, InterviewAnswer, Invitee, Position, PositionDraft, Question, Stage
from . import documents, faults

Json = Mapping[str, Any]
_T = TypeVar("_T")

#: The end of the year 9999, in milliseconds: a later time is a mistake.
_LAST_MS = 253_402_300_799_999

#: A longer time for one answer is a mistake, or told in another unit than seconds.
_LONGEST_ANSWER_S = 3600

#: Two vocabularies are in use, an older and a newer one; neither is documented in full.
_STAGE_BY_STATUS: Mapping[str, Stage] = {
    "pending": Stage.PENDING,
    "new": Stage.PENDING,
    "created": Stage.PENDING,
    "completed": Stage.FINISHED,
    "to_evaluate": Stage.FINISHED,
    "finished": Stage.FINISHED,
    "shortlisted": Stage.FINISHED,
    "preselected": Stage.FINISHED,
    "finalist": Stage.FINISHED,
    "discarded": Stage.WITHDRAWN,
    "archived": Stage.WITHDRAWN,
}

_EXISTS = {"InterviewAlreadyExistsInPositionError", "InterviewExternalIdAlreadyExistsInPositionError"}
_QUOTA = "ExceededInvitesThisPeriodError"
_REFUSALS: Mapping[str, str] = {
    "PositionNotFoundError": "Hireflix does not know the position {position}: give the job one that exists.",
    "PositionNotReadyToAcceptInvitesError": (
        "The Hireflix position {position} takes no candidates: it is archived, inactive or has no questions."
    ),
    "ValidationError": "Hireflix does not accept the candidate's details{fields}.",
}


def invited(value: Any, invitee: Invitee, public_app_base: str) -> Interview:
    """The member of the invite's union as an Interview.

    Raises AlreadyInvited, and Problem for every refusal: 402 where money is the reason, 422 where the invitation will
    be refused again.
    """
    member = record(value, "the invitation's result")
    kind = text(member.get("__typename")) or "a result without a type"
    if kind == "InterviewType":
        return interview(member, public_app_base)
    if kind in _EXISTS:
        raise AlreadyInvited
    message = next((said for alias in documents.MESSAGE_ALIASES if (said := text(member.get(alias)))), None)
    if faults.says_subscription_required(message or ""):
        raise faults.Fault(faults.FailureKind.SUBSCRIPTION_REQUIRED, kind)
    if kind == _QUOTA:
        raise Problem(
            "INTERVIEW_PROVIDER_QUOTA_EXCEEDED",
            "The Hireflix plan has no invitations left in this period: enlarge it, or wait for the next period.",
            {"reason": kind},
        )
    raise _rejection(kind, message, member, invitee)


def _rejection(kind: str, message: str | None, member: Json, invitee: Invitee) -> Problem:
    code = member.get("code")
    error: dict[str, Any] = {
        "type": kind,
        "code": code if isinstance(code, (int, str)) else None,
        "message": message,
    }
    listed = member.get("fieldErrors")
    fields = [
        {"path": text(entry.get("flattenedPath")), "message": text(entry.get("message"))}
        for entry in (listed if isinstance(listed, list) else [])
        if isinstance(entry, dict)
    ]
    if fields:
        error["fields"] = fields
    paths = [path for field in fields if re.fullmatch(r"[\w.\[\]]{1,80}", path := field["path"] or "")]
    shown = kind if re.fullmatch(r"\w{1,80}", kind) else "an unknown result"
    sentence = _REFUSALS.get(kind, "Hireflix refused the invitation ({kind}).").format(
        position=invitee.position_id, kind=shown, fields=f" ({', '.join(paths)})" if paths else ""
    )
    return Problem("INTERVIEW_PROVIDER_REJECTED", sentence, {"provider_error": error})


def interview(value: Any, public_app_base: str) -> Interview:
    """A row of an interview list, or an invitation just made: an Interview without answers."""
    row = record(value, "an interview")
    finished_at_ms = milliseconds(row.get("completedAt")) or milliseconds(row.get("completed"))
    finished = finished_at_ms is not None or row.get("completed") is True
    return Interview(
        invitation_id=identifier(row.get("id"), "an interview's id"),
        stage=stage(text(row.get("status")), finished=finished, answered=row.get("answered") is True),
        candidate_url=candidate_url(row, public_app_base),
        position_id=text(optional(row.get("position"), "an interview's position").get("id")),
        external_id=text(row.get("externalId")),
        email=text(optional(row.get("candidate"), "an interview's candidate").get("email")),
        finished_at_ms=finished_at_ms,
    )


def interview_with_answers(value: Any, public_app_base: str) -> Interview:
    """A whole interview."""
    row = record(value, "an interview")
    return replace(interview(row, public_app_base), answers=tuple(listed(row.get("questions"), "questions", answer)))


def answer(value: Any) -> InterviewAnswer:
    """One question and its answer. A transcript that is empty is one that is not there."""
    question = record(value, "a question")
    media = optional(question.get("answer"), "an answer")
    transcription = optional(media.get("transcription"), "a transcription")
    answered_at_ms = milliseconds(question.get("answered"))
    return InterviewAnswer(
        question_id=identifier(question.get("id"), "a question's id"),
        title=text(question.get("title")) or "",
        description=text(question.get("description")),
        answered=answered_at_ms is not None or question.get("answer") is not None,
        answered_at_ms=answered_at_ms,
        transcript=(text(transcription.get("text")) or "").strip() or None,
        language=text(transcription.get("languageCode")),
        video_url=web_url(media.get("url")),
    )


def stage(status: str | None, *, finished: bool, answered: bool) -> Stage:
    """What a status means. A time of completion outweighs any status, and tells a finished interview that a recruiter
    rejected from one that was withdrawn; so does the mark that everything is answered."""
    known = _STAGE_BY_STATUS.get((status or "").strip().lower(), Stage.UNKNOWN)
    if finished or (known is Stage.WITHDRAWN and answered):
        return Stage.FINISHED
    return known


def candidate_url(row: Json, public_app_base: str) -> str:
    """The candidate's page: the long address, else the short one, else the one made of the hash."""
    urls = optional(row.get("url"), "an interview's url")
    short = text(urls.get("short"))
    if short and not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", short):
        short = f"https://{short.lstrip('/')}"
    given = web_url(urls.get("public")) or web_url(short)
    if given:
        return given
    code = text(row.get("hash")) or ""
    if not re.fullmatch(r"[\w-]{1,64}", code, re.ASCII):
        raise faults.malformed("an interview without an address for the candidate")
    return f"{public_app_base.rstrip('/')}/{code}"


def row_email(row: Json) -> str:
    """The candidate's e-mail in a row of an interview list; empty where there is none."""
    candidate = row.get("candidate")
    return (text(candidate.get("email")) or "").strip() if isinstance(candidate, dict) else ""


def position(value: Any) -> Position:
    """A position. `archived` is a time or null there, and one that is archived may still be called active."""
    row = record(value, "a position")
    return Position(
        position_id=identifier(row.get("id"), "a position's id"),
        name=text(row.get("name")) or "",
        archived=bool(row.get("archived")),
    )


def position_with_questions(value: Any) -> Position:
    """The same with its questions, in asking order."""
    asked = listed(record(value, "a position").get("questions") or [], "a position's questions", _question)
    return replace(position(value), questions=tuple(asked))


def _question(value: Any) -> Question:
    row = record(value, "a question")
    given = row.get("timeToAnswer")
    time_limit_s = given if type(given) is int and 0 < given <= _LONGEST_ANSWER_S else None
    return Question(text(row.get("title")) or "", text(row.get("description")) or None, time_limit_s)


def invitation_input(invitee: Invitee) -> dict[str, Any]:
    """InviteCandidateToInterviewInput. The recruiter sends the link herself, so Hireflix is not to send an e-mail."""
    candidate = {"email": invitee.email, "firstName": invitee.first_name}
    if invitee.last_name is not None:
        candidate["lastName"] = invitee.last_name
    return {
        "positionId": invitee.position_id,
        "candidate": candidate,
        "externalId": invitee.external_id,
        "disableNotifications": True,
    }


def position_input(draft: PositionDraft) -> dict[str, Any]:
    """PositionInputType."""
    wanted: dict[str, Any] = {"name": draft.name, "questions": [_question_input(item) for item in draft.questions]}
    if draft.description is not None:
        wanted["description"] = draft.description
    return wanted


def _question_input(question: Question) -> dict[str, Any]:
    wanted: dict[str, Any] = {"title": question.title}
    if question.description is not None:
        wanted["description"] = question.description
    if question.time_limit_s is not None:
        minutes, seconds = divmod(question.time_limit_s, 60)
        wanted["timeLimit"] = {"minutes": minutes, "seconds": seconds}
    return wanted


def record(value: Any, what: str) -> Json:
    """An object that has to be there. Raises Fault."""
    if not isinstance(value, dict):
        raise faults.malformed(f"{what} is not an object")
    return value


def optional(value: Any, what: str) -> Json:
    """An object that may be null, which reads as one without fields. Raises Fault for anything else."""
    return {} if value is None else record(value, what)


def listed(value: Any, what: str, convert: Callable[[Any], _T]) -> list[_T]:
    """Every item of a list that has to be there. Raises Fault."""
    if not isinstance(value, list):
        raise faults.malformed(f"{what} is not a list")
    return [convert(item) for item in value]


def identifier(value: Any, what: str) -> str:
    """An id that has to be there. Raises Fault."""
    found = text(value)
    if not found:
        raise faults.malformed(f"{what} is missing")
    return found


def text(value: Any) -> str | None:
    """Text that can be written as UTF-8, else None: JSON can spell halves of characters, which nothing can store."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else None


def milliseconds(value: Any) -> int | None:
    """A time in milliseconds since 1970, given as a number or as its digits; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return int(number) if math.isfinite(number) and 0 < number <= _LAST_MS else None


def web_url(value: Any) -> str | None:
    """An http or https address, else None. Only such an address may reach a browser."""
    address = (text(value) or "").strip()
    if not re.fullmatch(r"[\x21-\x7e]+", address):
        return None
    try:
        parts = urlsplit(address)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port >= 0)
    except ValueError:
        return None
    return address if good else None
