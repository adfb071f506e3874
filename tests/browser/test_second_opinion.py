"""A recruiter's desk with a language model: opinions beside the scores, interviews whose totals differ too much, a job
that is ranked by the model, and questions that it words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from fakes.browser_watch import Watch
from fakes.chat_server import ChatServer
from fakes.judges import first_words, read_request, reply
from fakes.judging import judge_settings
from fakes.list_page import of_the_job
from fakes.running_service import RunningService, demo_environ
from fakes.screenshots import NARROW, at_every_width
from fakes.service_in_process import service_in_process
from fakes.waiting import eventually


@contextmanager
def judged(port: int, tmp_path: Path, server: ChatServer) -> Iterator[RunningService]:
    with service_in_process({**demo_environ(tmp_path, port), **judge_settings(server, ROUNDS=2)}) as service:
        yield service


def leaderboard_items(service: RunningService) -> list[Any]:
    items: list[Any] = service.ask("/api/jobs/1/interview-leaderboard")["items"]
    return items


def judge(request: dict[str, Any]) -> str:
    """Words questions, and rates all answers as weak ones, which some are not."""
    system = request["messages"][0]["content"]
    if system.startswith("You word"):
        return json.dumps({"questions": [{
            "title": f"Tell us about release number {number} that you had to take back.", "dimension": dimension,
            "key_points": ["says what failed", "says what changed"], "weak": "Blames others.", "middling": "Mends it.",
            "strong": "Prevents it.", "why": "Releases are the job.",
        } for number, dimension in enumerate(("technical", "soft_skills", "culture_fit") * 3)]})
    asked = read_request(request)
    return reply(asked, 2 if request["seed"] == 1 else 1, quotes=(first_words(asked.answer),))


def test_judge_opinions_are_shown_beside_scores_and_large_differences_need_review(
    context: BrowserContext, page: Page, port: int, tmp_path: Path
) -> None:
    server = ChatServer(judge)
    with judged(port, tmp_path, server) as service:
        watch = Watch(context, service.base_url)
        service.ask("/api/steps/interview", {"job_id": 1, "candidate_ids": [42, 43, 44]})
        for _ in range(2):
            service.ask("/api/admin/jobs/1/sessions/refresh", {"force": True})
        page.goto(f"{service.base_url}/dashboard?job=1&view=leaderboard")
        rows = page.locator("#leaderboard tr[data-session-id]")
        expect(rows.filter(has_text="Language model").first).to_be_visible()
        eventually(lambda: all(item["judge_total"] for item in leaderboard_items(service)))
        page.reload()
        items = leaderboard_items(service)
        disputed = next(item for item in items if item["needs_review"])
        row = page.locator(f"#leaderboard tr[data-session-id='{disputed['session_id']}']")
        expect(row).to_contain_text("More than 20 points apart")
        assert at_every_width(page, "judge_leaderboard", NARROW) == {}

        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(f"{service.base_url}/dashboard?job=1&view=leaderboard&session={disputed['session_id']}")
        people = page.locator(".people-scores")
        expect(people).to_contain_text("Language model")
        expect(people).to_contain_text("Replies 15")
        headline = "this interview is not ranked until someone reviews, overrides or decides"
        expect(page.locator("#scorecard-headline")).to_contain_text(headline)
        opinion = page.locator("details.opinion").first
        opinion.locator("summary").click()
        for words in ("What it quotes", "asked 2 times", "A second opinion: it changes no score."):
            expect(opinion).to_contain_text(words)
        assert at_every_width(page, "judge_scorecard", NARROW) == {}
        page.set_viewport_size({"width": 1440, "height": 900})
        page.get_by_role("button", name="Close", exact=True).click()

        of_the_job(page, "Settings")
        dialog = page.get_by_role("dialog", name="Settings of this job")
        expect(dialog).to_contain_text("requests today")
        dialog.get_by_role("button", name="Ask About Earlier Interviews").click()
        expect(dialog).to_contain_text("It has judged every finished interview of this job.")
        dialog.get_by_role("radio", name="The language model").check()
        assert at_every_width(page, "judge_settings", NARROW) == {}
        dialog.get_by_role("button", name="Save Settings").click()
        expect(dialog).to_be_hidden()
        assert service.ask("/api/jobs/1/settings")["ranked_by"] == "judge"
        page.set_viewport_size({"width": 1440, "height": 900})

        page.goto(f"{service.base_url}/dashboard?job=1&view=plan")
        page.get_by_label("Worded by").select_option("model")
        page.get_by_role("button", name="Draft From Job Description").click()
        expect(page.locator(".plan-beginning")).to_have_count(0)
        expect(page.locator("body")).to_contain_text("Drafted by the language model fake-judge: Releases are the job.")
        assert server.faults == []
        assert watch.errors == []
    server.close()
