"""Reviewing: an interview rated by keyboard alone, blind until submitted; two windows, an outage, a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, Route, expect

from fakes.axe import violations
from fakes.browser_watch import Watch
from fakes.client import Client
from fakes.running_service import RunningService, demo_environ
from fakes.screenshots import NARROW, TWO_LOOKS, at_every_width, picture
from fakes.users import add_user, login_of
from tener_interview import settings as environment
from tener_interview.__main__ import create_app
from tener_interview.actor import Role
from tener_interview.web.response import security_headers
from tener_interview.web.server import HttpServer

BEARER = {"Authorization": "Bearer the-admin-token"}


class Desk:
    """A service with an admin token, interviews of job 1 that are finished, and reviewers."""

    def __init__(self, environ: dict[str, str]) -> None:
        settings = environment.load(environ)
        self.app = create_app(settings)
        self.recruiter = Client(self.app, BEARER)
        self.server = HttpServer(self.app, settings.host, settings.port, error_headers=security_headers(https=False))
        self.server.start()
        self.service = RunningService(f"http://127.0.0.1:{settings.port}")
        self.recruiter.post("/api/steps/interview", {"job_id": 1, "candidate_ids": [42, 43]})
        for _ in range(2):
            self.recruiter.post("/api/admin/jobs/1/sessions/refresh", {"force": True})

    def session_of(self, candidate_id: int) -> Any:
        items = self.recruiter.get("/api/interviews/sessions").json["items"]
        return next(item for item in items if item["candidate_id"] == candidate_id)

    def reviewer(self, context: BrowserContext, number: int) -> Page:
        """A page of a browser in which a new reviewer is signed in."""
        reviewer = add_user(self.app, Role.REVIEWER, name=f"Reviewer {number}", job_ids=[1])
        name, value = login_of(self.app, reviewer).split("=", 1)
        context.add_cookies([{"name": name, "value": value, "url": self.service.base_url}])
        return context.new_page()


@pytest.fixture
def desk(port: int, tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(demo_environ(tmp_path, port, TENER_INTERVIEW_ADMIN_TOKEN="the-admin-token"))
    yield desk
    desk.server.shutdown()
    desk.app.close()


def test_an_interview_is_reviewed_by_keyboard_alone_and_blind_until_it_is_submitted(
    context: BrowserContext, desk: Desk
) -> None:
    page = desk.reviewer(context, 1)
    watch = Watch(context, desk.service.base_url)
    bodies: list[str] = []

    def keep(response: Response) -> None:
        if "/api/" in response.url:
            bodies.append(response.text())

    page.on("response", keep)
    session = desk.session_of(42)
    total = desk.recruiter.get(f"/api/interviews/sessions/{session['session_id']}/scorecard").json["scorecard"]
    press = page.keyboard.press
    lead_back_to_the_list(page, desk)
    expect(page.locator(".task")).to_have_count(2)
    page.locator("#jobs").get_by_role("link", name="Review").first.focus()
    press("Enter")

    expect(page.get_by_text("Blind until you submit").locator("visible=true")).to_have_count(1)
    questions = page.locator(".step").count() - 1
    assert questions >= 4
    assert at_every_width(page, "review_question", TWO_LOOKS) == {}
    page.set_viewport_size({"width": 1440, "height": 900})
    assert page.evaluate("document.documentElement.scrollHeight <= window.innerHeight")
    assert "Video" in str(page.locator(".video").get_attribute("aria-label"))

    press("s")
    press("ArrowDown")
    press("ArrowDown")
    press("c")
    page.keyboard.type("5 of 5? Ask about it.")
    press("Escape")
    expect(page.locator("mark.noted")).not_to_have_count(0)
    quote = page.locator("mark.noted").first.text_content()
    press("e")
    expect(page.get_by_role("heading", name="Recommendation")).to_be_focused()
    press("Control+Enter")
    expect(page.locator(".missing-parts li")).to_have_count(questions + 2)
    for _ in range(questions):
        press("p")
    for number in range(questions):
        expect(page.get_by_text(f"Question {number + 1} of {questions}")).to_be_visible()
        press("4" if number else "5")
        expect(page.locator(".rating :checked")).to_have_value("4" if number else "5")
        press("n")
    press("Tab")
    for _ in range(3):
        press("ArrowRight")
    expect(page.get_by_label("Yes", exact=True)).to_be_checked()
    press("Tab")
    page.keyboard.type("Specific about what was her own work.")
    expect(page.locator("#save-status")).to_contain_text("Saved")
    assert at_every_width(page, "review_ending", NARROW) == {}
    hidden = [f'"score":{total["total_score"]}', f'{total["total_score"]}', '"evidence"', '"reasons"']
    assert [part for part in hidden if part in "".join(bodies)] == []

    with page.expect_response("**/submit") as submitted:
        press("Control+Enter")
    assert f"{total['total_score']}" in submitted.value.text()
    expect(page.locator(".at-a-glance thead")).to_contain_text("Machine")
    assert at_every_width(page, "review_submitted", NARROW) == {}
    review = desk.recruiter.get(f"/api/interviews/sessions/{session['session_id']}/reviews").json["items"][0]
    version = review["versions"][0]
    assert (version["blind"], version["recommendation"]) == (True, "yes")
    assert [item["rating"] for item in version["ratings"]].count(4) == questions - 1
    assert version["notes"][0]["quote"].startswith(str(quote))
    assert version["notes"][0]["text"] == "5 of 5? Ask about it."

    press("p")
    press("2")
    press("e")
    expect(page.get_by_text("Your changes are not submitted yet.")).to_be_visible()
    press("Control+Enter")
    expect(page.get_by_text("version 2")).to_be_visible()
    press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    # That the interview was not there is an error in the browser's console.
    assert [error for error in watch.errors if "404" not in error] == []
    assert watch.foreign == []


def lead_back_to_the_list(page: Page, desk: Desk) -> None:
    """Come to the list of reviews from an interview that is not there."""
    page.goto(f"{desk.service.base_url}/reviews/iv_gone")
    problem = page.locator(".problem")
    expect(problem).to_contain_text("This interview is not here.")
    # Trying again would be refused for ever.
    expect(problem.get_by_role("button")).to_have_count(0)
    page.get_by_role("main").get_by_role("link", name="My Reviews").click()


def test_a_review_loses_no_input_in_two_windows_or_an_outage(context: BrowserContext, desk: Desk) -> None:
    page = desk.reviewer(context, 1)
    address = f"{desk.service.base_url}/reviews/{desk.session_of(43)['session_id']}"
    page.goto(address)
    other = context.new_page()
    other.goto(address)
    expect(other.locator(".rating")).to_have_count(5)
    page.keyboard.press("2")
    expect(page.locator("#save-status")).to_contain_text("Saved")

    other.keyboard.press("n")
    other.keyboard.press("3")
    expect(other.locator("#save-status")).to_contain_text("Saved")
    other.keyboard.press("p")
    expect(other.locator(".rating :checked")).to_have_value("2")

    page.keyboard.press("5")
    expect(page.locator("#save-status")).to_contain_text("Saved")
    other.keyboard.press("1")
    expect(other.get_by_role("group", name="Changed in two windows")).to_contain_text("Rating of question 1: here")
    assert violations(other) == []
    other.get_by_role("button", name="Take the Other").click()
    expect(other.locator(".rating :checked")).to_have_value("5")
    expect(other.get_by_role("group", name="Changed in two windows")).to_have_count(0)

    def fail(route: Route) -> None:
        if route.request.method == "PUT":
            route.abort()
        else:
            route.continue_()

    other.route("**/api/reviews/*", fail)
    other.keyboard.press("4")
    expect(other.get_by_role("group", name="Not saved yet")).to_contain_text("the service did not answer")
    # It is tried again without end; whoever presses the button meanwhile presses the same one.
    try_now = other.get_by_role("button", name="Try Now")
    shown = try_now.element_handle()
    with other.expect_request("**/api/reviews/*"):
        pass
    expect(other.locator("#save-status")).to_have_attribute("data-state", "failed")
    assert shown.evaluate("(button) => button.isConnected")
    other.unroute("**/api/reviews/*")
    try_now.click()
    expect(other.locator("#save-status")).to_contain_text("Saved")
    page.reload()
    expect(page.locator(".rating :checked")).to_have_value("4")


def test_a_reviewer_submits_a_review_on_a_phone(browser: Browser, desk: Desk) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = desk.reviewer(context, 3)
    page.goto(f"{desk.service.base_url}/reviews/{desk.session_of(42)['session_id']}")
    expect(page.locator(".rating")).to_have_count(5)
    questions = page.locator(".step").count() - 1
    bar = page.locator(".rate-bar")
    for number in range(questions):
        # The question and its answer are above what a thumb needs, however long they are.
        expect(page.locator("#question-title")).to_be_in_viewport()
        expect(page.locator(".review-text")).to_be_in_viewport()
        expect(bar).to_be_in_viewport(ratio=1)
        expect(bar).to_contain_text("1 = Weak, 5 = Strong")
        page.mouse.wheel(0, 2000)
        expect(bar).to_be_in_viewport(ratio=1)
        bar.locator(".rating").nth(2).tap()
        if number == questions - 1:
            break
        page.locator("#next").tap()
    expect(page.locator("#save-status")).to_contain_text("Saved")
    # Offline: what is rated is kept when the phone puts the page away, and saved as soon as there is a network.
    context.set_offline(offline=True)
    bar.locator(".rating").nth(1).tap()
    expect(page.get_by_role("group", name="Not saved yet")).to_be_in_viewport()
    assert violations(page) == []
    context.set_offline(offline=False)
    expect(page.locator("#save-status")).to_contain_text("Saved")
    page.reload()
    expect(bar.locator(":checked")).to_have_value("2")
    page.locator("#next").tap()
    submit = page.get_by_role("button", name="Submit Review")
    expect(submit).to_be_in_viewport(ratio=1)
    page.get_by_label("No", exact=True).tap()
    page.get_by_label("Why").fill("Too general.")
    submit.tap()
    expect(page.locator(".missing-parts")).to_contain_text("Submitted")
    # What the machine and others gave comes first now.
    expect(page.locator(".at-a-glance h3")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    context.close()


def test_the_review_page_is_accessible_at_200_percent_in_forced_colours(context: BrowserContext, desk: Desk) -> None:
    page = desk.reviewer(context, 4)
    # A phone of 390 pixels at 200 %.
    page.set_viewport_size({"width": 195, "height": 422})
    page.emulate_media(forced_colors="active")
    address = f"{desk.service.base_url}/reviews/{desk.session_of(42)['session_id']}"
    for place in ("", "?question=end"):
        page.goto(address + place)
        expect(page.locator("#desk h2")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        # Nothing that stays takes the room of what is read.
        kept = page.locator(".rate-bar, .ending-buttons")
        assert kept.evaluate("node => getComputedStyle(node).position") == "static"
        assert violations(page) == []
        picture(page, f"review_enlarged{place[-3:]}")
