"""The demo provider: its answers, its page and what it stores."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib import resources
from itertools import count
from typing import Any

import pytest

from fakes.demo_store import MemoryDemoInterviewStore
from fakes.running_service import PROJECT
from for_each import for_each
from tener_interview.__main__ import STATIC_FOLDER
from tener_interview.api.candidate_texts import all_texts
from tener_interview.api.desk_texts import DESK_TEXTS
from tener_interview.criteria.criteria import load_criteria
from tener_interview.errors import Problem
from tener_interview.providers.demo.answers import DemoQuestion, default_position, transcripts
from tener_interview.providers.demo.page import render_demo_page
from tener_interview.providers.demo.provider import MAX_ANSWER_CHARS, DemoPage, DemoProvider
from tener_interview.providers.protocol import (
    AlreadyInvited,
    Interview,
    Invitee,
    PositionDraft,
    Provider,
    Question,
    Stage,
)
from tener_interview.scoring.answer import score_answer
from tener_interview.store.records import DemoInterview
from tener_interview.transcripts.duplicates import are_near_duplicates, shingles
from tener_interview.transcripts.transcript import Transcript
from tener_interview.web.static import StaticFiles

NOW_MS = 1_770_000_000_000
JANE = Invitee("demo-general", "iv_1", "jane.doe@example.com", "Jane", "Doe")


class StillClock:
    def now_ms(self) -> int:
        return NOW_MS

    def monotonic_s(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None:  # noqa: ARG002 - the protocol names it
        raise AssertionError("the demo provider never waits")


def provider_on(store: MemoryDemoInterviewStore, start: int = 1) -> DemoProvider:
    numbers = count(start)
    return DemoProvider(store, StillClock(), lambda size: f"{next(numbers):0{2 * size}x}", "http://127.0.0.1:8090/")


@pytest.fixture
def store() -> MemoryDemoInterviewStore:
    return MemoryDemoInterviewStore()


@pytest.fixture
def provider(store: MemoryDemoInterviewStore) -> DemoProvider:
    return provider_on(store)


def read(provider: DemoProvider, invitation_id: str, *, answer_at_once: bool = False) -> Interview:
    found = provider.read([invitation_id], answer_at_once=answer_at_once)[invitation_id]
    assert isinstance(found, Interview)
    return found


def hash_of(interview: Interview) -> str:
    return interview.candidate_url.rsplit("/", 1)[1]


def test_the_demo_implements_the_provider_protocol(provider: DemoProvider) -> None:
    as_protocol: Provider = provider
    assert (as_protocol.name, as_protocol.batch_size, as_protocol.concurrency) == ("demo", 25, 1)
    assert as_protocol.default_position_id == "demo-general"
    assert "(demo)" in provider.positions()[0].name


def test_demo_ids_have_the_format_of_hireflix_ids(provider: DemoProvider) -> None:
    made = provider.invite(JANE)
    assert made.stage is Stage.PENDING
    assert len(made.invitation_id) == 24
    assert len(hash_of(made)) == 8
    assert made.candidate_url == f"http://127.0.0.1:8090/demo/interview/{hash_of(made)}"
    assert (made.position_id, made.external_id, made.email) == ("demo-general", "iv_1", "jane.doe@example.com")
    assert made.finished_at_ms is None
    assert 5 <= len(made.answers) <= 7
    assert not any(answer.answered for answer in made.answers)


@pytest.mark.parametrize(
    "again", [replace(JANE, external_id="iv_2", email="JANE.DOE@example.com"), replace(JANE, email="other@example.com")]
)
def test_the_demo_does_not_invite_a_candidate_twice(
    provider: DemoProvider, store: MemoryDemoInterviewStore, again: Invitee
) -> None:
    made = provider.invite(JANE)
    with pytest.raises(AlreadyInvited):
        provider.invite(again)
    assert len(store.interviews) == 1
    assert provider.find("demo-general", email=again.email, external_id=again.external_id) == made


def test_the_demo_finds_an_interview_by_external_id_before_email(provider: DemoProvider) -> None:
    provider.invite(JANE)
    other = provider.invite(replace(JANE, external_id="iv_2", email="other@example.com"))
    assert provider.find("demo-general", email=JANE.email, external_id="iv_2") == other
    assert provider.find("elsewhere", email=JANE.email, external_id="iv_1") is None


def test_the_demo_refuses_an_unknown_position(provider: DemoProvider, store: MemoryDemoInterviewStore) -> None:
    with pytest.raises(Problem) as caught:
        provider.invite(replace(JANE, position_id="nope"))
    assert caught.value.code == "INTERVIEW_PROVIDER_REJECTED"
    assert caught.value.details["provider_error"]["position_id"] == "nope"
    assert store.interviews == {}


def test_two_demo_interviews_never_share_a_url(store: MemoryDemoInterviewStore) -> None:
    draws = iter(["a" * 24, "1" * 8, "b" * 24, "1" * 8, "2" * 8])
    provider = DemoProvider(store, StillClock(), lambda _: next(draws), "http://127.0.0.1:8090")
    provider.invite(JANE)
    second = provider.invite(replace(JANE, external_id="iv_2", email="other@example.com"))
    assert hash_of(second) == "2" * 8
    stuck = DemoProvider(store, StillClock(), lambda size: "11" * size, "http://127.0.0.1:8090")
    with pytest.raises(Problem, match="no free address"):
        stuck.invite(replace(JANE, external_id="iv_3", email="third@example.com"))


def test_the_demo_candidate_answers_at_the_second_read(provider: DemoProvider) -> None:
    invited = provider.invite(JANE)
    assert read(provider, invited.invitation_id).stage is Stage.PENDING
    finished = read(provider, invited.invitation_id)
    assert finished.stage is Stage.FINISHED
    assert finished.finished_at_ms == NOW_MS
    assert [answer.title for answer in finished.answers] == [answer.title for answer in invited.answers]
    for answer in finished.answers:
        assert answer.answered
        assert answer.answered_at_ms == NOW_MS
        assert answer.transcript
        assert answer.language == "en"
        assert answer.video_url is None
    assert read(provider, invited.invitation_id) == finished


def test_a_read_can_make_the_demo_candidate_answer_at_once(provider: DemoProvider) -> None:
    assert read(provider, provider.invite(JANE).invitation_id, answer_at_once=True).stage is Stage.FINISHED


def test_a_read_returns_every_requested_id(provider: DemoProvider, store: MemoryDemoInterviewStore) -> None:
    known = provider.invite(JANE).invitation_id
    found = provider.read([known, "unknown", known])
    assert set(found) == {known, "unknown"}
    assert found["unknown"] is None
    assert store.interviews[known].polls == 1


def test_read_returns_a_problem_for_every_interview_when_the_store_fails(provider: DemoProvider) -> None:
    class Failing(MemoryDemoInterviewStore):
        def poll(self, *_args: object) -> dict[str, DemoInterview]:
            raise Problem("STORE_UNAVAILABLE", "The disk is full.")

    first = provider.invite(JANE).invitation_id
    found = provider_on(Failing()).read([first, "another"])
    assert list(found) == [first, "another"]
    assert all(isinstance(item, Problem) for item in found.values())


def test_an_interview_without_its_position_does_not_affect_others(
    provider: DemoProvider, store: MemoryDemoInterviewStore
) -> None:
    first = provider.invite(JANE).invitation_id
    second = provider.invite(replace(JANE, external_id="iv_2", email="other@example.com")).invitation_id
    store.interviews[first] = replace(store.interviews[first], position_id="gone")
    found = provider.read([first, second], answer_at_once=True)
    assert isinstance(found[first], Problem)
    assert isinstance(found[second], Interview)


def test_demo_interviews_survive_a_restart(provider: DemoProvider, store: MemoryDemoInterviewStore) -> None:
    position = provider.create_position(PositionDraft("Data", None, (Question("SQL or not?"),)))
    invited = provider.invite(replace(JANE, position_id=position.position_id))
    read(provider, invited.invitation_id)
    restarted = provider_on(store, start=1000)
    assert restarted.positions() == provider.positions()
    assert restarted.find(position.position_id, email=JANE.email, external_id="") == invited
    assert read(restarted, invited.invitation_id).stage is Stage.FINISHED
    with pytest.raises(AlreadyInvited):
        restarted.invite(replace(JANE, position_id=position.position_id))


def test_demo_answers_differ_between_candidates_and_never_change_for_one() -> None:
    questions = default_position().questions
    assert transcripts("A@example.com", questions) == transcripts("a@example.com", questions)
    assert len({transcripts(f"candidate-{n}@example.com", questions) for n in range(50)}) > 40


def test_demo_candidates_are_of_clearly_different_quality() -> None:
    questions = default_position().questions
    lengths = [
        sum(len(answer.split()) for answer in transcripts(f"candidate-{n}-job-1@interview.local", questions))
        for n in range(60)
    ]
    assert min(lengths) < 150
    assert max(lengths) > 600
    assert len(set(lengths)) > 40


def test_demo_answers_are_complete_and_of_spoken_length() -> None:
    held = json.loads(resources.files("tener_interview.providers.demo").joinpath("answers.json").read_text("utf-8"))
    levels = [level["name"] for level in held["levels"]]
    assert levels == ["strong", "good", "middling", "weak", "thin"]
    for topic in held["topics"]:
        means = [sum(len(one.split()) for one in topic["answers"][level]) / 2 for level in levels]
        assert means == sorted(means, reverse=True)
        assert all(40 <= len(one.split()) <= 140 for one in topic["answers"]["strong"])
    everything = [one for topic in held["topics"] for answers in topic["answers"].values() for one in answers]
    assert len(set(everything)) == len(everything)


@for_each(
    ("title", "description", "topic"),
    [
        *((one.title, one.description, topic) for one, topic in zip(default_position().questions, (
            "system design", "debugging", "technical challenge", "collaboration", "ownership", "values and motivation",
        ), strict=True)),
        ("How would you design an API for bookings?", None, "system design"),
        ("Walk us through a production incident", "Which bug was behind it?", "debugging"),
        ("Why do you want to join our company?", None, "values and motivation"),
        ("Tell us about feedback from a colleague", None, "collaboration"),
        ("Favourite colour?", "", "general"),
        ("你最喜欢的颜色是什么", None, "general"),
    ],
)
def test_demo_answers_match_the_topic_of_the_question(title: str, description: str | None, topic: str) -> None:
    held = json.loads(resources.files("tener_interview.providers.demo").joinpath("answers.json").read_text("utf-8"))
    pool = {one["name"]: {text for texts in one["answers"].values() for text in texts} for one in held["topics"]}
    for n in range(20):
        (answer,) = transcripts(f"{n}@example.com", [DemoQuestion("q", title, description)])
        assert any(_is_from_pool(answer, story) for story in pool[topic])


def _is_from_pool(answer: str, story: str) -> bool:
    """Whether an answer tells a story of the pool, but for one sentence at most."""
    return sum(sentence not in answer for sentence in re.split(r"(?<=[.?!]) ", story)) <= 1


def test_few_demo_answers_are_identical() -> None:
    questions = default_position().questions
    candidates_answers = [transcripts(f"candidate-{n}-job-1@interview.local", questions) for n in range(12)]
    answers = [[shingles(text[at]) for text in candidates_answers] for at in range(len(questions))]
    alike = sum(
        any(are_near_duplicates(one, other) for other in of_question if other is not one)
        for of_question in answers for one in of_question
    )
    assert alike < 0.1 * 12 * len(questions)


@for_each(("email", "question", "shown"), [
    ("jane.doe@example.com", "demo-q4", "near_duplicate"),
    ("lukasz.w@example.org", "demo-q6", "parroting"),
    ("bjork@example.com", "demo-q3", "keyword_list"),
])
def test_every_flag_is_raised_by_some_demo_candidate(email: str, question: str, shown: str) -> None:
    questions = default_position().questions
    at = next(at for at, item in enumerate(questions) if item.question_id == question)
    answer = transcripts(email.upper(), questions)[at]
    if shown == "near_duplicate":
        assert are_near_duplicates(shingles(answer), shingles(transcripts("nnamdi.okafor@example.com", questions)[at]))
        return
    criteria = load_criteria(PROJECT / "config" / "interview_transcription_scoring_criteria.json")
    title = questions[at].title
    transcript = Transcript(question_index=at, question_id=question, title=title, answered=True, text=answer)
    judged = score_answer(criteria.rule_for(title), transcript)
    assert shown in judged.flags
    assert (judged.score or 0) <= 20


def test_two_questions_on_one_topic_get_different_demo_answers() -> None:
    questions = [DemoQuestion("a", "A bug", None), DemoQuestion("b", "An outage", None)]
    for n in range(20):
        assert len(set(transcripts(f"{n}@example.com", questions))) == 2


def test_typed_answers_become_the_transcripts(provider: DemoProvider) -> None:
    invited = provider.invite(JANE)
    page = provider.page(hash_of(invited))
    assert page is not None
    assert (page.name, page.finished) == ("Jane", False)
    typed = {page.questions[0].question_id: " First\r\nline\0 \ud800 ", page.questions[2].question_id: "李娜", "x": "y"}
    assert provider.submit(hash_of(invited), typed) is True
    finished = read(provider, invited.invitation_id, answer_at_once=True)
    assert finished.stage is Stage.FINISHED
    assert [answer.transcript for answer in finished.answers] == ["First\nline ?", None, "李娜", None, None, None]
    assert [answer.answered for answer in finished.answers] == [True, False, True, False, False, False]
    assert finished.answers[1].language is None
    page = provider.page(hash_of(invited))
    assert page is not None
    assert page.finished


def test_a_finished_demo_interview_cannot_be_submitted_again(provider: DemoProvider) -> None:
    invited = provider.invite(JANE)
    question_id = invited.answers[0].question_id
    assert provider.submit(hash_of(invited), {question_id: "First"}) is True
    assert provider.submit(hash_of(invited), {question_id: "Second"}) is False
    assert provider.submit(hash_of(invited), {}) is False
    assert read(provider, invited.invitation_id).answers[0].transcript == "First"


def test_typed_answers_replace_those_of_the_demo_candidate() -> None:
    class Overtaken(MemoryDemoInterviewStore):
        def finish(self, invitation_id: str, transcripts: tuple[str, ...], at_ms: int) -> bool:
            super().finish(invitation_id, ("typed", "", "", "", "", ""), at_ms)
            return super().finish(invitation_id, transcripts, at_ms)

    provider = provider_on(Overtaken())
    invited = provider.invite(JANE)
    assert read(provider, invited.invitation_id, answer_at_once=True).answers[0].transcript == "typed"


@pytest.mark.parametrize(
    ("answers", "fault"),
    [
        ({}, "at least one"),
        ({"demo-q1": " \r\n "}, "at least one"),
        ({"demo-q2": "x" * (MAX_ANSWER_CHARS + 1)}, "Answer 2 is longer"),
    ],
)
def test_invalid_typed_answers_change_nothing(
    provider: DemoProvider, answers: dict[str, str], fault: str
) -> None:
    invited = provider.invite(JANE)
    with pytest.raises(Problem, match=fault) as caught:
        provider.submit(hash_of(invited), answers)
    assert caught.value.code == "VALIDATION_FAILED"
    assert read(provider, invited.invitation_id).stage is Stage.PENDING


def test_a_line_break_counts_as_one_character_as_in_the_browser(provider: DemoProvider) -> None:
    invited = provider.invite(JANE)
    longest = "x\r\n" * (MAX_ANSWER_CHARS // 2 - 1) + "xx"
    assert provider.submit(hash_of(invited), {"demo-q1": longest}) is True


def test_an_unknown_demo_interview_has_no_page(provider: DemoProvider) -> None:
    assert provider.page("00000000") is None
    with pytest.raises(Problem) as caught:
        provider.submit("00000000", {"demo-q1": "Hello"})
    assert caught.value.code == "INTERVIEW_SESSION_NOT_FOUND"


class Outline(HTMLParser):
    """What a browser would make of a page: tags, ids, text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def rendered(page: DemoPage, **more: Any) -> str:
    return render_demo_page(TEMPLATE, page, all_texts()["en"], "en", **more)


