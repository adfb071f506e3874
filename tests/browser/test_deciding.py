"""Deciding: the leaderboard sorted, filtered, printed and downloaded; candidates side by side; scorecards in turn."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from fakes.axe import violations
from fakes.browser_watch import Watch
from fakes.list_page import filter_by, of_the_job, of_the_scorecard, open_scorecard
from fakes.reader_language import ask_for_language
from fakes.running_service import RunningService, demo_environ
from fakes.screenshots import NARROW, at_every_width, picture
from fakes.service_in_process import service_in_process
from fakes.stored import opened
from tener_interview.scorecards import interview

LEADERBOARD = "/dashboard?job=1&view=leaderboard"
HOSTILE = '<img src=x onerror="document.title=1"> </td><script>document.title=2</script>'


def interviewed(service: RunningService, *candidate_ids: int) -> list[Any]:
    """The leaderboard once these candidates of job 1 have finished and are scored."""
    service.ask("/api/steps/interview", {"job_id": 1, "candidate_ids": candidate_ids})
    for _ in range(2):
        service.ask("/api/admin/jobs/1/sessions/refresh", {"force": True})
    items: list[Any] = service.ask("/api/jobs/1/interview-leaderboard")["items"]
    return items


def rows(page: Page) -> Locator:
    return page.locator("#leaderboard tbody tr[data-candidate-id]")


def listed_candidates(page: Page) -> list[int]:
    """The candidates on the leaderboard, as they stand there."""
    return [int(item.get_attribute("data-candidate-id") or 0) for item in rows(page).all()]


def sort_by(page: Page, heading: str) -> Locator:
    """Press a heading; its cell."""
    page.locator("#leaderboard thead").get_by_role("button", name=heading, exact=True).click()
    return page.locator("#leaderboard thead th").filter(has_text=heading)


def test_sorting_and_filters_of_the_leaderboard_are_kept_in_the_url(page: Page, demo: RunningService) -> None:
    items = interviewed(demo, 42, 43, 44, 49, 52)
    page.goto(demo.base_url + LEADERBOARD)
    expect(rows(page)).to_have_count(5)
    assert listed_candidates(page) == [item["candidate_id"] for item in items]

    by_technical = sorted(items, key=lambda item: -item["technical_score"])
    expect(sort_by(page, "Hard skills")).to_have_attribute("aria-sort", "descending")
    expect(page.locator("#live")).to_have_text("5 found, by hard skills, descending.")
    expect(rows(page).first).to_have_attribute("data-candidate-id", str(by_technical[0]["candidate_id"]))
    assert listed_candidates(page) == [item["candidate_id"] for item in by_technical]
    expect(sort_by(page, "Hard skills")).to_have_attribute("aria-sort", "ascending")
    expect(rows(page).first).to_have_attribute("data-candidate-id", str(by_technical[-1]["candidate_id"]))
    first = rows(page).first.locator(".rank")
    expect(first).to_have_text(str(by_technical[-1]["rank"]))

    wanted = items[0]["pass_recommendation"]
    filter_by(page, "recommendation", wanted)
    left = [item["candidate_id"] for item in by_technical[::-1] if item["pass_recommendation"] == wanted]
    expect(rows(page)).to_have_count(len(left))
    page.reload()
    expect(rows(page)).to_have_count(len(left))
    assert listed_candidates(page) == left
    expect(page.get_by_label("Recommendation", exact=True)).to_have_value(wanted)
    assert sheet(page) == left

    filter_by(page, "state", "canceled")
    expect(page.locator("#leaderboard-report")).to_contain_text("No candidates match.")
    page.get_by_role("button", name="Clear Filters").click()
    expect(rows(page)).to_have_count(5)
    expect(page.get_by_role("button", name="Filters")).to_be_focused()
    page.go_back()
    page.get_by_role("button", name="Show Everybody").click()
    expect(rows(page)).to_have_count(5)
    expect(page.get_by_role("searchbox", name="Search candidates")).to_be_focused()


def sheet(page: Page) -> list[int]:
    """The candidates in the file that the page offers."""
    with page.expect_download() as download:
        of_the_job(page, "Download as CSV")
    text = Path(download.value.path()).read_text("utf-8-sig")
    return [int(item["Candidate id"]) for item in csv.DictReader(io.StringIO(text))]


def test_the_leaderboard_can_be_read_page_by_page(page: Page, demo: RunningService) -> None:
    people = [{"candidate_id": 1000 + place, "candidate_name": f"Person {place:03}"} for place in range(60)]
    demo.ask("/api/steps/interview", {"job_id": 1, "candidates": people})
    page.goto(f"{demo.base_url}{LEADERBOARD}&sort=candidate_name")
    expect(rows(page)).to_have_count(50)
    expect(page.locator("#leaderboard-pager")).to_contain_text("1–50 of 60 candidates")  # noqa: RUF001
    page.locator("#leaderboard-pager").get_by_role("button", name="Next").click()
    expect(rows(page)).to_have_count(10)
    expect(rows(page).first).to_contain_text("Person 050")
    page.reload()
    expect(rows(page)).to_have_count(10)


def test_candidates_without_a_total_are_in_sections_and_equal_totals_share_a_rank(
    page: Page, demo: RunningService, tmp_path: Path
) -> None:
    items = interviewed(demo, 42, 43, 44, 49)
    best, second, third, last = (item["candidate_id"] for item in items)
    why = "The answers are in a language we do not support or recognise, so they cannot be scored."
    (database,) = tmp_path.rglob("*.sqlite3")
    with opened(database) as db:
        db.execute("UPDATE interview_sessions SET total_score = 61 WHERE candidate_id IN (?, ?)", (second, third))
        db.execute(
            "UPDATE interview_sessions SET status = 'completed', review_reason = ?, total_score = NULL,"
            " pass_recommendation = NULL WHERE candidate_id = ?", (why, last),
        )
    demo.ask("/api/steps/interview", {"job_id": 1, "candidate_ids": [52, 66]})
    with opened(database) as db:
        db.execute("UPDATE interview_sessions SET link_expires_at = 1000 WHERE candidate_id = 66")
    page.goto(demo.base_url + LEADERBOARD)
    ranks: list[str | re.Pattern[str]] = ["1", *["2=, shared"] * 2, *[re.compile("No rank without a total")] * 3]
    expect(rows(page).locator(".rank")).to_have_text(ranks)
    expect(page.locator("#leaderboard tr.group")).to_have_text([
        "Rank 2: the same total", "Needs a human look 1",
        "Waiting for the interview or its scores 1 · by when the link runs out", "Ended without a score 1",
    ])
    assert listed_candidates(page) == [best, *sorted((second, third)), last, 52, 66]
    expect(page.locator("#status-counts")).to_contain_text("1 needs a human look")
    expect(page.locator("#status-counts")).to_contain_text("1 ended without a score")
    expect(rows(page).nth(3)).to_contain_text(why)
    assert at_every_width(page, "leaderboard_groups", NARROW) == {}
    page.get_by_role("link", name="1 needs a human look").click()
    expect(rows(page)).to_have_count(1)
    open_scorecard(rows(page))
    expect(page.locator("#scorecard-review")).to_contain_text(why)
    expect(page.locator(".timeline")).to_contain_text("The candidate finished")
    of_the_scorecard(page, "Rescore")
    dialog = page.get_by_role("dialog", name="Rescore")
    expect(dialog).to_contain_text("The stored transcript of")
    # Among the candidates that group is part of those by status, and says so.
    page.goto(f"{demo.base_url}/dashboard?job=1")
    expect(page.locator("#status-counts li").last).to_have_text("1 of them needs a human look")


def test_the_csv_download_has_the_delimiter_of_the_browsers_country(page: Page, demo: RunningService) -> None:
    total = interviewed(demo, 42)[0]["total_score"]
    ask_for_language(page, "de-DE")
    page.goto(demo.base_url + LEADERBOARD)
    expect(rows(page)).to_have_count(1)
    with page.expect_download() as download:
        of_the_job(page, "Als CSV herunterladen")
    text = Path(download.value.path()).read_bytes().decode("utf-8")
    assert text.startswith("\ufeffRank;Candidate id;")
    assert str(total).replace(".", ",") in text


def test_scores_closer_than_their_uncertainty_are_grouped_and_printed_without_buttons(
    page: Page, demo: RunningService
) -> None:
    interviewed(demo, 42, 43, 44, 49, 52, 56, 58)
    items = demo.ask("/api/jobs/1/interview-leaderboard?candidates=true")["items"]
    page.goto(demo.base_url + LEADERBOARD)
    expect(rows(page)).to_have_count(len(items))
    groups = {item["close_group"] for item in items} - {None}
    assert groups
    expect(page.locator("#leaderboard tr[data-group=close]")).to_have_count(len(groups))
    for number in groups:
        ranks = [item["rank"] for item in items if item["close_group"] == number]
        joined = "and" if ranks[-1] == ranks[0] + 1 else "to"
        heading = f"Ranks {ranks[0]} {joined} {ranks[-1]}: too close to tell apart"
        expect(page.locator("#leaderboard tr[data-group=close]", has_text=heading)).to_have_count(1)
    for item, row in zip(items, rows(page).all(), strict=True):
        assert ("close" in (row.get_attribute("class") or "").split()) == (item["close_group"] is not None)
    sort_by(page, "Soft skills")
    expect(page.locator("#leaderboard tr.group")).to_have_count(0)
    page.emulate_media(media="print")
    expect(page.locator(".print-heading")).to_contain_text("by soft skills, descending")
    expect(page.locator("#leaderboard")).to_be_visible()
    for hidden in (".toolbar", ".jobs", "#list-controls", "#leaderboard .actions .button >> nth=0"):
        expect(page.locator(hidden)).to_be_hidden()
    cut = "names => names.filter(name => name.scrollWidth > name.clientWidth + 1).map(name => name.textContent)"
    assert page.locator("#leaderboard .name").evaluate_all(cut) == []
    names, headings = page.locator("#leaderboard .name"), page.get_by_role("columnheader", name="Candidate")
    assert (name := names.first.bounding_box()) is not None
    assert (column := headings.bounding_box()) is not None
    assert abs(name["x"] - column["x"]) < 2
    picture(page, "leaderboard_print")


def test_selected_candidates_are_compared_side_by_side(context: BrowserContext, demo: RunningService) -> None:
    items = interviewed(demo, 42, 43, 44, 49, 52, 56)
    watch = Watch(context, demo.base_url)
    page = context.new_page()
    page.goto(demo.base_url + LEADERBOARD)
    ticks = rows(page).locator(".select-cell input")
    bar = page.locator("#selection-bar")
    compare = bar.get_by_role("button", name="Compare")
    ticks.nth(0).check()
    expect(compare).to_have_count(0)
    ticks.nth(5).click(modifiers=["Shift"])
    expect(bar).to_contain_text("6 selected")
    expect(compare).to_have_count(0)
    for place in (3, 4, 5):
        ticks.nth(place).uncheck()
    compare.click()
    comparison = page.locator("#comparison")
    names = comparison.locator("thead .name")
    expect(names).to_have_text([item["candidate_name"] for item in items[:3]])
    ids = ",".join(str(item["candidate_id"]) for item in items[:3])
    answer = demo.ask(f"/api/jobs/1/compare?candidate_ids={ids}")
    questions = comparison.locator(".question-group")
    apart = [
        question for question in answer["questions"]
        if any(cell["standing"] is None and cell["answer"]["score"] is not None for cell in question["answers"])
    ]
    level = len(answer["questions"]) - len(apart)
    assert apart
    assert level
    # What differs comes first, the widest apart at the top; what does not is folded.
    expect(questions).to_have_count(len(apart))
    widths = [float(label.split()[0]) for label in questions.locator("th.label").all_inner_texts()]
    assert widths == sorted(widths, reverse=True)
    expect(comparison.locator("td.highest, td.ahead").first).to_contain_text(re.compile("Highest|Clearly ahead"))
    # The sentence counts what the table marks for whoever leads.
    verdict = page.locator("#comparison-verdict .verdict")
    expect(verdict).to_contain_text(f"{items[0]['candidate_name']} is clearly ahead.")
    counts = {mark: questions.locator(f"td.{mark}:nth-child(2)").count() for mark in ("ahead", "highest", "behind")}
    assert counts["ahead"] + counts["highest"]
    for mark, words in (
        ("ahead", "ahead of all others"), ("highest", "ahead of some"), ("behind", "behind the highest"),
    ):
        said = re.compile(rf"Clearly {words} in: [^.]*{counts[mark] or ''} of {len(answer['questions'])} questions\.")
        (expect(verdict).to_contain_text if counts[mark] else expect(verdict).not_to_contain_text)(said)
    expect(comparison.locator(".transcript")).to_have_count(0)
    page.get_by_role("button", name=re.compile(f"^{level} questions? without a clear difference")).press("Enter")
    expect(questions).to_have_count(len(answer["questions"]))
    questions.first.get_by_role("button", name="Answers").press("Enter")
    expect(questions.first.get_by_role("button", name="Hide Answers")).to_be_focused()
    expect(comparison.locator(".transcript mark").first).to_be_visible()
    expect(comparison.locator(".transcript")).to_have_count(3)
    # What was found is said as on a scorecard: under its headings, and with names for other candidates.
    expect(comparison.locator(".compared-answers")).to_contain_text("What helped")
    expect(comparison.locator(".compared-answers")).not_to_contain_text("as the answer of candidate")
    assert at_every_width(page, "comparison", NARROW) == {}

    page.reload()
    expect(names).to_have_count(3)
    comparison.get_by_role("button", name="Remove").nth(1).click()
    expect(names).to_have_text([items[0]["candidate_name"], items[2]["candidate_name"]])
    comparison.get_by_role("button", name="Scorecard").nth(1).click()
    expect(page.locator("#scorecard-title")).to_have_text(items[2]["candidate_name"])
    page.keyboard.press("Escape")
    expect(comparison.get_by_role("button", name="Scorecard").nth(1)).to_be_focused()
    page.get_by_role("button", name="Back to Leaderboard").click()
    expect(ticks.first).to_be_visible()
    # At once, not when the list is next brought up to date.
    assert rows(page).locator(".select-cell input:checked").count() == 2
    assert watch.errors == []


def test_a_comparison_without_candidates_says_how_to_select_some(page: Page, demo: RunningService) -> None:
    page.goto(f"{demo.base_url}/dashboard?job=1&view=comparison")
    expect(page.locator("#comparison-report")).to_contain_text("Select 2 to 5 candidates on the leaderboard")
    page.goto(f"{demo.base_url}/dashboard?job=1&view=comparison&compare=42,43")
    expect(page.locator("#comparison-report .problem")).to_contain_text("CANDIDATE_NOT_FOUND")
    assert violations(page) == []


def test_the_arrow_keys_move_between_scorecards(page: Page, demo: RunningService) -> None:
    items = interviewed(demo, 42, 43, 44)
    names = [item["candidate_name"] for item in items]
    page.goto(demo.base_url + LEADERBOARD)
    open_scorecard(rows(page).nth(0))
    title = page.locator("#scorecard-title")
    expect(title).to_have_text(names[0])
    page.keyboard.press("ArrowLeft")
    expect(title).to_have_text(names[0])
    page.keyboard.press("ArrowRight")
    expect(title).to_have_text(names[1])
    expect(page.locator("#scorecard-position")).to_have_text("2 of 3")
    expect(page.locator("#live")).to_have_text(f"{names[1]}, 2 of 3")
    page.get_by_role("button", name="Next candidate").click()
    expect(title).to_have_text(names[2])
    go_through_the_questions(page)
    page.reload()
    expect(title).to_have_text(names[2])
    page.get_by_role("button", name="Previous candidate").click()
    expect(title).to_have_text(names[1])
    page.keyboard.press("Escape")
    expect(page.locator("#scorecard")).to_be_hidden()
    expect(rows(page).nth(1).locator(".open-scorecard")).to_be_focused()


def go_through_the_questions(page: Page) -> None:
    """One answer is on one screen; digits, comma and full stop go to another, which the next candidate begins with."""
    page.set_viewport_size({"width": 1440, "height": 900})
    listed_candidates = page.locator("#scorecard .question")
    expect(page.locator("#scorecard-headline")).to_contain_text(".")
    for key, place in (("3", 2), (".", 3), (",", 2), ("9", 2)):
        page.keyboard.press(key)
        expect(listed_candidates).to_have_attribute("data-question-index", str(place))
        assert (box := listed_candidates.bounding_box()) is not None
        assert box["y"] + box["height"] < 900, key
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#scorecard-position")).to_have_text("2 of 3")
    expect(listed_candidates).to_have_attribute("data-question-index", "2")
    listed_candidates.get_by_role("button").first.press("Enter")
    expect(listed_candidates.locator("mark.current-passage")).to_be_visible()
    fold = page.locator("#total-breakdown")
    fold.locator("summary").click()
    points = [float(text) for text in fold.locator(".sum-part td:last-child").all_inner_texts()]
    total = page.locator("#scorecard-bar .scorecard-total").inner_text().split()[-1]
    assert f"{sum(points):.1f}" == total == fold.locator("tfoot td").inner_text()
    page.get_by_role("button", name="Next candidate").click()
    expect(page.locator("#scorecard-position")).to_have_text("3 of 3")


@pytest.fixture
def changeable(port: int, tmp_path: Path, criteria: Path) -> Iterator[RunningService]:
    """Demo mode by those criteria."""
    variable = {"TENER_INTERVIEW_TRANSCRIPTION_SCORING_CRITERIA_PATH": str(criteria)}
    with service_in_process(demo_environ(tmp_path, port, **variable)) as service:
        yield service


def fail(*_interview: Any) -> Any:
    raise ZeroDivisionError


def test_rescoring_is_previewed_before_it_changes_results_and_names_who_could_not_be_scored(
    page: Page, changeable: RunningService, criteria: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (item,) = interviewed(changeable, 49)
    page.goto(changeable.base_url + LEADERBOARD)
    of_the_job(page, "Rescore")
    dialog = page.get_by_role("dialog", name="Rescore")
    expect(dialog).to_contain_text("Nothing would change")
    dialog.get_by_role("button", name="Close").click()

    with monkeypatch.context() as broken:
        broken.setattr(interview, "score_interview", fail)
        of_the_job(page, "Rescore")
        expect(dialog).to_contain_text("1 interview could not be scored and keeps its result.")
        expect(dialog.locator("li")).to_have_text(item["candidate_name"])
        expect(dialog.get_by_role("button", name="Rescore 1")).to_have_count(0)
        dialog.get_by_role("button", name="Close").click()

    document = json.loads(criteria.read_text("utf-8"))
    document["version"] = "stricter"
    document["question_rules"][0]["required_keywords"] = ["forklift"]
    criteria.write_text(json.dumps(document), "utf-8")
    of_the_job(page, "Rescore")
    expect(dialog).to_contain_text("1 interview of 1 would change.")
    expect(dialog).to_contain_text("Criteria stricter")
    expect(dialog).to_contain_text("The criteria changed from 4 to stricter: they expect other content")
    expect(dialog.locator("tbody tr")).to_contain_text(re.compile(r"[+\u2212]\d+\.\d"))
    assert violations(page) == []
    (before,) = changeable.ask("/api/jobs/1/interview-leaderboard")["items"]
    assert before["total_score"] == item["total_score"], "looking has changed something"
    dialog.get_by_role("button", name="Rescore 1 Interview").click()
    expect(dialog.locator(".notice")).to_contain_text("1 interview rescored.")
    dialog.get_by_role("button", name="Close").click()
    (after,) = changeable.ask("/api/jobs/1/interview-leaderboard")["items"]
    expect(rows(page).locator(".total-score")).to_have_text(f"{after['total_score']:.1f}")

    open_scorecard(rows(page))
    page.locator("#result-details > summary").click()
    page.get_by_text("2 results").click()
    page.get_by_role("button", name="Show result 1").click()
    expect(page.locator("#scorecard")).to_contain_text("This is result 1.")
    expect(page.locator("#scorecard-bar .scorecard-total")).to_contain_text(f"{item['total_score']:.1f}")
    page.get_by_role("button", name="Show Latest").click()
    expect(page.locator("#scorecard-bar .scorecard-total")).to_contain_text(f"{after['total_score']:.1f}")


def test_html_in_names_and_answers_is_shown_as_text_everywhere(
    context: BrowserContext, demo: RunningService
) -> None:
    watch = Watch(context, demo.base_url)
    candidate = context.new_page()
    for candidate_id in (42, 43):
        start = {"job_id": 1, "candidate_id": candidate_id, "candidate_name": f"{HOSTILE} {candidate_id}"}
        candidate.goto(demo.ask("/api/interviews/sessions/start", start)["entry_url"])
        candidate.get_by_role("textbox").nth(0).fill(f"{HOSTILE} I measured the slow endpoint and added an index.")
        candidate.get_by_role("button", name="Send Answers").click()
        expect(candidate.get_by_role("status")).to_contain_text("Your answers have been received")
    demo.ask("/api/admin/jobs/1/sessions/refresh", {"force": True})
    page = context.new_page()
    page.goto(demo.base_url + LEADERBOARD)
    expect(rows(page).first.locator(".name")).to_contain_text(HOSTILE)
    page.locator("#leaderboard").get_by_label("Select everyone on this page").check()
    page.locator("#selection-bar").get_by_role("button", name="Compare 2").click()
    page.get_by_role("button", name="Show All Answers").click()
    expect(page.locator("#comparison .transcript").first).to_contain_text(HOSTILE)
    page.locator("#comparison").get_by_role("button", name="Scorecard").first.click()
    expect(page.locator("#scorecard .transcript").first).to_contain_text(HOSTILE)
    expect(page.locator("#scorecard-title")).to_contain_text(HOSTILE)
    assert page.locator('img[src="x"]').count() == 0
    expect(page).to_have_title("Senior Backend Engineer (Python) \u00b7 Comparison \u00b7 Tener Interview")
    assert watch.errors == []
    assert watch.foreign == []
