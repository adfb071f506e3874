"""The candidate's pages in a real browser: six languages, narrow and wide, light and dark."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from playwright.sync_api import BrowserContext, Page, expect

from fakes.axe import violations
from fakes.browser_watch import Watch
from fakes.reader_language import ask_for_language
from fakes.running_service import RunningService
from fakes.screenshots import picture
from tener_interview.api.candidate_texts import all_texts

#: A language with a width and a colour scheme of the screen.
SCREENS: tuple[tuple[str, int, Literal["light", "dark"]], ...] = (
    ("en", 1440, "light"), ("de", 390, "light"), ("es", 390, "dark"),
    ("fr", 1024, "dark"), ("pt", 390, "light"), ("ru", 390, "dark"),
)  # fmt: skip
#: Of pages that differ by nothing but words, those that axe judges and that are answered: a wide one that is light, and
#: a narrow dark one.
JUDGED = ("en", "ru")


def test_a_candidate_answers_the_demo_interview_and_later_sees_that_the_link_expired(
    page: Page, demo: RunningService
) -> None:
    watch = Watch(page.context, demo.base_url)
    for place, (language, width, scheme) in enumerate(SCREENS):
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=scheme)
        watch.errors.clear()
        answer_and_come_back(page, watch, demo, language, candidate_id=1000 + 2 * place)


def answer_and_come_back(page: Page, watch: Watch, demo: RunningService, language: str, candidate_id: int) -> None:
    words = all_texts()[language]
    session = demo.ask("/api/interviews/sessions/start", {
        "job_id": 1, "candidate_id": candidate_id, "candidate_name": "<b>Zoë</b> Quill", "language": language,
    })
    page.goto(session["entry_url"])
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.get_by_text("<b>Zoë</b>")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), language
    assert language not in JUDGED or violations(page) == [], language
    picture(page, f"demo_interview_{language}")
    if language in JUDGED:
        answer(page, words)

    gone = demo.ask(
        "/api/interviews/sessions/start", {"job_id": 1, "candidate_id": candidate_id + 1, "language": language}
    )
    demo.ask(f"/api/interviews/sessions/{gone['session_id']}/cancel", {})
    # A refused page is an error in the browser's console, and is to be one.
    assert watch.errors == [error for error in watch.errors if "400" in error], language
    page.goto(gone["entry_url"])
    expect(page.get_by_role("heading", level=1)).to_have_text(words["revoked_heading"])
    expect(page.get_by_text(words["ask_for_link"])).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), language
    assert language not in JUDGED or violations(page) == [], language
    picture(page, f"link_revoked_{language}")
    assert watch.foreign == [], language


def answer(page: Page, words: Mapping[str, str]) -> None:
    """Send nothing, which is refused, and then an answer."""
    page.get_by_role("button", name=words["demo_send"]).click()
    expect(page.get_by_role("alert")).to_have_text(words["demo_none"])
    assert violations(page) == [], words["demo_none"]
    page.get_by_role("textbox").first.fill("I measured it first.")
    page.get_by_role("button", name=words["demo_send"]).click()
    expect(page.get_by_role("status")).to_have_text(words["demo_thanks"])
    assert violations(page) == [], words["demo_thanks"]


def test_the_page_of_an_unknown_link_is_in_the_language_of_the_browser(page: Page, demo: RunningService) -> None:
    ask_for_language(page, "fr-CA")
    page.goto(f"{demo.base_url}/i/not-a-link")
    expect(page.locator("html")).to_have_attribute("lang", "fr-CA")
    expect(page.get_by_role("heading", level=1)).to_have_text(all_texts()["fr"]["unknown_heading"])
    assert violations(page) == []


def test_typed_answers_survive_a_reload_until_they_are_sent(context: BrowserContext, demo: RunningService) -> None:
    session = demo.ask("/api/interviews/sessions/start", {"job_id": 1, "candidate_id": 42, "language": "pt"})
    other = demo.ask("/api/interviews/sessions/start", {"job_id": 1, "candidate_id": 43})
    watch = Watch(context, demo.base_url)
    page = context.new_page()
    page.goto(session["entry_url"])
    typed = ["I looked at the logs.\n<b>Then</b> at the metrics.", "", "Ünïcödé 🙂"]
    for box, text in zip(page.get_by_role("textbox").all(), typed, strict=False):
        box.fill(text)
    page.reload()
    assert [box.input_value() for box in page.get_by_role("textbox").all()][:3] == typed
    page.close()
    page = context.new_page()
    page.goto(session["entry_url"])
    expect(page.get_by_role("textbox").first).to_have_value(typed[0])
    page.goto(other["entry_url"])
    expect(page.get_by_role("textbox").first).to_have_value("")
    page.goto(session["entry_url"])
    page.get_by_role("textbox").first.fill("Something else.")
    page.get_by_role("button", name=all_texts()["pt"]["demo_send"]).click()
    expect(page.get_by_role("status")).to_have_text(all_texts()["pt"]["demo_thanks"])
    assert page.evaluate("Object.keys(localStorage).length") == 0
    assert (watch.errors, watch.foreign) == ([], [])


def test_the_start_button_of_the_landing_page_leads_to_an_interview_on_another_host(
    page: Page, page_without_scripts: Page, landing: RunningService
) -> None:
    page.context.new_cdp_session(page).send("Emulation.setTimezoneOverride", {"timezoneId": "Asia/Tokyo"})
    start_interview(page, landing, "en", "light", candidate_id=42)
    start_interview(page, landing, "de", "dark", candidate_id=43)
    start_interview(page_without_scripts, landing, "ru", "light", candidate_id=44, scripts=False)


def start_interview(
    page: Page, landing: RunningService, language: str, scheme: Literal["light", "dark"], *, candidate_id: int,
    scripts: bool = True,
) -> None:
    """Read the landing page on a narrow screen, and press its button."""
    words = all_texts()[language]
    session = landing.ask(
        "/api/interviews/sessions/start", {"job_id": 1, "candidate_id": candidate_id, "language": language}
    )
    # The interview is at `localhost`, which is another origin than the page's.
    link = session["entry_url"].replace("localhost", "127.0.0.1")
    page.set_viewport_size({"width": 320, "height": 700})
    page.emulate_media(color_scheme=scheme)
    sent: list[str | None] = []
    page.on("request", lambda request: sent.append(request.headers.get("referer")))
    page.goto(f"{link})%20")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Senior Backend Engineer (Python)")
    expect(page.get_by_text(words["landing_recorded_text"])).to_be_visible()
    if scripts:
        expect(page.locator(".local-time")).to_contain_text("Japan")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), language
        assert violations(page) == [], language
    picture(page, f"landing_{language}_{scheme}")
    page.get_by_role("button", name=words["landing_start"]).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("http://localhost:*/demo/interview/*")
    expect(page.get_by_text(words["demo_note"])).to_be_visible()
    assert not any(sent), language
    status = landing.ask(f"/api/interviews/sessions/{session['session_id']}")["status"]
    assert status == "in_progress", language
