"""The demo provider's interview page. With the real provider its URL returns 404.

Everything that does not come from this service is escaped.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from string import Template
from types import MappingProxyType

from ...api.candidate_texts import Texts, all_texts, texts_for
from ...api.web_service import WebService
from ...domain.service import Service
from ...errors import Problem
from ...languages.tags import primary
from ...web.request import Request
from ...web.response import Response, html_response, redirect
from .answers import DemoQuestion
from .provider import MAX_ANSWER_CHARS, DemoPage, DemoProvider

_NO_ANSWERS: Mapping[str, str] = MappingProxyType({})

_ERROR = Template('<p id="error" class="message" role="alert">$error</p>')

_FORM = Template("""\
<p>$how</p>
    $in_english
    $error
    <form method="post" autocomplete="off">
      $questions
      <button class="button primary" type="submit">$send</button>
    </form>""")

# A browser drops the first line break inside a textarea, so the template adds one.
_QUESTION = Template("""\
<div class="field"$lang>
        <label for="answer-$number" dir="auto">$number. $title</label>
        $description
        <textarea id="answer-$number" name="$question_id" rows="6" maxlength="$max_chars" dir="auto"$described>
$answer</textarea>
      </div>""")

_DESCRIPTION = Template('<p id="about-$number" class="muted" dir="auto">$description</p>')

_ENGLISH_NOTE = Template('<p class="note">$in_english</p>')

_FINISHED = Template('<p role="status">$thanks</p>')


def render_demo_page(
    template: Template, page: DemoPage, words: Mapping[str, str], lang: str, *, questions_stay_english: bool = False,
    error: str = "", answers: Mapping[str, str] = _NO_ANSWERS,
) -> str:
    """The page in the language of `words`. `questions_stay_english`: a note says so. `error` is
    a sentence above the form, which is filled with `answers` by question id."""
    labels = {name.removeprefix("demo_"): escape(text) for name, text in words.items() if name.startswith("demo_")}
    position = escape(words.get(f"{page.position_id}.name", page.position_name))
    return template.substitute(
        lang=escape(lang),
        heading=f"{labels['title']}: {position}",
        mark=labels["mark"],
        note="" if page.finished else labels["note"],
        hello=escape(Template(words["demo_hello"]).substitute(name=page.name)),
        position=position,
        body=(
            _FINISHED.substitute(labels) if page.finished
            else _form(page, words, labels, questions_stay_english, error, answers)
        ),
    )


def _form(
    page: DemoPage, words: Mapping[str, str], labels: Mapping[str, str], questions_stay_english: bool, error: str,
    answers: Mapping[str, str],
) -> str:
    questions = (
        _question(
            number, question if questions_stay_english else _translate(question, words),
            answers.get(question.question_id, ""),
            ' lang="en"' if questions_stay_english else "",
        )
        for number, question in enumerate(page.questions, 1)
    )
    error_html = _ERROR.substitute(error=escape(error)) if error else ""
    english_note = _ENGLISH_NOTE.substitute(labels) if questions_stay_english else ""
    return _FORM.substitute(
        {**labels, "in_english": english_note}, error=error_html, questions="\n      ".join(questions)
    )


def _translate(question: DemoQuestion, words: Mapping[str, str]) -> DemoQuestion:
    """A question of the default position in the language of the page; any other question unchanged."""
    question_id = question.question_id
    title, description = words.get(f"{question_id}.title"), words.get(f"{question_id}.description")
    return DemoQuestion(question_id, title or question.title, description or question.description)


def _question(number: int, question: DemoQuestion, answer: str, lang: str) -> str:
    description = question.description
    return _QUESTION.substitute(
        number=number,
        lang=lang,
        title=escape(question.title),
        description=_DESCRIPTION.substitute(number=number, description=escape(description)) if description else "",
        described=f' aria-describedby="about-{number}"' if description else "",
        question_id=escape(question.question_id),
        max_chars=MAX_ANSWER_CHARS,
        answer=escape(answer),
    )


def show_interview(service: WebService, request: Request) -> Response:
    """GET /demo/interview/{hash}"""
    _, page = _demo_page(service, request)
    texts = _texts(service, request, page)
    questions_stay_english = _questions_stay_english(service, page, texts.lang)
    return html_response(render_demo_page(
        _template(service), page, texts.words, texts.lang, questions_stay_english=questions_stay_english
    ))


def submit_interview(service: WebService, request: Request) -> Response:
    """POST /demo/interview/{hash}: typed answers become the transcripts."""
    demo, page = _demo_page(service, request)
    answers = request.form
    try:
        demo.submit(request.params["hash"], answers)
    except Problem as problem:
        texts = _texts(service, request, page)
        page_html = render_demo_page(
            _template(service), page, texts.words, texts.lang,
            questions_stay_english=_questions_stay_english(service, page, texts.lang),
            error=_error_sentence(problem, texts), answers=answers,
        )
        return html_response(page_html, problem.status)
    return redirect(request.path, 303)


def _template(service: WebService) -> Template:
    return service.files.template("demo_interview.html")


def _texts(service: Service, request: Request, page: DemoPage) -> Texts:
    """The texts in the language of the interview."""
    with service.store.read() as tx:
        session = tx.sessions.get(page.external_id)
    return texts_for(request, session.language if session else None)


def _questions_stay_english(service: Service, page: DemoPage, lang: str) -> bool:
    """Return whether the default questions stay in English. They are translated only if every question has a
    translation and no criteria are in another language."""
    if page.position_id != service.provider.default_position_id or primary(lang) == "en":
        return False
    if any(f"{item.question_id}.title" not in all_texts()[primary(lang)] for item in page.questions):
        return True
    rules = [service.rules.criteria.rule_for(item.title) for item in page.questions]
    return any(item.expected and item.language != primary(lang) for item in rules)


def _error_sentence(problem: Problem, texts: Texts) -> str:
    number = problem.details.get("answer")
    return texts["demo_none"] if number is None else texts.filled("demo_long", number=number, most=MAX_ANSWER_CHARS)


def _demo_page(service: Service, request: Request) -> tuple[DemoProvider, DemoPage]:
    provider = service.provider
    page = provider.page(request.params["hash"]) if isinstance(provider, DemoProvider) else None
    if page is None or not isinstance(provider, DemoProvider):
        raise Problem("ROUTE_NOT_FOUND", "There is no demo interview at this address.")
    return provider, page
