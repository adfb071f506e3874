"""Converts Hireflix's JSON to the service's own values, and back.

It normalises statuses, times and URLs. It reads field by field: a missing object, list or id raises a Fault; a less
important field of the wrong type counts as missing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import urlsplit

from ...errors import Problem
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
from . import faults, queries

Json = Mapping[str, Any]
_T = TypeVar("_T")

#: The end of the year 9999, in milliseconds. A later time is a mistake.
_MAX_MS = 253_402_300_799_999

#: A longer time limit is a mistake, or in another unit than seconds.
_MAX_TIME_LIMIT_S = 3600

#: Two vocabularies are in use, an older and a newer one; neither is fully documented.
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

#: The place of a finished interview, in both vocabularies.
_PLACEMENT_BY_STATUS: Mapping[str, Placement] = {
    "completed": Placement.TO_EVALUATE,
    "to_evaluate": Placement.TO_EVALUATE,
    "finished": Placement.TO_EVALUATE,
    "shortlisted": Placement.SHORTLISTED,
    "preselected": Placement.SHORTLISTED,
    "finalist": Placement.SHORTLISTED,
    "discarded": Placement.DISCARDED,
    "archived": Placement.DISCARDED,
}

_ALREADY_INVITED_TYPES = {"InterviewAlreadyExistsInPositionError", "InterviewExternalIdAlreadyExistsInPositionError"}
_QUOTA_TYPE = "ExceededInvitesThisPeriodError"
_REFUSAL_SENTENCES: Mapping[str, str] = {
    "PositionNotFoundError": "Hireflix does not know the position {position}: give the job one that exists.",
    "PositionNotReadyToAcceptInvitesError": (
        "The Hireflix position {position} takes no candidates: it is archived, inactive or has no questions."
    ),
    "ValidationError": "Hireflix does not accept the candidate's details{fields}.",
}


def parse_invitation(value: Any, invitee: Invitee, public_app_base: str) -> Interview:
    """The Interview in the result of an invite.

    Raises AlreadyInvited, and Problem for every refusal: 402 when the reason is payment, 422 when the refusal is
    permanent.
    """
    member = require_object(value, "the invitation's result")
    kind = parse_text(member.get("__typename")) or "a result without a type"
    if kind == "InterviewType":
        return parse_interview(member, public_app_base)
    if kind in _ALREADY_INVITED_TYPES:
        raise AlreadyInvited
    message = next(
        (member_message for alias in queries.MESSAGE_ALIASES if (member_message := parse_text(member.get(alias)))), None
    )
    if faults.says_subscription_required(message or ""):
        raise faults.Fault(faults.FailureKind.SUBSCRIPTION_REQUIRED, kind)
    if kind == _QUOTA_TYPE:
        raise Problem(
            "INTERVIEW_PROVIDER_QUOTA_EXCEEDED",
            "The Hireflix plan has no invitations left in this period: enlarge it, or wait for the next period.",
            {"reason": kind},
        )
    raise _rejection_problem(kind, message, member, invitee)


def _rejection_problem(kind: str, message: str | None, member: Json, invitee: Invitee) -> Problem:
    code = member.get("code")
    error: dict[str, Any] = {
        "type": kind,
        "code": code if isinstance(code, (int, str)) else None,
        "message": message,
    }
    field_errors = member.get("fieldErrors")
    fields = [
        {"path": parse_text(entry.get("flattenedPath")), "message": parse_text(entry.get("message"))}
        for entry in (field_errors if isinstance(field_errors, list) else [])
        if isinstance(entry, dict)
    ]
    if fields:
        error["fields"] = fields
    paths = [path for field in fields if re.fullmatch(r"[\w.\[\]]{1,80}", path := field["path"] or "")]
    shown_kind = kind if re.fullmatch(r"\w{1,80}", kind) else "an unknown result"
    sentence = _REFUSAL_SENTENCES.get(kind, "Hireflix refused the invitation ({kind}).").format(
        position=invitee.position_id, kind=shown_kind, fields=f" ({', '.join(paths)})" if paths else ""
    )
    return Problem("INTERVIEW_PROVIDER_REJECTED", sentence, {"provider_error": error})


def parse_interview(value: Any, public_app_base: str) -> Interview:
    """An Interview without answers, from a row of a list or the result of an invite."""
    row = require_object(value, "an interview")
    finished_at_ms = parse_time_ms(row.get("completedAt")) or parse_time_ms(row.get("completed"))
    finished = finished_at_ms is not None or row.get("completed") is True
    return Interview(
        invitation_id=require_id(row.get("id"), "an interview's id"),
        stage=parse_stage(parse_text(row.get("status")), finished=finished, answered=row.get("answered") is True),
        candidate_url=parse_candidate_url(row, public_app_base),
        position_id=parse_text(optional_object(row.get("position"), "an interview's position").get("id")),
        external_id=parse_text(row.get("externalId")),
        email=parse_text(optional_object(row.get("candidate"), "an interview's candidate").get("email")),
        finished_at_ms=finished_at_ms,
    )


def parse_interview_with_answers(value: Any, public_app_base: str) -> Interview:
    """A complete interview."""
    row = require_object(value, "an interview")
    answers = require_list(row.get("questions"), "questions", parse_answer)
    return replace(parse_interview(row, public_app_base), answers=tuple(answers))


def parse_answer(value: Any) -> InterviewAnswer:
    """One question and its answer. An empty transcript counts as missing."""
    question = require_object(value, "a question")
    media = optional_object(question.get("answer"), "an answer")
    transcription = optional_object(media.get("transcription"), "a transcription")
    answered_at_ms = parse_time_ms(question.get("answered"))
    return InterviewAnswer(
        question_id=require_id(question.get("id"), "a question's id"),
        title=parse_text(question.get("title")) or "",
        description=parse_text(question.get("description")),
        answered=answered_at_ms is not None or question.get("answer") is not None,
        answered_at_ms=answered_at_ms,
        transcript=(parse_text(transcription.get("text")) or "").strip() or None,
        language=parse_text(transcription.get("languageCode")),
        video_url=parse_web_url(media.get("url")),
    )


def parse_stage(status: str | None, *, finished: bool, answered: bool) -> Stage:
    """The stage for a status. A completion time outweighs any status: it distinguishes a finished interview that a
    recruiter rejected from a withdrawn one. So does the flag that everything is answered."""
    stage = _STAGE_BY_STATUS.get((status or "").strip().lower(), Stage.UNKNOWN)
    if finished or (stage is Stage.WITHDRAWN and answered):
        return Stage.FINISHED
    return stage


def parse_evaluation(value: Any) -> InterviewEvaluation:
    """What people have made of an interview."""
    row = require_object(value, "an interview")
    status = parse_text(row.get("status"))
    ended = parse_time_ms(row.get("completedAt")) or parse_time_ms(row.get("completed"))
    finished = ended is not None or row.get("completed") is True
    score = optional_object(row.get("score"), "an interview's score").get("value")
    comments = require_list(row.get("comments") or [], "an interview's comments", _parse_comment)
    return InterviewEvaluation(
        finished=parse_stage(status, finished=finished, answered=row.get("answered") is True) is Stage.FINISHED,
        placement=_PLACEMENT_BY_STATUS.get((status or "").strip().lower()),
        score=float(score) if isinstance(score, (int, float)) and not isinstance(score, bool) else None,
        comments=tuple(filter(None, comments)),
    )


def _parse_comment(value: Any) -> str | None:
    return parse_text(require_object(value, "a comment").get("value"))


def parse_candidate_url(row: Json, public_app_base: str) -> str:
    """The candidate's page: the long URL, else the short one, else one made from the hash."""
    urls = optional_object(row.get("url"), "an interview's url")
    short = parse_text(urls.get("short"))
    if short and not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", short):
        short = f"https://{short.lstrip('/')}"
    url = parse_web_url(urls.get("public")) or parse_web_url(short)
    if url:
        return url
    code = parse_text(row.get("hash")) or ""
    if not re.fullmatch(r"[\w-]{1,64}", code, re.ASCII):
        raise faults.malformed("an interview without an address for the candidate")
    return f"{public_app_base.rstrip('/')}/{code}"


