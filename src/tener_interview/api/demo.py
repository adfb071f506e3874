"""The pretend Hireflix's candidate page. With the real provider there is nothing at its address."""

from __future__ import annotations

from ..errors import Problem
from ..interviews.service import Service
from ..providers.demo import DemoPage, DemoProvider
from ..providers.demo_page import render_demo_page
from ..web.request import Request
from ..web.response import Response, html_response, redirect


def show_interview(service: Service, request: Request) -> Response:
    """GET /demo/interview/{hash}"""
    _, page = _found(service, request)
    return html_response(render_demo_page(page))


def submit_interview(service: Service, request: Request) -> Response:
    """POST /demo/interview/{hash}: typed answers become the transcripts."""
    demo, page = _found(service, request)
    answers = request.form
    try:
        demo.submit(request.params["hash"], answers)
    except Problem as problem:
        return html_response(render_demo_page(page, error=problem.error, answers=answers), problem.status)
    return redirect(request.path, 303)


def _found(service: Service, request: Request) -> tuple[DemoProvider, DemoPage]:
    provider = service.provider
    page = provider.page(request.params["hash"]) if isinstance(provider, DemoProvider) else None
    if page is None or not isinstance(provider, DemoProvider):
        raise Problem("ROUTE_NOT_FOUND", "There is no demo interview at this address.")
    return provider, page
