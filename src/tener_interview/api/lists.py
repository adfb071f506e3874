"""Lists of candidates that a recruiter brings, read before anybody is invited."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Annotated, TypedDict

from ..domain.candidates.lists.decoding import ENCODINGS
from ..domain.candidates.lists.reading import Choice, ListRow, read_list
from ..domain.service import Service
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.shape import Base64, OneOf, optional, read, required, validation_errors
from .shapes import SessionStatus
from .steps import GivenCandidate

#: The largest list, in bytes: tens of thousands of rows, far more than are read at once.
MAX_BYTES = 3 * 1024 * 1024
#: The same as base64 in JSON.
MAX_BODY_BYTES = MAX_BYTES // 3 * 4 + 1024
_FOUND_BY = ("id", "email", "name", "given", "new")


@dataclass(frozen=True)
class ListBody:
    content_base64: bytes = required(Base64(MAX_BYTES), "the file as it is, or the text that was pasted, as UTF-8")
    encoding: str | None = optional(OneOf(tuple(ENCODINGS)), description="of the file; without it, it is found out")


class ListColumnJson(TypedDict):
    """A column of the list."""

    name: str
    read_as: Annotated[str | None, "What it was read as; null for one that was not read."]


class ChoiceJson(TypedDict):
    """One answer to a question, with the candidate who is meant then."""

    label: str
    candidate_id: int
    candidate_name: str | None
    candidate_email: str | None
    session_status: SessionStatus | None


class ListRowJson(TypedDict):
    """A row: with a `fault` it cannot be invited, with a `question` one of the `choices` says who is meant; otherwise
    it can be, as a candidate of `POST /api/steps/interview`."""

    row: Annotated[int, "As a person counts in a spreadsheet: the names of columns are row 1."]
    first_line: Annotated[int, "Where it stands in `text`, counted from 0."]
    last_line: int
    given_id: Annotated[str | None, "The id as the list has it."]
    candidate_id: int | None
    candidate_name: str | None
    candidate_email: str | None
    found_by: Annotated[
        Annotated[str, OneOf(_FOUND_BY)] | None,
        "By which part of it the candidate was found in the job; `given`: the job has no such id; `new`: nobody in the"
        " job is meant, and the id is one of this service's own.",
    ]
    fault: str | None
    question: str | None
    choices: list[ChoiceJson]
    session_status: Annotated[SessionStatus | None, "How far the candidate's interview for the job is."]


class CandidateListJson(TypedDict):
    """A list as it was read."""

    job_id: int
    text: Annotated[str, "The list as text."]
    encoding: str
    encoding_guessed: Annotated[bool, "The file does not say its encoding; with `encoding` it is read in another."]
    columns: list[ListColumnJson]
    notes: Annotated[list[str], "What was not read, and why."]
    rows: list[ListRowJson]
    total_rows: Annotated[int, "With those that are too many to be read at once."]


@contract(body=ListBody, raises=("LIST_NOT_READABLE",))
def read_candidates(service: Service, request: Request) -> Json[CandidateListJson]:
    """POST /api/admin/jobs/{job_id}/candidates/read-list

    CSV with any usual separator, encoding and names of columns, a list copied from a spreadsheet or from the receivers
    of a mail. Nothing is stored and nobody is invited. Candidates without an id are looked up in the job by e-mail or
    name; whoever is not found there gets an id of this service's own, from 4503599627370496 to 9007199254740991: the
    same one whenever the same e-mail address is read (without an address: the same name in the same job).
    """
    job_id = request.integer("job_id")
    body = read(ListBody, request.json)
    found = read_list(service, job_id, body.content_base64, body.encoding, _RULE)
    return json_response({
        "job_id": job_id,
        "text": found.text,
        "encoding": found.encoding,
        "encoding_guessed": found.guessed,
        "columns": [{"name": name, "read_as": read_as} for name, read_as in found.columns],
        "notes": found.notes,
        "rows": [_row_json(each) for each in found.rows],
        "total_rows": found.total,
    })


#: Whoever is good here is good for the step.
_RULE = partial(validation_errors, GivenCandidate)


def _row_json(row: ListRow) -> ListRowJson:
    return {
        "row": row.row.number,
        "first_line": row.row.line,
        "last_line": row.row.last_line,
        "given_id": None if row.given.candidate_id is None else str(row.given.candidate_id),
        "candidate_id": row.candidate_id,
        "candidate_name": row.name,
        "candidate_email": row.email,
        "found_by": row.found_by,
        "fault": row.fault,
        "question": row.question,
        "choices": [_choice_json(each) for each in row.choices],
        "session_status": row.status,
    }


def _choice_json(choice: Choice) -> ChoiceJson:
    return {
        "label": choice.label,
        "candidate_id": choice.candidate_id,
        "candidate_name": choice.name,
        "candidate_email": choice.email,
        "session_status": choice.status,
    }
