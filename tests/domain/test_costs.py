"""What the paths that people and programs wait for may cost, counted and not timed.

A cost is two numbers: the SQL statements that are run, and the calls of the service's own functions. Both are the same
on every computer, so that what grows slow is seen at once, by whoever made it so.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from fakes.answers import BY_ID, criteria_of, scored_text
from fakes.desk import Desk, MakeDesk, in_background, write_source
from fakes.front_door import HTML, SESSIONS
from fakes.statements import Calls, Statements, table_statements
from fakes.stored import add_session


@dataclass(frozen=True)
class Cost:
    statements: int
    calls: int


#: Path -> what it may cost: as many statements as it runs now, and some calls more. A path that costs more fails, and
#: so does one that costs much less than is written here: then write down what it costs now.
BUDGETS = {
    "a page": Cost(0, 92),
    "the dashboard": Cost(19, 460),
    "a file of a page": Cost(0, 35),
    "a start": Cost(28, 540),
    "an entry link, opened first": Cost(7, 635),
    "an entry link, opened again": Cost(2, 555),
    "the candidates of a job, 100 of 120, after a change": Cost(33, 2_600),
    "the candidates of a job, 100 of 120, again": Cost(0, 135),
    "a refresh of one session, which is scored": Cost(85, 2_660),
    "a refresh of a job, 100 of whom have finished": Cost(10_461, 51_500),
    "a refresh of a job, 100 of whom are scored": Cost(1, 625),
    "scoring a job of 100 again": Cost(1_482, 28_450),
    "a scorecard": Cost(5, 410),
    "the leaderboard, 50 of 1000, after a change": Cost(5, 1_200),
    "the leaderboard, 50 of 1000, again": Cost(0, 82),
    "the leaderboard, 500 of 1000, after a change": Cost(5, 10_900),
    "the leaderboard, 500 of 1000, again": Cost(0, 82),
    "the leaderboard, 50 of 1000, from the 500th, after a change": Cost(7, 1_500),
    "the leaderboard, 50 of 1000, from the 500th, again": Cost(0, 82),
    "the sessions, 500 of 1000, after a change": Cost(1, 12_400),
    "the sessions, 500 of 1000, again": Cost(0, 78),
    "today, of 1000 sessions": Cost(8, 245),
    "scoring an answer of 150 words": Cost(0, 1_170),
}
#: So much of a budget is used at least.
LEAST = 0.7
#: A job of people whose answers are scored, one to warm up with, one of many candidates, and one that is listed.
MANY, FEW, LONG, LISTED = 2, 3, 4, 1


class Meter:
    """Counts what actions cost, by path."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements
        self.costs: dict[str, Cost] = {}

    def measure(self, path: str, warm: Callable[[], Any], action: Callable[[], Any]) -> Any:
        """What an action returns; another of its kind comes before it, so that what is kept is there already."""
        warm()
        with self._statements.recorded() as run, Calls().counted() as calls:
            done = action()
        self.costs[path] = Cost(len(table_statements(run)), calls.number)
        return done


def test_no_request_exceeds_its_budget_of_statements_and_calls(
    statements: Statements, make_desk: MakeDesk, criteria: Path, tmp_path: Path
) -> None:
    meter = Meter(statements)
    write_source(tmp_path / "source.sqlite3", {number: (f"Person {number}", None) for number in range(1, 121)})
    desk = make_desk(
        TENER_INTERVIEW_TRANSCRIPTION_SCORING_CRITERIA_PATH=criteria, TENER_HIREFLIX_CONCURRENCY=1,
        TENER_INTERVIEW_SOURCE_DB_PATH=tmp_path / "source.sqlite3",
    )
    # So long ago that what is read from it is kept.
    os.utime(tmp_path / "source.sqlite3", (1_700_000_000, 1_700_000_000))
    pages(desk, meter)
    candidates(desk, meter, tmp_path / "source.sqlite3")
    scores(desk, meter, criteria)
    lists(desk, meter)
    one_answer(meter, tmp_path)
    assert set(meter.costs) == set(BUDGETS)
    wrong = [
        f"{path}: {found}, and the budget is {BUDGETS[path]}"
        for path, found in meter.costs.items()
        if not is_within(found.statements, BUDGETS[path].statements) or not is_within(found.calls, BUDGETS[path].calls)
    ]
    assert not wrong, "\n".join(wrong)


def is_within(number: int, budget: int) -> bool:
    return LEAST * budget <= number <= budget


def test_budgets_count_statements_and_calls_of_every_thread(statements: Statements, make_desk: MakeDesk) -> None:
    meter = Meter(statements)
    desk = make_desk()
    session_id = desk.started(1)

    def read_session_times(times: int) -> None:
        for _ in range(times):
            in_background(desk.client.get, f"{SESSIONS}/{session_id}")[0].join()

    for times in (1, 2, 5):
        meter.measure(str(times), partial(read_session_times, 1), partial(read_session_times, times))
    one = meter.costs["1"]
    assert one.statements == 1
    assert one.calls > 20
    assert meter.costs["2"].statements == 2
    assert meter.costs["5"] == Cost(5, 5 * one.calls)


