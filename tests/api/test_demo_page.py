"""The pretend Hireflix's candidate page."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from fakes.application import make_application
from fakes.client import Client
from fakes.front_door import SESSIONS, MakeApp, answer_questions, read_session, refused, start
from for_each import for_each

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def interview_page_of(client: Client, **more: Any) -> tuple[str, str]:
    """A session's id and the path of its candidate page."""
    session = start(client, **more)
    return session["session_id"], urlsplit(client.get(session["entry_url"]).headers["location"]).path


def test_the_demo_page_shows_the_questions_and_that_it_is_a_demo(client: Client) -> None:
    _, room = interview_page_of(client, candidate_name="Jane Doe")
    page = client.get(room)
    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "Demo: a pretend Hireflix" in page.text
    assert "Hello Jane." in page.text
    assert len(re.findall("<textarea", page.text)) == len(re.findall("<label", page.text)) > 1


def test_typed_answers_become_the_transcripts(client: Client) -> None:
    session_id, room = interview_page_of(client)
    sent = answer_questions(client, room, "Well.\r\nAnd <that>.")
    assert (sent.status, sent.headers["location"]) == (303, room)
    assert "Thank you" in client.get(room).text
    result = client.post(f"{SESSIONS}/{session_id}/refresh").json["result"]
    assert {score["transcript"] for score in result["question_scores"]} == {
        "Well.\nAnd <that>."
    }
    session = read_session(client, session_id)
    assert (session["status"], session["needs_review"]) == ("completed", True)
    assert session["review_reason"] == "The answers have too few words to be scored."


def test_a_second_submission_does_not_replace_the_answers(client: Client) -> None:
    session_id, room = interview_page_of(client)
    questions = re.findall(r'<textarea[^>]* name="([^"]+)"', client.get(room).text)
    for answer in ("the first", "the second"):
        form = urlencode({questions[0]: answer}).encode()
        assert client.request("POST", room, body=form, headers=FORM).status == 303
    result = client.post(f"{SESSIONS}/{session_id}/refresh", {"force": True}).json["result"]
    transcripts_by_question = {score["question_id"]: score["transcript"] for score in result["question_scores"]}
    assert {answer for answer in transcripts_by_question.values() if answer} == {"the first"}


@pytest.mark.parametrize(("length", "status"), [(5000, 303), (5001, 400)])
def test_a_long_answer_is_refused_and_never_cut(length: int, status: int, client: Client) -> None:
    _, room = interview_page_of(client)
    sent = answer_questions(client, room, "x" * length)
    assert sent.status == status
    if status == 400:
        assert "is longer than 5000 characters" in sent.text
        assert "x" * length in sent.text


def test_line_breaks_count_as_the_browser_counts_them(client: Client) -> None:
    _, room = interview_page_of(client)
    assert answer_questions(client, room, "x\r\n" * 2500).status == 303


@for_each("form", [b"", b"other=1", b"&&&==&", b"\xff\xfe", urlencode({"a": "\0"}).encode()])
def test_a_form_without_an_answer_is_refused_with_400(form: bytes, client: Client) -> None:
    session_id, room = interview_page_of(client)
    sent = client.request("POST", room, body=form, headers=FORM)
    assert sent.status == 400
    assert "Please answer at least one question." in sent.text
    assert read_session(client, session_id)["status"] == "in_progress"


def test_a_form_with_a_thousand_fields_is_refused(client: Client) -> None:
    _, room = interview_page_of(client)
    refused(client.request("POST", room, body=b"&".join([b"a=1"] * 1000), headers=FORM), "VALIDATION_FAILED")


def test_html_in_answers_and_names_is_escaped(client: Client) -> None:
    _, room = interview_page_of(client, candidate_name="<script>alert(1)</script>")
    assert "<script>alert" not in client.get(room).text
    kept = answer_questions(client, room, "</textarea><script>" + "x" * 5000).text
    assert "<script>" not in kept
    assert "&lt;/textarea&gt;&lt;script&gt;" in kept


@for_each("method", ["GET", "POST"])
@for_each("hash_", ["00000000", "x", "%00", "%ff"])
def test_an_unknown_demo_interview_is_404(hash_: str, method: str, client: Client) -> None:
    refused(client.request(method, f"/demo/interview/{hash_}", headers=FORM), "ROUTE_NOT_FOUND")


def test_with_hireflix_as_provider_demo_pages_are_404(environ: dict[str, str]) -> None:
    company = {"TENER_HIREFLIX_API_KEY": "key", "TENER_HIREFLIX_POSITION_ID": "position"}
    app = make_application({**environ, **company})
    for method in ("GET", "POST"):
        refused(Client(app).request(method, "/demo/interview/00000000", headers=FORM), "ROUTE_NOT_FOUND")
    app.close()


def test_demo_answers_are_accepted_without_a_token(client: Client, make_app: MakeApp) -> None:
    _, room = interview_page_of(client)
    stranger = Client(make_app(TENER_INTERVIEW_ADMIN_TOKEN="a-token"))
    assert answer_questions(stranger, room, "An answer.").status == 303
