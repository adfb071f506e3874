"""Candidate lists that a recruiter uploads or pastes, read before anybody is invited."""

from __future__ import annotations

from functools import partial
from typing import Annotated, TypedDict

from ..domain.candidates.lists.decoding import ENCODINGS
from ..domain.candidates.lists.reading import CandidateChoice, ListRow, read_list
from ..domain.service import Service
from ..lazy_dataclass import dataclass
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.shape import Base64, OneOf, optional, read, required, validation_errors
from .body_limits import MAX_LIST_BYTES
from .shapes import SessionStatus
from .steps import InputCandidate

_FOUND_BY = ("id", "email", "name", "given", "new")


@dataclass(frozen=True)
class ListBody:
    content_base64: bytes = required(Base64(MAX_LIST_BYTES), "the bytes of the file, or the pasted text as UTF-8")
    encoding: str | None = optional(OneOf(tuple(ENCODINGS)), description="of the file; default: detected")


class ListColumnJson(TypedDict):
    """A column of the list."""

    name: str
    read_as: Annotated[str | None, "The field it was read as; null if it was ignored."]


class CandidateChoiceJson(TypedDict):
    """One answer to a row's question, and the candidate it selects."""

    label: str
    candidate_id: int
    candidate_name: str | None
    candidate_email: str | None
    session_status: SessionStatus | None


class ListRowJson(TypedDict):
    """A row of the list. A row with a `fault` cannot be invited; for one with a `question`, one of the `choices` has to
    be picked; any other can be sent as a candidate to `POST /api/steps/interview`."""

    row: Annotated[int, "The row's number in a spreadsheet: the headings are row 1."]
    first_line: Annotated[int, "Its first line in `text`, from 0."]
    last_line: int
    given_id: Annotated[str | None, "The id in the list."]
    candidate_id: int | None
    candidate_name: str | None
    candidate_email: str | None
    found_by: Annotated[
        Annotated[str, OneOf(_FOUND_BY)] | None,
        "By which part of the row the candidate was found in the job; `given`: the job has no candidate with this id;"
        " `new`: nobody in the job matches, and the service has assigned an id of its own.",
    ]
    fault: str | None
    question: str | None
    choices: list[CandidateChoiceJson]
    session_status: Annotated[SessionStatus | None, "Status of the candidate's interview for the job."]


class CandidateListJson(TypedDict):
    """The list as text and as rows."""

    job_id: int
    text: Annotated[str, "The list as text."]
    encoding: str
    encoding_guessed: Annotated[bool, "Whether the encoding is a guess; send `encoding` to read it in another."]
    columns: list[ListColumnJson]
    notes: Annotated[list[str], "What was ignored, and why."]
    rows: list[ListRowJson]
    total_rows: Annotated[int, "Rows of the list, including those over the limit."]


@contract(body=ListBody, raises=("LIST_NOT_READABLE",))
def read_candidates(service: Service, request: Request) -> Json[CandidateListJson]:
    """POST /api/admin/jobs/{job_id}/candidates/read-list

    Reads CSV with any common delimiter, encoding and headings, rows copied from a spreadsheet, or the recipients of an
    e-mail. Nothing is stored and nobody is invited. Candidates without an id are looked up in the job by e-mail address
    or name. A candidate who is not found gets an id of this service, from 4503599627370496 to 9007199254740991: always
    the same one for the same e-mail address (or, without an address, for the same name in the same job).
    """
    job_id = request.integer("job_id")
    body = read(ListBody, request.json)
    candidates = read_list(service, job_id, body.content_base64, body.encoding, _VALIDATE)
    return json_response({
        "job_id": job_id,
        "text": candidates.text,
        "encoding": candidates.encoding,
        "encoding_guessed": candidates.encoding_guessed,
        "columns": [{"name": name, "read_as": read_as} for name, read_as in candidates.columns],
        "notes": candidates.notes,
        "rows": [_row_json(row) for row in candidates.rows],
        "total_rows": candidates.total,
    })


#: A row is valid if the batch step would accept it.
_VALIDATE = partial(validation_errors, InputCandidate)


def _row_json(row: ListRow) -> ListRowJson:
    return {
        "row": row.row.number,
        "first_line": row.row.line,
        "last_line": row.row.last_line,
        "given_id": None if row.values.candidate_id is None else str(row.values.candidate_id),
        "candidate_id": row.candidate_id,
        "candidate_name": row.name,
        "candidate_email": row.email,
        "found_by": row.found_by,
        "fault": row.fault,
        "question": row.question,
        "choices": [_choice_json(choice) for choice in row.choices],
        "session_status": row.status,
    }


def _choice_json(choice: CandidateChoice) -> CandidateChoiceJson:
    return {
        "label": choice.label,
        "candidate_id": choice.candidate_id,
        "candidate_name": choice.name,
        "candidate_email": choice.email,
        "session_status": choice.status,
    }
