"""Messages over the API: reviewed, sent, followed, noted by hand; rules and templates; the public opt-out page."""

from __future__ import annotations

import re
from typing import Any

import pytest

from fakes.client import Client
from fakes.clock import FakeClock
from fakes.front_door import (
    ADMIN_TOKEN,
    CLIENT_KEY,
    HTML,
    START,
    STEP,
    MakeApp,
    faulty_fields,
    refused,
    score,
    start,
    token_of,
)
from for_each import for_each
from tener_interview.api.candidate_texts import all_texts
from tener_interview.domain.messages.templates import MESSAGE_LANGUAGES, default_template_texts, template_errors
from tener_interview.errors import Problem
from tener_interview.store.message_records import KINDS
from tener_interview.web.idempotency import Idempotency

MESSAGES, REVIEW = "/api/jobs/1/messages", "/api/jobs/1/messages/review"
TEMPLATES = "/api/message-templates"


@pytest.fixture
def client(make_app: MakeApp) -> Client:
    return Client(make_app(TENER_INTERVIEW_COMPANY_NAME="Nord & Licht"))


def review(client: Client, kind: str, *candidates: int, texts: list[dict[str, str]] | None = None) -> Any:
    reply = client.post(REVIEW, {"kind": kind, "candidate_ids": candidates, "texts": texts or []})
    assert reply.status == 200, reply.text
    return reply.json


def opt_out_path(client: Client, session_id: str) -> str:
    (item,) = review(client, "reminder", 42)["items"]
    assert item["session_id"] == session_id
    found = re.search(r"http://[^/]+(/o/[\w-]+)", item["message"]["text"])
    assert found is not None
    return found[1]


def test_a_message_preview_shows_what_each_candidate_would_get(client: Client) -> None:
    start(client, 42, candidate_name="Jane Doe", candidate_email="jane@example.com", language="fr")
    start(client, 43, candidate_name="Bo Ek")
    done = start(client, 44, candidate_email="done@example.com")
    score(client, done["session_id"])
    shown = review(client, "invitation", 42, 43, 44, 45, 42)
    assert (shown["can_send"], shown["ready"], shown["without_interview"], shown["left_today"]) == (True, 1, 1, 500)
    assert [(item["candidate_id"], item["state"]) for item in shown["items"]] == [
        (42, "ready"), (43, "no_address"), (44, "not_possible"), (45, "no_interview"),
    ]
    first = shown["items"][0]
    assert (first["address"], first["message"]["language"]) == ("jane@example.com", "fr")
    assert first["message"]["text"].startswith("Bonjour Jane,")
    assert "Nord & Licht" in first["message"]["text"]
    edited = review(client, "invitation", 42, texts=[{"language": "fr", "subject": "Ça", "text": "{link} {company}"}])
    assert edited["items"][0]["message"]["subject"] == "Ça"
    assert client.get("/api/messages").json["items"] == []


def invited_by_mail(client: Client, candidates: list[dict[str, Any]], **message: Any) -> dict[int, Any]:
    """What became of the invitations of a step."""
    reply = client.post(STEP, {"job_id": 1, "candidates": candidates, "unlisted": True, "invitation_message": message})
    assert reply.status == 200, reply.text
    return {item["candidate_id"]: item["invitation_message"] for item in reply.json["items"]}


