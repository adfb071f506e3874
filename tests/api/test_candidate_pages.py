"""What candidates read: in their language, kind, and never without a way on; and what a chat shows of their link."""

from __future__ import annotations

import json
import re
from pathlib import Path
from string import Template
from threading import Event
from typing import Any

import pytest

from fakes.client import Client, Reply
from fakes.clock import FakeClock
from fakes.desk import write_source
from fakes.front_door import HTML, SESSIONS, MakeApp, answer_questions, start, stored
from fakes.running_service import PROJECT
from fakes.waiting import PATIENCE_S
from tener_interview.api.candidate_texts import all_texts
from tener_interview.languages.language import load_languages
from tener_interview.providers.demo.answers import default_position
from tener_interview.providers.demo.source import DemoSource

CRITERIA = "config/interview_transcription_scoring_criteria.json"
LANGUAGES = ("en", "de", "es", "fr", "pt", "ru", "nl", "hi", "zh")
ROBOT = {"User-Agent": "LinkedInBot/1.0", **HTML}


def page(client: Client, url: str, **headers: str) -> Reply:
    reply = client.request("GET", url, headers={**HTML, **{n.replace("_", "-"): v for n, v in headers.items()}})
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert reply.headers["cache-control"] == "no-store"
    return reply


def og(reply: Reply) -> dict[str, str]:
    """The Open Graph tags of a page."""
    return dict(re.findall(r'<meta property="og:(\w+)" content="([^"]*)">', reply.text))


# The texts ------------------------------------------------------------------------------------------------------------


def test_candidate_page_texts_are_complete_in_every_language() -> None:
    texts = all_texts()
    assert tuple(texts) == LANGUAGES
    demo = {item for item in texts["de"] if item.startswith("demo-")}
    for language in LANGUAGES:
        # The demo asks only in languages that are scored, and its questions are English as they are.
        own = demo if language in load_languages().by_code and language != "en" else set()
        assert set(texts[language]) == set(texts["en"]) | own
        assert all(text.strip() == text != "" for text in texts[language].values())


def test_candidate_page_texts_have_the_same_placeholders_in_every_language() -> None:
    for language in LANGUAGES:
        for key, text in all_texts()["en"].items():
            assert set(Template(all_texts()[language][key]).get_identifiers()) == set(Template(text).get_identifiers())


# A link that does not work --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_an_invalid_link_is_in_the_language_of_the_session(
    language: str, client: Client, clock: FakeClock
) -> None:
    expired = start(client, 42, language=language)
    revoked = start(client, 43, language=language)
    client.post(f"{SESSIONS}/{revoked['session_id']}/cancel")
    clock.advance(hours=73)
    words = all_texts()[language]
    for url, status, message, ask in (
        (expired["entry_url"], 410, "expired", "ask_for_link"),
        (revoked["entry_url"], 410, "revoked", "ask_for_link"),
        ("/i/altered", 404, "unknown", "ask_for_help"),
        ("/demo/interview/00000000", 404, "nothing", "ask_for_help"),
    ):
        # The browser asks for another language wherever the session has one.
        asks = language if status == 404 else "en" if language != "en" else "de"
        reply = page(client, url, Accept_Language=asks)
        assert reply.status == status
        assert f'<html lang="{language}">' in reply.text
        assert f"<title>{words[f'{message}_heading']}</title>" in reply.text
        assert words[f"{message}_text"] in reply.text
        assert words[ask] in reply.text
        assert f"{words['reference']}: {reply.headers['x-request-id']}" in reply.text


def test_an_unsupported_session_language_falls_back_to_that_of_the_browser(client: Client, clock: FakeClock) -> None:
    link = start(client, language="cy")["entry_url"]
    clock.advance(hours=73)
    assert '<html lang="ru">' in page(client, link, Accept_Language="cy, ru;q=0.9, en;q=0.8").text
    assert '<html lang="en">' in page(client, link).text


def test_the_region_of_a_language_tag_is_kept_in_the_page(client: Client, clock: FakeClock) -> None:
    link = start(client, language="pt_BR")["entry_url"]
    clock.advance(hours=73)
    reply = page(client, link)
    assert '<html lang="pt-BR">' in reply.text
    assert all_texts()["pt"]["expired_heading"] in reply.text
    assert all_texts()["pt"]["demo_mark"] in reply.text


def test_service_failures_do_not_blame_the_candidate(make_app: MakeApp) -> None:
    app = make_app()
    link = start(Client(app))["entry_url"]
    app.close()
    reply = page(Client(app), link, Accept_Language="fr")
    assert reply.status == 503
    assert all_texts()["fr"]["trouble_heading"] in reply.text
    assert "database" not in reply.text


def test_programs_get_invalid_links_as_json(client: Client) -> None:
    assert client.get("/i/altered").json["code"] == "INTERVIEW_TOKEN_INVALID"


# The preview ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_preview_shows_the_job_and_who_hires_and_never_the_candidate(language: str, make_app: MakeApp) -> None:
    client = Client(make_app(TENER_INTERVIEW_COMPANY_NAME="Nord & Licht"))
    link = start(client, language=language, candidate_name="Zenobia Quillfeather")["entry_url"]
    reply = client.request("GET", link, headers=ROBOT)
    words = all_texts()[language]
    assert og(reply) == {
        "type": "website",
        "title": Template(words["preview_title_for"]).substitute(job="Senior Backend Engineer (Python)"),
        "description": words["preview_text"],
        "site_name": "Nord &amp; Licht",
    }
    assert f'<html lang="{language}">' in reply.text
    assert "Zenobia" not in reply.text
    head = client.request("HEAD", link, headers=HTML)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == reply.headers["content-length"]


