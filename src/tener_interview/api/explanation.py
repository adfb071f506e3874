"""A candidate's own page that explains her score, by her own link: off by default, and nothing about anybody else."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from ..criteria.files import ConfigError
from ..domain.privacy.explaining import Explanation, explain
from ..domain.sessions.links import resolve_link
from ..errors import Problem
from ..html_links import with_mail_links
from ..languages.tags import primary
from ..plans.library_question import ORIGINAL
from ..regex import regex
from ..store.session import Session
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Response, html_response
from .candidate_texts import Texts, texts_for
from .consent_form import LINK_PROBLEMS
from .desk_texts import DESK_TEXTS
from .web_service import WebService

#: Keys of the texts that replace sentences about the candidate, or about what only recruiters see, for the candidate.
CANDIDATE_TEXTS = {
    "The candidate gave no answer to this question.": "explain_unanswered",
    "The candidate says they have no answer.": "explain_no_answer",
    "We did not find a specific action of the candidate's own.": "explain_no_action",
    "No sentence stands out to quote; the parts of the score show where the points come from.": "explain_no_quote",
}

#: Reasons that name key points of the plan, in quotation marks.
_NAMES_POINTS = regex("On “|Close in meaning to “|We did not find: “")
_QUOTED = regex("“([^“”„]*)”")


def explanation_link(service: WebService, request: Request, session: Session) -> tuple[str, str] | None:
    """The address of the page and the text of a link to it; None unless the candidate may see it."""
    with service.store.read() as tx:
        if explain(tx, session) is None:
            return None
    token = request.params["token"]
    return f"/i/{token}/score", texts_for(request, session.language)["explain_link"]


@contract(media=("text/html",), raises=(*LINK_PROBLEMS, "ROUTE_NOT_FOUND"))
def show_explanation(service: WebService, request: Request) -> Response:
    """GET /i/{token}/score: how the candidate's answers were assessed.

    Only if the job's settings allow it, and once there is a score; otherwise like an unknown address.
    """
    session = resolve_link(service, request.params["token"]).session
    with service.store.read() as tx:
        explanation = explain(tx, session)
    if explanation is None:
        raise Problem("ROUTE_NOT_FOUND", "There is nothing at this address.", {"language": session.language})
    texts = texts_for(request, session.language)
    points = _library_points(service, primary(texts.lang))
    page = service.files.template("explanation.html").substitute(
        lang=escape(texts.lang, quote=True),
        about=escape(" · ".join(filter(None, (service.company_of(session.job_id), service.titles.of(session.job_id))))),
        demo=service.demo_note(texts.lang), heading=escape(texts["explain_heading"]),
        intro=escape(texts["explain_intro"]), used=escape(texts["explain_used"]),
        total=escape(texts.filled("explain_total", total=_number(explanation.total, texts))),
        changed=_note(texts["explain_by_person"]) if explanation.set_by_people
        else _note(texts["explain_answer_by_person"]) if explanation.follows_from_people else "",
        answers="\n".join(
            answer_section(number, answer, texts, points) for number, answer in enumerate(explanation.answers, 1)
        ),
        in_english=(
            "" if primary(texts.lang) in DESK_TEXTS.languages
            else f'<p class="muted">{escape(texts["explain_in_english"])}</p>'
        ),
        notes="".join(
            f'<section><h2>{escape(texts["explain_note"])}</h2><blockquote dir="auto">{escape(note)}</blockquote>'
            "</section>" for note in explanation.notes
        ),
        object=escape(texts["explain_object"]), ask=escape(texts["landing_ask"]),
        contact=with_mail_links(service.contact or texts["landing_ask_text"]),
        back_url=f"/i/{escape(request.params['token'], quote=True)}", back=escape(texts["explain_back"]),
    )
    return html_response(page)


def answer_section(
    number: int, answer: Explanation.Answer, texts: Texts, points: Mapping[str, str] | None = None
) -> str:
    """Return one question as HTML, with its score, the reasons for it, and what was transcribed."""
    score = (
        texts["explain_not_scored"] if answer.score is None
        else texts.filled("explain_score", score=_number(answer.score, texts))
    )
    reasons = "".join(_reason(reason, texts, points or {}) for reason in answer.reasons)
    if not reasons and answer.score is not None and not answer.set_by_person:
        reasons = f"<li>{escape(texts['explain_none'])}</li>"
    why = f"<h3>{escape(texts['explain_reasons'])}</h3><ul class=\"plain\">{reasons}</ul>" if reasons else ""
    transcript = (
        f"<h3>{escape(texts['explain_answer'])}</h3><blockquote dir=\"auto\">{escape(answer.transcript)}</blockquote>"
        if answer.transcript else ""
    )
    heading = f'<h2 dir="auto">{number}. {escape(answer.title)}</h2>'
    changed = _note(f"{texts['explain_by_person']} {texts['explain_ask_reason']}") if answer.set_by_person else ""
    return f'<section>{heading}<p class="number">{escape(score)}</p>{changed}{why}{transcript}</section>'


def _note(text: str) -> str:
    return f'<p class="muted">{escape(text)}</p>'


def _library_points(service: WebService, language: str) -> Mapping[str, str]:
    """The key points of the question library in a language, by the English ones; none if its files are not valid."""
    if language == ORIGINAL:
        return {}
    try:
        originals = {question.id: question.text.key_points for question in service.library.questions()}
        translated = service.library.questions(language)
    except ConfigError:
        return {}
    return {
        english[0]: own[0]
        for question in translated
        for english, own in zip(originals[question.id], question.text.key_points, strict=True)
    }


def _reason(reason: str, texts: Texts, points: Mapping[str, str]) -> str:
    """A reason in the language of the page, with its quotation marks, or in English where it is not translated.

    What a plan took from the question library is translated, unless somebody reworded it.
    """
    if said := CANDIDATE_TEXTS.get(reason):
        return f"<li>{escape(texts[said])}</li>"
    language = primary(texts.lang)
    if _NAMES_POINTS.match(reason):
        reason = _QUOTED.sub(lambda quoted: f"“{points.get(quoted[1], quoted[1])}”", reason)
    translated = DESK_TEXTS.translate_api_sentence(reason, language)
    if translated is None:
        return f'<li lang="en" dir="ltr">{escape(reason)}</li>'
    opening, closing = DESK_TEXTS.translate("“{quoted}”", language).split("{quoted}")
    translated = _QUOTED.sub(lambda quoted: f"{opening}{quoted[1]}{closing}", translated)
    # Between several points, of which the translated sentence has the first and the last mark.
    translated = translated.replace("”, “", f"{closing}, {opening}")
    return f"<li>{escape(translated)}</li>"


def _number(value: float, texts: Texts) -> str:
    return f"{value:.1f}".removesuffix(".0").replace(".", texts["decimal_mark"])