def pages(desk: Desk, meter: Meter) -> None:
    def show(url: str) -> None:
        assert desk.client.get(url, Accept_Encoding="gzip").status == 200

    for path, url in {
        "a page": "/reviews", "the dashboard": "/dashboard", "a file of a page": "/static/styles/base.css",
    }.items():
        meter.measure(path, partial(show, url), partial(show, url))


def candidates(desk: Desk, meter: Meter, source: Path) -> None:
    started = meter.measure("a start", lambda: desk.start(1), lambda: desk.start(2))
    other = desk.start(3)["entry_url"]

    def open_link(link: str) -> None:
        assert desk.client.request("GET", link, headers=HTML).status == 302

    link = started["entry_url"]
    meter.measure("an entry link, opened first", lambda: open_link(other), lambda: open_link(link))
    meter.measure("an entry link, opened again", lambda: open_link(other), lambda: open_link(link))

    def listed() -> None:
        assert len(desk.client.get(f"/api/admin/jobs/{LISTED}/candidates?limit=100").json["items"]) == 100

    # A file from the future may be written again in the same moment, so that nothing of it is kept.
    for what, time_s in (("after a change", 4_000_000_000), ("again", 1_700_000_000)):
        os.utime(source, (time_s, time_s))
        meter.measure(f"the candidates of a job, 100 of 120, {what}", listed, listed)


def scores(desk: Desk, meter: Meter, criteria: Path) -> None:
    for job_id, first, number in ((MANY, 200, 100), (FEW, 400, 5)):
        for candidate_id in range(first, first + number):
            desk.finish(desk.started(candidate_id, job_id, unlisted=True))
    one, other = (desk.started(item) for item in (4, 5))
    for session_id in (one, other):
        desk.finish(session_id)
    meter.measure("a refresh of one session, which is scored", lambda: desk.refresh(other), lambda: desk.refresh(one))
    assert desk.status(one) == "scored"
    path = "a refresh of a job, 100 of whom have finished"
    assert meter.measure(path, lambda: desk.refresh_job(FEW), lambda: desk.refresh_job(MANY))["scored"] == 100
    path = "a refresh of a job, 100 of whom are scored"
    meter.measure(path, lambda: desk.refresh_job(FEW), lambda: desk.refresh_job(MANY))
    meter.measure("a scorecard", lambda: desk.scorecard(other), lambda: desk.scorecard(one))
    criteria.write_text(json.dumps({**json.loads(criteria.read_text("utf-8")), "version": "another"}), "utf-8")

    def score_again(job_id: int) -> Any:
        return desk.client.post(f"/api/admin/jobs/{job_id}/rescore", {}).json

    path = "scoring a job of 100 again"
    assert meter.measure(path, lambda: score_again(FEW), lambda: score_again(MANY))["rescored"] == 100


def lists(desk: Desk, meter: Meter) -> None:
    with desk.service.store.write() as tx:
        for number in range(10_000, 11_000):
            add_session(tx, number, job_id=LONG, provider="hireflix", status="scored", total_score=number % 97 / 1.0)

    def shown(url: str, number: int) -> None:
        assert len(desk.client.get(f"{url}limit={number}").json["items"]) == number

    for path, url, number in (
        ("the leaderboard, 50 of 1000", f"/api/jobs/{LONG}/interview-leaderboard?offset=0&", 50),
        ("the leaderboard, 500 of 1000", f"/api/jobs/{LONG}/interview-leaderboard?offset=0&", 500),
        ("the leaderboard, 50 of 1000, from the 500th", f"/api/jobs/{LONG}/interview-leaderboard?offset=500&", 50),
        ("the sessions, 500 of 1000", f"{SESSIONS}?job_id={LONG}&", 500),
    ):
        meter.measure(f"{path}, after a change", partial(shown, url, 1), partial(shown, url, number))
        meter.measure(f"{path}, again", partial(shown, url, 1), partial(shown, url, number))


    def today(limit: int) -> None:
        groups = desk.client.get(f"/api/today?limit={limit}").json["groups"]
        assert sum(len(group["items"]) for group in groups) >= limit

    meter.measure("today, of 1000 sessions", partial(today, 1), partial(today, 10))


def one_answer(meter: Meter, folder: Path) -> None:
    answer = BY_ID["backend"]
    words = f"{answer.text} {answer.more} {BY_ID['sales'].text}".split()[:150]
    assert len(words) == 150
    rules = criteria_of(folder)
    warm, text = " ".join(reversed(words)), " ".join(words)
    meter.measure(
        "scoring an answer of 150 words",
        lambda: scored_text(rules, answer, warm), lambda: scored_text(rules, answer, text)
    )
