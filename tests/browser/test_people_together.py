"""People together: an admin, a recruiter, three reviewers and a hiring manager work through one job at once."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import APIResponse, BrowserContext, Error, Locator, Page, Response, ViewportSize, expect

from fakes.browser_watch import Watch
from fakes.front_door import ADMIN_TOKEN
from fakes.running_service import RunningService, demo_environ
from fakes.screenshots import NARROW, at_every_width
from fakes.service_in_process import service_in_process
from tener_interview.__main__ import main

CANDIDATES = (42, 43, 49)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
#: What only the machine's part of an answer has.
_MACHINE_SCORES = re.compile(r'"(?:machine_total|human_total|total_score|evidence|score)":')
_WIDE: ViewportSize = {"width": 1440, "height": 900}
_OVERRIDE_REASON = "Reads from a script; see minute two."


class Person:
    """Somebody with a login of their own: all share a window, each by another name of this computer, and cookies and
    what is kept in the browser are of one name."""

    def __init__(self, context: BrowserContext, service: RunningService, name: str, number: int) -> None:
        first_name = name.split()[0].lower()
        self.name = name
        self.email = f"{first_name}@people.example"
        self.password = f"{number} otters keep a violet drum"
        self.service = service
        self.base_url = service.base_url.replace("127.0.0.1", f"{first_name}.localhost")
        self.context = context
        self.page: Page = context.new_page()
        self.page.set_viewport_size(_WIDE)
        #: What the service sent to this browser, by address.
        self.received: list[tuple[str, str]] = []
        self.submitted: set[str] = set()
        self.page.on("response", self._receive)

    def _receive(self, response: Response) -> None:
        if response.status != 200 or "/static/" in response.url:
            return
        try:
            text = response.text()
        except Error:
            # The page has been left, and the browser has forgotten the answer: the same is asked for again.
            text = self.get(response.url.removeprefix(self.base_url)).text()
        self.received.append((response.url, text))

    def seen_before_submitting(self) -> str:
        """What came about interviews that this reviewer has not submitted, and about none in particular."""
        done = tuple(self.submitted)
        return "\n".join(text for url, text in self.received if not any(session_id in url for session_id in done))

    def check_page(self, name: str) -> None:
        """Nothing is wrong with the dialog on this page."""
        assert at_every_width(self.page, f"together_{name}", NARROW) == {}
        self.page.set_viewport_size(_WIDE)
        self.page.emulate_media(color_scheme="light")

    def go(self, path: str) -> None:
        self.page.goto(f"{self.base_url}{path}")

    def get(self, path: str) -> APIResponse:
        return self.context.request.get(f"{self.service.base_url}{path}", headers=self._login(), max_redirects=0)

    def read(self, path: str) -> Any:
        response = self.get(path)
        assert response.ok, response.text()
        return response.json()

    def send(self, method: str, path: str, body: Any) -> Any:
        """Ask the service to do something, without a page; its answer."""
        address = f"{self.service.base_url}{path}"
        response = self.context.request.fetch(address, method=method, headers=self._login(), data=body)
        assert response.ok, response.text()
        return response.json()

    def _login(self) -> dict[str, str]:
        """The cookies of this person's pages: outside of a browser their address is not known."""
        cookies = self.context.cookies(self.base_url)
        return {"Cookie": "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in cookies)}

    def follow(self, link: str) -> None:
        """Open a link of the service at this person's address."""
        self.page.goto(link.replace(self.service.base_url, self.base_url))

    def sign_in(self) -> None:
        self.page.get_by_label("E-mail address").fill(self.email)
        self.page.get_by_label("Password").fill(self.password)
        self.page.get_by_role("button", name="Sign In").first.click()

    def join(self, link: str) -> None:
        """Set a password by an invitation, on its page."""
        self.follow(link)
        self.page.get_by_label("Password", exact=True).fill(self.password)
        self.page.get_by_label("Repeat the password").fill(self.password)
        self.page.get_by_role("button").click()
        expect(self.page).to_have_url(re.compile("/(reviews|dashboard)"))

    def join_without_page(self, link: str) -> None:
        """The same without the page."""
        self.log_in(link, password=self.password, again=self.password)

    def log_in(self, address: str, **form: str) -> None:
        """Send a form that answers with a login, without its page: this browser keeps the login."""
        response = self.context.request.post(address, headers={"Cookie": "none="}, form={**form}, max_redirects=0)
        assert response.status == 303, response.text()
        name, value = response.headers["set-cookie"].partition(";")[0].split("=", 1)
        # It is for this person's pages only.
        self.context.clear_cookies(domain="127.0.0.1")
        self.context.add_cookies([{"name": name, "value": value, "url": self.base_url}])

    def open_review(self, session_id: str) -> None:
        self.go(f"/reviews/{session_id}")
        expect(self.page.locator("#blind")).to_be_visible()

    def draft(self, session_id: str, rating: int, recommendation: str, reason: str) -> int:
        """Rate every answer of an interview the same, and save it; the revision of the review."""
        path = f"/api/reviews/{session_id}"
        opened = self.read(path)
        ratings = [{"question_id": question["question_id"], "rating": rating} for question in opened["questions"]]
        review = {"ratings": ratings, "recommendation": recommendation, "reason": reason}
        saved = self.send("PUT", path, {"revision": opened["review"]["revision"], **review})
        self.received.append((path, json.dumps(saved)))
        revision: int = saved["review"]["revision"]
        return revision

    def submit(self, session_id: str) -> None:
        """Press the button, without waiting for what comes of it."""
        self.submitted.add(session_id)
        self.page.get_by_role("button", name="Submit Review").click()


@pytest.fixture
def environ(port: int, tmp_path: Path) -> dict[str, str]:
    return demo_environ(tmp_path, port, TENER_INTERVIEW_ADMIN_TOKEN=ADMIN_TOKEN)


@pytest.fixture
def service(environ: dict[str, str]) -> Iterator[RunningService]:
    with service_in_process(environ) as service:
        yield service


@pytest.fixture
def people(context: BrowserContext, service: RunningService) -> dict[str, Person]:
    names = {
        "admin": "Ada Adler", "recruiter": "Rita Rios", "ann": "Ann Mole", "bob": "Bob Vole", "cid": "Cid Yak",
        "manager": "Max Muster",
    }
    return {key: Person(context, service, name, number) for number, (key, name) in enumerate(names.items())}


def test_recruiters_reviewers_and_a_manager_work_on_one_job_together(
    context: BrowserContext, people: dict[str, Person], environ: dict[str, str]
) -> None:
    watch = Watch(context, *(person.base_url for person in people.values()))
    admin, recruiter, manager = people["admin"], people["recruiter"], people["manager"]
    reviewers = (ann, *_) = people["ann"], people["bob"], people["cid"]
    begin(admin, recruiter, reviewers)

    recruiter.send("POST", "/api/steps/interview", {"job_id": 1, "candidate_ids": CANDIDATES})
    for _ in range(2):
        recruiter.send("POST", "/api/admin/jobs/1/sessions/refresh", {"force": True})
    items = recruiter.read("/api/jobs/1/interview-leaderboard")["items"]
    sessions = {item["candidate_id"]: item for item in items}
    one, two, three = (sessions[candidate_id]["session_id"] for candidate_id in CANDIDATES)
    assert all(item["total_score"] for item in items)

    review_blind(reviewers, one, two, items)
    # Ann changes her mind; who has read the others is no longer blind.
    revision = ann.draft(one, 2, "yes", "Ann liked the ledger.")
    ann.send("POST", f"/api/reviews/{one}/submit", {"revision": revision})
    for path in ("/users", "/dashboard?job=1", f"/api/interviews/sessions/{one}/reviews", "/api/audit-log"):
        assert ann.get(path).status in (302, 403), path

    check_what_recruiters_see(recruiter, one, two)
    recruiter.send("PUT", f"/api/interviews/sessions/{two}/override", {"score": 41.5, "reason": _OVERRIDE_REASON})
    decide_together(recruiter, admin, one, two, three)
    answer_a_share(recruiter, manager)
    check_the_record(admin, recruiter, people, environ, one, two)
    assert [error for error in watch.errors if "409" not in error] == []
    assert watch.foreign == []


def begin(admin: Person, recruiter: Person, reviewers: tuple[Person, ...]) -> None:
    """The admin comes in by the token, invites everybody, and assigns the reviewers to job 1."""
    admin.log_in(f"{admin.service.base_url}/login", token=ADMIN_TOKEN)
    admin.go("/users")
    ann, *others = reviewers
    ann.join(invite(admin, ann, "Reviewer"))
    joining = [(person, "reviewer") for person in others] + [(recruiter, "recruiter"), (admin, "admin")]
    for person, role in joining:
        user = {"email": person.email, "name": person.name, "role": role}
        person.join_without_page(admin.send("POST", "/api/users", user)["url"])
    row = admin.page.locator("tr[data-user-id]").filter(has_text=ann.name)
    row.get_by_role("button", name="Assign").click()
    row.get_by_label("Backend engineer").check()
    row.get_by_role("button", name="Save").click()
    expect(row.get_by_role("button", name="Change")).to_be_visible()
    ids = {user["name"]: user["user_id"] for user in admin.read("/api/users")["items"]}
    for count in (2, 3):
        admin.send("PUT", "/api/jobs/1/reviewers", {"user_ids": [ids[person.name] for person in reviewers[:count]]})
    # A password works again after the one-time link.
    recruiter.go("/dashboard")
    recruiter.page.get_by_role("button", name="Sign Out").click()
    recruiter.sign_in()
    expect(recruiter.page).to_have_url(re.compile("/dashboard"))


def invite(admin: Person, person: Person, role: str) -> str:
    """The one-time link for a new user."""
    admin.page.get_by_label("E-mail address").fill(person.email)
    admin.page.locator("#invite-name").fill(person.name)
    admin.page.locator("#invite-role").select_option(label=role)
    admin.page.get_by_role("button", name="Create Invitation").click()
    field = admin.page.get_by_label(f"Link for {person.name}")
    expect(field).to_be_visible()
    expect(admin.page.locator("tr[data-user-id]").filter(has_text=person.name)).to_have_count(1)
    return field.input_value()


def review_blind(reviewers: tuple[Person, ...], one: str, two: str, items: list[Any]) -> None:
    """Three review the same interviews at once; nobody sees anything of the others or the machine too early."""
    ann, bob, cid = reviewers
    thoughts = (
        (4, "yes", "Ann liked the ledger."), (3, "no_decision", "Bob is not sure."),
        (5, "strong_yes", "Cid would work with her."),
    )
    for person, thought in zip(reviewers, thoughts, strict=True):
        person.draft(one, *thought)
        person.open_review(one)
        person.page.keyboard.press("e")
        expect(person.page.get_by_label("Why")).to_have_value(thought[2])
    ann.submit(one)
    expect(ann.page.locator(".at-a-glance thead")).to_contain_text("Machine")
    expect(ann.page.locator(".at-a-glance thead")).not_to_contain_text("Bob")
    # One has submitted; to those who have not, nothing comes even if they load the page again.
    for person in (bob, cid):
        person.open_review(one)
        expect(person.page.locator(".rating :checked")).to_have_count(1)
        person.page.keyboard.press("e")
        expect(person.page.get_by_label("Why")).not_to_have_value("")
        expect_blind(person, reviewers, items)
    bob.submit(one)
    cid.submit(one)
    for person, others in ((bob, "Ann Mole"), (cid, "Ann Mole")):
        expect(person.page.locator(".at-a-glance thead")).to_contain_text(others)

    # The second interview: two submit at the same moment, the third only begins.
    thoughts = ((2, "no", "Ann heard a script."), (4, "yes", "Bob heard experience."), (1, "no", ""))
    for person, thought in zip(reviewers, thoughts, strict=True):
        person.draft(two, *thought)
    for person in (ann, bob):
        person.open_review(two)
        person.page.keyboard.press("e")
        expect(person.page.get_by_label("Why")).not_to_have_value("")
        expect_blind(person, reviewers, items)
    ann.submit(two)
    bob.submit(two)
    for person in (ann, bob):
        expect(person.page.locator(".at-a-glance thead")).to_contain_text("Machine")
    cid.open_review(two)
    expect(cid.page.locator(".rating :checked")).to_have_value("1")
    expect_blind(cid, reviewers, items)
    for person in reviewers:
        person.go("/reviews")
        expect(person.page.locator(".task")).to_have_count(3)
        expect(person.page.locator(".task[data-state=submitted]")).to_have_count(1 if person is cid else 2)
        expect_blind(person, reviewers, items)
    expect(cid.page.locator(".task[data-state=draft]")).to_have_count(1)


def expect_blind(person: Person, reviewers: tuple[Person, ...], items: list[Any]) -> None:
    text = person.seen_before_submitting()
    assert any(f'"candidate_name":"{item["candidate_name"]}"' in text.replace('": "', '":"') for item in items)
    assert _MACHINE_SCORES.findall(text) == []
    totals = [str(item["total_score"]) for item in items]
    assert [total for total in totals if re.search(rf"(?<![\d.]){re.escape(total)}(?!\d)", text)] == []
    assert set(_EMAIL.findall(text)) <= {person.email}
    others = [other for other in reviewers if other is not person]
    words = [word for other in others for word in (other.name, f"{other.name.split()[0]} ")]
    assert [word for word in words if word in text] == []


def check_what_recruiters_see(recruiter: Person, one: str, two: str) -> None:
    """Nothing of what reviewers wrote is lost; its mean stands beside the machine's number."""
    reviews = recruiter.read(f"/api/interviews/sessions/{one}/reviews")
    ratings = {
        review["reviewer_name"]: [
            sorted({item["rating"] for item in version["ratings"]}) for version in review["versions"]
        ]
        for review in reviews["items"]
    }
    assert ratings == {"Ann Mole": [[4], [2]], "Bob Vole": [[3]], "Cid Yak": [[5]]}
    assert [version["blind"] for review in reviews["items"] for version in review["versions"]].count(False) == 1
    assert (reviews["human_total"], reviews["human_reviews"], reviews["human_spread"]) == (65.0, 3, 45.0)
    second = recruiter.read(f"/api/interviews/sessions/{two}/reviews")
    assert (second["human_total"], second["human_reviews"], second["human_spread"]) == (60.0, 2, 30.0)
    assert second["drafts"] == 1

    recruiter.go("/dashboard?job=1&view=leaderboard")
    expect(row_of(recruiter, one)).to_contain_text(re.compile("65.0.*3 reviews, 45 apart"))
    expect(row_of(recruiter, two)).to_contain_text(re.compile("60.0.*2 reviews, 30 apart"))


def row_of(person: Person, session_id: str) -> Locator:
    return person.page.locator(f"#leaderboard tr[data-session-id='{session_id}']")


def decide_together(recruiter: Person, admin: Person, one: str, two: str, three: str) -> None:
    """Two decide about the same candidate: the second is told. One decides about several, and takes one back."""
    admin.go("/dashboard?job=1&view=leaderboard")
    for person in (recruiter, admin):
        row_of(person, one).get_by_role("button", name="Decide").click()
    for person, choice in ((recruiter, "Advance"), (admin, "Hold")):
        dialog(person, "Decide").get_by_role("radio", name=choice).check()
    dialog(recruiter, "Decide").get_by_role("button", name="Save Decision").click()
    expect(row_of(recruiter, one).locator(".decision")).to_have_text("▲ Advanced")
    dialog(admin, "Decide").get_by_role("button", name="Save Decision").click()
    expect(dialog(admin, "Decide")).to_contain_text("Somebody decided about this candidate meanwhile")
    admin.check_page("decided_meanwhile")
    dialog(admin, "Decide").get_by_role("button", name="Check Again").click()
    expect(row_of(admin, one).locator(".decision")).to_have_text("▲ Advanced")

    for session_id in (one, two, three):
        recruiter.send("PUT", f"/api/interviews/sessions/{session_id}/decision", {"decision": "hold"})
    recruiter.send("DELETE", f"/api/interviews/sessions/{one}/decision", None)
    decisions = {
        item["session_id"]: item["decision"] for item in recruiter.read("/api/jobs/1/interview-leaderboard")["items"]
    }
    assert decisions == {one: "advance", two: "hold", three: "hold"}


def dialog(person: Person, name: str) -> Locator:
    return person.page.get_by_role("dialog", name=name, exact=True)


def answer_a_share(recruiter: Person, manager: Person) -> None:
    """A hiring manager without an account recommends somebody by a link."""
    shared = recruiter.send("POST", "/api/jobs/1/shares", {"top": 3, "allow_answers": True})
    manager.follow(shared["url"])
    expect(manager.page.locator(".candidate")).to_have_count(3)
    token = shared["url"].rpartition("/")[2]
    opinion = {"author_name": manager.name, "recommendation": "strong_yes", "note": "Max would hire today."}
    manager.send("PUT", f"/api/shared/{token}/candidates/1/recommendation", opinion)
    text = "\n".join(text for _, text in manager.received)
    assert _EMAIL.findall(text) == []


def check_the_record(
    admin: Person, recruiter: Person, people: dict[str, Person], environ: dict[str, str], one: str, two: str
) -> None:
    """Everything that people did is in the audit log, none of their words is, and nobody changed it."""
    agreement = recruiter.read("/api/jobs/1/agreement")
    assert (agreement["machine"]["blind"]["pairs"], agreement["machine"]["blind"]["too_few"]) == (5, True)
    assert len(agreement["disagreements"]) == 5

    ids = {user["name"]: user["user_id"] for user in admin.read("/api/users")["items"]}
    entries = admin.read("/api/audit-log?limit=500")["items"]
    done = {
        key: [(entry["action"], entry["subject_id"]) for entry in entries if entry["actor_id"] == ids.get(person.name)]
        for key, person in people.items()
    }

    def actions(key: str, session_id: str) -> list[str]:
        """What somebody thought of an interview, oldest first."""
        return [
            action for action, subject_id in reversed(done[key])
            if subject_id == session_id and action.startswith(("review.", "override.", "decision."))
        ]

    assert actions("ann", one) == ["review.submitted", "review.amended"]
    assert [actions(key, one) for key in ("bob", "cid")] == [["review.submitted"]] * 2
    assert [actions(key, two) for key in ("ann", "bob", "cid")] == [["review.submitted"], ["review.submitted"], []]
    assert actions("recruiter", one) == ["decision.made", "decision.made", "decision.undone"]
    assert actions("recruiter", two) == ["override.set", "decision.made"]
    acts = [entry["action"] for entry in entries]
    assert acts.count("user.invited") == acts.count("user.joined") == 5
    assert acts.count("job.reviewers_changed") == 3
    assert {"login.created", "session.started", "session.scored", "share.created", "share.recommended"} <= set(acts)
    text = json.dumps(entries)
    words = [_OVERRIDE_REASON, "Ann liked", "Max would", *ids, *(person.email for person in people.values())]
    assert [word for word in words if word in text] == []

    admin.go("/audit-log?action=review.")
    expect(admin.page.locator("tbody tr")).to_have_count(6)
    output = io.StringIO()
    with redirect_stdout(output):
        assert main(["audit", "verify"], environ) == 0
    assert "complete and unchanged" in output.getvalue()
