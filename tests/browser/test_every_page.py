"""Every page of the desk at three widths: nothing is wider than the screen, and axe finds nothing; menus and the bar of
the selection fit a phone."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from fakes.axe import violations
from fakes.list_page import candidate_row
from fakes.running_service import RunningService
from fakes.screenshots import at_every_width

#: By the name of its picture: a page's address, and what is there once it is drawn.
PAGES = {
    "today": ("/dashboard", ".today-row"),
    "candidates": ("/dashboard?job=1", "#candidates tbody tr"),
    "candidates_of_nobody": ("/dashboard?job=1&find=nobody", "#candidates-report > *"),
    "leaderboard": ("/dashboard?job=1&view=leaderboard", "#leaderboard .total-score"),
    "leaderboard_before_invitations": ("/dashboard?job=2&view=leaderboard", "#leaderboard-report > *"),
    "progress": ("/dashboard?job=1&view=progress", "#funnel tr"),
    "comparison": ("/dashboard?job=1&view=comparison&compare=42,43", "#comparison tr"),
    "plan": ("/dashboard?job=1&view=plan", "#plan-frame > *"),
    "reviews": ("/reviews", ".task"),
    "messages": ("/messages", "#sent tr"),
    "users": ("/users", "#users tr"),
    "webhooks": ("/webhooks", "#endpoints tr"),
    "audit_log": ("/audit-log", "tbody tr"),
    "account": ("/account", "main h1"),
    "agreement": ("/agreement", "#verdict > *"),
    "fairness": ("/jobs/1/fairness", "main form"),
    "notice": ("/jobs/1/notice", "main form"),
    "data_sheet": ("/candidates/42/data-sheet", "main dl"),
    "help": ("/help/reviews", "main h1"),
    "lost": ("/nowhere", "main h1"),
}

#: Frames of lists that are narrower than their list, and decisions that are cut off.
_CUT_OFF = """() => [...document.querySelectorAll(".list-frame, .list .line:has(.decision)")]
  .filter((each) => each.checkVisibility() && each.scrollWidth > each.clientWidth + 1)
  .map((each) => each.matches(".line") ? each.textContent : "the list")"""


def test_every_page_fits_every_width_and_is_accessible(page: Page, interviewed: RunningService) -> None:
    wrong = {}
    for name, (path, drawn) in PAGES.items():
        page.goto(interviewed.base_url + path)
        expect(page.locator(drawn).first).to_be_visible()
        if found := at_every_width(page, f"page_{name}"):
            wrong[name] = found
    assert wrong == {}


def test_an_open_menu_is_in_a_landmark_and_stays_beside_its_button(page: Page, interviewed: RunningService) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{interviewed.base_url}/dashboard?job=1")
    candidate_row(page, 42).locator(".menu-button").click()
    expect(page.get_by_role("menu")).to_be_visible()
    assert violations(page) == []
    # As a tablet that is turned.
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.get_by_role("menuitem").first).to_be_in_viewport(ratio=1)


def test_the_bar_of_the_selection_shows_how_to_clear_it_on_a_phone(page: Page, interviewed: RunningService) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{interviewed.base_url}/dashboard?job=1&view=leaderboard")
    for place in (1, 2, 3):
        page.locator("#leaderboard .select-cell input").nth(place).check()
    bar = page.locator("#selection-bar")
    expect(bar).to_contain_text("3 selected")
    expect(bar.get_by_role("button", name="Clear Selection")).to_be_in_viewport(ratio=1)
    expect(bar.get_by_role("button", name="Message 3")).to_be_in_viewport(ratio=1)


def test_lists_with_decisions_fit_their_frames_in_every_language(page: Page, interviewed: RunningService) -> None:
    decide(page, interviewed)
    wrong = {}
    page.goto(f"{interviewed.base_url}/dashboard?job=1")
    for language in ("en", "de", "es"):
        page.set_viewport_size({"width": 1440, "height": 900})
        page.locator("select[data-language]").select_option(language)
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.locator(".decision:visible").first).to_be_visible()
        for view in ("leaderboard", "candidates"):
            page.locator(f"#{view}-button").click()
            expect(page.locator(f"#{view} .decision").first).to_be_visible()
            for width in (1440, 1280, 1100, 1024, 800):
                page.set_viewport_size({"width": width, "height": 900})
                if found := page.evaluate(_CUT_OFF):
                    wrong[f"{view} in {language} at {width}"] = found
    assert wrong == {}


def decide(page: Page, service: RunningService) -> None:
    """Make decisions with the longest names, and set a total."""
    items = service.ask("/api/jobs/1/interview-leaderboard")["items"]
    for item, decision in zip(items, ("advance", "hold", "withdrawn"), strict=False):
        address = f"{service.base_url}/api/interviews/sessions/{item['session_id']}"
        assert page.request.put(f"{address}/decision", data={"decision": decision}).ok
    assert page.request.put(f"{address}/override", data={"score": 55.5, "reason": "Heard the recording."}).ok
