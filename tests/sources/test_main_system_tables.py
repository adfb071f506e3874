"""The main system's real tables: both match tables, job states, skills and company, times without a zone."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from fakes.client import Client
from fakes.clock import FakeClock
from fakes.front_door import MakeApp, refused
from fakes.waiting import eventually
from sources.test_api_source import FakeSend, items
from tener_interview.errors import Problem
from tener_interview.sources.api import ApiSource
from tener_interview.sources.probe import SourceHealth, probe_source
from tener_interview.sources.protocol import CandidateFilter, Source
from tener_interview.sources.sqlite import SqliteSource

JOBS = """
CREATE TABLE jobs (id INTEGER PRIMARY KEY, title TEXT NOT NULL, jd_text TEXT, created_at TEXT, company TEXT,
    company_website TEXT, must_have_skills TEXT, nice_to_have_skills TEXT, questionable_skills TEXT,
    job_state TEXT DEFAULT 'active', archived_at TEXT, paused_at TEXT, pause_reason TEXT);
CREATE TABLE candidates (id INTEGER PRIMARY KEY, full_name TEXT, email TEXT);
INSERT INTO candidates VALUES (1, 'Ann', NULL), (2, 'Ben', NULL), (3, 'Cem', NULL);
"""
MATCHES = "(job_id INTEGER, candidate_id INTEGER, score REAL, status TEXT, verification_notes TEXT, created_at TEXT);"
NEWER = f"CREATE TABLE job_candidates {MATCHES} INSERT INTO job_candidates VALUES (1, 1, 0.9, 'new', '', ''),"
OLDER = f"CREATE TABLE candidate_job_matches {MATCHES} INSERT INTO candidate_job_matches VALUES"


def source_of(path: Path, sql: str) -> SqliteSource:
    with closing(sqlite3.connect(path)) as db:
        db.executescript(JOBS + sql)
    return SqliteSource(path)


VIEW = "CREATE TABLE m (j, c); INSERT INTO m VALUES (1, 3); CREATE VIEW"
ONE_JOB = "INSERT INTO jobs (id, title) VALUES (1, 'Backend');"


@pytest.mark.parametrize(
    ("tables", "found", "parts"),
    [
        (f"{NEWER} (1, 2, 0.5, 'new', '', '');", {1: 0.9, 2: 0.5}, ("job_candidates",)),
        (f"{OLDER} (1, 3, 0.4, 'old', '', '');", {3: 0.4}, ("candidate_job_matches",)),
        # Of a pair that both have, the newer table tells; whoever only one has is there once.
        (f"{NEWER} (2, 2, 1, '', '', ''); {OLDER} (1, 1, 0.1, 'old', '', ''), (1, 3, 0.95, 'old', '', '');",
         {3: 0.95, 1: 0.9}, ("job_candidates", "candidate_job_matches")),
        (f"CREATE TABLE job_candidates {MATCHES} {OLDER} (1, 2, 0.3, 'old', '', '');", {2: 0.3},
         ("job_candidates", "candidate_job_matches")),
        ("CREATE TABLE job_candidates (job_id, candidate_id); INSERT INTO job_candidates VALUES (1, 2), (1, NULL);",
         {2: None}, ("job_candidates",)),
        (f"{VIEW} job_candidates AS SELECT j AS job_id, c AS candidate_id FROM m;", {3: None},
         ("job_candidates",)),
    ],
)
def test_candidates_are_found_in_either_match_table(
    tmp_path: Path, tables: str, found: dict[int, float | None], parts: tuple[str, ...]
) -> None:
    source = source_of(tmp_path / "main.sqlite3", ONE_JOB + tables)
    assert {candidate.candidate_id: candidate.match_score for candidate in source.candidates(1, 10)} == found
    assert [candidate.candidate_id for candidate in source.page(1, CandidateFilter(), 0, 10).candidates] == list(found)
    assert set(source.candidates_by_id(1, [1, 2, 3])) == set(found)
    assert source.parts() == ("jobs", "candidates", *parts)
    tried = probe_source(source, 10, 10)
    assert (tried.jobs, tried.newest_job_id, tried.candidates) == (1, 1, len(found))


@pytest.mark.parametrize("drop", ["jobs", "candidates"])
def test_a_missing_table_of_the_source_is_named(tmp_path: Path, drop: str) -> None:
    source = source_of(tmp_path / "main.sqlite3", f"{NEWER} (1, 2, 1, '', '', ''); DROP TABLE {drop};")
    with pytest.raises(Problem, match=f"no table `{drop}`"):
        probe_source(source, 1, 1)


def test_the_fault_names_both_match_tables_if_neither_exists(tmp_path: Path) -> None:
    source = source_of(tmp_path / "main.sqlite3", "")
    with pytest.raises(Problem, match="`job_candidates` and no table `candidate_job_matches`"):
        probe_source(source, 1, 1)
    fault = SourceHealth(source, FakeClock()).fault()
    assert fault is not None
    assert "job_candidates" in fault.error


STATES = """
INSERT INTO jobs (id, title, job_state, archived_at, paused_at, pause_reason, created_at) VALUES
    (1, 'Old', 'ARCHIVED', NULL, NULL, NULL, '2026-03-01 09:00:00'),
    (2, 'Closed', 'active', '2026-03-02 10:00:00', NULL, NULL, '2026-03-02 09:00:00'),
    (3, 'Waiting', 'paused', NULL, '2026-03-02', 'Budget', '2026-03-13 09:00:00'),
    (4, 'Resumed', 'active', NULL, '2026-03-02', 'Budget', '2026-03-13T08:59:00'),
    (5, 'Held', NULL, NULL, '2026-03-02', NULL, '2026-03-13T10:30:00+02:00'),
    (6, 'Plain', '', '', '', '', 'whenever');
