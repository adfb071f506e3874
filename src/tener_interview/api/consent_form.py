"""A job's notice on a candidate's page: the text, and a real choice that works without scripts."""

from __future__ import annotations

from html import escape

from ..domain.consent.consents import consent_state, refuse_consent
from ..domain.consent.notices import DEFAULT_VERSION, NoticeText, choose_text, find_notice
from ..domain.sessions.links import OpenLink, resolve_link
from ..html_links import with_mail_links
from ..lazy_dataclass import dataclass
from ..store.session import Session
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Response, html_response
from ..web.robots import is_preview
from .candidate_texts import Texts, texts_for
from .web_service import WebService

LINK_PROBLEMS = (
    "INTERVIEW_TOKEN_INVALID", "INTERVIEW_LINK_EXPIRED", "INTERVIEW_LINK_REVOKED", "STORE_UNAVAILABLE",
    "INTERVIEW_PROVIDER_UNAVAILABLE",
)


@dataclass(frozen=True)
class ConsentParts:
    """What a page needs for the notice; all empty where the candidate need not agree."""

    message: str = ""
    notice: str = ""
    refuse: str = ""
    #: Whether the notice is the standard text.
    is_standard: bool = False


def find_consent_text(service: WebService, request: Request, session: Session) -> NoticeText:
    """The notice of the session's job as this candidate sees it."""
    with service.store.read() as tx:
        notice = find_notice(tx, session.job_id)
    texts = texts_for(request, session.language)
    return choose_text(
        notice, session.language, request.header("Accept-Language"),
        company=service.company_of(session.job_id) or texts["the_company"],
        contact=service.contact or texts["landing_ask_text"],
    )


def agrees(request: Request, notice: NoticeText) -> bool:
    """Whether the form agrees to exactly this text: it may have changed since the page was opened."""
    return request.form.get("agree") == "yes" and request.form.get("notice") == notice.text_hash


def consent_parts(
    service: WebService, request: Request, link: OpenLink, texts: Texts, *, unanswered: bool
) -> ConsentParts:
    """The parts of the page before the interview."""
    if not link.awaits_consent:
        return ConsentParts(refuse=withdraw_form(service, link.token, link.session, texts))
    notice = find_consent_text(service, request, link.session)
    notice_field = f'<input type="hidden" name="notice" value="{notice.text_hash}">'
    heading = texts["consent_heading" if link.candidate_url else "consent_late_heading"]
    missing = texts[consent_key("consent_missing", link.session)]
    error = ' aria-invalid="true" aria-describedby="consent-message"' if unanswered else ""
    with service.store.read() as tx:
        state = consent_state(tx, link.session)
    before = "withdrawn_before" if state.withdrawn else "refused_before"
    return ConsentParts(
        message=f'<p class="message" id="consent-message" role="alert">{escape(missing)}</p>' if unanswered
        else f'<p class="message info">{escape(texts[before])}</p>' if state.consent else "",
        notice=(
            f'<section class="notice" lang="{notice.language}" dir="auto" aria-labelledby="notice-heading">'
            f'<h2 id="notice-heading">{escape(heading)}</h2>{paragraphs(notice.text)}</section>{notice_field}'
            '<label class="agree"><input type="checkbox" name="agree" value="yes" required'
            f'{error}> <span dir="auto">{escape(texts["consent_agree"])}</span></label>'
        ),
        refuse=(
            f'<form method="post" action="/i/{escape(link.token, quote=True)}/refuse">{notice_field}'
            f'<button class="button" type="submit">{escape(texts["consent_refuse"])}</button></form>'
        ),
        is_standard=notice.version == DEFAULT_VERSION,
    )


def withdraw_form(service: WebService, token: str, session: Session, texts: Texts) -> str:
    """The way to take an agreement back, which asks once; empty unless one was given."""
    with service.store.read() as tx:
        state = consent_state(tx, session)
    if not state.required or state.consent is None or not state.consent.given:
        return ""
    label = escape(texts["consent_withdraw"])
    return (
        f'<details><summary>{label}</summary><form method="post" action="/i/{escape(token, quote=True)}/refuse">'
        f'<p dir="auto">{escape(texts["withdraw_ask"])}</p>'
        f'<button class="button" type="submit">{label}</button></form></details>'
    )


def consent_key(key: str, session: Session) -> str:
    """The key of a text about consent: it must not deny that answers are scored already."""
    return key if session.total_score is None else f"{key}_scored"


def paragraphs(text: str) -> str:
    """A text as paragraphs of HTML: an empty line ends one. E-mail addresses become links."""
    return "".join(f"<p>{with_mail_links(part.strip())}</p>" for part in text.split("\n\n") if part.strip())


@contract(media=("text/html",), raises=LINK_PROBLEMS)
def refuse(service: WebService, request: Request) -> Response:
    """POST /i/{token}/refuse: the candidate does not agree to the notice, or no longer.

    The recruiter sees it, and nothing is scored. The candidate may still agree later. A scanner changes nothing.
    """
    link = resolve_link(service, request.params["token"])
    if not is_preview(request):
        refuse_consent(service, link.session, find_consent_text(service, request, link.session))
    with service.store.read() as tx:
        topic = "withdrawn" if consent_state(tx, link.session).withdrawn else "refused"
    back = texts_for(request, link.session.language)["refused_back"]
    return _short_page(service, request, link.session, topic, (f"/i/{link.token}", back))


def consent_recorded(service: WebService, request: Request, session: Session) -> Response:
    """The page for a candidate who consents after the interview."""
    return _short_page(service, request, session, "consented")


def _short_page(
    service: WebService, request: Request, session: Session, topic: str, link: tuple[str, str] | None = None
) -> Response:
    texts = texts_for(request, session.language)
    return html_response(service.short_page(
        heading=texts[f"{topic}_heading"], text=texts[consent_key(f"{topic}_text", session)], lang=texts.lang,
        ask=texts["landing_ask"], company=service.company_of(session.job_id), link=link,
    ))
