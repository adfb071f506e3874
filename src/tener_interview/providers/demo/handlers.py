"""The pretend Hireflix's candidate page. With the real provider there is nothing at its address."""

from __future__ import annotations

from ...api.texts import Texts, all_texts, texts_for
from ...domain.service import Service
from ...errors import Problem
from ...languages.tags import primary
from ...web.request import Request
from ...web.response import Response, html_response, redirect
from .page import render_demo_page
from .provider import MAX_ANSWER_CHARS, DemoPage, DemoProvider


def show_interview(service: Service, request: Request) -> Response:
    """GET /demo/interview/{hash}"""
    _, page = _found(service, request)
    texts = _texts(service, request, page)
    in_english = _asks_in_english(service, page, texts.lang)
    return html_response(render_demo_page(page, texts.words, texts.lang, in_english=in_english))


def submit_interview(service: Service, request: Request) -> Response:
    """POST /demo/interview/{hash}: typed answers become the transcripts."""
    demo, page = _found(service, request)
    answers = request.form
    try:
        demo.submit(request.params["hash"], answers)
    except Problem as problem:
        texts = _texts(service, request, page)
        again = render_demo_page(
            page, texts.words, texts.lang, in_english=_asks_in_english(service, page, texts.lang),
            error=_fault(problem, texts), answers=answers,
        )
        return html_response(again, problem.status)
    return redirect(request.path, 303)


def _texts(service: Service, request: Request, page: DemoPage) -> Texts:
    """In the language that the interview is held in."""
    with service.store.read() as tx:
        session = tx.sessions.get(page.external_id)
    return texts_for(request, session.language if session else None)


def _asks_in_english(service: Service, page: DemoPage, lang: str) -> bool:
    """Whether the demo's own questions stay as they are: they are asked in another language only where answers in it
    are scored, which the languages are that have their texts, and nothing is looked for that is written in another."""
    if page.position_id != service.provider.default_position_id or primary(lang) == "en":
        return False
    if any(f"{each.question_id}.title" not in all_texts()[primary(lang)] for each in page.questions):
        return True
    rules = [service.rules.criteria.rule_for(each.title) for each in page.questions]
    return any(each.asked and each.language != primary(lang) for each in rules)


def _fault(problem: Problem, texts: Texts) -> str:
    number = problem.details.get("answer")
    return texts["demo_none"] if number is None else texts.filled("demo_long", number=number, most=MAX_ANSWER_CHARS)


def _found(service: Service, request: Request) -> tuple[DemoProvider, DemoPage]:
    provider = service.provider
    page = provider.page(request.params["hash"]) if isinstance(provider, DemoProvider) else None
    if page is None or not isinstance(provider, DemoProvider):
        raise Problem("ROUTE_NOT_FOUND", "There is no demo interview at this address.")
    return provider, page
