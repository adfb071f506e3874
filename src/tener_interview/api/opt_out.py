"""The public page of the link that ends all messages to a candidate. It works without any script and sign-in."""

from __future__ import annotations

from html import escape

from ..domain.messages.opt_outs import OptOut, find_opt_out, opt_in, opt_out
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Response, html_response
from .candidate_texts import texts_for
from .web_service import WebService


@contract(media=("text/html",), raises=("OPT_OUT_LINK_INVALID",))
def show_opt_out(service: WebService, request: Request) -> Response:
    """GET /o/{token}: a page with a button. Opening it, by a person or a program, changes nothing."""
    return _page(service, request, find_opt_out(service, request.params["token"]))


@contract(media=("text/html",), raises=("OPT_OUT_LINK_INVALID",))
def change_opt_out(service: WebService, request: Request) -> Response:
    """POST /o/{token}: the candidate gets no more messages, about any job.

    Mail programs do this by themselves when their user wants it (RFC 8058). With the form field `again=yes` the
    candidate gets messages again.
    """
    token = request.params["token"]
    # Mail programs may send a multipart form, which has nothing that is needed.
    is_form = (request.header("Content-Type") or "").startswith("application/x-www-form-urlencoded")
    wants_again = is_form and request.form.get("again") == "yes"
    return _page(service, request, (opt_in if wants_again else opt_out)(service, token))


def _page(service: WebService, request: Request, choice: OptOut) -> Response:
    session = choice.session
    texts = texts_for(request, session.language)
    topic = "opted_out" if choice.is_out else "opt_out"
    again = '<input type="hidden" name="again" value="yes">' if choice.is_out else ""
    company = service.company_of(session.job_id)
    page = service.files.template("opt_out.html").substitute(
        lang=texts.lang, demo=service.demo_note(texts.lang),
        heading=escape(texts[f"{topic}_heading"]), text=escape(texts[f"{topic}_text"]),
        company=escape(company or ""), action=f"/o/{escape(choice.token, quote=True)}", again=again,
        button=escape(texts["opt_in_button" if choice.is_out else "opt_out_button"]),
        hidden=" hidden" if session.erased_at is not None else "",
    )
    return html_response(page)
