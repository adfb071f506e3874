"""The documents for recruiters, reviewers and hiring managers, as pages."""

from __future__ import annotations

from functools import cache
from html import escape, unescape
from pathlib import Path

from ..errors import Problem
from ..regex import regex
from ..web.markdown import title_of, to_html
from ..web.request import Request
from ..web.response import Response, html_response
from .desk_pages import may_use_desk
from .desk_texts import DESK_TEXTS
from .web_service import WebService

#: Where the documents are: beside `src/` in a checkout, from which the service runs.
_DOCS = Path(__file__).parents[3] / "docs"
#: The documents that are pages, by name, in the order of an interview.
HELP = ("plans", "scoring", "reviews", "people_decide", "agreement", "fairness", "messages", "webhooks")
#: What is listed only for people who may use the desk: readers of a shared list have no use for them.
_FOR_DESK = frozenset({"messages", "webhooks"})
#: Sections about files, commands, interfaces and measurements, which follow at the end of a page.
_TECHNICAL = frozenset({
    "One pipeline", "Embeddings server", "Trying it", "What was measured", "How the statements were judged",
    "Plans as files", "Exports", "What the main system sees", "Elsewhere", "Set up e-mail", "Try it",
    "The main system, by environment", "Addresses that are refused",
})
_SECTION = regex(r"(?m)^(?=<h2)")
_SECTION_HEADING = regex(r"<h2[^>]*>(.*?)</h2>")


def show_help(service: WebService, request: Request) -> Response:
    """GET /help/{name}: how something works, for readers of scores."""
    name = request.params["name"]
    if name not in HELP:
        raise Problem("ROUTE_NOT_FOUND", f"There is no such help page. There are: {', '.join(HELP)}.")
    text = _document(name)
    has_desk = may_use_desk(service, request)
    others = "".join(
        f'<li><a href="/help/{other}"{" aria-current=page" * (other == name)}>'
        f"{escape(title_of(_document(other)))}</a></li>" for other in HELP if has_desk or other not in _FOR_DESK
    )
    return html_response(service.files.template("help.html", DESK_TEXTS.choose(request)).substitute(
        title=escape(title_of(text)), desk="" if has_desk else "hidden",
        content=_technical_last(to_html(text, _resolve_link)), others=others,
    ))


@cache
def _document(name: str) -> str:
    try:
        return (_DOCS / f"{name}.md").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Problem("ROUTE_NOT_FOUND", "The documents are not installed: the folder docs/ is missing.") from None


def _technical_last(page: str) -> str:
    """Return the HTML of a document with its technical sections folded at the end. A link to one of them opens them."""
    sections = _SECTION.split(page)
    headings = [match and unescape(match[1]) for match in map(_SECTION_HEADING.match, sections)]
    technical = [
        section for section, heading in zip(sections, headings, strict=True) if heading in _TECHNICAL
    ]
    if not technical:
        return page
    plain = [section for section in sections if section not in technical]
    return "".join([
        *plain, "\n<details><summary>For administrators</summary>\n", *technical, "\n</details>\n",
    ])


def _resolve_link(target: str) -> str | None:
    """Return where a link of a document leads on a page; None for files that are not pages."""
    if target.startswith(("https://", "#")):
        return target
    file, _, fragment = target.partition("#")
    name = file.removesuffix(".md")
    return f"/help/{name}{f'#{fragment}' if fragment else ''}" if name in HELP else None
