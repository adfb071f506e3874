"""The page before the interview: what it is for, what is recorded, until when; its button leads on."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import escape
from urllib.parse import urlsplit

from ..domain.sessions.links import OpenLink
from ..domain.sessions.states import Status
from ..system.clock import iso
from ..web.headers import CONTENT_SECURITY_POLICY
from ..web.request import Request
from ..web.response import Response, html_response
from .site import Site
from .texts import Texts, texts_for

_HOST = re.compile(r"(?:[A-Za-z0-9-]+\.)*[A-Za-z0-9-]+|\[[0-9A-Fa-f:.]+\]")
_EMAIL = re.compile(r"[^\s@<>()\"',;:]+@[^\s@<>()\"',;:]+\.[^\s@<>()\"',;:.]+")


def landing_page(site: Site, request: Request, link: OpenLink) -> Response:
    """The page for whoever came by a good link. What nobody knows is left out of it."""
    session = link.session
    texts = texts_for(request, session.language)
    job, company = site.titles.of(session.job_id), site.company_of(session.job_id)
    outline = site.outlines.of(session.position_id)
    minutes = outline.minutes if outline else None
    begun = session.status == Status.IN_PROGRESS
    facts = (
        ("landing_company", _text(company)),
        ("landing_job", _text(job)),
        ("landing_questions", _text(str(outline.questions) if outline else None)),
        ("landing_minutes", _text(texts.filled("landing_minutes_value", minutes=minutes) if minutes else None)),
        ("landing_deadline", _deadline(texts, session.link_expires_at)),
        ("landing_recorded", _text(texts["landing_recorded_text"])),
        ("landing_seen", _text(
            texts.filled("landing_seen_text_for", company=company) if company else texts["landing_seen_text"]
        )),
        ("landing_ask", _contact(site.contact) if site.contact else _text(texts["landing_ask_text"])),
    )
    demo = site.provider.name == "demo"
    said = {
        "lang": texts.lang,
        "company": company or "",
        "heading": texts.filled("preview_title_for", job=job) if job else texts["preview_title"],
        "intro": texts["landing_text"],
        "action": f"/i/{link.token}/start",
        "button": texts["landing_continue" if begun else "landing_start"],
        "leads": texts["demo_mark" if demo else "landing_leads"],
    }
    page = site.files.template("landing.html").substitute(
        {name: escape(value, quote=True) for name, value in said.items()},
        facts="\n      ".join(
            f"<div><dt>{escape(texts[name])}</dt><dd>{value}</dd></div>" for name, value in facts if value
        ),
    )
    return html_response(page).with_headers(Content_Security_Policy=_policy(link.candidate_url or ""))


def _text(value: str | None) -> str:
    return f'<bdi dir="auto">{escape(value)}</bdi>' if value else ""


def _deadline(texts: Texts, at_ms: int) -> str:
    """The end of the link's life in words, in UTC; the page's script adds the reader's own time."""
    at = datetime.fromtimestamp(at_ms / 1000, UTC)
    words = texts.filled(
        "date", weekday=texts["weekdays"].split(", ")[at.weekday()], day=at.day,
        month=texts["months"].split(", ")[at.month - 1], year=at.year, time=f"{at:%H:%M}",
    )
    return f'<time datetime="{iso(at_ms)}">{escape(words)}</time>'


def _contact(contact: str) -> str:
    """Whom to ask; an e-mail address in it can be followed."""
    found = _EMAIL.search(contact)
    if found is None:
        return _text(contact)
    before, after = contact[: found.start()], contact[found.end() :]
    address = escape(found[0], quote=True)
    return f'{_text(before)}<a href="mailto:{address}">{address}</a>{_text(after)}'


def _policy(candidate_url: str) -> str:
    """The pages' usual policy; the form may lead on to where the interview is held, because some browsers hold the
    redirect to it as well, and so may that host lead on within its own domain."""
    parts = urlsplit(candidate_url)
    host = parts.netloc.rpartition(":")[0] if parts.port is not None else parts.netloc
    if not _HOST.fullmatch(host):
        return CONTENT_SECURITY_POLICY
    hosts = [parts.netloc]
    domain = host.partition(".")[2]
    if "." in domain and not re.fullmatch(r"[0-9.]+", host):
        hosts += [domain, f"*.{domain}"]
    allowed = " ".join(f"{parts.scheme}://{each}" for each in hosts)
    return CONTENT_SECURITY_POLICY.replace("form-action 'self'", f"form-action 'self' {allowed}")
