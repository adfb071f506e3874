"""The plan of a job: drafted from its description, edited in place, tried, published, and read again in versions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from fakes.browser_watch import Watch
from fakes.desk import write_source
from fakes.hireflix import FakeHireflix
from fakes.keyboard import Keyboard
from fakes.list_page import ask_to_invite
from fakes.plan_page import card, draft_of, save_status, title
from fakes.process import hireflix_environ
from fakes.running_service import RunningService
from fakes.screenshots import NARROW, at_every_width
from fakes.service_in_process import service_in_process
from fakes.waiting import eventually

#: A recruiter is to have a published plan with this many clicks.
MAX_CLICKS = 4

#: The texts of fields that do not show all of theirs.
_HIDES_TEXT = """(areas) => areas
  .filter((area) => area.scrollHeight > area.clientHeight + 1 || area.scrollWidth > area.clientWidth + 1)
  .map((area) => area.value)"""

HOSTILE = '<img src=x onerror="document.title=1">'


@pytest.fixture
def service(port: int, tmp_path: Path, fake: FakeHireflix) -> Iterator[RunningService]:
    """The service with that Hireflix behind it, and a job without a plan and with few candidates."""
    write_source(tmp_path / "source.sqlite3", {each: (f"Person {each}", None) for each in (1, 2)})
    with service_in_process(hireflix_environ(tmp_path, fake, TENER_INTERVIEW_PORT=str(port))) as service:
        yield service


def order(page: Page) -> list[str]:
    """The questions from the first to the last."""
    return [area.input_value() for area in page.locator("#plan-questions .question-title").all()]


def shares(page: Page) -> list[int]:
    """The per cents on the bar."""
    return [int(text.rstrip("%")) for text in page.locator(".weight-value").all_inner_texts()]


def opened(page: Page, place: int) -> Locator:
    """The card of a question with its details."""
    edit = card(page, place).get_by_role("button", name="Edit", exact=True)
    if edit.is_visible():
        edit.click()
    return card(page, place)


def test_a_plan_is_drafted_from_a_job_description_and_published(
    context: BrowserContext, service: RunningService, fake: FakeHireflix
) -> None:
    watch = Watch(context, service.base_url)
    page = context.new_page()
    clicks = 0

    def click(control: Locator) -> None:
        nonlocal clicks
        clicks += 1
        control.click()

    page.goto(f"{service.base_url}/dashboard?job=1")
    expect(page.locator("#plan-note")).to_contain_text("This job has no interview plan.")
    positions = len(fake.account.positions)
    click(page.get_by_role("link", name="Make a Plan"))
    expect(page.locator(".plan-beginning")).to_contain_text("This job has no interview plan yet")
    assert at_every_width(page, "plan_begin", NARROW) == {}
    click(page.get_by_role("button", name="Draft From Job Description"))
    expect(page.locator("#plan-publish")).to_be_focused()
    assert 5 <= len(order(page)) <= 8
    expect(card(page, 1)).to_contain_text("Why: ")
    expect(page.locator("#plan-problems")).to_be_empty()
    click(page.get_by_role("button", name="Publish…"))
    dialog = page.get_by_role("dialog", name="Publish the plan")
    for said in ("A new position", "Everyone you invite after that gets this version", "It costs nothing"):
        expect(dialog).to_contain_text(said)
    assert at_every_width(page, "plan_publish", NARROW) == {}
    # A double click is one publishing.
    clicks += 1
    dialog.get_by_role("button", name="Publish Version 1").dblclick()
    expect(page.locator("#plan-published")).to_contain_text("Version 1 is published")
    assert clicks <= MAX_CLICKS
    assert len(fake.account.positions) == positions + 1
    assert len(service.ask("/api/jobs/1/plan/versions")["items"]) == 1
    expect(page.locator(".plan-state")).to_contain_text("Published: version 1")
    page.get_by_role("button", name="Publish…").click()
    expect(dialog).to_contain_text("Nothing has changed since version 1 was published.")
    expect(dialog.get_by_role("button", name=re.compile("^Publish Version"))).to_have_count(0)
    dialog.get_by_role("button", name="Back to Plan").click()
    page.get_by_role("button", name="Invite Candidates").click()
    expect(page.locator("#plan-note")).to_be_empty()

    ask_to_invite(page, page.locator("#candidates tbody tr").first)
    expect(page.locator("#status-counts")).to_contain_text("1 not answered")
    page.get_by_role("button", name="Plan", exact=True).click()
    title(page, 1).fill("Which of your systems has carried the most?")
    expect(page.locator(".plan-state")).to_contain_text("Changed since it was published; version 1 in use")
    page.get_by_role("button", name="Publish…").click()
    expect(dialog).to_contain_text("One candidate who was invited before keeps the earlier version")
    dialog.get_by_text("What is different from version 1").click()
    expect(dialog.locator("ins").first).to_contain_text("Which of your systems")
    dialog.get_by_role("button", name="Publish Version 2").click()
    expect(page.locator("#plan-published")).to_contain_text("Version 2 is published")
    page.get_by_role("button", name="Versions").click()
    versions = page.get_by_role("dialog", name="Versions of the plan")
    expect(versions.locator("li[data-version='1']")).to_contain_text("1 candidate invited with it")
    versions.get_by_role("button", name="Show what version 2 changed").click()
    expect(versions.locator("del").first).to_be_visible()
    expect(versions.locator("ins").first).to_contain_text("Which of your systems")
    assert at_every_width(page, "plan_versions", NARROW) == {}
    versions.get_by_role("button", name="Use version 1 as the draft").click()
    expect(page.locator("#plan-frame")).to_contain_text("The draft is version 1 again.")
    assert watch.errors == watch.foreign == []


def test_questions_can_be_ordered_weighted_and_written_by_keyboard(page: Page, planned: RunningService) -> None:
    keyboard = Keyboard(page)
    first, second = order(page)
    live = page.locator("#live")
    keyboard.press(page.get_by_role("link", name="Skip to the candidates"))
    keyboard.press(page.get_by_role("button", name="Move question 1 of 2"), "ArrowDown")
    expect(live).to_have_text(f"Moved to place 2 of 2: {first}")
    assert order(page) == [second, first]
    page.keyboard.press("ArrowDown")
    expect(live).to_have_text("Already the last question.")
    page.keyboard.press("Home")
    assert order(page) == [first, second]

    assert shares(page) == [60, 40]
    keyboard.press(page.get_by_role("slider", name="Boundary between Technical skills and Ownership"), "ArrowLeft")
    page.keyboard.press("PageUp")
    assert shares(page) == [64, 36]
    keyboard.press(page.get_by_role("button", name="Add Competency"))
    page.keyboard.type("Calm")
    assert sum(shares(page)) == 100
    assert len(shares(page)) == 3
    keyboard.reach(page.get_by_label("Share of New competency in per cent"))
    page.keyboard.press("Control+A")
    page.keyboard.type("20")
    assert shares(page)[2] == 20
    assert sum(shares(page)) == 100

    keyboard.press(page.get_by_role("button", name="Write Your Own"))
    page.keyboard.insert_text("How do you stay calm when everything fails at once?")
    own = card(page, 3)
    keyboard.reach(own.get_by_label("About"))
    page.keyboard.press("End")
    keyboard.press(own.get_by_role("button", name="Add Key Point"))
    page.keyboard.insert_text("made a list of what is known")
    page.keyboard.press("Tab")
    page.keyboard.insert_text("wrote down the facts, listed what we knew")
    keyboard.reach(own.get_by_label("5 · Strong"))
    page.keyboard.insert_text("Orders the facts and hands out the work.")
    eventually(lambda: draft_of(planned)["questions"][2:3] and draft_of(planned)["questions"][2]["anchors"]["5"])
    question = draft_of(planned)["questions"][2]
    calm = draft_of(planned)["competencies"][2]
    assert (question["competency"], calm["name"], calm["weight"]) == (calm["id"], "Calm", 20)
    assert question["key_points"] == [["made a list of what is known", "wrote down the facts", "listed what we knew"]]
    # All of what an answer is scored by can be read.
    for width in (1440, 1024, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert own.locator(".wordings textarea").evaluate_all(_HIDES_TEXT) == []
    page.set_viewport_size({"width": 1440, "height": 900})

    keyboard.press(own.get_by_role("button", name="Try an Answer"))
    page.keyboard.insert_text("First I made a list of what is known, then I gave everybody one thing to check.")
    page.keyboard.press("Control+Enter")
    outcome = own.locator(".try-outcome")
    expect(outcome).to_contain_text("made a list of what is known")
    expect(outcome).to_contain_text("of 100")
    keyboard.press(own.get_by_role("button", name="Delete"))
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    expect(page.locator(".plan-deleted")).to_contain_text("How do you stay calm")
    page.keyboard.press("Enter")
    assert order(page)[2] == "How do you stay calm when everything fails at once?"


def test_a_question_is_dragged_and_tried_and_each_problem_links_to_its_field(
    page: Page, planned: RunningService
) -> None:
    first, second = order(page)
    card(page, 2).get_by_role("button", name="Edit", exact=True).scroll_into_view_if_needed()
    handle, target = card(page, 2).locator(".drag-handle").bounding_box(), card(page, 1).bounding_box()
    assert handle
    assert target
    page.mouse.move(handle["x"] + 8, handle["y"] + 8)
    page.mouse.down()
    page.mouse.move(target["x"] + 20, target["y"] + 30, steps=4)
    expect(card(page, 1)).to_have_class(re.compile("drop-before"))
    page.mouse.up()
    assert order(page) == [second, first]
    eventually(lambda: [question["title"] for question in draft_of(planned)["questions"]] == [second, first])

    one = opened(page, 2)
    one.get_by_label("Answer to try").fill("I read the logs and found the root cause: a lock nobody released.")
    one.get_by_role("button", name="Score Answer").click()
    outcome = one.locator(".try-outcome")
    expect(outcome.locator(".found")).to_contain_text("found the root cause")
    expect(outcome.locator(".missing")).to_contain_text("measured the result")
    outcome.get_by_text(re.compile("^How [0-9.]+ adds up$")).click()
    expect(outcome.locator("table")).to_contain_text("Reached")
    # The points add up to the score.
    expect(outcome.locator("tfoot .figure")).to_have_text(outcome.locator(".total-score").inner_text())
    assert at_every_width(page, "plan_try", NARROW) == {}
    one.get_by_label("Key point 2: What a strong answer covers").fill("a lock nobody released")
    expect(outcome).to_contain_text("The question has changed since.")
    one.get_by_role("button", name="Score Answer").click()
    expect(outcome.locator(".found")).to_contain_text("a lock nobody released")

    title(page, 2).fill("How old are you, and do you plan to have children?")
    warning = card(page, 2).locator(".card-warning")
    expect(warning.first).to_contain_text("How old are you")
    title(page, 1).fill("")
    problems = page.locator("#plan-problems")
    problems.get_by_role("button", name="Question 1: The question needs a title.").click()
    expect(title(page, 1)).to_be_focused()
    expect(title(page, 1)).to_have_attribute("aria-invalid", "true")
    page.get_by_role("button", name="Publish…").click()
    expect(page.get_by_role("dialog", name="Publish the plan")).to_contain_text("One problem stops publishing")
    page.get_by_role("button", name="Back to Plan").click()
    assert at_every_width(page, "plan_problems", NARROW) == {}


def test_questions_are_added_from_the_library_a_file_and_a_position(
    page: Page, planned: RunningService, tmp_path: Path
) -> None:
    page.get_by_role("button", name="Add From Library").click()
    library = page.get_by_role("dialog", name="Add questions from the library")
    library.get_by_label("Search").fill("conflict")
    library.get_by_label("Role").select_option("general")
    found = library.locator(".library-question")
    expect(found.first.get_by_role("button", name="Add")).to_be_visible()
    assert at_every_width(page, "plan_library", NARROW) == {}
    added = found.first.locator(".library-title").inner_text()
    found.first.get_by_role("button", name="Add").click()
    expect(found.first.get_by_role("button")).to_have_text("✓ In the Plan")
    library.get_by_label("Search").fill("nothing of that kind at all")
    expect(library.get_by_role("status")).to_contain_text("No question matches.")
    library.get_by_role("button", name="Done").click()
    assert order(page)[2] == added
    expect(save_status(page)).to_contain_text("Saved")

    page.get_by_text("More", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as a File").click()
    kept = json.loads(Path(download.value.path()).read_text("utf-8"))
    assert kept == draft_of(planned)
    kept["questions"].reverse()
    kept["questions"][0]["title"] = HOSTILE
    for content, said in ((json.dumps(kept), "The draft is the uploaded plan now."), ("{", "is not a plan")):
        file = tmp_path / "plan.json"
        file.write_text(content, "utf-8")
        page.get_by_text("More", exact=True).click()
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Upload a File").click()
        chooser.value.set_files(file)
        expect(page.locator("#plan-report-place")).to_contain_text(said)
        assert order(page)[0] == HOSTILE
    assert draft_of(planned)["questions"][0]["title"] == HOSTILE

    page.get_by_text("More", exact=True).click()
    page.get_by_role("button", name="Import From Hireflix").click()
    dialog = page.get_by_role("dialog", name="Import from a Hireflix position")
    dialog.get_by_role("button", name="Import Questions").click()
    dialog.get_by_role("button", name=re.compile(r"Add \d+ Question")).click()
    expect(page.locator("#plan-report-place")).to_contain_text("added at the end")
    many = len(order(page))
    assert many > 3
    page.get_by_role("button", name="Undo").click()
    assert len(order(page)) == 3
    page.get_by_role("button", name="Preview").click()
    preview = page.get_by_role("dialog", name="What the candidate sees")
    expect(preview).to_contain_text(HOSTILE)
    expect(preview).not_to_contain_text("root cause")
    assert at_every_width(page, "plan_preview", NARROW) == {}
    assert page.locator('img[src="x"]').count() == 0