TEMPLATE = StaticFiles(STATIC_FOLDER, DESK_TEXTS).template("demo_interview.html")
OWN_SCRIPTS = [
    {"type": "module", "src": address}
    for address in re.findall(r'src="(/static/bundles/demo_interview\.[0-9a-f]{16}\.js)"', TEMPLATE.template)
]
QUESTIONS = (DemoQuestion("q1", "First?", "About it"), DemoQuestion("q2", "Second?", None))


def test_the_demo_page_is_a_labelled_form_marked_as_demo() -> None:
    outline = Outline(rendered(DemoPage("Jane", "General (demo)", QUESTIONS, finished=False)))
    assert "Demo: a pretend Hireflix; nothing is recorded" in outline.text
    assert "Hello Jane." in outline.text
    assert [form["method"] for form in outline.all("form")] == ["post"]
    areas = outline.all("textarea")
    assert [area["name"] for area in areas] == ["q1", "q2"]
    assert all(area["maxlength"] == "5000" for area in areas)
    assert [label["for"] for label in outline.all("label")] == [area["id"] for area in areas]
    assert areas[0]["aria-describedby"] in {paragraph.get("id") for paragraph in outline.all("p")}
    assert "aria-describedby" not in areas[1]
    assert [button["type"] for button in outline.all("button")] == ["submit"]
    assert outline.all("script") == OWN_SCRIPTS != []
    assert not outline.all("style")
    assert not any("style" in attributes or any(name.startswith("on") for name in attributes)
                   for _, attributes in outline.tags)
    assert "$" not in outline.text


