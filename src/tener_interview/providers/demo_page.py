"""The candidate's page of the pretend Hireflix, as HTML. Everything that is not ours is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from types import MappingProxyType

from .demo import MAX_ANSWER_CHARS, DemoPage
from .demo_answers import DemoQuestion

_PAGE = Path(__file__).parents[1] / "static" / "demo_interview.html"

_NOTHING: Mapping[str, str] = MappingProxyType({})

_ERROR = Template('<p id="error" class="message" role="alert">$error</p>')

_FORM = Template("""\
<p>Please answer in your own words, as if you were speaking. You may leave a question out.</p>
    $error
    <form method="post" autocomplete="off">
      $questions
      <button class="button primary" type="submit">Send Answers</button>
    </form>""")

# A browser drops the first line break inside a textarea, so there is one to drop.
_QUESTION = Template("""\
<div class="field">
        <label for="answer-$number" dir="auto">$number. $title</label>
        $description
        <textarea id="answer-$number" name="$question_id" rows="6" maxlength="$max_chars" dir="auto"$described>
$answer</textarea>
      </div>""")

_DESCRIPTION = Template('<p id="about-$number" class="fine" dir="auto">$description</p>')

_FINISHED = '<p role="status">Thank you. Your answers have been received; you may close this page.</p>'


def render_demo_page(page: DemoPage, *, error: str = "", answers: Mapping[str, str] = _NOTHING) -> str:
    """The whole page. `error` is a sentence to show above the form; `answers` by question id are kept in it."""
    return _template().substitute(
        name=escape(page.name),
        position=escape(page.position_name),
        body=_FINISHED if page.finished else _form(page, error, answers),
    )


def _form(page: DemoPage, error: str, answers: Mapping[str, str]) -> str:
    questions = (
        _question(number, question, answers.get(question.question_id, ""))
        for number, question in enumerate(page.questions, 1)
    )
    shown = _ERROR.substitute(error=escape(error)) if error else ""
    return _FORM.substitute(error=shown, questions="\n      ".join(questions))


def _question(number: int, question: DemoQuestion, answer: str) -> str:
    about = question.description
    return _QUESTION.substitute(
        number=number,
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
