"""The candidate's link: opened, previewed, run out, withdrawn, altered and renewed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from fakes.client import Client, Reply
from fakes.clock import FakeClock
from fakes.front_door import HTML, SESSIONS, START, MakeApp, read_session, refused, score, start, stored, token_of
from for_each import for_each
from tener_interview.api.candidate_texts import all_texts
from tener_interview.link_tokens import LinkSigner, SignedLink
from tener_interview.system.clock import iso_utc

ROBOTS = [
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Slackbot 1.0 (+https://api.slack.com/robots)",
    "Slack-ImgProxy (+https://api.slack.com/robots)",
    "WhatsApp/2.23.20.0 A",
    "TelegramBot (like TwitterBot)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Twitterbot/1.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) facebookexternalhit/1.1 Facebot Twitterbot/1.0",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "WhatsApp/2",
    "Mozilla/4.0 (compatible; ms-office; MSOffice 16)",
    "Microsoft Office Existence Discovery",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) BarracudaCentral/1.0",
    "Mozilla/5.0 (compatible; Proofpoint-URLDefense)",
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    "SomeNewTool-bot/3.1 (+https://example.com/bot)",
    "example-crawler (links)",
    "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17328; Pro)",
    "Go-http-client/2.0",
    "Apache-HttpClient/4.5.14 (Java/17.0.9)",
    "okhttp/4.12.0",
    "Preview/1 CFNetwork/1496.0.7 Darwin/23.5.0",
]
PEOPLE = [
    "",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 [LinkedInApp]/9.30",
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/470.0]",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Twitter for iPhone/10.4",
    "curl/8.5.0",
    "Python-urllib/3.11",
    "Mozilla/5.0 (Linux; Android 9; CUBOT_X19) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Teams/24.1",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Snapchat/12.9",
]


def test_opening_an_entry_link_redirects_to_the_interview_and_is_recorded(client: Client, clock: FakeClock) -> None:
    session = start(client)
    clock.advance(hours=1)
    reply = client.request("GET", session["entry_url"], headers=HTML)
    assert (reply.status, reply.body) == (302, b"")
    assert urlsplit(reply.headers["location"]).path.startswith("/demo/interview/")
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["referrer-policy"] == "no-referrer"
    opened = read_session(client, session["session_id"])
    assert (opened["status"], opened["started_at"]) == ("in_progress", "2026-02-02T03:40:00.000Z")
    events = client.get(f"{SESSIONS}/{session['session_id']}/events").json["items"]
    assert [(event["event"], event["source"]) for event in events][-1] == ("link_opened", "candidate")


def test_opening_an_entry_link_twice_changes_nothing(client: Client, environ: dict[str, str], clock: FakeClock) -> None:
    link = start(client)["entry_url"]
    first = client.get(link).headers["location"]
    before = stored(environ)
    clock.advance(hours=1)
    assert client.get(link).headers["location"] == first
    assert stored(environ) == before


@for_each("person", PEOPLE)
def test_entry_links_redirect_every_browser(person: str, client: Client) -> None:
    assert client.get(start(client)["entry_url"], User_Agent=person).status == 302


@for_each(
    ("method", "headers"),
    [
        *(("GET", {"User-Agent": robot}) for robot in ROBOTS),
        *(("GET", {**HTML, "User-Agent": robot}) for robot in ROBOTS[:1]),
        *(("HEAD", {"User-Agent": person}) for person in PEOPLE),
        ("GET", {**HTML, "Sec-Purpose": "prefetch;prerender"}),
        ("GET", {**HTML, "Purpose": "prefetch"}),
        ("GET", {**HTML, "Purpose": "preview"}),
        ("GET", {**HTML, "X-Moz": "prefetch"}),
        ("GET", {**HTML, "Sec-Fetch-Dest": "image", "Sec-Fetch-Mode": "no-cors"}),
        ("GET", {**HTML, "Sec-Fetch-Dest": "empty", "Sec-Fetch-Mode": "cors"}),
    ],
)
@for_each("hours", [0, 73])
def test_previews_of_an_entry_link_store_nothing(
    method: str, headers: dict[str, str], hours: int, client: Client, environ: dict[str, str], clock: FakeClock
) -> None:
    link = start(client)["entry_url"]
    clock.advance(hours=hours)
    before = said_of_people(environ)
    reply = client.request(method, link, headers=headers)
    assert reply.status == (410 if hours else 200)
    if method == "HEAD":
        assert reply.body == b""
    elif not hours:
        assert 'property="og:title" content="Video interview: Senior Backend Engineer (Python)"' in reply.text
    assert said_of_people(environ) == before


def said_of_people(environ: dict[str, str]) -> list[str]:
    """Everything in the database but what jobs are called, which a page that names one remembers."""
    return [item for item in stored(environ) if not item.startswith("job_titles: ")]


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "TRACE"])
def test_other_methods_on_an_entry_link_are_405(method: str, client: Client, environ: dict[str, str]) -> None:
    link = start(client)["entry_url"]
    before = stored(environ)
    assert client.request(method, link).status == 405
    assert stored(environ) == before


def test_a_navigating_browser_counts_as_a_person(client: Client) -> None:
    headers = {**HTML, "Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "cross-site"}
    assert client.request("GET", start(client)["entry_url"], headers=headers).status == 302


@for_each(
    "around",
    ["{}.", "{}%29", "{}/", "{}/%3E", "{}%20", "%20{}", "{}%E2%80%8B", "%22{}%22", "{}%0D%0A", "{}?utm=x&gclid=y",
     "{}*", "{}_", "{}%E2%80%A6", "{}%2C%20and", "{}</a>", "%3C{}%3E%2C"],
)  # fmt: skip
def test_an_entry_link_with_characters_added_by_mail_or_chat_still_works(around: str, client: Client) -> None:
    session = start(client)
    url = "/i/" + around.replace("{}", token_of(session["entry_url"]))
    assert client.get(url, User_Agent=ROBOTS[0]).status == 200
    assert client.get(url).status == 302
    assert read_session(client, session["session_id"])["status"] == "in_progress"


@pytest.mark.parametrize("lifetime", [{}, {"ttl_hours": 1}, {"ttl_hours": 8760}])
def test_an_entry_link_expires_at_its_exact_second(lifetime: dict[str, int], client: Client, clock: FakeClock) -> None:
    session = start(client, **lifetime)
    clock.advance(hours=lifetime.get("ttl_hours", 72), seconds=-1)
    assert client.get(session["entry_url"], User_Agent="Twitterbot/1.0").status == 200
    clock.advance(seconds=1)
    refused(client.get(session["entry_url"]), "INTERVIEW_LINK_EXPIRED")
    assert read_session(client, session["session_id"])["status"] == "expired"
    refused(client.get(session["entry_url"]), "INTERVIEW_LINK_EXPIRED")


def test_a_candidate_who_began_in_time_is_not_expired(client: Client, clock: FakeClock) -> None:
    session = start(client)
    client.get(session["entry_url"])
    clock.advance(hours=73)
    refused(client.get(session["entry_url"]), "INTERVIEW_LINK_EXPIRED")
    assert read_session(client, session["session_id"])["status"] == "in_progress"


def test_the_link_of_a_canceled_session_is_410(client: Client) -> None:
    session = start(client)
    client.post(f"{SESSIONS}/{session['session_id']}/cancel")
    refused(client.get(session["entry_url"]), "INTERVIEW_LINK_REVOKED")
    refused(client.get(session["entry_url"], User_Agent=ROBOTS[0]), "INTERVIEW_LINK_REVOKED")
    assert client.request("HEAD", session["entry_url"]).status == 410


def test_replacing_a_link_revokes_the_old_one(client: Client) -> None:
    old = start(client)
    fresh = client.post(f"{SESSIONS}/{old['session_id']}/link", {"revoke": True}).json
    assert fresh["session_id"] == old["session_id"]
    assert fresh["entry_url"] != old["entry_url"]
    refused(client.get(old["entry_url"]), "INTERVIEW_LINK_REVOKED")
    assert client.get(fresh["entry_url"]).status == 302
    assert events_of(client, old)[-2:] == ["link_replaced", "link_opened"]


def link_path(session: Any) -> str:
    return f"{SESSIONS}/{session['session_id']}/link"


def events_of(client: Client, session: Any) -> list[str]:
    return [item["event"] for item in client.get(f"{SESSIONS}/{session['session_id']}/events").json["items"]]


@pytest.mark.parametrize("noticed", [True, False])
@pytest.mark.parametrize(
    "extend",
    [
        lambda client, session: client.post(link_path(session), {"ttl_hours": 200}),
        lambda client, session: client.post(link_path(session), {"ttl_hours": 1, "revoke": False}),
        lambda client, session: client.post(link_path(session)),
        lambda client, _session: client.post(START, {"job_id": 1, "candidate_id": 42}),
        lambda client, _session: client.post(START, {"job_id": 1, "candidate_id": 42, "ttl_hours": 8760}),
    ],
)
def test_extending_an_expired_link_keeps_its_url(
    extend: Callable[[Client, Any], Reply], noticed: bool, client: Client, clock: FakeClock
) -> None:
    session = start(client)
    for _ in range(2):
        clock.advance(hours=9000)
        if noticed:
            refused(client.get(session["entry_url"]), "INTERVIEW_LINK_EXPIRED")
        extended = extend(client, session).json
        assert (extended["session_id"], extended["status"]) == (session["session_id"], "invited")
        assert extended["entry_url"] == session["entry_url"]
        assert client.get(session["entry_url"], User_Agent=ROBOTS[0]).status == 200
    assert client.get(session["entry_url"]).status == 302


@pytest.mark.parametrize(
    ("asked", "hours_left", "event"),
    [
        ({"ttl_hours": 1}, 1, "link_shortened"),
        ({"ttl_hours": 8760}, 8760, "link_extended"),
        ({}, 72, "link_extended"),
        ({"ttl_hours": 71}, 71, "invited"),
    ],
)
@pytest.mark.parametrize("again", ["link", "start"])
def test_a_links_lifetime_can_be_extended_and_shortened(
    again: str, asked: dict[str, int], hours_left: int, event: str, client: Client, clock: FakeClock
) -> None:
    session = start(client)
    clock.advance(hours=1, seconds=1)
    url, more = (link_path(session), {}) if again == "link" else (
        START, {"job_id": 1, "candidate_id": 42}
    )
    changed = client.post(url, {**more, **asked}).json
    assert changed["entry_url"] == session["entry_url"]
    unasked = again == "start" and not asked
    if event != "invited" and not unasked:
        assert changed["expires_at"] == iso_utc(clock.now_ms() // 1000 * 1000 + hours_left * 3_600_000)
    assert events_of(client, session)[-1] == ("invited" if unasked else event)
    if asked == {"ttl_hours": 1}:
        clock.advance(hours=1)
        refused(client.get(session["entry_url"]), "INTERVIEW_LINK_EXPIRED")


def test_a_renewal_without_a_lifetime_never_shortens_it(client: Client) -> None:
    session = start(client, ttl_hours=8760)
    kept = client.post(f"{SESSIONS}/{session['session_id']}/link", {}).json
    assert kept["expires_at"] == session["expires_at"]
    assert events_of(client, session)[-1] == "invited"


def test_a_link_signed_with_the_previous_secret_can_be_extended(
    make_app: MakeApp, client: Client, clock: FakeClock, environ: dict[str, str]
) -> None:
    old = start(client)
    rotated = Client(make_app(
        TENER_INTERVIEW_TOKEN_SECRET="the-next-secret-for-tests",
        TENER_INTERVIEW_TOKEN_SECRET_PREVIOUS=environ["TENER_INTERVIEW_TOKEN_SECRET"],
    ))
    clock.advance(hours=100)
    extended = rotated.post(f"{SESSIONS}/{old['session_id']}/link", {}).json
    assert rotated.get(old["entry_url"]).status == 302
    assert rotated.get(extended["entry_url"]).status == 302


@pytest.mark.parametrize("hours", [0, 100])
def test_a_finished_candidate_sees_that_the_interview_is_finished_even_after_expiry(
    hours: int, client: Client, clock: FakeClock, environ: dict[str, str]
) -> None:
    session = start(client, language="de")
    score(client, session["session_id"])
    clock.advance(hours=hours)
    before = said_of_people(environ)
    page = client.request("GET", session["entry_url"], headers=HTML)
    assert (page.status, "location" in page.headers) == (200, False)
    assert "Sie haben dieses Interview abgeschlossen" in page.text
    assert all_texts()["de"]["demo_mark"] in page.text
    landing = client.get(session["entry_url"])
    assert (landing.status, landing.json["finished"], "Vielen Dank" in landing.json["message"]) == (200, True, True)
    assert client.request("HEAD", session["entry_url"]).status == 200
    assert said_of_people(environ) == before


def other_peoples_link(environ: dict[str, str]) -> str:
    """A link of this service to a session it does not have."""
    signer = LinkSigner(environ["TENER_INTERVIEW_TOKEN_SECRET"])
    return signer.sign(SignedLink("iv_" + "0" * 32, 1, 4_000_000_000_000))


@for_each(
    "alter",
    [
        lambda token: token[:-1],
        lambda token: token + "A",
        lambda token: ("B" if token[0] == "A" else "A") + token[1:],
        lambda token: token[:50] + ("B" if token[50] == "A" else "A") + token[51:],
        lambda _token: "x",
        lambda _token: "%00",
        lambda _token: "%ff%fe",
        lambda _token: "A" * 76,
        lambda _token: "A" * 5000,
        lambda token: f"~{token[40:]}",
    ],
)  # fmt: skip
def test_an_altered_entry_link_is_404(alter: object, client: Client, environ: dict[str, str]) -> None:
    assert callable(alter)
    token = token_of(start(client)["entry_url"])
    before = stored(environ)
    for method in ("GET", "HEAD"):
        assert client.request(method, f"/i/{alter(token)}").status == 404
    refused(client.get(f"/i/{alter(token)}"), "INTERVIEW_TOKEN_INVALID")
    assert stored(environ) == before


def test_a_valid_link_of_an_unknown_session_is_404(client: Client, environ: dict[str, str]) -> None:
    refused(client.get(f"/i/{other_peoples_link(environ)}"), "INTERVIEW_TOKEN_INVALID")


@for_each(
    ("url", "code"),
    [("/i/", "ROUTE_NOT_FOUND"), ("/i", "ROUTE_NOT_FOUND"), ("/i/a/b", "INTERVIEW_TOKEN_INVALID"),
     ("/i//", "INTERVIEW_TOKEN_INVALID"), ("/i/%E2%80%8B", "INTERVIEW_TOKEN_INVALID")],
)  # fmt: skip
def test_malformed_entry_urls_are_refused(url: str, code: str, client: Client) -> None:
    refused(client.get(url), code)


def test_entry_links_work_without_a_token(make_app: MakeApp, client: Client) -> None:
    link = start(client)["entry_url"]
    stranger = Client(make_app(TENER_INTERVIEW_ADMIN_TOKEN="an-admin-token-for-tests"))
    assert stranger.request("GET", link, headers={**HTML, "Host": "tener.example"}).status == 302


def test_an_entry_link_survives_one_change_of_the_secret_but_not_two(
    make_app: MakeApp, client: Client, environ: dict[str, str]
) -> None:
    old = start(client)
    secret = environ["TENER_INTERVIEW_TOKEN_SECRET"]
    rotated = Client(make_app(
        TENER_INTERVIEW_TOKEN_SECRET="the-next-secret-for-tests", TENER_INTERVIEW_TOKEN_SECRET_PREVIOUS=secret
    ))
    assert rotated.get(old["entry_url"]).status == 302
    assert read_session(rotated, old["session_id"])["entry_url"] != old["entry_url"]
    changed = Client(make_app(TENER_INTERVIEW_TOKEN_SECRET="the-next-secret-for-tests"))
    refused(changed.get(old["entry_url"]), "INTERVIEW_TOKEN_INVALID")


def test_the_base_url_of_a_link_never_comes_from_the_request(make_app: MakeApp) -> None:
    client = Client(make_app(TENER_INTERVIEW_PUBLIC_BASE_URL="https://tener.example"), {
        "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http", "Forwarded": "host=evil.example",
    })
    assert start(client)["entry_url"].startswith("https://tener.example/i/")