def test_links_are_created_and_invitations_queued_in_one_request(client: Client) -> None:
    stopped = start(client, 42, candidate_email="stopped@example.com")["session_id"]
    client.post(opt_out_path(client, stopped), {})
    done = start(client, 43, candidate_email="done@example.com")
    score(client, done["session_id"])
    start(client, 44, candidate_email="link.only@example.com")
    people: list[dict[str, Any]] = [
        {"candidate_id": 42}, {"candidate_id": 43}, {"candidate_id": 44}, {"candidate_id": 45, "candidate_name": "Bo"},
        {"candidate_id": 46, "candidate_email": "new@example.com"}, {"candidate_id": 47, "candidate_email": "no"},
    ]
    words = {"language": "en", "subject": "For {job}", "text": "Only this time: {link}"}
    for wrong in ({"texts": [{**words, "text": "No link"}]}, {"texts": [{**words, "language": "xx"}]}, {"texts": 1}):
        reply = client.post(STEP, {"job_id": 1, "candidates": people, "invitation_message": wrong})
        assert {field.split(".")[0] for field in faulty_fields(reply)} == {"invitation_message"}
    assert client.get("/api/messages").json["items"] == []
    first = invited_by_mail(client, people, texts=[words])
    assert {number: outcome and outcome["state"] for number, outcome in first.items()} == {
        42: "opted_out", 43: "not_possible", 44: "ready", 45: "no_address", 46: "ready", 47: None,
    }
    assert [number for number, outcome in first.items() if outcome and outcome["queued_at"]] == [44, 46]
    assert all(outcome["why"] for number, outcome in first.items() if number in (42, 43, 45))
    # Whatever is repeated, and however: nobody gets a second one.
    for number in (44, 45, 46):
        again = client.post(START, {"job_id": 1, "candidate_id": number, "invitation_message": {}})
        assert (again.status, again.json["invitation_message"]) == (200, first[number])
    alone = client.post(START, {
        "job_id": 1, "candidate_id": 48, "candidate_email": "alone@example.com", "unlisted": True,
        "time_zone": "Asia/Tokyo", "invitation_message": {},
    })
    assert (alone.status, alone.json["invitation_message"]["state"]) == (201, "ready")
    assert start(client, 49, unlisted=True)["invitation_message"] is None
    queued = client.get("/api/messages").json["items"]
    assert sorted((item["candidate_id"], item["kind"], item["automatic"]) for item in queued) == [
        (number, "invitation", False) for number in (44, 46, 48)
    ]


def test_a_requested_invitation_takes_the_place_of_the_automatic_one(client: Client) -> None:
    stopped = start(client, 42, candidate_email="stopped@example.com")["session_id"]
    client.post(opt_out_path(client, stopped), {})
    assert client.request("PATCH", "/api/jobs/2/message-rules", body={"send_invitations": True}).status == 200
    for number, address, expected in (
        (50, {}, "no_address"), (42, {"candidate_email": "stopped@example.com"}, "opted_out"),
        (52, {"candidate_email": "new@example.com"}, "ready"),
    ):
        body = {"job_id": 2, "candidate_id": number, **address, "unlisted": True, "share_interview": True}
        replies = [client.post(START, {**body, "invitation_message": {}}) for _ in range(2)]
        assert {reply.status for reply in replies} <= {200, 201}, replies[0].text
        states = [reply.json["invitation_message"]["state"] for reply in replies]
        assert states == [expected] * 2
    (queued,) = client.get("/api/messages").json["items"]
    assert (queued["candidate_id"], queued["automatic"]) == (52, False)


def test_the_main_system_chooses_no_words(make_app: MakeApp) -> None:
    """Its key travels in addresses: whoever finds it must not write to people in the company's name."""
    client = Client(make_app(TENER_INTERVIEW_ADMIN_TOKEN=ADMIN_TOKEN, TENER_INTERVIEW_CLIENT_KEY=CLIENT_KEY))
    words = {"language": "en", "subject": "You won", "text": "Go to {link}"}
    person = {"candidate_id": 42, "candidate_email": "jane@example.com"}
    for path, body in ((START, person), (STEP, {"candidates": [person]})):
        for prefix, headers in ((f"/k/{CLIENT_KEY}", {}), ("", {"Authorization": f"Bearer {CLIENT_KEY}"})):
            reply = client.request("POST", prefix + path, headers=headers, body={
                "job_id": 1, **body, "invitation_message": {"texts": [words]},
            })
            assert faulty_fields(reply) == {"invitation_message.texts"}
    reply = client.request("POST", f"/k/{CLIENT_KEY}{START}", body={"job_id": 1, **person, "invitation_message": {}})
    assert reply.json["invitation_message"]["state"] == "ready"


