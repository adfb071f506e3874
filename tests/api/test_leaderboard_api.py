"""A job's leaderboard: its order, its shape, and the sheet that it downloads as."""

from __future__ import annotations

import csv
import io

from fakes.client import Client
from fakes.databases import plain_connection
from fakes.front_door import HTML, faulty_fields, score, start
from for_each import for_each

BOARD = "/api/jobs/1/interview-leaderboard"
ROW_KEYS = [
    "rank", "candidate_id", "candidate_name", "session_id", "interview_status", "technical_score", "soft_skills_score",
    "culture_fit_score", "total_score", "score_confidence", "pass_recommendation", "updated_at",
    "scored_questions", "total_questions", "flags", "total_score_low", "total_score_high", "tied_with_previous",
    "tied_with_rank", "rank_shared", "group", "needs_review", "review_reason", "outdated",
    "shared_with_job", "decision", "decided_at", "machine_total", "human_total", "human_reviews", "human_spread",
    "total_source", "judge_total", "judge_spread", "overrides", "scored_without_consent",
]
#: What a plan adds to a row; the sheet of a job without one does not have it.
OF_PLANS = ["competency_scores", "plan_version", "scored_plan_version", "ranking_group"]
#: The same columns in the words of the sheet.
HEADINGS = [
    "Rank", "Candidate id", "Candidate", "Session id", "Status", "Technical score",
    "Soft skills score", "Culture fit score", "Total score", "Confidence",
    "Recommendation", "Updated (UTC)", "Questions scored",
    "Questions", "Flags", "Total at least", "Total at most", "Not distinguishable from the rank before",
    "Not distinguishable from rank", "Rank shared", "Group", "Needs a human look", "Why a human look",
    "Scored by earlier criteria", "Interview of job", "Decision", "Decided (UTC)", "Machine total", "Human total",
    "Reviews", "Spread of reviews", "Total given by", "Language model's total", "Spread of the language model",
    "Overridden scores", "Scored without consent",
]


def give_scores(environ: dict[str, str], scores: dict[int, tuple[float | None, float | None, float | None]]) -> None:
    """Write technical, soft skills and total scores of candidates into the store."""
    with plain_connection(environ) as db:
        for candidate_id, given in scores.items():
            db.execute(
                "UPDATE interview_sessions SET technical_score = ?, soft_skills_score = ?, total_score = ?"
                " WHERE candidate_id = ?", (*given, candidate_id),
            )


def test_the_leaderboard_response_has_every_documented_field(client: Client) -> None:
    for candidate_id in (42, 43, 44):
        session = start(client, candidate_id, candidate_name=f"Candidate {candidate_id}")
    score(client, session["session_id"])
    board = client.get(BOARD).json
    assert set(board) == {"job_id", "items"}
    assert board["job_id"] == 1
    others = [*OF_PLANS, "decision_revision", "counted_competency_scores"]
    assert all([name for name in item if name not in others] == ROW_KEYS for item in board["items"])
    assert all(set(item) == {*ROW_KEYS, *others} for item in board["items"])
    assert [(item["rank"], item["group"]) for item in board["items"]] == [
        (1, "ranked"), (None, "waiting"), (None, "waiting"),
    ]
    best, *rest = board["items"]
    assert (best["candidate_id"], best["interview_status"]) == (44, "scored")
    assert best["pass_recommendation"] in ("strong_yes", "yes", "mixed", "no")
    assert [(item["candidate_id"], item["total_score"]) for item in rest] == [(42, None), (43, None)]


def test_the_leaderboard_is_ordered_by_completeness_then_total(client: Client, environ: dict[str, str]) -> None:
    scores: dict[int, tuple[float | None, float | None, float | None]] = {
        1: (None, None, None),
        2: (90.0, None, 90.0),
        3: (50.0, 50.0, 50.0),
        4: (None, 95.0, 95.0),
        5: (50.0, 50.0, 50.0),
        6: (80.0, 80.0, 80.0),
        7: (None, None, 99.0),
        8: (10.0, 10.0, None),
    }
    for candidate_id in reversed(scores):
        start(client, candidate_id)
    give_scores(environ, scores)
    items = client.get(BOARD).json["items"]
    assert [item["candidate_id"] for item in items] == [6, 3, 5, 4, 2, 7, 1, 8]
    assert [item["rank"] for item in items] == [1, 2, 2, 4, 5, 6, None, None]
    assert [item["rank_shared"] for item in items] == [False, True, True, *[False] * 5]


