"""A candidate's rights for recruiters to grant: the data sheet as JSON and as a page to print, and correction notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from html import escape
from typing import Annotated, Any, TypedDict

from ..domain.audit.recording import record_export
from ..domain.privacy.correction_notes import MAX_NOTE_CHARS, add_correction_note, remove_correction_note
from ..domain.privacy.data_sheet import InterviewSheet, Item, RecordedEvent, Sentence, StoredValue, make_data_sheet
from ..domain.privacy.erase import erase_candidate
from ..domain.privacy.sheet_words import PARTS, WORDS
from ..domain.service import Service
from ..errors import Problem
from ..lazy_dataclass import dataclass
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, Response, html_response, json_response, redirect
from ..web.shape import Text, read, required
from .desk_pages import head_values
from .desk_texts import DeskWords
from .shapes import SESSION_PROBLEMS, At, CorrectionNoteJson, correction_note_json
from .sheet_values import SheetValues
from .web_service import WebService


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
    return json_response(_in_english(asdict(make_data_sheet(service, candidate_id))))


def _in_english(part: Any) -> Any:
    """A part of the sheet with its sentences filled in, and values as they are stored."""
    if isinstance(part, (Sentence, StoredValue, RecordedEvent)):
        return str(part)
    if isinstance(part, tuple) and part and isinstance(part[0], Sentence):
        return " ".join(map(str, part))
    if isinstance(part, dict):
        return {name: _in_english(value) for name, value in part.items()}
    return [_in_english(value) for value in part] if isinstance(part, (list, tuple)) else part


def show_data_sheet(service: WebService, request: Request) -> Response:
    """GET /candidates/{candidate_id}/data-sheet: a page to print or to save as PDF."""
    candidate_id = request.integer("candidate_id")
    record_export(service, "data_sheet", "candidate", candidate_id)
    sheet = make_data_sheet(service, candidate_id)
    name = next(
        (item.value for interview in sheet.interviews for item in interview.facts if item.name == "Name"), ""
    )
    words = DeskWords(request)
    values = SheetValues(words)
    page = service.files.template("data_sheet.html", words.language).substitute(
        head_values(service, request), candidate_id=candidate_id,
        name=escape(str(name)) or words.translate("Candidate {id}", id=candidate_id),
        made_at=values.show(StoredValue("made_at", sheet.made_at)), company=escape(service.company_name or ""),
        interviews="\n".join(
            _interview(words, values, candidate_id, interview, _job_title(service, interview))
            for interview in sheet.interviews
        )
        or f"<p>{words.translate('Nothing is held about this person here.')}</p>",
        shares=_section(words.translate("Shared with people outside"), _list(values, sheet.shares)),
        elsewhere="".join(f"<li>{words.translate(line)}</li>" for line in sheet.elsewhere),
        erasing="" if all(map(_is_erased, sheet.interviews)) else _erasing(words, candidate_id, str(name)),
    )
    return html_response(page)


@contract(body=CorrectionNoteBody, raises=(*SESSION_PROBLEMS, "CANDIDATE_ERASED"))
def add_correction(service: Service, request: Request) -> Json[CorrectionNoteJson]:
    """POST /api/candidates/{candidate_id}/corrections

    The statement changes no score.
    """
    body = read(CorrectionNoteBody, request.json)
    note = add_correction_note(
        service, request.integer("candidate_id"), body.session_id, body.text, operation_id=request.operation_id
    )
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


def submit_data_sheet(service: WebService, request: Request) -> Response:
    """POST /candidates/{candidate_id}/data-sheet: the forms of the page."""
    candidate_id = request.integer("candidate_id")
    if request.form.get("do") == "erase":
        if request.form.get("sure") == "yes":
            erase_candidate(service, candidate_id)
        return redirect(f"/candidates/{candidate_id}/data-sheet", 303)
    body = read(CorrectionNoteBody, {name: request.form.get(name, "") for name in ("session_id", "text")})
    add_correction_note(service, candidate_id, body.session_id, body.text)
    return redirect(f"/candidates/{candidate_id}/data-sheet", 303)


def _job_title(service: WebService, interview: InterviewSheet) -> str | None:
    job_id = interview.heading.values["id"]
    return service.titles.of(job_id) if isinstance(job_id, int) else None


def _interview(
    words: DeskWords, values: SheetValues, candidate_id: int, interview: InterviewSheet, job_title: str | None
) -> str:
    answers = "".join(
        f'<h4 dir="auto">{escape(answer.question)}</h4>'
        f'<p>{words.translate("Score")}: {values.show(answer.score)}</p>'
        + (f'<blockquote dir="auto">{escape(answer.transcript)}</blockquote>' if answer.transcript else "")
        + _reasons(values, answer.reasons)
        for answer in interview.answers
    )
    number = interview.earlier_results
    earlier = words.translate("Earlier results, which are in the export: {count}.", count=number)
    note_id = f"note-{escape(interview.session_id, quote=True)}"
    form = (
        f'<form method="post" action="/candidates/{candidate_id}/data-sheet" class="notice-form no-print">'
        f'<input type="hidden" name="session_id" value="{escape(interview.session_id, quote=True)}">'
        f'<label for="{note_id}">{words.translate("What the candidate says about the score")}</label>'
        f'<textarea id="{note_id}" name="text" rows="4" required maxlength="{MAX_NOTE_CHARS}"></textarea>'
        f'<p><button class="button" type="submit">{words.translate("Add Statement")}</button></p></form>'
    )
    none_held = f"<p>{words.translate('No answer is held.')}</p>"
    no_notes = f"<p>{words.translate('None.')}</p>"
    consent = " ".join(values.show(sentence) for sentence in interview.consent)
    heading = " · ".join(filter(None, (values.show(interview.heading), escape(job_title or ""))))
    return (
        f"<section><h2>{heading}</h2>{_list(values, _without_repeated_state(interview.facts))}</section>"
        + _fold(words.translate("Consent"), f"<p>{consent}</p>")
        + _fold(words.translate("Answers"), (answers or none_held) + (f"<p>{earlier}</p>" if number else ""))
        + _fold(
            words.translate("Statements of the candidate"), f"{_list(values, interview.notes) or no_notes}{form}"
        )
        + "".join(
            _fold(words.translate(heading), _part(words, values, heading, items))
            for heading, items in interview.parts.items()
        )
        + _fold(words.translate("What happened"), _list(values, interview.events))
    )


def _is_erased(interview: InterviewSheet) -> bool:
    return any(fact.name == WORDS["erased_at"] for fact in interview.facts)


def _erasing(words: DeskWords, candidate_id: int, name: str) -> str:
    """The form that erases the person, which a box that has to be ticked keeps from happening by a slip."""
    explanation = words.translate(
        "Names, e-mail addresses, answers, scores and links are erased permanently, for every job. This cannot be"
        " undone. The recordings are at Hireflix and have to be deleted there."
    )
    sure = words.translate("Erase everything about {name}", name=name)
    return (
        f'<section class="no-print" id="erase"><h2>{words.translate("Erase this person")}</h2><p>{explanation}</p>'
        f'<form method="post" action="/candidates/{candidate_id}/data-sheet" class="notice-form">'
        '<input type="hidden" name="do" value="erase">'
        f'<label class="check"><input type="checkbox" name="sure" value="yes" required> <span>{sure}</span></label>'
        f'<p><button class="button danger" type="submit">{words.translate("Erase")}</button></p></form></section>'
    )


def _without_repeated_state(facts: Sequence[Item]) -> list[Item]:
    """The facts without the other states of an interview where they are the shown one."""
    state = next((fact.value for fact in facts if fact.name == WORDS["shown_status"]), None)
    others = {WORDS["status"], WORDS["listed_as"]}
    return [fact for fact in facts if fact.name not in others or _code(fact.value) != _code(state)]


def _code(value: object) -> object:
    return value.value if isinstance(value, StoredValue) else value


def _part(words: DeskWords, values: SheetValues, heading: str, items: Sequence[Item]) -> str:
    """A list of an interview. Kept responses repeat what the others say, and can be about other people."""
    if heading != PARTS["kept_answers"]:
        return _list(values, items)
    sentence = words.translate(
        "Responses of this service that name this interview: {count}. They are kept for a time, so that a request sent "
        "twice gets the same response, and repeat what is written above. The export has them.",
        count=len(items),
    )
    return f"<p>{sentence}</p>"


def _reasons(values: SheetValues, reasons: Sequence[str]) -> str:
    rows = "".join(f"<li>{values.show(StoredValue('', reason))}</li>" for reason in reasons)
    return f'<ul class="plain">{rows}</ul>' if rows else ""


def _section(heading: str, content: str) -> str:
    return f"<section><h2>{heading}</h2>{content}</section>" if content else ""


def _fold(heading: str, content: str) -> str:
    """A part of an interview. It is open, so that it is printed; the page's script folds it on a phone."""
    if not content:
        return ""
    return f'<details class="sheet-part" open><summary><h3>{heading}</h3></summary>{content}</details>'


def _list(values: SheetValues, items: Sequence[Item]) -> str:
    """Return the items as a list of names and values; where the first name comes again, the next entry begins."""
    if not items:
        return ""
    shown = [(values.name(item.name) or "-", values.show(item.value)) for item in items]
    rows = [f'<div><dt>{name}</dt><dd dir="auto">{value}</dd></div>' if value else "" for name, value in shown]
    first = items[0].name
    again = isinstance(first, str)
    starts = [0, *(place for place, item in enumerate(items) if place and again and item.name == first)]
    parts = [rows[start:end] for start, end in zip(starts, [*starts[1:], len(rows)], strict=True)]
    return "".join(f"<dl>{''.join(part)}</dl>" for part in parts)
