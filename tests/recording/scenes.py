"""The scenes of a recording: what people and the main system request of the service, in order."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from fakes import hireflix_faults as faults
from fakes.hireflix import FakeHireflix
from fakes.legacy_database import OldDatabase
from fakes.plans import QUESTION, plan_body
from recording import source_files
from recording.people_scene import ask_about_people
from recording.player import Player
from recording.recording import Entry

SESSIONS = "/api/interviews/sessions"
START = f"{SESSIONS}/start"
STEP = "/api/steps/interview"
WEBHOOKS = "/api/webhooks/hireflix"
HTML = {"Accept": "text/html,*/*;q=0.8"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ROBOT = {"User-Agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"}
ADMIN_TOKEN = "an-admin-token-for-recordings"
#: With characters that have a meaning in URLs.
CLIENT_KEY = "q83vEjRW/JCrze8SNFZ4kKvN7xI0+niQq83vEjRWeJA="
WEBHOOK_SECRET = "a-webhook-secret-for-recordings"
RECRUITER = {"Authorization": f"Bearer {ADMIN_TOKEN}"}
MAIN_SYSTEM = {"Authorization": f"Bearer {CLIENT_KEY}"}
#: The base path of a client that cannot send headers.
KEY_PATH = f"/k/{quote(CLIENT_KEY, safe='')}"
UNKNOWN = f"iv_{'0' * 32}"

_TEXTS: dict[str, Any] = json.loads((Path(__file__).parent.parent / "fakes/answers.json").read_text("utf-8"))
_STRONG = {
    answer["id"]: " ".join([answer["situation"], *answer["actions"], answer["result"], answer["more"]])
    for answer in _TEXTS["strong_answers"]
}
_WEAK = {answer["id"]: answer["weak"] for answer in _TEXTS["strong_answers"]}
#: The answers to four questions; None where there is no transcript.
TRANSCRIPTS: dict[str, tuple[str | None, ...]] = {
    "strong": (_STRONG["backend"], _STRONG["sales"], _STRONG["nurse"], _STRONG["teacher"]),
    "weak": (_WEAK["backend"], _WEAK["sales"], _WEAK["nurse"], _WEAK["teacher"]),
    "two answers": (_STRONG["backend"], None, _STRONG["nurse"], None),
    "nonsense": (_TEXTS["gibberish"][0], _TEXTS["latin"], _TEXTS["injections"][0], "Yes."),
    "German": (_STRONG["de-nurse"], _WEAK["de-nurse"], _STRONG["de-nurse"], _STRONG["de-nurse"]),
    "Russian": (_STRONG["ru-backend"],) * 4,
    "the same": (_STRONG["backend"],) * 4,
    "nothing": (None, None, None, None),
    "short": ("No idea.", "We fixed it.", "I listen to people.", "For the money, and the team."),
}


def play_all(tree: Path, folder: Path, *, commands: bool = True) -> tuple[Entry, ...]:
    """Play every scene against the service of a tree, with or without `commands`. `folder` is empty and takes the
    files."""
    entries: list[Entry] = []
    for name, play in SCENES.items():
        place = folder / name.replace(" ", "-")
        place.mkdir()
        entries += play(tree, place, commands).entries
    return tuple(entries)


# With Hireflix ------------------------------------------------------------------------------------------------------


def with_hireflix(tree: Path, folder: Path, commands: bool = True) -> Player:
    """A recruiter with a token, the main system with its key, candidates, and Hireflix, which sometimes fails."""
    source_files.write_file(folder / "source.sqlite3")
    old = OldDatabase(folder / "old.sqlite3")
    for number, status in enumerate(("invited", "in_progress", "completed", "canceled"), start=200):
        old.session(f"old-{number}", number, status, provider_invitation_id=f"old{number}", language="en")
    for name in ("interview_transcription_scoring_criteria.json", "interview_total_score_formula.json"):
        (folder / name).write_bytes((tree / "config" / name).read_bytes())
    with FakeHireflix() as fake:
        player = Player(
            "with Hireflix", tree, folder, fake,
            TENER_INTERVIEW_PROVIDER="hireflix",
            TENER_HIREFLIX_API_KEY=fake.api_key,
            TENER_HIREFLIX_POSITION_ID=fake.position_id,
            TENER_HIREFLIX_BASE_URL=fake.url,
            TENER_HIREFLIX_CONCURRENCY="1",
            TENER_HIREFLIX_TIMEOUT_SECONDS="5",
            TENER_HIREFLIX_WEBHOOK_SECRET=WEBHOOK_SECRET,
            TENER_INTERVIEW_ADMIN_TOKEN=ADMIN_TOKEN,
            TENER_INTERVIEW_CLIENT_KEY=CLIENT_KEY,
            TENER_INTERVIEW_COMPANY_NAME="Nord & Licht",
            TENER_INTERVIEW_CONTACT="Ann, ann@example.com",
            TENER_INTERVIEW_SYNC_SECONDS="0",
            TENER_INTERVIEW_TRANSCRIPTION_SCORING_CRITERIA_PATH=str(
                folder / "interview_transcription_scoring_criteria.json"
            ),
            TENER_INTERVIEW_TOTAL_SCORE_FORMULA_PATH=str(folder / "interview_total_score_formula.json"),
        )
        with player.serving():
            desk = _Desk(player, fake)
            for act in (
                desk.visit_public_pages, desk.sign_in, desk.read_source, desk.set_up_positions, desk.start_candidates,
                desk.read_candidate_lists, desk.open_links, desk.refresh_interviews, desk.receive_webhooks,
                desk.read_leaderboard, desk.decide, desk.ask_assistants, desk.share_shortlist, desk.correct_candidate,
                desk.meet_outages, desk.rescore, desk.plans, desk.ask_about_people, desk.let_links_expire,
                desk.erase_candidates,
            ):
                act()
            player.ask("metrics", "GET", "/metrics", headers=RECRUITER)
        if commands:
            for label, words in _COMMANDS.items():
                player.command(label, *(word.replace("FOLDER", str(folder)) for word in words))
            player.command("score", "score", stdin=_lines_to_score())
        player.record_stored()
        player.record_hireflix()
    return player


class _Desk:
    """The steps of that scene."""

    def __init__(self, player: Player, fake: FakeHireflix) -> None:
        self.player = player
        self.fake = fake
        #: Session ids by candidate, as they were started for job 1.
        self.sessions: dict[int, str] = {}
        self.links: dict[int, str] = {}

    def ask(self, label: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send a request as a recruiter."""
        return self.player.ask(label, method, path, body, {**RECRUITER, **headers})

    def start(self, label: str, candidate_id: int, **more: Any) -> None:
        known = {id_: (name, email) for id_, name, email in source_files.CANDIDATES}
        name, email = known.get(candidate_id, (f"Candidate {candidate_id}", None))
        body = {
            "job_id": 1, "candidate_id": candidate_id, "candidate_name": name, "candidate_email": email, **more
        }
        started = self.ask(label, "POST", START, body).json
        self.sessions[candidate_id], self.links[candidate_id] = started["session_id"], _path(started["entry_url"])

    def finish(self, candidate_id: int, said: str) -> None:
        invitation = self.player.read("GET", f"{SESSIONS}/{self.sessions[candidate_id]}", None, RECRUITER).json
        self.fake.finish(invitation["invitation_id"], TRANSCRIPTS[said])
        self.player.pass_time(seconds=1)

    def path(self, candidate_id: int, more: str = "") -> str:
        return f"{SESSIONS}/{self.sessions[candidate_id]}{more}"

    def visit_public_pages(self) -> None:
        for path in ("/", "/health", "/ready", "/api", "/api/openapi.json", "/dashboard", "/login", "/nowhere"):
            self.player.ask(f"a stranger looks at {path}", "GET", path)
            self.player.ask(f"a stranger's browser looks at {path}", "GET", path, headers=HTML)
        for path in (
            "/ready", "/api", "/api/openapi.json", "/dashboard", "/agreement", "/jobs/1/agreement", "/jobs/1/fairness",
        ):
            self.ask(f"a recruiter looks at {path}", "GET", path)
        self.ask("no such method", "DELETE", "/health")
        self.ask("only the head", "HEAD", SESSIONS)
        self.ask("no such file", "GET", "/static/none.js")
        self.ask("a file that explains scores", "GET", "/help/scoring")
        self.ask("compressed", "GET", "/login", **{"Accept-Encoding": "gzip"})
        self.player.ask("a wrong token", "GET", "/api", headers={"Authorization": "Bearer wrong"})
        self.player.ask("a wrong key at the door", "GET", f"/k/wrong{SESSIONS}")
        self.player.ask("the door, and a recruiter's address", "GET", f"{KEY_PATH}/api/admin/jobs")
        self.player.ask("the client key, and a recruiter's address", "GET", "/api/admin/jobs", headers=MAIN_SYSTEM)
        tag = self.player.read("GET", f"{SESSIONS}", None, RECRUITER).headers["etag"]
        self.ask("nothing new in an empty list", "GET", SESSIONS, **{"If-None-Match": tag})

    def sign_in(self) -> None:
        wrong, right = (urlencode({"token": item, "next": "/dashboard"}).encode() for item in ("wrong", ADMIN_TOKEN))
        self.player.ask("sign in with a wrong token", "POST", "/login", wrong, FORM)
        signed_in = self.player.ask("sign in", "POST", "/login", right, FORM)
        cookie = {"Cookie": signed_in.headers["set-cookie"].partition(";")[0]}
        self.player.ask("the dashboard with a cookie", "GET", "/dashboard", headers={**cookie, **HTML})
        self.player.ask("from another site", "POST", START, {}, {**cookie, "Sec-Fetch-Site": "cross-site"})
        self.player.ask("sign out", "POST", "/logout", b"", {**cookie, **FORM})
        self.player.ask("a cookie that is over", "GET", "/api", headers=cookie)

    def read_source(self) -> None:
        for query in ("", "?limit=1", "?q=engin", "?limit=0"):
            self.ask(f"jobs {query}", "GET", f"/api/admin/jobs{query}")
        for job in (1, 2, 3, 99, "x"):
            self.ask(f"job {job}", "GET", f"/api/admin/jobs/{job}")
        for query in ("", "?limit=2&offset=1", "?q=olafur", "?q=zz", "?limit=501"):
            self.ask(f"candidates of job 1 {query}", "GET", f"/api/admin/jobs/1/candidates{query}")
        self.ask("candidates of job 99", "GET", "/api/admin/jobs/99/candidates")

    def set_up_positions(self) -> None:
        limit = {"minutes": 2, "seconds": 0}
        questions = [{"title": "Why our company?", "description": "Be frank.", "timeLimit": limit}]
        self.ask("positions", "GET", "/api/admin/positions")
        made = self.ask("create a position", "POST", "/api/admin/positions", {"name": "Data", "questions": questions})
        self.ask("create a position without questions", "POST", "/api/admin/positions", {"name": "x", "questions": []})
        self.ask("create a position of a wrong form", "POST", "/api/admin/positions", {"questions": [{"title": 5}]})
        self.ask("assign it", "PUT", "/api/admin/jobs/4/position", {"position_id": made.json["position_id"]})
        self.ask("assign one that is unknown", "PUT", "/api/admin/jobs/4/position", {"position_id": "none"})
        self.player.ask("prepare job 4", "POST", f"{KEY_PATH}/api/admin/jobs/4/assessment/prepare", {})
        self.ask("unassign it", "DELETE", "/api/admin/jobs/4/position")
        self.ask("unassign it twice", "DELETE", "/api/admin/jobs/4/position")
        self.player.ask("prepare job 1", "POST", f"{KEY_PATH}/api/admin/jobs/1/assessment/prepare", {})

    def start_candidates(self) -> None:
        self.start("start Ada", 1, language="en", conversation_id=77, ttl_hours=48)
        self.start("start Ada again, corrected", 1, candidate_name="Ada King", candidate_email="ada.king@example.com")
        self.start("start Grace", 2, language="dutch")
        self.start("start Konrad", 3, language="Deutsch")
        self.start("start Edsger, who has no address", 4)
        for candidate_id in (5, 6, 7, 8, 9, 10):
            self.start(f"start candidate {candidate_id}", candidate_id)
        by_key = {
            "job_id": "1", "candidate_id": "41", "candidate_name": "x" * 300, "candidate_email": None,
            "conversation_id": "many", "language": "chinese (simplified)", "ttl_hours": 99999,
        }
        self.player.ask("the main system starts somebody", "POST", KEY_PATH + START, by_key)
        self.player.ask("the main system starts for an unknown job", "POST", KEY_PATH + START, {**by_key, "job_id": 77})
        self.player.ask("the main system starts for a paused job", "POST", START, {**by_key, "job_id": 2}, MAIN_SYSTEM)
        whole = {"job_id": 1, "candidate_id": 50, "candidate_name": "Jane Doe", "candidate_email": "jane@example.com"}
        wrong: dict[str, dict[str, Any]] = {
            "for a paused job": {"job_id": 2},
            "for a paused job with consent": {"job_id": 2, "confirm_paused": True, "candidate_id": 51},
            "for an archived job": {"job_id": 3},
            "for an unlisted job": {"job_id": 99},
            "for an unlisted job with consent": {"job_id": 99, "unlisted": True, "candidate_id": 52},
            "without an id": {"candidate_id": None},
            "with faults everywhere": {"job_id": 0, "candidate_id": "x", "candidate_email": "no", "unlisted": "yes"},
            "for another job": {"job_id": 4, "candidate_id": 1, "candidate_email": "ada.king@example.com"},
            "for another job, shared": {
                "job_id": 4, "candidate_id": 1, "candidate_email": "ada.king@example.com", "share_interview": True,
            },
            "for another job, apart": {
                "job_id": 4, "candidate_id": 2, "candidate_email": "grace@example.com", "share_interview": False,
            },
            "under another's address": {"candidate_id": 53, "candidate_email": "konrad@example.de"},
        }
        for label, changes in wrong.items():
            self.ask(f"start {label}", "POST", START, {**whole, **changes})
        keyed = {"Idempotency-Key": "jane-for-job-1"}
        for label, body in {"": whole, " twice": whole, " with another body": {**whole, "candidate_name": "J"}}.items():
            self.ask(f"start with a key{label}", "POST", START, body, **keyed)
        self.ask("start with a bad key", "POST", START, whole, **{"Idempotency-Key": ""})
        self.ask("start with what is no JSON", "POST", START, b"{")
        self.ask("start with a form", "POST", START, b"a=1", **FORM)
        self.ask("start with too much", "POST", START, b'"' + b"x" * 1_100_000 + b'"')
        self.ask("start with a list", "POST", START, [])

    def read_candidate_lists(self) -> None:
        path = "/api/admin/jobs/1/candidates/read-list"
        lists = {
            "a sheet": "Name;E-Mail;ID\nAda Lovelace;ada@example.com;1\nNew Person;new@example.com;\nNobody;x@y;\n;;\n",
            "receivers": "Grace Hopper <grace@example.com>, Max <max@example.org>",
            "names": "Barbara Liskov\nEdsger Dijkstra\nSomebody Else\n",
            "latin": "Name,Mail\nJürgen,juergen@example.de\n".encode("latin-1").decode("latin-1"),
        }
        rows: list[Any] = []
        for label, text in lists.items():
            encoded = base64.b64encode(text.encode("latin-1" if label == "latin" else "utf-8")).decode()
            rows += self.ask(f"read a list: {label}", "POST", path, {"content_base64": encoded}).json.get("rows", [])
        self.ask("read a list: a workbook", "POST", path, {"content_base64": "UEsDBBQAAAA="})
        self.ask("read a list: nonsense", "POST", path, {"content_base64": "!", "encoding": "none"})
        people = [
            {name: row[name] for name in ("candidate_id", "candidate_name", "candidate_email")}
            for row in rows if row["candidate_id"] and not row["fault"]
        ]
        self.ask("invite who was in the lists", "POST", STEP, {"job_id": 1, "candidates": people})
        step = {"job_id": 1, "candidate_ids": [1, 11, 12, 98, "x"], "mode": "start_or_refresh"}
        self.player.ask("the main system's step", "POST", KEY_PATH + STEP, step)
        self.ask("a step for a paused job", "POST", STEP, {**step, "job_id": 2})
        self.ask("a step without candidates", "POST", STEP, {"job_id": 1})
        self.ask("how far the step is", "GET", "/api/jobs/1/steps/interview")
        self.ask("a step that never was", "GET", "/api/jobs/98/steps/interview")

    def open_links(self) -> None:
        link = self.links[1]
        for label, path, headers in (
            ("a robot", link, ROBOT), ("a browser", link, HTML), ("a program", link, {}), ("twice", link, HTML),
            ("from its button's address", f"{link}/start", HTML), ("with a full stop", f"{link}.", HTML),
            ("altered", link[:-3] + "AAA", HTML), ("altered, by a program", link[:-3] + "AAA", {}),
            ("of nonsense", "/i/none", {}), ("in German", self.links[3], {**HTML, "Accept-Language": "de"}),
        ):
            self.player.ask(f"open a link: {label}", "GET", path, headers=headers)
        self.player.ask("press the button of a link", "POST", f"{self.links[2]}/start", b"", {**FORM, **HTML})
        self.ask("extend a link", "POST", self.path(5, "/link"), {"ttl_hours": 500})
        self.ask("a link's life of a wrong form", "POST", self.path(5, "/link"), {"ttl_hours": "long"})
        replaced = self.ask("replace a link", "POST", self.path(5, "/link"), {"revoke": True})
        self.player.ask("open a replaced link", "GET", self.links[5], headers=HTML)
        self.player.ask("open the new one", "GET", _path(replaced.json["entry_url"]), headers=HTML)
        self.ask("a link of nobody", "POST", f"{SESSIONS}/{UNKNOWN}/link", {})

    def refresh_interviews(self) -> None:
        self.ask("refresh who has not answered", "POST", self.path(1, "/refresh"), {})
        said = {1: "strong", 2: "weak", 3: "German", 4: "two answers", 5: "nonsense", 6: "Russian", 7: "the same"}
        for candidate_id, what in said.items():
            self.finish(candidate_id, what)
            self.ask(f"refresh whose answers are: {what}", "POST", self.path(candidate_id, "/refresh"), {})
            self.ask(f"scorecard of: {what}", "GET", self.path(candidate_id, "/scorecard"))
        self.ask("refresh who is scored, forced", "POST", self.path(1, "/refresh"), {"force": True})
        self.finish(8, "nothing")
        self.ask("refresh whose answers are: nothing", "POST", self.path(8, "/refresh"), {})
        self.finish(9, "short")
        self.fake.discard(self.player.read("GET", self.path(10), None, RECRUITER).json["invitation_id"])
        self.ask("refresh the job", "POST", "/api/admin/jobs/1/sessions/refresh", {"limit": 500})
        self.ask("refresh the job, forced", "POST", "/api/admin/jobs/1/sessions/refresh", {"force": True})
        self.ask("refresh a job of a wrong form", "POST", "/api/admin/jobs/1/sessions/refresh", {"limit": 0})
        self.ask("refresh nobody", "POST", f"{SESSIONS}/{UNKNOWN}/refresh", {})
        for candidate_id in (1, 4, 5, 8, 10):
            self.player.ask(f"session of {candidate_id}", "GET", KEY_PATH + self.path(candidate_id))
            self.ask(f"events of {candidate_id}", "GET", self.path(candidate_id, "/events"))
        self.ask("results of 1", "GET", self.path(1, "/results"))
        self.ask("an earlier scorecard", "GET", self.path(1, "/scorecard?result_version=1"))
        self.ask("a scorecard that is not", "GET", self.path(1, "/scorecard?result_version=9"))
        self.ask("a scorecard to come", "GET", self.path(8, "/scorecard"))
        for path in ("", "/events", "/results", "/scorecard"):
            self.ask(f"nobody's {path or 'session'}", "GET", f"{SESSIONS}/{UNKNOWN}{path}")

    def receive_webhooks(self) -> None:
        self.start("start who is told of", 60)
        invitation = self.player.read("GET", self.path(60), None, RECRUITER).json["invitation_id"]
        self.finish(60, "strong")
        finished = {"event": "interview.finish", "data": {"id": invitation, "completed": 1767398600000}}
        for label, body, signed in (
            ("a wrong signature", finished, False), ("of nobody", {**finished, "data": {"id": "none"}}, True),
            ("of something else", {"event": "position.created", "data": {"id": "x"}}, True),
            ("a finish", finished, True), ("the same again", finished, True),
        ):
            raw = json.dumps(body).encode()
            digest = hmac.digest(WEBHOOK_SECRET.encode(), raw, hashlib.sha256) if signed else b"x"
            headers = {"X-Hireflix-Signature": base64.b64encode(digest).decode()}
            self.player.ask(f"a webhook: {label}", "POST", WEBHOOKS, raw, headers)
            if label == "a finish":
                self.player.await_status(self.sessions[60], "scored", RECRUITER)
        self.ask("events of who was told of", "GET", self.path(60, "/events"))

    def read_leaderboard(self) -> None:
        board = "/api/jobs/1/interview-leaderboard"
        for query in (
            "", "?limit=3&offset=2", "?sort=candidate_name&order=desc&offset=0", "?recommendation=no", "?flag=any",
            "?flag=none&offset=0", "?group=needs_review", "?status=invited", "?min_coverage_percent=80", "?q=ada",
            "?format=csv", "?format=csv&delimiter=;&decimal=,&bom=true", "?limit=501", "?sort=x", "?format=xml",
        ):
            self.ask(f"leaderboard {query}", "GET", f"{board}{query}")
        self.player.ask("the main system's leaderboard", "GET", f"{KEY_PATH}{board}?limit=50")
        self.ask("leaderboard of an unknown job", "GET", "/api/jobs/98/interview-leaderboard")
        for job in (1, 4, 98):
            self.ask(f"funnel of job {job}", "GET", f"/api/jobs/{job}/funnel")
        for ids in ("1,2", "1,2,3,4,5", "1", "1,98", "x"):
            self.ask(f"compare {ids}", "GET", f"/api/jobs/1/compare?candidate_ids={ids}")
        for path in ("/api/jobs/1/agreement", "/api/agreement?format=csv"):
            self.ask(path, "GET", path)
        fairness = {"content_base64": base64.b64encode(b"candidate_id,group\n1,a\n2,b\n98,a\nx,b\n").decode()}
        self.ask("compare groups", "POST", "/api/jobs/1/fairness", fairness)
        self.reviews()
        first = self.ask("sessions, two a page", "GET", f"{SESSIONS}?limit=2").json
        self.ask("the next page", "GET", f"{SESSIONS}?limit=2&cursor={first['next_cursor']}")
        for query in ("?limit=500", "?job_id=1&status=scored", "?candidate_id=1", "?status=created", "?status=x"):
            self.ask(f"sessions {query}", "GET", f"{SESSIONS}{query}")
        self.player.ask("the main system's list", "GET", f"{KEY_PATH}{SESSIONS}?limit=500")
        self.ask("candidates with sessions", "GET", "/api/admin/jobs/1/candidates?limit=500")

    def decide(self) -> None:
        """One candidate, several, and the reasons for it."""
        decision, reasons = self.path(1, "/decision"), "/api/decision-reasons"
        self.ask("hold", "PUT", decision, {"decision": "hold", "note": "Later."})
        self.ask("hold again", "PUT", decision, {"decision": "hold", "note": "Later."})
        self.ask("reject without a reason", "PUT", decision, {"decision": "reject"})
        self.ask("reject too late", "PUT", decision, {"decision": "reject", "reason_id": "salary", "if_revision": 0})
        self.ask("undo", "DELETE", decision)
        self.ask("the history of decisions", "GET", self.path(1, "/decisions"))
        self.ask("decide about nobody", "POST", "/api/jobs/1/decisions", {
            "session_ids": ["iv_nobody"], "decision": "advance", "dry_run": True,
        })
        self.ask("reasons", "GET", reasons)
        self.ask("other reasons", "PUT", reasons, {
            "reasons": [{"reason_id": "salary", "decision": "reject", "label": "Salary"}]
        })

    def share_shortlist(self) -> None:
        path = "/api/jobs/1/shares"
        made = {
            label: self.ask(f"share {label}", "POST", path, body).json
            for label, body in {
                "two": {"candidate_ids": [1, 2], "title": "For Tuesday", "expires_in_hours": 24},
                "the best, by initials": {"top": 3, "initials_only": True},
            }.items()
        }
        self.ask("share nobody", "POST", path, {"candidate_ids": [98]})
        self.ask("share in a wrong form", "POST", path, {"top": 0, "title": "x" * 200})
        self.ask("share of an empty job", "POST", "/api/jobs/98/shares", {"top": 1})
        for label, share in made.items():
            page = _path(share["url"])
            token = page.removeprefix("/s/")
            self.player.ask(f"shortlist page of {label}", "GET", page, headers=HTML)
            self.player.ask(f"shortlist of {label}", "GET", f"/api/shared/{token}")
            self.player.ask(f"shared scorecard of {label}", "GET", f"/api/shared/{token}/candidates/1")
            self.player.ask(f"no such number of {label}", "GET", f"/api/shared/{token}/candidates/9")
        self.player.ask("a robot looks at a shortlist", "GET", _path(made["two"]["url"]), headers=ROBOT)
        self.ask("shares", "GET", path)
        closed = f"/api/shared/{_path(made['two']['url']).removeprefix('/s/')}/candidates/1/recommendation"
        opinion = {"author_name": "Kim", "recommendation": "yes"}
        self.player.ask("recommend where that is closed", "PUT", closed, opinion)
        self.player.ask("take back what was not said", "DELETE", closed)
        self.ask("recommendations", "GET", "/api/jobs/1/recommendations")
        self.ask("remove no recommendation", "DELETE", f"/api/shares/{made['two']['share_id']}/recommendations/none")
        revoke = f"/api/shares/{made['two']['share_id']}/revoke"
        for label in ("revoke a share", "revoke it twice"):
            self.ask(label, "POST", revoke)
        self.ask("revoke none", "POST", "/api/shares/none/revoke")
        self.player.ask("a revoked shortlist page", "GET", _path(made["two"]["url"]), headers=HTML)
        self.player.ask("a revoked shortlist", "GET", "/api/shared/" + _path(made["two"]["url"]).removeprefix("/s/"))
        self.player.ask("a shortlist of nonsense", "GET", "/api/shared/none")

    def plans(self) -> None:
        path = "/api/jobs/2/plan"
        self.ask("a job without a plan", "GET", path)
        self.ask("save a plan", "PUT", path, plan_body(), **{"If-Match": '"r0"'})
        self.ask("save a plan without its tag", "PUT", path, plan_body())
        self.ask("save a plan of before", "PUT", path, plan_body(name="Other"), **{"If-Match": '"r0"'})
        self.ask("save an incomplete plan", "PUT", path, plan_body(questions=[]), **{"If-Match": '"r1"'})
        self.ask("save no plan", "PUT", path, {"name": 5, "nmae": "x"}, **{"If-Match": '"r2"'})
        self.ask("save it whole again", "PUT", path, plan_body(), **{"If-Match": '"r2"'})
        self.ask("the plan", "GET", path)
        self.ask("try an answer", "POST", f"{path}/try", {"question": QUESTION, "answer": "I read the logs."})
        self.ask("publish without a draft", "POST", "/api/jobs/3/plan/publish")
        for label in ("publish", "publish the same again"):
            self.ask(label, "POST", f"{path}/publish")
        self.ask("the versions", "GET", f"{path}/versions")
        answer = f"{SESSIONS}/{self.sessions[1]}/answers/none/model"
        self.ask("make no answer a model answer", "POST", answer, {"preview": True})
        self.ask("take no model answer back", "DELETE", answer)
        self.ask("draft a plan", "POST", "/api/jobs/1/plan/draft", {"questions": 6})
        self.ask("draft beside a plan", "POST", f"{path}/draft", {})
        self.ask("draft for no job", "POST", "/api/jobs/99/plan/draft")
        self.ask("import a position", "POST", f"{path}/import", {"position_id": self.fake.position_id})
        self.ask("import no position", "POST", f"{path}/import", {"position_id": "none"})
        self.ask("the library", "GET", "/api/question-library?limit=2&competency=debugging")
        self.ask("try in a wrong form", "POST", f"{path}/try", {"question": {}, "answer": ""})

    def correct_candidate(self) -> None:
        whole = {"candidate_name": "Grace B. Hopper", "candidate_email": "gbh@example.com", "language": "en"}
        self.ask("correct details", "PATCH", self.path(2), whole)
        self.ask("correct to another's address", "PATCH", self.path(2), {"candidate_email": "konrad@example.de"})
        self.ask("correct in a wrong form", "PATCH", self.path(2), {"candidate_email": "x", "language": "klingon"})
        self.ask("correct nobody", "PATCH", f"{SESSIONS}/{UNKNOWN}", whole)
        self.ask("cancel who has finished", "POST", self.path(1, "/cancel"))
        self.start("start who is canceled", 61)
        link = self.links[61]
        for label in ("cancel", "cancel twice"):
            self.ask(label, "POST", self.path(61, "/cancel"))
        self.player.ask("open a canceled link", "GET", link, headers=HTML)
        self.start("start who was canceled", 61)
        self.start("start who is lost", 62)
        self.fake.delete(self.player.read("GET", self.path(62), None, RECRUITER).json["invitation_id"])
        self.ask("refresh who is lost", "POST", self.path(62, "/refresh"), {})
        self.start("start who was lost", 62)

    def meet_outages(self) -> None:
        outages: dict[str, Callable[[], None]] = {
            "503": lambda: self.fake.fail_always(faults.status(503)),
            "a page": lambda: self.fake.fail_always(faults.html()),
            "a wrong key": lambda: self.fake.fail_always(faults.unauthorized()),
            "no subscription": lambda: setattr(self.fake.account, "subscription", "member"),
            "no invites left": lambda: setattr(self.fake.account, "invites_left", 0),
        }
        for number, (label, begin) in enumerate(outages.items()):
            begin()
            body = {"job_id": 1, "candidate_id": 70 + number, "candidate_email": f"c{70 + number}@example.com"}
            self.ask(f"start while Hireflix answers: {label}", "POST", START, body)
            self.ask(f"refresh while Hireflix answers: {label}", "POST", self.path(61, "/refresh"), {"force": True})
            self.ask(f"positions while Hireflix answers: {label}", "GET", "/api/admin/positions")
            self.fake.heal()
            self.fake.account.subscription, self.fake.account.invites_left = "active", None
            self.player.pass_time(hours=1)
            self.ask(f"start after: {label}", "POST", START, body)
        source = self.player.folder / "source.sqlite3"
        aside = source.rename(source.with_name("aside"))
        for path in ("/ready", "/api/admin/jobs", "/api/admin/jobs/1/candidates"):
            self.ask(f"without the source: {path}", "GET", path)
        self.ask("start without the source", "POST", START, {"job_id": 1, "candidate_id": 80})
        aside.rename(source)

    def ask_assistants(self) -> None:
        for tool, arguments in (
            ("list_jobs", {}), ("list_candidates", {"job_id": 1, "limit": 3}), ("get_leaderboard", {"job_id": 1}),
            ("start_interviews", {"job_id": 1, "candidate_ids": [1, 2]}), ("decide", {}),
        ):
            call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}
            self.ask(f"an assistant calls {tool}", "POST", "/mcp", call)

    def reviews(self) -> None:
        review = f"/api/reviews/{self.sessions[1]}"
        self.ask("work list", "GET", "/api/reviews?job_id=1")
        opened = self.ask("an interview to review", "GET", review).json
        marks = [{"question_id": question["question_id"], "rating": 4} for question in opened["questions"]]
        draft = {"revision": 0, "ratings": marks, "recommendation": "yes"}
        self.ask("a draft", "PUT", review, draft)
        self.ask("submit it without a reason", "POST", f"{review}/submit", {"revision": 1})
        self.ask("the draft again", "PUT", review, {**draft, "revision": 1, "reason": "Solid."})
        self.ask("submit it", "POST", f"{review}/submit", {"revision": 2})
        self.ask("an amendment", "PUT", review, {**draft, "revision": 3, "recommendation": "no"})
        self.ask("discard it", "POST", f"{review}/discard", {"revision": 4})
        self.ask("all reviews", "GET", self.path(1, "/reviews"))
        question = f"/questions/{opened['questions'][0]['question_id']}/override"
        for place in ("/override", question):
            self.ask(f"override {place}", "PUT", self.path(1, place), {"score": 55, "reason": "It heard it wrong."})
        self.ask("overrides", "GET", self.path(1, "/override"))
        for place in ("/override", question):
            self.ask(f"restore {place}", "DELETE", self.path(1, place))
        settings = "/api/jobs/1/settings"
        self.ask("settings of a job", "GET", settings)
        self.ask("the language model", "GET", "/api/judge")
        self.ask("ask the language model", "POST", "/api/jobs/1/opinions", {"limit": 5})
        for ranked_by in ("human", "machine"):
            self.ask(f"rank by {ranked_by}", "PATCH", settings, {"ranked_by": ranked_by})

    def ask_about_people(self) -> None:
        ask_about_people(self.ask, self.sessions[1])

    def rescore(self) -> None:
        path = self.player.folder / "interview_transcription_scoring_criteria.json"
        criteria = json.loads(path.read_text("utf-8"))
        criteria["version"] = "changed"
        criteria["question_rules"].insert(0, {
            "id": "cache", "dimension": "technical", "match": {"title_contains": ["cache"]},
            "required_keywords": [["cache", "caching"], "index"], "key_points": ["Measured the result"],
        })
        path.write_text(json.dumps(criteria), "utf-8")
        rescore = "/api/admin/jobs/1/rescore"
        self.ask("the scorecard is outdated", "GET", self.path(1, "/scorecard"))
        self.ask("score again: try", "POST", rescore, {"dry_run": True})
        self.ask("score again: one", "POST", rescore, {"session_id": self.sessions[1]})
        self.ask("score again: all", "POST", rescore, {})
        self.ask("score again: a wrong form", "POST", rescore, {"limit": -1})
        self.ask("all results of 1", "GET", self.path(1, "/results"))
        self.ask("leaderboard after it", "GET", "/api/jobs/1/interview-leaderboard?offset=0")
        path.write_text("{", "utf-8")
        self.ask("score again: broken criteria", "POST", rescore, {})
        path.write_text(json.dumps(criteria), "utf-8")

    def let_links_expire(self) -> None:
        self.player.pass_time(hours=200)
        self.ask("refresh who has no transcript, later", "POST", self.path(8, "/refresh"), {})
        self.ask("a link that ran out, on the list", "GET", f"{SESSIONS}?status=expired")
        self.player.ask("open a link that ran out", "GET", self.links[61], headers=HTML)
        self.player.ask("open a link that ran out, by a program", "GET", self.links[61])
        self.ask("extend a link that ran out", "POST", self.path(61, "/link"), {"ttl_hours": 24})
        self.player.ask("open a link that was extended", "GET", self.links[61], headers=HTML)
        self.player.ask("open a link of who has finished", "GET", self.links[1], headers=HTML)
        self.player.ask("open a link of who has finished, by a program", "GET", self.links[1])
        self.ask("start who has finished", "POST", START, {"job_id": 1, "candidate_id": 1})
        self.ask("refresh the job, later", "POST", "/api/admin/jobs/1/sessions/refresh", {})

    def erase_candidates(self) -> None:
        for label, candidate_id in {"Edsger": 4, "Edsger again": 4, "nobody": 98}.items():
            self.ask(f"find {label}", "GET", f"/api/candidates?q={candidate_id}")
            self.ask(f"export {label}", "GET", f"/api/candidates/{candidate_id}/export")
        for label, candidate_id in {"Edsger": 4, "Edsger again": 4, "nobody": 98}.items():
            self.ask(f"erase {label}", "DELETE", f"/api/candidates/{candidate_id}")
        self.ask("the session of who was erased", "GET", self.path(4))
        self.ask("correct who was erased", "PATCH", self.path(4), {"candidate_name": "X"})
        self.player.ask("open the link of who was erased", "GET", self.links[4], headers=HTML)
        self.ask("leaderboard without who was erased", "GET", "/api/jobs/1/interview-leaderboard")
        self.start("start who was erased", 4)
        self.start("start who was erased, with the earlier interview", 4, use_earlier_interview=True)


