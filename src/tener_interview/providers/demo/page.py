"""The candidate's page of the pretend Hireflix. With the real provider there is nothing at its address.

Everything on it that is not ours is escaped.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from types import MappingProxyType

from ...api.texts import Texts, all_texts, texts_for
from ...domain.service import Service
from ...errors import Problem
from ...languages.tags import primary
from ...web.request import Request
from ...web.response import Response, html_response, redirect
from .answers import DemoQuestion
from .provider import MAX_ANSWER_CHARS, DemoPage, DemoProvider

_PAGE = Path(__file__).parents[2] / "static" / "pages" / "demo_interview.html"

_NOTHING: Mapping[str, str] = MappingProxyType({})

_ERROR = Template('<p id="error" class="message" role="alert">$error</p>')

_FORM = Template("""\
<p>$how</p>
    $in_english
    $error
    <form method="post" autocomplete="off">
      $questions
      <button class="button primary" type="submit">$send</button>
    </form>""")

# A browser drops the first line break inside a textarea, so there is one to drop.
_QUESTION = Template("""\
<div class="field"$lang>
        <label for="answer-$number" dir="auto">$number. $title</label>
        $description
        <textarea id="answer-$number" name="$question_id" rows="6" maxlength="$max_chars" dir="auto"$described>
$answer</textarea>
      </div>""")

_DESCRIPTION = Template('<p id="about-$number" class="muted" dir="auto">$description</p>')

_IN_ENGLISH = Template('<p class="note">$in_english</p>')

_FINISHED = Template('<p role="status">$thanks</p>')


def render_demo_page(
    page: DemoPage, words: Mapping[str, str], lang: str, *, in_english: bool = False, error: str = "",
    answers: Mapping[str, str] = _NOTHING,
) -> str:
    """The whole page, in the language of `words`; `in_english` says that the questions are not, and asks for answers as
    they are. `error` is a sentence to show above the form; `answers` by question id are kept in it."""
    said = {name.removeprefix("demo_"): escape(text) for name, text in words.items() if name.startswith("demo_")}
    return _template().substitute(
        lang=escape(lang),
        title=said["title"],
        mark=said["mark"],
        note=said["note"],
        hello=escape(Template(words["demo_hello"]).substitute(name=page.name)),
        position=escape(words.get(f"{page.position_id}.name", page.position_name)),
        body=_FINISHED.substitute(said) if page.finished else _form(page, words, said, in_english, error, answers),
    )


def _form(
    page: DemoPage, words: Mapping[str, str], said: Mapping[str, str], in_english: bool, error: str,
    answers: Mapping[str, str],
) -> str:
    questions = (
        _question(
            number, question if in_english else _translated(question, words), answers.get(question.question_id, ""),
            ' lang="en"' if in_english else "",
        )
        for number, question in enumerate(page.questions, 1)
    )
    shown = _ERROR.substitute(error=escape(error)) if error else ""
    hint = _IN_ENGLISH.substitute(said) if in_english else ""
    return _FORM.substitute({**said, "in_english": hint}, error=shown, questions="\n      ".join(questions))


def _translated(question: DemoQuestion, words: Mapping[str, str]) -> DemoQuestion:
    """One of the demo's own questions in the language of the page; others as whoever wrote them did."""
    own = question.question_id
    title, about = words.get(f"{own}.title"), words.get(f"{own}.description")
    return DemoQuestion(own, title or question.title, about or question.description)


def _question(number: int, question: DemoQuestion, answer: str, lang: str) -> str:
    about = question.description
    return _QUESTION.substitute(
        number=number,
        lang=lang,
        title=escape(question.title),
        description=_DESCRIPTION.substitute(number=number, description=escape(about)) if about else "",
        described=f' aria-describedby="about-{number}"' if about else "",
        question_id=escape(question.question_id),
        max_chars=MAX_ANSWER_CHARS,
        answer=escape(answer),
    )


@cache
def _template() -> Template:
    return Template(_PAGE.read_text("utf-8"))


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
