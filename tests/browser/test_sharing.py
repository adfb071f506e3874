"""Sharing a shortlist at the desk, and reading it without an account."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page, expect

from fakes.axe import violations
from fakes.browser_watch import Watch
from fakes.list_page import invite_selected
from fakes.running_service import RunningService
from fakes.screenshots import TWO_LOOKS, at_every_width, picture

HOSTILE = '<img src=x onerror="document.title=1"> O\'Neil'


def interviewed(service: RunningService, *candidate_ids: int) -> None:
    """Candidates of job 1 whose interviews are finished and scored."""
    service.ask("/api/steps/interview", {"job_id": 1, "candidate_ids": candidate_ids})
    service.ask("/api/admin/jobs/1/sessions/refresh", {"force": True})


def test_a_shortlist_is_shared_read_and_revoked(context: BrowserContext, demo: RunningService) -> None:
    interviewed(demo, 42, 43, 44)
    watch = Watch(context, demo.base_url)
    desk = context.new_page()
    desk.goto(f"{demo.base_url}/dashboard?job=1&view=leaderboard")
    desk.get_by_role("button", name="Share Shortlist").click()
    dialog = desk.get_by_role("dialog", name="Share a shortlist")
    expect(dialog).to_contain_text("Nothing has been shared for this job yet.")
    expect(dialog).to_contain_text("0 selected")
    dialog.get_by_role("button", name="Choose the Best (3)").click()
    expect(dialog).to_contain_text("3 selected")
    summary = dialog.get_by_role("list", name="What the link shows")
    expect(summary).to_contain_text("3 candidates by name, with ranks, scores, reasons and transcripts")
    expect(summary).to_contain_text("Readers can only read")
    # On a phone nothing sticks out, and the button stays in sight.
    desk.set_viewport_size({"width": 390, "height": 700})
    right = dialog.bounding_box()["width"] + dialog.bounding_box()["x"]  # type: ignore[index]
    expires = dialog.get_by_label("Expires in").bounding_box()
    assert expires is not None
    assert expires["x"] + expires["width"] <= right
    expect(dialog.get_by_role("button", name="Create Link")).to_be_in_viewport(ratio=1)
    desk.set_viewport_size({"width": 1440, "height": 900})
    dialog.get_by_label("Expires in").select_option("72")
    dialog.get_by_label("Shorten names to initials").check()
    expect(summary).to_contain_text("3 candidates by initials")
    dialog.get_by_label("Let readers leave a recommendation").check()
    # What was entered is kept if the link is refused.
    heading = dialog.get_by_role("textbox", name="Heading")
    heading.fill("Why Jane is best")
    dialog.get_by_role("button", name="Create Link").click()
    problem = dialog.locator(".problem")
    for said in ("must not name a candidate", "what you typed is still here", "request ID"):
        expect(problem).to_contain_text(said)
    expect(problem).to_be_focused()
    expect(heading).to_have_value("Why Jane is best")
    heading.fill("For Tuesday")
    dialog.get_by_role("button", name="Create Link").click()
    item = dialog.locator(".share")
    expect(item).to_contain_text("Not opened yet")
    expect(item).to_contain_text("Readers may recommend")
    expect(item.get_by_role("button", name="Copy")).to_be_focused()
    assert violations(desk) == []
    picture(desk, "sharing_dialog")
    url = item.locator("input.entry-link").input_value()

    reader = context.new_page()
    reader.set_viewport_size({"width": 390, "height": 844})
    reader.emulate_media(color_scheme="dark")
    reader.goto(url)
    expect(reader.get_by_role("heading", name="For Tuesday")).to_be_visible()
    expect(reader.locator(".candidate")).to_have_count(3)
    expect(reader.locator(".headline")).to_have_count(3)
    expect(reader.locator(".candidates")).not_to_contain_text("≈")
    expect(reader.get_by_role("heading", name="J. D.", exact=True)).to_be_visible()
    expect(reader.locator("#about")).to_contain_text("shown by initials")
    assert "Jane" not in reader.content()
    picture(reader, "shortlist_390_dark")
    reader.get_by_role("button", name="Show Answers").first.click()
    expect(reader.locator(".transcript").first).to_be_visible()
    expect(reader.locator(".transcript mark").first).to_be_visible()
    upper, lower = reader.get_by_role("button", name="Hide Answers").all()
    expect(upper).to_have_attribute("aria-expanded", "true")
    # From below the answers, back to the candidate.
    lower.click()
    expect(reader.locator(".transcript").first).to_be_hidden()
    expect(reader.get_by_role("button", name="Show Answers").first).to_be_focused()
    expect(reader.locator(".candidate h2").first).to_be_in_viewport()
    # Who and how good come before why.
    order = reader.locator(".candidate").first.locator("h2, .total-score, .headline").all()
    tops = {part.evaluate("node => node.getBoundingClientRect().top"): part for part in order}
    assert [tops[top].evaluate("node => node.className || node.localName") for top in sorted(tops)] == [
        "h2", "total-score", "headline",
    ]

    dialog.get_by_role("button", name="Close").click()
    expect(desk.get_by_role("button", name="Share Shortlist")).to_be_focused()
    desk.get_by_role("button", name="Share Shortlist").click()
    expect(item).to_contain_text("Opened once")
    item.get_by_role("button", name="Revoke").click()
    expect(item.get_by_role("button", name="Keep It")).to_be_focused()
    item.get_by_role("button", name="Yes, Revoke It").click()
    expect(item).to_contain_text("Revoked")
    # The link that was refused is an error in the browser's console.
    assert [error for error in watch.errors if "400" not in error] == watch.foreign == []
    reader.reload()
    expect(reader.get_by_role("heading", name="This shortlist is no longer shared")).to_be_visible()
    assert violations(reader) == []


def test_the_shortlist_is_accessible_at_every_width(context: BrowserContext, demo: RunningService) -> None:
    interviewed(demo, 42, 43, 44)
    demo.ask("/api/interviews/sessions/start", {"job_id": 1, "candidate_id": 900, "candidate_name": HOSTILE})
    share = demo.ask("/api/jobs/1/shares", {"candidate_ids": [42, 43, 44, 900], "title": HOSTILE})
    watch = Watch(context, demo.base_url)
    page = context.new_page()
    # A total that a person has set is said to be one.
    session = demo.ask("/api/jobs/1/interview-leaderboard")["items"][0]["session_id"]
    address = f"{demo.base_url}/api/interviews/sessions/{session}/override"
    assert page.request.put(address, data={"score": 77.5, "reason": "Heard the recording."}).ok
    page.goto(share["url"])
    expect(page.locator(".candidate")).to_have_count(4)
    expect(page.locator(".candidate").filter(has_text="77.5")).to_contain_text("Changed by a person")
    changed = page.locator(".candidate").filter(has_text="77.5")
    expect(changed).to_contain_text("Scores by competency are the machine\u2019s")
    expect(changed.locator(".headline")).to_contain_text("A person set the total to 77.5.")
    card = f"{demo.base_url}/api/interviews/sessions/{session}"
    scored = page.request.get(f"{card}/scorecard").json()["scorecard"]["transcription_scoring"]["question_scores"]
    address = f"{card}/questions/{scored[0]['question_id']}/override"
    assert page.request.put(address, data={"score": 45, "reason": "Heard the recording."}).ok
    changed.get_by_role("button", name="Show Answers").click()
    expect(changed.locator(".question-score").first).to_have_text("45.0 by a person")
    expect(changed.locator(".question").first).not_to_contain_text("What helped")
    expect(page.get_by_role("heading", name=HOSTILE, level=1)).to_be_visible()
    expect(page.get_by_role("heading", name=HOSTILE, level=2)).to_be_visible()
    assert page.locator("main img").count() == 0
    assert at_every_width(page, "shortlist", TWO_LOOKS) == {}
    expect(page.get_by_role("heading", name=HOSTILE, level=1)).to_be_visible()
    expect(page.get_by_role("heading", name=HOSTILE, level=2)).to_be_visible()
    for language in ("de", "es"):
        context.add_cookies([{"name": "tener_language", "value": language, "url": demo.base_url}])
        page.reload()
        expect(page.locator(".candidate")).to_have_count(4)
        for width in (1440, 1024, 390):
            page.set_viewport_size({"width": width, "height": 900})
            inside = "nodes => nodes.every((node) => node.scrollWidth <= node.clientWidth)"
            assert page.locator(".summary").evaluate_all(inside), f"{language} {width}"
    assert watch.errors == watch.foreign == []


def test_answers_of_the_shortlist_open_by_keyboard_and_load_again_after_an_error(
    page: Page, demo: RunningService
) -> None:
    interviewed(demo, 42)
    page.goto(demo.ask("/api/jobs/1/shares", {"top": 1})["url"])
    expect(page.locator(".candidate")).to_have_count(1)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the candidates")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Show Answers")).to_be_focused()
    page.route("**/candidates/*", lambda route: route.abort())
    page.keyboard.press("Enter")
    problem = page.locator(".problem")
    expect(problem).to_contain_text("The answers could not be loaded")
    page.unroute("**/candidates/*")
    problem.get_by_role("button", name="Try Again").press("Enter")
    expect(page.locator(".transcript").first).to_be_visible()
    page.get_by_role("button", name="Hide Answers").first.press("Enter")
    expect(page.locator(".transcript").first).to_be_hidden()


def test_an_empty_leaderboard_offers_only_what_to_do(page: Page, demo: RunningService) -> None:
    page.goto(f"{demo.base_url}/dashboard?job=2&view=leaderboard")
    expect(page.locator("#leaderboard-view")).to_contain_text("Nobody has been invited yet.")
    for name in ("#list-controls", "#share", "#compare-best", "#refresh-all", "#leaderboard-frame"):
        expect(page.locator(name)).to_be_hidden()
    page.locator("#session-buttons .menu-button").click()
    menu = page.get_by_role("menu")
    expect(menu.get_by_role("menuitem", name="Settings")).to_be_visible()
    for name in ("Download as CSV", "Print", "Share Shortlist", "Refresh Interviews"):
        expect(menu.get_by_role("menuitem", name=name)).to_have_count(0)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Go to the Candidates").click()
    expect(page.locator("#candidates tbody tr").first).to_be_visible()
    expect(page.locator("#list-controls")).to_be_visible()
    page.locator("#candidates tbody .select-cell input").first.check()
    invite_selected(page, 1)
    expect(page.locator("#share")).to_be_visible()
    expect(page.locator("#refresh-all")).to_be_visible()
    # On a screen of middle width refreshing is in the menu, as other secondary actions are.
    page.set_viewport_size({"width": 1024, "height": 768})
    expect(page.locator("#refresh-all")).to_be_hidden()
    page.locator("#session-buttons .menu-button").click()
    page.get_by_role("menuitem", name="Refresh Interviews").click()
    report = page.locator("#refresh-report")
    expect(report).to_contain_text("1 of 1 interview refreshed.")
    report.get_by_role("button", name="Dismiss").click()
    expect(page.locator("#session-buttons .menu-button")).to_be_focused()
