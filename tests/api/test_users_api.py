"""Users from the invitation to the removal: links, passwords, codes, logins, tokens, assignments."""

from __future__ import annotations

import json
import logging
from urllib.parse import urlencode, urlsplit

import pytest

from fakes.client import Client, Reply
from fakes.clock import FakeClock
from fakes.front_door import (
    ADMIN_TOKEN,
    BEARER,
    HTML,
    SESSIONS,
    START,
    MakeApp,
    cookie_of,
    faulty_fields,
    refused,
    stored,
)
from fakes.users import signed_in
from for_each import for_each
from tener_interview.domain.users.account import MAX_TOKENS
from tener_interview.domain.users.one_time_codes import code_at
from tener_interview.web.application import Application

ANN = {"email": "Ann.Lee@Example.com", "name": "Ann Lee", "role": "recruiter"}
GOOD = "violet otter drums 7"
OTHER = "sieben graue Mützen"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def app(make_app: MakeApp) -> Application:
    return make_app(TENER_INTERVIEW_ADMIN_TOKEN=ADMIN_TOKEN)


@pytest.fixture
def admin(app: Application) -> Client:
    return Client(app, BEARER)


def post_form(sender: Client, path: str, address: str = "10.1.1.1", **fields: str) -> Reply:
    headers = {**FORM, "Remote-Addr": address}
    return Client(sender.app).request("POST", path, body=urlencode(fields).encode(), headers=headers)


def join(admin: Client, password: str = GOOD, **changes: str) -> tuple[str, str]:
    """Invite somebody who sets a password; the id and the cookie."""
    invited = admin.post("/api/users", {**ANN, **changes})
    assert invited.status == 201, invited.text
    reply = post_form(admin, urlsplit(invited.json["url"]).path, password=password, again=password)
    assert reply.status == 303, reply.text
    return invited.json["user"]["user_id"], cookie_of(reply)


def log_in(
    admin: Client, password: str = GOOD, email: str = ANN["email"], address: str = "10.1.1.1", **more: str
) -> Reply:
    return post_form(admin, "/login", address, email=email, password=password, **more)


def test_a_user_invitation_works_once_and_expires(admin: Client, clock: FakeClock, environ: dict[str, str]) -> None:
    invited = admin.post("/api/users", ANN, Idempotency_Key="once").json
    path = urlsplit(invited["url"]).path
    assert invited["user"]["status"] == "invited"
    refused(admin.post("/api/users", {**ANN, "email": "ann.lee@example.COM"}), "USER_EMAIL_IN_USE")
    page = Client(admin.app).get(path, **HTML)
    assert "Ann.Lee@Example.com" in page.text
    for password, again in (("short", "short"), (GOOD, OTHER), ("password1234", "password1234"),
                            ("Summer-2026-!!", "Summer-2026-!!"), ("Ann.Lee is here", "Ann.Lee is here")):
        assert post_form(admin, path, password=password, again=again).status == 400
    assert post_form(admin, path, password=GOOD, again=GOOD, name="Ann L.").headers["location"] == "/dashboard"
    refused(Client(admin.app).get(path), "USER_LINK_INVALID")
    refused(post_form(admin, path, password=OTHER, again=OTHER), "USER_LINK_INVALID")
    assert admin.get(f"/api/users/{invited['user']['user_id']}").json["name"] == "Ann L."
    text = "\n".join(stored(environ))
    assert path.rpartition("/")[2] not in text
    assert GOOD not in text
    late = admin.post("/api/users", {**ANN, "email": "b@example.com"}).json
    clock.advance(hours=7 * 24)
    refused(Client(admin.app).get(urlsplit(late["url"]).path), "USER_LINK_INVALID")
    again = admin.post(f"/api/users/{late['user']['user_id']}/reset", {}).json
    assert Client(admin.app).get(urlsplit(again["url"]).path).status == 200