def parse_email(row: Json) -> str:
    """The candidate's e-mail in a row of a list; empty without one."""
    candidate = row.get("candidate")
    return (parse_text(candidate.get("email")) or "").strip() if isinstance(candidate, dict) else ""


def parse_position(value: Any) -> Position:
    """A position. `archived` is a time or null, and an archived position may still be called active."""
    row = require_object(value, "a position")
    return Position(
        position_id=require_id(row.get("id"), "a position's id"),
        name=parse_text(row.get("name")) or "",
        archived=bool(row.get("archived")),
    )


def parse_position_with_questions(value: Any) -> Position:
    """A position with its questions in order."""
    questions = require_list(
        require_object(value, "a position").get("questions") or [], "a position's questions", _parse_question
    )
    return replace(parse_position(value), questions=tuple(questions))


def _parse_question(value: Any) -> Question:
    row = require_object(value, "a question")
    title, description = parse_text(row.get("title")) or "", parse_text(row.get("description")) or None
    time_limit_s = _parse_seconds(row.get("timeToAnswer"), 1)
    return Question(title, description, time_limit_s, _parse_seconds(row.get("timeToThink"), 0))


def _parse_seconds(value: Any, least: int) -> int | None:
    return value if type(value) is int and least <= value <= _MAX_TIME_LIMIT_S else None


