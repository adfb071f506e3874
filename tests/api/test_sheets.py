"""The sheet of a leaderboard, as the spreadsheets of different countries open it."""

from __future__ import annotations

import csv
import io

import pytest

from fakes.client import Client
from fakes.databases import plain_connection
from fakes.front_door import HTML, faulty_fields, score, start
from for_each import for_each

BOARD = "/api/jobs/1/interview-leaderboard"
MARK = b"\xef\xbb\xbf"


def sheet(client: Client, query: str, delimiter: str) -> list[dict[str, str]]:
    reply = client.get(f"{BOARD}?format=csv&{query}")
    assert reply.status == 200, reply.text
    text = reply.body.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


@pytest.mark.parametrize(("query", "delimiter"), [
    ("", ","), ("delimiter=,", ","), ("delimiter=;", ";"), ("delimiter=%3B", ";"), ("delimiter=%09", "\t"),
    ("delimiter=tab", "\t"), ("delimiter=;&decimal=,", ";"), ("decimal=,", ","), ("bom=true&delimiter=;", ";"),
])
def test_csv_and_json_sheets_have_the_same_values(client: Client, query: str, delimiter: str) -> None:
    score(client, start(client, 42, candidate_name='Zoë; "Zed", 李')["session_id"])
    start(client, 43, candidate_name="=1+1")
    (item, waiting), (row, other) = client.get(BOARD).json["items"], sheet(client, query, delimiter)
    mark = "," if "decimal" in query else "."
    assert row["Total score"] == str(item["total_score"]).replace(".", mark)
    assert (row["Rank"], row["Candidate"], row["Group"]) == ("1", item["candidate_name"], "ranked")
    assert (other["Rank"], other["Total score"], other["Recommendation"], other["Group"]) == ("", "", "", "waiting")
    assert other["Candidate"] == f"'{waiting['candidate_name']}"
    assert row["Needs a human look"] == "no"


@for_each(("query", "headers", "marked"), [
    ("bom=true", {}, True), ("bom=false", {}, False), ("", {}, False), ("", HTML, True), ("bom=false", HTML, False),
    ("bom=true", HTML, True),
])
def test_csv_for_excel_has_a_byte_order_mark(client: Client, query: str, headers: dict[str, str], marked: bool) -> None:
    start(client, 43)
    body = client.get(f"{BOARD}?format=csv&{query}", **headers).body
    assert body.startswith(MARK) == marked
    assert body.removeprefix(MARK).startswith(b"Rank,")


@for_each("query", ["delimiter=|", "delimiter=%20", "delimiter=;;", "delimiter=comma"])
def test_invalid_csv_delimiters_are_refused(client: Client, query: str) -> None:
    assert faulty_fields(client.get(f"{BOARD}?format=csv&{query}")) == {"delimiter"}
    assert faulty_fields(client.get(f"{BOARD}?format=csv&bom=maybe&decimal=;")) == {"bom", "decimal"}


@for_each(("delimiter", "name", "written"), [
    (";", "Jane,=1+1", "Jane,'=1+1"),
    (";", "Jane, @SUM(A1)|-1", "Jane,' @SUM(A1)|'-1"),
    ("tab", "Jane;=1+1,+2", "Jane;'=1+1,'+2"),
    (",", "Jane;=1+1,+2", "Jane;'=1+1,+2"),
    (";", "-1", "'-1"),
])
def test_formulas_in_sheet_cells_are_escaped_for_every_delimiter(
    client: Client, delimiter: str, name: str, written: str
) -> None:
    start(client, 42, candidate_name=name)
    (row,) = sheet(client, f"delimiter={delimiter}", {"tab": "\t"}.get(delimiter, delimiter))
    assert row["Candidate"] == written


def test_the_sheet_shows_why_a_session_needs_review(client: Client, environ: dict[str, str]) -> None:
    start(client, 42)
    with plain_connection(environ) as db:
        db.execute("UPDATE interview_sessions SET status = 'completed', review_reason = 'Nobody knows; =1+1'")
    (row,) = sheet(client, "delimiter=;", ";")
    assert (row["Group"], row["Needs a human look"], row["Rank"]) == ("needs_review", "yes", "")
    assert row["Why a human look"] == "Nobody knows;' =1+1"
