"""A plan saves itself: nothing that was typed is lost, whatever happens to the page, the service or the sign-in."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from fakes.plan_page import card, draft_of, open_plan, save, save_status, title
from fakes.plans import plan_body
from fakes.running_service import RunningService
from fakes.screenshots import NARROW, at_every_width
from fakes.waiting import PATIENCE_S, eventually

PLAN = "**/api/jobs/*/plan"
_UNLIMITED = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}


def titles(service: RunningService) -> list[str]:
    return [question["title"] for question in draft_of(service)["questions"]]


def test_a_refused_field_is_named_and_one_press_leads_to_it(page: Page, planned: RunningService) -> None:  # noqa: ARG001
    card(page, 2).get_by_role("button", name="Edit").click()
    wordings = card(page, 2).get_by_label("Other wordings, separated by commas").first
    wordings.fill(", ".join(f"wording {number}" for number in range(40)))
    unsaved = page.locator("#plan-unsaved")
    expect(unsaved).to_contain_text("a field of question 2 has too many entries; at most 12 are possible.")
    page.evaluate("window.scrollTo(0, 0)")
    # Leaving the field saves, which is refused again while the button is still held.
    unsaved.get_by_role("button", name="Show the Field").click(delay=300)
    expect(card(page, 2).locator(".field-fault")).to_contain_text("at most 12 are possible")
    expect(card(page, 2).locator(".field-fault")).to_be_in_viewport()
    wordings.fill("one, two")
    # Leaving a field saves at once.
    wordings.blur()
    expect(save_status(page)).to_contain_text("Saved")


def test_plan_text_is_saved_automatically_and_survives_a_reload(page: Page, planned: RunningService) -> None:
    title(page, 1).fill("Which fault taught you most?")
    expect(save_status(page)).to_contain_text("Saved")
    eventually(lambda: titles(planned)[0] == "Which fault taught you most?")
    title(page, 1).press_sequentially(" And why?")
    page.reload()
    expect(title(page, 1)).to_have_value("Which fault taught you most? And why?")
    eventually(lambda: titles(planned)[0] == "Which fault taught you most? And why?")

    # The text is also in the tab, should the service be away at that moment.
    page.route(PLAN, lambda route: route.abort() if route.request.method == "PUT" else route.continue_())
    page.on("dialog", lambda dialog: dialog.accept())
    title(page, 2).fill("What did you take on?")
    page.reload()
    page.unroute(PLAN)
    expect(title(page, 2)).to_have_value("What did you take on?")
    eventually(lambda: titles(planned)[1] == "What did you take on?")


def test_plan_text_of_a_second_ago_survives_a_crash_of_the_page(browser: Browser, unplanned: RunningService) -> None:
    # A window of its own: all pages of a window may be drawn by the process that dies.
    context = browser.new_context()
    context.set_default_timeout(1000 * PATIENCE_S)
    page = context.new_page()
    save(page, unplanned, plan_body())
    open_plan(page, unplanned)
    sentence = "Somebody who types without a pause must not lose the beginning of the sentence" * 5
    title(page, 1).fill("")
    typed = ""
    while len(typed) < 10 or not typed.startswith(titles(unplanned)[0] or "nothing"):
        assert len(typed) < len(sentence), "nothing is saved before the first pause"
        words = sentence[len(typed) :][:10]
        title(page, 1).press_sequentially(words, delay=40)
        typed += words
    with pytest.raises(Error):
        page.goto("chrome://crash")
    assert typed.startswith(titles(unplanned)[0])
    context.close()


def test_saving_a_plan_during_an_outage_or_without_network_shows_the_error_retries_and_loses_nothing(
    context: BrowserContext, page: Page, planned: RunningService
) -> None:
    answers: list[dict[str, Any]] = [
        {"status": 503, "json": {"error": "Too many requests are waiting.", "code": "SERVER_BUSY", "details": {}}},
        {"status": 401, "json": {"error": "Sign in.", "code": "UNAUTHORIZED", "details": {}}},
        {"status": 502, "body": "<html>Bad gateway"},
    ]
    page.route(PLAN, lambda route: route.fulfill(**answers[0]) if route.request.method == "PUT" else route.continue_())
    unsaved = page.locator("#plan-unsaved")
    typed = ""
    for words, said in (
        ("One", "Too many requests"), (" two", "you have been signed out"), (" three", "did not answer properly"),
    ):
        typed += words
        title(page, 1).fill(typed)
        expect(unsaved).to_contain_text(re.compile(f"Not saved yet: .*{said}.*What you typed is kept", re.IGNORECASE))
        answers.pop(0)
        answers.append(answers[-1] if answers else {"status": 503, "body": ""})
    expect(title(page, 1)).to_be_focused()
    assert at_every_width(page, "plan_not_saved", NARROW) == {}
    page.unroute(PLAN)
    unsaved.get_by_role("button").click()
    expect(save_status(page)).to_contain_text("Saved")
    expect(unsaved).to_be_hidden()
    assert titles(planned)[0] == "One two three"

    # Without a network it is tried again by itself as soon as there is one. Of this page alone: a window tells all its
    # pages at once, before the last of them has its network back.
    network = context.new_cdp_session(page)
    network.send("Network.emulateNetworkConditions", {**_UNLIMITED, "offline": True})
    title(page, 2).fill("Typed without a network")
    expect(unsaved).to_contain_text("the service did not answer")
    network.send("Network.emulateNetworkConditions", {**_UNLIMITED, "offline": False})
    eventually(lambda: titles(planned)[1] == "Typed without a network")
    expect(unsaved).to_be_hidden()


def test_edits_of_two_people_are_merged_and_conflicts_are_chosen_by_hand(page: Page, planned: RunningService) -> None:
    theirs = draft_of(planned)
    theirs["questions"][0]["title"] = "Their text of question one"
    theirs["questions"][1]["description"] = "Their description"
    theirs["questions"][1]["time_limit_s"] = 240
    save(page, planned, theirs)
    title(page, 1).fill("My text of question one")
    conflict = page.locator(".conflict")
    expect(conflict).to_contain_text("My text of question one")
    expect(conflict).to_contain_text("Their text of question one")
    expect(page.locator("#plan-unsaved")).to_contain_text("somebody else changed the same field")
    expect(page.get_by_role("group", name="Somebody else")).to_contain_text("Time to answer")
    assert at_every_width(page, "plan_conflict", NARROW) == {}
    title(page, 2).fill("Typed while it is undecided")
    page.reload()
    expect(conflict).to_contain_text("Their text of question one")
    expect(title(page, 1)).to_have_value("My text of question one")
    conflict.get_by_label("Theirs").check()
    # Whoever is choosing is not told to choose, on top of the choice.
    expect(page.locator("#plan-unsaved")).to_be_hidden()
    conflict.get_by_role("button", name="Save This Choice").click()
    expect(save_status(page)).to_contain_text("Saved")
    first, second = draft_of(planned)["questions"]
    assert first["title"] == "Their text of question one"
    assert (second["title"], second["description"], second["time_limit_s"]) == (
        "Typed while it is undecided", "Their description", 240
    )

    # What only one of them touches is brought together without a question: one deletes, the other adds.
    theirs = draft_of(planned)
    del theirs["questions"][1]
    save(page, planned, theirs)
    page.get_by_role("button", name="Write Your Own").click()
    page.keyboard.type("A third one")
    page.keyboard.press("Tab")
    expect(page.locator("#plan-questions li.plan-question")).to_have_count(2)
    expect(save_status(page)).to_contain_text("Saved")
    eventually(lambda: titles(planned) == ["Their text of question one", "A third one"])
