"""The page before the interview: what it says, that only its button begins, and what it gives away."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest

from fakes.client import Client, Reply
from fakes.clock import FakeClock
from fakes.front_door import HTML, SESSIONS, MakeApp, read_session, refused, score, start, token_of
from for_each import for_each
from tener_interview.api.candidate_texts import all_texts
from tener_interview.languages.dates import date_in_words

LANGUAGES = ("en", "de", "es", "fr", "pt", "ru", "nl", "hi", "zh")
ROBOT = {"User-Agent": "Slackbot-LinkExpanding 1.0", **HTML}
ON = {"TENER_INTERVIEW_LANDING_PAGE": "true"}


@pytest.fixture
def landing(make_app: MakeApp) -> Client:
    named = {"TENER_INTERVIEW_COMPANY_NAME": "Nord & Licht", "TENER_INTERVIEW_CONTACT": "Ann, ann@example.com"}
    return Client(make_app(**ON, **named))


def page(client: Client, url: str) -> str:
    reply = client.request("GET", url, headers=HTML)
    assert (reply.status, reply.headers["cache-control"]) == (200, "no-store")
    return unescape(reply.text)


def press(client: Client, url: str, **headers: str) -> Reply:
    """Press the button of the page at a link."""
    action = re.findall(r'<form method="post" action="([^"]+)">', page(client, url))
    form = {"Content-Type": "application/x-www-form-urlencoded", **HTML, **headers}
    return client.request("POST", action[0], body=b"", headers=form)


def events_of(client: Client, session: Any) -> list[str]:
    return [item["event"] for item in client.get(f"{SESSIONS}/{session['session_id']}/events").json["items"]]


@for_each("language", LANGUAGES)
def test_the_landing_page_shows_job_company_questions_deadline_and_contact(language: str, landing: Client) -> None:
    session = start(landing, language=language, candidate_name="Zenobia Quillfeather")
    words, shown = all_texts()[language], page(landing, session["entry_url"])
    assert f'<html lang="{language}">' in shown
    for key in ("text", "recorded_text", "start", "ask", "questions", "deadline"):
        assert words[f"landing_{key}"] in shown
    assert words["demo_mark"] in shown
    for fact in ("Senior Backend Engineer (Python)", "Nord & Licht", "mailto:ann@example.com", ">6<"):
        assert fact in shown
    (deadline,) = re.findall(rf'<time datetime="{session["expires_at"]}">([^<]+)</time>', shown)
    assert deadline == date_in_words(datetime(2026, 2, 5, 2, 40, tzinfo=UTC), language)
    assert all(item in deadline for item in ("5", "2026", "02:40", "UTC"))
    assert "Zenobia" not in shown
    assert "landing_minutes" not in shown
    assert words["landing_minutes"] not in shown


def test_only_pressing_the_start_button_begins_the_interview(landing: Client, clock: FakeClock) -> None:
    session = start(landing)
    for _ in range(2):
        page(landing, session["entry_url"])
    assert (read_session(landing, session["session_id"])["status"], events_of(landing, session)[-2:]) == (
        "invited", ["invited", "link_opened"]
    )
    clock.advance(hours=1)
    led = press(landing, session["entry_url"])
    assert (led.status, led.body, "/demo/interview/" in led.headers["location"]) == (303, b"", True)
    begun = read_session(landing, session["session_id"])
    assert (begun["status"], begun["started_at"]) == ("in_progress", "2026-02-02T03:40:00.000Z")
    begun = page(landing, session["entry_url"])
    # Hireflix may not have told yet that somebody has just finished.
    assert [all_texts()["en"][name] in begun for name in ("landing_continue", "landing_if_finished")] == [True, True]
    assert press(landing, session["entry_url"]).status == 303
    assert events_of(landing, session)[-2:] == ["link_opened", "begun"]


@pytest.mark.parametrize("hours", [72, 73, 24 * 40])
def test_a_candidate_who_began_in_time_can_continue_after_the_link_expired(
    landing: Client, clock: FakeClock, hours: int
) -> None:
    begun, opened = start(landing, 41), start(landing, 42)
    for item in (begun, opened):
        page(landing, item["entry_url"])
    led = press(landing, begun["entry_url"])
    clock.advance(hours=hours)
    shown = page(landing, begun["entry_url"])
    assert (all_texts()["en"]["landing_continue"] in shown, "<time" in shown) == (True, False)
    assert press(landing, begun["entry_url"]).headers["location"] == led.headers["location"]
    assert read_session(landing, begun["session_id"])["status"] == "in_progress"
    refused(landing.get(opened["entry_url"]), "INTERVIEW_LINK_EXPIRED")
    landing.post(f"{SESSIONS}/{begun['session_id']}/link", {"revoke": True})
    refused(landing.get(begun["entry_url"]), "INTERVIEW_LINK_REVOKED")


@pytest.mark.parametrize("way", ["GET", "POST", "HEAD"])
def test_previews_and_scanners_change_nothing_even_if_they_press_the_start_button(way: str, landing: Client) -> None:
    session = start(landing)
    token = token_of(session["entry_url"])
    before = read_session(landing, session["session_id"])
    for url in (f"/i/{token}", f"/i/{token}/start"):
        if way != "POST" or url.endswith("start"):
            reply = landing.request(way, url, headers=ROBOT, body=b"" if way == "POST" else None)
            assert (reply.status, "location" in reply.headers) == (200, False)
    assert (read_session(landing, session["session_id"]), events_of(landing, session)[-1]) == (before, "invited")


@pytest.mark.parametrize("url", ["/i/{}/start", "/i/{}.", "/i/%3C{}%3E/start"])
def test_the_start_button_posts_to_the_clean_url_of_the_link(url: str, landing: Client) -> None:
    token = token_of(start(landing)["entry_url"])
    assert f'action="/i/{token}/start"' in page(landing, url.replace("{}", token))


def test_expired_revoked_and_finished_links_have_no_landing_page(landing: Client, clock: FakeClock) -> None:
    gone, finished, revoked = (start(landing, number) for number in (41, 42, 43))
    score(landing, finished["session_id"])
    landing.post(f"{SESSIONS}/{revoked['session_id']}/cancel")
    clock.advance(hours=73)
    for session, code in ((gone, "INTERVIEW_LINK_EXPIRED"), (revoked, "INTERVIEW_LINK_REVOKED")):
        refused(landing.get(session["entry_url"]), code)
        refused(landing.post(f"/i/{token_of(session['entry_url'])}/start"), code)
    refused(landing.post("/i/altered/start"), "INTERVIEW_TOKEN_INVALID")
    assert read_session(landing, gone["session_id"])["status"] == "expired"
    for reply in (
        landing.request("GET", finished["entry_url"], headers=HTML),
        landing.request("POST", f"/i/{token_of(finished['entry_url'])}/start", headers=HTML, body=b""),
    ):
        assert (reply.status, all_texts()["en"]["finished_heading"] in reply.text) == (200, True)


def test_without_the_landing_page_setting_a_link_redirects_at_once(client: Client) -> None:
    session = start(client)
    assert client.request("GET", session["entry_url"], headers=HTML).status == 302
    assert client.post(f"/i/{token_of(session['entry_url'])}/start").status == 303


def test_the_landing_page_omits_an_unknown_company_and_job(make_app: MakeApp) -> None:
    client = Client(make_app(**ON))
    shown = page(client, start(client, job_id=999, unlisted=True)["entry_url"])
    words = all_texts()["en"]
    assert f'<h1 dir="auto">{words["preview_title"]}</h1>' in shown
    assert words["landing_ask_text"] in shown


def test_the_landing_page_names_the_job_once(landing: Client) -> None:
    shown = page(landing, start(landing)["entry_url"])
    assert shown.partition("<body")[2].count("Senior Backend Engineer (Python)") == 1