_COMMANDS: dict[str, Sequence[str]] = {
    "help": ("--help",),
    "no such command": ("dance",),
    "doctor": ("doctor", "--json"),
    "positions": ("positions", "list"),
    "positions as JSON": ("positions", "list", "--json"),
    "create a position": ("positions", "create", "--name", "By hand", "--minutes", "2", "--question", "Why us?"),
    "start": ("start", "1", "90", "--name", "Zoe Zed", "--email", "zoe@example.com", "--json"),
    "start for an unlisted job": ("start", "97", "90", "--name", "Zoe Zed"),
    "refresh": ("refresh", "1"),
    "refresh, forced": ("refresh", "1", "--force", "--json"),
    "leaderboard": ("leaderboard", "1"),
    "leaderboard as JSON": ("leaderboard", "1", "--json", "--limit", "3"),
    "leaderboard as a sheet": ("leaderboard", "1", "--format", "csv", "--delimiter", ";", "--decimal", ","),
    "leaderboard of a wrong form": ("leaderboard", "1", "--limit", "0"),
    "export": ("export", "1"),
    "export as a sheet": ("export", "1", "--format", "csv"),
    "export of an unknown job": ("export", "97"),
    "erase": ("erase", "5", "--yes"),
    "erase nobody": ("erase", "97", "--yes", "--json"),
    "erase who is overdue": ("erase", "--overdue", "--yes"),
    "import, tried": ("import", "FOLDER/old.sqlite3", "--dry-run"),
    "import": ("import", "FOLDER/old.sqlite3"),
    "backup": ("backup", "FOLDER/backup.sqlite3"),
    "restore": ("restore", "FOLDER/backup.sqlite3"),
}


