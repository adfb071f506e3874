"""A candidate's interview link: redirects to the interview, or shows the landing page or an error page."""

from __future__ import annotations

import re
from datetime import UTC
from html import escape
from typing import Annotated, TypedDict
from urllib.parse import urlsplit

from ..domain.consent.consents import give_consent
from ..domain.sessions.links import OpenLink, begin, open_link, record_visit, resolve_link
from ..domain.sessions.status import Status
from ..html_links import with_mail_links
from ..languages.dates import date_in_words
from ..regex import regex
from ..store.session import Session
from ..system.clock import iso_utc, local_time
from ..web.contract import contract
from ..web.request import Request
from ..web.response import CONTENT_SECURITY_POLICY, Json, Response, html_response, json_response, redirect
from ..web.robots import is_preview
from .candidate_texts import Texts, texts_for
from .consent_form import (
    agrees,
    consent_key,
    consent_parts,
    consent_recorded,
    find_consent_text,
    withdraw_form,
)
from .explanation import explanation_link
from .web_service import WebService

LINK_PROBLEMS = (
    "INTERVIEW_TOKEN_INVALID", "INTERVIEW_LINK_EXPIRED", "INTERVIEW_LINK_REVOKED", "STORE_UNAVAILABLE",
    "INTERVIEW_PROVIDER_UNAVAILABLE",
)

_HOST = regex(r"(?:[A-Za-z0-9-]+\.)*[A-Za-z0-9-]+|\[[0-9A-Fa-f:.]+\]")


class FinishedJson(TypedDict):
    """The response of a candidate's link when the interview is finished."""

    finished: bool
    message: Annotated[str, "For the candidate, in the language of the interview."]


@contract(statuses=(302, 200), media=("text/html",), raises=LINK_PROBLEMS)
def enter(service: WebService, request: Request) -> Response | Json[FinishedJson]:
    """GET /i/{token}: redirects a person to the interview (302); a preview changes nothing.

    Characters that mail and chat programs add to a link are ignored; an altered link is invalid. Link previews, mail
    scanners and HEAD requests get a small page and change nothing. A candidate who has finished gets 200 and a message.
    Errors are HTML pages if the client accepts HTML. With `TENER_INTERVIEW_LANDING_PAGE`, the link first shows a page
    about the interview (200), which does not change the session.
    """
    pasted = request.params["token"]
    if is_preview(request):
        return html_response(_preview(service, request, resolve_link(service, pasted).session))
    link = (record_visit if service.landing_page else open_link)(service, pasted)
    if link.awaits_consent:
        return landing_page(service, request, link)
    if link.candidate_url is None:
        return _finished_response(service, request, link.session)
    return landing_page(service, request, link) if service.landing_page else redirect(link.candidate_url)


@contract(statuses=(302, 200), media=("text/html",), raises=LINK_PROBLEMS)
def enter_again(service: WebService, request: Request) -> Response | Json[FinishedJson]:
    """GET /i/{token}/start: same as the link, for people who copy or reload the address of the page's button."""
    return enter(service, request)


@contract(statuses=(303, 200), media=("text/html",), raises=LINK_PROBLEMS)
def begin_interview(service: WebService, request: Request) -> Response | Json[FinishedJson]:
    """POST /i/{token}/start: the button of the landing page.

    Redirects to the interview (303), which is in progress from then on. A scanner that submits the form changes
    nothing. If the job requires an agreement, the form has to say `agree=yes`; otherwise it is shown again.
    """
    pasted = request.params["token"]
    if is_preview(request):
        return html_response(_preview(service, request, resolve_link(service, pasted).session))
    link = resolve_link(service, pasted)
    if link.awaits_consent:
        notice = find_consent_text(service, request, link.session)
        if not agrees(request, notice):
            return landing_page(service, request, link, unanswered=True)
        session = give_consent(service, link.session, notice)
        if link.candidate_url is None:
            service.sync.wake()
            return consent_recorded(service, request, session)
    link = begin(service, pasted)
    if link.candidate_url is None:
        return _finished_response(service, request, link.session)
    return redirect(link.candidate_url, 303)


def _finished_response(service: WebService, request: Request, session: Session) -> Response | Json[FinishedJson]:
    """Tell the candidate that the interview is finished."""
    texts = texts_for(request, session.language)
    if not request.wants_html:
        return json_response({"finished": True, "message": f"{texts['finished_heading']}. {texts['finished_text']}"})
    return html_response(service.short_page(
        heading=texts["finished_heading"], text=texts["finished_text"], lang=texts.lang,
        company=service.company_of(session.job_id), link=explanation_link(service, request, session),
        form=withdraw_form(service, service.links.verify_pasted(request.params["token"])[0], session, texts),
    ))