def test_the_demo_page_announces_an_error_and_keeps_typed_answers() -> None:
    page = DemoPage("Jane", "General", QUESTIONS, finished=False)
    html = rendered(page, error="Please answer at least one question.", answers={"q2": "Half an answer"})
    outline = Outline(html)
    assert [one["class"] for one in outline.all("p") if one.get("role") == "alert"] == ["message"]
    assert "Please answer at least one question." in outline.text
    assert ">\nHalf an answer</textarea>" in html
    assert 'role="alert"' not in rendered(page)


def test_the_page_of_a_finished_demo_interview_has_no_form() -> None:
    outline = Outline(rendered(DemoPage("Jane", "General", QUESTIONS, finished=True)))
    assert "Thank you" in outline.text
    assert not outline.all("form")
    assert not outline.all("textarea")


def test_html_on_the_demo_page_is_escaped() -> None:
    hostile = '</textarea><script>alert(1)</script><img src=x onerror="alert(1)">\'"&$name ${body} $'
    page = DemoPage(hostile, hostile, (DemoQuestion(hostile, hostile, hostile),), finished=False)
    outline = Outline(rendered(page, error=hostile, answers={hostile: hostile}))
    assert outline.all("script") == OWN_SCRIPTS != []
    assert not outline.all("img")
    assert outline.all("textarea")[0]["name"] == hostile
    assert outline.text.count(hostile) == 7