@for_each("subject", ["Hi\u2028Bcc: a@b.c", "Hi\u2029there", "Hi\u0085there", "Hi\nthere"])
def test_a_subject_is_one_line(client: Client, subject: str) -> None:
    body = {"kind": "invitation", "language": "en", "subject": subject, "text": "x {link}"}
    assert faulty_fields(client.post(f"{TEMPLATES}/preview", body)) == {"subject"}


def test_a_message_is_queued_once_and_its_state_can_be_followed(client: Client) -> None:
    session_id = start(client, 42, candidate_email="jane@example.com")["session_id"]
    body = {"kind": "invitation", "candidate_ids": [42, 45]}
    for _ in range(2):
        reply = client.post(MESSAGES, body, Idempotency_Key="once").json
        assert (reply["queued"], [item["queued"] for item in reply["items"]]) == (1, [True, False])
    (message,) = client.get(f"/api/messages?session_id={session_id}").json["items"]
    assert (message["kind"], message["state"], message["automatic"]) == ("invitation", "queued", False)
    assert client.get("/api/messages?state=delivered").json["items"] == []
    assert client.get("/api/messages/status").json["states"] == {"queued": 1}
    for changed in (True, False):
        reply = client.post(f"/api/messages/{message['message_id']}/cancel", {})
        assert reply.json == {"message_id": message["message_id"], "changed": changed}
    assert client.post(f"/api/messages/{message['message_id']}/send-again", {}).json["changed"] is False
    events = [item["event"] for item in client.get(f"/api/interviews/sessions/{session_id}/events").json["items"]]
    assert events[-1] == "message_queued"
    for path in ("cancel", "send-again"):
        refused(client.post(f"/api/messages/ob_nothing/{path}", {}), "MESSAGE_NOT_FOUND")
    paused = client.request("PATCH", "/api/messages/status", body={"paused": True}).json
    assert paused["paused"]
    assert paused["paused_at"]
    exported = client.get("/api/candidates/42/export").json["sessions"][0]
    assert exported["messages"][0]["kind"] == "invitation"
    client.request("DELETE", "/api/candidates/42")
    assert client.get("/api/messages").json["items"] == []