"""


def sqlite_states(path: Path) -> Source:
    return source_of(path, STATES + f"{NEWER} (3, 2, 1, '', '', '');")


def api_states(path: Path) -> Source:
    sqlite_states(path)
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        rows = [dict(row) for row in db.execute("SELECT * FROM jobs")]
    return ApiSource(FakeSend(items(*rows)), "http://main", None, 5, FakeClock())


@pytest.mark.parametrize("make", [sqlite_states, api_states])
def test_archived_jobs_are_not_listed_and_paused_ones_are_marked(
    tmp_path: Path, make: Callable[[Path], Source]
) -> None:
    source = make(tmp_path / "main.sqlite3")
    listed = source.jobs(10)
    assert [item.job_id for item in listed] == [3, 4, 5, 6], "newest first, whatever the times are written like"
    assert {item.job_id: item.pause_reason for item in listed if item.paused} == {3: "Budget", 5: None}
    assert [job.job_id for job in source.jobs(2)] == [3, 4], "archived ones take no place in a short list"
    assert [source.job(number).archived for number in (1, 2, 3)] == [True, True, False]
    assert [item.created_at for item in listed] == [
        "2026-03-13T09:00:00.000Z", "2026-03-13T08:59:00.000Z", "2026-03-13T08:30:00.000Z", None,
    ]
    with pytest.raises(Problem) as unknown:
        source.job(99)
    assert unknown.value.code == "JOB_NOT_FOUND"


@pytest.mark.parametrize(
    ("written", "skills"),
    [
        ('["Python", "SQL", "Python"]', ["Python", "SQL"]), (None, []), ("null", []), ("", []),
        ("Go, Rust;C++", ["Go", "Rust", "C++"]), ("Терпение, 忍耐", ["Терпение", "忍耐"]),
        ('["Python", "SQL"', ["Python", "SQL"]), ('{"broken": ', []), ('"[\\"Go\\"]"', ["Go"]), ("[]", []),
        ('[{"name": "Go"}, {"skill": "Rust"}, 7, null, ""]', ["Go", "Rust", "7"]),
    ],
)
def test_company_and_skills_are_read_in_any_format(
    make_app: MakeApp, environ: dict[str, str], written: str | None, skills: list[str]
) -> None:
    path = Path(environ["TENER_INTERVIEW_SOURCE_DB_PATH"])
    source_of(path, f"{ONE_JOB} {NEWER} (1, 2, 1, '', '', '');")
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE jobs SET company = ' Ačme ', must_have_skills = ?1, questionable_skills = ?1", (written,))
    (job,) = Client(make_app()).get("/api/admin/jobs").json["items"]
    assert (job["company"], job["must_have_skills"], job["nice_to_have_skills"], job["questionable_skills"]) == (
        "Ačme", skills, [], skills,
    )


def test_interviews_of_an_archived_job_keep_its_title(environ: dict[str, str], make_app: MakeApp) -> None:
    path = Path(environ["TENER_INTERVIEW_SOURCE_DB_PATH"])
    source_of(path, f"{ONE_JOB} {NEWER} (1, 2, 1, '', '', ''); UPDATE jobs SET company = 'Acme';")
    client = Client(make_app())
    started = client.post("/api/interviews/sessions/start", {"job_id": 1, "candidate_id": 2}).json
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE jobs SET job_state = 'archived'")
    assert client.get("/api/admin/jobs").json["items"] == []
    assert client.get("/api/admin/jobs/1").json["title"] == "Backend"
    assert client.get("/api/admin/jobs/1").json["archived"] is True
    assert client.get("/api/admin/jobs/1/candidates").json["total"] == 2
    refused(client.get("/api/admin/jobs/9"), "JOB_NOT_FOUND")
    preview = client.get(started["entry_url"], User_Agent="LinkedInBot/1.0").text
    assert "Backend" in preview
    assert "Acme" in preview, "the source says who hires where the settings do not"
    again = client.post("/api/interviews/sessions/start", {"job_id": 1, "candidate_id": 2}).json
    assert again["session_id"] == started["session_id"]
    own = Client(make_app(TENER_INTERVIEW_COMPANY_NAME="Other & Sons"))
    assert "Other &amp; Sons" in own.get(started["entry_url"], User_Agent="LinkedInBot/1.0").text


def test_an_empty_candidate_list_of_an_unknown_job_is_404() -> None:
    class Send(FakeSend):
        def __call__(self, method: str, url: str, **more: Any) -> Any:
            self.answer = items() if "candidates" in url else items({"id": 1, "title": "Backend"})
            return super().__call__(method, url, **more)

    source = ApiSource(Send(items()), "http://main", None, 5, FakeClock())
    assert source.candidates(1, 10) == []
    with pytest.raises(Problem) as unknown:
        source.candidates(2, 10)
    assert unknown.value.code == "JOB_NOT_FOUND"
    assert source.candidates_by_id(2, [1]) == {}


def test_a_long_candidate_list_is_requested_once_for_all_pages() -> None:
    clock = FakeClock()
    send = FakeSend(items(*({"candidate_id": number, "score": 1 - number / 5000} for number in range(1, 4001))))
    source = ApiSource(send, "http://main", None, 5, clock)
    first, second = (source.page(1, CandidateFilter(), offset, 50) for offset in (0, 50))
    assert (first.total, len(second.candidates), second.candidates[0].candidate_id) == (4000, 50, 51)
    assert set(source.candidates_by_id(1, [3999])) == {3999}
    assert len(send.asked) == 1
    clock.advance(seconds=11)
    source.page(1, CandidateFilter(), 0, 50)
    assert len(send.asked) == 2


def test_a_source_with_slow_candidates_is_healthy_and_rarely_probed() -> None:
    clock = FakeClock()

    class Slow(FakeSend):
        def __call__(self, method: str, url: str, **more: Any) -> Any:
            if "candidates" in url:
                clock.advance(seconds=7)
            return super().__call__(method, url, **more)

    send = Slow(items({"id": 1, "candidate_id": 1}))
    check = SourceHealth(ApiSource(send, "http://main", None, 20, clock), clock)
    assert check.fault() is None
    # The clock may pass the deadline before it is waited for, and then the first probe still runs.
    eventually(lambda: "source-check" not in {thread.name for thread in threading.enumerate()})
    asked = len(send.asked)
    assert check.fault() is None
    assert len(send.asked) == asked + 1, "only whether it answers"
    assert check.parts == ("/api/jobs", "/api/jobs/{id}/candidates")


@pytest.mark.parametrize("kind", ["TEXT", "INTEGER", "VARCHAR(20)"])
def test_ids_may_be_stored_as_text(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "main.sqlite3"
    with closing(sqlite3.connect(path)) as db:
        db.executescript(f"""
            CREATE TABLE jobs (id {kind}, title TEXT);
            CREATE TABLE candidates (id {kind}, full_name TEXT);
            CREATE TABLE job_candidates (job_id {kind}, candidate_id {kind}, score);
            INSERT INTO jobs VALUES ('7', 'Baker');
            INSERT INTO candidates VALUES ('42', 'Ann'), ('43', 'Bob'), ('44', 'Cem');
            INSERT INTO job_candidates VALUES ('7', '42', 1), ('7', '43', 3), ('7', '44', 2);
        """)
    source = SqliteSource(path)
    page = source.page(7, CandidateFilter(), 0, 2)
    assert ([candidate.candidate_id for candidate in page.candidates], page.total) == ([43, 44], 3)
    assert source.page(7, CandidateFilter(only_ids=[42], excluded_ids=[43]), 0, 9).total == 1
    assert source.page(7, CandidateFilter(words=("44",)), 0, 9).total == 1
    assert sorted(source.candidates_by_id(7, [42, 44])) == [42, 44]
    assert [job.job_id for job in source.jobs(9)] == [7]
