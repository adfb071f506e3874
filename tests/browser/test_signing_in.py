"""Signing in: the way in, a wrong token, too many of them, and a sign-in that ends in the middle of work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from fakes.axe import violations
from fakes.browser_watch import Watch
from fakes.front_door import ADMIN_TOKEN
from fakes.list_page import invite, invite_selected, review_inviting
from fakes.running_service import RunningService, demo_environ
from fakes.screenshots import at_every_width, picture
from fakes.service_in_process import service_in_process

#: The status of a request that a page's script sends.
START_SESSION = """() => fetch("/api/interviews/sessions/start", {
  method: "POST", headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ job_id: 1, candidate_id: 42 }),
}).then(({ status }) => status)"""


@pytest.fixture
def locked(port: int, tmp_path: Path) -> Iterator[RunningService]:
    """The service with an admin token."""
    with service_in_process(demo_environ(tmp_path, port, TENER_INTERVIEW_ADMIN_TOKEN=ADMIN_TOKEN)) as service:
        yield service


def sign_in(page: Page, token: str = ADMIN_TOKEN) -> None:
    page.get_by_label("Admin token").fill(token)
    page.get_by_role("button", name="Sign In").click()


def test_a_user_signs_in_and_out(page: Page, locked: RunningService) -> None:
    page.goto(f"{locked.base_url}/dashboard?job=2&view=leaderboard")
    expect(page).to_have_title(re.compile("^Sign in"))
    expect(page.get_by_label("Admin token")).to_be_focused()
    sign_in(page, "wrong")
    message = page.get_by_role("alert")
    expect(message).to_contain_text("That is not the admin token")
    expect(message).to_contain_text("copied all of it")
    sign_in(page)
    expect(page).to_have_url(f"{locked.base_url}/dashboard?job=2&view=leaderboard")
    expect(page.locator("#open-banner")).to_be_hidden()
    assert page.evaluate("window.history.length") == 2, "a form that was sent is in the way of Back"
    page.get_by_role("button", name="Sign Out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def read_mail(page: Page, mail: str) -> None:
    """Open a page of another site. Once only: while any page is routed, the browser keeps no scripts."""
    page.route("http://mail.test/", lambda route: route.fulfill(content_type="text/html", body=mail), times=1)
    page.goto("http://mail.test/")


@pytest.mark.parametrize("base", ["https://interviews.test", "http://0.0.0.0:8090"])
def test_signing_in_works_over_http_and_by_a_link_from_another_site(
    base: str, page: Page, port: int, tmp_path: Path
) -> None:
    environ = demo_environ(
        tmp_path, port, TENER_INTERVIEW_HOST="0.0.0.0", TENER_INTERVIEW_ADMIN_TOKEN=ADMIN_TOKEN,
        TENER_INTERVIEW_PUBLIC_BASE_URL=base,
    )
    with service_in_process(environ):
        here = f"http://hire.test:{port}"
        sent = f"{here}/dashboard?job=2&view=leaderboard"
        mail = f"<a href='{sent}'>Look</a><form method=post action='{here}/logout'><button>Trick</button></form>"
        page.goto(f"{here}/account")
        sign_in(page, "wrong")
        expect(page.get_by_role("alert")).to_contain_text("That is not the admin token")
        sign_in(page)
        expect(page).to_have_url(f"{here}/account")
        assert page.evaluate(START_SESSION) == 201
        read_mail(page, mail)
        page.get_by_role("link", name="Look").click()
        expect(page).to_have_url(sent)
        expect(page.get_by_role("button", name="Leaderboard")).to_be_visible()
        read_mail(page, mail)
        page.get_by_role("button", name="Trick").click()
        expect(page.locator("body")).to_contain_text("A page of another site sent this")
        page.goto(f"{here}/account")
        page.get_by_role("button", name="Sign Out", exact=True).click()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        page.goto(sent)
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_links_can_be_copied_without_https(page: Page, locked: RunningService) -> None:
    # Without HTTPS a page has no clipboard of its own, unless it comes from this computer.
    page.goto(locked.base_url.replace("127.0.0.1", "hire.test") + "/dashboard?job=1")
    sign_in(page)
    invite(page, 42)
    report = page.locator("#invitation-report")
    report.get_by_role("button", name="Copy", exact=True).click()
    expect(report.get_by_role("button", name="Copied")).to_be_visible()
    page.locator("#candidates").get_by_label("Select everyone on this page").check()
    invite_selected(page, 11)
    page.get_by_role("button", name="Copy Names and Links").click()
    expect(page.get_by_role("button", name="Copied").first).to_be_visible()
    page.get_by_role("button", name="Invite From Spreadsheet").click()
    page.get_by_role("dialog").get_by_role("textbox").press("Control+v")
    expect(page.get_by_role("dialog").get_by_role("textbox")).to_have_value(re.compile("\t.*/i/.*\n.*\t.*/i/"))


def test_after_too_many_wrong_tokens_the_form_shows_how_long_to_wait(page: Page, locked: RunningService) -> None:
    page.goto(f"{locked.base_url}/login")
    for number in range(6):
        sign_in(page, f"guess-{number}")
    expect(page.get_by_role("alert")).to_contain_text("Wait")
    expect(page.get_by_role("alert")).to_contain_text("seconds")


def end_of_sign_in(context: BrowserContext) -> None:
    """What 12 hours do to a login, without waiting for them."""
    context.clear_cookies()


def test_an_action_continues_and_typed_text_survives_after_signing_in_again(
    context: BrowserContext, locked: RunningService
) -> None:
    page = context.new_page()
    assert page.request.post(f"{locked.base_url}/login", form={"token": ADMIN_TOKEN}).ok
    page.goto(f"{locked.base_url}/dashboard?job=1")
    jane = page.locator('#candidates tr[data-candidate-id="42"]')
    expect(jane).to_contain_text("Not invited")
    inviting = review_inviting(page, jane)
    end_of_sign_in(context)
    inviting.get_by_role("button", name="Create Interview Link").click()
    dialog = page.get_by_role("dialog", name="Please sign in again")
    expect(dialog).to_contain_text("Nothing on this page is lost")
    expect(dialog.get_by_label("Admin token")).to_be_focused()
    assert violations(page) == []
    picture(page, "signed_out_in_the_middle")
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    sign_in(page, "wrong")
    expect(dialog.get_by_role("alert")).to_contain_text("That is not the admin token")
    expect(dialog.get_by_label("Admin token")).to_be_focused()
    sign_in(page)
    expect(dialog).to_be_hidden()
    expect(jane).to_contain_text("Invited")
    expect(page.locator("#signin")).to_have_count(0)

    page.get_by_role("button", name="Share Shortlist").click()
    sharing = page.get_by_role("dialog", name="Share a shortlist")
    sharing.get_by_role("textbox", name="Heading").fill("For Tuesday")
    sharing.get_by_role("checkbox", name="Jane Doe").check()
    end_of_sign_in(context)
    sharing.get_by_role("button", name="Create Link").click()
    dialog.get_by_label("Admin token").fill(ADMIN_TOKEN)
    dialog.get_by_role("button", name="Sign In").click()
    expect(sharing.locator(".share")).to_contain_text("For Tuesday")
    expect(sharing.locator(".share")).to_have_count(1)


def test_an_expired_login_cookie_shows_that_the_user_was_signed_out(
    context: BrowserContext, locked: RunningService
) -> None:
    context.add_cookies([{"name": "tener_interview_login", "value": "old", "url": locked.base_url}])
    page = context.new_page()
    page.goto(f"{locked.base_url}/dashboard?job=3")
    expect(page.get_by_role("status")).to_contain_text("You have been signed out")
    assert violations(page) == []
    sign_in(page)
    expect(page).to_have_url(f"{locked.base_url}/dashboard?job=3")


def test_the_sign_in_page_is_accessible_at_every_width(context: BrowserContext, locked: RunningService) -> None:
    watch = Watch(context, locked.base_url)
    page = context.new_page()
    page.goto(f"{locked.base_url}/login")
    assert at_every_width(page, "sign_in") == {}
    assert watch.errors == watch.foreign == []
    # After a wrong token, too, on the page that is open.
    sign_in(page, "wrong")
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page) == []