def test_a_preview_omits_an_unknown_company_and_job(client: Client) -> None:
    tags = og(client.request("GET", start(client, job_id=999, unlisted=True)["entry_url"], headers=ROBOT))
    assert (tags["title"], "site_name" in tags) == ("Your video interview", False)


def down(make_app: MakeApp) -> Client:
    """A service whose source nobody can reach."""
    return Client(make_app(TENER_INTERVIEW_SOURCE_API_BASE="http://127.0.0.1:9"))


def test_a_preview_neither_fails_nor_changes_anything_with_the_source_down(
    make_app: MakeApp, environ: dict[str, str]
) -> None:
    client = down(make_app)
    link = start(client)["entry_url"]
    before = stored(environ)
    reply = client.request("GET", link, headers=ROBOT)
    assert (reply.status, og(reply)["title"]) == (200, "Your video interview")
    assert stored(environ) == before


def test_a_preview_shows_a_stored_job_title_while_the_source_is_down(make_app: MakeApp) -> None:
    first = Client(make_app())
    first.get("/api/admin/jobs")
    link = start(first)["entry_url"]
    reply = down(make_app).request("GET", link, headers=ROBOT)
    assert og(reply)["title"] == "Video interview: Senior Backend Engineer (Python)"


def test_a_preview_does_not_wait_for_a_source_that_hangs(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = Event()

    def hang(_self: DemoSource, _limit: int) -> list[Any]:
        released.wait(PATIENCE_S)
        return []

    client = Client(make_app())
    link = start(client)["entry_url"]
    monkeypatch.setattr(DemoSource, "jobs", hang)
    try:
        reply = client.request("GET", link, headers=ROBOT)
        assert not released.is_set()
        assert og(reply)["title"] == "Your video interview"
    finally:
        released.set()


def test_html_in_a_job_title_is_escaped(make_app: MakeApp, environ: dict[str, str]) -> None:
    write_source(Path(environ["TENER_INTERVIEW_SOURCE_DB_PATH"]), {}, title='"><script>alert(1)</script>$x')
    reply = Client(make_app()).request("GET", start(Client(make_app()))["entry_url"], headers=ROBOT)
    assert "<script" not in reply.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;$x" in reply.text


# The demo's interview -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_demo_page_is_in_the_language_of_the_session_and_its_questions_in_a_scored_language(
    language: str, client: Client
) -> None:
    link = start(client, language=language, candidate_name="Zoë Quill")["entry_url"]
    room = client.get(link).headers["location"]
    words = all_texts()[language]
    asked = page(client, room, Accept_Language="en" if language != "en" else "de")
    assert f'<html lang="{language}">' in asked.text
    for key in ("demo_mark", "demo_note", "demo_how", "demo_send"):
        assert words[key] in asked.text
    assert Template(words["demo_hello"]).substitute(name="Zoë") in asked.text
    # Nothing is looked for in the answers by its words, so any language may be answered in that is scored at all.
    scored = language in load_languages().by_code
    assert (words["demo_in_english"] in asked.text) is not scored
    assert words.get("demo-q6.title", "Values and motivation") in asked.text
    assert ("Values and motivation" in asked.text) is (language == "en" or not scored)
    empty = client.request("POST", room, body=b"", headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert (empty.status, words["demo_none"] in empty.text) == (400, True)
    long = answer_questions(client, room, "x" * 5001)
    assert (long.status, Template(words["demo_long"]).substitute(number=1, most=5000) in long.text) == (400, True)
    assert answer_questions(client, room, "x" * 40).status == 303
    finished = client.get(room).text
    assert (words["demo_thanks"] in finished, words["demo_note"] in finished) == (True, False)


def test_the_demo_keeps_english_questions_if_the_criteria_are_in_another_language(
    make_app: MakeApp, tmp_path: Path
) -> None:
    questions = default_position().questions
    criteria = json.loads((PROJECT / CRITERIA).read_text("utf-8"))
    criteria |= {"language": "fr", "question_rules": [
        {"id": question.question_id, "dimension": "technical", "match": {"title_contains": [question.title.lower()]},
         "required_keywords": ["cause", "solution", "équipe"]}
        for question in questions
    ]}
    (tmp_path / "criteria.json").write_text(json.dumps(criteria), "utf-8")
    client = Client(make_app(TENER_INTERVIEW_TRANSCRIPTION_SCORING_CRITERIA_PATH=str(tmp_path / "criteria.json")))
    for language, translated in (("fr", True), ("fr-CA", True), ("de", False)):
        session = start(client, candidate_id=len(language) + translated, language=language)
        asked = client.get(client.get(session["entry_url"]).headers["location"])
        words = all_texts()[language[:2]]
        assert (words["demo-q6.title"] in asked.text) is translated
        assert (words["demo_in_english"] in asked.text) is not translated


def test_the_demo_does_not_translate_questions_written_by_a_recruiter(client: Client) -> None:
    made = client.post("/api/admin/positions", {"name": "Pflege", "questions": [{"title": "Was war Ihr Dienst?"}]}).json
    client.request("PUT", "/api/admin/jobs/1/position", body=json.dumps({"position_id": made["position_id"]}).encode(),
                   headers={"Content-Type": "application/json"})
    asked = client.get(client.get(start(client, language="de")["entry_url"]).headers["location"])
    assert "Was war Ihr Dienst?" in asked.text
    assert all_texts()["de"]["demo_in_english"] not in asked.text