def _lines_to_score() -> str:
    lines: list[Any] = [
        {"id": f"{what} {number}", "question": question, "answer": said}
        for what, all_said in TRANSCRIPTS.items()
        for number, (question, said) in enumerate(
            zip((answer["title"] for answer in _TEXTS["strong_answers"]), all_said, strict=False)
        )
        if said
    ]
    asked = {"question": "A hard week?", "answer": _STRONG["backend"]}
    lines += [
        {**asked, "id": "key points", "key_points": ["Found the cause of the outage", "Told the customers"]},
        {**asked, "id": "words", "required_keywords": ["cause", ["pool", "queue"]], "optional_keywords": ["customers"]},
        {**asked, "id": "reference", "reference_answers": [_STRONG["backend"]]},
        {**asked, "id": "language", "language": "de"},
        {"id": "nothing"}, "[]", {**asked, "id": 5, "key_points": "x"},
    ]
    return "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)


# In demo mode -------------------------------------------------------------------------------------------------------


def in_demo_mode(tree: Path, folder: Path, commands: bool = True) -> Player:
    """A newcomer, without any settings but a page before the interview."""
    player = Player("in demo mode", tree, folder, TENER_INTERVIEW_LANDING_PAGE="true")
    with player.serving():
        for path in ("/api", "/ready", "/dashboard", "/api/admin/jobs", "/api/admin/jobs/1", "/api/admin/positions",
                     "/api/admin/jobs/1/candidates?limit=20"):
            player.ask(f"look at {path}", "GET", path)
        body = {"job_id": 1, "candidate_id": 42, "candidate_name": "Jane Doe", "candidate_email": "jane@example.com"}
        started = player.ask("start Jane", "POST", START, body).json
        link, session = _path(started["entry_url"]), f"{SESSIONS}/{started['session_id']}"
        for language in ("en", "de", "fr", "es", "nl", "pt", "ru", "hi", "zh", "xx"):
            player.ask(f"the landing page in {language}", "GET", link, headers={**HTML, "Accept-Language": language})
        player.ask("the landing page for a program", "GET", link)
        room = _path(player.ask("begin", "POST", f"{link}/start", b"", {**FORM, **HTML}).headers["location"])
        page = player.ask("the pretend interview", "GET", room, headers=HTML)
        names = re.findall(r'<textarea[^>]* name="([^"]+)"', page.text)
        texts = ("strong answer: " + (TRANSCRIPTS["strong"][0] or ""), *TRANSCRIPTS["weak"])
        said = dict(zip(names, texts, strict=False))
        player.ask("answer nothing", "POST", room, b"", {**FORM, **HTML})
        player.ask("answer", "POST", room, urlencode(said).encode(), {**FORM, **HTML})
        player.ask("answer twice", "POST", room, urlencode(said).encode(), {**FORM, **HTML})
        player.ask("the pretend interview, finished", "GET", room, headers=HTML)
        player.ask("no such interview", "GET", "/demo/interview/00000000", headers=HTML)
        player.ask("refresh Jane", "POST", f"{session}/refresh", {})
        player.ask("scorecard of Jane", "GET", f"{session}/scorecard")
        player.ask("the link of who has finished", "GET", link, headers=HTML)
        candidates = player.read("GET", "/api/admin/jobs/1/candidates?limit=500").json["items"]
        step = {"job_id": 1, "candidate_ids": [candidate["candidate_id"] for candidate in candidates]}
        player.ask("step", "POST", STEP, step)
        player.ask("step again", "POST", STEP, step)
        for job in (1, 2):
            player.ask(f"refresh job {job}", "POST", f"/api/admin/jobs/{job}/sessions/refresh", {"force": True})
            player.ask(f"leaderboard of job {job}", "GET", f"/api/jobs/{job}/interview-leaderboard?offset=0&limit=500")
            player.ask(f"sheet of job {job}", "GET", f"/api/jobs/{job}/interview-leaderboard?format=csv")
        listed = player.read("GET", f"{SESSIONS}?job_id=1&limit=500").json["items"]
        for item in sorted(listed, key=lambda one: int(one["candidate_id"])):
            path = f"{SESSIONS}/{item['session_id']}/scorecard"
            player.ask(f"scorecard of candidate {item['candidate_id']}", "GET", path)
        player.ask("funnel", "GET", "/api/jobs/1/funnel")
        player.ask("webhooks are off", "POST", WEBHOOKS, {})
        player.ask("metrics", "GET", "/metrics")
    if commands:
        player.command("export", "export", "1")
    player.record_stored()
    return player


