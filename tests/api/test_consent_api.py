"""Notice and consent: nothing is scored before a candidate agrees, and the recruiter sees why."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

import pytest

from fakes.client import Client, Reply
from fakes.databases import everything
from fakes.front_door import HTML, SESSIONS, MakeApp, read_session, refused, start
from for_each import for_each
from tener_interview.api.candidate_texts import Texts, all_texts
from tener_interview.api.desk_texts import DESK_TEXTS
from tener_interview.api.explanation import CANDIDATE_TEXTS, answer_section
from tener_interview.domain.consent.notices import default_texts
from tener_interview.domain.privacy.explaining import Explanation

FORM = {"Content-Type": "application/x-www-form-urlencoded", **HTML}
ROBOT = "Slackbot-LinkExpanding 1.0"


@pytest.fixture
def desk(make_app: MakeApp) -> Client:
    """A job that requires consent, with placeholders in both forms; the landing page is off by the settings."""
    client = Client(make_app(TENER_INTERVIEW_COMPANY_NAME="Nord", TENER_INTERVIEW_CONTACT="ann@example.com"))
    texts = "text_en=Notice+en+of+{company}&text_de=Notice+de+of+$company"
    saved = client.request("POST", "/jobs/1/notice", body=f"consent_required=yes&{texts}".encode(), headers=FORM)
    assert saved.status == 303
    return client


def page(client: Client, url: str, **headers: str) -> str:
    reply = client.request("GET", url, headers={**HTML, **headers})
    assert reply.status == 200
    return unescape(reply.text)


def send(client: Client, url: str, agree: bool = True, path: str = "start", agent: str = "Mozilla/5.0") -> Reply:
    seen = re.search(r'name="notice" value="(\w+)"', page(client, url))
    form = f"notice={seen[1] if seen else ''}{'&agree=yes' if agree else ''}"
    return client.request("POST", f"{url}/{path}", body=form.encode(), headers={**FORM, "User-Agent": agent})


def consent(client: Client, session_id: str) -> Any:
    return client.get(f"{SESSIONS}/{session_id}/consent").json


def answer_everything(client: Client, url: str) -> None:
    """Answer all questions of the demo interview, as its page does."""
    location = client.request("POST", f"{url}/start", body=b"", headers=FORM).headers["location"]
    shown = client.request("GET", location, headers=HTML).text
    names = re.findall(r'<textarea[^>]* name="([^"]+)"', shown)
    text = "We+cut+the+latency+of+the+API+from+two+seconds+to+200+ms+because+I+profiled+it+and+added+an+index."
    body = "&".join(f"{name}={text}" for name in names).encode()
    assert client.request("POST", location, body=body, headers=FORM).status in (200, 303)


def save_notice(client: Client, form: str) -> Reply:
    return client.request("POST", "/jobs/1/notice", body=form.encode(), headers=FORM)


@pytest.mark.parametrize("form", ["do=preview&text_en=Notice", "do=save&text_en="])
def test_a_notice_that_is_not_saved_keeps_the_boxes_as_they_were_sent(form: str, make_app: MakeApp) -> None:
    client = Client(make_app())
    for ticks in ("consent_required=yes", "explain_scores=yes", ""):
        shown = save_notice(client, f"{form}&{ticks}").text
        found = re.findall(r'name="(consent_required|explain_scores)" value="yes"( checked)?', shown)
        assert dict(found) == {
            name: " checked" if name in ticks else "" for name in ("consent_required", "explain_scores")
        }
    assert client.get("/api/jobs/1/notice").json["consent_required"] is False


def test_candidates_see_what_is_recorded_and_by_whom_once(make_app: MakeApp) -> None:
    client = Client(make_app(TENER_INTERVIEW_LANDING_PAGE="true"))
    standard = client.get("/api/jobs/1/notice").json["texts"]
    url, words = start(client)["entry_url"], all_texts()["en"]
    facts = (words["landing_recorded_text"], words["landing_seen"])
    assert [fact in page(client, url).partition('class="notice"')[0] for fact in facts] == [True, True]
    fields = "&".join(f"text_{item['language']}={quote_plus(item['text'])}" for item in standard)
    assert save_notice(client, f"consent_required=yes&{fields}").status == 303
    assert [fact in page(client, url).partition('class="notice"')[0] for fact in facts] == [False, False]
    # A notice of the company's own need not say it.
    assert save_notice(client, "consent_required=yes&text_en=Own").status == 303
    assert [fact in page(client, url).partition('class="notice"')[0] for fact in facts] == [True, True]


def test_a_canceled_interview_does_not_wait_for_consent(desk: Client) -> None:
    session_id = start(desk, candidate_name="Zenobia Quill")["session_id"]
    assert "Zenobia Quill" in desk.request("GET", "/jobs/1/notice", headers=HTML).text
    desk.post(f"{SESSIONS}/{session_id}/cancel")
    assert "Zenobia Quill" not in desk.request("GET", "/jobs/1/notice", headers=HTML).text


def test_who_refused_finds_back_and_can_write_to_the_contact(desk: Client) -> None:
    url = start(desk)["entry_url"]
    shown = send(desk, url, agree=False, path="refuse").text
    assert 'href="mailto:ann@example.com"' in shown
    (back,) = re.findall(r'<a class="button" href="([^"]+)"', shown)
    assert url.endswith(back)
    again = page(desk, back)
    assert ("Notice en of Nord" in again, all_texts()["en"]["refused_before"] in again) == (True, True)
    assert all_texts()["en"]["refused_before"] not in page(desk, start(desk, 43)["entry_url"])


def test_an_interview_starts_only_after_the_candidate_consents(desk: Client) -> None:
    session = start(desk, language="de")
    url, session_id = session["entry_url"], session["session_id"]
    shown = page(desk, url)
    assert "Notice de of Nord" in shown
    assert 'type="checkbox" name="agree" value="yes" required>' in shown
    assert "checked" not in shown
    for reply in (send(desk, url, agree=False), send(desk, url, path="start", agree=False)):
        assert reply.status == 200
        assert all_texts()["de"]["consent_missing"] in unescape(reply.text)
    send(desk, url, agent=ROBOT)
    assert (read_session(desk, session_id)["status"], consent(desk, session_id)["state"]) == ("invited", "none")
    led = send(desk, url)
    assert (led.status, "/demo/interview/" in led.headers["location"]) == (303, True)
    given = consent(desk, session_id)
    assert (given["state"], given["how"], given["notice_version"], given["language"]) == ("given", "link", 1, "de")
    assert len(given["text_hash"]) == 64
    assert read_session(desk, session_id)["status"] == "in_progress"
    answer_everything(desk, url)
    assert desk.post(f"{SESSIONS}/{session_id}/refresh", {}).json["status"] in ("scored", "completed")
    assert "agreed to the notice" not in str(read_session(desk, session_id)["review_reason"])


def test_after_a_change_of_the_notice_consent_is_asked_again(desk: Client) -> None:
    url = start(desk)["entry_url"]
    seen = re.search(r'name="notice" value="(\w+)"', page(desk, url))
    assert seen
    changed = desk.request("PUT", "/api/jobs/1/notice", body={"texts": [{"language": "en", "text": "Other"}]})
    assert changed.json["version"] == 2
    body = f"agree=yes&notice={seen[1]}".encode()
    assert desk.request("POST", f"{url}/start", body=body, headers=FORM).status == 200
    assert send(desk, url).status == 303


@pytest.mark.parametrize("ends", ["link", "recruiter"])
def test_answers_are_not_scored_before_consent(ends: str, make_app: MakeApp) -> None:
    client = Client(make_app())
    session = start(client)
    url, session_id = session["entry_url"], session["session_id"]
    answer_everything(client, url)
    form = b"consent_required=yes&text_en=Notice"
    assert client.request("POST", "/jobs/1/notice", body=form, headers=FORM).status == 303
    client.post(f"{SESSIONS}/{session_id}/refresh", {})
    waiting = read_session(client, session_id)
    assert (waiting["status"], waiting["needs_review"], waiting["summary"]["total_score"]) == ("completed", True, None)
    assert "has not agreed to the notice" in waiting["review_reason"]
    headline = client.get(f"{SESSIONS}/{session_id}/scorecard").json["headline"]
    assert headline == "No score: the candidate's consent is missing."
    again = client.post(f"{SESSIONS}/{session_id}/refresh", {})
    assert (again.status, again.json["review_reason"]) == (200, waiting["review_reason"]), "there are transcripts"
    assert client.get(f"{SESSIONS}/{session_id}/results").json["items"] == []
    assert client.post("/api/admin/jobs/1/rescore", {}).status == 200
    assert read_session(client, session_id)["summary"]["total_score"] is None
    if ends == "link":
        for language in ("en", "de", "es"):
            shown, texts = page(client, f"{url}", **{"Accept-Language": language}), all_texts()[language]
            late = ("consent_late_title", "consent_late_text", "consent_late_heading", "consent_late_agree")
            assert [name for name in late if texts[name] not in shown] == []
            assert not any(texts[name] in shown for name in ("consent_heading", "finished_text"))
        assert "Notice" in page(client, url)
        assert send(client, url).status == 200
        client.post("/api/admin/jobs/1/sessions/refresh", {})
    else:
        note = {"given": True, "note": "by e-mail, 3 May"}
        state = client.request("PUT", f"{SESSIONS}/{session_id}/consent", body=note).json
        assert (state["state"], state["how"], state["note"]) == ("given", "recruiter", "by e-mail, 3 May")
    scored = read_session(client, session_id)
    assert scored["status"] == "scored", scored["review_reason"]
    assert scored["review_reason"] is None


@pytest.mark.parametrize("says", ["no_answer", "refused"])
def test_a_score_from_before_consent_was_asked_for_stays_and_says_so(says: str, make_app: MakeApp) -> None:
    client = Client(make_app())
    session = start(client)
    session_id = session["session_id"]
    answer_everything(client, session["entry_url"])
    client.post(f"{SESSIONS}/{session_id}/refresh", {})
    scored = read_session(client, session_id)
    total, candidate_id = scored["summary"]["total_score"], scored["candidate_id"]

    def seen() -> list[Any]:
        (row,) = client.get("/api/jobs/1/interview-leaderboard").json["items"]
        listed = client.get("/api/admin/jobs/1/candidates").json["items"]
        own = next(item["session"] for item in listed if item["candidate_id"] == candidate_id)
        return [row, own, client.get(f"{SESSIONS}/{session_id}/scorecard").json]

    assert [item["scored_without_consent"] for item in seen()] == [None] * 3
    form = b"consent_required=yes&text_en=Notice"
    assert client.request("POST", "/jobs/1/notice", body=form, headers=FORM).status == 303
    if says == "refused":
        client.request("PUT", f"{SESSIONS}/{session_id}/consent", body={"given": False})
    # Neither a refresh nor scoring again changes what is there.
    client.post(f"{SESSIONS}/{session_id}/refresh", {"force": True})
    client.post("/api/admin/jobs/1/rescore", {})
    assert len(client.get(f"{SESSIONS}/{session_id}/results").json["items"]) == 1
    assert [item["scored_without_consent"] for item in seen()] == [says] * 3
    assert [item["total_score"] for item in seen()[:2]] == [total] * 2
    client.request("PUT", f"{SESSIONS}/{session_id}/consent", body={"given": True})
    assert [item["scored_without_consent"] for item in seen()] == [None] * 3


@pytest.mark.parametrize(("path", "text_key"), [("start", "consented_text"), ("refuse", "refused_text")])
def test_who_was_scored_before_is_told_so_and_not_that_nothing_is_assessed(
    path: str, text_key: str, make_app: MakeApp
) -> None:
    client = Client(make_app())
    session = start(client)
    url = session["entry_url"]
    answer_everything(client, url)
    client.post(f"{SESSIONS}/{session['session_id']}/refresh", {})
    form = b"consent_required=yes&text_en=Notice"
    assert client.request("POST", "/jobs/1/notice", body=form, headers=FORM).status == 303
    texts = all_texts()["en"]
    assert texts["consent_late_text_scored"] in page(client, url)
    assert texts["consent_late_text"] not in page(client, url)
    unticked = client.request("POST", f"{url}/start", body=b"", headers=FORM)
    assert texts["consent_missing_scored"] in unescape(unticked.text)
    shown_text = unescape(send(client, url, path=path).text)
    assert texts[f"{text_key}_scored"] in shown_text
    assert texts[text_key] not in shown_text


def test_who_agreed_can_withdraw_as_easily(desk: Client) -> None:
    texts = all_texts()["en"]
    session = start(desk)
    url, session_id = session["entry_url"], session["session_id"]
    assert texts["consent_withdraw"] not in page(desk, url)
    send(desk, url)
    answer_everything(desk, url)
    assert desk.post(f"{SESSIONS}/{session_id}/refresh", {}).json["status"] == "scored"
    finished = page(desk, url)
    assert texts["finished_heading"] in finished
    asked = rf'<p dir="auto">{re.escape(texts["withdraw_ask"])}</p>'
    asks = rf'action="([^"]+)">{asked}<button[^>]*>{texts["consent_withdraw"]}<'
    (way,) = re.findall(asks, finished)
    shown_text = unescape(desk.request("POST", way, body=b"", headers={**FORM, "User-Agent": "Mozilla/5.0"}).text)
    assert (texts["withdrawn_heading"] in shown_text, texts["withdrawn_text_scored"] in shown_text) == (True, True)
    assert (consent(desk, session_id)["state"], consent(desk, session_id)["withdrawn"]) == ("refused", True)
    assert "<div>withdrawn on " in desk.request("GET", "/jobs/1/notice", headers=HTML).text
    candidate_id = read_session(desk, session_id)["candidate_id"]
    sheet = desk.request("GET", f"/candidates/{candidate_id}/data-sheet", headers=HTML).text
    assert "Withdrew consent on the page of the interview link on " in sheet
    (row,) = desk.get("/api/jobs/1/interview-leaderboard").json["items"]
    assert row["scored_without_consent"] == "withdrawn"
    finished_today = next(group for group in desk.get("/api/today").json["groups"] if group["kind"] == "finished")
    assert [item["scored_without_consent"] for item in finished_today["items"]] == ["withdrawn"]
    actions = [item["action"] for item in desk.get("/api/audit-log?action=consent.").json["items"]]
    assert actions == ["consent.withdrawn", "consent.given"]
    again = page(desk, url)
    assert texts["withdrawn_before"] in again
    assert texts["consent_late_text_scored"] in again
    assert texts["consent_withdraw"] not in again


def test_refusing_consent_is_recorded_and_can_be_undone(desk: Client, environ: dict[str, str]) -> None:
    session = start(desk, language="fr")
    url, session_id = session["entry_url"], session["session_id"]
    assert "Notice en of Nord" in page(desk, url)
    assert send(desk, url, path="refuse", agent=ROBOT).status == 200
    assert consent(desk, session_id)["state"] == "none"
    reply = send(desk, url, path="refuse")
    assert all_texts()["fr"]["refused_heading"] in unescape(reply.text)
    session = read_session(desk, session_id)
    assert (session["needs_review"], session["status"]) == (True, "invited")
    assert "does not agree" in session["review_reason"]
    assert "<div>refused on " in desk.request("GET", "/jobs/1/notice", headers=HTML).text
    assert send(desk, url).status == 303
    assert (read_session(desk, session_id)["review_reason"], consent(desk, session_id)["state"]) == (None, "given")
    actions = [item["action"] for item in desk.get("/api/audit-log?action=consent.").json["items"]]
    assert actions == ["consent.given", "consent.refused"]
    assert desk.request("DELETE", f"/api/candidates/{session['candidate_id']}").status == 200
    assert not any("consents" in line and session_id in line for line in everything(environ))
    refused(desk.request("PUT", f"{SESSIONS}/{session_id}/consent", body={"given": True}), "CANDIDATE_ERASED")


def test_each_change_of_a_notice_creates_a_version(make_app: MakeApp) -> None:
    client = Client(make_app())
    first = client.get("/api/jobs/1/notice").json
    assert (first["version"], first["consent_required"]) == (0, False)
    assert {item["language"] for item in first["texts"]} == {"en", "de", "es", "fr", "pt", "nl"}
    for text in default_texts().values():
        assert text.count("{company}") == 1
        assert text.count("{contact}") == 1
        assert "Hireflix" in text
        assert len(text.split("\n\n")) == 6
    for texts in ([], [{"language": "xx", "text": "a"}], [{"language": "en", "text": ""}], "text"):
        refused(client.request("PUT", "/api/jobs/1/notice", body={"texts": texts}), "VALIDATION_FAILED")
    for version in (1, 1, 2):
        body = {"texts": [{"language": "nl", "text": f"Tekst {version} $100"}]}
        assert client.request("PUT", "/api/jobs/1/notice", body=body).json["version"] == version
    session = start(client, language="es")
    assert client.request("GET", session["entry_url"], headers=HTML).status == 302
    for form in ("{company}", "$company", "${company}"):
        sent = f"do=preview&text_de=Gut+{form}+$companys+{{company_}}+$5".encode()
        preview = client.request("POST", "/jobs/1/notice", body=sent, headers=FORM)
        assert "The company" not in preview.text
        shown = unescape(preview.text)
        assert "Gut Das Unternehmen, das Sie einlädt, $companys {company_} $5" in shown
    assert client.get("/api/jobs/1/notice").json["version"] == 2


@for_each(("language", "mark", "reason"), [
    ("de", ",", "Nicht gefunden"), ("es", ",", "No encontramos"), ("fr", ",", "We did not find"),
    ("zh", ".", "We did not find"), ("en", ".", "We did not find"),
])
def test_an_explanation_is_in_the_form_and_the_language_of_its_reader(
    language: str, mark: str, reason: str,
) -> None:
    texts = Texts(language, all_texts()[language])
    answer = Explanation.Answer("Which?", 72.1, ("We did not find: “a <test>”.",), "")
    shown = answer_section(1, answer, texts)
    assert f"72{mark}1" in shown
    assert reason in shown
    assert "a &lt;test&gt;" in shown
    assert ('lang="en"' in shown) == (language in {"fr", "zh"})
    assert shown.startswith('<section><h2 dir="auto">1. Which?</h2>')
    for sentence, key in CANDIDATE_TEXTS.items():
        assert DESK_TEXTS.translate_api_sentence(sentence, "de") is not None
        assert texts[key] in unescape(
            answer_section(1, Explanation.Answer("Which?", None, (sentence,), ""), texts)
        )
    assert texts["explain_none"] in answer_section(1, Explanation.Answer("Which?", 0.0, (), ""), texts)
    assert texts["explain_reasons"] not in answer_section(1, Explanation.Answer("Which?", None, (), ""), texts)


@for_each(("language", "shown_text", "point"), [
    ("en", "On “the bug”: “I said “no” to it”.", "On “the bug”: “I said “no” to it”."),
    ("de", "On “the bug”: “I fixed it”.", "Zu „der Fehler“: „I fixed it“."),
    ("de", "We did not find: “the bug”, “a <test>”.", "Nicht gefunden: „der Fehler“, „a <test>“."),
    ("de", "Describes own actions: “I fixed it”, “I asked”.", "Beschreibt eigenes Handeln: „I fixed it“, „I asked“."),
    ("es", "Describes own actions: “I fixed it”, “I asked”.", "Describe acciones propias: «I fixed it», «I asked»."),
])
def test_an_explanation_translates_key_points_of_the_library_and_has_the_quotation_marks_of_its_language(
    language: str, shown_text: str, point: str,
) -> None:
    answer = Explanation.Answer("Which?", 72.1, (shown_text,), "")
    points = {"the bug": "der Fehler"} if language == "de" else {}
    shown = answer_section(1, answer, Texts(language, all_texts()[language]), points)
    assert f"<li>{point}</li>" in unescape(shown)


def test_a_candidate_reads_the_stored_data_and_adds_a_statement_to_the_score(make_app: MakeApp) -> None:
    client = Client(make_app(TENER_INTERVIEW_CONTACT="ann@example.com"))
    session = start(client, candidate_name="Zenobia Quill")
    session_id, url = session["session_id"], session["entry_url"]
    candidate_id = read_session(client, session_id)["candidate_id"]
    refused(client.request("GET", f"{url}/score", headers={"Accept": "application/json"}), "ROUTE_NOT_FOUND")
    answer_everything(client, url)
    assert client.post(f"{SESSIONS}/{session_id}/refresh", {}).json["status"] == "scored"
    sheet = client.get(f"/api/candidates/{candidate_id}/data-sheet").json
    (interview,) = sheet["interviews"]
    facts = {item["name"]: item["value"] for item in interview["facts"]}
    assert facts["Name"] == "Zenobia Quill"
    assert facts["Status of the interview"] == "scored"
    assert any("200 ms" in answer["transcript"] for answer in interview["answers"])
    assert interview["consent"] == "No consent is recorded."
    for bad in ({"session_id": session_id, "text": ""}, {"session_id": session_id}):
        refused(client.post(f"/api/candidates/{candidate_id}/corrections", bad), "VALIDATION_FAILED")
    body = {"session_id": session_id, "text": "I said 20 ms <b>not</b> 200."}
    refused(client.post("/api/candidates/99999/corrections", body), "INTERVIEW_SESSION_NOT_FOUND")
    note = client.post(f"/api/candidates/{candidate_id}/corrections", body).json
    sheet_page = f"/candidates/{candidate_id}/data-sheet"
    by_form = urlencode({"session_id": session_id, "text": "By the form."}).encode()
    saved = client.request("POST", sheet_page, body=by_form, headers=FORM)
    assert (saved.status, saved.headers["location"]) == (303, sheet_page)
    shown = client.request("GET", sheet_page, headers=HTML).text
    assert "By the form." in shown
    assert "I said 20 ms &lt;b&gt;not&lt;/b&gt; 200." in shown
    assert note in client.get(f"{SESSIONS}/{session_id}/scorecard").json["correction_notes"]
    in_german = ("Was über Zenobia Quill gespeichert ist", "E-Mail-Adresse", " von 100", "Anderswo gespeichert")
    in_spanish = ("Qué se guarda sobre Zenobia Quill", "Correo", " de 100", "Guardado en otros lugares")
    for language, texts in (("de", in_german), ("es", in_spanish)):
        headers = {**HTML, "Accept-Language": language}
        pages = [
            client.request("GET", path, headers=headers).text
            for path in (f"/candidates/{candidate_id}/data-sheet", "/jobs/1/notice")
        ]
        assert all(f'<html lang="{language}">' in text for text in pages)
        assert [text for text in texts if text not in "".join(pages)] == []
    # Her own explanation: only where the job allows it, and without ids.
    assert client.request("GET", f"{url}/score", headers=HTML).status == 404
    form = b"explain_scores=yes&text_en=Notice"
    assert client.request("POST", "/jobs/1/notice", body=form, headers=FORM).status == 303
    assert f"{url.partition('/i/')[1]}" in page(client, url)
    explained = page(client, f"{url}/score")
    for text in ("Senior Backend Engineer", "of 100", "200 ms", "I said 20 ms <b>not</b> 200.", "ann@example.com"):
        assert text in explained
    assert f'<a href="{urlsplit(url).path}">Back</a>' in explained
    assert all_texts()["en"]["demo_mark"] in explained
    assert session_id not in explained
    # Every score has its reasons.
    assert explained.count("<h3>Why</h3>") == explained.count('<p class="number">') == 6
    # What a person changes is shown as everybody sees it, and as a person's.
    answers = client.get(f"{SESSIONS}/{session_id}/scorecard").json["scorecard"]["transcription_scoring"]
    in_english = all_texts()["en"]
    assert in_english["explain_by_person"] not in explained
    of_answer = f"questions/{answers['question_scores'][0]['question_id']}/override"
    for place, score in ((of_answer, 41.5), ("override", 7.5)):
        body = {"score": score, "reason": "Watched it"}
        assert client.request("PUT", f"{SESSIONS}/{session_id}/{place}", body=body).status == 200
        total = read_session(client, session_id)["summary"]["total_score"]
        changed = page(client, f"{url}/score")
        assert f"Total: {total:g} of 100" in changed
        assert '<p class="number">41.5 of 100</p>' in changed
        # The total says that it was set only where it was, and praise of the program is no reason of a person's score.
        follows = place == of_answer
        assert changed.count(in_english["explain_by_person"]) == (1 if follows else 2)
        assert (in_english["explain_answer_by_person"] in changed) == follows
        assert changed.count(in_english["explain_ask_reason"]) == 1
        assert changed.count("<h3>Why</h3>") == 5
    assert client.request("DELETE", f"/api/candidates/{candidate_id}/corrections/{note['note_id']}").json["removed"]
    assert not client.request("DELETE", f"/api/candidates/{candidate_id}/corrections/{note['note_id']}").json["removed"]
    exports = [item["details"]["what"] for item in client.get("/api/audit-log?action=export.made").json["items"]]
    assert exports.count("data_sheet") == 4