def _preview(service: WebService, request: Request, session: Session) -> str:
    """Return the page for link previews: it names the job and the company, never the candidate."""
    texts = texts_for(request, session.language)
    job = service.titles.of(session.job_id)
    heading = texts.filled("preview_title_for", job=job) if job else texts["preview_title"]
    return service.short_page(
        heading=heading, text=texts["preview_text"], lang=texts.lang, company=service.company_of(session.job_id)
    )


def landing_page(service: WebService, request: Request, link: OpenLink, *, unanswered: bool = False) -> Response:
    """Return the landing page of a valid link, without the facts that are unknown.

    If the candidate has to agree first, it has the notice of the job. `unanswered`: the form came without an agreement.
    """
    session = link.session
    texts = texts_for(request, session.language)
    job, company = service.titles.of(session.job_id), service.company_of(session.job_id)
    outline = service.outlines.of(session.position_id)
    minutes = outline.minutes if outline else None
    has_begun = session.status == Status.IN_PROGRESS
    is_finished = link.candidate_url is None
    intro = texts[consent_key("consent_late_text", session) if is_finished else "landing_text"]
    if has_begun and not is_finished:
        # The candidate may just have finished, and the provider may not have reported it yet.
        intro = f"{texts['landing_if_finished']} {intro}"
    has_expired = session.link.expires_at <= service.clock.now_ms()
    consent = consent_parts(service, request, link, texts, unanswered=unanswered)
    facts = (
        ("landing_questions", _text(str(outline.questions) if outline else None)),
        ("landing_minutes", _text(texts.filled("landing_minutes_value", minutes=minutes) if minutes else None)),
        ("landing_deadline", "" if has_expired else _deadline(texts, session.link.expires_at)),
        # The standard notice says both, and more.
        ("landing_recorded", _text(None if consent.is_standard else texts["landing_recorded_text"])),
        ("landing_seen", _text(
            None if consent.is_standard
            else texts.filled("landing_seen_text_for", company=company) if company else texts["landing_seen_text"]
        )),
        ("landing_ask", _text(service.contact or texts["landing_ask_text"])),
    )
    demo = service.provider.name == "demo"
    values = {
        "lang": texts.lang,
        "company": company or "",
        "heading": texts["consent_late_title"] if is_finished
        else texts.filled("preview_title_for", job=job) if job else texts["preview_title"],
        "intro": intro,
        "action": f"/i/{link.token}/start",
        "button": texts["consent_late_agree" if is_finished else "landing_continue" if has_begun else "landing_start"],
        "leads": texts["demo_mark"] if demo else "" if is_finished else texts["landing_leads"],
    }
    page = service.files.template("landing.html").substitute(
        {name: escape(value, quote=True) for name, value in values.items()},
        message=consent.message, notice=consent.notice, refuse=consent.refuse,
        facts='<dl class="facts">\n      ' + "\n      ".join(
            f"<div><dt>{escape(texts[name])}</dt><dd>{value}</dd></div>" for name, value in facts if value
        ) + "\n    </dl>" if not is_finished else "",
    )
    policy = _policy(link.candidate_url or "")
    return html_response(page).with_headers(Content_Security_Policy=policy)


def _text(value: str | None) -> str:
    return f'<bdi dir="auto">{with_mail_links(value)}</bdi>' if value else ""


def _deadline(texts: Texts, at_ms: int) -> str:
    """Return the link's expiry as text in UTC; the page's script adds the local time."""
    words = date_in_words(local_time(at_ms, UTC), texts.lang)
    return f'<time datetime="{iso_utc(at_ms)}">{escape(words)}</time>'


def _policy(candidate_url: str) -> str:
    """Return the pages' content security policy, extended by the interview's host and domain as form targets.

    Some browsers check the redirects of a form as well, and the interview's host may redirect within its own domain.
    """
    parts = urlsplit(candidate_url)
    host = parts.netloc.rpartition(":")[0] if parts.port is not None else parts.netloc
    if not _HOST.fullmatch(host):
        return CONTENT_SECURITY_POLICY
    hosts = [parts.netloc]
    domain = host.partition(".")[2]
    if "." in domain and not re.fullmatch(r"[0-9.]+", host):
        hosts += [domain, f"*.{domain}"]
    allowed = " ".join(f"{parts.scheme}://{host}" for host in hosts)
    return CONTENT_SECURITY_POLICY.replace("form-action 'self'", f"form-action 'self' {allowed}")
