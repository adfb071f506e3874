"""The desk in German and Spanish: everything a recruiter reads on the way from Today to a comparison."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache

from playwright.sync_api import Browser, Page, expect

from desk_texts import not_yet
from desk_texts.catalogue import entries
from fakes.axe import violations
from fakes.browser_watch import Watch
from fakes.reader_language import ask_for_language
from fakes.running_service import RunningService
from fakes.screenshots import picture
from tener_interview.web.text_catalogue import key_of

WIDTHS = (768, 390, 1440)
#: Where axe looks in German, whose words are the longest: where most controls are close together. The rest is as in
#: English, which test_every_page judges.
JUDGED = ("candidates", "scorecard")
#: What people see or hear, outside of what is marked as English: text nodes and attributes of visible elements.
_READ = """() => {
  const texts = [];
  const shown = (node) => node.checkVisibility({ visibilityProperty: true }) && !node.closest('[lang="en"]');
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!["SCRIPT", "STYLE"].includes(parent.tagName) && shown(parent)) texts.push(walker.currentNode.data);
  }
  for (const node of document.querySelectorAll("[aria-label], [placeholder], [title]")) {
    if (!shown(node)) continue;
    for (const name of ["aria-label", "placeholder", "title"]) texts.push(node.getAttribute(name) ?? "");
  }
  return [...texts, document.title].map((text) => text.trim()).filter(Boolean);
}"""


def english_left(page: Page, language: str) -> list[str]:
    """What is still read in English: texts of the catalogue that this language says otherwise."""
    translated, english, forms = texts_of(language)
    read = set(page.evaluate(_READ)) - translated
    return sorted(text for text in read if text in english or any(form.fullmatch(text) for form in forms))


@cache
def texts_of(language: str) -> tuple[frozenset[str], frozenset[str], list[re.Pattern[str]]]:
    """What this language says; what it says otherwise than English, and the forms of that which has gaps."""
    translated = frozenset(key_of(entry[language]) for entry in entries())
    english = frozenset(key_of(entry["en"]) for entry in entries()) - translated
    forms = []
    for text in english:
        # One or two words beside what is filled in would fit names, too.
        if "{" in text and len(re.findall(r"[^\W\d]+", re.sub(r"\{\w+\}", "", text))) > 2:
            forms.append(re.compile(re.sub(r"\\{\w+\\}", "(.+)", re.escape(text))))
    return translated, english, forms


def visit_desk_pages(page: Page) -> Iterator[str]:
    """Go through the desk as a recruiter does; yields where the page is."""
    page.locator("#today-link").click()
    expect(page.locator(".today-row").first).to_be_visible()
    yield "today"
    page.locator("#jobs-list a[data-job-id='1']").click()
    expect(page.locator("#candidates tbody tr")).to_have_count(12)
    yield "candidates"
    page.locator("#leaderboard-button").click()
    expect(page.locator("#leaderboard .total-score").first).to_be_visible()
    yield "leaderboard"
    page.locator("#leaderboard .open-scorecard").first.click()
    expect(page.locator("#scorecard-body")).not_to_be_empty()
    expect(page.locator("#scorecard [aria-busy]")).to_have_count(0)
    page.locator("#total-breakdown > summary").click()
    expect(page.locator("#total-breakdown tfoot")).to_be_visible()
    yield "scorecard"
    page.keyboard.press("Escape")
    page.locator("#compare-best").click()
    expect(page.locator("#comparison-frame")).to_be_visible()
    yield "comparison"


def test_pages_in_german_and_spanish_have_no_english_text_and_no_overflow(
    page: Page, interviewed: RunningService
) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    watch = Watch(page.context, interviewed.base_url)
    ask_for_language(page, "de-AT")
    wrong: dict[str, object] = {}
    page.goto(f"{interviewed.base_url}/dashboard")
    for language in ("de", "es"):
        for place in visit_desk_pages(page):
            assert page.locator("html").get_attribute("lang") == language
            if place == "scorecard" and language == "de":
                expect(page.locator("#scorecard-about")).to_contain_text(re.compile(r"beendet \d+\.\d+\.20\d\d"))
            is_translated = place not in ("scorecard", "comparison") or not not_yet.SCRIPTS
            if is_translated and (left := english_left(page, language)):
                wrong[f"{place} in {language}"] = left
            if language == "de" and place in JUDGED and (found := violations(page)):
                wrong[f"{place}, axe"] = found
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                picture(page, f"{place}_{language}_{width}")
                if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                    wrong[f"{place} in {language} at {width}"] = "wider than the screen"
        if language == "de":
            # Numbers in the reader's own form, as dates are on the scorecard.
            expect(page.locator("#comparison-frame")).to_contain_text(re.compile(r"\d,\d"))
            page.locator("#candidates-button").click()
            page.locator("#invite-spreadsheet").click()
            page.get_by_role("dialog").get_by_role("textbox").first.fill("99\tJane Doe\n1\tAnn Other\n1\tAnn Other")
            for said in ("Gelesen: ID in Spalte 1, Name in Spalte 2.", "aber Jane Doe ist hier 42.",
                         "99, wie in der Liste", "Dieselbe ID steht schon in Zeile 2."):
                expect(page.get_by_role("dialog")).to_contain_text(said)
            page.get_by_role("button", name="Leeren").click()
            page.keyboard.press("Escape")
            page.locator("select[data-language]").select_option("es")
            expect(page.locator("html")).to_have_attribute("lang", "es")
            expect(page.locator("#candidates-button")).to_have_text("Candidatos")
    assert wrong == {}, wrong
    assert (watch.errors, watch.foreign) == ([], [])


def test_a_time_that_ends_in_a_full_stop_ends_its_sentence(browser: Browser, interviewed: RunningService) -> None:
    # A window of its own: its clock stands still for all its pages.
    context = browser.new_context(locale="es-MX")
    page = context.new_page()
    for hours in (0, 1):
        page.clock.set_fixed_time(datetime.now(UTC) + timedelta(hours=hours))
        page.goto(f"{interviewed.base_url}/dashboard")
        expect(page.locator(".today-row").first).to_be_visible()
    expect(page.get_by_text("desde su última visita")).to_have_text(re.compile(r"[ap]\.\s?m\.$"))
    context.close()