@for_each("body", [
    {**ANN, "email": "no address"}, {**ANN, "email": ""}, {**ANN, "role": "machine"}, {**ANN, "name": ""}, {},
    {**ANN, "role": "owner"}, {**ANN, "name": "\u202etxt"},
])
def test_invalid_user_invitations_are_refused(body: dict[str, str], admin: Client) -> None:
    assert faulty_fields(admin.post("/api/users", body))
    assert admin.get("/api/users").json["items"] == []


def test_signing_in_is_throttled_and_does_not_reveal_which_users_exist(
    admin: Client, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("tener_interview").propagate = True
    caplog.set_level(logging.INFO, "tener_interview")
    join(admin)
    unknown, wrong = log_in(admin, email="nobody@example.com"), log_in(admin, "wrong password!")
    assert (unknown.status, unknown.json["error"]) == (wrong.status, wrong.json["error"])
    for number in range(4):
        refused(log_in(admin, f"guess number {number}", address=f"10.2.0.{number}"), "UNAUTHORIZED")
    refused(log_in(admin, address="10.3.0.1"), "TOO_MANY_ATTEMPTS")
    clock.advance(seconds=61)
    assert log_in(admin, email="ann.lee@EXAMPLE.com ").status == 303
    for _ in range(7):
        assert log_in(admin).status == 303, "those who sign in rightly do not wait"
    for number in range(5):
        refused(log_in(admin, email=f"x{number}@example.com"), "UNAUTHORIZED")
    refused(log_in(admin), "TOO_MANY_ATTEMPTS")
    assert log_in(admin, address="10.3.0.2").status == 303
    assert "xample" not in caplog.text
    recorded = admin.get("/api/audit-log?action=login.refused&limit=100").json["items"]
    known = [entry["subject_id"] is not None for entry in reversed(recorded)]
    assert known == [False, *[True] * 5, *[False] * 5], "those that were throttled are not recorded"
    assert all(entry["origin"].startswith("hash:") for entry in recorded)
    page = post_form(admin, "/login", email="<b>@x", password="p", token="")
    assert page.status in (401, 429)


def test_changing_a_password_or_role_ends_other_logins(admin: Client, environ: dict[str, str]) -> None:
    user_id, first = join(admin)
    second = cookie_of(log_in(admin))
    ann = Client(admin.app, {"Cookie": first})
    assert ann.get("/api/account").json["user"]["email"] == ANN["email"]
    change = {"current_password": GOOD, "new_password": OTHER}
    refused(ann.post("/api/account/password", {**change, "current_password": "wrong"}), "WRONG_PASSWORD")
    assert faulty_fields(ann.post("/api/account/password", {**change, "new_password": "qwerty123456"})) == {"password"}
    assert ann.post("/api/account/password", change).json == {"ended": 1}
    refused(ann.get(SESSIONS, Cookie=second), "UNAUTHORIZED")
    assert ann.get(SESSIONS).status == 200
    assert log_in(admin).status == 401
    assert log_in(admin, OTHER).status == 303
    assert admin.request("PATCH", f"/api/users/{user_id}", body={"role": "reviewer"}).json["role"] == "reviewer"
    refused(ann.get(SESSIONS), "FORBIDDEN")
    assert ann.get("/dashboard").headers["location"] == "/reviews"
    assert log_in(admin, OTHER).headers["location"] == "/reviews"
    assert admin.request("PATCH", f"/api/users/{user_id}", body={"disabled": True}).json["status"] == "disabled"
    refused(ann.get("/api/account"), "UNAUTHORIZED")
    assert log_in(admin, OTHER).status == 401
    refused(admin.post(f"/api/users/{user_id}/reset", {}), "USER_DISABLED")
    assert admin.request("PATCH", f"/api/users/{user_id}", body={"disabled": False}).json["status"] == "active"
    cookie = cookie_of(log_in(admin, OTHER))
    reset = admin.post(f"/api/users/{user_id}/reset", {}).json
    refused(ann.get("/api/account", Cookie=cookie), "UNAUTHORIZED")
    assert log_in(admin, OTHER).status == 401
    renewed = post_form(admin, urlsplit(reset["url"]).path, password=GOOD, again=GOOD)
    fresh = cookie_of(renewed)
    for sender, path in ((admin, f"/api/users/{user_id}"), (Client(admin.app, {"Cookie": fresh}), "/api/account")):
        assert sender.request("PATCH", path, body={"name": "Ann Lee"}, headers={"Idempotency-Key": "k"}).status == 200
    assert admin.request("DELETE", f"/api/users/{user_id}").json["removed"] is True
    refused(admin.get(f"/api/users/{user_id}"), "USER_NOT_FOUND")
    assert log_in(admin).status in (401, 429)
    assert "Lee@" not in "\n".join(stored(environ))
    assert admin.post("/api/users", ANN).status == 201


def test_one_time_codes_are_set_up_required_and_recovered(admin: Client, clock: FakeClock) -> None:
    user_id, cookie = join(admin)
    ann = Client(admin.app, {"Cookie": cookie})
    refused(ann.post("/api/account/one-time-codes", {"password": "wrong"}), "WRONG_PASSWORD")
    refused(ann.post("/api/account/recovery-codes", {"password": GOOD}), "ONE_TIME_CODES_OFF")
    offered = ann.post("/api/account/one-time-codes", {"password": GOOD}).json
    assert offered["otpauth_uri"].startswith("otpauth://totp/Tener%20Interview:Ann.Lee@Example.com?secret=")

    def code(steps: int = 0) -> str:
        return code_at(offered["secret"], clock.now_ms() // 30_000 + steps)

    confirm = "/api/account/one-time-codes/confirm"
    refused(ann.post(confirm, {"code": "000000" if code() != "000000" else "000001"}), "WRONG_CODE")
    assert log_in(admin).status == 303
    recovery = ann.post(confirm, {"code": code()}).json["recovery_codes"]
    assert len(set(recovery)) == 10
    refused(ann.post("/api/account/one-time-codes", {"password": GOOD}), "ONE_TIME_CODES_ON")
    refused(log_in(admin), "ONE_TIME_CODE_REQUIRED")
    assert log_in(admin, "not the password", code=code(1)).status == 401
    refused(log_in(admin, code=code()), "UNAUTHORIZED")
    assert log_in(admin, code=f"{code(1)[:3]} {code(1)[3:]}").status == 303, "a clock that is 30 s ahead"
    refused(log_in(admin, code=code(1)), "UNAUTHORIZED")
    clock.advance(seconds=120)
    refused(log_in(admin, code=code(-2)), "UNAUTHORIZED")
    assert log_in(admin, code=code(-1)).status == 303
    assert log_in(admin, code=recovery[3].upper().replace("-", " ")).status == 303
    refused(log_in(admin, code=recovery[3]), "UNAUTHORIZED")
    assert ann.get("/api/account").json["recovery_codes_left"] == 9
    new = ann.post("/api/account/recovery-codes", {"password": GOOD}).json["recovery_codes"]
    refused(log_in(admin, code=recovery[4]), "UNAUTHORIZED")
    clock.advance(seconds=61)
    assert log_in(admin, code=new[0]).status == 303
    reset = admin.post(f"/api/users/{user_id}/reset", {"without_codes": True}).json
    joined = post_form(admin, urlsplit(reset["url"]).path, password=OTHER, again=OTHER)
    assert joined.headers["location"] == "/dashboard", "codes are off"
    assert log_in(admin, OTHER).status == 303


def test_logins_and_tokens_are_listed_and_revoked(
    app: Application, admin: Client, clock: FakeClock, environ: dict[str, str]
) -> None:
    _, cookie = join(admin)
    ann = Client(admin.app, {"Cookie": cookie})
    agent = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", **FORM}
    form = urlencode({"email": ANN["email"], "password": GOOD}).encode()
    other = cookie_of(Client(admin.app).request("POST", "/login", body=form, headers=agent))
    logins = ann.get("/api/account/logins").json["items"]
    assert {(login["browser"], login["this_browser"]) for login in logins} == {("Firefox on Linux", False), ("", True)}
    firefox = next(login for login in logins if login["browser"])
    bob = signed_in(app, "admin")
    refused(bob.request("DELETE", f"/api/account/logins/{firefox['login_id']}"), "LOGIN_NOT_FOUND")
    assert ann.request("DELETE", f"/api/account/logins/{firefox['login_id']}").status == 200
    refused(ann.get("/api/account", Cookie=other), "UNAUTHORIZED")
    refused(ann.request("DELETE", f"/api/account/logins/{firefox['login_id']}"), "LOGIN_NOT_FOUND")
    token = ann.post("/api/account/tokens", {"name": "nightly", "read_only": True, "expires_in_days": 1}).json
    assert token["token"] not in "\n".join(stored(environ))
    program = Client(admin.app, {"Authorization": f"Bearer {token['token']}"})
    assert program.get(SESSIONS).status == 200
    refused(program.post(START, {"job_id": 1, "candidate_id": 42}), "FORBIDDEN")
    refused(program.get("/api/account/tokens"), "FORBIDDEN")
    refused(program.get("/api/users"), "FORBIDDEN")
    assert ann.get("/api/account/tokens").json["items"][0]["last_used_at"]
    assert faulty_fields(ann.post("/api/account/tokens", {"name": "more", "role": "admin"})) == {"role"}
    refused(bob.request("DELETE", f"/api/account/tokens/{token['token_id']}"), "TOKEN_NOT_FOUND")
    clock.advance(hours=24)
    refused(program.get(SESSIONS), "UNAUTHORIZED")
    machine = admin.post("/api/tokens", {"name": "main system"}).json
    assert machine["role"] == "machine"
    as_machine = {"Authorization": f"Bearer {machine['token']}"}
    assert Client(admin.app, as_machine).post(START, {"job_id": 1, "candidate_id": 42}).status == 201
    assert {item["status"] for item in admin.get("/api/tokens").json["items"]} == {"active", "expired"}
    assert admin.request("DELETE", f"/api/tokens/{machine['token_id']}").status == 200
    refused(Client(admin.app, as_machine).get(SESSIONS), "UNAUTHORIZED")
    entries = json.dumps(admin.get("/api/audit-log?limit=500").json)
    for action in ("user.invited", "user.joined", "login.created", "login.ended", "token.created", "token.revoked"):
        assert action in entries
    assert "xample" not in entries
    log = admin.get("/audit-log").text
    assert 'Ann Lee <span class="id">us_' in log, "the page says whose id that is"
    assert '<span lang="en">A user was invited</span> <span class="id">user.invited</span>' in log


def test_codes_tokens_and_other_logins_end_from_the_account(admin: Client, clock: FakeClock) -> None:
    _, cookie = join(admin)
    ann = Client(admin.app, {"Cookie": cookie})
    assert log_in(admin).status == 303
    assert ann.post("/api/account/logins/end", {"this_browser": False}).json == {"ended": 1}
    token = ann.post("/api/account/tokens", {"name": "nightly"}).json
    assert ann.request("DELETE", f"/api/account/tokens/{token['token_id']}").status == 200
    refused(Client(admin.app, {"Authorization": f"Bearer {token['token']}"}).get(SESSIONS), "UNAUTHORIZED")
    offered = ann.post("/api/account/one-time-codes", {"password": GOOD}).json
    code = code_at(offered["secret"], clock.now_ms() // 30_000)
    assert ann.post("/api/account/one-time-codes/confirm", {"code": code}).status == 200
    refused(log_in(admin), "ONE_TIME_CODE_REQUIRED")
    refused(ann.post("/api/account/one-time-codes/disable", {"password": "wrong"}), "WRONG_PASSWORD")
    assert ann.post("/api/account/one-time-codes/disable", {"password": GOOD}).status == 200
    assert log_in(admin).status == 303
    assert ann.post("/api/account/logins/end", {"this_browser": True}).json == {"ended": 2}
    refused(ann.get("/api/account"), "UNAUTHORIZED")


def test_revoked_tokens_do_not_count_towards_the_token_limit(admin: Client) -> None:
    made = [admin.post("/api/tokens", {"name": f"script {number}"}) for number in range(MAX_TOKENS)]
    assert {reply.status for reply in made} == {201}
    refused(admin.post("/api/tokens", {"name": "one more"}), "TOO_MANY_TOKENS")
    token_id = admin.get("/api/tokens").json["items"][0]["token_id"]
    assert admin.request("DELETE", f"/api/tokens/{token_id}").status == 200
    assert admin.post("/api/tokens", {"name": "one more"}).status == 201


def test_reviewers_are_assigned_to_jobs(admin: Client) -> None:
    one, _ = join(admin, role="reviewer")
    two, _ = join(admin, role="reviewer", email="two@example.com", name="Two")
    path = "/api/jobs/2/reviewers"
    put = admin.request("PUT", path, body={"user_ids": [one, two, one]}).json
    assert [item["user_id"] for item in put["items"]] == [one, two]
    assert admin.get(f"/api/users/{one}").json["job_ids"] == [2]
    assert faulty_fields(admin.request("PUT", path, body={"user_ids": ["us_unknown"]})) == {"user_ids"}
    assert admin.request("PUT", path, body={"user_ids": [two]}).json["others"][0]["user_id"] == one
    assert admin.request("PUT", path, body={"user_ids": []}).json["items"] == []
    assert admin.get(f"/api/users/{two}").json["job_ids"] == []
    assert admin.request("PUT", path, body={"user_ids": [two]}).status == 200
    admin.request("PATCH", f"/api/users/{two}", body={"disabled": True})
    assert admin.get(path).json["items"] == []
    assert faulty_fields(admin.request("PUT", path, body={"user_ids": [two]})) == {"user_ids"}


def test_without_an_admin_token_the_last_admin_stays(make_app: MakeApp) -> None:
    open_service = Client(make_app())
    user_id, cookie = join(open_service, role="admin")
    own = Client(open_service.app, {"Cookie": cookie})
    for change in ({"disabled": True}, {"role": "recruiter"}):
        refused(own.request("PATCH", f"/api/users/{user_id}", body=change), "LAST_ADMIN")
    refused(own.request("DELETE", f"/api/users/{user_id}"), "LAST_ADMIN")
    other, _ = join(open_service, role="admin", email="second@example.com", name="Second")
    assert own.request("PATCH", f"/api/users/{user_id}", body={"role": "reviewer"}).status == 200
    refused(own.request("PATCH", f"/api/users/{other}", body={"role": "reviewer"}), "FORBIDDEN")


def test_a_form_sent_after_signing_out_says_that_nothing_was_saved(app: Application) -> None:
    german = Client(app, {**HTML, "Accept-Language": "de"})
    shown = german.request("POST", "/jobs/1/notice", body=b"text_en=Long+work", headers=FORM)
    assert shown.status == 401
    assert "daher wurde nichts gespeichert" in shown.text
    assert 'href="/login"' in shown.text
    assert "Bearer" not in shown.text


def test_the_pages_before_signing_in_are_in_the_language_of_the_reader(app: Application, admin: Client) -> None:
    german = Client(app, {**HTML, "Accept-Language": "de"})
    invited = admin.post("/api/users", ANN).json
    path = urlsplit(invited["url"]).path

    def set_password(password: str, again: str | None = None) -> str:
        body = urlencode({"password": password, "again": again or password}).encode()
        return german.request("POST", path, body=body, headers=FORM).text

    assert "Die beiden Passwörter sind nicht gleich" in set_password(GOOD, OTHER)
    assert "Das Passwort muss 12 bis 200 Zeichen haben." in set_password("short")
    assert "kein verbreitetes" in set_password("password1234")
    assert "weder Ihren Namen" in set_password("Ann Lee Ann Lee")
    assert "wenigen wiederholten Zeichen" in set_password("ababababababab")
    set_password(GOOD)
    used = german.get(path)
    assert used.status == 410
    assert "Dieser Link wurde schon benutzt oder ist abgelaufen." in used.text
    assert "This link" not in used.text