def with_its_api(tree: Path, folder: Path, commands: bool = True) -> Player:
    """Jobs and candidates from the main system's API, which then goes away."""
    with source_files.api() as base:
        player = Player(
            "with its API", tree, folder, TENER_INTERVIEW_SOURCE_API_BASE=base, TENER_INTERVIEW_SYNC_SECONDS="0",
            TENER_INTERVIEW_ALLOW_SYNTHETIC_EMAIL="false",
        )
        player.hide(base, "http://127.0.0.1:SOURCE")
        with player.serving():
            for path in ("/ready", "/api/admin/jobs", "/api/admin/jobs/1", "/api/admin/jobs/3",
                         "/api/admin/jobs/1/candidates?limit=5", "/api/admin/jobs/98/candidates"):
                player.ask(f"look at {path}", "GET", path)
            player.ask("start without an address", "POST", START, {"job_id": 1, "candidate_id": 99})
            player.ask("step", "POST", STEP, {"job_id": 1, "candidate_ids": [1, 2, 4, 97]})
        if commands:
            player.command("doctor", "doctor", "--json")
    player.record_stored()
    return player


SCENES: dict[str, Callable[[Path, Path, bool], Player]] = {
    "with Hireflix": with_hireflix,
    "in demo mode": in_demo_mode,
    "with its API": with_its_api,
}


def _path(url: str) -> str:
    """The path of an address; the rest of it is the service's public name."""
    return urlsplit(url).path