def test_only_the_current_session_of_a_candidate_is_ranked(client: Client) -> None:
    first = start(client)
    client.post(f"/api/interviews/sessions/{first['session_id']}/cancel")
    second = start(client)
    assert [item["session_id"] for item in client.get(BOARD).json["items"]] == [second["session_id"]]


def test_a_job_without_sessions_has_an_empty_leaderboard(client: Client) -> None:
    assert client.get("/api/jobs/999/interview-leaderboard").json == {"job_id": 999, "items": []}


def test_the_leaderboard_limit_defaults_to_50_and_is_bounded(client: Client) -> None:
    for candidate_id in range(1, 53):
        start(client, candidate_id)
    assert len(client.get(BOARD).json["items"]) == 50
    assert len(client.get(f"{BOARD}?limit=2").json["items"]) == 2
    assert len(client.get(f"{BOARD}?limit=500").json["items"]) == 52
    for limit in ("0", "501", "-1", "all", "1.5"):
        assert faulty_fields(client.get(f"{BOARD}?limit={limit}")) == {"limit"}
    for job_id in ("0", "x", str(2**63)):
        assert faulty_fields(client.get(f"/api/jobs/{job_id}/interview-leaderboard")) == {"job_id"}
    for kind in ("xlsx", "CSV", "json,csv"):
        assert faulty_fields(client.get(f"{BOARD}?format={kind}")) == {"format"}


def sheet(client: Client) -> list[list[str]]:
    reply = client.get(f"{BOARD}?format=csv")
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    assert reply.headers["content-disposition"] == 'attachment; filename="demo-interview-leaderboard-1.csv"'
    return list(csv.reader(io.StringIO(reply.text, newline="")))


def cell(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "", True: "yes", False: "no"}[value]
    return str(value)


def test_the_csv_leaderboard_has_the_same_values_as_the_json(client: Client) -> None:
    score(client, start(client, 42, candidate_name='Zoë "Zed" O\'Neil, 李')["session_id"])
    start(client, 43)
    header, *rows = sheet(client)
    assert header == HEADINGS
    items = client.get(BOARD).json["items"]
    for item in items:
        item["flags"] = ", ".join(item["flags"])
    assert rows == [[cell(item[name]) for name in ROW_KEYS] for item in items]


def test_csv_downloaded_by_a_browser_starts_with_a_byte_order_mark(client: Client) -> None:
    start(client, 43)
    for_program, for_person = client.get(f"{BOARD}?format=csv"), client.get(f"{BOARD}?format=csv", **HTML)
    assert for_person.body == b"\xef\xbb\xbf" + for_program.body


@for_each(
    "formula", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://evil.example")', "=cmd|' /C'!A0"]
)
def test_formulas_in_csv_cells_are_escaped(formula: str, client: Client) -> None:
    start(client, 42, candidate_name=formula)
    assert sheet(client)[1][2] == f"'{formula}"
    assert client.get(BOARD).json["items"][0]["candidate_name"] == formula