def invitation_input(invitee: Invitee) -> dict[str, Any]:
    """InviteCandidateToInterviewInput. The recruiter sends the link, so Hireflix must not send an e-mail."""
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
    fields: dict[str, Any] = {"name": draft.name, "questions": [_question_input(item) for item in draft.questions]}
    if draft.description is not None:
        fields["description"] = draft.description
    return fields


def _question_input(question: Question) -> dict[str, Any]:
    fields: dict[str, Any] = {"title": question.title}
    if question.description is not None:
        fields["description"] = question.description
    if question.time_limit_s is not None:
        minutes, seconds = divmod(question.time_limit_s, 60)
        fields["timeLimit"] = {"minutes": minutes, "seconds": seconds}
    if question.thinking_time_s is not None:
        fields["timeToThink"] = question.thinking_time_s
    return fields


def require_object(value: Any, what: str) -> Json:
    """A required object. Raises Fault."""
    if not isinstance(value, dict):
        raise faults.malformed(f"{what} is not an object")
    return value


def optional_object(value: Any, what: str) -> Json:
    """An object that may be null, which reads as one without fields. Raises Fault for anything else."""
    return {} if value is None else require_object(value, what)


def require_list(value: Any, what: str, convert: Callable[[Any], _T]) -> list[_T]:
    """Every item of a required list, converted. Raises Fault."""
    if not isinstance(value, list):
        raise faults.malformed(f"{what} is not a list")
    return [convert(item) for item in value]


def require_id(value: Any, what: str) -> str:
    """A required id. Raises Fault."""
    id_text = parse_text(value)
    if not id_text:
        raise faults.malformed(f"{what} is missing")
    return id_text


def parse_text(value: Any) -> str | None:
    """Text that every database can store, else None. JSON can contain half characters, and NUL, which some cannot."""
    return value.encode("utf-8", "replace").decode().replace("\0", "") if isinstance(value, str) else None


def parse_time_ms(value: Any) -> int | None:
    """A time in milliseconds since 1970, from a number or its digits; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return int(number) if math.isfinite(number) and 0 < number <= _MAX_MS else None


def parse_web_url(value: Any) -> str | None:
    """An http or https URL, else None. Only such a URL may reach a browser."""
    address = (parse_text(value) or "").strip()
    if not re.fullmatch(r"[\x21-\x7e]+", address):
        return None
    try:
        parts = urlsplit(address)
        is_valid = (
            parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port >= 0)
        )
    except ValueError:
        return None
    return address if is_valid else None
