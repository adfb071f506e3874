"""Today in a browser: what needs somebody, what is new, its actions, and how it says that nothing is, or no answer."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from fakes.axe import violations
from fakes.front_door import ADMIN_TOKEN
from fakes.running_service import RunningService, demo_environ
from fakes.screenshots import NARROW, at_every_width
from fakes.service_in_process import service_in_process
from fakes.stored import add_session
from fakes.waiting import eventually
from tener_interview.domain.refresh.review_reasons import CONSENT_MISSING
from tener_interview.store.sqlite.database import Store

HOUR = 3_600_000
DAY = 24 * HOUR
SEEN = re.compile("/api/notifications/seen")


def add(folder: Path, number: int, name: str, **columns: Any) -> None:
    store = Store(folder / "interview.sqlite3")
    with store.write() as tx:
        add_session(tx, number, candidate_name=name, invitation_id=f"{number:024x}", **columns)
    store.close()


def group(page: Page, kind: str) -> Any:
    return page.locator(f'#today-groups [data-kind="{kind}"]')


def test_the_desk_opens_with_today_and_each_row_has_an_action(page: Page, demo: RunningService, tmp_path: Path) -> None:
    page.goto(f"{demo.base_url}/dashboard")
    expect(page.locator("#today-groups")).to_contain_text("Nothing needs you right now.")
    expect(page).to_have_title("Today · Tener Interview")
    # Where to begin: with a job, as long as nobody is invited for any.
    begin = page.locator("#today-begin").get_by_role("link")
    expect(begin).to_have_count(4)
    expect(begin.first).to_have_attribute("href", re.compile("job=1"))
    assert at_every_width(page, "today_empty", NARROW) == {}

    now = time.time_ns() // 1_000_000
    add(tmp_path, 1, "Ana Pérez", status="completed", completed_at=now - HOUR, updated_at=now - HOUR,
        review_reason="Too little was said for a score.")
    add(tmp_path, 5, "Still Asked", status="completed", completed_at=now - HOUR, updated_at=now - 2 * HOUR,
        review_reason=CONSENT_MISSING)
    add(tmp_path, 2, "<b>Bo</b> & Söhne", status="scored", completed_at=now - 2 * HOUR, total_score=81.25,
        machine_total=81.25, job_id=2, flags=["off_topic", "short_answer", "dealbreaker"])
    add(tmp_path, 3, "李小龍", status="invited", invited_at=now - DAY, link_expires_at=now + 5 * HOUR)
    add(tmp_path, 4, "Forgotten One", status="invited", invited_at=now - 2 * HOUR, link_expires_at=now + 9 * DAY)
    shared = demo.ask("/api/jobs/2/shares", {"candidate_ids": [2], "allow_answers": True})
    given = f"{demo.base_url}/api/shared/{shared['url'].rpartition('/')[2]}/candidates/1/recommendation"
    said = {"author_name": "Ann <i>Mole</i>", "recommendation": "strong_yes"}
    assert page.request.put(given, data=said).ok
    for number in range(10, 17):
        add(tmp_path, number, f"Quiet {number}", status="in_progress", invited_at=now - number * DAY,
            link_expires_at=now + 9 * DAY)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.reload()
    expect(begin).to_have_count(0)
    expect(group(page, "needs_look")).to_contain_text("Too little was said for a score.")
    expect(group(page, "finished")).to_contain_text("<b>Bo</b> & Söhne")
    expect(group(page, "finished")).to_contain_text(re.compile("finished 2 hours ago, total 81\\.[23]"))
    # What matters most comes first, in words.
    expect(group(page, "finished")).to_contain_text("please check: Dealbreaker and 2 more")
    expect(group(page, "finished").locator(".today-check")).to_have_attribute(
        "title", "Dealbreaker, Off topic, Very short answer"
    )
    expect(group(page, "running_out")).to_contain_text(re.compile("link runs out in [45] hours, not opened"))
    expect(group(page, "not_answered").locator(".today-row")).to_have_count(5)
    expect(group(page, "not_answered").locator(".today-row").first).to_contain_text("Quiet 16")
    expect(group(page, "finished").get_by_role("link", name="Show on the leaderboard", exact=True)).to_be_visible()
    expect(group(page, "recommended")).to_contain_text("Ann <i>Mole</i>: Strong yes")
    expect(group(page, "recommended").get_by_role("button", name="Scorecard")).to_be_visible()
    assert at_every_width(page, "today", NARROW) == {}

    # Whoever was sent no message is written to, or sent the link another way: copying it counts.
    forgotten = group(page, "not_written")
    expect(forgotten).to_contain_text(re.compile("Forgotten One.*link made 2 hours ago, no message was sent"))
    forgotten.get_by_role("button", name="Message").click()
    expect(page.locator("#messaging").get_by_label("Message", exact=True)).to_have_value("invitation")
    page.keyboard.press("Escape")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    forgotten.get_by_role("button", name="Copy Link").click()
    expect(page.locator("#live")).to_contain_text("copied, and noted as sent")
    expect(forgotten).to_have_count(0)
    assert "/i/" in page.evaluate("navigator.clipboard.readText()")

    group(page, "running_out").get_by_role("button", name="Extend Link").click()
    expect(group(page, "running_out")).to_have_count(0)
    expect(page.locator("#live")).to_contain_text("extended")
    expect(group(page, "needs_look").get_by_role("link", name="Review")).to_have_attribute(
        "href", f"/reviews/iv_{1:032x}"
    )
    # An answer without consent is not for a review: where consent is recorded is one press away.
    expect(group(page, "needs_look").get_by_role("link", name="Notice and Consent")).to_have_attribute(
        "href", "/jobs/1/notice#waiting"
    )
    opener = group(page, "finished").get_by_role("button", name="Scorecard")
    opener.click()
    expect(page.locator("#scorecard")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#scorecard")).to_be_hidden()
    expect(page.locator("#today-view")).to_be_visible()
    expect(opener).to_be_focused()

    # Everybody who has not answered is reminded in two clicks, the second one after a review.
    remind_all = group(page, "not_answered").get_by_role("button", name="Remind All 7")
    remind_all.click()
    expect(page.locator("#messaging")).to_contain_text("Remind 7 candidates")
    expect(page.locator("#message-kind")).to_have_value("reminder")
    page.get_by_role("button", name="Send 7 Messages").click()
    expect(page.locator("#messaging")).to_contain_text(re.compile("7 messages (are being|were) sent"))
    page.keyboard.press("Escape")
    expect(remind_all).to_be_focused()

    group(page, "not_answered").get_by_role("link", name=re.compile("7$")).click()
    expect(page.locator("#candidates-view")).to_be_visible()
    expect(page.locator("#today-view")).to_be_hidden()
    page.go_back()
    expect(group(page, "not_answered")).to_be_visible()
    expect(page.locator("#job-view")).to_be_hidden()


def test_new_items_of_today_are_marked_until_the_page_is_left(page: Page, demo: RunningService, tmp_path: Path) -> None:
    page.goto(f"{demo.base_url}/dashboard")
    expect(page.locator("#today-groups")).to_contain_text("Nothing needs you")
    with page.expect_response(SEEN):
        page.locator("#jobs-list a").first.click()
    now = time.time_ns() // 1_000_000
    add(tmp_path, 1, "Ana", status="completed", completed_at=now, updated_at=now, review_reason="Short.")
    page.goto(f"{demo.base_url}/dashboard?job=2")
    expect(page.locator("#today-new")).to_have_text("1 new")
    page.locator("#today-link").click()
    expect(page.locator("#today-summary")).to_contain_text("1 new since you were last here")
    # All of them are new: it is said once, for the group.
    expect(page.locator(".today-mark")).to_have_text("1 new")
    with page.expect_response(SEEN):
        page.locator("#jobs-list a").first.click()
    expect(page.locator("#today-new")).to_have_text("")
    page.go_back()
    expect(page.locator(".today-row")).to_be_visible()
    expect(page.locator(".today-mark")).to_have_count(0)

    page.route("**/api/today*", lambda route: route.abort())
    page.reload()
    # What happened, what was not lost, what to do.
    for said in ("Today could not be loaded", "The service did not answer", "Nothing that was saved before is lost",
                 "Check your network connection"):
        expect(page.locator("#today-report")).to_contain_text(said)
    expect(page.locator("#service-status-button")).not_to_contain_text("Connected")
    assert violations(page) == []
    page.unroute("**/api/today*")
    page.get_by_role("button", name="Try Again").click()
    expect(page.locator(".today-row")).to_contain_text("Ana")
    expect(page.locator("#today-report")).to_be_empty()


def test_a_reviewer_subscribes_to_a_digest_and_sees_new_reviews(page: Page, port: int, tmp_path: Path) -> None:
    environ = demo_environ(tmp_path, port, TENER_INTERVIEW_ADMIN_TOKEN=ADMIN_TOKEN)
    with service_in_process(environ) as service:
        invited = page.request.post(
            f"{service.base_url}/api/users", headers={"Authorization": f"Bearer {ADMIN_TOKEN}"},
            data={"email": "ann@people.example", "name": "Ann Mole", "role": "reviewer"},
        ).json()
        page.request.put(
            f"{service.base_url}/api/jobs/1/reviewers", headers={"Authorization": f"Bearer {ADMIN_TOKEN}"},
            data={"user_ids": [invited["user"]["user_id"]]},
        )
        password = "seven otters keep a drum"
        assert page.request.post(invited["url"], form={"password": password, "again": password}).ok
        page.goto(f"{service.base_url}/reviews")
        expect(page.locator("#report")).to_contain_text("nothing to review yet")
        page.goto(f"{service.base_url}/account")
        news = f"{service.base_url}/api/notifications"
        # The browser sends it when the page is gone.
        eventually(lambda: page.request.get(news).json()["seen_at"] > 0)
        expect(page.locator("#digest-state")).to_have_text("Off.")
        page.get_by_label("Every day at").select_option("07:00")
        page.get_by_label("In the time zone").fill("Mars/Olympus")
        page.locator("#digest-on").click()
        expect(page.locator("#report")).to_contain_text("must be a time zone")
        page.get_by_label("In the time zone").fill("Asia/Tokyo")
        page.locator("#digest-on").click()
        expect(page.locator("#digest-state")).to_have_text("On: every day at 07:00, Asia/Tokyo.")
        assert at_every_width(page, "account_digest", NARROW) == {}
        page.reload()
        expect(page.get_by_label("In the time zone")).to_have_value("Asia/Tokyo")
        page.locator("#digest-off").click()
        expect(page.locator("#digest-state")).to_have_text("Off.")

        now = time.time_ns() // 1_000_000
        add(tmp_path, 1, "Earlier", status="scored", completed_at=now - DAY, total_score=50.0)
        add(tmp_path, 2, "Just now", status="scored", completed_at=now, total_score=50.0)
        page.goto(f"{service.base_url}/reviews")
        expect(page.locator("#summary")).to_contain_text("2 to do. 1 new since you were last")
        expect(page.locator(".task", has_text="Just now")).to_contain_text("New")
        expect(page.locator(".task", has_text="Earlier")).not_to_contain_text("New")
