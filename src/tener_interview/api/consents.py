"""The notice of a job, and whether its candidates agreed, for recruiters: JSON and a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from html import escape
from typing import Annotated, Any, TypedDict

from ..domain.consent.consents import ConsentState, consent_state, record_consent
from ..domain.consent.notices import (
    MAX_NOTICE_CHARS,
    NOTICE_LANGUAGES,
    change_notice,
    fill,
    find_notice,
)
from ..domain.jobs.job_settings import change_job_settings
from ..domain.refresh.refresh import refresh
from ..domain.service import Service, find_session, require_session
from ..errors import Problem
from ..languages.dates import date_in_words
from ..lazy_dataclass import dataclass
from ..store.consent_records import Notice
from ..store.session import Session
from ..system.clock import iso_utc, local_time
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, Response, html_response, json_response, redirect
from ..web.shape import Boolean, ListOf, Object, OneOf, Text, optional, read, required
from .candidate_texts import all_texts
from .consent_form import paragraphs
from .desk_pages import head_values
from .desk_texts import DeskWords
from .page_constants import labels
from .page_tables import table
from .shapes import SESSION_PROBLEMS, At
from .web_service import WebService

#: The sessions that the page lists.
_MAX_LISTED = 200
#: The settings of the job that the page changes.
_TICK_BOXES = ("consent_required", "explain_scores")
LANGUAGE_NAMES = {
    "en": "English", "de": "German", "es": "Spanish", "fr": "French", "pt": "Portuguese", "ru": "Russian",
    "nl": "Dutch", "hi": "Hindi", "zh": "Chinese",
}


class NoticeTextJson(TypedDict):
    """The notice in one language. `{company}` and `{contact}` stand for what the settings or the job say; so do
    `$company` and `$contact` in notices that were written earlier."""

    language: Annotated[str, OneOf(NOTICE_LANGUAGES)]
    text: str


class NoticeJson(TypedDict):
    """The notice that candidates of a job read, and agree to if the job requires it."""

    job_id: int
    version: Annotated[int, "Counts from 1; 0 is the standard text."]
    published_at: At | None
    consent_required: Annotated[bool, "Whether nothing is scored before a candidate agrees; a setting of the job."]
    texts: list[NoticeTextJson]


class ConsentJson(TypedDict):
    """Whether a candidate agreed to the notice of the job."""

    session_id: str
    required: bool
    state: Annotated[str, OneOf(("none", "given", "refused"))]
    withdrawn: Annotated[bool, "Whether the candidate had agreed before refusing."]
    how: Annotated[str | None, "`link` if the candidate said it there, `recruiter` if it was recorded."]
    at: At | None
    notice_version: int | None
    language: str | None
    text_hash: Annotated[str | None, "SHA-256 of the text that the candidate saw."]
    note: str | None


@dataclass(frozen=True)
class InputNoticeText:
    language: str = required(OneOf(NOTICE_LANGUAGES))
    text: str = required(Text(MAX_NOTICE_CHARS, min_chars=1, lines=True))


@dataclass(frozen=True)
class NoticeBody:
    texts: list[InputNoticeText] = required(
        ListOf(Object(InputNoticeText), 1, len(NOTICE_LANGUAGES)), "by language; a language that is left out has none"
    )


@dataclass(frozen=True)
class ConsentBody:
    given: bool = required(Boolean(), "what the candidate said")
    note: str | None = optional(Text(500, lines=True), description="where and when it was said")


@contract()
def get_notice(service: Service, request: Request) -> Json[NoticeJson]:
    """GET /api/jobs/{job_id}/notice"""
    job_id = request.integer("job_id")
    with service.store.read() as tx:
        notice, is_required = find_notice(tx, job_id), tx.job_settings.get(job_id).consent_required
    return json_response(_notice_json(notice, is_required=is_required))


@contract(body=NoticeBody)
def put_notice(service: Service, request: Request) -> Json[NoticeJson]:
    """PUT /api/jobs/{job_id}/notice

    The texts become a new version. Candidates who agreed to an earlier one have agreed.
    """
    job_id = request.integer("job_id")
    body = read(NoticeBody, request.json)
    notice = change_notice(service, job_id, {item.language: item.text for item in body.texts})
    with service.store.read() as tx:
        is_required = tx.job_settings.get(job_id).consent_required
    return json_response(_notice_json(notice, is_required=is_required))


@contract(raises=SESSION_PROBLEMS)
def get_consent(service: Service, request: Request) -> Json[ConsentJson]:
    """GET /api/interviews/sessions/{session_id}/consent"""
    session = find_session(service, request.params["session_id"])
    with service.store.read() as tx:
        state = consent_state(tx, session)
    return json_response(_consent_json(session.session_id, state))


@contract(body=ConsentBody, raises=(*SESSION_PROBLEMS, "CANDIDATE_ERASED"))
def put_consent(service: Service, request: Request) -> Json[ConsentJson]:
    """PUT /api/interviews/sessions/{session_id}/consent

    Records what a candidate said elsewhere. What was answered already is scored at once, or by the next sync if
    Hireflix cannot be read.
    """
    body = read(ConsentBody, request.json)
    session_id = request.params["session_id"]
    _record(service, session_id, given=body.given, note=body.note)
    with service.store.read() as tx:
        session = require_session(tx, session_id)
        state = consent_state(tx, session)
    return json_response(_consent_json(session.session_id, state))


def show_notice(service: WebService, request: Request) -> Response:
    """GET /jobs/{job_id}/notice: write the notice, and see who has not agreed. It works without any script."""
    job_id = request.integer("job_id")
    with service.store.read() as tx:
        texts = find_notice(tx, job_id).texts
    saved = f'<p class="message info" role="status">{DeskWords(request).translate("Saved.")}</p>'
    return _page(service, request, job_id, texts, saved if request.query.get("saved") else "")


def save_notice(service: WebService, request: Request) -> Response:
    """POST /jobs/{job_id}/notice: save the form, or with its other button only show how the texts look."""
    job_id = request.integer("job_id")
    form = request.form
    texts = {
        language: form.get(f"text_{language}", "").replace("\r\n", "\n").strip()[:MAX_NOTICE_CHARS]
        for language in NOTICE_LANGUAGES
    }
    ticks = {name: form.get(name) == "yes" for name in _TICK_BOXES}
    if form.get("do") == "preview":
        return _page(service, request, job_id, texts, "", ticks=ticks, preview=True)
    if form.get("do") == "record" and form.get("session_id"):
        _record(service, form["session_id"], given=True, note=form.get("note", "").strip()[:500] or None)
        return redirect(f"/jobs/{job_id}/notice?saved=1#waiting", 303)
    try:
        change_notice(service, job_id, texts)
    except Problem as problem:
        if problem.code != "VALIDATION_FAILED":
            raise
        message = f'<p class="message" role="alert">{escape(problem.error)}</p>'
        return _page(service, request, job_id, texts, message, ticks=ticks, status=422)
    change_job_settings(service, request.actor, job_id, ticks)
    return redirect(f"/jobs/{job_id}/notice?saved=1", 303)


def _record(service: Service, session_id: str, *, given: bool, note: str | None) -> None:
    session = record_consent(service, session_id, given=given, note=note)
    if given and session.urgent:
        try:
            refresh(service, session.session_id)
        except Problem as problem:
            # It is urgent, so the next sync scores it.
            if problem.code not in ("INTERVIEW_PROVIDER_UNAVAILABLE", "INTERVIEW_PROVIDER_REJECTED"):
                raise


def _page(
    service: WebService, request: Request, job_id: int, texts: Any, message: str, *,
    ticks: Mapping[str, bool] | None = None, preview: bool = False, status: int = 200,
) -> Response:
    """The page. `ticks`: the boxes of a form that is not saved; otherwise they are as saved."""
    with service.store.read() as tx:
        settings, notice = tx.job_settings.get(job_id), find_notice(tx, job_id)
        waiting = [
            (session := require_session(tx, session_id), consent_state(tx, session))
            for session_id in tx.consents.without_consent(job_id, limit=_MAX_LISTED)
        ] if settings.consent_required else []
    words = DeskWords(request)
    # The reader's own, if there is one.
    opened = words.language if texts.get(words.language) else _languages_in_order(texts)[0]
    fields = "".join(
        _field(words, language, texts.get(language, ""), is_open=language == opened)
        for language in _languages_in_order(texts)
    )
    page = service.files.template("job_notice.html", words.language).substitute(
        head_values(service, request), job_id=job_id,
        title=escape(service.titles.of(job_id) or "") or words.translate("Job {id}", id=job_id),
        message=message, fields=fields, unsaved="no" if ticks is None else "yes",
        version=words.translate("version {version}", version=notice.version) if notice.version
        else words.translate("the standard text"),
        **{name: " checked" if (ticks or settings._asdict())[name] else "" for name in _TICK_BOXES},
        preview=_preview(service, words, job_id, texts) if preview else "",
        waiting=_waiting_section(words, job_id, waiting) if waiting else "",
    )
    return html_response(page, status)


def _waiting_section(words: DeskWords, job_id: int, waiting: Sequence[tuple[Session, ConsentState]]) -> str:
    """The candidates who have not consented, each with a form to record consent that was given elsewhere."""
    statuses = labels(words.language)["statuses"]
    rows = [(
        f'<bdi dir="auto">{escape(session.candidate_name)}</bdi>',
        escape(statuses[session.current_status]["label"]),
        _answer(words, state),
        (f'<form method="post" action="/jobs/{job_id}/notice"><input type="hidden" name="do" value="record">'
         f'<input type="hidden" name="session_id" value="{session.session_id}">'
         f'<label class="visually-hidden" for="note-{session.session_id}">'
         f'{words.translate("Where {name} consented", name=session.candidate_name)}</label>'
         f'<input id="note-{session.session_id}" name="note" placeholder="{words.translate("e.g. by e-mail, 3 May")}">'
         f' <button class="button" type="submit">{words.translate("Has Consented")}</button></form>'),
    ) for session, state in waiting]
    heads = (
        words.translate("Candidate"), words.translate("Interview"), words.translate("Consent"),
        words.translate("Consented elsewhere"),
    )
    label = words.translate("Candidates who have not consented")
    heading = words.translate("Waiting for consent")
    return f'<section id="waiting"><h2>{heading}</h2>{table(label, heads, rows)}</section>'


def _answer(words: DeskWords, state: ConsentState) -> str:
    """What a candidate without consent said, and when."""
    if state.consent is None:
        return words.translate("no answer yet")
    day = date_in_words(local_time(state.consent.at, UTC), words.language)
    if state.withdrawn:
        return words.translate("withdrawn on {day}", day=day)
    return words.translate("refused on {day}", day=day)


def _languages_in_order(texts: Any) -> list[str]:
    """The languages that have a text first."""
    return sorted(NOTICE_LANGUAGES, key=lambda language: not texts.get(language))


def _field(words: DeskWords, language: str, text: str, *, is_open: bool) -> str:
    name = words.translate(LANGUAGE_NAMES[language])
    name = name[:1].upper() + name[1:]
    missing = words.translate("(no text: candidates see another language)")
    state = "" if text else f' <span class="muted">{missing}</span>'
    return (
        f"<details{' open' if is_open else ''}><summary>{name}{state}</summary>"
        f'<label class="visually-hidden" for="text_{language}">'
        f'{words.translate("Notice: {language}", language=name)}</label>'
        f'<textarea id="text_{language}" name="text_{language}" lang="{language}" dir="auto" rows="14"'
        f' maxlength="{MAX_NOTICE_CHARS}">{escape(text)}</textarea></details>'
    )


def _preview(service: WebService, words: DeskWords, job_id: int, texts: Any) -> str:
    """How candidates see the texts that were sent."""
    parts = []
    for language in _languages_in_order(texts):
        if not texts.get(language):
            continue
        theirs = all_texts()[language]
        text = fill(
            texts[language], company=service.company_of(job_id) or theirs["the_company"],
            contact=service.contact or theirs["landing_ask_text"],
        )
        parts.append(
            f'<section lang="{language}" dir="auto"><h3>{escape(theirs["consent_heading"])}</h3>{paragraphs(text)}'
            f'<p>☐ {escape(theirs["consent_agree"])}</p></section>'
        )
    heading, note = words.translate("Preview"), words.translate("Nothing is saved yet.")
    return f"<section><h2>{heading}</h2><p>{note}</p>{''.join(parts)}</section>"


def _notice_json(notice: Notice, *, is_required: bool) -> NoticeJson:
    return {
        "job_id": notice.job_id, "version": notice.version,
        "published_at": iso_utc(notice.published_at) if notice.version else None,
        "consent_required": is_required,
        "texts": [{"language": language, "text": text} for language, text in notice.texts.items()],
    }


def _consent_json(session_id: str, state: ConsentState) -> ConsentJson:
    consent = state.consent
    return {
        "session_id": session_id, "required": state.required,
        "state": "none" if consent is None else "given" if consent.given else "refused",
        "withdrawn": state.withdrawn,
        "how": consent and consent.how, "at": iso_utc(consent.at) if consent else None,
        "notice_version": consent and consent.notice_version, "language": consent and consent.language,
        "text_hash": consent and consent.text_hash, "note": consent and consent.note,
    }
