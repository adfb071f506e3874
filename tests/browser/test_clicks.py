"""What a recruiter in a hurry does most, counted in clicks."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from fakes.axe import violations
from fakes.browser_watch import Watch
from fakes.list_page import candidate_row
from fakes.running_service import RunningService
from fakes.screenshots import NARROW, at_every_width
from fakes.waiting import eventually

SIX_PREPARED = "6 messages were prepared, not sent: this is the demo."


class Hand:
    """Presses what it is told to, and counts."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.clicks = 0

    def click(self, target: Locator, *, shift: bool = False) -> None:
        target.click(modifiers=["Shift"] if shift else [])
        self.clicks += 1

    def press(self, name: str | re.Pattern[str], within: Locator | None = None) -> None:
        self.click((within or self._page).get_by_role("button", name=name))


def test_frequent_tasks_take_few_clicks(context: BrowserContext, demo: RunningService) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    watch = Watch(context, demo.base_url)
    page = context.new_page()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{demo.base_url}/dashboard?job=1")
    boxes = page.locator("#candidates tbody .select-cell input")
    expect(boxes).to_have_count(12)
    # Twelve rows on the first screen, and four on that of a phone.
    assert boxes.nth(11).bounding_box()["y"] < 900  # type: ignore[index]
    page.set_viewport_size({"width": 390, "height": 844})
    assert boxes.nth(3).bounding_box()["y"] < 800  # type: ignore[index]
    page.set_viewport_size({"width": 1440, "height": 900})

    invite_ten(page, boxes)
    expect(page.locator("#candidates tr[data-status=invited]")).to_have_count(10)
    remind(page)

    for _ in range(2):
        demo.ask("/api/admin/jobs/1/sessions/refresh", {"force": True})
    best_three(page)
    share_with_a_hiring_manager(page)
    put_a_score_right(page)
    assert watch.errors == watch.foreign == []


def invite_ten(page: Page, boxes: Locator) -> None:
    hand = Hand(page)
    hand.click(boxes.nth(0))
    hand.click(boxes.nth(9), shift=True)
    assert violations(page) == []
    hand.press("Invite 10")
    dialog = page.get_by_role("dialog", name="Invite 10 candidates")
    expect(dialog.locator(".name-list li")).to_have_count(10)
    assert at_every_width(page, "inviting", NARROW) == {}
    page.set_viewport_size({"width": 1440, "height": 900})
    # Links and messages are one request.
    with page.expect_request("**/api/steps/interview") as step:
        hand.press(re.compile("^Invite 10 and Send [1-9]"), dialog)
    assert '"invitation_message":{"texts":[]}' in (step.value.post_data or "")
    report = page.locator("#invitation-report")
    # It says by itself when they have left.
    expect(report).to_contain_text(f"{SIX_PREPARED} 4 people have no e-mail address")
    expect(report).not_to_contain_text("See whether they were sent")
    expect(report.get_by_role("button", name="Write to the Remaining 4")).to_be_visible()
    assert hand.clicks <= 6


def invited_days_ago(route: Route) -> None:
    """The same review of messages, on another day."""
    reply = route.fetch()
    review = reply.json()
    for item in review["items"]:
        if item["last_message_at"]:
            item["last_message_at"] = "2026-01-01T00:00:00.000Z"
    route.fulfill(response=reply, json=review)


