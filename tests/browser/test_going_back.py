"""Back closes what was opened, and leads nowhere else; closing by a button or a key leaves nothing behind."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Route, expect

from fakes.list_page import ask_to_invite, candidate_row, of_the_scorecard
from fakes.running_service import RunningService

JANE = '#candidates tr[data-candidate-id="42"]'


def scored(service: RunningService) -> list[Any]:
    """Three candidates of job 1 with a result; their sessions."""
    started = [
        service.ask("/api/interviews/sessions/start", {"job_id": 1, "candidate_id": number}) for number in (42, 43, 44)
    ]
    service.ask("/api/admin/jobs/1/sessions/refresh", {"force": True})
    return started


def open_message(page: Page) -> None:
    page.locator(JANE).get_by_role("button", name="Message").click()


def open_scorecard(page: Page) -> None:
    page.locator(f"{JANE} .open-scorecard").click()


#: How each dialog is opened, and its name.
DIALOGS: dict[str, tuple[Callable[[Page], None], str | re.Pattern[str]]] = {
    "spreadsheet": (
        lambda page: page.get_by_role("button", name="Invite From Spreadsheet").click(), "Invite from a spreadsheet"
    ),
    "share": (lambda page: page.get_by_role("button", name="Share Shortlist").click(), "Share a shortlist"),
    "message": (open_message, re.compile("^(Message for|Write to) Jane")),
    "scorecard": (open_scorecard, "Jane Doe"),
}
#: Of both kinds of dialog, one: the scorecard has an address, the others have none.
TRIED_BY_EVERY_WAY = ("spreadsheet", "scorecard")


def test_back_closes_every_dialog_the_topmost_first_and_stays_on_the_page(page: Page, demo: RunningService) -> None:
    jane = {"job_id": 1, "candidate_id": 42, "candidate_name": "Jane Doe"}
    session = demo.ask("/api/interviews/sessions/start", jane)["session_id"]
    page.goto(f"{demo.base_url}/health")
    page.goto(f"{demo.base_url}/dashboard?job=1")
    expect(page.locator(JANE)).to_contain_text("Invited")
    here = page.url
    length = page.evaluate("history.length")
    for key, (opened, name) in DIALOGS.items():
        dialog = page.get_by_role("dialog", name=name)
        for way in ("Back", "Escape", "Close", "Close twice") if key in TRIED_BY_EVERY_WAY else ("Back",):
            opened(page)
            expect(dialog).to_be_visible()
            assert page.evaluate("history.length") == length + 1
            if way == "Back":
                page.go_back()
            elif way == "Escape":
                page.keyboard.press("Escape")
            else:
                close = dialog.get_by_role("button", name="Close", exact=True)
                close.dblclick() if way == "Close twice" else close.click()
            expect(dialog).to_be_hidden()
            expect(page).to_have_url(here)
    close_a_dialog_before_the_scorecard_under_it(page, session)
    open_again_what_back_has_just_closed(page, demo)
    page.go_back()
    expect(page).to_have_url(f"{demo.base_url}/health")


def test_back_closes_a_scorecard_and_forward_opens_it_again(
    page: Page, demo: RunningService
) -> None:
    scored(demo)
    page.goto(f"{demo.base_url}/dashboard?job=1")
    page.get_by_role("button", name="Leaderboard").click()
    ranking = page.url
    page.locator("#leaderboard .open-scorecard").first.click()
    dialog = page.locator("#scorecard")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Next candidate").click()
    expect(page.locator("#scorecard-position")).to_have_text("2 of 3")
    within = page.url
    page.go_back()
    expect(dialog).to_be_hidden()
    expect(page).to_have_url(ranking)
    expect(page.locator("#leaderboard-view")).to_be_visible()
    page.go_forward()
    expect(dialog).to_be_visible()
    expect(page).to_have_url(within)
    expect(page.locator("#scorecard-position")).to_have_text("2 of 3")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page).to_have_url(ranking)
    page.locator("#leaderboard .open-scorecard").first.click()
    expect(dialog).to_be_visible()
    page.reload()
    expect(dialog).to_be_visible()
    page.go_back()
    expect(dialog).to_be_hidden()
    expect(page).to_have_url(ranking)
    page.go_back()
    expect(page.locator("#candidates-view")).to_be_visible()


def close_a_dialog_before_the_scorecard_under_it(page: Page, session: str) -> None:
    open_scorecard(page)
    scorecard, edit = page.locator("#scorecard"), page.get_by_role("dialog", name="Edit details")
    for saves in (False, True):
        of_the_scorecard(page, "Edit Details")
        expect(edit).to_be_visible()
        if saves:
            edit.get_by_label("Name").fill("Jane Doe")
            edit.get_by_label("Name").press("Enter")
        else:
            page.go_back()
        expect(edit).to_be_hidden()
        expect(scorecard).to_be_visible()
    assert f"session={session}" in page.url
    page.go_back()
    expect(scorecard).to_be_hidden()
    expect(page.locator(JANE)).to_be_visible()


#: Goes back, and opens again what that closes, before the browser has told anybody else.
_OPEN_AGAIN = """(open) => new Promise((resolve) => {
  window.addEventListener("popstate", () => {
    if (open) document.querySelector(open).click();
    else document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "k", ctrlKey: true, bubbles: true }));
    setTimeout(resolve);
  }, { once: true });
  history.back();
})"""


def open_again_what_back_has_just_closed(page: Page, demo: RunningService) -> None:
    open_scorecard(page)
    details = page.locator("#scorecard-bar").get_by_role("button", name="Message")
    expect(details).to_be_visible()
    page.evaluate(_OPEN_AGAIN, f"{JANE} .open-scorecard")
    expect(details).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#scorecard")).to_be_hidden()
    expect(page).to_have_url(f"{demo.base_url}/dashboard?job=1")

    page.keyboard.press("Control+k")
    box = page.get_by_role("dialog", name="Search", exact=True).get_by_role("combobox")
    expect(box).to_be_focused()
    page.evaluate(_OPEN_AGAIN, None)
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    expect(page).to_have_url(f"{demo.base_url}/dashboard?job=1")


def test_closing_a_scorecard_opened_by_a_link_stays_on_the_dashboard(page: Page, demo: RunningService) -> None:
    session = demo.ask("/api/interviews/sessions/start", {"job_id": 1, "candidate_id": 42})["session_id"]
    page.goto(f"{demo.base_url}/health")
    for way in ("Escape", "Close"):
        close_scorecard_of_a_link(page, demo, session, way)


def close_scorecard_of_a_link(page: Page, demo: RunningService, session: str, way: str) -> None:
    page.goto(f"{demo.base_url}/dashboard?job=1&session={session}")
    scorecard = page.locator("#scorecard")
    expect(scorecard.get_by_role("button", name="Message")).to_be_visible()
    if way == "Escape":
        page.keyboard.press("Escape")
    else:
        scorecard.get_by_role("button", name="Close", exact=True).click()
    expect(scorecard).to_be_hidden()
    expect(page).to_have_url(f"{demo.base_url}/dashboard?job=1")
    page.get_by_role("button", name="Invite From Spreadsheet").click()
    page.go_back()
    expect(page.get_by_role("dialog", name="Invite from a spreadsheet")).to_be_hidden()
    expect(page).to_have_url(f"{demo.base_url}/dashboard?job=1")
    page.go_back()
    expect(page).to_have_url(f"{demo.base_url}/health")


def test_a_response_that_closes_a_dialog_does_not_stop_navigation(page: Page, demo: RunningService) -> None:
    """Going back, which closes a dialog, would stop a page that is being loaded."""
    dashboard, elsewhere = f"{demo.base_url}/dashboard?job=1", f"{demo.base_url}/health"
    leave: dict[int, tuple[str, Callable[[], object]]] = {
        42: (elsewhere, lambda: page.evaluate("address => window.location.assign(address)", elsewhere)),
        43: (elsewhere, lambda: page.goto(elsewhere)),
        44: (dashboard, page.reload),
    }
    invitations: list[Route] = []
    navigations: list[Route] = []

    def hold_invitation(invitation: Route) -> None:
        invitations.append(invitation)

    def answer_invitation_first(navigation: Route) -> None:
        navigations.append(navigation)
        invitations.pop().continue_()

    def after_the_dialog(funnel: Route) -> None:
        funnel.continue_()
        if navigations:
            navigations.pop().continue_()

    page.route("**/start", hold_invitation)
    page.route("**/funnel", after_the_dialog)
    for candidate_id, (destination, go) in leave.items():
        page.goto(dashboard)
        with page.expect_request("**/start"):
            ask_to_invite(page, candidate_row(page, candidate_id))
        page.route(destination, answer_invitation_first, times=1)
        with page.expect_event("load"):
            go()
        assert page.url == destination
    assert len(demo.ask("/api/interviews/sessions")["items"]) == 3