@for_each(
    ("name", "written"),
    [
        ("Jane;=1+1", "Jane;'=1+1"),
        ("Jane; @SUM(A1)|-1", "Jane;' @SUM(A1)|'-1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("Jane; Doe-Roe, 1+1", "Jane; Doe-Roe, 1+1"),
    ],
)
def test_formulas_after_other_separators_in_csv_cells_are_escaped(name: str, written: str, client: Client) -> None:
    start(client, 42, candidate_name=name)
    assert sheet(client)[1][2] == written


def set_columns(environ: dict[str, str], candidate_id: int, **columns: object) -> None:
    """Write columns of a candidate's session into the store."""
    with plain_connection(environ) as db:
        assignments = ", ".join(f"{name} = ?" for name in columns)
        db.execute(
            f"UPDATE interview_sessions SET {assignments} WHERE candidate_id = ?",
            (*columns.values(), candidate_id),
        )


def scored(environ: dict[str, str], client: Client, candidate_id: int, total: float | None, **more: object) -> None:
    """A candidate with a total, all of it scored unless told otherwise."""
    start(client, candidate_id, candidate_name=more.pop("name", None) or f"Candidate {candidate_id}")
    columns: dict[str, object] = {
        "technical_score": total, "soft_skills_score": total, "total_score": total, "score_confidence": 1.0,
        "scored_questions": 5, "total_questions": 5, "pass_recommendation": "yes", "flags": "[]", "status": "scored",
    }
    set_columns(environ, candidate_id, **{**columns, **more})


def ids(client: Client, query: str = "") -> list[int]:
    return [item["candidate_id"] for item in client.get(f"{BOARD}?{query}").json["items"]]


def test_totals_with_overlapping_ranges_are_tied(client: Client, environ: dict[str, str]) -> None:
    scored(environ, client, 1, 90.0)
    scored(environ, client, 2, 85.0)
    scored(environ, client, 3, 79.5)
    scored(environ, client, 4, 60.0, score_confidence=0.5)
    start(client, 5)
    items = client.get(BOARD).json["items"]
    assert [item["tied_with_previous"] for item in items] == [False, True, False, False, False]
    assert [(item["total_score_low"], item["total_score_high"]) for item in items] == [
        (87.3, 92.7), (82.3, 87.7), (76.8, 82.2), (49.8, 70.2), (None, None),
    ]


def test_ranks_and_ties_continue_across_pages(client: Client, environ: dict[str, str]) -> None:
    for candidate_id, total in ((1, 90.0), (2, 88.0), (3, 50.0)):
        scored(environ, client, candidate_id, total)
    page = client.get(f"{BOARD}?limit=1&offset=1").json
    assert (page["total"], page["offset"]) == (3, 1)
    (item,) = page["items"]
    assert (item["rank"], item["candidate_id"], item["tied_with_previous"]) == (2, 2, True)
    assert client.get(f"{BOARD}?limit=1&offset=9").json == {
        "job_id": 1, "items": [], "offset": 9, "total": 3,
        "groups": {"ranked": 3, "needs_review": 0, "waiting": 0, "ended": 0},
        "decisions": {"advance": 0, "hold": 0, "reject": 0, "hired": 0, "withdrawn": 0, "none": 3},
    }


def test_a_filtered_leaderboard_keeps_the_ranks_of_the_full_one(client: Client, environ: dict[str, str]) -> None:
    scored(environ, client, 1, 90.0, flags='["near_duplicate"]')
    scored(environ, client, 2, 88.0, pass_recommendation="no", scored_questions=3)
    scored(environ, client, 3, 50.0, flags='["off_topic", "word_order"]')
    start(client, 4)
    page = client.get(f"{BOARD}?recommendation=yes&offset=0").json
    assert page["total"] == 2
    assert [(item["rank"], item["candidate_id"]) for item in page["items"]] == [(1, 1), (3, 3)]
    assert ids(client, "recommendation=no") == [2]
    assert client.get(f"{BOARD}?recommendation=no").json["items"][0]["tied_with_previous"] is True
    assert ids(client, "flag=any") == [1, 3]
    assert ids(client, "flag=none") == [2, 4]
    assert ids(client, "flag=word_order") == [3]
    assert ids(client, "status=invited") == [4]
    assert ids(client, "min_coverage_percent=61") == [1, 3]
    assert ids(client, "min_coverage_percent=60") == [1, 2, 3]
    assert ids(client, "flag=any&recommendation=no") == []


def test_the_leaderboard_can_be_sorted_by_other_columns(client: Client, environ: dict[str, str]) -> None:
    scored(environ, client, 1, 90.0, name="bea", culture_fit_score=10.0)
    scored(environ, client, 2, 80.0, name="Cem", culture_fit_score=90.0, scored_questions=1)
    scored(environ, client, 3, 70.0, name="Ana")
    assert ids(client, "sort=candidate_name") == [3, 1, 2]
    assert ids(client, "sort=candidate_name&order=desc") == [2, 1, 3]
    assert ids(client, "sort=culture_fit_score") == [2, 1, 3]
    assert ids(client, "sort=culture_fit_score&order=asc") == [1, 2, 3]
    assert ids(client, "sort=coverage&order=asc") == [2, 1, 3]
    assert ids(client, "sort=rank") == [1, 2, 3]
    assert ids(client, "sort=rank&order=desc") == [3, 2, 1]


def test_an_invalid_leaderboard_query_is_refused(client: Client) -> None:
    wrong = "offset=-1&sort=name&order=up&recommendation=maybe&status=gone&min_coverage_percent=101&flag=A%20B"
    assert faulty_fields(client.get(f"{BOARD}?{wrong}")) == {
        "offset", "sort", "order", "recommendation", "status", "min_coverage_percent", "flag",
    }


def test_the_csv_leaderboard_holds_all_filtered_rows(client: Client, environ: dict[str, str]) -> None:
    scored(environ, client, 1, 90.0)
    start(client, 2)
    text = client.get(f"{BOARD}?format=csv&limit=1&rows=10000&status=scored").text
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert [row[1] for row in rows] == ["Candidate id", "1"]