def remind(page: Page) -> None:
    messaging = page.locator("#messaging")
    page.get_by_role("link", name="10 not answered").click()
    # Whose link runs out first comes first, and the list says so.
    expect(page.get_by_label("Sort by")).to_have_value("expires_at")
    page.get_by_role("button", name="Remind All 10").click()
    # The invitation has just gone: nobody is reminded of it by mistake.
    expect(messaging).to_contain_text("6 were written to a short time ago and are left out")
    expect(messaging.get_by_role("checkbox", checked=True)).to_have_count(0)
    expect(messaging.get_by_role("button", name=re.compile("^Send"))).to_have_count(0)
    messaging.get_by_role("button", name="Write All the Same").click()
    expect(messaging.get_by_role("button", name="Send 6 Messages")).to_be_focused()
    expect(messaging.get_by_role("checkbox", checked=True)).to_have_count(6)
    messaging.get_by_role("button", name="Leave Them Out").click()
    expect(messaging.get_by_role("checkbox", checked=True)).to_have_count(0)
    page.keyboard.press("Escape")
    expect(messaging).to_be_hidden()
    page.get_by_role("link", name="12 in all").click()
    page.route("**/messages/review", invited_days_ago)
    hand = Hand(page)
    hand.click(page.get_by_role("link", name="10 not answered"))
    hand.press("Remind All 10")
    expect(messaging.get_by_role("heading", level=2)).to_have_text("Remind 10 candidates")
    expect(messaging.get_by_label("Message", exact=True)).to_have_value("reminder")
    expect(messaging).to_contain_text(re.compile("4 cannot get an e-mail: .+ and 1 more"))
    hand.press("Send 6 Messages", messaging)
    expect(messaging.get_by_role("button", name="Done")).to_be_focused()
    # What is left to do, and what has become of the others, as soon as that is known.
    expect(messaging.get_by_role("heading", level=2)).to_have_text("Write to 4 by hand")
    expect(messaging.locator(".recipients tbody tr")).to_have_count(4)
    expect(messaging).to_contain_text(f"{SIX_PREPARED} 4 cannot get an e-mail")
    expect(messaging).not_to_contain_text("Send 0")
    assert hand.clicks <= 3
    page.unroute("**/messages/review")
    page.keyboard.press("Escape")
    expect(messaging).to_be_hidden()
    # Whom no e-mail reaches: the title says so, and there is nothing to tick that does nothing.
    page.goto(re.sub(r"\?.*", "?job=1", page.url))
    for name in ("José Ángel Núñez", "Søren Kjærgaard"):
        page.get_by_role("checkbox", name=f"Select {name}").check()
    page.locator("#selection-bar").get_by_role("button", name="Message 2").click()
    title = "Write to 2 candidates by hand: no e-mail reaches them"
    expect(messaging.get_by_role("heading", level=2)).to_have_text(title)
    expect(messaging).to_contain_text("Copy each text below and send it another way")
    expect(messaging.get_by_role("checkbox")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(messaging).to_be_hidden()


def best_three(page: Page) -> None:
    hand = Hand(page)
    hand.press("Leaderboard")
    hand.press("Compare the Best")
    expect(page.locator("#comparison thead .name")).to_have_count(3)
    expect(page.locator("#comparison .short-reason").first).to_be_visible()
    assert hand.clicks <= 2


def share_with_a_hiring_manager(page: Page) -> None:
    page.goto(re.sub(r"\?.*", "?job=1", page.url))
    hand = Hand(page)
    hand.press("Share Shortlist")
    dialog = page.get_by_role("dialog", name="Share a shortlist")
    # Nobody is shown to a hiring manager whom the recruiter has not chosen.
    expect(dialog.get_by_role("checkbox", checked=True)).to_have_count(0)
    expect(dialog.get_by_role("button", name="Create Link")).to_be_disabled()
    hand.press(re.compile("^Choose the Best"), dialog)
    hand.press("Create Link", dialog)
    hand.press("Copy", dialog)
    eventually(lambda: "/s/" in page.evaluate("navigator.clipboard.readText()"))
    assert hand.clicks <= 4
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def put_a_score_right(page: Page) -> None:
    hand = Hand(page)
    # Anywhere in the row.
    hand.click(candidate_row(page, 42).locator(".times"))
    hand.press("Override", page.locator("#scorecard-bar"))
    dialog = page.get_by_role("dialog", name="Override the total")
    dialog.get_by_label("Score, 0 to 100").fill("41.5")
    dialog.get_by_label("score wrong?").fill("The transcript missed half of it.")
    hand.press("Save Override", dialog)
    expect(page.locator("#total-override")).to_contain_text("The transcript missed half of it.")
    assert hand.clicks <= 4
