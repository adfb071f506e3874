"""A candidate's rights for recruiters to grant: the data sheet as JSON and as a page to print, and correction notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from html import escape
from typing import Annotated, TypedDict

from ..domain.audit.exports import record_export
from ..domain.privacy.correction_notes import MAX_NOTE_CHARS, add_correction_note, remove_correction_note
from ..domain.privacy.data_sheet import InterviewSheet, Item, make_data_sheet
from ..domain.service import Service
from ..errors import Problem
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, Response, html_response, json_response, redirect
from ..web.shape import Text, read, required
from .shapes import SESSION_PROBLEMS, At, CorrectionNoteJson, correction_note_json
from .site import Site


class ItemJson(TypedDict):
    """One thing that is held: what it is, and its value in words."""

    name: str
    value: str


class SheetAnswerJson(TypedDict):
    """One answer: the question, what was transcribed, and how the program scored it."""

    question: str
    transcript: str
    score: str
    reasons: list[str]


class InterviewSheetJson(TypedDict):
    """Everything about one interview, in words."""

    session_id: str
    heading: str
    facts: list[ItemJson]
    consent: str
    answers: list[SheetAnswerJson]
    earlier_results: Annotated[int, "Results that a later one replaced; the export has them."]
    notes: Annotated[list[ItemJson], "What the candidate said about the score, with the time."]
    events: list[ItemJson]
    parts: Annotated[dict[str, list[ItemJson]], "All other lists, by their heading."]


class DataSheetJson(TypedDict):
    """Everything held about a candidate, in words, to be given to that person."""

    candidate_id: int
    made_at: At | None
    interviews: list[InterviewSheetJson]
    shares: list[ItemJson]
    elsewhere: Annotated[list[str], "Where else data of the person may be."]


class RemovedJson(TypedDict):
    """Whether there was anything to remove."""

    removed: bool


@dataclass(frozen=True)
class CorrectionNoteBody:
    session_id: str = required(Text(60, min_chars=1), "the interview that the statement is about")
    text: str = required(Text(MAX_NOTE_CHARS, min_chars=1, lines=True), "the candidate's statement, word for word")


@contract()
def get_data_sheet(service: Service, request: Request) -> Json[DataSheetJson]:
    """GET /api/candidates/{candidate_id}/data-sheet

    The same as the export, in words: for the person it is about. Reading it is an entry in the audit log.
    """
    candidate_id = request.integer("candidate_id")
    record_export(service, "data_sheet", "candidate", candidate_id)
    return json_response(asdict(make_data_sheet(service, candidate_id)))  # type: ignore[arg-type]


def show_data_sheet(site: Site, request: Request) -> Response:
    """GET /candidates/{candidate_id}/data-sheet: a page to print or to save as PDF."""
    candidate_id = request.integer("candidate_id")
    record_export(site, "data_sheet", "candidate", candidate_id)
    sheet = make_data_sheet(site, candidate_id)
    name = next(
        (item.value for interview in sheet.interviews for item in interview.facts if item.name == "Name"), ""
    )
    page = site.files.template("data_sheet.html").substitute(
        candidate_id=candidate_id, name=escape(name or f"Candidate {candidate_id}"),
        made_at=escape(sheet.made_at), company=escape(site.company_name or ""),
        interviews="\n".join(_interview(candidate_id, interview) for interview in sheet.interviews)
        or "<p>Nothing is held about this person here.</p>",
        shares=_section("Shared with people outside", sheet.shares),
        elsewhere="".join(f"<li>{escape(line)}</li>" for line in sheet.elsewhere),
    )
    return html_response(page)


@contract(body=CorrectionNoteBody, raises=(*SESSION_PROBLEMS, "CANDIDATE_ERASED"))
def add_correction(service: Service, request: Request) -> Json[CorrectionNoteJson]:
    """POST /api/candidates/{candidate_id}/corrections

    Keeps the candidate's statement beside the score. It changes no score.
    """
    body = read(CorrectionNoteBody, request.json)
    note = add_correction_note(service, request.integer("candidate_id"), body.session_id, body.text)
    return json_response(correction_note_json(note))


_NOTE_ID = Text(max_chars=100, min_chars=1)


@contract(raises=("VALIDATION_FAILED",))
def remove_correction(service: Service, request: Request) -> Json[RemovedJson]:
    """DELETE /api/candidates/{candidate_id}/corrections/{note_id}"""
    try:
        note_id = _NOTE_ID.read(request.params["note_id"])
    except ValueError as error:
        raise Problem("VALIDATION_FAILED", f"note_id {error}.", {"fields": {"note_id": str(error)}}) from None
    removed = remove_correction_note(service, request.integer("candidate_id"), str(note_id))
    return json_response({"removed": removed})


def save_correction(site: Site, request: Request) -> Response:
    """POST /candidates/{candidate_id}/data-sheet: the form of the page."""
    candidate_id = request.integer("candidate_id")
    body = read(CorrectionNoteBody, {name: request.form.get(name, "") for name in ("session_id", "text")})
    add_correction_note(site, candidate_id, body.session_id, body.text)
    return redirect(f"/candidates/{candidate_id}/data-sheet", 303)


def _interview(candidate_id: int, interview: InterviewSheet) -> str:
    answers = "".join(
        f'<h4 dir="auto">{escape(answer.question)}</h4><p>Score: {escape(answer.score)}</p>'
        + (f'<blockquote dir="auto">{escape(answer.transcript)}</blockquote>' if answer.transcript else "")
        + (f"<ul class=\"plain\">{''.join(f'<li>{escape(reason)}</li>' for reason in answer.reasons)}</ul>"
           if answer.reasons else "")
        for answer in interview.answers
    )
    number = interview.earlier_results
    earlier = f"<p>{number} earlier results are in the export.</p>" if number else ""
    form = (
        f'<form method="post" action="/candidates/{candidate_id}/data-sheet" class="notice-form no-print">'
        f'<input type="hidden" name="session_id" value="{escape(interview.session_id, quote=True)}">'
        f'<label for="note-{escape(interview.session_id, quote=True)}">The candidate\'s statement about the score'
        '</label>'
        f'<textarea id="note-{escape(interview.session_id, quote=True)}" name="text" rows="4" required'
        f' maxlength="{MAX_NOTE_CHARS}"></textarea>'
        '<p><button class="button" type="submit">Add Statement</button></p></form>'
    )
    return (
        f"<section><h2>{escape(interview.heading)}</h2>{_list(interview.facts)}</section>"
        f"<section><h3>Agreement</h3><p>{escape(interview.consent)}</p></section>"
        f"<section><h3>Answers</h3>{answers or '<p>No answer is held.</p>'}{earlier}</section>"
        f"<section><h3>Statements of the candidate</h3>{_list(interview.notes) or '<p>None.</p>'}{form}</section>"
        + "".join(_section(heading, items, level=3) for heading, items in interview.parts.items())
        + _section("What happened", interview.events, level=3)
    )


def _section(heading: str, items: Sequence[Item], level: int = 2) -> str:
    return f"<section><h{level}>{escape(heading)}</h{level}>{_list(items)}</section>" if items else ""


def _list(items: Sequence[Item]) -> str:
    rows = "".join(
        f'<div><dt>{escape(item.name) or "-"}</dt><dd dir="auto">{escape(item.value)}</dd></div>' for item in items
    )
    return f"<dl>{rows}</dl>" if rows else ""
