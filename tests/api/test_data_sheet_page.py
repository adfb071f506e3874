"""The page of a data sheet: everything in words, with dates and numbers as its reader writes them."""

from __future__ import annotations

import json
import re
from html import unescape

from fakes.client import Client
from fakes.front_door import HTML, SESSIONS, MakeApp, answer_questions, read_session, score, start
from fakes.plans import plan_body

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SAID = "I profiled the slow endpoint first, added an index on the table and cut the latency from 2 s to 200 ms."
#: What each page has among its words.
WORDS = {
    "en": ("Monday, ", "Scored", "Changed by a person", "Spanish", "41.5", "The candidate opened the link", "On hold"),
    "de": ("Montag, ", "Bewertet", "41,5", "Spanisch", "Die Person hat den Link geöffnet", "Zurückgestellt"),
    "es": ("lunes", "41,5", "español", "La persona abrió el enlace", "En espera"),
}


def sheet(client: Client, candidate_id: int, language: str) -> str:
    """The text of the page, without its tags and without what people said."""
    headers = {**HTML, "Accept-Language": language}
    shown = client.request("GET", f"/candidates/{candidate_id}/data-sheet", headers=headers)
    assert shown.status == 200
    main = re.search(r"<main.*</main>", shown.text, re.DOTALL)
    assert main
    without_quotes = re.sub(r"<blockquote.*?</blockquote>", "", main[0], flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", "\n", without_quotes))


def candidate_with_everything(client: Client) -> int:
    """A candidate with answers, a score, an override, a decision, a message and a statement."""
    session = start(client, candidate_name="Zenobia Quill", candidate_email="zq@secret.example", language="es")
    session_id = session["session_id"]
    candidate_id: int = read_session(client, session_id)["candidate_id"]
    answer_questions(client, client.get(session["entry_url"]).headers["location"], SAID)
    score(client, session_id)
    body = {"score": 41.5, "reason": "Watched it."}
    assert client.request("PUT", f"{SESSIONS}/{session_id}/override", body=body).status == 200
    decision = {"decision": "hold", "revision": 0, "note": "Later."}
    assert client.request("PUT", f"{SESSIONS}/{session_id}/decision", body=decision).status == 200
    message = {"kind": "thanks", "candidate_ids": [candidate_id], "texts": []}
    assert client.post("/api/jobs/1/messages", message).status in (200, 202)
    note = {"session_id": session_id, "text": "I said 20 ms."}
    assert client.post(f"/api/candidates/{candidate_id}/corrections", note).status == 200
    return candidate_id


def test_the_page_of_a_data_sheet_has_no_codes_no_iso_times_and_no_json(make_app: MakeApp) -> None:
    client = Client(make_app())
    candidate_id = candidate_with_everything(client)
    for language, words in WORDS.items():
        shown = sheet(client, candidate_id, language)
        assert [word for word in words if word.casefold() not in shown.casefold()] == [], shown
        lines = [line.strip() for line in shown.splitlines() if line.strip()]
        # A number of milliseconds stands alone; within an id any number of digits may come by chance.
        assert [line for line in lines if re.search(r'\d{4}-\d\d-\d\dT|\b\d{13}\b|[{[]"|\[\]', line)] == []
        assert [line for line in lines if re.search(r"\b[a-z]+(_[a-z]+)+\b", line)] == []
    # The API has the same as it is stored.
    stored = json.dumps(client.get(f"/api/candidates/{candidate_id}/data-sheet").json)
    assert re.search(r"\d{4}-\d\d-\d\dT", stored)
    assert '"scored"' in stored


def test_a_person_is_erased_on_the_data_sheet_only_with_the_box_ticked(make_app: MakeApp) -> None:
    client = Client(make_app())
    candidate_id = candidate_with_everything(client)
    path = f"/candidates/{candidate_id}/data-sheet"
    assert "Erase everything about Zenobia Quill" in sheet(client, candidate_id, "en")
    for form, is_erased in ((b"do=erase", False), (b"do=erase&sure=no", False), (b"do=erase&sure=yes", True)):
        answer = client.request("POST", path, body=form, headers=FORM)
        assert (answer.status, answer.headers["location"]) == (303, path)
        assert ("Zenobia" not in sheet(client, candidate_id, "en")) is is_erased, form
    assert "Erase this person" not in sheet(client, candidate_id, "en")
    assert "zq@secret" not in json.dumps(client.get(f"/api/candidates/{candidate_id}/export").json)


def test_a_data_sheet_says_which_score_a_person_set_and_which_are_the_program_s(make_app: MakeApp) -> None:
    client = Client(make_app())
    session = start(client)
    session_id = session["session_id"]
    answer_questions(client, client.get(session["entry_url"]).headers["location"], SAID)
    score(client, session_id)
    candidate_id = read_session(client, session_id)["candidate_id"]
    card = client.get(f"{SESSIONS}/{session_id}/scorecard").json["scorecard"]
    first, *others = card["transcription_scoring"]["question_scores"]
    body = {"score": 41.5, "reason": "Watched it."}
    path = f"{SESSIONS}/{session_id}/questions/{first['question_id']}/override"
    assert client.request("PUT", path, body=body).status == 200
    (interview,) = client.get(f"/api/candidates/{candidate_id}/data-sheet").json["interviews"]
    changed, *unchanged = interview["answers"]
    said = f"41.5 of 100, set by a person. The program gave {first['score']:g}, for these reasons:"
    assert (changed["score"], changed["reasons"]) == (said, first["reasons"])
    assert [answer["score"] for answer in unchanged] == [f"{answer['score']:g} of 100" for answer in others]
    facts = {item["name"]: item["value"] for item in interview["facts"]}
    assert facts["Total with people's scores"] == f"{read_session(client, session_id)['summary']['total_score']:g}"
    assert facts["The program's technical score"] == f"{card['technical_score']:g}"
    assert facts["Is read again as soon as possible"] == "no"
    for language, sentence in (
        ("en", "41.5 of 100, set by a person"), ("de", "41,5 von 100, von einer Person vergeben"),
        ("es", "41,5 de 100, puesta por una persona"),
    ):
        assert sentence in sheet(client, candidate_id, language)
    assert client.request("DELETE", path).status == 200
    (interview,) = client.get(f"/api/candidates/{candidate_id}/data-sheet").json["interviews"]
    assert interview["answers"][0]["score"] == f"{first['score']:g} of 100"


def test_the_page_of_a_data_sheet_tells_each_thing_once_and_leaves_ids_as_they_are(make_app: MakeApp) -> None:
    client = Client(make_app())
    session = start(client)
    answer_questions(client, client.get(session["entry_url"]).headers["location"], SAID)
    score(client, session["session_id"])
    candidate_id = read_session(client, session["session_id"])["candidate_id"]
    review = f"/api/reviews/{session['session_id']}"
    questions = [item["question_id"] for item in client.get(review).json["questions"]]
    body = {
        "revision": 0, "ratings": [{"question_id": each, "rating": 4} for each in questions],
        "recommendation": "yes", "reason": "Knows it.",
    }
    submitted = {"revision": client.request("PUT", review, body=body).json["review"]["revision"]}
    key = {"Idempotency-Key": "once"}
    assert client.request("POST", f"{review}/submit", body=submitted, headers=key).status == 200
    page = sheet(client, candidate_id, "en")
    assert "Stored state" not in page
    assert "State in lists" not in page
    assert f"{questions[0]}: 4" in page
    # Of whoever reviewed, the history says no role: reviewers do it as well as recruiters.
    assert "A review was submitted" in page
    # A response that is kept repeats what is above, and can name other people.
    assert "Responses of this service that name this interview" in page
    stored = client.get(f"/api/candidates/{candidate_id}/data-sheet").json["interviews"][0]
    assert "Answers kept for repeated requests" in stored["parts"]


def test_scores_by_competency_stand_beside_their_names_on_a_data_sheet(make_app: MakeApp) -> None:
    client = Client(make_app())
    etag = client.get("/api/jobs/1/plan").headers["etag"]
    assert client.request("PUT", "/api/jobs/1/plan", body=plan_body(), headers={"If-Match": etag}).status == 200
    assert client.post("/api/jobs/1/plan/publish").status == 200
    session = start(client)
    answer_questions(client, client.get(session["entry_url"]).headers["location"], SAID)
    score(client, session["session_id"])
    card = client.get(f"{SESSIONS}/{session['session_id']}/scorecard").json["scorecard"]
    by_competency = card["competency_scores"]
    candidate_id = read_session(client, session["session_id"])["candidate_id"]
    (interview,) = client.get(f"/api/candidates/{candidate_id}/data-sheet").json["interviews"]
    facts = {item["name"]: item["value"] for item in interview["facts"]}
    stored = facts["The program's scores by competency"].split(", ")
    assert sorted(stored) == sorted(f"{name}: {value:g}" for name, value in by_competency.items())
    assert f"Ownership: {by_competency['ownership']:g}" in sheet(client, candidate_id, "en")