@pytest.mark.parametrize(("path", "body", "made"), [
    (MESSAGES, {"kind": "reminder", "candidate_ids": [42]}, "/api/messages"),
    (f"{MESSAGES}/by-hand", {"kind": "reminder", "candidate_id": 42}, "/api/messages"),
    ("/api/jobs/1/shares", {"candidate_ids": [43]}, "/api/jobs/1/shares"),
    ("/api/candidates/43/corrections", {"text": "I object."}, "/api/candidates/43/data-sheet"),
])
def test_a_request_whose_response_was_lost_does_nothing_twice(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, path: str, body: dict[str, Any], made: str
) -> None:
    """What it does is one transaction, and storing the response the next: between them a process may die."""
    client = Client(make_app())
    start(client, 42, candidate_email="jane@example.com")
    scored = start(client, 43)["session_id"]
    score(client, scored)
    if path.endswith("corrections"):
        body = {**body, "session_id": scored}

    def count_made() -> int:
        shown = client.get(made).json
        return len(shown["items"] if "items" in shown else shown["interviews"][0]["notes"])

    with monkeypatch.context() as patch:
        patch.setattr(Idempotency, "store_response", lambda *_: _fail())
        refused(client.post(path, body, Idempotency_Key="once"), "STORE_UNAVAILABLE")
    again = client.post(path, body, Idempotency_Key="once")
    assert (again.status // 100, again.json.get("queued", 1)) == (2, 1)
    assert count_made() == 1
    client.post(path, body, Idempotency_Key="another")
    assert count_made() == 2


def _fail() -> None:
    raise Problem("STORE_UNAVAILABLE", "The connection to the database was lost.")


def test_a_message_sent_by_hand_is_recorded_and_no_longer_due(client: Client, clock: FakeClock) -> None:
    start(client, 42, candidate_name="Jane Doe", ttl_hours=12)
    (due,) = client.get("/api/messages/due?job_id=1").json["items"]
    assert (due["kind"], due["state"], due["reminders_sent"]) == ("link_ending", "no_address", 0)
    assert "/o/" not in due["message"]["text"]
    noted = client.post(f"{MESSAGES}/by-hand", {"kind": "link_ending", "candidate_id": 42})
    assert noted.json["candidate_name"] == "Jane Doe"
    assert client.get("/api/messages/due").json["items"] == []
    (message,) = client.get("/api/messages?state=by_hand").json["items"]
    assert message["state"] == "by_hand"
    clock.advance(hours=13)
    refused(client.post(f"{MESSAGES}/by-hand", {"kind": "reminder", "candidate_id": 42}), "MESSAGE_NOT_POSSIBLE")
    refused(client.post(f"{MESSAGES}/by-hand", {"kind": "reminder", "candidate_id": 4}), "CANDIDATE_NOT_FOUND")


def test_opening_the_opt_out_page_changes_nothing_until_the_button_is_pressed(client: Client) -> None:
    session = start(client, 42, candidate_email="jane@example.com", language="de")
    session_id, entry = session["session_id"], f"/i/{token_of(session['entry_url'])}"
    path = opt_out_path(client, session_id)
    client.post(MESSAGES, {"kind": "invitation", "candidate_ids": [42]})
    for method, headers in (("GET", HTML), ("HEAD", {}), ("GET", {"Purpose": "prefetch", **HTML})):
        assert client.request(method, path, headers=headers).status == 200
    assert all_texts()["de"]["demo_mark"] in client.request("GET", path, headers=HTML).text
    assert client.get("/api/messages").json["items"][0]["state"] == "queued"
    # As mail programs send it (RFC 8058): without a cookie, from anywhere, with the body of the header.
    one_click = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}
    for media, body in (
        ("application/x-www-form-urlencoded", b"List-Unsubscribe=One-Click"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=again\r\n\r\nyes\r\n--x--"),
    ):
        reply = client.request("POST", path, body=body, headers={"Content-Type": media, **one_click})
        assert reply.status == 200
        assert "Sie bekommen keine E-Mails mehr" in reply.text
    assert client.get("/api/messages").json["items"][0]["state"] == "canceled"
    assert review(client, "reminder", 42)["items"][0]["state"] == "opted_out"
    found = client.get("/api/admin/jobs/1/candidates?q=42").json["items"]
    assert [item["mail_problem"] for item in found if item["candidate_id"] == 42] == ["Wants no messages."]
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    client.request("POST", path, body=b"again=yes", headers=form)
    assert review(client, "reminder", 42)["items"][0]["state"] == "ready"
    entries = [entry["action"] for entry in client.get("/api/audit-log").json["items"]]
    assert {"opt_out.recorded", "opt_out.withdrawn"} <= set(entries)
    for wrong in (path[:-1], f"{path[:-2]}AA", "/o/" + "A" * 76, entry.replace("/i/", "/o/")):
        assert client.request("POST", wrong, headers=form).status == 404
    assert client.get(path.replace("/o/", "/i/"), **HTML).status == 404
    client.request("DELETE", "/api/candidates/42")
    assert " hidden" in client.get(path, **HTML).text


@for_each("kind", KINDS)
def test_the_shipped_message_templates_are_complete_and_valid(kind: str) -> None:
    assert set(default_template_texts()) == set(MESSAGE_LANGUAGES)
    for language, words in default_template_texts().items():
        assert template_errors(kind, words[kind]["subject"], words[kind]["text"]) == {}, language
        assert "{name}" in words[kind]["text"], language
        assert "{opt_out}" in words["opt_out"], language
        assert "{}" in words["job"], language


def test_a_message_template_can_be_changed_per_language_and_company(client: Client) -> None:
    def put(text: str, **more: str) -> Any:
        return client.request("PUT", f"{TEMPLATES}/reminder/de", body={"subject": "S", "text": text, **more})

    assert put("Alle {link}").json["origin"] == "all"
    assert put("Nord {link}", company="Nord & Licht").json["origin"] == "company"
    listed = client.get(f"{TEMPLATES}?company=Nord%20%26%20Licht").json
    assert listed["companies"] == ["Nord & Licht"]
    assert len(listed["items"]) == len(KINDS) * len(MESSAGE_LANGUAGES)
    session = start(client, 42, candidate_email="jane@example.com", language="de-AT")
    text = review(client, "reminder", 42)["items"][0]["message"]["text"]
    assert text.startswith(f"Nord {session['entry_url']}")
    client.request("DELETE", f"{TEMPLATES}/reminder/de?company=Nord%20%26%20Licht")
    assert review(client, "reminder", 42)["items"][0]["message"]["text"].startswith("Alle ")
    assert client.request("DELETE", f"{TEMPLATES}/reminder/de").json["origin"] == "service"
    for wrong, field in (("no link", "text"), ("{link} {nmae}", "text"), ("{link} \u202e", "text")):
        assert faulty_fields(put(wrong)) == {field}
    assert faulty_fields(client.request("PUT", f"{TEMPLATES}/greeting/xx", body={"subject": "S", "text": "{link}"}))
    preview = client.post(f"{TEMPLATES}/preview", {
        "kind": "thanks", "language": "en", "subject": "{name} at {company}",
        "text": "<b>Hi</b> {name}\n\n{contact}\n!",
    }).json
    assert preview["subject"] == "Jane at Nord & Licht"
    assert "&lt;b&gt;Hi&lt;/b&gt; Jane" in preview["html"]
    # A line that has nothing but what is not known is left out.
    assert preview["text"].startswith("<b>Hi</b> Jane\n\n!")


def test_the_message_rules_of_a_job_are_validated_and_saved(client: Client) -> None:
    path = "/api/jobs/1/message-rules"
    assert client.get(path).json["send_reminders"] is False
    changed = client.request("PATCH", path, body={"send_reminders": True, "most_reminders": 3, "language": "de"}).json
    assert (changed["send_reminders"], changed["most_reminders"], changed["remind_after_days"]) == (True, 3, 2)
    for wrong in ({"most_reminders": 11}, {"remind_after_days": 0}, {"language": "xx"}, {"send_thank": True}):
        assert faulty_fields(client.request("PATCH", path, body=wrong)) == set(wrong)
    assert client.get(path).json == changed


def test_without_a_mail_server_messages_can_only_be_sent_by_hand(make_app: MakeApp, tmp_path: Any) -> None:
    app = make_app(
        TENER_INTERVIEW_PROVIDER="hireflix", TENER_HIREFLIX_API_KEY="k", TENER_HIREFLIX_POSITION_ID="p",
        TENER_INTERVIEW_TOKEN_SECRET="s" * 20, TENER_INTERVIEW_DB_PATH=tmp_path / "other.sqlite3",
    )
    client = Client(app)
    status = client.get("/api/messages/status").json
    assert (status["server"], status["sender"], status["demo"]) == (None, None, False)
    assert client.get("/api/jobs/1/message-rules").json["can_send"] is False
    refused(client.post(MESSAGES, {"kind": "reminder", "candidate_ids": [1]}), "MAIL_NOT_SET_UP")
    for path, body in ((STEP, {"candidate_ids": [1]}), (START, {"candidate_id": 1})):
        refused(client.post(path, {"job_id": 1, **body, "invitation_message": {}}), "MAIL_NOT_SET_UP")
    assert client.get("/api/interviews/sessions?job_id=1").json["items"] == []
